/* SPDX-License-Identifier: Apache-2.0 */
#include "demand/boundary.h"

#include "demand/protected.h"
#include "os/path.h"
#include "pattern/glob.h"

/* Both forms of a place; the second stays empty when it cannot be resolved. */
static void find_forms(struct demand_build *build, struct text place, struct text ret_forms[PLACE_FORMS])
{
    ret_forms[0] = place;
    if (place.size > 0) {
        (void)path_resolve(build->arena, place, &ret_forms[1], NULL);
    }
}

const struct boundary *boundary_of(struct demand_build *build)
{
    if (build->boundary != NULL) {
        return build->boundary;
    }
    struct boundary *boundary = ARENA_NEW(build->arena, struct boundary);
    const struct demand_context *context = build->context;
    find_forms(build, context->home, boundary->folded_home);
    find_forms(build, context->state_folder, boundary->state);
    for (size_t i = 0; i < PLACE_FORMS; i++) {
        boundary->folded_home[i] = glob_fold(build->arena, boundary->folded_home[i]);
        if (boundary->state[i].size > 0) {
            boundary->keys[i] = path_join(build->arena, boundary->state[i], TEXT("keys"));
        }
    }
    protected_link_targets(build, &boundary->link_targets);
    build->boundary = boundary;
    return boundary;
}
