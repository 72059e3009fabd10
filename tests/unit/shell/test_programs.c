/* SPDX-License-Identifier: Apache-2.0 */
/* tests/data/shell-programs.tsv: what every program of the tables demands, at least one line each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/builder.h"
#include "shell/programs.h"

static const struct shell_context context = {
    .cwd = TEXT_INIT("/ws/repo"), .home = TEXT_INIT("/home/me"), .root = TEXT_INIT("/ws/repo")};

static const struct program_table *const tables[] = {&shell_builtins, &shell_files,  &shell_texts,
                                                     &shell_networks, &shell_builds, &shell_services};

enum { TABLES = sizeof tables / sizeof *tables };

static struct text relative(struct text value)
{
    if (text_equal(value, context.root)) {
        return TEXT(".");
    }
    return text_starts_with(value, TEXT("/ws/repo/")) ? text_after(value, sizeof "/ws/repo/" - 1) : value;
}

static struct text demands_of(struct text command, struct arena *arena, struct text *ret_program)
{
    struct shell_analysis analysis;
    struct error err;
    struct builder out;
    builder_init(&out, arena);
    assert_true(shell_analyse(command, &context, arena, &analysis, &err));
    *ret_program = analysis.parts.items[0].program;
    for (size_t i = 0; i < analysis.demands.count; i++) {
        const struct shell_demand *demand = &analysis.demands.items[i];
        builder_format(&out, "%s%.*s", i > 0 ? " " : "", TEXT_ARG(demand->capability));
        if (demand->kind == SHELL_RESOURCE_UNKNOWN) {
            builder_add_c(&out, ":?");
        } else if (demand->kind == SHELL_RESOURCE_CHANGED) {
            static const char *const names[] = {"switch", "checkout", "reset", "index", "merge", "stash"};
            builder_format(&out, ":%s(%.*s)", names[demand->change], TEXT_ARG(demand->value));
        } else if (demand->kind != SHELL_RESOURCE_NONE) {
            builder_add_char(&out, ':');
            builder_add(&out, relative(demand->value));
        }
        assert_int_equal(demand->is_opaque, text_equal(demand->capability, TEXT("shell.exec")));
        assert_int_equal(demand->is_opaque, demand->reason.size > 0);
    }
    return builder_text(&out);
}

/* Whether the line's first word, or a later one for wrappers, is the program. */
static void mark_seen(struct text command, bool *seen)
{
    struct text rest = command;
    struct text word;
    size_t index = 0;
    while (rest.data != NULL && text_next(&rest, ' ', &word)) {
        for (size_t t = 0, at = 0; t < TABLES; t++) {
            for (size_t i = 0; i < tables[t]->count; i++, at++) {
                seen[at] = seen[at] || (index < 2 && text_equal(word, text_of(tables[t]->rows[i].name)));
            }
        }
        index++;
    }
}

static void test_lines(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    arena_init(&arena, (size_t)256 * 1024 * 1024);
    size_t rows = 0;
    for (size_t t = 0; t < TABLES; t++) {
        rows += tables[t]->count;
    }
    bool *seen = ARENA_ARRAY(&arena, bool, rows);
    FILE *file = fopen(TESTS "/data/shell-programs.tsv", "r");
    assert_non_null(file);
    char *line = NULL;
    size_t capacity = 0;
    size_t wrong = 0;
    for (ssize_t size = getline(&line, &capacity, file); size > 0; size = getline(&line, &capacity, file)) {
        struct text row = text_copy(&arena, (struct text){line, (size_t)size - (line[size - 1] == '\n')});
        if (row.size == 0 || row.data[0] == '#') {
            continue;
        }
        struct text expected = row;
        struct text command;
        struct text program;
        assert_true(text_next(&expected, '\t', &command));
        struct text found = demands_of(command, &arena, &program);
        mark_seen(command, seen);
        if (!text_equal(found, expected)) {
            print_error("%.*s\n  expected %.*s\n  found    %.*s\n", TEXT_ARG(command), TEXT_ARG(expected),
                        TEXT_ARG(found));
            wrong++;
        }
    }
    free(line);
    fclose(file);
    for (size_t t = 0, at = 0; t < TABLES; t++) {
        for (size_t i = 0; i < tables[t]->count; i++, at++) {
            if (!seen[at]) {
                print_error("no line for %s\n", tables[t]->rows[i].name);
                wrong++;
            }
        }
    }
    assert_int_equal(wrong, 0);
}

/* program_find searches by halves. */
static void test_tables_are_sorted(void **state)
{
    (void)state;
    for (size_t t = 0; t < TABLES; t++) {
        for (size_t i = 0; i < tables[t]->count; i++) {
            const char *name = tables[t]->rows[i].name;
            if (i > 0 && text_compare(text_of(tables[t]->rows[i - 1].name), text_of(name)) >= 0) {
                fail_msg("%s is out of order", name);
            }
            assert_ptr_equal(program_find(text_of(name)), &tables[t]->rows[i]);
        }
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_tables_are_sorted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
