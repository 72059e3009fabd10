/* SPDX-License-Identifier: Apache-2.0 */
#include "meta/meta.h"

#include "mcp/message.h"
#include "meta/internal.h"

enum { LONGEST_ARGUMENT = 16 * 1024 };

struct parameter {
    const char *name;
    const char *description;
    bool is_required;
};

enum { MOST_PARAMETERS = 2 };

static const struct tool_definition {
    const char *dotted;
    const char *plain;
    const char *title;
    const char *description;
    struct parameter parameters[MOST_PARAMETERS + 1];
    bool is_read_only;
    bool (*carry_out)(struct meta_work *work);
} definitions[META_TOOLS] = {
    [META_CHECKPOINT] =
        {
            .dotted = "aex.checkpoint",
            .plain = "aex_checkpoint",
            .title = "Save a checkpoint",
            .description =
                "Save where this session stands (calls used, tool history, audit records) as a named "
                "checkpoint that a later session, also of another client, can resume",
            .parameters = {{"name", "Name of the checkpoint: letters, digits, dashes and underscores", true},
                           {"description", "What was accomplished so far, for whoever resumes", false}},
            .carry_out = meta_save,
        },
    [META_RESUME] =
        {
            .dotted = "aex.resume",
            .plain = "aex_resume",
            .title = "Resume a checkpoint",
            .description =
                "Take up a saved checkpoint: tells what was done before, and counts the calls it used "
                "towards this session's budget",
            .parameters = {{"name", "Name of the checkpoint", true}},
            .carry_out = meta_resume,
        },
    [META_LIST_TASKS] =
        {
            .dotted = "aex.list_tasks",
            .plain = "aex_list_tasks",
            .title = "List tasks and checkpoints",
            .description = "List the task contracts and checkpoints of this workspace",
            .is_read_only = true,
            .carry_out = meta_list_tasks,
        },
    [META_REVIEW_TASK] =
        {
            .dotted = "aex.review_task",
            .plain = "aex_review_task",
            .title = "Review a task contract",
            .description = "Say what a task contract would be allowed to do under the policy in force, without "
                           "running it",
            .parameters = {{"task",
                            "Its name or path as the list has it; or the path of an .aex file in the workspace",
                            true}},
            .is_read_only = true,
            .carry_out = meta_review_task,
        },
};

bool meta_find(struct text name, enum meta_tool *ret_tool)
{
    for (size_t i = 0; i < META_TOOLS; i++) {
        if (text_equal(name, text_of(definitions[i].dotted)) ||
            text_equal(name, text_of(definitions[i].plain))) {
            *ret_tool = (enum meta_tool)i;
            return true;
        }
    }
    return false;
}

struct text meta_name(enum meta_tool tool)
{
    return text_of(definitions[tool].dotted);
}

struct demand meta_demand(enum meta_tool tool)
{
    return (struct demand){
        .names = {text_of(definitions[tool].dotted), text_of(definitions[tool].plain)},
        .name_count = 2,
        .allowed_unless_denied = true,
        .is_free = true,
    };
}

/* ---- The list ---- */

static void member_bool(struct json_writer *writer, const char *name, bool value)
{
    json_key(writer, text_of(name));
    json_bool(writer, value);
}

/* JSON Schema, as MCP wants an object's. */
static void write_schema(struct json_writer *writer, const struct parameter *parameters)
{
    json_begin_object(writer);
    json_member_string(writer, TEXT("type"), TEXT("object"));
    json_key(writer, TEXT("properties"));
    json_begin_object(writer);
    for (const struct parameter *parameter = parameters; parameter->name != NULL; parameter++) {
        json_key(writer, text_of(parameter->name));
        json_begin_object(writer);
        json_member_string(writer, TEXT("type"), TEXT("string"));
        json_member_string(writer, TEXT("description"), text_of(parameter->description));
        json_end_object(writer);
    }
    json_end_object(writer);
    if (parameters->name != NULL) {
        json_key(writer, TEXT("required"));
        json_begin_array(writer);
        for (const struct parameter *parameter = parameters; parameter->name != NULL; parameter++) {
            if (parameter->is_required) {
                json_string(writer, text_of(parameter->name));
            }
        }
        json_end_array(writer);
    }
    json_end_object(writer);
}

static void write_entry(struct json_writer *writer, const struct tool_definition *tool,
                        enum meta_spelling spelling)
{
    json_begin_object(writer);
    json_member_string(writer, TEXT("name"), text_of(spelling == META_PLAIN ? tool->plain : tool->dotted));
    json_member_string(writer, TEXT("title"), text_of(tool->title));
    json_member_string(writer, TEXT("description"), text_of(tool->description));
    json_key(writer, TEXT("inputSchema"));
    write_schema(writer, tool->parameters);
    json_key(writer, TEXT("annotations"));
    json_begin_object(writer);
    json_member_string(writer, TEXT("title"), text_of(tool->title));
    member_bool(writer, "readOnlyHint", tool->is_read_only);
    member_bool(writer, "destructiveHint", false);
    member_bool(writer, "idempotentHint", true);
    member_bool(writer, "openWorldHint", false);
    json_end_object(writer);
    json_end_object(writer);
}

void meta_write_entries(struct json_writer *writer, enum meta_spelling spelling, const struct policy *policy,
                        struct arena *arena)
{
    for (size_t i = 0; i < META_TOOLS; i++) {
        struct demand demand = meta_demand((enum meta_tool)i);
        if (policy_judge(policy, &demand, 1, arena).verdict != VERDICT_DENY) {
            write_entry(writer, &definitions[i], spelling);
        }
    }
}

/* ---- Calls ---- */

bool meta_argument(const struct meta_work *work, struct text name, bool is_required, struct text *ret_value)
{
    const struct json *value = json_get(work->arguments, name);
    if (value == NULL || (value->type == JSON_NULL && !is_required)) {
        *ret_value = TEXT("");
        return !is_required || error_set(work->err, "the argument \"%.*s\" is missing", TEXT_ARG(name));
    }
    if (value->type != JSON_STRING) {
        return error_set(work->err, "the argument \"%.*s\" must be a string, not %s", TEXT_ARG(name),
                         json_type_name(value->type));
    }
    if (value->text.size > LONGEST_ARGUMENT || text_has_nul(value->text)) {
        return error_set(work->err, "the argument \"%.*s\" is longer than %d bytes, or holds a NUL",
                         TEXT_ARG(name), LONGEST_ARGUMENT);
    }
    *ret_value = value->text;
    return true;
}

static struct meta_answer answer_failure(enum meta_tool tool, const struct meta_context *context,
                                         const struct error *err, struct arena *arena)
{
    struct builder members;
    struct json_writer writer;
    builder_init(&members, arena);
    json_writer_init(&writer, &members, false);
    json_begin_object(&writer);
    json_member_string(&writer, TEXT("meta"), meta_name(tool));
    json_member_string(&writer, TEXT("error"), text_of(err->message));
    struct text message = text_format(arena, "%.*s: %s", TEXT_ARG(meta_name(tool)), err->message);
    return (struct meta_answer){
        .result = mcp_tool_result(message, TEXT(""), true, context->is_modern, arena),
        .is_error = true,
        .event = "meta.handled",
        .members = text_after(builder_text(&members), 1),
    };
}

struct meta_answer meta_call(enum meta_tool tool, const struct json *arguments,
                             const struct meta_context *context, struct arena *arena)
{
    static const struct json nothing = {.type = JSON_OBJECT};
    struct builder result;
    struct builder members;
    struct json_writer result_writer;
    struct json_writer members_writer;
    struct error err = {0};
    builder_init(&result, arena);
    builder_init(&members, arena);
    json_writer_init(&result_writer, &result, false);
    json_writer_init(&members_writer, &members, false);
    struct meta_work work = {
        .context = context,
        .arguments = arguments != NULL ? arguments : &nothing,
        .arena = arena,
        .result = &result_writer,
        .members = &members_writer,
        .event = "meta.handled",
        .err = &err,
    };
    json_begin_object(work.members);
    json_member_string(work.members, TEXT("meta"), meta_name(tool));
    if (work.arguments->type != JSON_OBJECT) {
        error_set(&err, "the arguments must be an object, not %s", json_type_name(work.arguments->type));
        return answer_failure(tool, context, &err, arena);
    }
    if (!definitions[tool].carry_out(&work)) {
        return answer_failure(tool, context, &err, arena);
    }
    struct text json = builder_text(&result);
    return (struct meta_answer){
        .result = mcp_tool_result(json, json, false, context->is_modern, arena),
        .event = work.event,
        .members = text_after(builder_text(&members), 1),
    };
}
