/* SPDX-License-Identifier: Apache-2.0 */
/* Sets of files that a command names, and what of them is there now or arrives. */
#include "os/tree.h"

#include <errno.h>
#include <sys/stat.h>

#include "base/limits.h"
#include "demand/arrivals.h"
#include "demand/hidden.h"
#include "demand/protected.h"
#include "demand/secrets.h"
#include "demand/set.h"
#include "os/path.h"
#include "pattern/glob.h"

/* A set of files whose members are looked at one by one. */
struct set_scan {
    struct demand_build *build;
    const struct file_set *files;
    struct both_forms folder; /* before the first wildcard */
    struct text glob;         /* behind it */
    struct resource set;
    struct set_hidden hidden;
    bool reads;
    bool passes_present; /* only what arrives is written: what is there counts as far as it is a link */
    bool has_history;    /* one is git's own: history.rewrite is added for it */
    bool has_boundary;   /* one is the boundary's: aex.configure is added for it */
    struct secret_count secrets;
};

/* Whether a link stands where the glob goes on behind a folder of this name, and a shell or the program would
 * go there; and what of the glob is left behind it. */
static bool leads_on(const struct set_scan *scan, const struct tree_entry *entry, struct text *ret_glob)
{
    struct stat status;
    if (stat(text_to_c(scan->build->arena, entry->path), &status) != 0 || !S_ISDIR(status.st_mode)) {
        return false;
    }
    struct text target;
    if (path_resolve(scan->build->arena, entry->path, &target, NULL) &&
        path_is_within(target, scan->folder.resolved) && text_equal(scan->glob, TEXT("**"))) {
        return false; /* all that is there is a member anyway */
    }
    struct text rest = path_relative(entry->path, scan->folder.resolved);
    struct text name;
    struct text segment;
    *ret_glob = scan->glob;
    while (text_next(&rest, '/', &name)) {
        if (!text_next(ret_glob, '/', &segment) || text_equal(segment, TEXT("**"))) {
            /* Each file of a tree is named by `find -exec`, as the start of a tree of its own. */
            bool names_each = text_equal(*ret_glob, TEXT("*/**"));
            *ret_glob = TEXT("**");
            return names_each || scan->files->follows_links;
        }
        if (!glob_matches_text(segment, name)) {
            return false;
        }
    }
    return ret_glob->data != NULL;
}

/* A link to a folder. Programs that go through a tree by themselves do go behind a link that they were given:
 * `grep -r x docs/` and the name of a link. Only deleting stays in front of it. */
static bool scan_folder_link(const struct set_scan *scan, const struct tree_entry *entry, struct text glob,
                             struct error *err)
{
    const struct file_set *files = scan->files;
    if (files->follows_links || !text_equal(glob, TEXT("**"))) {
        return error_set(err, "a link to a folder");
    }
    struct file_set behind = {.names = files->names,
                              .name_count = files->name_count,
                              .glob = path_join(scan->build->arena, entry->path, glob),
                              .excludes_hidden = files->excludes_hidden,
                              .searches = files->searches,
                              .shown = files->shown};
    return text_equal(files->names[0], TEXT("file.delete")) ||
           (scan->build->demands->count < LIMIT_DEMANDS && build_file_set(scan->build, &behind));
}

/* Ignore files are looked at for secrets only: there are many hidden names. */
static bool is_passed_as_hidden(const struct set_scan *scan, const struct tree_entry *entry)
{
    struct arena *arena = scan->build->arena;
    struct set_hidden hidden = scan->hidden;
    hidden.searches = hidden.searches && secrets_names(arena, entry->path);
    return scan->files->excludes_hidden &&
           hidden_is_passed(arena, &hidden, scan->folder.resolved, scan->glob, entry->path);
}

/* What writing one member demands besides: each of it once a set. */
static void add_protection(struct set_scan *scan, const struct both_forms *forms)
{
    struct demand_build *build = scan->build;
    struct resource member = {.kind = RESOURCE_KNOWN, .value = forms->lexical, .resolved = forms->resolved};
    if (!scan->has_history && protected_history(build, forms)) {
        scan->has_history = true;
        build_add(build, TEXT("history.rewrite"), member);
    }
    if (!scan->has_boundary && protected_from(build, forms, PROTECTED_FROM_WRITING)) {
        scan->has_boundary = true;
        build_add(build, TEXT("aex.configure"), member);
    }
}

/* One member. A link is a file of its own: what it leads to is read or changed, unless it is only deleted.
 * False when nobody can say where the set ends. */
static bool scan_member(struct set_scan *scan, const struct tree_entry *entry, struct error *err)
{
    struct demand_build *build = scan->build;
    struct text behind;
    if (entry->is_link && leads_on(scan, entry, &behind) && !scan_folder_link(scan, entry, behind, err)) {
        return false;
    }
    if (!glob_matches_path(scan->set.resolved, entry->path) || is_passed_as_hidden(scan, entry)) {
        return true;
    }
    /* Programs that go through trees by themselves pass over links unless told otherwise. */
    bool is_passed_over =
        text_equal(scan->files->names[0], TEXT("file.delete")) ||
        ((text_ends_with(scan->glob, TEXT("**")) || scan->files->passes_links) && !scan->files->follows_links);
    if (entry->is_link && !is_passed_over) {
        return build->demands->count < LIMIT_DEMANDS &&
               build_file(build, scan->files->names, scan->files->name_count, entry->path);
    }
    if (scan->passes_present) {
        return true;
    }
    struct resource member = set_member(build->arena, scan->folder.lexical, scan->folder.resolved, entry->path);
    struct both_forms forms = {.lexical = member.value, .resolved = member.resolved};
    if (!scan->reads) {
        add_protection(scan, &forms);
    } else if (!entry->is_folder && set_is_secret(build, &member)) {
        (void)set_add_secret(build, &scan->secrets, member); /* links are looked for to the end */
    }
    return true;
}

/* Looks at all members. False when there is too much to look at. */
static bool scan_set(struct set_scan *scan)
{
    struct tree_walk walk;
    struct error err;
    if (!tree_walk_init(&walk, scan->folder.resolved, scan->build->arena, &err)) {
        return err.os_code == ENOENT || err.os_code == ENOTDIR; /* nothing is there */
    }
    struct tree_entry entry;
    size_t count = 0;
    bool is_known = true;
    while (is_known && count < LIMIT_TREE_ENTRIES && tree_walk_next(&walk, &entry)) {
        count++;
        is_known = scan_member(scan, &entry, &err);
    }
    is_known = is_known && count < LIMIT_TREE_ENTRIES && !walk.is_incomplete;
    tree_walk_release(&walk);
    return is_known;
}

/* The boundary that may come into being where anything may arrive. */
static void add_possible_boundary(struct set_scan *scan)
{
    if (!scan->has_boundary && protected_may_arise(scan->build, &scan->folder)) {
        scan->has_boundary = true;
        build_add(scan->build, TEXT("aex.configure"), scan->set);
    }
}

/* One file that comes, and what is below it where it is a link. False when there are too many of those. */
static bool add_arriving(struct set_scan *scan, const struct arriving *arriving, size_t *open)
{
    enum { MOST_OPEN = 64 };
    struct demand_build *build = scan->build;
    const struct both_forms *forms = &arriving->forms;
    add_protection(scan, forms);
    if (!arriving->is_open) {
        return true;
    }
    struct file_set behind = {.names = scan->files->names,
                              .name_count = scan->files->name_count,
                              .glob = path_join(build->arena, forms->lexical, TEXT("**"))};
    return ++*open <= MOST_OPEN && build_file_set(build, &behind);
}

/* What comes to lie in the set that is demand number `index`. Where nobody can say, the demand says so from
 * here on.
 */
static void add_arrivals(struct set_scan *scan, size_t index)
{
    struct arena *arena = scan->build->arena;
    const struct set_arrivals *arrivals = scan->files->arrivals;
    struct arriving_vector arriving = {0};
    bool is_known = arrivals != NULL && arrivals_list(arrivals, arena, &arriving);
    size_t open = 0;
    for (size_t i = 0; is_known && i < arriving.count; i++) {
        is_known = add_arriving(scan, &arriving.items[i], &open);
    }
    if (!is_known) {
        scan->build->demands->items[index].arrivals = NULL;
        add_possible_boundary(scan);
    }
}

bool build_file_set(struct demand_build *build, const struct file_set *files)
{
    struct set_scan scan = {.build = build, .files = files, .glob = TEXT("")};
    struct text folder_part;
    build_split_glob(files->glob, &folder_part, &scan.glob);
    if (scan.glob.size == 0) {
        return build_file(build, files->names, files->name_count, files->glob);
    }
    if (!build_resolve(build, folder_part, &scan.folder)) {
        return false;
    }
    if (scan.folder.is_unknown || set_goes_up(scan.glob)) {
        build_unknown_file(build, files->names[0]);
        return true;
    }
    scan.set = set_of(build, &scan.folder, scan.glob);
    scan.secrets.set = scan.set;
    scan.reads = text_equal(files->names[0], TEXT("file.read"));
    struct demand demand = {.name_count = files->name_count, .resource = scan.set};
    for (size_t i = 0; i < files->name_count; i++) {
        demand.names[i] = files->names[i];
    }
    demand.arrivals = files->arrivals;
    scan.hidden = (struct set_hidden){files->searches, build->context->root, files->shown};
    if (files->excludes_hidden && !build->is_opaque) {
        struct set_hidden *hidden = ARENA_NEW(build->arena, struct set_hidden);
        *hidden = scan.hidden;
        demand.hidden = hidden;
    }
    scan.passes_present = files->arrivals != NULL && !files->arrivals->changes_present;
    size_t index = build->demands->count;
    VECTOR_PUSH(build->arena, build->demands, demand);
    if (!scan_set(&scan)) {
        build_unknown_file(build, files->names[0]);
    }
    if (!scan.reads && !text_equal(files->names[0], TEXT("file.delete"))) {
        add_arrivals(&scan, index);
    }
    return true;
}

static bool expand_arrivals(const struct demand *set, struct arena *arena, struct demand_vector *demands)
{
    struct arriving_vector arriving = {0};
    if (!arrivals_tell_members(set) ||
        (set->arrivals != NULL && !arrivals_list(set->arrivals, arena, &arriving))) {
        return false;
    }
    for (size_t i = 0; i < arriving.count; i++) {
        const struct both_forms *forms = &arriving.items[i].forms;
        if (!glob_matches_path(set->resource.value, forms->lexical) &&
            !glob_matches_path(set->resource.resolved, forms->resolved)) {
            continue; /* it arrives in another set of the call */
        }
        struct demand member = *set;
        member.allowed_unless_denied = true;
        member.resource =
            (struct resource){.kind = RESOURCE_KNOWN, .value = forms->lexical, .resolved = forms->resolved};
        VECTOR_PUSH(arena, demands, member);
    }
    return true;
}

/* Whether a listing asks for names that it tells the beginning of: `.en*`, and not `*.c` or `.*`. */
static bool names_members(struct text glob)
{
    enum { TELLING = 2 };
    struct text last = path_base_name(glob);
    size_t size = 0;
    while (size < last.size && last.data[size] != '*' && last.data[size] != '?') {
        size++;
    }
    return size >= TELLING || size == last.size;
}

bool demand_expand_set(const struct demand *set, struct arena *arena, struct demand_vector *demands)
{
    struct text folder;
    struct text glob;
    build_split_glob(set->resource.resolved, &folder, &glob);
    size_t first = demands->count;
    struct demand whole = *set;
    whole.members_follow = true;
    VECTOR_PUSH(arena, demands, whole);
    if (!expand_arrivals(set, arena, demands)) {
        demands->count = first;
        return false;
    }
    if (set->arrivals != NULL && !set->arrivals->changes_present) {
        return true;
    }
    struct tree_walk walk;
    struct text resolved_folder = path_normalise(arena, TEXT("/"), folder);
    struct error err;
    if (!tree_walk_init(&walk, resolved_folder, arena, &err)) {
        bool is_missing = err.os_code == ENOENT || err.os_code == ENOTDIR; /* and so has no members */
        demands->count = is_missing ? demands->count : first;
        return is_missing;
    }
    /* The same glob stands at the end of both forms: what is before it are the folders. */
    struct text value = set->resource.value;
    struct text lexical_folder = path_normalise(arena, TEXT("/"), text_slice(value, 0, value.size - glob.size));
    struct tree_entry entry;
    size_t count = 0;
    bool names_each = names_members(glob);
    while (count < LIMIT_TREE_ENTRIES && tree_walk_next(&walk, &entry)) {
        count++;
        if (!glob_matches_path(set->resource.resolved, entry.path) ||
            (set->hidden != NULL && hidden_is_passed(arena, set->hidden, resolved_folder, glob, entry.path))) {
            continue;
        }
        struct demand member = *set;
        member.allowed_unless_denied = true;
        struct text path = set->lists_names && !names_each ? path_parent(entry.path) : entry.path;
        member.resource = set_member(arena, lexical_folder, resolved_folder, path);
        VECTOR_PUSH(arena, demands, member);
    }
    bool is_complete = count < LIMIT_TREE_ENTRIES && !walk.is_incomplete;
    tree_walk_release(&walk);
    if (!is_complete) {
        demands->count = first;
    }
    return is_complete;
}
