/* SPDX-License-Identifier: Apache-2.0 */
#include "proxy/own_tools.h"

#include "meta/meta.h"

struct text own_tool_answer(struct decider *decider, const struct mcp_step *step,
                            const struct record_call *call, enum meta_tool tool, struct text common,
                            struct arena *arena)
{
    struct batch *batch = decider->batch;
    const struct proxy_options *options = decider->options;
    struct error err;
    /* They read the trail and the ledger, where all that was decided before must stand. */
    batch_commit(batch);
    batch_rest(batch);
    if (!batch_enter(batch, call->session, decider->judge->workspace.root, &err)) {
        return mcp_tool_error(step->message.id.source, text_of(err.message), step->is_modern, arena);
    }
    struct meta_context context = {
        .workspace = &decider->judge->workspace,
        .state_folder = options->state_folder,
        .home = options->home,
        .audit = text_of(batch->writer.path),
        .session = call->session,
        .now = decider->now,
        .takes_foreign_checkpoints = options->takes_foreign_checkpoints,
        .is_modern = step->is_modern,
        .dry_run = options->dry_run,
        .ledger = &batch->tally.ledger,
    };
    struct meta_answer answer =
        meta_call(tool, json_get(step->message.params, TEXT("arguments")), &context, arena);
    struct text members =
        text_format(&batch->arena, "\"event\":\"%s\",\"timestamp\":\"%.*s\"%.*s,%.*s", answer.event,
                    (int)decider->time_size, decider->time, TEXT_ARG(common), TEXT_ARG(answer.members));
    batch_record(batch, members);
    return mcp_result_answer(step->message.id.source, answer.result, arena);
}

struct text own_tool_entries(const struct decider *decider, struct arena *arena)
{
    struct builder out;
    struct json_writer writer;
    if (!decider->options->has_meta || !decider->judge->is_loaded) {
        return TEXT("");
    }
    builder_init(&out, arena);
    json_writer_init(&writer, &out, false);
    json_begin_array(&writer);
    meta_write_entries(&writer, decider->options->meta_spelling, decider->judge->workspace.policy, arena);
    json_end_array(&writer);
    struct text array = builder_text(&out);
    return text_slice(array, 1, array.size - 1);
}
