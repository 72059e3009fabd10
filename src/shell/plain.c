/* SPDX-License-Identifier: Apache-2.0 */
#include "shell/plain.h"

#include "shell/parse.h"
#include "shell/programs.h"

static bool parse(struct text command, struct arena *arena, struct shell_tree *ret_tree)
{
    size_t offset;
    struct error err;
    return shell_parse(command, arena, ret_tree, &offset, &err);
}

static bool is_shells(struct text name)
{
    const struct shell_program *program = program_find(name);
    return program != NULL && (program->flags & PROGRAM_BUILTIN) != 0;
}

/* Behind an `exec` that only says that the shell is not needed any more. */
static const struct shell_word *behind_exec(const struct shell_word *word)
{
    bool is_exec = word != NULL && word->is_exact && text_equal(word->exact, TEXT("exec"));
    const struct shell_word *next = is_exec ? word->next : NULL;
    bool is_command = next != NULL && next->is_exact && !text_starts_with(next->exact, TEXT("-"));
    return is_command ? next : word;
}

/* NAME=VALUE, whose value every shell takes as it stands. */
static bool add_assignment(const struct shell_assignment *assignment, struct arena *arena,
                           struct text_vector *words)
{
    struct text value = TEXT("");
    if (assignment->is_append || assignment->is_array || assignment->subscript != NULL ||
        (assignment->value != NULL && (!assignment->value->is_exact || assignment->value->has_braces))) {
        return false;
    }
    if (assignment->value != NULL) {
        value = assignment->value->exact;
    }
    VECTOR_PUSH(arena, words, text_format(arena, "%.*s=%.*s", TEXT_ARG(assignment->name), TEXT_ARG(value)));
    return true;
}

bool shell_plain_words(struct text command, struct arena *arena, struct text_vector *ret_words)
{
    struct shell_tree tree;
    struct text_vector words = {0};
    if (!parse(command, arena, &tree) || tree.is_bash_only || tree.first == NULL) {
        return false;
    }
    const struct shell_node *node = tree.first;
    const struct shell_word *first = behind_exec(node->words);
    if (node->kind != NODE_SIMPLE || node->next != NULL || node->is_background || node->redirects != NULL ||
        first == NULL || !first->is_exact || first->exact.size == 0 || is_shells(first->exact)) {
        return false;
    }
    if (node->assignments != NULL) {
        /* env(1) would take a program whose name has "=" for one more. */
        if (text_find_char(first->exact, '=') != TEXT_NOT_FOUND) {
            return false;
        }
        VECTOR_PUSH(arena, &words, TEXT("env"));
    }
    for (const struct shell_word *word = node->assignments; word != NULL; word = word->next) {
        if (word->assignment == NULL || !add_assignment(word->assignment, arena, &words)) {
            return false;
        }
    }
    for (const struct shell_word *word = first; word != NULL; word = word->next) {
        if (!word->is_exact || word->has_braces || word->assignment != NULL) {
            return false;
        }
        VECTOR_PUSH(arena, &words, word->exact);
    }
    *ret_words = words;
    return true;
}

/* In the order in which they are written, which is the order in which a server's line does things. What a
 * function holds is only defined there. */
static const struct shell_word *find_program(const struct shell_node *node)
{
    for (; node != NULL; node = node->next) {
        const struct shell_word *found = NULL;
        if (node->kind == NODE_SIMPLE) {
            found = behind_exec(node->words);
            found = found != NULL && found->is_exact && is_shells(found->exact) ? NULL : found;
        } else if (node->kind != NODE_FUNCTION) {
            found = find_program(node->condition);
            found = found != NULL ? found : find_program(node->first);
            found = found != NULL ? found : find_program(node->otherwise);
        }
        if (found != NULL) {
            return found;
        }
    }
    return NULL;
}

struct text_vector shell_first_program(struct text command, struct arena *arena)
{
    struct shell_tree tree;
    struct text_vector words = {0};
    if (!parse(command, arena, &tree)) {
        return words;
    }
    for (const struct shell_word *word = find_program(tree.first);
         word != NULL && word->is_exact && word->assignment == NULL; word = word->next) {
        VECTOR_PUSH(arena, &words, word->exact);
    }
    return words;
}
