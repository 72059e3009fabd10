/* SPDX-License-Identifier: Apache-2.0 */
#include "demand/set.h"

#include "demand/secrets.h"
#include "os/path.h"
#include "pattern/glob.h"

void build_split_glob(struct text pattern, struct text *ret_folder, struct text *ret_glob)
{
    size_t segment_start = 0;
    for (size_t at = 0; at <= pattern.size; at++) {
        if (at < pattern.size && pattern.data[at] != '/') {
            continue;
        }
        if (glob_has_wildcard(text_slice(pattern, segment_start, at))) {
            break;
        }
        segment_start = at + 1;
    }
    *ret_folder = text_slice(pattern, 0, segment_start);
    *ret_glob = text_after(pattern, segment_start);
}

bool set_is_hidden_match(struct text glob, struct text path)
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

bool set_goes_up(struct text glob)
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

struct resource set_of(struct demand_build *build, const struct both_forms *folder, struct text glob)
{
    return (struct resource){.kind = RESOURCE_SET,
                             .value = path_join(build->arena, folder->lexical, glob),
                             .resolved = path_join(build->arena, folder->resolved, glob)};
}

struct resource set_member(struct arena *arena, struct text lexical_folder, struct text resolved_folder,
                           struct text path)
{
    struct resource member = {.kind = RESOURCE_KNOWN, .value = path, .resolved = path};
    if (text_equal(path, resolved_folder)) {
        member.value = lexical_folder;
    } else if (!text_equal(lexical_folder, resolved_folder)) {
        member.value = path_join(arena, lexical_folder, path_relative(path, resolved_folder));
    }
    return member;
}

bool set_is_secret(struct demand_build *build, const struct resource *file)
{
    return secrets_names(build->arena, file->value) || secrets_names(build->arena, file->resolved);
}

bool set_add_secret(struct demand_build *build, struct secret_count *secrets, struct resource file)
{
    enum { MOST_SECRETS = 64 };
    if (secrets->count <= MOST_SECRETS) {
        build_add(build, TEXT("secrets.read"), secrets->count < MOST_SECRETS ? file : secrets->set);
        secrets->count++;
    }
    return secrets->count <= MOST_SECRETS;
}
