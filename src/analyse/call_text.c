/* SPDX-License-Identifier: Apache-2.0 */
#include "analyse/call_text.h"

#include "base/visible.h"
#include "json/json.h"

/* One line, indented. Tabs stay: they indent code, and lead nowhere else. */
static void add_line(struct builder *out, const char *mark, struct text line)
{
    struct text piece;
    const char *before = mark;
    while (text_next(&line, '\t', &piece)) {
        builder_add_c(out, before);
        builder_add_visible(out, piece);
        before = "\t";
    }
    builder_add_char(out, '\n');
}

static void add_lines(struct builder *out, const char *mark, struct text lines)
{
    struct text line;
    while (text_next(&lines, '\n', &line)) {
        if (lines.data != NULL || line.size > 0) {
            add_line(out, mark, line);
        }
    }
}

/* Arguments whose text is what will be written or run, in the order they are shown: what is taken away comes
 * before what takes its place. */
static const struct {
    const char *name;
    const char *mark;
} bodies[] = {
    {"old_string", "  - "}, {"new_string", "  + "}, {"content", "  + "},
    {"new_source", "  + "}, {"command", "  $ "},
};

enum { BODY_COUNT = sizeof bodies / sizeof bodies[0] };

static bool is_body(const struct json_member *member)
{
    for (size_t i = 0; i < BODY_COUNT; i++) {
        if (member->value.type == JSON_STRING && text_equal(member->name, text_of(bodies[i].name))) {
            return true;
        }
    }
    return false;
}

bool call_text(struct text arguments, struct arena *arena, struct text *ret_text, struct error *err)
{
    struct json value;
    struct builder out;
    if (!json_parse(arguments, arena, &value, err)) {
        return false;
    }
    if (value.type != JSON_OBJECT) {
        return error_set(err, "the arguments are no object");
    }
    builder_init(&out, arena);
    for (size_t i = 0; i < value.count; i++) {
        const struct json_member *member = &value.members[i];
        if (is_body(member)) {
            continue;
        }
        struct text shown = member->value.type == JSON_STRING
                                ? member->value.text
                                : text_slice(arguments, member->value.start, member->value.end);
        add_line(&out, "  ", text_format(arena, "%.*s: %.*s", TEXT_ARG(member->name), TEXT_ARG(shown)));
    }
    for (size_t i = 0; i < BODY_COUNT; i++) {
        struct text body;
        if (json_get_text(&value, text_of(bodies[i].name), &body)) {
            add_lines(&out, bodies[i].mark, body);
        }
    }
    *ret_text = builder_text(&out);
    return true;
}
