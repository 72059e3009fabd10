/* SPDX-License-Identifier: Apache-2.0 */
/* Folders and globs as resources: sets of files, and what of them is there now. */
#include "os/tree.h"

#include <sys/stat.h>

#include "base/limits.h"
#include "demand/braces.h"
#include "demand/build.h"
#include "demand/secrets.h"
#include "os/path.h"
#include "pattern/glob.h"

static bool is_folder(struct demand_build *build, struct text path)
{
    struct stat status;
    return stat(text_to_c(build->arena, path), &status) == 0 && S_ISDIR(status.st_mode);
}

static struct resource set_of(struct demand_build *build, const struct both_forms *folder, struct text glob)
{
    return (struct resource){.kind = RESOURCE_SET,
                             .value = path_join(build->arena, folder->lexical, glob),
                             .resolved = path_join(build->arena, folder->resolved, glob)};
}

static bool ends_pattern(char c, size_t depth)
{
    return c == ' ' || (c >= '\t' && c <= '\r') || (c == ',' && depth == 0);
}

static void add_filter(struct demand_build *build, struct text pattern, struct text_vector *filters)
{
    if (text_trim_space(pattern).size == 0 || pattern.data[0] == '!') {
        return; /* it takes away from what the others let through */
    }
    struct text_vector globs = braces_expand(pattern, build->arena);
    for (size_t i = 0; i < globs.count; i++) {
        VECTOR_PUSH(build->arena, filters, globs.items[i]);
    }
}

/* The name globs a search is limited to; none is no limit. Claude Code takes several, with blanks or commas
 * between them: the whole and each part counts. */
static struct text_vector read_filters(struct demand_build *build, struct text filter)
{
    struct text_vector filters = {0};
    size_t start = 0;
    size_t depth = 0;
    add_filter(build, filter, &filters);
    for (size_t at = 0; at <= filter.size; at++) {
        char c = at < filter.size ? filter.data[at] : ' ';
        if ((unsigned char)c >= 0x80) {
            return (struct text_vector){0}; /* it may be a blank to a program that knows Unicode's */
        }
        if (ends_pattern(c, depth)) {
            add_filter(build, text_slice(filter, start, at), &filters);
            start = at + 1;
            depth = 0;
        }
        depth += c == '{';
        depth -= c == '}' && depth > 0;
    }
    return filters;
}

/* Whether a search limited to the names of `filter` would open this file. A filter that is more than a name's
 * glob is taken to let everything through. */
static bool passes(struct text name, const struct text_vector *filters)
{
    for (size_t i = 0; i < filters->count; i++) {
        if (text_find_char(filters->items[i], '/') != TEXT_NOT_FOUND ||
            glob_matches_text(filters->items[i], name)) {
            return true;
        }
    }
    return filters->count == 0;
}

/* The first secret that a search through the folder would read. Git's own folder is never searched. False when
 * the folder is too large to know. */
static bool find_secret(struct demand_build *build, struct text folder, const struct text_vector *filters,
                        struct text *ret_secret)
{
    struct tree_walk walk;
    if (!tree_walk_init(&walk, folder, build->arena, NULL)) {
        return false;
    }
    struct tree_entry entry;
    size_t count = 0;
    while (ret_secret->size == 0 && count < LIMIT_TREE_ENTRIES && tree_walk_next(&walk, &entry)) {
        count++;
        if (entry.is_folder && text_equal(entry.name, TEXT(".git"))) {
            tree_walk_skip(&walk);
        } else if (!entry.is_folder && passes(entry.name, filters) && secrets_names(build->arena, entry.path)) {
            *ret_secret = entry.path;
        }
    }
    bool is_known = ret_secret->size > 0 || (count < LIMIT_TREE_ENTRIES && !walk.is_incomplete);
    tree_walk_release(&walk);
    return is_known;
}

bool build_tree(struct demand_build *build, struct text name, struct text path, struct text filter)
{
    struct both_forms folder;
    if (!build_resolve(build, path, &folder)) {
        return false;
    }
    if (folder.is_unknown) {
        build_unknown_file(build, name);
        return true;
    }
    if (!is_folder(build, folder.resolved)) {
        return build_file(build, &name, 1, path);
    }
    struct text_vector filters = read_filters(build, filter);
    build_add(build, name, set_of(build, &folder, TEXT("**")));
    struct text secret = {0};
    if (!find_secret(build, folder.resolved, &filters, &secret)) {
        build_add(build, TEXT("secrets.read"), (struct resource){.kind = RESOURCE_UNKNOWN});
    } else if (secret.size > 0) {
        struct resource resource = {.kind = RESOURCE_KNOWN, .value = secret, .resolved = secret};
        build_add(build, TEXT("secrets.read"), resource);
    }
    return true;
}

static bool has_wildcard(struct text segment)
{
    return text_find_char(segment, '*') != TEXT_NOT_FOUND || text_find_char(segment, '?') != TEXT_NOT_FOUND;
}

// Splits `src/a/**/x` into the folder `src/a/` and the glob `**/x`.
static void split_glob(struct text pattern, struct text *ret_folder, struct text *ret_glob)
{
    size_t segment_start = 0;
    for (size_t at = 0; at <= pattern.size; at++) {
        if (at < pattern.size && pattern.data[at] != '/') {
            continue;
        }
        if (has_wildcard(text_slice(pattern, segment_start, at))) {
            break;
        }
        segment_start = at + 1;
    }
    *ret_folder = text_slice(pattern, 0, segment_start);
    *ret_glob = text_after(pattern, segment_start);
}

static bool goes_up(struct text glob)
{
    struct text rest = glob;
    struct text segment;
    while (text_next(&rest, '/', &segment)) {
        if (text_equal(segment, TEXT(".."))) {
            return true;
        }
    }
    return false;
}

/* One glob without braces. */
static bool build_glob(struct demand_build *build, struct text name, struct text start, struct text pattern)
{
    bool is_rooted = pattern.size > 0 && (pattern.data[0] == '/' || pattern.data[0] == '~');
    struct text whole = is_rooted ? pattern : path_join(build->arena, start, pattern);
    struct text folder_part;
    struct text glob;
    split_glob(whole, &folder_part, &glob);
    if (glob.size == 0) {
        return build_file(build, &name, 1, whole); /* no wildcard: a name like any other */
    }
    struct both_forms folder;
    if (!build_resolve(build, folder_part.size == 0 ? TEXT(".") : folder_part, &folder)) {
        return false;
    }
    if (folder.is_unknown || goes_up(glob)) {
        build_unknown_file(build, name);
        return true;
    }
    struct resource set = set_of(build, &folder, glob);
    build_add(build, name, set);
    if (secrets_aimed_at(build->arena, set.value) || secrets_aimed_at(build->arena, set.resolved)) {
        build_add(build, TEXT("secrets.read"), set);
    }
    return true;
}

bool build_listing(struct demand_build *build, struct text name, struct text folder, struct text pattern)
{
    struct text_vector globs = braces_expand(pattern, build->arena);
    for (size_t i = 0; i < globs.count; i++) {
        if (!build_glob(build, name, folder, globs.items[i])) {
            return false;
        }
    }
    return true;
}

bool demand_expand_set(const struct demand *set, const struct demand_context *context, struct arena *arena,
                       struct demand_vector *demands)
{
    (void)context;
    struct text folder;
    struct text glob;
    split_glob(set->resource.resolved, &folder, &glob);
    size_t first = demands->count;
    struct demand whole = *set;
    whole.members_follow = true;
    VECTOR_PUSH(arena, demands, whole);
    struct tree_walk walk;
    if (!tree_walk_init(&walk, path_normalise(arena, TEXT("/"), folder), arena, NULL)) {
        return false;
    }
    struct tree_entry entry;
    size_t count = 0;
    while (count < LIMIT_TREE_ENTRIES && tree_walk_next(&walk, &entry)) {
        count++;
        if (!glob_matches_path(set->resource.resolved, entry.path)) {
            continue;
        }
        struct demand member = *set;
        member.allowed_unless_denied = true;
        member.resource =
            (struct resource){.kind = RESOURCE_KNOWN, .value = entry.path, .resolved = entry.path};
        VECTOR_PUSH(arena, demands, member);
    }
    bool is_complete = count < LIMIT_TREE_ENTRIES && !walk.is_incomplete;
    tree_walk_release(&walk);
    if (!is_complete) {
        demands->count = first;
    }
    return is_complete;
}
