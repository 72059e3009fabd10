/* SPDX-License-Identifier: Apache-2.0 */
/* Prints what the parser made of each command line on standard input ("SIZE\n" and that many bytes, repeated),
 * one line for each: "ok" or "error MESSAGE", then one item for each command, word and redirection with its
 * place. The form is made to be compared with that of another parser: see differential.mjs. */
#include <stdio.h>
#include <stdlib.h>

#include "shell/parse.h"

static void dump_list(const char *source, const struct shell_node *first);

static void dump_word(const char *source, const struct shell_word *word);

static void dump_words(const char *source, const struct shell_word *word)
{
    for (; word != NULL; word = word->next) {
        dump_word(source, word);
    }
}

static void dump_pieces(const char *source, const struct shell_word *word)
{
    for (const struct shell_piece *piece = word->parts; piece != NULL; piece = piece->next) {
        if (piece->kind == PART_COMMAND && source[piece->range.start] == '`') {
            continue; /* places inside backquotes are those of the whole */
        }
        if (piece->kind == PART_COMMAND || piece->kind == PART_PROCESS) {
            dump_list(source, piece->list);
        } else if (piece->kind == PART_PARAMETER && piece->parameter->argument != NULL) {
            dump_pieces(source, piece->parameter->argument);
        } else if (piece->kind == PART_ARITHMETIC) {
            dump_pieces(source, piece->expression);
        }
    }
}

static void dump_word(const char *source, const struct shell_word *word)
{
    const struct shell_assignment *assignment = word->assignment;
    if (assignment == NULL) {
        dump_pieces(source, word);
        return;
    }
    if (assignment->value != NULL) {
        dump_pieces(source, assignment->value);
    }
    dump_words(source, assignment->elements);
}

static void dump_ranges(const char *name, const struct shell_word *word)
{
    printf(" %s", name);
    for (; word != NULL; word = word->next) {
        printf(",%zu-%zu", word->range.start, word->range.end);
    }
}

static void dump_redirects(const char *source, const struct shell_redirect *redirect)
{
    for (; redirect != NULL; redirect = redirect->next) {
        printf(" redirect,%.*s,%.*s,%zu-%zu", TEXT_ARG(redirect->spelling), TEXT_ARG(redirect->descriptor),
               redirect->target->range.start, redirect->target->range.end);
        dump_pieces(source, redirect->target);
        if (redirect->body != NULL && !text_equal(redirect->spelling, TEXT("<<-"))) {
            dump_pieces(source, redirect->body);
        }
    }
}

static void dump_children(const char *source, const struct shell_node *node)
{
    dump_words(source, node->assignments);
    dump_words(source, node->words);
    if (node->expression != NULL) {
        dump_pieces(source, node->expression);
    }
    for (const struct shell_case_item *item = node->items; item != NULL; item = item->next) {
        dump_words(source, item->patterns);
        dump_list(source, item->first);
    }
    dump_list(source, node->condition);
    dump_list(source, node->first);
    dump_list(source, node->otherwise);
}

static void dump_joints(const struct shell_node *node)
{
    for (const struct shell_node *next = node->first; next != NULL; next = next->next) {
        if (node->kind == NODE_PIPELINE && next->next != NULL) {
            printf(" |");
        } else if (next->connector != CONNECTOR_NONE) {
            printf(next->connector == CONNECTOR_AND ? " &&" : " ||");
        }
    }
}

static void dump_node(const char *source, const struct shell_node *node)
{
    static const char *const names[] = {"simple", "",    "",     "subshell", "group", "if",         "loop",
                                        "for",    "for", "case", "function", "test",  "arithmetic", "coproc"};
    if (node->kind == NODE_SIMPLE) {
        if (node->assignments != NULL) {
            dump_ranges("assign", node->assignments);
        }
        if (node->words != NULL) {
            dump_ranges("call", node->words);
        }
    } else if (node->kind == NODE_AND_OR || node->kind == NODE_PIPELINE) {
        dump_joints(node);
    } else {
        printf(" %s,%zu", names[node->kind], node->range.start);
    }
    if (node->kind == NODE_TEST || node->kind == NODE_CASE || (node->kind == NODE_FOR && node->has_words)) {
        dump_ranges("words", node->words);
    }
    if (node->is_negated) {
        printf(" !");
    }
    if (node->is_background) {
        printf(" &");
    }
    dump_redirects(source, node->redirects);
    dump_children(source, node);
}

static void dump_list(const char *source, const struct shell_node *first)
{
    for (; first != NULL; first = first->next) {
        dump_node(source, first);
    }
}

int main(void)
{
    size_t size;
    while (scanf("%zu", &size) == 1 && getchar() == '\n') {
        char *bytes = malloc(size + 1);
        struct shell_tree tree;
        struct error err;
        size_t offset;
        AUTO_ARENA arena;
        arena_init(&arena, (size_t)512 * 1024 * 1024);
        if (bytes == NULL || fread(bytes, 1, size, stdin) != size) {
            return EXIT_FAILURE;
        }
        if (shell_parse((struct text){bytes, size}, &arena, &tree, &offset, &err)) {
            printf("ok");
            dump_list(bytes, tree.first);
        } else {
            printf("error %zu %s", offset, err.message);
        }
        putchar('\n');
        free(bytes);
    }
    return EXIT_SUCCESS;
}
