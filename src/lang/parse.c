/* SPDX-License-Identifier: Apache-2.0 */
/* Lines, indentation, the header, and where statements go. */
#include "lang/parser.h"

#include <string.h>

#include "base/utf8.h"
#include "base/visible.h"

static const struct text byte_order_mark = TEXT_INIT("\xEF\xBB\xBF");

struct source_range parser_range(const struct parser *parser, struct text piece)
{
    size_t start = (size_t)(piece.data - parser->document->source.data);
    return (struct source_range){
        .start = (uint32_t)start,
        .end = (uint32_t)(start + piece.size),
        .line = parser->line.number,
    };
}

struct located_text parser_locate(const struct parser *parser, struct text piece)
{
    return (struct located_text){.text = piece, .range = parser_range(parser, piece)};
}

void *parser_copy(struct parser *parser, const void *items, size_t size)
{
    if (size == 0) {
        return NULL;
    }
    return memcpy(arena_alloc(parser->arena, size), items, size);
}

bool parser_read_line(struct parser *parser, size_t offset, size_t number)
{
    struct text source = parser->document->source;
    if (offset >= source.size) {
        return false;
    }
    const char *start = source.data + offset;
    const char *newline = memchr(start, '\n', source.size - offset);
    const char *end = newline == NULL ? source.data + source.size : newline;
    struct line *line = &parser->line;
    line->number = number;
    line->next = (size_t)(end - source.data) + (newline != NULL);
    const char *first = start;
    while (first < end && scan_is_blank(*first)) {
        first++;
    }
    while (end > first && scan_is_blank(end[-1])) {
        end--;
    }
    line->indent = (size_t)(first - start);
    line->text = (struct text){first, (size_t)(end - first)};
    return true;
}

/* ---- Bytes that have no place in a text ---- */

/* Controls, and the first bytes of U+0080 and up, U+0600, U+2000, U+F000 and U+E0000 and up. */
static bool is_suspicious(unsigned char c)
{
    return (c < ' ' && c != '\t' && c != '\n' && c != '\r') || c == 0x7F || c == 0xC2 || c == 0xD8 ||
           c == 0xE2 || c == 0xEF || c == 0xF3;
}

static bool holds_suspicious(const char *bytes, size_t size)
{
    bool found = false;
    for (size_t i = 0; i < size; i++) {
        found = found || is_suspicious((unsigned char)bytes[i]);
    }
    return found;
}

/* Eight bytes at a time: most hold printable ASCII only. */
static bool may_hold_invisible(struct text source)
{
    const uint64_t ones = 0x0101010101010101U;
    const uint64_t high_bits = 0x8080808080808080U;
    size_t at = 0;
    for (; source.size - at >= sizeof(uint64_t); at += sizeof(uint64_t)) {
        uint64_t eight;
        memcpy(&eight, source.data + at, sizeof eight);
        uint64_t below_space = (eight - ones * ' ') & ~eight;
        uint64_t above_tilde = (eight + ones) | eight;
        if (((below_space | above_tilde) & high_bits) != 0 &&
            holds_suspicious(source.data + at, sizeof eight)) {
            return true;
        }
    }
    return holds_suspicious(source.data + at, source.size - at);
}

/* The trick with turned directions is known as "Trojan Source" (CVE-2021-42574), the one with tags as "ASCII
 * smuggling". Joiners (U+200C, U+200D) stay: scripts and emoji need them. */
static bool is_invisible(uint32_t c)
{
    bool is_blank = c == '\t' || c == '\n' || c == '\r';
    return visible_is_treacherous(c) && !is_blank && c != 0x200C && c != 0x200D;
}

static void report_character(struct parser *parser, struct source_range range, uint32_t c)
{
    if (c == 0) {
        mistakes_add(&parser->mistakes, AEX_102, range, NULL, "there is a NUL byte here");
    } else if (is_invisible(c)) {
        mistakes_add(&parser->mistakes, AEX_214, range, NULL, "there is an invisible character here: U+%04X",
                     (unsigned)c);
    }
}

static void check_characters(struct parser *parser)
{
    struct text source = parser->document->source;
    size_t invalid = utf8_find_invalid(source);
    if (invalid == TEXT_NOT_FOUND && !may_hold_invisible(source)) {
        return;
    }
    struct source_range range = {.line = 1};
    size_t offset = text_starts_with(source, byte_order_mark) ? byte_order_mark.size : 0;
    while (offset < source.size) {
        uint32_t c = 0;
        size_t size = utf8_decode(source, offset, &c);
        range.start = (uint32_t)offset;
        range.end = (uint32_t)(offset + (size == 0 ? 1 : size));
        if (size == 0) {
            mistakes_add(&parser->mistakes, AEX_102, range, NULL, "the byte 0x%02X is no part of UTF-8 text",
                         (unsigned)(unsigned char)source.data[offset]);
        } else if (c < ' ' || c >= 0x7F) {
            report_character(parser, range, c);
        }
        range.line += c == '\n' && size == 1;
        offset = range.end;
    }
}

/* ---- The header ---- */

static bool is_supported_version(struct parser *parser, struct located_text version)
{
    struct text major = text_slice(version.text, 0, text_find_char(version.text, '.'));
    while (major.size > 1 && major.data[0] == '0') {
        major = text_after(major, 1);
    }
    if (text_equal(major, TEXT("0")) || text_equal(major, TEXT("1"))) {
        parser->version = text_equal(major, TEXT("1"));
        return true;
    }
    /* What the rest of the file means is not known, so nothing is said about it. */
    parser->mistakes.list.count = 0;
    parser->mistakes.error_count = 0;
    parser->mistakes.warning_count = 0;
    mistakes_add(&parser->mistakes, AEX_101, version.range, NULL, "there is no language version %.*s%s",
                 MISTAKE_QUOTE(version.text));
    return false;
}

static bool is_version(struct text text)
{
    bool digit_before = false;
    for (size_t i = 0; i < text.size; i++) {
        bool digit = text.data[i] >= '0' && text.data[i] <= '9';
        if (!digit && !(text.data[i] == '.' && digit_before)) {
            return false;
        }
        digit_before = digit;
    }
    return digit_before;
}

static void add_header_comments(struct parser *parser)
{
    for (size_t i = 0; i < parser->comments.count; i++) {
        VECTOR_PUSH(parser->arena, &parser->document->header_comments, parser->comments.items[i]);
    }
    parser->comments.count = 0;
}

/* `KIND NAME vVERSION`. False when the version is one we do not know, and reading on would be guessing. */
static bool read_header(struct parser *parser, struct text keyword)
{
    struct document *document = parser->document;
    bool is_policy = text_equal(keyword, TEXT("policy"));
    struct scan scan = {.text = parser->line.text};
    scan_take_keyword(&scan, keyword);
    /* In the original only a policy's name may hold dots. */
    struct text name = scan_take_word(&scan, is_policy ? "-." : "-");
    scan_skip_blanks(&scan);
    struct text rest = scan_rest(&scan);
    add_header_comments(parser);
    if (parser->headers++ == 0) {
        parser->first_header_line = parser->line.number;
    } else {
        mistakes_add(&parser->mistakes, AEX_209, parser_range(parser, keyword), NULL,
                     "this is another header; the last one counts");
    }
    document->kind = is_policy ? DOCUMENT_POLICY : DOCUMENT_TASK;
    if (name.size == 0 || !text_starts_with(rest, TEXT("v")) || !is_version(text_after(rest, 1))) {
        mistakes_add(&parser->mistakes, AEX_100, parser_range(parser, parser->line.text),
                     "letters, digits, \"_\" and \"-\" make a name; the version is `v0` or `v0.1`",
                     "a header is `%.*s NAME v0`", TEXT_ARG(keyword));
        return true;
    }
    document->has_header = true;
    document->name = parser_locate(parser, name);
    document->version = parser_locate(parser, text_after(rest, 1));
    return is_supported_version(parser, document->version);
}

/* ---- Where statements go ---- */

/* Moves the body out, and says so when there is none. */
static void close_block(struct parser *parser)
{
    const struct block *block = &parser->blocks[--parser->depth];
    struct statement *owner = &parser->pending.items[block->owner];
    struct statement_vector body = {
        .items = owner + 1,
        .count = parser->pending.count - block->owner - 1,
    };
    PARSER_KEEP(parser, &body, &owner->body);
    parser->pending.count = block->owner + 1;
    if (block->body_indent == SIZE_MAX) {
        mistakes_add(&parser->mistakes, AEX_212, owner->range, NULL, "this `%.*s` has no body",
                     TEXT_ARG(statement_keyword(owner->kind)));
    }
}

/* Closes the bodies that the current line's indentation has left. */
static void close_left_blocks(struct parser *parser)
{
    size_t indent = parser->line.indent;
    while (parser->depth > 0) {
        struct block *block = &parser->blocks[parser->depth - 1];
        if (block->body_indent == SIZE_MAX && indent > block->own_indent) {
            block->body_indent = indent;
        }
        if (block->body_indent != SIZE_MAX && indent >= block->body_indent) {
            return;
        }
        close_block(parser);
    }
}

/* For the statement that was read last. */
static void open_block(struct parser *parser, size_t indent)
{
    size_t owner = parser->pending.count - 1;
    if (parser->depth == LIMIT_NESTING) {
        if (!parser->is_nested_too_deep) {
            mistakes_add(&parser->mistakes, AEX_100, parser->pending.items[owner].range,
                         "take parts out into tasks of their own",
                         "`if` and `for` are nested deeper than %d levels here", LIMIT_NESTING);
        }
        parser->is_nested_too_deep = true;
        return;
    }
    parser->blocks[parser->depth++] =
        (struct block){.owner = owner, .own_indent = indent, .body_indent = SIZE_MAX};
}

static void check_indentation(struct parser *parser)
{
    struct text blanks = {parser->line.text.data - parser->line.indent, parser->line.indent};
    if (text_find_char(blanks, '\t') != TEXT_NOT_FOUND && text_find_char(blanks, ' ') != TEXT_NOT_FOUND) {
        mistakes_add(&parser->mistakes, AEX_216, parser_range(parser, blanks), NULL,
                     "this line is indented with tabs and spaces");
    }
}

/* The letters at the start of a line. */
static struct text first_word(struct text line)
{
    size_t size = 0;
    while (size < line.size && scan_is_word(line.data[size])) {
        size++;
    }
    return text_slice(line, 0, size);
}

/* Whether all there is to know of the statement are its words. Of a policy: in a task they take part in checks.
 */
static bool is_words_only(const struct parser *parser, const struct statement *statement)
{
    bool is_boundary = statement->kind == STATEMENT_ALLOW || statement->kind == STATEMENT_USE ||
                       statement->kind == STATEMENT_DENY || statement->kind == STATEMENT_CONFIRM;
    return is_boundary && parser->depth == 0 && parser->document->kind == DOCUMENT_POLICY;
}

static void keep_words(struct parser *parser, const struct statement *statement)
{
    for (size_t i = 0; i < statement->words.count; i++) {
        struct boundary_word word = {.kind = statement->kind, .word = statement->words.items[i]};
        VECTOR_PUSH(parser->arena, &parser->document->boundary, word);
    }
}

static void read_statement_line(struct parser *parser, struct text keyword)
{
    size_t indent = parser->line.indent;
    struct statement statement;
    close_left_blocks(parser);
    if (indent > 1 && parser->depth > 0) {
        check_indentation(parser);
    }
    if (!parser_read_statement(parser, keyword, &statement)) {
        return;
    }
    if (parser->is_compact && is_words_only(parser, &statement)) {
        keep_words(parser, &statement);
        return;
    }
    PARSER_KEEP(parser, &parser->comments, &statement.comments);
    VECTOR_PUSH(parser->arena, &parser->pending, statement);
    if (statement.kind == STATEMENT_IF || statement.kind == STATEMENT_FOR) {
        open_block(parser, indent);
    }
}

static bool is_header_keyword(struct text word)
{
    return text_equal(word, TEXT("policy")) || text_equal(word, TEXT("task")) ||
           text_equal(word, TEXT("agent"));
}

/* False when reading on would be guessing. */
static bool read_line(struct parser *parser)
{
    struct text line = parser->line.text;
    if (line.size == 0) {
        return true;
    }
    if (line.data[0] == '#') {
        if (!parser->is_compact) {
            VECTOR_PUSH(parser->arena, &parser->comments, parser_locate(parser, line));
        }
        return true;
    }
    struct text keyword = first_word(line);
    if (is_header_keyword(keyword)) {
        return read_header(parser, keyword);
    }
    read_statement_line(parser, keyword);
    return true;
}

static void read_lines(struct parser *parser)
{
    struct text source = parser->document->source;
    size_t start = text_starts_with(source, byte_order_mark) ? byte_order_mark.size : 0;
    size_t number = 1;
    while (parser_read_line(parser, start, number)) {
        if (!read_line(parser)) {
            return;
        }
        start = parser->line.next;
        number = parser->line.number + 1;
    }
    while (parser->depth > 0) {
        close_block(parser);
    }
    parser->document->statements = parser->pending;
    PARSER_KEEP(parser, &parser->comments, &parser->document->trailing_comments);
    contract_check(parser);
}

/* Room for what a document of that size usually holds. What stays unused is never touched. */
static void reserve(struct parser *parser, size_t size)
{
    enum { BYTES_PER_STATEMENT = 24, STATEMENTS_OF_POLICIES = 8 };
    size_t lines = size / BYTES_PER_STATEMENT + 4;
    VECTOR_RESERVE(parser->arena, &parser->pending, parser->is_compact ? STATEMENTS_OF_POLICIES : lines);
    if (parser->is_compact) {
        VECTOR_RESERVE(parser->arena, &parser->document->boundary, lines);
    }
}

static struct document *parse(struct text file, struct text source, bool warns, bool is_compact,
                              struct arena *arena, struct diagnostics *diagnostics)
{
    struct parser *parser = ARENA_NEW(arena, struct parser);
    struct document *document = ARENA_NEW(arena, struct document);
    *document = (struct document){.file = file, .source = source, .kind = DOCUMENT_TASK};
    parser->document = document;
    parser->warns = warns;
    parser->is_compact = is_compact;
    parser->arena = arena;
    parser->mistakes.arena = arena;
    if (source.size > LIMIT_DOCUMENT) {
        mistakes_add(&parser->mistakes, AEX_102, (struct source_range){.end = 1, .line = 1}, "take parts out",
                     "the document is larger than %d bytes", LIMIT_DOCUMENT);
    } else {
        reserve(parser, source.size);
        check_characters(parser);
        read_lines(parser);
    }
    /* The last header counts, and says what the words above it were. */
    if (is_compact && parser->headers > 1) {
        return parse(file, source, warns, false, arena, diagnostics);
    }
    mistakes_resolve(&parser->mistakes, document, diagnostics);
    return document;
}

struct document *lang_parse(struct text file, struct text source, struct arena *arena,
                            struct diagnostics *diagnostics)
{
    return parse(file, source, true, false, arena, diagnostics);
}

struct document *lang_parse_to_decide(struct text file, struct text source, struct arena *arena,
                                      struct diagnostics *diagnostics)
{
    return parse(file, source, false, true, arena, diagnostics);
}
