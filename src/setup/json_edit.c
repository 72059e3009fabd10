/* SPDX-License-Identifier: Apache-2.0 */
#include "setup/json_edit.h"

#include "setup/json_source.h"
#include "json/writer.h"

/* ---- Layout ---- */

static bool has_newline(struct text text)
{
    return text_find_char(text, '\n') != TEXT_NOT_FOUND;
}

/* The indentation of the line that `at` stands on. */
static struct text line_indentation(const struct json_source *editor, size_t at)
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
static void learn_layout(struct json_source *editor)
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
    size_t start = json_child_start(editor, root, 0);
    size_t space = json_space_start(editor, start);
    if (has_newline(text_slice(editor->source, space, start))) {
        struct text indentation = line_indentation(editor, start);
        editor->unit = indentation.size > 0 ? indentation : editor->unit;
    }
}

/* `value` laid out as the source is, to stand after `indentation`; on one line when there are none. */
static void lay_out(const struct json_source *editor, const struct json *value, bool in_lines,
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
static struct text apply(const struct json_source *editor, const struct splice *splices, size_t count)
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
static struct text spell_name(const struct json_source *editor, const struct text *name, bool in_lines)
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
static size_t skip_line_comments(const struct json_source *editor, size_t at)
{
    size_t end = at;
    for (size_t i = at; i < editor->mask.size; i++) {
        char c = editor->mask.data[i];
        if (c == BLOCK_COMMENT_BYTE || c == LINE_COMMENT_BYTE) {
            end = i + 1;
        } else if (c != ' ' && c != '\t') {
            break;
        }
    }
    return end;
}

static bool is_line_comment_end(const struct json_source *editor, size_t at)
{
    return at > 0 && editor->mask.data[at - 1] == LINE_COMMENT_BYTE;
}

/* Puts children behind the last one of `container`, in the way that one stands. `name` is that of the only one,
 * or NULL in an array. */
static void add_behind(const struct json_source *editor, const struct json *container, const struct text *name,
                       const struct json *values, size_t count, struct text *ret_source)
{
    size_t last = container->count - 1;
    size_t start = json_child_start(editor, container, last);
    size_t space = json_space_start(editor, start);
    struct text gap = text_slice(editor->source, space, start);
    size_t end = json_child_at(container, last)->end;
    size_t comma = json_find_comma(editor, end, container->end - 1);
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
static void add_first(const struct json_source *editor, const struct json *container, const struct text *name,
                      const struct json *values, size_t count, struct text *ret_source)
{
    size_t close = container->end - 1;
    size_t place = json_space_start(editor, close);
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

static void add_children(const struct json_source *editor, const struct json *container,
                         const struct text *name, const struct json *values, size_t count,
                         struct text *ret_source)
{
    if (container->count > 0) {
        add_behind(editor, container, name, values, count, ret_source);
    } else {
        add_first(editor, container, name, values, count, ret_source);
    }
}

/* `value` inside new objects for the steps from `depth` on, as JSON text. */
static struct text wrap(const struct json_source *editor, struct json_path path, size_t depth,
                        struct text value)
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

static bool open_for_change(struct json_source *editor, struct text source, struct arena *arena,
                            struct error *err)
{
    if (!json_source_read(editor, source, NULL, arena, err)) {
        return false;
    }
    learn_layout(editor);
    return true;
}

/* Adds what is missing below `depth` steps of the path, where `container` is. */
static bool add_missing(struct json_source *editor, const struct json *container, struct json_path path,
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
    struct json_source editor;
    size_t depth;
    if (!open_for_change(&editor, source, arena, err)) {
        return false;
    }
    const struct json *found = json_find_deepest(&editor.root, path, &depth);
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
    struct json_source editor;
    size_t depth;
    struct json tree;
    if (!open_for_change(&editor, source, arena, err) || !json_parse(values, arena, &tree, err)) {
        return false;
    }
    const struct json *found = json_find_deepest(&editor.root, path, &depth);
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
static void remove_only(const struct json_source *editor, const struct json *container, size_t space,
                        size_t end, struct text *ret_source)
{
    size_t close = container->end - 1;
    size_t comma = json_find_comma(editor, end, close);
    size_t behind = comma < close ? comma + 1 : end;
    bool is_bare = space == container->start + 1 && json_space_start(editor, close) <= behind;
    if (is_bare) {
        const struct splice all = {space, close, TEXT("")};
        *ret_source = apply(editor, &all, 1);
        return;
    }
    const struct splice splices[] = {{space, end, TEXT("")}, {comma, behind > end ? behind : comma, TEXT("")}};
    *ret_source = apply(editor, splices, 2);
}

/* Takes out one of several children and the comma that goes with it. */
static void remove_one(const struct json_source *editor, const struct json *container, size_t index,
                       size_t space, size_t end, struct text *ret_source)
{
    size_t close = container->end - 1;
    bool is_last = index + 1 == container->count;
    size_t limit = is_last ? close : json_child_start(editor, container, index + 1);
    size_t comma = json_find_comma(editor, end, limit);
    if (comma < limit) {
        const struct splice splices[] = {{space, end, TEXT("")}, {comma, comma + 1, TEXT("")}};
        *ret_source = apply(editor, splices, 2);
        return;
    }
    size_t before = json_find_comma(editor, json_child_at(container, index - 1)->end, space);
    const struct splice splices[] = {{before, before + 1, TEXT("")}, {space, end, TEXT("")}};
    *ret_source = apply(editor, splices, 2);
}

bool json_edit_remove(struct text source, struct json_path path, struct arena *arena, struct text *ret_source,
                      struct error *err)
{
    struct json_source editor;
    if (!open_for_change(&editor, source, arena, err)) {
        return false;
    }
    struct json_path above = {path.steps, path.count - (path.count > 0)};
    const struct json *container = json_edit_find(&editor.root, above);
    size_t index =
        container == NULL || path.count == 0 ? SIZE_MAX : json_find_child(container, path.steps[above.count]);
    if (index == SIZE_MAX) {
        return error_set(err, "there is no %.*s", TEXT_ARG(show_path(arena, path, path.count)));
    }
    size_t start = json_child_start(&editor, container, index);
    size_t end = json_child_at(container, index)->end;
    size_t space = json_space_start(&editor, start);
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
