/* SPDX-License-Identifier: Apache-2.0 */
#include "demand/arrivals.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "os/path.h"
#include "os/tree.h"
#include "pattern/glob.h"

bool arrivals_add(struct demand_build *build, struct set_arrivals *arrivals, struct text origin, bool is_glob,
                  bool excludes_hidden, struct text place, bool keeps_name)
{
    struct arena *arena = build->arena;
    struct arrival arrival = {.is_glob = is_glob, .excludes_hidden = excludes_hidden, .keeps_name = keeps_name};
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

/* A link to a file is a file under its new name, unless it starts from where it lies and does not lead to what
 * comes along: everything below `top` does. */
static bool leads_anywhere(struct arena *arena, struct text link, struct text top)
{
    char target[LIMIT_PATH];
    ssize_t size = readlink(text_to_c(arena, link), target, sizeof target);
    if (size <= 0 || (size_t)size == sizeof target || !is_file(arena, link)) {
        return true;
    }
    struct text written = {target, (size_t)size};
    struct text path = path_normalise(arena, path_parent(link), written);
    return target[0] != '/' && !(path_is_within(path, top) && path.size > top.size);
}

static void add(const struct listing_run *run, struct text path, bool is_open)
{
    struct arriving arriving = {.forms = run->arrival->place, .is_open = is_open};
    if (path.size > 0) {
        arriving.forms = below(run->arena, &run->arrival->place, path);
    }
    VECTOR_PUSH(run->arena, run->arriving, arriving);
}

// Whether the shell passes over the name that a glob without `**` would take.
static bool is_hidden_match(struct text glob, struct text path)
{
    struct text segment;
    struct text name;
    while (text_next(&glob, '/', &segment) && text_next(&path, '/', &name)) {
        if (text_starts_with(name, TEXT(".")) && !text_starts_with(segment, TEXT("."))) {
            return true;
        }
    }
    return false;
}

static bool is_named(const struct listing_run *run, struct text folder, struct text path)
{
    const struct arrival *arrival = run->arrival;
    if (!glob_matches_path(arrival->origin, path)) {
        return false;
    }
    struct text glob = path_relative(arrival->origin, folder);
    return !arrival->excludes_hidden || text_contains(glob, TEXT("**")) ||
           !is_hidden_match(glob, path_relative(path, folder));
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
        bool is_open = entry->is_link && leads_anywhere(run->arena, entry->path, named);
        struct text rest = text_after(entry->path, end == entry->path.size ? end : end + 1);
        struct text name = path_base_name(named);
        struct text path = !run->arrival->keeps_name ? rest
                           : rest.size == 0          ? name
                                                     : path_join(run->arena, name, rest);
        add(run, path, is_open);
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
    while (count < LIMIT_TREE_ENTRIES && tree_walk_next(&walk, &entry)) {
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
        add(run, arrival->keeps_name ? path_join(run->arena, arrival->name, path) : path,
            entry.is_link && leads_anywhere(run->arena, entry.path, folder));
    }
    bool is_complete = count < LIMIT_TREE_ENTRIES && !walk.is_incomplete;
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
    add(run, arrival->keeps_name ? arrival->name : (struct text){0},
        arrival->link.size > 0 && leads_anywhere(run->arena, arrival->link, arrival->link));
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
