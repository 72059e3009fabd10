/* SPDX-License-Identifier: Apache-2.0 */
/* tests/data/shell-programs.tsv: what every program of the tables demands, at least one line each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/builder.h"
#include "shell/git.h"
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
            static const char *const names[] = {"switch",     "checkout", "reset",    "index",  "merge",
                                                "stash",      "rebase",   "pick",     "revert", "abort-rebase",
                                                "abort-pick", "clean",    "clean-all"};
            builder_format(&out, ":%s(%.*s)", names[demand->change], TEXT_ARG(relative(demand->value)));
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

/* ---- Option strings: see programs.h ---- */

struct spelling {
    struct text name; /* "-x", "--long"; one for each letter of "-[abc]" */
    struct text effect;
};

VECTOR_DECLARE(spelling_vector, struct spelling);

static void add_names(struct spelling_vector *spellings, struct text names, struct text effect,
                      struct arena *arena)
{
    struct text rest = names;
    struct text name;
    while (rest.data != NULL && text_next(&rest, ',', &name)) {
        bool is_cluster = text_starts_with(name, TEXT("-["));
        for (size_t i = 2; is_cluster && i + 1 < name.size; i++) {
            struct text letter = text_format(arena, "-%c", name.data[i]);
            VECTOR_PUSH(arena, spellings, ((struct spelling){letter, effect}));
        }
        if (!is_cluster) {
            VECTOR_PUSH(arena, spellings, ((struct spelling){name, effect}));
        }
    }
}

/* The first spelling is the one that counts, so another one with another meaning is a meaning nobody gets. */
static size_t count_hidden(const char *program, const char *options, struct arena *arena)
{
    struct spelling_vector spellings = {0};
    struct text rest = text_of(options);
    struct text entry;
    size_t hidden = 0;
    while (rest.data != NULL && text_next(&rest, ' ', &entry)) {
        size_t end = 0;
        size_t bracket = text_starts_with(entry, TEXT("-[")) ? text_find_char(entry, ']') : 0;
        for (end = bracket; end < entry.size && strchr("=?!:<>", entry.data[end]) == NULL; end++) {
        }
        add_names(&spellings, text_slice(entry, 0, end), text_after(entry, end), arena);
    }
    for (size_t i = 0; i < spellings.count; i++) {
        for (size_t j = 0; j < i; j++) {
            const struct spelling *one = &spellings.items[i];
            const struct spelling *other = &spellings.items[j];
            if (text_equal(one->name, other->name) && !text_equal(one->effect, other->effect)) {
                print_error("%s: \"%.*s%.*s\" is hidden by \"%.*s%.*s\"\n", program, TEXT_ARG(one->name),
                            TEXT_ARG(one->effect), TEXT_ARG(other->name), TEXT_ARG(other->effect));
                hidden++;
            }
        }
    }
    return hidden;
}

static void test_options_have_one_meaning(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    arena_init(&arena, (size_t)64 * 1024 * 1024);
    size_t hidden = 0;
    for (size_t t = 0; t < TABLES; t++) {
        for (size_t i = 0; i < tables[t]->count; i++) {
            hidden += count_hidden(tables[t]->rows[i].name, tables[t]->rows[i].options, &arena);
        }
    }
    for (size_t i = 0; i < git_subcommand_count; i++) {
        hidden += count_hidden(git_subcommands[i].name, git_subcommands[i].options, &arena);
    }
    for (size_t i = 0; i < gh_subcommand_count; i++) {
        hidden += count_hidden(gh_subcommands[i].name, gh_subcommands[i].options, &arena);
    }
    assert_int_equal(hidden, 0);
    assert_int_equal(count_hidden("itself", "-[ab]:R --long,-b=", &arena), 1);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_tables_are_sorted),
        cmocka_unit_test(test_options_have_one_meaning),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
