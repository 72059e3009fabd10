/* SPDX-License-Identifier: Apache-2.0 */
#include "shell/walk.h"

const struct shell_variable *state_variable(const struct shell_state *state, struct text name)
{
    for (const struct shell_variable *variable = state->variables; variable != NULL;
         variable = variable->older) {
        if (text_equal(variable->name, name)) {
            return variable;
        }
    }
    return NULL;
}

void state_assign(struct shell_state *state, struct arena *arena, struct text name, struct shell_value value)
{
    struct shell_variable *variable = ARENA_NEW(arena, struct shell_variable);
    *variable = (struct shell_variable){.name = name, .value = value, .older = state->variables};
    state->variables = variable;
}

struct shell_function *state_define(struct shell_state *state, struct arena *arena, struct text name,
                                    const struct shell_node *body)
{
    struct shell_function *function = ARENA_NEW(arena, struct shell_function);
    *function = (struct shell_function){
        .name = name, .body = body, .is_certain = body != NULL, .older = state->functions};
    state->functions = function;
    return function;
}

const struct shell_function *state_function(const struct shell_state *state, struct text name)
{
    for (const struct shell_function *function = state->functions; function != NULL;
         function = function->older) {
        if (text_equal(function->name, name)) {
            return function;
        }
    }
    return NULL;
}

bool value_equal(const struct shell_value *a, const struct shell_value *b)
{
    return a->kind == b->kind && text_equal(a->text, b->text) && a->may_be_empty == b->may_be_empty &&
           a->is_own_job == b->is_own_job;
}

bool value_is_number(const struct shell_value *value)
{
    return value->kind == VALUE_NUMBER || (value->kind == VALUE_EXACT && is_number(value->text));
}

/* One of two values; only of numbers it is known what they have in common. */
struct shell_value value_merge(const struct shell_value *a, const struct shell_value *b)
{
    if (value_equal(a, b)) {
        return *a;
    }
    bool is_either = a->kind == VALUE_NUMBER || b->kind == VALUE_NUMBER;
    return is_either && value_is_number(a) && value_is_number(b)
               ? (struct shell_value){.kind = VALUE_NUMBER,
                                      .may_be_empty = a->may_be_empty || b->may_be_empty,
                                      .is_own_job = a->is_own_job && b->is_own_job}
               : (struct shell_value){.kind = VALUE_UNKNOWN};
}

/* Pushes onto `state` what is not certain among the variables `list` has more than `base`. */
static void merge_variables(struct shell_state *state, const struct shell_state *a, const struct shell_state *b,
                            const struct shell_variable *list, const struct shell_variable *base,
                            struct arena *arena)
{
    for (; list != base && list != NULL; list = list->older) {
        const struct shell_variable *in_a = state_variable(a, list->name);
        const struct shell_variable *in_b = state_variable(b, list->name);
        struct shell_value value = {.kind = VALUE_UNKNOWN};
        if (in_a != NULL && in_b != NULL) {
            value = value_merge(&in_a->value, &in_b->value);
        }
        state_assign(state, arena, list->name, value);
    }
}

static void merge_functions(struct shell_state *state, const struct shell_state *a, const struct shell_state *b,
                            const struct shell_function *list, const struct shell_function *base,
                            struct arena *arena)
{
    for (; list != base && list != NULL; list = list->older) {
        const struct shell_function *in_a = state_function(a, list->name);
        const struct shell_function *in_b = state_function(b, list->name);
        bool is_same =
            in_a != NULL && in_b != NULL && in_a->body == in_b->body && in_a->is_certain && in_b->is_certain;
        struct shell_function *merged = state_define(state, arena, list->name, is_same ? in_a->body : NULL);
        merged->has_fixed_range = list->has_fixed_range;
        merged->fixed_range = list->fixed_range;
    }
}

void state_merge(struct shell_state *state, const struct shell_state *other, const struct shell_state *base,
                 struct arena *arena)
{
    struct shell_state a = *state;
    state->variables = base->variables;
    state->functions = base->functions;
    merge_variables(state, &a, other, a.variables, base->variables, arena);
    merge_variables(state, &a, other, other->variables, base->variables, arena);
    merge_functions(state, &a, other, a.functions, base->functions, arena);
    merge_functions(state, &a, other, other->functions, base->functions, arena);
    state->cwd = folders_union(&a.cwd, &other->cwd);
    state->failed = folders_union(&a.failed, &other->failed);
    state->is_foreign_environment = a.is_foreign_environment || other->is_foreign_environment;
    state->exports_settings = a.exports_settings || other->exports_settings;
    state_take_uncertain(state, other);
}

struct shell_folders folders_union(const struct shell_folders *a, const struct shell_folders *b)
{
    struct shell_folders all = *a;
    if (a->count == 0 || b->count == 0) {
        return (struct shell_folders){.count = 0};
    }
    for (size_t i = 0; i < b->count; i++) {
        bool is_known = false;
        for (size_t j = 0; j < all.count; j++) {
            is_known = is_known || text_equal(all.paths[j], b->paths[i]);
        }
        if (!is_known && all.count == SHELL_FOLDERS) {
            return (struct shell_folders){.count = 0};
        }
        if (!is_known) {
            all.paths[all.count++] = b->paths[i];
        }
    }
    return all;
}

bool folders_equal(const struct shell_folders *a, const struct shell_folders *b)
{
    if (a->count != b->count) {
        return false;
    }
    for (size_t i = 0; i < a->count; i++) {
        if (!text_equal(a->paths[i], b->paths[i])) {
            return false;
        }
    }
    return true;
}

void state_set_code_ran(struct shell_state *state, struct text because)
{
    if (state->uncertain.size == 0) {
        state->uncertain = because;
    }
    state->changed_beside = state->changed_beside || state->runs_beside;
}

void state_set_uncertain(struct shell_state *state, struct text because)
{
    state_set_code_ran(state, because);
    state->has_moved_folders = true;
}

void state_take_uncertain(struct shell_state *state, const struct shell_state *inner)
{
    if (state->uncertain.size == 0) {
        state->uncertain = inner->uncertain;
    }
    state->has_moved_folders = state->has_moved_folders || inner->has_moved_folders;
    state->runs_beside = state->runs_beside || inner->runs_beside;
    state->changed_beside = state->changed_beside || inner->changed_beside;
}

bool state_became_uncertain(const struct shell_state *before, const struct shell_state *now)
{
    return (before->uncertain.size == 0 && now->uncertain.size > 0) ||
           (!before->has_moved_folders && now->has_moved_folders);
}
