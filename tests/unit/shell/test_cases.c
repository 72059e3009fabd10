/* SPDX-License-Identifier: Apache-2.0 */
/* tests/data/shell-cases.tsv: attacks must not pass a policy without shell.exec, everyday commands must. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/builder.h"
#include "shell/shell.h"

static const struct shell_context context = {
    .cwd = TEXT_INIT("/ws/repo"), .home = TEXT_INIT("/home/me"), .root = TEXT_INIT("/ws/repo")};

static bool is_inside(struct text path, struct text folder)
{
    return text_starts_with(path, folder) && (path.size == folder.size || path.data[folder.size] == '/');
}

/* The part of a glob before its first wildcard's segment. */
static struct text fixed_part(struct text path)
{
    size_t end = 0;
    for (size_t i = 0; i < path.size && path.data[i] != '*' && path.data[i] != '?'; i++) {
        end = path.data[i] == '/' && i > 0 ? i : end;
        if (i + 1 == path.size) {
            return path;
        }
    }
    return text_slice(path, 0, end);
}

static bool wildcard_matches(const char *pattern, const char *name)
{
    if (*pattern == '\0') {
        return *name == '\0';
    }
    if (*pattern == '*') {
        return wildcard_matches(pattern + 1, name) || (*name != '\0' && wildcard_matches(pattern, name + 1));
    }
    return *name != '\0' && (*pattern == '?' || *pattern == *name) && wildcard_matches(pattern + 1, name + 1);
}

/* Whether a path (or a one-segment wildcard) may be the secret file. Trees are expanded elsewhere. */
static bool may_be_secret(const struct shell_demand *demand, struct arena *arena)
{
    size_t slash = text_find_last_char(demand->value, '/');
    struct text name = text_after(demand->value, slash + 1);
    if (demand->kind == SHELL_RESOURCE_SET &&
        (demand->excludes_hidden && (name.data[0] == '*' || name.data[0] == '?'))) {
        return false;
    }
    return !text_equal(name, TEXT("**")) && wildcard_matches(text_to_c(arena, name), ".env");
}

/* allow file.read, file.write:src/..., git.*, tests.run; deny git.push, secrets.read. Never aex.configure. */
static bool allows(const struct shell_demand *demand, struct arena *arena)
{
    struct text root = context.root;
    bool is_known = demand->kind == SHELL_RESOURCE_KNOWN || demand->kind == SHELL_RESOURCE_SET;
    struct text fixed = is_known ? fixed_part(demand->value) : TEXT("");
    if (text_equal(demand->capability, TEXT("shell.pure"))) {
        return demand->allowed_unless_denied;
    }
    if (text_equal(demand->capability, TEXT("file.read"))) {
        return is_known && is_inside(fixed, root) && !may_be_secret(demand, arena) &&
               !text_contains(demand->value, TEXT("/.env"));
    }
    if (text_equal(demand->capability, TEXT("file.write"))) {
        return is_known && is_inside(fixed, TEXT("/ws/repo/src"));
    }
    if (text_equal(demand->capability, TEXT("git.push"))) {
        return false;
    }
    return text_equal(demand->capability, TEXT("tests.run")) ||
           text_starts_with(demand->capability, TEXT("git."));
}

static bool passes(struct text command, struct arena *arena)
{
    struct shell_analysis analysis;
    struct error err;
    if (!shell_analyse(command, &context, arena, &analysis, &err)) {
        return false;
    }
    assert_true(analysis.parts.count > 0);
    assert_true(analysis.demands.count >= analysis.parts.count);
    for (size_t i = 0; i < analysis.demands.count; i++) {
        const struct shell_demand *demand = &analysis.demands.items[i];
        assert_true(demand->part < analysis.parts.count);
        assert_true(demand->range.start <= demand->range.end && demand->range.end <= command.size);
        if (!allows(demand, arena)) {
            return false;
        }
    }
    for (size_t i = 0; i < analysis.parts.count; i++) {
        const struct shell_part *part = &analysis.parts.items[i];
        if (part->wildcard_folder_count > 0 && !shell_keeps_names(&analysis, i)) {
            return false;
        }
        if (part->plain_trees.count > 0 && !shell_keeps_plain_names(&analysis, i)) {
            return false;
        }
        for (size_t j = 0; j < part->repository_count; j++) {
            if (!is_inside(part->repositories[j], context.root)) {
                return false;
            }
        }
    }
    return true;
}

static struct text unescape(struct text text, struct arena *arena)
{
    struct builder out;
    builder_init(&out, arena);
    for (size_t i = 0; i < text.size; i++) {
        char next = i + 1 < text.size ? text.data[i + 1] : '\0';
        if (text.data[i] == '\\' && (next == 'n' || next == '\\')) {
            builder_add_char(&out, next == 'n' ? '\n' : '\\');
            i++;
        } else {
            builder_add_char(&out, text.data[i]);
        }
    }
    return builder_text(&out);
}

struct counts {
    size_t benign;
    size_t hostile;
    size_t falsely_denied;
    size_t wrong;
};

static void check_row(struct text row, struct arena *arena, struct counts *counts)
{
    struct text rest = row;
    struct text expected;
    assert_true(text_next(&rest, '\t', &expected));
    assert_non_null(rest.data);
    struct text command = unescape(rest, arena);
    bool is_hostile = text_equal(expected, TEXT("deny"));
    bool is_false_denial = text_equal(expected, TEXT("false"));
    assert_true(is_hostile || is_false_denial || text_equal(expected, TEXT("allow")));
    counts->hostile += is_hostile;
    counts->benign += !is_hostile;
    counts->falsely_denied += is_false_denial;
    if (passes(command, arena) != text_equal(expected, TEXT("allow"))) {
        counts->wrong++;
        print_error("expected %.*s: %.*s\n", TEXT_ARG(expected), TEXT_ARG(rest));
    }
}

static void test_cases(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    arena_init(&arena, (size_t)256 * 1024 * 1024);
    FILE *file = fopen(TESTS "/data/shell-cases.tsv", "r");
    assert_non_null(file);
    char *line = NULL;
    size_t capacity = 0;
    struct counts counts = {0};
    for (ssize_t size = getline(&line, &capacity, file); size > 0; size = getline(&line, &capacity, file)) {
        struct text row = {line, (size_t)size - (line[size - 1] == '\n')};
        if (row.size > 0 && row.data[0] != '#') {
            check_row(text_copy(&arena, row), &arena, &counts);
        }
    }
    free(line);
    fclose(file);
    print_message("%zu benign, %zu of them denied; %zu hostile; %zu not as required\n", counts.benign,
                  counts.falsely_denied, counts.hostile, counts.wrong);
    assert_true(counts.benign >= 100 && counts.hostile >= 100);
    assert_int_equal(counts.wrong, 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
