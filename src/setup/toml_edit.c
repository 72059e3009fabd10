/* SPDX-License-Identifier: Apache-2.0 */
#include "setup/toml_edit.h"

static struct text newline_of(struct text source)
{
    size_t at = text_find_char(source, '\n');
    return at != TEXT_NOT_FOUND && at > 0 && source.data[at - 1] == '\r' ? TEXT("\r\n") : TEXT("\n");
}

/* `source` with the bytes [from, to) exchanged, if the result is TOML that contradicts itself nowhere. */
static bool exchange(struct text source, size_t from, size_t to, struct text with, struct arena *arena,
                     struct text *ret_source, struct error *err)
{
    struct text result = text_format(arena, "%.*s%.*s%.*s", TEXT_ARG(text_slice(source, 0, from)),
                                     TEXT_ARG(with), TEXT_ARG(text_after(source, to)));
    struct toml_document document;
    if (!toml_read(result, arena, &document, err)) {
        return error_prefix(err, "the change would break the file");
    }
    *ret_source = result;
    return true;
}

/* Whether the line that ends at `end` has a line end of its own. */
static bool ends_with_newline(struct text source, size_t end)
{
    return end > 0 && source.data[end - 1] == '\n';
}

/* Adds lines behind `place`, which is the end of a line; lines have "\n" at their ends. */
static bool add_lines(struct text source, size_t place, struct text lines, struct arena *arena,
                      struct text *ret_source, struct error *err)
{
    struct text newline = newline_of(source);
    struct builder out;
    builder_init(&out, arena);
    bool is_open = place > 0 && !ends_with_newline(source, place);
    struct text rest = text_slice(lines, 0, lines.size - 1);
    struct text line;
    while (text_next(&rest, '\n', &line)) {
        /* Behind a last line without a line end, the added lines have none at their end either. */
        if (is_open) {
            builder_add(&out, newline);
        }
        builder_add(&out, line);
        if (!is_open) {
            builder_add(&out, newline);
        }
    }
    return exchange(source, place, place, builder_text(&out), arena, ret_source, err);
}

/* Removes the lines [from, to), and the line end in front when they are the last and have none. */
static bool remove_lines(struct text source, size_t from, size_t to, struct arena *arena,
                         struct text *ret_source, struct error *err)
{
    if (to == source.size && !ends_with_newline(source, to) && from > 0) {
        from--;
        from -= from > 0 && source.data[from - 1] == '\r';
    }
    return exchange(source, from, to, TEXT(""), arena, ret_source, err);
}

/* The start of the empty line in front of `at`, or `at`. */
static size_t before_empty_line(struct text source, size_t at)
{
    size_t from = at;
    if (!ends_with_newline(source, from)) {
        return at;
    }
    from--;
    from -= from > 0 && source.data[from - 1] == '\r';
    return from == 0 || ends_with_newline(source, from) ? from : at;
}

bool toml_edit_add_block(struct text source, struct text block, struct arena *arena, struct text *ret_source,
                         struct error *err)
{
    struct text lines = source.size == 0 ? block : text_format(arena, "\n%.*s", TEXT_ARG(block));
    return add_lines(source, source.size, lines, arena, ret_source, err);
}

bool toml_edit_remove_block(struct text source, struct text block, struct arena *arena, struct text *ret_source,
                            struct error *err)
{
    struct text newline = newline_of(source);
    struct builder wanted;
    builder_init(&wanted, arena);
    struct text rest = text_slice(block, 0, block.size - 1);
    struct text line;
    while (text_next(&rest, '\n', &line)) {
        if (wanted.size > 0) {
            builder_add(&wanted, newline);
        }
        builder_add(&wanted, line);
    }
    struct text lines = builder_text(&wanted);
    size_t last = TEXT_NOT_FOUND;
    size_t found;
    for (size_t from = 0; (found = text_find(text_after(source, from), lines)) != TEXT_NOT_FOUND;
         from += found + 1) {
        size_t start = from + found;
        size_t end = start + lines.size;
        bool is_whole = (start == 0 || ends_with_newline(source, start)) &&
                        (end == source.size || text_starts_with(text_after(source, end), newline));
        last = is_whole ? start : last;
    }
    if (last == TEXT_NOT_FOUND) {
        return error_set(err, "what was added is no longer there as it was added");
    }
    size_t end = last + lines.size;
    end += end == source.size ? 0 : newline.size;
    return remove_lines(source, before_empty_line(source, last), end, arena, ret_source, err);
}

/* ---- Keys ---- */

static struct toml_path table_of(struct toml_path path)
{
    return (struct toml_path){path.steps, path.count - 1};
}

/* Something on the way to `path` that is a value and not a table. */
static const struct toml_entry *find_obstacle(const struct toml_document *document, struct toml_path path)
{
    for (size_t i = 0; i < document->entries.count; i++) {
        const struct toml_entry *entry = &document->entries.items[i];
        bool is_value = entry->kind == TOML_KEY || entry->kind == TOML_INNER;
        if (is_value && entry->path.count < path.count && toml_path_starts_with(path, entry->path)) {
            return entry;
        }
    }
    return NULL;
}

/* The last line of those that stand directly under the header with this path; NULL when there is none. An empty
 * path is the top of the document, which has no header. */
static const struct toml_entry *last_line_of_table(const struct toml_document *document, struct toml_path table)
{
    const struct toml_entry *last = NULL;
    for (size_t i = 0; i < document->entries.count; i++) {
        const struct toml_entry *entry = &document->entries.items[i];
        bool is_header = entry->kind == TOML_TABLE || entry->kind == TOML_TABLE_ELEMENT;
        struct toml_path under = {entry->path.steps, is_header ? entry->path.count : entry->base};
        if (entry->kind != TOML_INNER && toml_path_equal(under, table)) {
            last = entry;
        }
    }
    return last;
}

/* A line that makes the table by a dotted key (`a.b = 1` makes a): the table can have no header then. */
static const struct toml_entry *dotted_line(const struct toml_document *document, struct toml_path table)
{
    const struct toml_entry *last = NULL;
    for (size_t i = 0; i < document->entries.count; i++) {
        const struct toml_entry *entry = &document->entries.items[i];
        if (entry->kind == TOML_KEY && entry->base < table.count && entry->path.count > table.count &&
            toml_path_starts_with(entry->path, table)) {
            last = entry;
        }
    }
    return last;
}

static bool add_key(const struct toml_document *document, struct toml_path path, struct text value,
                    struct arena *arena, struct text *ret_source, struct error *err)
{
    struct toml_path table = table_of(path);
    struct text source = document->source;
    const struct toml_entry *behind = last_line_of_table(document, table);
    size_t base = table.count;
    if (behind == NULL && table.count > 0) {
        behind = dotted_line(document, table);
        base = behind == NULL ? base : behind->base;
    }
    struct toml_path shown = {path.steps + base, path.count - base};
    struct text line =
        text_format(arena, "%.*s = %.*s\n", TEXT_ARG(toml_path_spell(arena, shown)), TEXT_ARG(value));
    if (behind != NULL || table.count == 0) {
        return add_lines(source, behind == NULL ? 0 : behind->end, line, arena, ret_source, err);
    }
    struct text block =
        text_format(arena, "[%.*s]\n%.*s", TEXT_ARG(toml_path_spell(arena, table)), TEXT_ARG(line));
    return toml_edit_add_block(source, block, arena, ret_source, err);
}

bool toml_edit_set(struct text source, struct toml_path path, struct text value, struct arena *arena,
                   struct text *ret_source, struct error *err)
{
    struct toml_document document;
    if (!toml_read(source, arena, &document, err)) {
        return false;
    }
    const struct toml_entry *found = toml_find(&document, path);
    if (found != NULL && found->kind == TOML_KEY) {
        return exchange(source, found->value_start, found->value_end, value, arena, ret_source, err);
    }
    const struct toml_entry *obstacle = found != NULL ? found : find_obstacle(&document, path);
    if (obstacle != NULL) {
        return error_set(err, "%.*s is written in a way that is not edited; make it a table of its own",
                         TEXT_ARG(toml_path_spell(arena, obstacle->path)));
    }
    return add_key(&document, path, value, arena, ret_source, err);
}

bool toml_edit_remove(struct text source, struct toml_path path, bool and_table, struct arena *arena,
                      struct text *ret_source, struct error *err)
{
    struct toml_document document;
    if (!toml_read(source, arena, &document, err)) {
        return false;
    }
    const struct toml_entry *found = toml_find(&document, path);
    if (found == NULL || found->kind != TOML_KEY) {
        return error_set(err, "there is no %.*s", TEXT_ARG(toml_path_spell(arena, path)));
    }
    struct text rest = source;
    if (!remove_lines(source, found->start, found->end, arena, &rest, err)) {
        return false;
    }
    if (!and_table || path.count < 2 || !toml_read(rest, arena, &document, err)) {
        *ret_source = rest;
        return true;
    }
    const struct toml_entry *header = toml_find(&document, table_of(path));
    if (header == NULL || header->kind != TOML_TABLE || last_line_of_table(&document, header->path) != header) {
        *ret_source = rest;
        return true;
    }
    return remove_lines(rest, before_empty_line(rest, header->start), header->end, arena, ret_source, err);
}
