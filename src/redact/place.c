/* SPDX-License-Identifier: Apache-2.0 */
#include "redact/place.h"

#include "redact/kinds.h"

enum { MOST_METHODS = 5 };

struct step {
    enum part from;
    enum part to;
    struct text name;                  /* empty: any */
    struct text methods[MOST_METHODS]; /* which messages have it; none named: all */
};

/* Nothing is as it is but where the protocol puts it: elsewhere its name is any name. */
static const struct step steps[] = {
    {PART_MESSAGE, PART_AS_IS, TEXT_INIT("jsonrpc"), {{0}}},
    {PART_MESSAGE, PART_AS_IS, TEXT_INIT("id"), {{0}}},
    {PART_MESSAGE, PART_AS_IS, TEXT_INIT("method"), {{0}}},
    {PART_MESSAGE, PART_RESULT, TEXT_INIT("result"), {{0}}},
    {PART_MESSAGE, PART_PARAMS, TEXT_INIT("params"), {{0}}},

    {PART_RESULT,
     PART_AS_IS,
     TEXT_INIT("nextCursor"),
     {TEXT_INIT("tools/list"), TEXT_INIT("resources/list"), TEXT_INIT("resources/templates/list"),
      TEXT_INIT("prompts/list"), TEXT_INIT("tasks/list")}},
    {PART_RESULT, PART_TOOLS, TEXT_INIT("tools"), {TEXT_INIT("tools/list")}},
    {PART_RESULT,
     PART_AS_IS,
     TEXT_INIT("requestState"),
     {TEXT_INIT("tools/call"), TEXT_INIT("resources/read"), TEXT_INIT("prompts/get"), TEXT_INIT("tasks/get"),
      TEXT_INIT("tasks/result")}},
    {PART_RESULT,
     PART_QUESTIONS,
     TEXT_INIT("inputRequests"),
     {TEXT_INIT("tools/call"), TEXT_INIT("resources/read"), TEXT_INIT("prompts/get"), TEXT_INIT("tasks/get"),
      TEXT_INIT("tasks/result")}},
    {PART_RESULT,
     PART_AS_IS,
     TEXT_INIT("taskId"),
     {TEXT_INIT("tools/call"), TEXT_INIT("tasks/get"), TEXT_INIT("tasks/update"), TEXT_INIT("tasks/cancel")}},
    {PART_RESULT, PART_TASKS, TEXT_INIT("task"), {TEXT_INIT("tools/call")}},
    {PART_RESULT, PART_TASKS, TEXT_INIT("tasks"), {TEXT_INIT("tasks/list")}},

    {PART_PARAMS, PART_AS_IS, TEXT_INIT("progressToken"), {TEXT_INIT("notifications/progress")}},
    {PART_PARAMS, PART_AS_IS, TEXT_INIT("requestId"), {TEXT_INIT("notifications/cancelled")}},
    {PART_PARAMS, PART_AS_IS, TEXT_INIT("uri"), {TEXT_INIT("notifications/resources/updated")}},
    {PART_PARAMS,
     PART_AS_IS,
     TEXT_INIT("taskId"),
     {TEXT_INIT("notifications/tasks"), TEXT_INIT("notifications/tasks/status"), TEXT_INIT("tasks/get"),
      TEXT_INIT("tasks/result"), TEXT_INIT("tasks/cancel")}},
    {PART_PARAMS,
     PART_QUESTIONS,
     TEXT_INIT("inputRequests"),
     {TEXT_INIT("notifications/tasks"), TEXT_INIT("notifications/tasks/status")}},
    {PART_PARAMS, PART_SCHEMA, TEXT_INIT("requestedSchema"), {TEXT_INIT("elicitation/create")}},
    {PART_PARAMS, PART_TOOLS, TEXT_INIT("tools"), {TEXT_INIT("sampling/createMessage")}},

    {PART_TOOLS, PART_SCHEMA, TEXT_INIT("inputSchema"), {{0}}},
    {PART_TOOLS, PART_SCHEMA, TEXT_INIT("outputSchema"), {{0}}},
    {PART_TASKS, PART_AS_IS, TEXT_INIT("taskId"), {{0}}},
    {PART_QUESTIONS, PART_QUESTION, TEXT_INIT(""), {{0}}},
    {PART_QUESTION, PART_QUESTION_PARAMS, TEXT_INIT("params"), {{0}}},
    {PART_QUESTION_PARAMS, PART_SCHEMA, TEXT_INIT("requestedSchema"), {{0}}},
    {PART_QUESTION_PARAMS, PART_TOOLS, TEXT_INIT("tools"), {{0}}},
    {PART_SCHEMA, PART_SCHEMA, TEXT_INIT(""), {{0}}},
};

static bool has_member(const struct step *step, const struct place_methods *methods)
{
    struct text method = step->from == PART_RESULT ? methods->answered : methods->own;
    for (size_t i = 0; i < MOST_METHODS && step->methods[i].size > 0; i++) {
        if (text_equal(step->methods[i], method)) {
            return true;
        }
    }
    return step->methods[0].size == 0;
}

static enum part part_below(enum part part, struct text name, const struct place_methods *methods)
{
    for (size_t i = 0; part != PART_OTHER && i < sizeof steps / sizeof *steps; i++) {
        const struct step *step = &steps[i];
        if (step->from == part && (step->name.size == 0 || text_equal(step->name, name)) &&
            has_member(step, methods)) {
            return step->to;
        }
    }
    return PART_OTHER;
}

/* Image and audio content have `data`, embedded resources `blob`, both with a type beside. */
static bool is_data(const struct json *object, struct text name)
{
    return (text_equal(name, TEXT("data")) && json_get(object, TEXT("mimeType")) != NULL) ||
           text_equal(name, TEXT("blob"));
}

struct place place_below(const struct json *object, struct text name, struct place place,
                         const struct place_methods *methods)
{
    /* What a schema's properties and a server's questions are called says nothing of what they hold. */
    bool may_tell = place.part != PART_SCHEMA && place.part != PART_QUESTIONS;
    struct text kind = may_tell ? secret_name_kind(name) : TEXT("");
    return (struct place){
        .kind = kind.size > 0 ? kind : place.kind,
        .part = part_below(place.part, name, methods),
        .is_data = is_data(object, name),
    };
}
