/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a hook's input, for every agent: refused with a reason, or read and turned into at least one
 * demand that a policy can judge. */
#include "demand/demand.h"
#include "fuzz/fuzz.h"
#include "fuzz/nowhere.h"

static void check_demand(const struct demand *demand)
{
    expect(demand->name_count > 0 && demand->name_count <= DEMAND_NAMES);
    for (size_t i = 0; i < demand->name_count; i++) {
        expect(demand->names[i].size > 0);
    }
    expect(demand->first_raw_name <= demand->name_count);
    const struct resource *resource = &demand->resource;
    bool has_value = resource->kind == RESOURCE_KNOWN || resource->kind == RESOURCE_SET;
    if (has_value && pattern_scope_kind(demand->names[0]) == SCOPE_PATH) {
        expect(text_starts_with(resource->value, TEXT("/")) && text_starts_with(resource->resolved, TEXT("/")));
    }
    expect(resource->kind != RESOURCE_UNKNOWN || resource->value.size == 0);
}

static void judge_input(const struct json *input, const struct agent *agent, struct arena *arena)
{
    struct hook_call call;
    struct error err = {.message = ""};
    struct demand_vector demands = {0};
    if (!hook_call_read(input, agent, &call, &err)) {
        expect(err.message[0] != '\0');
        return;
    }
    (void)agent->outcome(&call);
    if (call.event != HOOK_BEFORE_TOOL) {
        return;
    }
    if (!demand_of_call(agent, &call, &nowhere, arena, &demands, &err)) {
        expect(err.message[0] != '\0');
        return;
    }
    expect(demands.count > 0);
    for (size_t i = 0; i < demands.count; i++) {
        check_demand(&demands.items[i]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena;
    arena_init(&arena, 512 * 1024 * 1024);
    struct json input;
    if (!json_parse((struct text){(const char *)data, size}, &arena, &input, NULL)) {
        return 0;
    }
    expect(agent_recognise(&input) != NULL);
    judge_input(&input, &agent_claude, &arena);
    judge_input(&input, &agent_codex, &arena);
    judge_input(&input, &agent_plain, &arena);
    return 0;
}
