/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "setup/json_edit.h"
#include "support/property.h"
#include "json/writer.h"

enum { MEMORY = 64 * 1024 * 1024 };

static struct text steps_of(const char *dotted, struct text *steps, size_t *ret_count)
{
    struct text rest = text_of(dotted);
    struct text step;
    *ret_count = 0;
    while (dotted[0] != '\0' && text_next(&rest, '.', &step)) {
        steps[(*ret_count)++] = step;
    }
    return rest;
}

enum change { SET, APPEND, REMOVE };

/* What one change makes of a source; "error" when it is refused. */
static const char *changed(struct arena *arena, enum change change, const char *source, const char *dotted,
                           const char *value)
{
    struct text steps[8];
    struct json_path path = {steps, 0};
    struct text result = TEXT("error");
    struct error err;
    steps_of(dotted, steps, &path.count);
    switch (change) {
    case SET:
        json_edit_set(text_of(source), path, text_of(value), arena, &result, &err);
        break;
    case APPEND:
        json_edit_append(text_of(source), path, text_format(arena, "[%s]", value), arena, &result, &err);
        break;
    case REMOVE:
        json_edit_remove(text_of(source), path, arena, &result, &err);
        break;
    }
    return text_to_c(arena, result);
}

static void the_layout_is_followed(void **state)
{
    (void)state;
    static const struct {
        enum change change;
        const char *source;
        const char *path;
        const char *value;
        const char *expected;
    } cases[] = {
        {SET, "{}", "a", "1", "{\n  \"a\": 1\n}"},
        {SET, "{ }\n", "a.b", "[1]", "{\n  \"a\": {\n    \"b\": [\n      1\n    ]\n  }\n}\n"},
        {SET, "{\"a\":1}", "b", "{\"c\": [1, 2]}", "{\"a\":1,\"b\":{\"c\":[1,2]}}"},
        {SET, "{\"a\": 1}", "b", "2", "{\"a\": 1,\"b\": 2}"},
        {SET, "{\n\t\"a\": 1\n}", "b", "{\"c\":2}", "{\n\t\"a\": 1,\n\t\"b\": {\n\t\t\"c\": 2\n\t}\n}"},
        {SET, "{\r\n    \"a\": 1\r\n}", "b", "[2]",
         "{\r\n    \"a\": 1,\r\n    \"b\": [\r\n        2\r\n    ]\r\n}"},
        {SET, "{\n  \"a\": 1 // one\n}", "b", "2", "{\n  \"a\": 1, // one\n  \"b\": 2\n}"},
        {SET, "{\n  \"a\": 1, /* one */\n}", "b", "2", "{\n  \"a\": 1, /* one */\n  \"b\": 2,\n}"},
        {SET, "{ // none yet\n}", "a", "1", "{ // none yet\n  \"a\": 1\n}"},
        {SET, "{\"a\": 1 // one\n}", "b", "2", "{\"a\": 1, // one\n  \"b\": 2\n}"},
        {SET, "{\"a\": {\"b\": 1}}", "a.b", "\"//\"", "{\"a\": {\"b\": \"//\"}}"},
        {SET, "\xEF\xBB\xBF{\"a\":1}", "b", "2", "\xEF\xBB\xBF{\"a\":1,\"b\":2}"},
        {SET, "{\"a\": 1}", "a.b", "2", "error"},
        {SET, "{\"a\": [1]}", "a.1", "2", "error"},
        {SET, "[1]", "a", "2", "error"},
        {SET, "{\"a\": 1,, \"b\": 2}", "c", "2", "error"},
        {SET, "{,}", "c", "2", "error"},
        {SET, "{\"a\": 1 /* }", "c", "2", "error"},
        {SET, "{\"a\": 1, \"a\": 2}", "c", "2", "error"},
        {APPEND, "{}", "a.b", "1", "{\n  \"a\": {\n    \"b\": [\n      1\n    ]\n  }\n}"},
        {APPEND, "{\"a\":[1]}", "a", "{\"b\":2}", "{\"a\":[1,{\"b\":2}]}"},
        {APPEND, "{\n  \"a\": [\n    1\n  ]\n}", "a", "2", "{\n  \"a\": [\n    1,\n    2\n  ]\n}"},
        {APPEND, "{\n  \"a\": []\n}", "a", "2", "{\n  \"a\": [\n    2\n  ]\n}"},
        {APPEND, "{\n  \"a\": []\n}", "a", "2, 3", "{\n  \"a\": [\n    2,\n    3\n  ]\n}"},
        {APPEND, "{\"a\": [1,]}", "a", "2, 3", "{\"a\": [1,2,3,]}"},
        {APPEND, "{\"a\": {}}", "a", "1", "error"},
        {REMOVE, "{\"a\": 1, \"b\": 2, \"c\": 3}", "b", NULL, "{\"a\": 1, \"c\": 3}"},
        {REMOVE, "{\"a\": 1, \"b\": 2}", "a", NULL, "{ \"b\": 2}"},
        {REMOVE, "{\n  \"a\": [\n    1, // x\n    2,\n  ]\n}", "a.1", NULL,
         "{\n  \"a\": [\n    1, // x\n  ]\n}"},
        {REMOVE, "{\n  \"a\": 1\n}", "a", NULL, "{}"},
        {REMOVE, "{ // x\n  \"a\": 1\n}", "a", NULL, "{ // x\n}"},
        {REMOVE, "{ // x\n\"a\": 1}", "a", NULL, "{ // x\n}"},
        {REMOVE, "[1, // */\n2]", "1", NULL, "[1 // */\n]"},
        {REMOVE, "{\"a\": 1}", "b", NULL, "error"},
        {REMOVE, "{}", "", NULL, "error"},
    };
    AUTO_ARENA arena;
    arena_init(&arena, MEMORY);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_string_equal(changed(&arena, cases[i].change, cases[i].source, cases[i].path, cases[i].value),
                            cases[i].expected);
    }
}

static void the_dialect_is_told(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    arena_init(&arena, MEMORY);
    struct json value;
    struct json_dialect dialect;
    assert_true(json_edit_read(TEXT("{\"a\": \"// no, /* no */ ,]\"}"), &arena, &value, &dialect, NULL));
    assert_false(dialect.has_comments || dialect.has_trailing_commas || dialect.has_byte_order_mark);
    assert_true(json_edit_read(TEXT("\xEF\xBB\xBF[1,] // x"), &arena, &value, &dialect, NULL));
    assert_true(dialect.has_comments && dialect.has_trailing_commas && dialect.has_byte_order_mark);
}

/* ---- Adding and removing gives the same bytes ---- */

struct drawing {
    struct property *property;
    struct builder out;
    const char *newline;
    const char *unit;
    bool in_lines;
    bool has_comments;
    bool has_trailing_commas;
};

static void draw_gap(struct drawing *drawing, size_t depth)
{
    if (drawing->in_lines) {
        builder_add_c(&drawing->out, drawing->newline);
        for (size_t i = 0; i < depth; i++) {
            builder_add_c(&drawing->out, drawing->unit);
        }
    }
}

static void draw_comment(struct drawing *drawing)
{
    if (!drawing->has_comments || !property_once_in(drawing->property, 3)) {
        return;
    }
    if (drawing->in_lines && property_once_in(drawing->property, 2)) {
        builder_format(&drawing->out, " // it's, a {\"note\": %s", drawing->newline);
    } else {
        builder_add_c(&drawing->out, " /* , ] } */");
    }
}

static void draw_value(struct drawing *drawing, size_t depth);

static void draw_container(struct drawing *drawing, size_t depth, bool is_object)
{
    builder_add_char(&drawing->out, is_object ? '{' : '[');
    uint32_t count = property_draw(drawing->property, 4);
    for (uint32_t i = 0; i < count; i++) {
        draw_comment(drawing);
        draw_gap(drawing, depth + 1);
        if (is_object) {
            builder_format(&drawing->out, "\"%c\":%s", (char)('a' + i), drawing->in_lines ? " " : "");
        }
        draw_value(drawing, depth + 1);
        draw_comment(drawing);
        if (i + 1 < count || drawing->has_trailing_commas) {
            builder_add_char(&drawing->out, ',');
        }
    }
    draw_comment(drawing);
    if (count > 0) {
        draw_gap(drawing, depth);
    }
    builder_add_char(&drawing->out, is_object ? '}' : ']');
}

static void draw_value(struct drawing *drawing, size_t depth)
{
    static const char *const leaves[] = {"1", "null", "\"// x \\\" ,\"", "true", "-0.5e3"};
    uint32_t kind = property_draw(drawing->property, depth > 3 ? 5 : 9);
    if (kind < 5) {
        builder_add_c(&drawing->out, leaves[kind]);
    } else {
        draw_container(drawing, depth, kind < 8);
    }
}

static struct text draw_document(struct property *property)
{
    static const char *const units[] = {"  ", "\t", "    ", ""};
    struct drawing drawing = {
        .property = property,
        .newline = property_once_in(property, 3) ? "\r\n" : "\n",
        .unit = units[property_draw(property, 4)],
        .in_lines = !property_once_in(property, 4),
        .has_comments = property_once_in(property, 2),
        .has_trailing_commas = property_once_in(property, 3),
    };
    builder_init(&drawing.out, property_arena(property));
    if (property_once_in(property, 6)) {
        builder_add_c(&drawing.out, "\xEF\xBB\xBF");
    }
    draw_container(&drawing, 0, true);
    if (!property_once_in(property, 3)) {
        builder_add_c(&drawing.out, drawing.newline);
    }
    return builder_text(&drawing.out);
}

/* A path to some container, by following the tree. */
static struct json_path draw_path(struct property *property, const struct json *value, struct text *steps,
                                  const struct json **ret_value)
{
    struct json_path path = {steps, 0};
    while (path.count < 6 && value->count > 0 && (value->type == JSON_OBJECT || value->type == JSON_ARRAY) &&
           !property_once_in(property, 3)) {
        size_t index = property_draw(property, (uint32_t)value->count);
        const struct json *child =
            value->type == JSON_OBJECT ? &value->members[index].value : &value->items[index];
        if (child->type != JSON_OBJECT && child->type != JSON_ARRAY) {
            break;
        }
        steps[path.count++] = value->type == JSON_OBJECT ? value->members[index].name
                                                         : text_format(property_arena(property), "%zu", index);
        value = child;
    }
    *ret_value = value;
    return path;
}

static struct text canonical(struct arena *arena, const struct json *value)
{
    struct builder out;
    builder_init(&out, arena);
    json_canonical(&out, arena, value);
    return builder_text(&out);
}

static bool adding_and_removing_is_nothing(struct property *property, const void *context)
{
    (void)context;
    static const char *const values[] = {"1", "{}", "[]", "{\"x\":[1,{\"y\":\"// z\"}]}"};
    struct arena *arena = property_arena(property);
    struct text source = draw_document(property);
    struct json value;
    struct error err;
    property_note(property, "source:\n%s", source.data);
    if (!json_edit_read(source, arena, &value, NULL, &err)) {
        property_note(property, "%s", err.message);
        return false;
    }
    struct text steps[8];
    const struct json *container;
    struct json_path path = draw_path(property, &value, steps, &container);
    struct text added = text_of(values[property_draw(property, 4)]);
    struct text after;
    struct text back;
    bool is_array = container->type == JSON_ARRAY;
    struct text last = is_array ? text_format(arena, "%zu", container->count) : TEXT("new");
    struct json_path child = {steps, path.count + 1};
    struct json_path nested = child;
    steps[path.count] = last;
    if (!is_array && property_once_in(property, 2)) {
        steps[nested.count++] = TEXT("deeper");
    }
    bool did = is_array
                   ? json_edit_append(source, path, text_format(arena, "[%s]", added.data), arena, &after, &err)
                   : json_edit_set(source, nested, added, arena, &after, &err);
    struct json changed_tree;
    if (!did || !json_edit_read(after, arena, &changed_tree, NULL, &err)) {
        property_note(property, "%s", err.message);
        return false;
    }
    property_note(property, "after:\n%s", after.data);
    const struct json *found = json_edit_find(&changed_tree, is_array ? child : nested);
    struct json wanted;
    if (found == NULL || !json_parse(added, arena, &wanted, NULL) ||
        !text_equal(canonical(arena, found), canonical(arena, &wanted)) ||
        !json_edit_remove(after, child, arena, &back, &err)) {
        return false;
    }
    property_note(property, "back:\n%s", back.data);
    return text_equal(source, back);
}

static bool replacing_back_is_nothing(struct property *property, const void *context)
{
    (void)context;
    struct arena *arena = property_arena(property);
    struct text source = draw_document(property);
    struct text steps[8];
    const struct json *container;
    struct json value;
    struct text after;
    struct text back;
    struct error err;
    if (!json_edit_read(source, arena, &value, NULL, &err)) {
        return false;
    }
    struct json_path path = draw_path(property, &value, steps, &container);
    if (container->count == 0 || container->type != JSON_OBJECT ||
        container->members[0].value.type >= JSON_ARRAY) {
        return property_discard(property);
    }
    const struct json_member *member = &container->members[0];
    steps[path.count++] = member->name;
    struct text was = text_slice(source, member->value.start, member->value.end);
    return json_edit_set(source, path, TEXT("\"other\""), arena, &after, &err) && !text_equal(source, after) &&
           json_edit_set(after, path, was, arena, &back, &err) && text_equal(source, back);
}

static void edits_can_be_undone(void **state)
{
    (void)state;
    assert_true(property_holds("add and remove", 5000, adding_and_removing_is_nothing, NULL));
    assert_true(property_holds("replace twice", 5000, replacing_back_is_nothing, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_layout_is_followed),
        cmocka_unit_test(the_dialect_is_told),
        cmocka_unit_test(edits_can_be_undone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
