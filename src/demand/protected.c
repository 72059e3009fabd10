/* SPDX-License-Identifier: Apache-2.0 */
#include "demand/protected.h"

#include <sys/stat.h>

#include "demand/boundary.h"
#include "demand/hard_links.h"
#include "os/listing.h"
#include "os/path.h"
#include "pattern/glob.h"

enum place { PLACE_ANYWHERE, PLACE_HOME, PLACE_SYSTEM };

struct entry {
    enum place place;
    struct text path;
};

static const struct entry entries[] = {
#define ANYWHERE(path) {PLACE_ANYWHERE, TEXT_INIT(path)},
#define HOME(path) {PLACE_HOME, TEXT_INIT(path)},
#define SYSTEM(path) {PLACE_SYSTEM, TEXT_INIT(path)},
#include "demand/protected.def"
#undef ANYWHERE
#undef HOME
#undef SYSTEM
};

enum { ENTRY_COUNT = sizeof entries / sizeof entries[0] };

/* Whether `run` ("a" or "a/b") stands in `path` as whole segments; `ret_end` is where it ends. */
static bool find_segments(struct text path, struct text run, size_t *ret_end)
{
    for (size_t at = 0; at < path.size; at++) {
        bool starts = path.data[at] == '/' && text_starts_with(text_after(path, at + 1), run);
        size_t end = at + 1 + run.size;
        if (starts && (end == path.size || path.data[end] == '/')) {
            *ret_end = end;
            return true;
        }
    }
    return false;
}

/* Git's hooks and configuration, of the repository itself, of worktrees and of submodules; what leads to
 * another configuration or runs commands later; and .git itself, which as a file can lead elsewhere. */
static bool is_git_control(struct text path)
{
    size_t end;
    if (!find_segments(path, TEXT(".git"), &end)) {
        return false;
    }
    struct text rest = text_after(path, end);
    size_t ignored;
    static const struct text names[] = {
        TEXT_INIT("config"),          TEXT_INIT("config.worktree"), TEXT_INIT("commondir"),
        TEXT_INIT("git-rebase-todo"), TEXT_INIT("attributes"),      TEXT_INIT(".git"),
        TEXT_INIT("gitdir"),
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (text_equal(path_base_name(rest), names[i])) {
            return true;
        }
    }
    return rest.size == 0 || find_segments(rest, TEXT("hooks"), &ignored);
}

/* A contract that does not exist yet, in the folder where generated contracts go: writing one is ordinary work.
 */
static bool is_new_run(struct text path, struct arena *arena)
{
    struct text folder = path_parent(path);
    struct stat status;
    return text_equal(path_base_name(folder), TEXT("runs")) &&
           text_equal(path_base_name(path_parent(folder)), TEXT(".aex")) &&
           text_ends_with(path, TEXT(".aex")) && lstat(text_to_c(arena, path), &status) != 0;
}

/* Claude Code keeps whole working trees in .claude/worktrees/NAME/: what is in one is judged like any other
 * file. The path in it, or nothing when `rest`, what follows .claude, is not in one. */
static struct text in_working_tree(struct text rest)
{
    static const struct text worktrees = TEXT_INIT("/worktrees/");
    struct text name = text_after(rest, worktrees.size);
    size_t slash = text_find_char(name, '/');
    bool is_inside = text_starts_with(rest, worktrees) && slash != TEXT_NOT_FOUND;
    return is_inside ? text_after(name, slash) : TEXT("");
}

static bool is_listed(struct demand_build *build, struct text path)
{
    const struct boundary *boundary = boundary_of(build);
    for (size_t i = 0; i < ENTRY_COUNT; i++) {
        struct text listed = entries[i].path;
        size_t end;
        bool is_hit = false;
        switch (entries[i].place) {
        case PLACE_ANYWHERE:
            is_hit = find_segments(path, listed, &end);
            if (is_hit && text_equal(listed, TEXT(".claude"))) {
                struct text tree = in_working_tree(text_after(path, end));
                is_hit = tree.size == 0 || find_segments(tree, listed, &end);
            }
            break;
        case PLACE_HOME:
            for (size_t j = 0; j < PLACE_FORMS && !is_hit; j++) {
                struct text home = boundary->folded_home[j];
                is_hit = home.size > 0 && path_is_within(path, home) &&
                         path_is_within(path_relative(path, home), listed);
            }
            break;
        case PLACE_SYSTEM:
            is_hit = path_is_within(path, listed);
            break;
        }
        if (is_hit) {
            return true;
        }
    }
    return is_git_control(path);
}

/* One place that is listed; what it leads to is the boundary too. */
static void add_link_target(struct demand_build *build, struct text place, struct text_vector *targets)
{
    struct stat status;
    struct text target;
    if (lstat(place.data, &status) == 0 && S_ISLNK(status.st_mode) &&
        path_resolve(build->arena, place, &target, NULL)) {
        VECTOR_PUSH(build->arena, targets, target);
    }
}

/* A folder in which listed places are looked for. */
struct holder {
    struct text folder;
    struct listing names;
    bool is_listed; /* else nobody knows what is in it */
};

/* Whether looking at the place is worth it: of what is in folders only the folder is known to be there. */
static bool may_be_link(const struct holder *holder, struct text place)
{
    size_t slash = text_find_char(place, '/');
    struct text first = text_slice(place, 0, slash);
    for (size_t i = 0; i < holder->names.count; i++) {
        const struct listed_name *listed = &holder->names.items[i];
        if (text_equal(listed->name, first)) {
            return slash == TEXT_NOT_FOUND ? listed->may_be_link : listed->may_be_folder;
        }
    }
    return !holder->is_listed;
}

/* The folder `.config`, which holds many of the listed places: one look instead of one at each. */
static struct holder config_of(struct demand_build *build, const struct holder *above)
{
    struct holder holder = {.folder = path_join(build->arena, above->folder, TEXT(".config"))};
    bool may_be_there = may_be_link(above, TEXT(".config/x"));
    holder.is_listed = !may_be_there || listing_read(holder.folder, build->arena, &holder.names, NULL);
    return holder;
}

static void add_place(struct demand_build *build, const struct holder *folder, const struct holder *config,
                      struct text place, struct text_vector *targets)
{
    static const struct text prefix = TEXT_INIT(".config/");
    bool is_in_config = text_starts_with(place, prefix);
    const struct holder *holder = is_in_config ? config : folder;
    struct text name = is_in_config ? text_after(place, prefix.size) : place;
    if (may_be_link(holder, name)) {
        add_link_target(build, path_join(build->arena, holder->folder, name), targets);
    }
}

/* The listed places of the home that start with `prefix`, wherever they lead. */
static void add_places_below(struct demand_build *build, struct text prefix, struct text_vector *targets)
{
    for (size_t i = 0; i < ENTRY_COUNT; i++) {
        struct text target;
        if (entries[i].place == PLACE_HOME && text_starts_with(entries[i].path, prefix) &&
            path_resolve(build->arena, path_join(build->arena, build->context->home, entries[i].path), &target,
                         NULL)) {
            VECTOR_PUSH(build->arena, targets, target);
        }
    }
}

static void add_targets_in(struct demand_build *build, struct text folder, bool is_home,
                           struct text_vector *targets)
{
    /* What agents, git and aex read in the listed folders, by name: the folders themselves are seldom links. */
    static const struct text inside[] = {
        TEXT_INIT(".aex/policy.aex"),
        TEXT_INIT(".claude/settings.json"),
        TEXT_INIT(".claude/settings.local.json"),
        TEXT_INIT(".codex/config.toml"),
        TEXT_INIT(".codex/hooks.json"),
        TEXT_INIT(".config/aex/policy.aex"),
        TEXT_INIT(".config/git/config"),
        TEXT_INIT(".git/config"),
        TEXT_INIT(".git/hooks"),
    };
    struct holder holder = {.folder = folder};
    holder.is_listed = listing_read(folder, build->arena, &holder.names, NULL);
    struct holder config = config_of(build, &holder);
    for (size_t i = 0; i < ENTRY_COUNT; i++) {
        if (entries[i].place == PLACE_ANYWHERE || (is_home && entries[i].place == PLACE_HOME)) {
            add_place(build, &holder, &config, entries[i].path, targets);
        }
    }
    for (size_t i = 0; i < sizeof inside / sizeof inside[0]; i++) {
        add_place(build, &holder, &config, inside[i], targets);
    }
    /* The one folder above listed places that people do link. */
    struct stat status;
    if (is_home && may_be_link(&holder, TEXT(".config")) &&
        lstat(path_join(build->arena, folder, TEXT(".config")).data, &status) == 0 && S_ISLNK(status.st_mode)) {
        add_places_below(build, TEXT(".config/"), targets);
    }
}

void protected_link_targets(struct demand_build *build, struct text_vector *targets)
{
    const struct demand_context *context = build->context;
    add_targets_in(build, context->root, text_equal(context->root, context->home), targets);
    if (context->home.size > 0 && !text_equal(context->root, context->home)) {
        add_targets_in(build, context->home, true, targets);
    }
}

static bool is_link_target(struct demand_build *build, struct text path)
{
    const struct text_vector *targets = boundary_link_targets(build);
    for (size_t i = 0; i < targets->count; i++) {
        if (path_is_within(path, targets->items[i])) {
            return true;
        }
    }
    return false;
}

/* Where git's configuration says hooks or more configuration are. */
static bool is_named_by_git(struct demand_build *build, struct text path)
{
    const struct text_vector *named = boundary_git_paths(build);
    for (size_t i = 0; i < named->count; i++) {
        if (path_is_within(path, named->items[i])) {
            return true;
        }
    }
    return false;
}

/* What this run itself rests on: the files loaded to decide, the state, the program. */
static bool is_ours(struct demand_build *build, struct text path)
{
    const struct demand_context *context = build->context;
    for (size_t i = 0; i < context->boundary_file_count; i++) {
        if (path_is_within(context->boundary_files[i], path)) {
            return true;
        }
    }
    const struct boundary *boundary = boundary_of(build);
    for (size_t i = 0; i < boundary->folders.count; i++) {
        if (path_is_within(path, boundary->folders.items[i])) {
            return true;
        }
    }
    for (size_t i = 0; i < PLACE_FORMS; i++) {
        struct text state = boundary->state[i];
        struct text audit = boundary->audit[i];
        if (state.size > 0 && (path_is_within(path, state) || path_is_within(state, path))) {
            return true;
        }
        /* The log, its head and the logs it was rotated into start with one name. */
        if (audit.size > 0 && text_starts_with(path, audit)) {
            return true;
        }
    }
    return context->program.size > 0 && path_is_within(context->program, path);
}

void protected_places(struct demand_build *build, struct text_vector *places)
{
    const struct demand_context *context = build->context;
    for (size_t i = 0; i < ENTRY_COUNT; i++) {
        if (entries[i].place == PLACE_SYSTEM) {
            VECTOR_PUSH(build->arena, places, entries[i].path);
        }
        if (entries[i].place == PLACE_ANYWHERE) {
            VECTOR_PUSH(build->arena, places, path_join(build->arena, context->root, entries[i].path));
        }
        if (entries[i].place != PLACE_SYSTEM && context->home.size > 0) {
            VECTOR_PUSH(build->arena, places, path_join(build->arena, context->home, entries[i].path));
        }
    }
    VECTOR_PUSH(build->arena, places, path_join(build->arena, context->root, TEXT(".git/config")));
    VECTOR_PUSH(build->arena, places, path_join(build->arena, context->root, TEXT(".git/hooks")));
    for (size_t i = 0; i < context->boundary_file_count; i++) {
        VECTOR_PUSH(build->arena, places, context->boundary_files[i]);
    }
    const struct boundary *boundary = boundary_of(build);
    for (size_t i = 0; i < boundary->folders.count; i++) {
        VECTOR_PUSH(build->arena, places, boundary->folders.items[i]);
    }
    for (size_t i = 0; i < PLACE_FORMS; i++) {
        if (boundary->state[i].size > 0) {
            VECTOR_PUSH(build->arena, places, boundary->state[i]);
        }
    }
    const struct text_vector *targets = boundary_link_targets(build);
    for (size_t i = 0; i < targets->count; i++) {
        VECTOR_PUSH(build->arena, places, targets->items[i]);
    }
}

static bool is_protected_path(struct demand_build *build, struct text path, enum protection protection)
{
    if (protection == PROTECTED_FROM_READING) {
        /* Each file that is read comes here, and finding the places takes looks at the file system. */
        size_t end;
        if (!find_segments(path, TEXT("keys"), &end)) {
            return false;
        }
        const struct boundary *boundary = boundary_of(build);
        for (size_t i = 0; i < PLACE_FORMS; i++) {
            if (boundary->keys[i].size > 0 && path_is_within(path, boundary->keys[i])) {
                return true;
            }
        }
        return false;
    }
    if (is_ours(build, path) || is_link_target(build, path)) {
        return true;
    }
    struct text folded = glob_fold(build->arena, path);
    return is_listed(build, folded) || is_named_by_git(build, folded);
}

bool protected_from(struct demand_build *build, const struct both_forms *forms, enum protection protection)
{
    if (protection == PROTECTED_FROM_WRITING && is_new_run(forms->lexical, build->arena) &&
        text_equal(forms->lexical, forms->resolved) && !is_ours(build, forms->resolved)) {
        return false;
    }
    bool is_one = text_equal(forms->lexical, forms->resolved);
    return is_protected_path(build, forms->lexical, protection) ||
           (!is_one && is_protected_path(build, forms->resolved, protection)) ||
           (protection == PROTECTED_FROM_WRITING && hard_link_is_protected(build, forms->resolved));
}

bool protected_may_arise(struct demand_build *build, const struct both_forms *folder)
{
    const struct demand_context *context = build->context;
    struct text folded = glob_fold(build->arena, folder->resolved);
    struct text named = glob_fold(build->arena, folder->lexical);
    if (path_is_within(context->root, folder->resolved)) {
        return true;
    }
    for (size_t i = 0; i < ENTRY_COUNT; i++) {
        struct text listed = entries[i].path;
        if (entries[i].place == PLACE_SYSTEM) {
            if (path_is_within(listed, folded)) {
                return true;
            }
            continue;
        }
        struct text above = path_join(build->arena, TEXT("/"), path_parent(listed));
        if (entries[i].place == PLACE_ANYWHERE && text_find_char(listed, '/') != TEXT_NOT_FOUND &&
            (text_ends_with(folded, above) || text_ends_with(named, above))) {
            return true;
        }
    }
    for (size_t i = 0; i < PLACE_FORMS; i++) {
        struct text home = boundary_of(build)->folded_home[i];
        for (size_t j = 0; j < ENTRY_COUNT && home.size > 0; j++) {
            struct text place = path_join(build->arena, home, entries[j].path);
            if (entries[j].place == PLACE_HOME &&
                (path_is_within(place, folded) || path_is_within(place, named))) {
                return true;
            }
        }
    }
    return false;
}

static bool holds_history(struct demand_build *build, struct text path)
{
    static const struct text names[] = {
        TEXT_INIT("/HEAD"), TEXT_INIT("/refs"),     TEXT_INIT("/packed-refs"),
        TEXT_INIT("/logs"), TEXT_INIT("/reftable"), TEXT_INIT("/objects"),
    };
    struct text folded = glob_fold(build->arena, path);
    size_t end;
    if (!find_segments(folded, TEXT(".git"), &end)) {
        return false;
    }
    struct text rest = text_after(folded, end);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct text name = glob_fold(build->arena, names[i]);
        if (path_is_within(rest, name)) {
            return true;
        }
    }
    return false;
}

bool protected_history(struct demand_build *build, const struct both_forms *forms)
{
    return holds_history(build, forms->lexical) ||
           (!text_equal(forms->lexical, forms->resolved) && holds_history(build, forms->resolved));
}

bool protected_keys_below(struct demand_build *build, const struct both_forms *folder)
{
    const struct boundary *boundary = boundary_of(build);
    for (size_t i = 0; i < PLACE_FORMS; i++) {
        struct stat status;
        struct text keys = boundary->keys[i];
        bool is_above = path_is_within(keys, folder->lexical) || path_is_within(keys, folder->resolved);
        bool is_below = path_is_within(folder->lexical, keys) || path_is_within(folder->resolved, keys);
        if (keys.size > 0 && (is_below || (is_above && lstat(text_to_c(build->arena, keys), &status) == 0))) {
            return true;
        }
    }
    return false;
}
