/* SPDX-License-Identifier: Apache-2.0 */
/* Calls as agents make them, and their demands as text, for the tests of this room. */
#ifndef AEX_TESTS_UNIT_DEMAND_CALLS_H
#define AEX_TESTS_UNIT_DEMAND_CALLS_H

#include "base/builder.h"
#include "base/limits.h"
#include "demand/demand.h"
#include "support/folder.h"

/* A workspace in a folder of its own: root, home and state side by side. Reset `arena` between calls at will.
 */
struct calls {
    struct folder folder;
    struct demand_context context;
    struct arena arena;
    struct arena lasting; /* what the context is made of */
};

static inline struct text calls_below(struct calls *calls, const char *name)
{
    char path[PATH_MAX];
    return text_copy(&calls->lasting, text_of(folder_path(&calls->folder, name, path)));
}

static inline void calls_init(struct calls *calls)
{
    folder_make(&calls->folder);
    arena_init(&calls->arena, 512 * 1024 * 1024);
    arena_init(&calls->lasting, 1024 * 1024);
    folder_add_folder(&calls->folder, "ws");
    folder_add_folder(&calls->folder, "home");
    folder_add_folder(&calls->folder, "state");
    struct text root = calls_below(calls, "ws");
    calls->context = (struct demand_context){
        .root = root,
        .root_as_named = root,
        .working_folder = root,
        .home = calls_below(calls, "home"),
        .state_folder = calls_below(calls, "state"),
    };
}

static inline void calls_release(struct calls *calls)
{
    folder_remove(&calls->folder);
    arena_release(&calls->arena);
    arena_release(&calls->lasting);
}

/* The demands of a call, or false with `err`. `arguments` is JSON, in which @ stands for the folder's path. */
static inline bool calls_try(struct calls *calls, const struct agent *agent, const char *tool,
                             const char *arguments, struct demand_vector *ret_demands, struct error *err)
{
    struct builder source;
    struct text rest = text_of(arguments);
    struct text part;
    bool is_first = true;
    builder_init(&source, &calls->arena);
    while (text_next(&rest, '@', &part)) {
        builder_add_c(&source, is_first ? "" : calls->folder.path);
        builder_add(&source, part);
        is_first = false;
    }
    struct json *value = ARENA_NEW(&calls->arena, struct json);
    struct error mistake;
    if (!json_parse(builder_text(&source), &calls->arena, value, &mistake)) {
        fail_msg("%s: %s", arguments, mistake.message);
    }
    struct hook_call call = {.tool = text_of(tool), .arguments = value, .input = value};
    return demand_of_call(agent, &call, &calls->context, &calls->arena, ret_demands, err);
}

static inline void calls_add_path(struct calls *calls, struct builder *out, struct text path)
{
    struct text folder = text_of(calls->folder.path);
    bool is_inside = text_starts_with(path, folder);
    builder_format(out, "%s%.*s", is_inside ? "@" : "",
                   TEXT_ARG(is_inside ? text_after(path, folder.size) : path));
}

/* Demands, one a line: names joined by "|", then "?" when unknown, else the value, and the resolved form where
 * it is another; sets in braces. */
static inline struct text calls_describe(struct calls *calls, const struct demand_vector *demands)
{
    struct builder out;
    builder_init(&out, &calls->arena);
    for (size_t i = 0; i < demands->count; i++) {
        const struct demand *demand = &demands->items[i];
        for (size_t j = 0; j < demand->name_count; j++) {
            builder_format(&out, "%s%.*s", j == 0 ? "" : "|", TEXT_ARG(demand->names[j]));
        }
        if (demand->resource.kind == RESOURCE_UNKNOWN) {
            builder_add_c(&out, " ?");
        } else if (demand->resource.kind != RESOURCE_NONE) {
            builder_add_c(&out, demand->resource.kind == RESOURCE_SET ? " {" : " ");
            calls_add_path(calls, &out, demand->resource.value);
            if (demand->resource.resolved.size > 0 &&
                !text_equal(demand->resource.value, demand->resource.resolved)) {
                builder_add_c(&out, " -> ");
                calls_add_path(calls, &out, demand->resource.resolved);
            }
            builder_add_c(&out, demand->resource.kind == RESOURCE_SET ? "}" : "");
        }
        builder_add_char(&out, '\n');
    }
    return builder_text(&out);
}

/* The same for a call, or "error: ..." . */
static inline struct text calls_demands(struct calls *calls, const struct agent *agent, const char *tool,
                                        const char *arguments)
{
    struct demand_vector demands;
    struct error err;
    if (!calls_try(calls, agent, tool, arguments, &demands, &err)) {
        return text_format(&calls->arena, "error: %s\n", err.message);
    }
    return calls_describe(calls, &demands);
}

/* Whether one demand goes by this name. */
static inline bool calls_demand(struct calls *calls, const struct agent *agent, const char *tool,
                                const char *arguments, const char *name)
{
    struct demand_vector demands;
    struct error err;
    if (!calls_try(calls, agent, tool, arguments, &demands, &err)) {
        fail_msg("%s %s: %s", tool, arguments, err.message);
    }
    for (size_t i = 0; i < demands.count; i++) {
        if (text_equal(demands.items[i].names[0], text_of(name))) {
            return true;
        }
    }
    return false;
}

#define assert_demands(calls, agent, tool, arguments, expected)                                                \
    do {                                                                                                       \
        struct text found_ = calls_demands((calls), (agent), (tool), (arguments));                             \
        if (!text_equal(found_, text_of(expected))) {                                                          \
            fail_msg("%s %s demands\n%.*sexpected\n%s", (tool), (arguments), TEXT_ARG(found_), (expected));    \
        }                                                                                                      \
    } while (0)

#endif
