/* SPDX-License-Identifier: Apache-2.0 */
#include "proxy/holding.h"

#include "base/memory.h"
#include "os/random.h"
#include "state/approval.h"

void holding_remove(struct holding *holding, struct held_call *call)
{
    holding->held_count -= call->line != NULL;
    memory_free(call->line);
    *call = (struct held_call){.line = NULL};
}

void holding_release(struct holding *holding)
{
    for (size_t i = 0; i < LIMIT_MCP_HELD_CALLS; i++) {
        holding_remove(holding, &holding->calls[i]);
    }
    memory_free(holding->tasks);
    *holding = (struct holding){.tasks = NULL};
}

static bool make_token(char *token, struct error *err)
{
    static const char digits[] = "0123456789abcdef";
    uint8_t bytes[16];
    if (!random_fill(bytes, sizeof bytes, err)) {
        return false;
    }
    memcpy(token, "aex.", 4);
    for (size_t i = 0; i < sizeof bytes; i++) {
        token[4 + 2 * i] = digits[bytes[i] >> 4];
        token[5 + 2 * i] = digits[bytes[i] & 15];
    }
    token[HELD_TOKEN_SIZE] = '\0';
    return true;
}

bool holding_add(struct holding *holding, struct text line, const struct digest *policy, struct text approval,
                 clock_instant now, struct held_call **ret_call, struct error *err)
{
    struct held_call *call = NULL;
    for (size_t i = 0; i < LIMIT_MCP_HELD_CALLS && call == NULL; i++) {
        if (holding->calls[i].line != NULL && holding->calls[i].expires <= now) {
            holding_remove(holding, &holding->calls[i]);
        }
        call = holding->calls[i].line == NULL ? &holding->calls[i] : NULL;
    }
    if (call == NULL || line.size > LIMIT_MCP_HELD_CALL) {
        return error_set(err, call == NULL ? "too many calls wait for a person's answer already"
                                           : "the call is too large to be asked about");
    }
    if (!make_token(call->token, err)) {
        return false;
    }
    call->line = memory_resize(NULL, line.size + 1, 1);
    holding->held_count++;
    memcpy(call->line, line.data, line.size);
    call->size = line.size;
    call->policy = *policy;
    call->expires = now + APPROVAL_LIFE_SECONDS * INT64_C(1000000000);
    size_t code = approval.size < sizeof call->approval ? approval.size : sizeof call->approval - 1;
    memcpy(call->approval, approval.data, code);
    call->approval[code] = '\0';
    *ret_call = call;
    return true;
}

struct held_call *holding_find(struct holding *holding, struct text token)
{
    for (size_t i = 0; i < LIMIT_MCP_HELD_CALLS; i++) {
        struct held_call *call = &holding->calls[i];
        if (call->line != NULL && text_equal(text_of(call->token), token)) {
            return call;
        }
    }
    return NULL;
}

void holding_note_unfinished(struct holding *holding, const struct digest *call)
{
    holding->unfinished[holding->unfinished_count++ % LIMIT_MCP_HELD_CALLS] = *call;
}

bool holding_take_unfinished(struct holding *holding, const struct digest *call)
{
    size_t count =
        holding->unfinished_count < LIMIT_MCP_HELD_CALLS ? holding->unfinished_count : LIMIT_MCP_HELD_CALLS;
    for (size_t i = 0; i < count; i++) {
        if (digest_equal(&holding->unfinished[i], call)) {
            memset(&holding->unfinished[i], 0, sizeof holding->unfinished[i]);
            return true;
        }
    }
    return false;
}

static uint64_t hash_task(struct text task, enum mcp_from holder)
{
    return text_hash_byte(text_hash(task), (char)holder);
}

void holding_note_task(struct holding *holding, struct text task, enum mcp_from holder)
{
    if (holding->tasks == NULL) {
        holding->tasks = memory_resize(NULL, LIMIT_MCP_TASKS, sizeof *holding->tasks);
    }
    holding->tasks[holding->task_count++ % LIMIT_MCP_TASKS] = hash_task(task, holder);
}

bool holding_knows_task(const struct holding *holding, struct text task, enum mcp_from holder)
{
    uint64_t hash = hash_task(task, holder);
    size_t count = holding->task_count < LIMIT_MCP_TASKS ? holding->task_count : LIMIT_MCP_TASKS;
    for (size_t i = 0; i < count; i++) {
        if (holding->tasks[i] == hash) {
            return true;
        }
    }
    return false;
}
