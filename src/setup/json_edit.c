/* SPDX-License-Identifier: Apache-2.0 */
#include "setup/json_edit.h"

#include <string.h>

#include "json/writer.h"

/* In `mask`, the bytes of comments (without the line end after one). Everything else is as in the source. */
#define COMMENT_BYTE '#'

static const struct text byte_order_mark = TEXT_INIT("\xEF\xBB\xBF");

struct editor {
    struct text source;
    struct text clean; /* as strict JSON: comments, trailing commas and the mark are spaces */
    struct text mask;
    struct arena *arena;
    struct text newline;
    struct text unit; /* one level of indentation */
    bool has_lines;   /* the source is laid out in lines */
    struct json root;
};

/* ---- Reading ---- */

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
            memset(mask + at, COMMENT_BYTE, end - at);
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

static bool read_source(struct editor *editor, struct text source, struct json_dialect *ret_dialect,
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
    *editor = (struct editor){
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
    struct editor editor;
    if (!read_source(&editor, source, ret_dialect, arena, err)) {
        return false;
    }
    *ret_value = editor.root;
    return true;
}

/* The child of `value` that `step` names; SIZE_MAX when there is none. */
static size_t find_child(const struct json *value, struct text step)
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

static const struct json *child_at(const struct json *value, size_t index)
{
    return value->type == JSON_ARRAY ? &value->items[index] : &value->members[index].value;
}

/* As far down `path` as there is something; `ret_depth` steps were taken. */
static const struct json *find_deepest(const struct json *value, struct json_path path, size_t *ret_depth)
{
    size_t depth = 0;
    while (depth < path.count) {
        size_t index = find_child(value, path.steps[depth]);
        if (index == SIZE_MAX) {
            break;
        }
        value = child_at(value, index);
        depth++;
    }
    *ret_depth = depth;
    return value;
}

const struct json *json_edit_find(const struct json *value, struct json_path path)
{
    size_t depth;
    const struct json *found = find_deepest(value, path, &depth);
    return depth == path.count ? found : NULL;
}

/* ---- Layout ---- */

static bool has_newline(struct text text)
{
    return text_find_char(text, '\n') != TEXT_NOT_FOUND;
}

/* Where the member (its name) or element `index` starts. */
static size_t child_start(const struct editor *editor, const struct json *container, size_t index)
{
    size_t at = index == 0 ? container->start + 1 : child_at(container, index - 1)->end;
    while (is_space(editor->clean.data[at]) || editor->clean.data[at] == ',') {
        at++;
    }
    return at;
}

/* Where the white space that ends at `at` starts. */
static size_t space_start(const struct editor *editor, size_t at)
{
    while (at > 0 && is_space(editor->mask.data[at - 1])) {
        at--;
    }
    return at;
}

/* The first comma outside comments in [from, to), or `to`. */
static size_t find_comma(const struct editor *editor, size_t from, size_t to)
{
    size_t comma = text_find_char(text_slice(editor->mask, from, to), ',');
    return comma == TEXT_NOT_FOUND ? to : from + comma;
}

/* The indentation of the line that `at` stands on. */
static struct text line_indentation(const struct editor *editor, size_t at)
{
    struct text before = text_slice(editor->source, 0, at);
    size_t newline = text_find_last_char(before, '\n');
    size_t start = newline == TEXT_NOT_FOUND ? 0 : newline + 1;
    size_t end = start;
    while (end < at && (before.data[end] == ' ' || before.data[end] == '\t')) {
        end++;
    }
    return text_slice(before, start, end);
}

/* How the author lays out: line ends, and the indentation of the outermost object's first member. */
static void learn_layout(struct editor *editor)
{
    size_t newline = text_find_char(editor->source, '\n');
    bool is_dos = newline != TEXT_NOT_FOUND && newline > 0 && editor->source.data[newline - 1] == '\r';
    editor->newline = is_dos ? TEXT("\r\n") : TEXT("\n");
    editor->unit = TEXT("  ");
    const struct json *root = &editor->root;
    bool is_container = root->type == JSON_OBJECT || root->type == JSON_ARRAY;
    bool is_empty = !is_container || root->count == 0;
    struct text inside = text_slice(editor->source, root->start, root->end);
    /* A file with nothing in it yet has no layout to follow. */
    editor->has_lines = is_empty || has_newline(inside);
    if (is_empty) {
        return;
    }
    size_t start = child_start(editor, root, 0);
    size_t space = space_start(editor, start);
    if (has_newline(text_slice(editor->source, space, start))) {
        struct text indentation = line_indentation(editor, start);
        editor->unit = indentation.size > 0 ? indentation : editor->unit;
    }
}

/* `value` laid out as the source is, to stand after `indentation`; on one line when there are none. */
static void lay_out(const struct editor *editor, const struct json *value, bool in_lines,
                    struct text indentation, struct builder *out)
{
    struct builder written;
    struct json_writer writer;
    builder_init(&written, editor->arena);
    json_writer_init(&writer, &written, in_lines);
    json_tree(&writer, value);
    struct text rest = builder_text(&written);
    struct text line;
    bool is_first = true;
    while (text_next(&rest, '\n', &line)) {
        size_t blanks = 0;
        while (blanks < line.size && line.data[blanks] == ' ') {
            blanks++;
        }
        if (!is_first) {
            builder_add(out, editor->newline);
            builder_add(out, indentation);
            for (size_t i = 0; i < blanks / 2; i++) {
                builder_add(out, editor->unit);
            }
        }
        builder_add(out, text_after(line, blanks));
        is_first = false;
    }
}

/* ---- Changing ---- */

/* Bytes [from, to) of the source become `text`. */
struct splice {
    size_t from;
    size_t to;
    struct text text;
};

/* The splices are in order and do not overlap. */
static struct text apply(const struct editor *editor, const struct splice *splices, size_t count)
{
    struct builder out;
    builder_init(&out, editor->arena);
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        builder_add(&out, text_slice(editor->source, at, splices[i].from));
        builder_add(&out, splices[i].text);
        at = splices[i].to;
    }
    builder_add(&out, text_after(editor->source, at));
    return builder_text(&out);
}

/* "name": in front of a member's value; nothing in an array. */
static struct text spell_name(const struct editor *editor, const struct text *name, bool in_lines)
{
    if (name == NULL) {
        return TEXT("");
    }
    struct builder out;
    struct json_writer writer;
    builder_init(&out, editor->arena);
    json_writer_init(&writer, &out, false);
    json_string(&writer, *name);
    bool is_spaced = in_lines || text_contains(editor->clean, TEXT("\": "));
    builder_add_c(&out, is_spaced ? ": " : ":");
    return builder_text(&out);
}

/* Past the comments that stand behind `at` on the same line. */
static size_t skip_line_comments(const struct editor *editor, size_t at)
{
    size_t end = at;
    for (size_t i = at; i < editor->mask.size; i++) {
        char c = editor->mask.data[i];
        if (c == COMMENT_BYTE) {
            end = i + 1;
        } else if (c != ' ' && c != '\t') {
            break;
        }
    }
    return end;
}

static bool is_line_comment_end(const struct editor *editor, size_t at)
{
    return at > 0 && editor->mask.data[at - 1] == COMMENT_BYTE &&
           !text_ends_with(text_slice(editor->source, 0, at), TEXT("*/"));
}

/* Puts children behind the last one of `container`, in the way that one stands. `name` is that of the only one,
 * or NULL in an array. */
static void add_behind(const struct editor *editor, const struct json *container, const struct text *name,
                       const struct json *values, size_t count, struct text *ret_source)
{
    size_t last = container->count - 1;
    size_t start = child_start(editor, container, last);
    size_t space = space_start(editor, start);
    struct text gap = text_slice(editor->source, space, start);
    size_t end = child_at(container, last)->end;
    size_t comma = find_comma(editor, end, container->end - 1);
    bool has_comma = comma < container->end - 1;
    size_t place = skip_line_comments(editor, has_comma ? comma + 1 : end);
    if (is_line_comment_end(editor, place) && !has_newline(gap)) {
        gap = text_format(editor->arena, "%.*s%.*s%.*s", TEXT_ARG(editor->newline),
                          TEXT_ARG(line_indentation(editor, start)), TEXT_ARG(editor->unit));
    }
    bool in_lines = has_newline(gap);
    size_t line = text_find_last_char(gap, '\n');
    struct text indentation = in_lines ? text_after(gap, line + 1) : TEXT("");
    struct builder added;
    builder_init(&added, editor->arena);
    for (size_t i = 0; i < count; i++) {
        builder_add(&added, gap);
        builder_add(&added, spell_name(editor, name, in_lines));
        lay_out(editor, &values[i], in_lines, indentation, &added);
        builder_add_c(&added, has_comma || i + 1 < count ? "," : "");
    }
    const struct splice splices[] = {
        {end, end, has_comma ? TEXT("") : TEXT(",")},
        {place, place, builder_text(&added)},
    };
    *ret_source = apply(editor, splices, 2);
}

/* Puts the first children into `container`. */
static void add_first(const struct editor *editor, const struct json *container, const struct text *name,
                      const struct json *values, size_t count, struct text *ret_source)
{
    size_t close = container->end - 1;
    size_t place = space_start(editor, close);
    bool has_comments = place > container->start + 1;
    bool in_lines = editor->has_lines || is_line_comment_end(editor, place);
    struct text outer = line_indentation(editor, container->start);
    struct text inner = text_format(editor->arena, "%.*s%.*s", TEXT_ARG(outer), TEXT_ARG(editor->unit));
    struct builder added;
    builder_init(&added, editor->arena);
    for (size_t i = 0; i < count; i++) {
        if (in_lines) {
            builder_add(&added, editor->newline);
            builder_add(&added, inner);
        }
        builder_add(&added, spell_name(editor, name, in_lines));
        lay_out(editor, &values[i], in_lines, inner, &added);
        builder_add_c(&added, i + 1 < count ? "," : "");
    }
    if (in_lines && !has_comments) {
        builder_add(&added, editor->newline);
        builder_add(&added, outer);
    }
    const struct splice splice = {place, has_comments ? place : close, builder_text(&added)};
    *ret_source = apply(editor, &splice, 1);
}

static void add_children(const struct editor *editor, const struct json *container, const struct text *name,
                         const struct json *values, size_t count, struct text *ret_source)
{
    if (container->count > 0) {
        add_behind(editor, container, name, values, count, ret_source);
    } else {
        add_first(editor, container, name, values, count, ret_source);
    }
}

/* `value` inside new objects for the steps from `depth` on, as JSON text. */
static struct text wrap(const struct editor *editor, struct json_path path, size_t depth, struct text value)
{
    struct builder out;
    struct json_writer writer;
    builder_init(&out, editor->arena);
    json_writer_init(&writer, &out, false);
    for (size_t i = depth; i < path.count; i++) {
        json_begin_object(&writer);
        json_key(&writer, path.steps[i]);
    }
    json_raw(&writer, value);
    for (size_t i = depth; i < path.count; i++) {
        json_end_object(&writer);
    }
    return builder_text(&out);
}

/* The steps of a path, for messages. */
static struct text show_path(struct arena *arena, struct json_path path, size_t count)
{
    struct builder out;
    builder_init(&out, arena);
    for (size_t i = 0; i < count; i++) {
        builder_add_c(&out, i == 0 ? "" : ".");
        builder_add(&out, path.steps[i]);
    }
    return out.size == 0 ? TEXT("the document") : builder_text(&out);
}

static bool open_for_change(struct editor *editor, struct text source, struct arena *arena, struct error *err)
{
    if (!read_source(editor, source, NULL, arena, err)) {
        return false;
    }
    learn_layout(editor);
    return true;
}

/* Adds what is missing below `depth` steps of the path, where `container` is. */
static bool add_missing(struct editor *editor, const struct json *container, struct json_path path,
                        size_t depth, struct text value, struct text *ret_source, struct error *err)
{
    if (container->type != JSON_OBJECT) {
        return error_set(err, "%.*s is not an object", TEXT_ARG(show_path(editor->arena, path, depth)));
    }
    struct json tree;
    if (!json_parse(wrap(editor, path, depth + 1, value), editor->arena, &tree, err)) {
        return false;
    }
    const struct text *name = &path.steps[depth];
    add_children(editor, container, name, &tree, 1, ret_source);
    return true;
}

bool json_edit_set(struct text source, struct json_path path, struct text value, struct arena *arena,
                   struct text *ret_source, struct error *err)
{
    struct editor editor;
    size_t depth;
    if (!open_for_change(&editor, source, arena, err)) {
        return false;
    }
    const struct json *found = find_deepest(&editor.root, path, &depth);
    if (depth < path.count) {
        return add_missing(&editor, found, path, depth, value, ret_source, err);
    }
    struct json tree;
    struct builder out;
    builder_init(&out, arena);
    bool in_lines = has_newline(text_slice(editor.source, found->start, found->end)) ||
                    ((found->type != JSON_OBJECT && found->type != JSON_ARRAY) && editor.has_lines);
    if (!json_parse(value, arena, &tree, err)) {
        return false;
    }
    lay_out(&editor, &tree, in_lines, line_indentation(&editor, found->start), &out);
    const struct splice splice = {found->start, found->end, builder_text(&out)};
    *ret_source = apply(&editor, &splice, 1);
    return true;
}

bool json_edit_append(struct text source, struct json_path path, struct text values, struct arena *arena,
                      struct text *ret_source, struct error *err)
{
    struct editor editor;
    size_t depth;
    struct json tree;
    if (!open_for_change(&editor, source, arena, err) || !json_parse(values, arena, &tree, err)) {
        return false;
    }
    const struct json *found = find_deepest(&editor.root, path, &depth);
    if (depth < path.count) {
        return add_missing(&editor, found, path, depth, values, ret_source, err);
    }
    if (found->type != JSON_ARRAY || tree.type != JSON_ARRAY) {
        return error_set(err, "%.*s is not an array", TEXT_ARG(show_path(arena, path, path.count)));
    }
    add_children(&editor, found, NULL, tree.items, tree.count, ret_source);
    return true;
}

/* Takes the only child out of `container`; what is left is kept when there are comments. */
static void remove_only(const struct editor *editor, const struct json *container, size_t space, size_t end,
                        struct text *ret_source)
{
    size_t close = container->end - 1;
    size_t comma = find_comma(editor, end, close);
    size_t behind = comma < close ? comma + 1 : end;
    bool is_bare = space == container->start + 1 && space_start(editor, close) <= behind;
    if (is_bare) {
        const struct splice all = {space, close, TEXT("")};
        *ret_source = apply(editor, &all, 1);
        return;
    }
    const struct splice splices[] = {{space, end, TEXT("")}, {comma, behind > end ? behind : comma, TEXT("")}};
    *ret_source = apply(editor, splices, 2);
}

/* Takes out one of several children and the comma that goes with it. */
static void remove_one(const struct editor *editor, const struct json *container, size_t index, size_t space,
                       size_t end, struct text *ret_source)
{
    size_t close = container->end - 1;
    bool is_last = index + 1 == container->count;
    size_t limit = is_last ? close : child_start(editor, container, index + 1);
    size_t comma = find_comma(editor, end, limit);
    if (comma < limit) {
        const struct splice splices[] = {{space, end, TEXT("")}, {comma, comma + 1, TEXT("")}};
        *ret_source = apply(editor, splices, 2);
        return;
    }
    size_t before = find_comma(editor, child_at(container, index - 1)->end, space);
    const struct splice splices[] = {{before, before + 1, TEXT("")}, {space, end, TEXT("")}};
    *ret_source = apply(editor, splices, 2);
}

bool json_edit_remove(struct text source, struct json_path path, struct arena *arena, struct text *ret_source,
                      struct error *err)
{
    struct editor editor;
    if (!open_for_change(&editor, source, arena, err)) {
        return false;
    }
    struct json_path above = {path.steps, path.count - (path.count > 0)};
    const struct json *container = json_edit_find(&editor.root, above);
    size_t index =
        container == NULL || path.count == 0 ? SIZE_MAX : find_child(container, path.steps[above.count]);
    if (index == SIZE_MAX) {
        return error_set(err, "there is no %.*s", TEXT_ARG(show_path(arena, path, path.count)));
    }
    size_t start = child_start(&editor, container, index);
    size_t end = child_at(container, index)->end;
    size_t space = space_start(&editor, start);
    /* The line end that closes a comment stays, unless another one follows. */
    size_t next = end + (editor.mask.data[end] == ',');
    if (is_line_comment_end(&editor, space) && source.data[next] != '\n' && source.data[next] != '\r') {
        space = start;
    }
    if (container->count == 1) {
        remove_only(&editor, container, space, end, ret_source);
    } else {
        remove_one(&editor, container, index, space, end, ret_source);
    }
    return true;
}
