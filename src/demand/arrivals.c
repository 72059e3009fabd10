/* SPDX-License-Identifier: Apache-2.0 */
#include "demand/arrivals.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "demand/set.h"
#include "os/path.h"
#include "os/tree.h"
#include "pattern/glob.h"

bool arrivals_add(struct demand_build *build, struct set_arrivals *arrivals, struct text origin, bool is_glob,
                  bool excludes_hidden, struct text place, bool keeps_name)
{
    struct arena *arena = build->arena;
    struct arrival arrival = {.excludes_hidden = excludes_hidden, .keeps_name = keeps_name};
    struct both_forms forms;
    struct text folder = origin;
    struct text glob = {0};
    struct error ignored;
    struct demand_build quiet = *build;
    quiet.err = &ignored;
    if (is_glob) {
        build_split_glob(path_normalise(arena, TEXT("/"), origin), &folder, &glob);
    }
    if (!build_resolve(&quiet, folder, &forms) || forms.is_unknown ||
        !build_resolve(&quiet, place, &arrival.place) || arrival.place.is_unknown) {
        return false;
    }
    arrival.name = path_base_name(forms.lexical);
    arrival.origin = glob.size > 0 ? path_join(arena, forms.resolved, glob) : forms.resolved;
    arrival.is_glob = glob.size > 0;
    struct stat status;
    if (lstat(text_to_c(arena, forms.lexical), &status) == 0 && S_ISLNK(status.st_mode)) {
        arrival.link = forms.lexical;
    }
    VECTOR_PUSH(arena, arrivals, arrival);
    return true;
}

bool arrivals_add_name(struct demand_build *build, struct set_arrivals *arrivals, struct text glob)
{
    struct arrival arrival = {.is_name = true};
    if (!build_resolve(build, glob, &arrival.place) || arrival.place.is_unknown) {
        return false;
    }
    VECTOR_PUSH(build->arena, arrivals, arrival);
    return true;
}

/* ---- What will lie there ---- */

struct listing_run {
    const struct arrival *arrival;
    struct arena *arena;
    struct arriving_vector *arriving;
};

static struct both_forms below(struct arena *arena, const struct both_forms *place, struct text path)
{
    struct both_forms forms = {.lexical = path_join(arena, place->lexical, path)};
    bool is_one = text_equal(place->lexical, place->resolved);
    forms.resolved = is_one ? forms.lexical : path_join(arena, place->resolved, path);
    return forms;
}

static bool is_file(struct arena *arena, struct text path)
{
    struct stat status;
    return stat(text_to_c(arena, path), &status) == 0 && !S_ISDIR(status.st_mode);
}

enum link_kind {
    LINK_TO_FILE,
    LINK_TO_FOLDER, /* that comes along: what is in it will be there under the link's name too */
    LINK_ANYWHERE,
};

/* What a link will be where it comes to lie. One that starts from where it lies is the same there only if what
 * it leads to comes along, without further links on the way: all below `top` does. */
static enum link_kind kind_of_link(struct arena *arena, struct text link, struct text top,
                                   struct text *ret_target)
{
    char written[LIMIT_PATH];
    ssize_t size = readlink(text_to_c(arena, link), written, sizeof written);
    if (size <= 0 || (size_t)size == sizeof written || !path_resolve(arena, link, ret_target, NULL)) {
        return LINK_ANYWHERE;
    }
    if (written[0] == '/') {
        return is_file(arena, link) ? LINK_TO_FILE : LINK_ANYWHERE;
    }
    struct text path = path_normalise(arena, path_parent(link), (struct text){written, (size_t)size});
    struct stat status;
    if (!text_equal(path, *ret_target) || !path_is_within(path, top) || path.size == top.size ||
        stat(text_to_c(arena, link), &status) != 0) {
        return LINK_ANYWHERE;
    }
    return S_ISDIR(status.st_mode) ? LINK_TO_FOLDER : LINK_TO_FILE;
}

static void add(const struct listing_run *run, struct text path, bool is_open)
{
    struct arriving arriving = {.forms = run->arrival->place, .is_open = is_open};
    if (path.size > 0) {
        arriving.forms = below(run->arena, &run->arrival->place, path);
    }
    VECTOR_PUSH(run->arena, run->arriving, arriving);
}

/* The names that a folder's files get behind a link to it. False: they cannot be told. */
static bool add_behind(const struct listing_run *run, struct text folder, struct text path)
{
    struct tree_walk walk;
    if (!tree_walk_init(&walk, folder, run->arena, NULL)) {
        return false;
    }
    struct tree_entry entry;
    while (run->arriving->count < LIMIT_TREE_ENTRIES && tree_walk_next(&walk, &entry)) {
        bool is_open = entry.is_link && !is_file(run->arena, entry.path);
        add(run, path_join(run->arena, path, path_relative(entry.path, folder)), is_open);
    }
    bool is_complete = run->arriving->count < LIMIT_TREE_ENTRIES && !walk.is_incomplete;
    tree_walk_release(&walk);
    return is_complete;
}

/* One entry of what comes, at its place. */
static void add_entry(const struct listing_run *run, const struct tree_entry *entry, struct text top,
                      struct text path)
{
    struct text target = {0};
    enum link_kind kind = entry->is_link ? kind_of_link(run->arena, entry->path, top, &target) : LINK_TO_FILE;
    bool is_told = kind == LINK_TO_FILE || (kind == LINK_TO_FOLDER && add_behind(run, target, path));
    /* A link that a glob names may be followed: with a slash behind it, or by cp -H. */
    if (kind == LINK_ANYWHERE && target.size > 0 && text_equal(entry->path, top)) {
        (void)add_behind(run, target, path);
    }
    add(run, path, !is_told);
}

static bool is_named(const struct listing_run *run, struct text folder, struct text path)
{
    const struct arrival *arrival = run->arrival;
    if (!glob_matches_path(arrival->origin, path)) {
        return false;
    }
    struct text glob = path_relative(arrival->origin, folder);
    return !arrival->excludes_hidden || text_contains(glob, TEXT("**")) ||
           !set_is_hidden_match(glob, path_relative(path, folder));
}

/* Where the entry will lie: once for itself and each folder above it that the glob names. */
static void add_named(const struct listing_run *run, struct text folder, const struct tree_entry *entry)
{
    for (size_t end = folder.size + 1; end <= entry->path.size; end++) {
        if (end < entry->path.size && entry->path.data[end] != '/') {
            continue;
        }
        struct text named = text_slice(entry->path, 0, end);
        if (!is_named(run, folder, named)) {
            continue;
        }
        struct text rest = text_after(entry->path, end == entry->path.size ? end : end + 1);
        struct text name = path_base_name(named);
        struct text path = !run->arrival->keeps_name ? rest
                           : rest.size == 0          ? name
                                                     : path_join(run->arena, name, rest);
        add_entry(run, entry, named, path);
    }
}

static size_t count_segments(struct text path)
{
    size_t count = 1;
    for (size_t i = 0; i < path.size; i++) {
        count += path.data[i] == '/' ? 1 : 0;
    }
    return count;
}

/* Whether neither the folder nor anything in it can be named. */
static bool is_beside(const struct arrival *arrival, struct text folder, struct text path)
{
    struct text glob = path_relative(arrival->origin, folder);
    return !text_contains(glob, TEXT("**")) &&
           count_segments(path_relative(path, folder)) == count_segments(glob) &&
           !glob_matches_path(arrival->origin, path);
}

/* Whether a shell would look for the rest of the glob behind a link of this name. */
static bool leads_on(const struct arrival *arrival, struct text folder, struct text path)
{
    struct text glob = path_relative(arrival->origin, folder);
    struct text rest = path_relative(path, folder);
    struct text segment;
    struct text name;
    while (text_next(&rest, '/', &name)) {
        if (!text_next(&glob, '/', &segment)) {
            return false;
        }
        if (text_equal(segment, TEXT("**"))) {
            return true;
        }
        if (!glob_matches_text(segment, name)) {
            return false;
        }
    }
    return glob.data != NULL;
}

static bool list_tree(const struct listing_run *run, struct text folder)
{
    const struct arrival *arrival = run->arrival;
    struct tree_walk walk;
    if (!tree_walk_init(&walk, folder, run->arena, NULL)) {
        struct stat status;
        return stat(text_to_c(run->arena, folder), &status) != 0 || !S_ISDIR(status.st_mode);
    }
    struct tree_entry entry;
    size_t count = 0;
    while (count < LIMIT_TREE_ENTRIES && run->arriving->count < LIMIT_TREE_ENTRIES &&
           tree_walk_next(&walk, &entry)) {
        count++;
        if (arrival->is_glob) {
            if (entry.is_link && leads_on(arrival, folder, entry.path) && !is_file(run->arena, entry.path)) {
                tree_walk_release(&walk);
                return false;
            }
            add_named(run, folder, &entry);
            if (entry.is_folder && is_beside(arrival, folder, entry.path)) {
                tree_walk_skip(&walk);
            }
            continue;
        }
        struct text path = path_relative(entry.path, folder);
        add_entry(run, &entry, folder, arrival->keeps_name ? path_join(run->arena, arrival->name, path) : path);
    }
    bool is_complete =
        count < LIMIT_TREE_ENTRIES && run->arriving->count < LIMIT_TREE_ENTRIES && !walk.is_incomplete;
    tree_walk_release(&walk);
    return is_complete;
}

static bool list_one(const struct listing_run *run)
{
    const struct arrival *arrival = run->arrival;
    if (arrival->is_name) {
        add(run, (struct text){0}, false);
        return true;
    }
    if (arrival->is_glob) {
        struct text folder;
        struct text glob;
        build_split_glob(arrival->origin, &folder, &glob);
        return list_tree(run, path_normalise(run->arena, TEXT("/"), folder));
    }
    struct stat status;
    if (lstat(text_to_c(run->arena, arrival->origin), &status) != 0 && arrival->link.size == 0) {
        return true; /* nothing comes */
    }
    struct text target;
    bool is_open = arrival->link.size > 0 &&
                   kind_of_link(run->arena, arrival->link, arrival->link, &target) != LINK_TO_FILE;
    add(run, arrival->keeps_name ? arrival->name : (struct text){0}, is_open);
    return list_tree(run, arrival->origin);
}

bool arrivals_list(const struct set_arrivals *arrivals, struct arena *arena,
                   struct arriving_vector *ret_arriving)
{
    struct arriving_vector arriving = {0};
    for (size_t i = 0; i < arrivals->count; i++) {
        struct listing_run run = {.arrival = &arrivals->items[i], .arena = arena, .arriving = &arriving};
        if (!list_one(&run)) {
            return false;
        }
    }
    *ret_arriving = arriving;
    return true;
}

bool arrivals_tell_members(const struct demand *set)
{
    bool is_written = false;
    for (size_t i = 0; i < set->name_count; i++) {
        is_written = is_written || text_equal(set->names[i], TEXT("file.write"));
    }
    return !is_written || text_equal(set->names[0], TEXT("file.delete")) || set->arrivals != NULL;
}
