/* SPDX-License-Identifier: Apache-2.0 */
/* A shell command line, not parsed yet: it demands shell.exec as a whole, and what its words plainly name (a
 * secret, a file of the boundary) is judged besides. Incomplete by nature: a command can spell a path in ways
 * no word shows. */
#include "demand/build.h"
#include "demand/protected.h"
#include "demand/secrets.h"
#include "os/path.h"

static bool ends_word(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ';' || c == '&' || c == '|' || c == '<' ||
           c == '>' || c == '(' || c == ')' || c == '=' || c == '`' || c == ',' || c == '{' || c == '}';
}

/* Takes the next word off `rest`, without quotes and backslashes. */
static bool next_word(struct arena *arena, struct text *rest, struct text *ret_word)
{
    size_t at = 0;
    while (at < rest->size && ends_word(rest->data[at])) {
        at++;
    }
    if (at == rest->size) {
        return false;
    }
    size_t end = at;
    while (end < rest->size && !ends_word(rest->data[end])) {
        end++;
    }
    char *word = arena_alloc(arena, end - at + 1);
    size_t size = 0;
    for (; at < end; at++) {
        char c = rest->data[at];
        if (c != '\'' && c != '"' && c != '\\') {
            word[size++] = c;
        }
    }
    *rest = text_after(*rest, at);
    *ret_word = (struct text){word, size};
    return true;
}

bool build_command(struct demand_build *build, struct text name, struct text command)
{
    if (text_has_nul(command)) {
        return error_set(build->err, "a command holds a NUL");
    }
    build_add(build, name, (struct resource){.kind = RESOURCE_KNOWN, .value = command});
    struct text rest = command;
    struct text word;
    while (next_word(build->arena, &rest, &word)) {
        if (word.size == 0 || word.data[0] == '-') {
            continue;
        }
        struct text path = path_normalise(build->arena, build->context->working_folder, word);
        if (word.data[0] == '~') {
            path = path_normalise(build->arena, build->context->home, text_after(word, 2));
        }
        struct both_forms forms = {.lexical = path, .resolved = path};
        struct resource resource = {.kind = RESOURCE_KNOWN, .value = path, .resolved = path};
        if (secrets_names(build->arena, path)) {
            build_add(build, TEXT("secrets.read"), resource);
        }
        if (protected_from(build, &forms, PROTECTED_FROM_WRITING)) {
            build_add(build, TEXT("aex.configure"), resource);
        }
    }
    return true;
}
