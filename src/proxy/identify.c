/* SPDX-License-Identifier: Apache-2.0 */
#include "proxy/identify.h"

#include <string.h>

#include "state/ledger.h"
#include "state/shared_call.h"

/* What Claude Code and Codex put into `_meta` of a call, so that it is known to be the one their hooks saw. */
static void read_meta(struct record_call *call, const struct json *params)
{
    struct text session;
    const struct json *meta = json_get(params, TEXT("_meta"));
    if (meta == NULL) {
        return;
    }
    if (!json_get_text(meta, TEXT("claudecode/toolUseId"), &call->call_id)) {
        (void)json_get_text(meta, TEXT("callId"), &call->call_id);
    }
    bool has_session =
        json_get_text(meta, TEXT("sessionId"), &session) || json_get_text(meta, TEXT("threadId"), &session);
    if (has_session && session.size > 0) {
        call->session = session;
    }
}

/* Without an id no two calls are known to be the same, and each is charged: a key that no other call has. The
 * counter is spread over its bytes, which tables go by. */
static struct digest unnamed_key(struct decider *decider)
{
    struct digest key = decider->origin;
    uint64_t spread = ++decider->unnamed * UINT64_C(0x9E3779B97F4A7C15);
    memcpy(key.bytes, &spread, sizeof spread);
    return key;
}

/* Parameters without what belongs to one attempt rather than to what is asked for. */
static const struct json *lasting(const struct json *params, struct arena *arena)
{
    static const struct text passing[] = {TEXT_INIT("_meta"), TEXT_INIT("requestState"),
                                          TEXT_INIT("inputResponses")};
    struct json_member *members = ARENA_ARRAY(arena, struct json_member, params->count + 1);
    struct json *kept = ARENA_NEW(arena, struct json);
    *kept = *params;
    kept->members = members;
    kept->count = 0;
    for (size_t i = 0; i < params->count; i++) {
        bool is_passing = false;
        for (size_t j = 0; j < sizeof passing / sizeof passing[0]; j++) {
            is_passing = is_passing || text_equal(params->members[i].name, passing[j]);
        }
        if (!is_passing) {
            members[kept->count++] = params->members[i];
        }
    }
    return kept;
}

/* A call that the hook has seen is the one it charged. */
static void find_shared(struct decider *decider, struct record_call *call, struct text *charged_tool,
                        struct arena *arena)
{
    struct shared_call shared;
    const char *state_folder = decider->options->state_folder.data;
    if (!shared_call_read(state_folder, call->call_id, arena, &shared) ||
        !digest_equal(&shared.arguments, &call->arguments) || !shared_call_is_tool(shared.tool, call->tool)) {
        return;
    }
    call->session = shared.session;
    *charged_tool = shared.tool;
    call->was_asked = shared.was_asked;
    call->asked_policy = shared.policy;
    if (shared.was_asked) {
        /* An answer is good once. One that cannot be used up does not count. */
        shared.was_asked = false;
        call->was_asked = shared_call_write(state_folder, &shared, arena, NULL);
    }
}

void identify_request(struct decider *decider, const struct mcp_step *step, struct arena *arena,
                      struct record_call *ret_call)
{
    static const struct json nothing = {.type = JSON_OBJECT};
    const struct json *params = step->message.params;
    struct record_call call = {.step = step, .session = decider->session, .client = decider->client};
    if (step->from == MCP_FROM_CLIENT) {
        read_meta(&call, params);
    }
    if (!json_get_text(params, TEXT("name"), &call.tool)) {
        (void)json_get_text(params, TEXT("uri"), &call.tool);
    }
    const struct json *arguments = json_get(params, TEXT("arguments"));
    if (params != NULL && !text_equal(step->message.method, TEXT("tools/call"))) {
        arguments = lasting(params, arena);
    }
    call.canonical_arguments = json_canonical_text(arena, arguments != NULL ? arguments : &nothing);
    call.arguments = digest_sha256(call.canonical_arguments);
    struct text charged_tool = call.tool;
    if (call.call_id.size > 0) {
        find_shared(decider, &call, &charged_tool, arena);
    }
    call.key = call.call_id.size > 0 ? charge_key(call.session, call.call_id, charged_tool, &call.arguments)
                                     : unnamed_key(decider);
    *ret_call = call;
}

struct digest decide_request_digest(const struct json *params, struct arena *arena)
{
    return digest_sha256(params == NULL ? TEXT("") : json_canonical_text(arena, lasting(params, arena)));
}

uint64_t decide_fingerprint(const struct json *params, struct arena *arena)
{
    uint64_t fingerprint;
    struct digest digest = decide_request_digest(params, arena);
    memcpy(&fingerprint, digest.bytes, sizeof fingerprint);
    return fingerprint;
}

struct digest decide_unfinished_key(uint64_t fingerprint, struct text state)
{
    const struct text parts[] = {{(const char *)&fingerprint, sizeof fingerprint}, state};
    return digest_sha256_list(parts, sizeof parts / sizeof parts[0]);
}
