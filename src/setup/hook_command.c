/* SPDX-License-Identifier: Apache-2.0 */
#include "setup/hook_command.h"

static const char fallback[] =
    " || { [ $? = 2 ] || echo 'aex: the gate did not run, the call is refused' >&2; exit 2; }";

/* Codex lets the call run when its hook takes too long, so nothing may keep it waiting: not even a gate that
 * was stopped before its own deadline. Ends well below HOOK_TIMEOUT. */
static const char watchdog[] = "/usr/bin/timeout -s KILL 25 ";

static bool has_watchdog(struct text agent)
{
    return text_equal(agent, TEXT("codex"));
}

static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' || c == '.' ||
           c == '_' || c == '-' || c == '+' || c == ',' || c == '@' || c == ':';
}

void hook_command_add_word(struct builder *out, struct text word)
{
    bool needs_quotes = word.size == 0;
    for (size_t i = 0; i < word.size; i++) {
        needs_quotes = needs_quotes || !is_plain(word.data[i]);
    }
    if (!needs_quotes) {
        builder_add(out, word);
        return;
    }
    builder_add_char(out, '\'');
    for (size_t i = 0; i < word.size; i++) {
        if (word.data[i] == '\'') {
            builder_add_c(out, "'\\''");
        } else {
            builder_add_char(out, word.data[i]);
        }
    }
    builder_add_char(out, '\'');
}

struct text hook_command_spell(struct arena *arena, const struct hook_command *command)
{
    struct builder out;
    builder_init(&out, arena);
    builder_add_c(&out, has_watchdog(command->agent) ? watchdog : "");
    hook_command_add_word(&out, command->program);
    builder_add_c(&out, " gate ");
    hook_command_add_word(&out, command->agent);
    if (command->root.size > 0) {
        builder_add_c(&out, " --root ");
        hook_command_add_word(&out, command->root);
    }
    if (command->state_folder.size > 0) {
        builder_add_c(&out, " --state-dir ");
        hook_command_add_word(&out, command->state_folder);
    }
    builder_add_c(&out, fallback);
    return builder_text(&out);
}

/* The next word as add_word wrote it. */
static bool read_word(struct arena *arena, struct text *rest, struct text *ret_word)
{
    struct builder out;
    builder_init(&out, arena);
    bool quoted = false;
    size_t at = 0;
    for (; at < rest->size && (quoted || rest->data[at] != ' '); at++) {
        char c = rest->data[at];
        if (c == '\'') {
            quoted = !quoted;
        } else if (quoted || is_plain(c)) {
            builder_add_char(&out, c);
        } else if (c == '\\' && at + 1 < rest->size && rest->data[at + 1] == '\'') {
            builder_add_char(&out, rest->data[++at]);
        } else {
            return false;
        }
    }
    *rest = text_after(*rest, at < rest->size ? at + 1 : at);
    *ret_word = builder_text(&out);
    return !quoted && ret_word->size > 0;
}

bool hook_command_read(struct arena *arena, struct text line, struct hook_command *ret_command)
{
    struct hook_command command = {0};
    struct text word;
    struct text tail = text_of(fallback);
    if (!text_ends_with(line, tail)) {
        return false;
    }
    struct text rest = text_slice(line, 0, line.size - tail.size);
    if (text_starts_with(rest, text_of(watchdog))) {
        rest = text_after(rest, sizeof watchdog - 1);
    }
    if (!read_word(arena, &rest, &command.program) || !read_word(arena, &rest, &word) ||
        !text_equal(word, TEXT("gate")) || !read_word(arena, &rest, &command.agent)) {
        return false;
    }
    while (rest.size > 0) {
        bool is_root = text_starts_with(rest, TEXT("--root "));
        if (!read_word(arena, &rest, &word) ||
            !read_word(arena, &rest, is_root ? &command.root : &command.state_folder)) {
            return false;
        }
    }
    *ret_command = command;
    /* Whatever was read over differently than it was written shows here. */
    return text_starts_with(command.program, TEXT("/")) && text_ends_with(command.program, TEXT("/aex")) &&
           text_equal(hook_command_spell(arena, &command), line);
}

static bool is_word_end(struct text line, size_t at)
{
    return at >= line.size || line.data[at] == ' ' || line.data[at] == '\t' || line.data[at] == '"' ||
           line.data[at] == '\'';
}

static bool is_word_start(struct text line, size_t at)
{
    return is_word_end(line, at - 1) || line.data[at - 1] == '/' || line.data[at - 1] == ';' ||
           line.data[at - 1] == '(' || line.data[at - 1] == '&';
}

bool hook_command_is_gate(struct text line)
{
    for (size_t at = 0; at + 3 <= line.size; at++) {
        bool is_program = text_starts_with(text_after(line, at), TEXT("aex")) &&
                          (at == 0 || is_word_start(line, at)) && is_word_end(line, at + 3);
        size_t next = at + 3;
        while (is_program && next < line.size && is_word_end(line, next)) {
            next++;
        }
        if (is_program && text_starts_with(text_after(line, next), TEXT("gate")) &&
            is_word_end(line, next + 4)) {
            return true;
        }
    }
    return false;
}
