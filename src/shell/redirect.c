/* SPDX-License-Identifier: Apache-2.0 */
#include "base/builder.h"
#include "shell/parser.h"

/* "2>", "{name}>", "&>": where the operator starts, when the front is at a redirection. */
bool parser_at_redirect(struct parser *parser, size_t *ret_operator)
{
    int c = parser_peek(parser);
    struct parser ahead = *parser;
    if (c == '&') {
        *ret_operator = parser->at;
        return parser_peek_second(parser) == '>';
    }
    if (c == '{') {
        parser_advance(&ahead);
        if (!is_name_start(parser_peek(&ahead))) {
            return false;
        }
        while (is_name_character(parser_peek(&ahead))) {
            parser_advance(&ahead);
        }
        if (!parser_take(&ahead, '}')) {
            return false;
        }
    } else {
        while (is_shell_digit(parser_peek(&ahead))) {
            parser_advance(&ahead);
        }
    }
    c = parser_peek(&ahead);
    if (c != '<' && c != '>') {
        return false;
    }
    /* "<(" is a substitution, and part of the word when digits stand before it. */
    if (parser_peek_second(&ahead) == '(') {
        return false;
    }
    *ret_operator = ahead.at;
    return true;
}

static struct text take_operator(struct parser *parser)
{
    static const char *const operators[] = {"<<<", "<<-", "&>>", "<<", ">>", ">|",
                                            "<>",  "<&",  ">&",  "&>", "<",  ">"};
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++) {
        struct text operator= text_of(operators[i]);
        struct parser ahead = *parser;
        size_t matched = 0;
        while (matched < operator.size && parser_take(&ahead, operator.data[matched])) {
            matched++;
        }
        if (matched == operator.size) {
            parser->at = ahead.at;
            return operator;
        }
    }
    return TEXT("");
}

static bool is_descriptor(struct text text)
{
    if (text_ends_with(text, TEXT("-"))) {
        text.size--;
    }
    for (size_t i = 0; i < text.size; i++) {
        if (!is_shell_digit((unsigned char)text.data[i])) {
            return false;
        }
    }
    return true;
}

static enum shell_redirect_kind kind_of(struct text operator, struct shell_word * target)
{
    if (text_equal(operator, TEXT("<"))) {
        return REDIRECT_READ;
    }
    if (text_equal(operator, TEXT("<>"))) {
        return REDIRECT_READ_WRITE;
    }
    if (text_equal(operator, TEXT("<&"))) {
        return REDIRECT_DUPLICATE;
    }
    if (text_equal(operator, TEXT(">&"))) {
        return target->is_exact && target->exact.size > 0 && is_descriptor(target->exact) ? REDIRECT_DUPLICATE
                                                                                          : REDIRECT_WRITE;
    }
    if (text_equal(operator, TEXT("<<<"))) {
        return REDIRECT_HERE_STRING;
    }
    return text_starts_with(operator, TEXT("<<")) ? REDIRECT_DOCUMENT : REDIRECT_WRITE;
}

/* The delimiter is taken literally: quotes are removed, nothing is expanded (POSIX 2.7.4). */
static bool announce_document(struct parser *parser, struct shell_redirect *redirect)
{
    struct shell_word *word = redirect->target;
    if (!word->is_exact || word->has_braces) {
        return parser_fail(parser, word->range.start, "a here-document whose end is not plain text");
    }
    if (text_find_char(word->exact, '\n') != TEXT_NOT_FOUND) {
        return parser_fail(parser, word->range.start, "a here-document whose end is more than a line");
    }
    struct pending_document *document = ARENA_NEW(parser->arena, struct pending_document);
    *document = (struct pending_document){.redirect = redirect,
                                          .delimiter = word->exact,
                                          .is_quoted = word->has_quotes,
                                          .strips_tabs = text_equal(redirect->spelling, TEXT("<<-"))};
    struct pending_document **end = &parser->documents;
    while (*end != NULL) {
        end = &(*end)->next;
    }
    *end = document;
    return true;
}

struct shell_redirect *parse_redirect(struct parser *parser, size_t operator)
{
    struct shell_redirect *redirect = ARENA_NEW(parser->arena, struct shell_redirect);
    size_t start = parser->at;
    redirect->descriptor = text_slice(parser->source, start, operator);
    parser->at = operator;
    redirect->spelling = take_operator(parser);
    parser_skip_blanks(parser);
    int c = parser_peek(parser);
    bool is_process = (c == '<' || c == '>') && parser_peek_second(parser) == '(';
    if (is_metacharacter(c) && !is_process) {
        parser_fail(parser, start, "a redirection without its file");
        return NULL;
    }
    if (c == '!') {
        parser_fail(parser, start, "a redirection that zsh and Bash read differently");
        return NULL;
    }
    redirect->target = parse_word(parser, WORD_NORMAL);
    if (redirect->target == NULL) {
        return NULL;
    }
    redirect->kind = kind_of(redirect->spelling, redirect->target);
    redirect->range = shell_parser_range(parser, start, parser->at);
    *parser->is_bash_only =
        *parser->is_bash_only || redirect->spelling.data[0] == '&' || redirect->kind == REDIRECT_HERE_STRING ||
        text_starts_with(redirect->descriptor, TEXT("{")) ||
        (redirect->kind == REDIRECT_WRITE && redirect->spelling.size == 2 && redirect->spelling.data[1] == '&');
    if (redirect->kind == REDIRECT_DOCUMENT && !announce_document(parser, redirect)) {
        return NULL;
    }
    return redirect;
}

/* ---- Bodies ---- */

static struct text without_tabs(struct text line)
{
    while (line.size > 0 && line.data[0] == '\t') {
        line = text_after(line, 1);
    }
    return line;
}

static bool ends_in_backslash(struct text line)
{
    size_t count = 0;
    while (count < line.size && line.data[line.size - 1 - count] == '\\') {
        count++;
    }
    return count % 2 == 1;
}

/* Moves the front behind the delimiter's line; the body is [start, *ret_end). */
static bool find_delimiter(struct parser *parser, const struct pending_document *document,
                           struct builder *stripped, size_t *ret_end)
{
    bool is_continued = false;
    while (parser->at < parser->source.size) {
        size_t start = parser->at;
        struct text rest = text_after(parser->source, start);
        size_t size = text_find_char(rest, '\n');
        bool is_last = size == TEXT_NOT_FOUND;
        struct text line = is_last ? rest : text_slice(rest, 0, size);
        struct text body_line = document->strips_tabs ? without_tabs(line) : line;
        parser->at += line.size + (is_last ? 0 : 1);
        if (!is_continued && text_equal(body_line, document->delimiter)) {
            *ret_end = start;
            return true;
        }
        if (is_last) {
            break;
        }
        bool was_continued = is_continued;
        is_continued = !document->is_quoted && ends_in_backslash(body_line);
        if (is_continued &&
            (was_continued || document->strips_tabs ||
             text_starts_with(document->delimiter, text_slice(body_line, 0, body_line.size - 1)))) {
            return parser_fail(parser, start, "a here-document whose end may hide behind a backslash");
        }
        builder_add(stripped, body_line);
        builder_add_char(stripped, '\n');
    }
    return parser_fail(parser, document->redirect->range.start, "the here-document never ends");
}

static bool parse_body(struct parser *parser, const struct pending_document *document, size_t start)
{
    struct builder stripped;
    builder_init(&stripped, parser->arena);
    size_t end = start;
    if (!find_delimiter(parser, document, &stripped, &end)) {
        return false;
    }
    struct text text = document->strips_tabs ? builder_text(&stripped) : text_slice(parser->source, start, end);
    if (document->is_quoted) {
        struct shell_word *body = ARENA_NEW(parser->arena, struct shell_word);
        body->range = shell_parser_range(parser, start, end);
        body->is_exact = true;
        body->has_quotes = true;
        body->exact = text;
        document->redirect->body = body;
        return true;
    }
    struct parser inner = parser_inner(parser, text, (struct shell_range){start, end});
    if (!document->strips_tabs) {
        /* The same bytes at the same offsets: places stay true. */
        inner.source = text_slice(parser->source, 0, end);
        inner.at = start;
        inner.has_fixed_range = parser->has_fixed_range;
    }
    document->redirect->body = parse_quoted_word(&inner, QUOTED_SOURCE);
    return document->redirect->body != NULL || parser_adopt(parser, &inner, start);
}

bool parse_documents(struct parser *parser)
{
    struct pending_document *document = parser->documents;
    parser->documents = NULL;
    for (; document != NULL; document = document->next) {
        if (!parse_body(parser, document, parser->at)) {
            return false;
        }
    }
    return true;
}
