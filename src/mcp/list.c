/* SPDX-License-Identifier: Apache-2.0 */
#include "mcp/list.h"

#include <assert.h>

#include "base/builder.h"

/* The lists of each method and what their entries are known by. */
static const struct {
    struct text method;
    struct text list;
    struct text name;
} lists[] = {
    {TEXT_INIT("tools/list"), TEXT_INIT("tools"), TEXT_INIT("name")},
    {TEXT_INIT("resources/list"), TEXT_INIT("resources"), TEXT_INIT("uri")},
    {TEXT_INIT("resources/templates/list"), TEXT_INIT("resourceTemplates"), TEXT_INIT("uriTemplate")},
    {TEXT_INIT("prompts/list"), TEXT_INIT("prompts"), TEXT_INIT("name")},
};

enum { LISTS = sizeof lists / sizeof lists[0] };

static size_t list_of(const struct mcp_step *step)
{
    size_t i = 0;
    while (i < LISTS && !text_equal(lists[i].method, step->method->name)) {
        i++;
    }
    return i;
}

const struct json *mcp_list_entries(const struct mcp_step *step)
{
    size_t list = list_of(step);
    const struct json *result = json_get(step->message.body, TEXT("result"));
    /* Another spelling of it would be a second list to a reader that is lenient about case. */
    if (list == LISTS || json_has_variant(result, lists[list].list)) {
        return NULL;
    }
    const struct json *entries = json_get(result, lists[list].list);
    return entries != NULL && entries->type == JSON_ARRAY ? entries : NULL;
}

bool mcp_list_name(const struct mcp_step *step, const struct json *entry, struct text *ret_name)
{
    size_t list = list_of(step);
    return list != LISTS && !json_has_variant(entry, lists[list].name) &&
           json_get_text(entry, lists[list].name, ret_name);
}

static void add_entries(struct builder *out, const struct mcp_step *step, const struct json *entries,
                        const bool *keep, struct text added)
{
    bool is_first = true;
    builder_add_char(out, '[');
    for (size_t i = 0; i < entries->count; i++) {
        if (!keep[i]) {
            continue;
        }
        builder_add_c(out, is_first ? "" : ",");
        builder_add(out, text_slice(step->message.source, entries->items[i].start, entries->items[i].end));
        is_first = false;
    }
    if (added.size > 0) {
        builder_add_c(out, is_first ? "" : ",");
        builder_add(out, added);
    }
    builder_add_char(out, ']');
}

struct text mcp_list_filter(const struct mcp_step *step, const bool *keep, struct text added,
                            struct arena *arena)
{
    struct text source = step->message.source;
    const struct json *result = json_get(step->message.body, TEXT("result"));
    const struct json *entries = mcp_list_entries(step);
    const struct json *scope = json_get(result, TEXT("cacheScope"));
    assert(result != NULL && entries != NULL);
    struct builder out;
    builder_init_sized(&out, arena, source.size + added.size + 64);
    size_t done = 0;
    for (size_t i = 0; i < result->count; i++) {
        const struct json *value = &result->members[i].value;
        assert(value != NULL); /* the analyser takes "value is none of them" for NULL */
        bool is_scope = scope != NULL && value == scope;
        if (value != entries && !is_scope) {
            continue;
        }
        builder_add(&out, text_slice(source, done, value->start));
        if (is_scope) {
            builder_add(&out, TEXT("\"private\""));
        } else {
            add_entries(&out, step, entries, keep, added);
        }
        done = value->end;
    }
    if (step->is_modern && scope == NULL) {
        builder_add(&out, text_slice(source, done, result->end - 1));
        builder_add(&out, TEXT(",\"cacheScope\":\"private\""));
        done = result->end - 1;
    }
    builder_add(&out, text_after(source, done));
    builder_add_char(&out, '\n');
    return builder_text(&out);
}
