/* SPDX-License-Identifier: Apache-2.0 */
/* Searches through folders and listings of names: what they read, and the secrets they would show. */
#include <sys/stat.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "demand/braces.h"
#include "demand/protected.h"
#include "demand/secrets.h"
#include "demand/set.h"
#include "os/path.h"
#include "os/tree.h"
#include "pattern/glob.h"
#include "shell/ripgrep.h"

static bool is_folder(struct demand_build *build, struct text path)
{
    struct stat status;
    return stat(text_to_c(build->arena, path), &status) == 0 && S_ISDIR(status.st_mode);
}

/* Whether a search limited by the filters would open a file of this name: what stands before the last slash is
 * not looked at. */
static bool passes(struct text name, const struct text_vector *filters)
{
    for (size_t i = 0; i < filters->count; i++) {
        struct text last = path_base_name(filters->items[i]);
        if (last.size == 0 || glob_matches_text(last, name)) {
            return true;
        }
    }
    return filters->count == 0;
}

/* The secrets that a search through the folder would read, by either form of their paths. Git's own folder is
 * never searched. False when the folder is too large to know. */
static bool add_secrets(struct demand_build *build, const struct both_forms *folder,
                        const struct text_vector *filters, struct resource set)
{
    struct secret_count secrets = {.set = set};
    struct tree_walk walk;
    if (!tree_walk_init(&walk, folder->resolved, build->arena, NULL)) {
        return false;
    }
    struct tree_entry entry;
    size_t count = 0;
    bool is_settled = false;
    while (!is_settled && count < LIMIT_TREE_ENTRIES && tree_walk_next(&walk, &entry)) {
        count++;
        if (entry.is_folder && text_equal(entry.name, TEXT(".git"))) {
            tree_walk_skip(&walk);
        } else if (!entry.is_folder && passes(entry.name, filters)) {
            struct resource file = set_member(build->arena, folder->lexical, folder->resolved, entry.path);
            is_settled = set_is_secret(build, &file) && !set_add_secret(build, &secrets, file);
        }
    }
    bool is_known = is_settled || (count < LIMIT_TREE_ENTRIES && !walk.is_incomplete);
    tree_walk_release(&walk);
    return is_known;
}

size_t build_space_at(struct text text, size_t offset)
{
    uint32_t c;
    size_t size = utf8_decode(text, offset, &c);
    if (size == 0) {
        return 0;
    }
    bool is_space = (c >= '\t' && c <= '\r') || c == ' ' || c == 0xA0 || c == 0x1680 ||
                    (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
                    c == 0x3000 || c == 0xFEFF;
    return is_space ? size : 0;
}

/* One that excludes takes nothing away that is known here, and one that starts with "#" is a comment to
 * ripgrep. Behind blanks that are white space to it and not to agents (U+0085) another name may be meant. */
static void add_filter(struct text_vector *filters, struct text filter, struct arena *arena)
{
    if (filter.size == 0 || filter.data[0] == '!' || filter.data[0] == '#') {
        return;
    }
    bool ends_plainly = (unsigned char)filter.data[filter.size - 1] < 0x80;
    filter = ends_plainly ? filter : TEXT("*");
    struct text_vector globs = braces_expand(filter, arena);
    for (size_t i = 0; i < globs.count; i++) {
        VECTOR_PUSH(arena, filters, globs.items[i]);
    }
}

/* The globs of a search's filter. Claude Code cuts it at white space, and at commas in parts without braces,
 * and hands each to ripgrep. Empty: everything passes. */
static struct text_vector read_filters(struct text filter, struct arena *arena)
{
    struct text_vector filters = {0};
    size_t at = 0;
    while (at < filter.size) {
        size_t end = at;
        while (end < filter.size && build_space_at(filter, end) == 0) {
            end++;
        }
        struct text rest = text_slice(filter, at, end);
        struct text part;
        if (text_contains(rest, TEXT("{")) && text_contains(rest, TEXT("}"))) {
            add_filter(&filters, rest, arena);
        } else {
            while (text_next(&rest, ',', &part)) {
                add_filter(&filters, part, arena);
            }
        }
        at = end < filter.size ? end + build_space_at(filter, end) : end;
    }
    return filters;
}

bool build_tree(struct demand_build *build, struct text name, struct text path, struct text filter,
                struct text type)
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
    struct text_vector filters = read_filters(filter, build->arena);
    if (filters.count == 0) {
        (void)ripgrep_type(build->arena, type, &filters); /* a glob that lets a file through overrules types */
    }
    struct resource set = set_of(build, &folder, TEXT("**"));
    build_add(build, name, set);
    if (!add_secrets(build, &folder, &filters, set)) {
        build_add(build, TEXT("secrets.read"), (struct resource){.kind = RESOURCE_UNKNOWN});
    }
    if (protected_keys_below(build, &folder)) {
        build_add(build, TEXT("aex.configure"), set);
    }
    return true;
}

/* One glob without braces. */
static bool build_glob(struct demand_build *build, struct text name, struct text start, struct text pattern)
{
    bool is_rooted = pattern.size > 0 && (pattern.data[0] == '/' || pattern.data[0] == '~');
    struct text whole = is_rooted ? pattern : path_join(build->arena, start, pattern);
    struct text folder_part;
    struct text glob;
    build_split_glob(whole, &folder_part, &glob);
    if (glob.size == 0) {
        return build_file(build, &name, 1, whole); /* no wildcard: a name like any other */
    }
    struct both_forms folder;
    if (!build_resolve(build, folder_part.size == 0 ? TEXT(".") : folder_part, &folder)) {
        return false;
    }
    if (folder.is_unknown || set_goes_up(glob)) {
        build_unknown_file(build, name);
        return true;
    }
    struct resource set = set_of(build, &folder, glob);
    build_add(build, name, set);
    build->demands->items[build->demands->count - 1].lists_names = true;
    if (secrets_aimed_at(build->arena, set.value) || secrets_aimed_at(build->arena, set.resolved)) {
        build_add(build, TEXT("secrets.read"), set);
    }
    return true;
}

static bool is_dots(struct text segment)
{
    return text_equal(segment, TEXT(".")) || text_equal(segment, TEXT(".."));
}

bool build_listing(struct demand_build *build, struct text name, struct text folder, struct text pattern,
                   bool at_any_depth)
{
    struct text_vector globs = braces_expand(pattern, build->arena);
    for (size_t i = 0; i < globs.count; i++) {
        struct text glob = globs.items[i];
        if (glob.size > 0 && glob.data[0] == '!') {
            glob = TEXT("**"); /* to ripgrep: all but those */
        } else if (glob.size > 0 && at_any_depth && text_find_char(glob, '/') == TEXT_NOT_FOUND &&
                   !is_dots(glob) && glob.data[0] != '~') {
            glob = path_join(build->arena, TEXT("**"), glob);
        }
        if (!build_glob(build, name, folder, glob)) {
            return false;
        }
    }
    return true;
}
