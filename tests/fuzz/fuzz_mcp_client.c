/* SPDX-License-Identifier: Apache-2.0 */
/* Any lines from a client: what goes on is one JSON object that a strict reader accepts, calls a method that is
 * known, or one that MCP does not have at all and that is to be judged, and holds nothing at which some readers
 * would end the line; every request is answered or goes on. */
#include <stdlib.h>

#include "fuzz/fuzz.h"
#include "mcp/session.h"

static void check_forwarded(const struct mcp_step *step, struct arena *arena)
{
    struct json value;
    struct text method;
    struct text source = step->message.source;
    expect(text_find_char(source, '\r') == TEXT_NOT_FOUND && text_find_char(source, '\n') == TEXT_NOT_FOUND);
    expect(json_parse(source, arena, &value, NULL) && value.type == JSON_OBJECT);
    if (step->message.kind == MCP_KIND_REQUEST || step->message.kind == MCP_KIND_NOTIFICATION) {
        bool is_foreign = step->action == MCP_JUDGE && step->method->name.size == 0;
        expect(json_get_text(&value, TEXT("method"), &method));
        expect(is_foreign ? mcp_method_foreign(method) == step->method
                          : text_equal(method, step->method->name));
        expect((step->method->from & MCP_FROM_CLIENT) != 0);
        expect(json_get(&value, TEXT("result")) == NULL && json_get(&value, TEXT("error")) == NULL);
    }
}

static void check_answer(const struct mcp_step *step, struct arena *arena)
{
    struct json value;
    expect(step->answer.size > 0 && text_ends_with(step->answer, TEXT("\n")));
    expect(json_parse(step->answer, arena, &value, NULL) && json_get(&value, TEXT("error")) != NULL);
    expect(step->explanation.size > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct mcp_session session = {.client_elicits = false};
    struct text rest = {(const char *)data, size};
    struct text line;
    if (size == 0) {
        return 0;
    }
    while (text_next(&rest, '\n', &line)) {
        AUTO_ARENA arena;
        arena_init(&arena, (size_t)1 << 28);
        struct mcp_step step = mcp_from_client(&session, line, &arena);
        switch (step.action) {
        case MCP_JUDGE:
            check_forwarded(&step, &arena);
            expect(step.message.kind == MCP_KIND_REQUEST && mcp_sent_by_client(&session, &step));
            expect(mcp_requests_find(&session.from_client, &step.message.id) != NULL);
            break;
        case MCP_FORWARD:
            check_forwarded(&step, &arena);
            break;
        case MCP_ANSWER:
            check_answer(&step, &arena);
            break;
        case MCP_DROP:
            expect(step.message.kind != MCP_KIND_REQUEST || step.message.source.size == 0);
            break;
        case MCP_FILTER:
        case MCP_INPUT:
        case MCP_OURS:
        case MCP_SPOILED:
            abort(); /* nothing was asked */
        }
    }
    mcp_session_release(&session);
    return 0;
}
