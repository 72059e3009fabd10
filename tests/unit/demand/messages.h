/* SPDX-License-Identifier: Apache-2.0 */
/* Messages to MCP servers, and policies to judge them by, for the tests of this room. */
#ifndef AEX_TESTS_UNIT_DEMAND_MESSAGES_H
#define AEX_TESTS_UNIT_DEMAND_MESSAGES_H

#include "demand/judge.h"
#include "demand/server.h"
#include "load/document_layer.h"
#include "unit/demand/calls.h"

/* JSON in which @ stands for the folder's path. */
static inline const struct json *messages_json(struct calls *calls, const char *source)
{
    struct builder out;
    struct text rest = text_of(source);
    struct text part;
    bool is_first = true;
    builder_init(&out, &calls->arena);
    while (text_next(&rest, '@', &part)) {
        builder_add_c(&out, is_first ? "" : calls->folder.path);
        builder_add(&out, part);
        is_first = false;
    }
    struct json *value = ARENA_NEW(&calls->arena, struct json);
    struct error err;
    if (!json_parse(builder_text(&out), &calls->arena, value, &err)) {
        fail_msg("%s: %s", source, err.message);
    }
    return value;
}

/* A policy of one layer a text, all anchored at the workspace. The second and later ones are separated by
 * "---"; one that starts with "# user" may allow aex.configure. */
static inline const struct policy *messages_policy(struct calls *calls, const char *layers)
{
    enum { MOST = 4 };
    struct layer *list = ARENA_ARRAY(&calls->arena, struct layer, MOST);
    size_t count = 0;
    const char *rest = layers;
    while (rest != NULL) {
        assert_true(count < MOST);
        const char *end = strstr(rest, "---\n");
        struct text body = {rest, end == NULL ? strlen(rest) : (size_t)(end - rest)};
        struct text source = text_format(&calls->arena, "policy p v1\ngoal \"test\"\n%.*s\n", TEXT_ARG(body));
        struct layer layer = {
            .name = TEXT("test"),
            .file = text_format(&calls->arena, "layer%zu", count),
            .anchor = calls->context.root,
            .home = calls->context.home,
            .may_allow_configure = text_starts_with(body, TEXT("# user")),
        };
        struct error err;
        if (!document_layer(&layer, source, &calls->arena, &err)) {
            fail_msg("%s", err.message);
        }
        list[count++] = layer;
        rest = end == NULL ? NULL : end + 4;
    }
    const struct policy *policy;
    struct error err;
    if (!policy_compile(list, count, &calls->arena, &policy, &err)) {
        fail_msg("%s", err.message);
    }
    return policy;
}

static inline struct mcp_server messages_server(const char *kind)
{
    return (struct mcp_server){.name = text_of(kind), .kind = server_kind_find(text_of(kind))};
}

/* tools/call of `tool` at a server. */
static inline bool messages_call(struct calls *calls, const struct mcp_server *server, const char *tool,
                                 const char *arguments, const struct policy *policy,
                                 struct demand_vector *ret_demands, struct error *err)
{
    struct text params = text_format(&calls->arena, "{\"name\":\"%s\",\"arguments\":%s}", tool, arguments);
    return demand_of_mcp_request(server, TEXT("tools/call"), messages_json(calls, params.data), policy,
                                 &calls->context, &calls->arena, ret_demands, err);
}

static inline enum verdict messages_verdict(struct calls *calls, const struct mcp_server *server,
                                            const char *tool, const char *arguments,
                                            const struct policy *policy)
{
    struct demand_vector demands;
    struct error err;
    if (!messages_call(calls, server, tool, arguments, policy, &demands, &err)) {
        return VERDICT_DENY;
    }
    return demand_judge_built(&demands, policy, &calls->arena).verdict;
}

#endif
