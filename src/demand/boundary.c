/* SPDX-License-Identifier: Apache-2.0 */
#include "demand/boundary.h"

#include "demand/protected.h"
#include "os/path.h"
#include "pattern/glob.h"

/* Both forms of a place, the second given the folder `known` that is resolved already; it stays empty when it
 * cannot be resolved. */
static void find_forms(struct demand_build *build, struct text known, struct text place,
                       struct text ret_forms[PLACE_FORMS])
{
    ret_forms[0] = place;
    if (place.size > 0) {
        (void)path_resolve_below(build->arena, known, place, &ret_forms[1], NULL);
    }
}

/* The part of `place` that leads to the root too: it is resolved already when the root is called what it is. */
static struct text known_part(const struct demand_context *context, struct text place)
{
    if (!text_equal(context->root, context->root_as_named)) {
        return TEXT("/");
    }
    struct text known = context->root;
    while (known.size > 1 && !path_is_within(place, known)) {
        known = path_parent(known);
    }
    return known;
}

/* The operator's folders and the log are wherever the operator said. */
static void find_named(struct demand_build *build, struct boundary *boundary)
{
    const struct demand_context *context = build->context;
    find_forms(build, known_part(context, context->audit), context->audit, boundary->audit);
    for (size_t i = 0; i < context->boundary_folder_count; i++) {
        struct text forms[PLACE_FORMS] = {{0}};
        struct text folder = context->boundary_folders[i];
        find_forms(build, known_part(context, folder), folder, forms);
        for (size_t j = 0; j < PLACE_FORMS; j++) {
            if (forms[j].size > 0) {
                VECTOR_PUSH(build->arena, &boundary->folders, forms[j]);
            }
        }
    }
}

const struct boundary *boundary_of(struct demand_build *build)
{
    if (build->boundary != NULL) {
        return build->boundary;
    }
    struct boundary *boundary = ARENA_NEW(build->arena, struct boundary);
    const struct demand_context *context = build->context;
    struct text home[PLACE_FORMS] = {{0}};
    struct text state = context->state_folder;
    find_forms(build, known_part(context, context->home), context->home, home);
    bool is_in_home = home[1].size > 0 && path_is_within(state, home[1]);
    find_forms(build, is_in_home ? home[1] : known_part(context, state), state, boundary->state);
    find_named(build, boundary);
    for (size_t i = 0; i < PLACE_FORMS; i++) {
        boundary->folded_home[i] = glob_fold(build->arena, home[i]);
        if (boundary->state[i].size > 0) {
            boundary->keys[i] = path_join(build->arena, boundary->state[i], TEXT("keys"));
        }
    }
    build->boundary = boundary;
    return boundary;
}

const struct text_vector *boundary_link_targets(struct demand_build *build)
{
    if (build->link_targets == NULL) {
        struct text_vector *targets = ARENA_NEW(build->arena, struct text_vector);
        protected_link_targets(build, targets);
        build->link_targets = targets;
    }
    return build->link_targets;
}
