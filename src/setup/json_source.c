/* SPDX-License-Identifier: Apache-2.0 */
#include "setup/json_source.h"

#include <string.h>

static const struct text byte_order_mark = TEXT_INIT("\xEF\xBB\xBF");

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The end of the string that opens at `at`; the source's end when it is not closed. */
static size_t skip_string(struct text source, size_t at)
{
    for (at++; at < source.size && source.data[at] != '"'; at++) {
        at += source.data[at] == '\\';
    }
    return at < source.size ? at + 1 : source.size;
}

/* The end of the comment that opens at `at`, or `at` when none does. */
static size_t skip_comment(struct text source, size_t at)
{
    struct text rest = text_after(source, at);
    if (text_starts_with(rest, TEXT("//"))) {
        size_t end = text_find_char(rest, '\n');
        size_t size = end == TEXT_NOT_FOUND ? rest.size : end;
        return at + size - (end != TEXT_NOT_FOUND && rest.data[size - 1] == '\r');
    }
    if (text_starts_with(rest, TEXT("/*"))) {
        size_t end = text_find(text_after(rest, 2), TEXT("*/"));
        return end == TEXT_NOT_FOUND ? at : at + 2 + end + 2;
    }
    return at;
}

/* Fills `clean` and `mask`. What is left of a comment that is not closed is for json_parse to complain about.
 */
static void take_out_comments(struct text source, char *clean, char *mask, struct json_dialect *dialect)
{
    size_t comma = SIZE_MAX; /* the last significant byte, when it is a comma that could be a trailing one */
    char last = '\0';
    size_t at = 0;
    if (text_starts_with(source, byte_order_mark)) {
        memset(clean, ' ', byte_order_mark.size);
        dialect->has_byte_order_mark = true;
        at = byte_order_mark.size;
    }
    while (at < source.size) {
        char c = source.data[at];
        size_t end = skip_comment(source, at);
        if (end > at) {
            memset(clean + at, ' ', end - at);
            memset(mask + at, source.data[at + 1] == '*' ? BLOCK_COMMENT_BYTE : LINE_COMMENT_BYTE, end - at);
            dialect->has_comments = true;
            at = end;
            continue;
        }
        if (is_space(c)) {
            at++;
            continue;
        }
        if ((c == '}' || c == ']') && comma != SIZE_MAX) {
            clean[comma] = ' ';
            dialect->has_trailing_commas = true;
        }
        bool follows_value = last != '\0' && strchr("{[,:", last) == NULL;
        comma = c == ',' && follows_value ? at : SIZE_MAX;
        last = c;
        at = c == '"' ? skip_string(source, at) : at + 1;
    }
}

bool json_source_read(struct json_source *editor, struct text source, struct json_dialect *ret_dialect,
                      struct arena *arena, struct error *err)
{
    char *clean = arena_alloc(arena, source.size + 1);
    char *mask = arena_alloc(arena, source.size + 1);
    struct json_dialect dialect = {0};
    if (source.size > 0) {
        memcpy(clean, source.data, source.size);
        memcpy(mask, source.data, source.size);
    }
    take_out_comments(source, clean, mask, &dialect);
    *editor = (struct json_source){
        .source = source,
        .clean = {clean, source.size},
        .mask = {mask, source.size},
        .arena = arena,
    };
    if (ret_dialect != NULL) {
        *ret_dialect = dialect;
    }
    return json_parse(editor->clean, arena, &editor->root, err);
}

bool json_edit_read(struct text source, struct arena *arena, struct json *ret_value,
                    struct json_dialect *ret_dialect, struct error *err)
{
    struct json_source editor;
    if (!json_source_read(&editor, source, ret_dialect, arena, err)) {
        return false;
    }
    *ret_value = editor.root;
    return true;
}

size_t json_find_child(const struct json *value, struct text step)
{
    uint64_t index;
    if (value->type == JSON_ARRAY) {
        return text_to_u64(step, &index) && index < value->count ? (size_t)index : SIZE_MAX;
    }
    for (size_t i = 0; value->type == JSON_OBJECT && i < value->count; i++) {
        if (text_equal(value->members[i].name, step)) {
            return i;
        }
    }
    return SIZE_MAX;
}

const struct json *json_child_at(const struct json *value, size_t index)
{
    return value->type == JSON_ARRAY ? &value->items[index] : &value->members[index].value;
}

const struct json *json_find_deepest(const struct json *value, struct json_path path, size_t *ret_depth)
{
    size_t depth = 0;
    while (depth < path.count) {
        size_t index = json_find_child(value, path.steps[depth]);
        if (index == SIZE_MAX) {
            break;
        }
        value = json_child_at(value, index);
        depth++;
    }
    *ret_depth = depth;
    return value;
}

const struct json *json_edit_find(const struct json *value, struct json_path path)
{
    size_t depth;
    const struct json *found = json_find_deepest(value, path, &depth);
    return depth == path.count ? found : NULL;
}

size_t json_child_start(const struct json_source *editor, const struct json *container, size_t index)
{
    size_t at = index == 0 ? container->start + 1 : json_child_at(container, index - 1)->end;
    while (is_space(editor->clean.data[at]) || editor->clean.data[at] == ',') {
        at++;
    }
    return at;
}

size_t json_space_start(const struct json_source *editor, size_t at)
{
    while (at > 0 && is_space(editor->mask.data[at - 1])) {
        at--;
    }
    return at;
}

size_t json_find_comma(const struct json_source *editor, size_t from, size_t to)
{
    size_t comma = text_find_char(text_slice(editor->mask, from, to), ',');
    return comma == TEXT_NOT_FOUND ? to : from + comma;
}
