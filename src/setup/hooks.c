/* SPDX-License-Identifier: Apache-2.0 */
#include "setup/hooks.h"

#include <string.h>

#include "setup/hook_command.h"

const struct text *setup_steps(struct arena *arena, const struct text *steps, size_t count)
{
    struct text *copy = ARENA_ARRAY(arena, struct text, count);
    memcpy(copy, steps, count * sizeof *copy);
    return copy;
}

static void list_group(const struct json *group, struct hook_handler handler, struct arena *arena,
                       struct handler_vector *handlers)
{
    handler.has_matcher = json_get_text(group, TEXT("matcher"), &handler.matcher);
    if (json_get_text(group, TEXT("command"), &handler.command)) {
        handler.index = SIZE_MAX;
        handler.value = group;
        VECTOR_PUSH(arena, handlers, handler);
    }
    const struct json *list = json_get(group, TEXT("hooks"));
    for (size_t i = 0; list != NULL && list->type == JSON_ARRAY && i < list->count; i++) {
        if (json_get_text(&list->items[i], TEXT("command"), &handler.command)) {
            handler.index = i;
            handler.siblings = list->count;
            handler.value = &list->items[i];
            VECTOR_PUSH(arena, handlers, handler);
        }
    }
}

void hooks_list(const struct json *settings, struct arena *arena, struct handler_vector *ret_handlers)
{
    struct handler_vector handlers = {0};
    const struct json *hooks = json_get(settings, TEXT("hooks"));
    for (size_t i = 0; hooks != NULL && hooks->type == JSON_OBJECT && i < hooks->count; i++) {
        const struct json *groups = &hooks->members[i].value;
        for (size_t j = 0; groups->type == JSON_ARRAY && j < groups->count; j++) {
            struct hook_handler handler = {.event = hooks->members[i].name, .group = j};
            list_group(&groups->items[j], handler, arena, &handlers);
        }
    }
    *ret_handlers = handlers;
}

bool hooks_matches_all(const struct hook_handler *handler)
{
    struct text matcher = handler->matcher;
    return !handler->has_matcher || matcher.size == 0 || text_equal(matcher, TEXT("*")) ||
           text_equal(matcher, TEXT(".*"));
}

bool hooks_waits_always(const struct hook_handler *handler)
{
    const struct json *async = json_get(handler->value, TEXT("async"));
    return json_get(handler->value, TEXT("if")) == NULL && (async == NULL || async->type == JSON_FALSE);
}

/* ---- What makes an agent drop the file ---- */

static const char *handler_problem(const struct json *handler)
{
    struct text type;
    const struct json *timeout = json_get(handler, TEXT("timeout"));
    const struct json *on_failure = json_get(handler, TEXT("onFailure"));
    if (!json_get_text(handler, TEXT("type"), &type)) {
        return "a handler without a \"type\"";
    }
    if (text_equal(type, TEXT("command")) && !json_get_text(handler, TEXT("command"), &type)) {
        return "a command handler without a \"command\"";
    }
    if (timeout != NULL && timeout->type != JSON_NUMBER) {
        return "a \"timeout\" that is no number";
    }
    if (on_failure != NULL &&
        (on_failure->type != JSON_STRING || !text_equal(on_failure->text, TEXT("block")))) {
        return "an \"onFailure\" other than \"block\"";
    }
    return NULL;
}

static const char *group_problem(const struct json *group)
{
    struct text ignored;
    const struct json *matcher = json_get(group, TEXT("matcher"));
    const struct json *list = json_get(group, TEXT("hooks"));
    if (group->type != JSON_OBJECT) {
        return "a group that is no object";
    }
    if (list == NULL && json_get_text(group, TEXT("command"), &ignored)) {
        return "the old shape: a \"command\" beside the \"matcher\" instead of in \"hooks\"";
    }
    if (list == NULL || list->type != JSON_ARRAY) {
        return "a group without an array \"hooks\"";
    }
    if (matcher != NULL && matcher->type != JSON_STRING) {
        return "a \"matcher\" that is no string";
    }
    const char *problem = NULL;
    for (size_t i = 0; problem == NULL && i < list->count; i++) {
        problem = handler_problem(&list->items[i]);
    }
    return problem;
}

struct text hooks_problem(const struct json *settings, enum setup_agent agent, struct arena *arena)
{
    if (settings->type != JSON_OBJECT) {
        return TEXT("it is not an object");
    }
    for (size_t i = 0; agent == SETUP_CODEX && i < settings->count; i++) {
        if (!text_equal(settings->members[i].name, TEXT("hooks"))) {
            return text_format(arena, "a member \"%.*s\" beside \"hooks\"",
                               TEXT_ARG(settings->members[i].name));
        }
    }
    const struct json *hooks = json_get(settings, TEXT("hooks"));
    if (hooks != NULL && hooks->type != JSON_OBJECT) {
        return TEXT("\"hooks\" is not an object");
    }
    for (size_t i = 0; hooks != NULL && i < hooks->count; i++) {
        const struct json *groups = &hooks->members[i].value;
        if (groups->type != JSON_ARRAY) {
            return text_format(arena, "hooks.%.*s is not an array", TEXT_ARG(hooks->members[i].name));
        }
        for (size_t j = 0; j < groups->count; j++) {
            const char *problem = group_problem(&groups->items[j]);
            if (problem != NULL) {
                return text_format(arena, "hooks.%.*s[%zu] has %s", TEXT_ARG(hooks->members[i].name), j,
                                   problem);
            }
        }
    }
    return TEXT("");
}

/* ---- Putting ours in ---- */

/* Takes one handler out, with its group when nothing else is in that. */
static bool take_out(struct draft *draft, const struct hook_handler *handler, struct text_vector *notes,
                     struct error *err)
{
    struct arena *arena = draft->arena;
    struct text group = text_format(arena, "%zu", handler->group);
    struct text index = text_format(arena, "%zu", handler->index);
    const struct text steps[] = {TEXT_INIT("hooks"), handler->event, group, TEXT_INIT("hooks"), index};
    bool takes_group = handler->index == SIZE_MAX || handler->siblings == 1;
    struct text note = text_format(arena, "%.*s: hooks.%.*s ran the gate as `%.*s`; that is replaced",
                                   TEXT_ARG(draft->path), TEXT_ARG(handler->event), TEXT_ARG(handler->command));
    VECTOR_PUSH(arena, notes, note);
    return draft_remove(draft, setup_steps(arena, steps, 5), takes_group ? 3 : 5, err);
}

/* The last handler for `event` that runs the gate but is not what is wanted; NULL when there is none. Also says
 * whether what is wanted is there. */
static const struct hook_handler *find_other(struct draft *draft, const struct json *settings,
                                             const char *event, struct text group,
                                             const struct handler_vector *handlers, bool *ret_present)
{
    const struct hook_handler *other = NULL;
    const struct json *groups = json_get(json_get(settings, TEXT("hooks")), text_of(event));
    *ret_present = false;
    for (size_t i = 0; i < handlers->count; i++) {
        const struct hook_handler *handler = &handlers->items[i];
        if (!text_equal(handler->event, text_of(event)) || !hook_command_is_gate(handler->command)) {
            continue;
        }
        if (!*ret_present && draft_is_same_value(draft->arena, &groups->items[handler->group], group)) {
            *ret_present = true;
        } else {
            other = handler;
        }
    }
    return other;
}

bool hooks_ensure(struct draft *draft, const char *event, struct text group, struct text_vector *notes,
                  struct error *err)
{
    for (;;) {
        struct json settings;
        struct handler_vector handlers;
        bool is_present;
        if (!draft_read_json(draft, &settings, err)) {
            return error_prefix(err, "%.*s", TEXT_ARG(draft->path));
        }
        hooks_list(&settings, draft->arena, &handlers);
        const struct hook_handler *other = find_other(draft, &settings, event, group, &handlers, &is_present);
        if (other == NULL && is_present) {
            return true;
        }
        if (other == NULL) {
            const struct text steps[] = {TEXT_INIT("hooks"), text_of(event)};
            const struct text_vector values = {&group, 1, 1};
            return draft_append(draft, setup_steps(draft->arena, steps, 2), 2, &values, err);
        }
        if (!take_out(draft, other, notes, err)) {
            return false;
        }
    }
}
