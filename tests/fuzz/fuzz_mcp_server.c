/* SPDX-License-Identifier: Apache-2.0 */
/* Any line from a server, in two pieces: the scanner says the same as the tree's parser, wherever the pieces
 * end; and what it takes for a plain answer is one. */
#include "fuzz/fuzz.h"
#include "mcp/list.h"
#include "mcp/session.h"

/* With a call, a list, and a request of the server's own id waiting. */
static void prepare(struct mcp_session *session, struct arena *arena)
{
    static const char *const requests[] = {
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"a\"}}",
        "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/list\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"method\":\"resources/read\",\"params\":{\"uri\":\"a\"}}",
    };
    for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++) {
        struct mcp_step step = mcp_from_client(session, text_of(requests[i]), arena);
        expect(step.action == MCP_JUDGE && mcp_sent_by_client(session, &step));
    }
}

static bool scan_whole(struct mcp_scan *scan, struct text line, size_t cut)
{
    mcp_scan_init(scan);
    return mcp_scan_feed(scan, text_slice(line, 0, cut)) && mcp_scan_feed(scan, text_after(line, cut)) &&
           mcp_scan_is_whole(scan);
}

static void check_plain(const struct json *value, const struct mcp_scan *scan,
                        const struct mcp_request *request)
{
    const struct json *id = json_get(value, TEXT("id"));
    const struct json *result = json_get(value, TEXT("result"));
    expect(mcp_still_plain(scan));
    expect(json_get(value, TEXT("method")) == NULL && json_get(value, TEXT("params")) == NULL);
    expect((result != NULL) != (json_get(value, TEXT("error")) != NULL));
    expect(json_get(result, TEXT("inputRequests")) == NULL);
    expect(id != NULL && text_equal(id->text, (struct text){request->id, request->id_size}));
    expect(request->method->class != MCP_CLASS_LIST);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text line = {(const char *)data, size};
    if (size < 2 || size > 4096) {
        return 0;
    }
    size_t cut = data[0] % size;
    line = text_after(line, 1);
    AUTO_ARENA arena;
    arena_init(&arena, (size_t)1 << 28);
    struct mcp_session session = {.client_elicits = true};
    prepare(&session, &arena);
    struct mcp_scan scan;
    struct mcp_scan other;
    struct mcp_request *request;
    struct json value;
    bool is_whole = scan_whole(&scan, line, cut);
    expect(is_whole == scan_whole(&other, line, 0));
    bool is_json = json_parse(line, &arena, &value, NULL) && value.type == JSON_OBJECT;
    if (is_whole && is_json && mcp_head_of(&session, &scan, line, &arena, &request) == MCP_HEAD_PLAIN) {
        check_plain(&value, &scan, request);
    }
    struct mcp_step step = mcp_from_server(&session, line, &arena);
    if (step.action != MCP_DROP && step.action != MCP_ANSWER) {
        expect(is_whole && is_json); /* whatever goes on, the scanner and the tree agree about */
    }
    if (step.action == MCP_FILTER && mcp_list_entries(&step) != NULL) {
        size_t count = mcp_list_entries(&step)->count;
        bool *keep = ARENA_ARRAY(&arena, bool, count + 1);
        for (size_t i = 0; i < count; i++) {
            keep[i] = ((size_t)data[0] >> (i % 8) & 1) != 0;
        }
        struct text filtered = mcp_list_filter(&step, keep, TEXT("{}"), &arena);
        expect(json_parse(filtered, &arena, &value, NULL));
    }
    mcp_session_release(&session);
    return 0;
}
