/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "setup/toml_edit.h"
#include "support/property.h"

enum { MEMORY = 64 * 1024 * 1024 };

static struct toml_path path_of(struct arena *arena, const char *dotted)
{
    struct text *steps = ARENA_ARRAY(arena, struct text, 8);
    struct text rest = text_of(dotted);
    struct toml_path path = {steps, 0};
    while (text_next(&rest, '.', &steps[path.count])) {
        path.count++;
    }
    return path;
}

static void keys_are_set_by_line(void **state)
{
    (void)state;
    static const struct {
        const char *source;
        const char *path;
        const char *expected;
    } cases[] = {
        {"", "a", "a = 7\n"},
        {"", "a.b", "[a]\nb = 7\n"},
        {"x = 1", "a.b", "x = 1\n\n[a]\nb = 7"},
        {"x = 1\n", "a", "x = 1\na = 7\n"},
        {"# note\n[t]\n", "a", "a = 7\n# note\n[t]\n"},
        {"[a]\nc = 1 # one\n\n[b]\n", "a.b", "[a]\nc = 1 # one\nb = 7\n\n[b]\n"},
        {"[a]\r\n[b]\r\n", "a.b", "[a]\r\nb = 7\r\n[b]\r\n"},
        {"[a]\nb = [ # list\n  1,\n] # end\n", "a.b", "[a]\nb = 7 # end\n"},
        {"a.c = 1\n[z]\n", "a.b", "a.c = 1\na.b = 7\n[z]\n"},
        {"[\"a\"]\n'b' = '''x\n[c]'''\n", "a.b", "[\"a\"]\n'b' = 7\n"},
        {"[a.x]\nc = 1\n", "a.b", "[a.x]\nc = 1\n\n[a]\nb = 7\n"},
        {"a = {c = 1}\n", "a.b", "error"},
        {"a = {b = 1}\n", "a.b", "error"},
        {"[[a]]\nb = 1\n", "a.b", "error"},
        {"a = 1\na = 2\n", "b", "error"},
        {"[a]\n[a]\n", "b", "error"},
        {"a = 1\n[a.b]\n", "c", "error"},
        {"a = \n", "c", "error"},
        {"a = \"x\n", "c", "error"},
        {"a = [1\n", "c", "error"},
        {"a = 1 b = 2\n", "c", "error"},
        {"\xEF\xBB\xBF"
         "a = 1\n",
         "c", "error"},
        {"a = \"\xFF\"\n", "c", "error"},
        {"[a\n", "c", "error"},
    };
    AUTO_ARENA arena;
    arena_init(&arena, MEMORY);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct text result = TEXT("error");
        struct error err;
        (void)toml_edit_set(text_of(cases[i].source), path_of(&arena, cases[i].path), TEXT("7"), &arena,
                            &result, &err);
        assert_string_equal(text_to_c(&arena, result), cases[i].expected);
    }
}

static void values_are_found_however_they_are_written(void **state)
{
    (void)state;
    static const char source[] = "top = 'a\\b'\n"
                                 "in.line = {x = \"q\\u0041\\\"\", \"y z\" = {deep = true}}\n"
                                 "[[hooks.Stop]]\n"
                                 "[[hooks.Stop.hooks]]\n"
                                 "command = \"\"\"one\n two\"\"\"\n"
                                 "[[hooks.Stop]]\n"
                                 "[[hooks.Stop.hooks]]\n"
                                 "[[hooks.Stop.hooks]]\n"
                                 "command = \"last\"\n";
    static const struct {
        const char *path;
        const char *text;
    } wanted[] = {
        {"top", "a\\b"},
        {"in.line.x", "qA\""},
        {"in.line.y z.deep", "true"},
        {"hooks.Stop.0.hooks.0.command", "one\n two"},
        {"hooks.Stop.1.hooks.1.command", "last"},
    };
    AUTO_ARENA arena;
    arena_init(&arena, MEMORY);
    struct toml_document document;
    struct error err;
    assert_true(toml_read(text_of(source), &arena, &document, &err));
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        const struct toml_entry *found = toml_find(&document, path_of(&arena, wanted[i].path));
        assert_non_null(found);
        assert_string_equal(text_to_c(&arena, found->text), wanted[i].text);
    }
}

static struct text draw_document(struct property *property)
{
    static const char *const lines[] = {
        "",
        "# [a] note",
        "k%u = \"x # ] = \"",
        "k%u = [1, # one\n  [2, \"]\"],\n]",
        "k%u = '''\n[a]\nb = 1'''",
        "'q %u' = 1979-05-27 07:32:00Z",
        "d.k%u = true # tail",
        "i%u = {x = 1, y = [{}]}",
    };
    static const char *const headers[] = {"[t%u]", "[a.t%u]", "[[list]] # %u", "[ \"q.%u\" ]",
                                          "[[list.inner]]\n# %u"};
    struct arena *arena = property_arena(property);
    struct text newline = property_once_in(property, 3) ? TEXT("\r\n") : TEXT("\n");
    struct builder out;
    builder_init(&out, arena);
    uint32_t count = property_draw(property, 8);
    for (uint32_t i = 0; i < count; i++) {
        const char *const *kinds = property_once_in(property, 3) ? headers : lines;
        const char *kind = kinds[property_draw(property, kinds == headers ? 4 : 8)];
        struct text number = text_format(arena, "%u", i);
        struct text rest = text_of(kind);
        while (rest.size > 0) {
            struct text part;
            if (text_starts_with(rest, TEXT("%u"))) {
                builder_add(&out, number);
                rest = text_after(rest, 2);
                continue;
            }
            part = text_slice(rest, 0, 1);
            builder_add(&out, text_equal(part, TEXT("\n")) ? newline : part);
            rest = text_after(rest, 1);
        }
        if (i + 1 < count || !property_once_in(property, 3)) {
            builder_add(&out, newline);
        }
    }
    return builder_text(&out);
}

static bool adding_and_removing_is_nothing(struct property *property, const void *context)
{
    (void)context;
    static const char *const paths[] = {"new",   "t1.new",   "fresh.new", "fresh.er.new",
                                        "a.new", "a.t2.new", "d.new",     "q.3.new"};
    struct arena *arena = property_arena(property);
    struct text source = draw_document(property);
    struct toml_document document;
    struct text after;
    struct text back;
    struct error err;
    property_note(property, "source:\n%s", source.data);
    if (!toml_read(source, arena, &document, &err)) {
        property_note(property, "%s", err.message);
        return false;
    }
    struct toml_path path = path_of(arena, paths[property_draw(property, 8)]);
    bool has_table =
        path.count > 1 && toml_find(&document, (struct toml_path){path.steps, path.count - 1}) != NULL;
    if (!toml_edit_set(source, path, TEXT("[\"x\"]"), arena, &after, &err)) {
        return property_discard(property);
    }
    property_note(property, "after:\n%s", after.data);
    if (!toml_read(after, arena, &document, &err) || toml_find(&document, path) == NULL ||
        !toml_edit_remove(after, path, !has_table, arena, &back, &err)) {
        property_note(property, "%s", err.message);
        return false;
    }
    property_note(property, "back:\n%s", back.data);
    return text_equal(source, back);
}

static bool blocks_come_and_go(struct property *property, const void *context)
{
    (void)context;
    static const struct text block = TEXT_INIT("[[new]]\n[[new.hooks]]\ntype = \"command\"\n");
    struct arena *arena = property_arena(property);
    struct text source = draw_document(property);
    struct text after;
    struct text back;
    struct error err;
    property_note(property, "source:\n%s", source.data);
    return toml_edit_add_block(source, block, arena, &after, &err) &&
           toml_edit_remove_block(after, block, arena, &back, &err) && text_equal(source, back);
}

static void edits_can_be_undone(void **state)
{
    (void)state;
    assert_true(property_holds("set and remove", 5000, adding_and_removing_is_nothing, NULL));
    assert_true(property_holds("add and remove a block", 5000, blocks_come_and_go, NULL));
}

static void a_block_that_was_changed_is_left(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    arena_init(&arena, MEMORY);
    struct text result;
    struct error err;
    assert_false(toml_edit_remove_block(TEXT("[[a]]\nb = 2\n"), TEXT("[[a]]\nb = 1\n"), &arena, &result, &err));
    assert_false(toml_edit_remove_block(TEXT("x[[a]]\n"), TEXT("[[a]]\n"), &arena, &result, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_set_by_line),
        cmocka_unit_test(values_are_found_however_they_are_written),
        cmocka_unit_test(edits_can_be_undone),
        cmocka_unit_test(a_block_that_was_changed_is_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
