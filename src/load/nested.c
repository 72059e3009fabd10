/* SPDX-License-Identifier: Apache-2.0 */
#include "load/nested.h"

#include <errno.h>
#include <fcntl.h>

#include "base/limits.h"
#include "os/file.h"
#include "os/path.h"

static bool is_known(const struct nested_policy_vector *policies, struct text folder)
{
    for (size_t i = 0; i < policies->count; i++) {
        if (text_equal(policies->items[i].folder, folder)) {
            return true;
        }
    }
    return false;
}

static bool add_folder(const struct workspace *workspace, struct text folder, struct text home,
                       struct arena *arena, struct nested_policy_vector *policies, struct error *err)
{
    struct text path = path_join(arena, folder, TEXT(".aex/policy.aex"));
    struct text source;
    struct error failure;
    if (!file_read_path(AT_FDCWD, path.data, LIMIT_DOCUMENT, arena, &source, &failure)) {
        return failure.os_code == ENOENT || failure.os_code == ENOTDIR ||
               error_set(err, "cannot load a nested policy: %s", failure.message);
    }
    struct layer *layer = ARENA_NEW(arena, struct layer);
    struct nested_policy nested = {.folder = folder};
    if (!workspace_make_layer(workspace, TEXT("nested"), path, source, home, arena, layer, err)) {
        return error_prefix(err, "cannot load a nested policy");
    }
    layer->anchor = folder;
    if (!policy_compile(layer, 1, arena, &nested.policy, err)) {
        return false;
    }
    VECTOR_PUSH(arena, policies, nested);
    return true;
}

bool nested_add(const struct workspace *workspace, struct text folder, struct text home, struct arena *arena,
                struct nested_policy_vector *policies, struct error *err)
{
    while (path_is_within(folder, workspace->root) && !text_equal(folder, workspace->root)) {
        if (is_known(policies, folder)) {
            return true; /* and those above it are known too */
        }
        if (!add_folder(workspace, folder, home, arena, policies, err)) {
            return false;
        }
        folder = path_parent(folder);
    }
    return true;
}
