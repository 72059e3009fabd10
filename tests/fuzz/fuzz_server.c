/* SPDX-License-Identifier: Apache-2.0 */
/* Any message to any kind of server, under a policy with maps: refused with a reason, or turned into demands
 * that are well made; a tool that would be hidden is denied; and a policy that allows nothing denies it. The
 * first line is "KIND METHOD", the rest the parameters. */
#include "demand/judge.h"
#include "demand/server.h"
#include "fuzz/fuzz.h"
#include "fuzz/nowhere.h"
#include "load/document_layer.h"

#define MAPS                                                                                                   \
    "map a as file.read:args.path\nmap b as file.write:args.path\nmap c as shell.exec:args.command\n"          \
    "map d as network.fetch:args.url\nmap e as db.read:args.query\nmap read_file as x.y:args.path\n"

static const char policies[][512] = {
    "policy p v1\ngoal \"x\"\nallow nothing.at.all\n",
    "policy p v1\ngoal \"x\"\n" MAPS
    "allow file.*, network.fetch:a.b, shell.exec, x.y\ndeny file.read:private/**\n",
    "policy p v1\ngoal \"x\"\n" MAPS
    "allow file.read:src/**, file.write:src/**, db.*, mcp.*\nconfirm before git.*\n",
};

enum { POLICIES = sizeof policies / sizeof policies[0] };

static const struct policy *read_policy(const char *source, struct arena *arena)
{
    struct layer *layer = ARENA_NEW(arena, struct layer);
    const struct policy *policy;
    struct error err;
    *layer =
        (struct layer){.name = TEXT("test"), .file = TEXT("p"), .anchor = nowhere.root, .home = nowhere.home};
    expect(document_layer(layer, text_of(source), arena, &err));
    expect(policy_compile(layer, 1, arena, &policy, &err));
    return policy;
}

static void check_demand(const struct demand *demand)
{
    expect(demand->name_count > 0 && demand->name_count <= DEMAND_NAMES);
    for (size_t i = 0; i < demand->name_count; i++) {
        expect(demand->names[i].size > 0);
    }
    expect(demand->first_raw_name < demand->name_count);
    expect(demand->tool == 0 || demand->first_raw_name > 0);
    const struct resource *resource = &demand->resource;
    bool has_value = resource->kind == RESOURCE_KNOWN || resource->kind == RESOURCE_SET;
    if (has_value && pattern_scope_kind(demand->names[0]) == SCOPE_PATH) {
        expect(text_starts_with(resource->value, TEXT("/")) && text_starts_with(resource->resolved, TEXT("/")));
    }
    expect(resource->kind != RESOURCE_UNKNOWN || resource->value.size == 0);
}

static void judge_message(const struct mcp_server *server, struct text method, const struct json *params,
                          size_t which, struct arena *arena)
{
    const struct policy *policy = read_policy(policies[which], arena);
    struct demand_vector demands;
    struct error err = {.message = ""};
    if (!demand_of_mcp_request(server, method, params, policy, &nowhere, arena, &demands, &err)) {
        expect(err.message[0] != '\0');
        return;
    }
    if (mcp_method_class(method) == MCP_PROTOCOL) {
        expect(demands.count == 0);
        return;
    }
    expect(demands.count > 0);
    bool needs_allow = false;
    for (size_t i = 0; i < demands.count; i++) {
        check_demand(&demands.items[i]);
        needs_allow = needs_allow || !demands.items[i].allowed_unless_denied;
    }
    enum verdict verdict = demand_judge_built(&demands, policy, arena).verdict;
    expect(which > 0 || (verdict == VERDICT_DENY) == needs_allow);
    struct text tool;
    if (text_equal(method, TEXT("tools/call")) && json_get_text(params, TEXT("name"), &tool) &&
        !demand_mcp_tool_could_be_allowed(server, tool, policy, &nowhere, arena)) {
        expect(verdict == VERDICT_DENY);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1024 * 1024 * 1024);
    struct text rest = {(const char *)data, size};
    struct text line;
    struct json params;
    if (size == 0 || !text_next(&rest, '\n', &line) || rest.data == NULL ||
        !json_parse(rest, &arena, &params, NULL)) {
        return 0;
    }
    size_t blank = text_find_char(line, ' ');
    if (blank == TEXT_NOT_FOUND) {
        return 0;
    }
    const struct mcp_server server = {.name = TEXT("s"), .kind = server_kind_find(text_slice(line, 0, blank))};
    for (size_t i = 0; i < POLICIES; i++) {
        judge_message(&server, text_after(line, blank + 1), &params, i, &arena);
    }
    return 0;
}
