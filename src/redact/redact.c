/* SPDX-License-Identifier: Apache-2.0 */
#include "redact/redact.h"

#include "redact/kinds.h"

/* Of a key's BEGIN or END line: "-----BEGIN ENCRYPTED PRIVATE KEY-----". */
enum { LONGEST_LABEL = 48 };

/* Walks over a text, copying what is harmless. */
struct scanner {
    struct text text;
    size_t at;
    struct builder *out;
    struct redact_span *span; /* to be moved along with what it covers, or NULL */
    struct redact_span moved;
};

static bool is_name_char(char c)
{
    return is_secret_letter(c) || is_secret_digit(c) || c == '_' || c == '-' || c == '.';
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\0';
}

/* What ends a value without quotes: white space, quotes, and what separates commands and redirections. */
static bool ends_plain_value(char c)
{
    return is_space(c) || c == '"' || c == '\'' || c == '`' || c == ';' || c == '&' || c == '|' || c == '<' ||
           c == '>' || c == '\\';
}

static char char_at(const struct scanner *scanner, size_t offset)
{
    return offset < scanner->text.size ? scanner->text.data[offset] : '\0';
}

static void copy_to(struct scanner *scanner, size_t end)
{
    const struct redact_span *span = scanner->span;
    if (span != NULL && span->start >= scanner->at && span->start < end) {
        scanner->moved.start = scanner->out->size + (span->start - scanner->at);
    }
    if (span != NULL && span->end > scanner->at && span->end <= end) {
        scanner->moved.end = scanner->out->size + (span->end - scanner->at);
    }
    builder_add(scanner->out, text_slice(scanner->text, scanner->at, end));
    scanner->at = end;
}

static void mask_to(struct scanner *scanner, size_t end, struct text kind)
{
    const struct redact_span *span = scanner->span;
    bool ends_here = span != NULL && span->end > scanner->at && span->end <= end;
    if (span != NULL && span->start >= scanner->at && span->start < end) {
        scanner->moved.start = scanner->out->size;
    }
    builder_add(scanner->out, TEXT("[redacted:"));
    builder_add(scanner->out, kind);
    builder_add_char(scanner->out, ']');
    scanner->at = end;
    if (ends_here) {
        scanner->moved.end = scanner->out->size;
    }
}

static bool starts_private_key(const struct scanner *scanner, size_t offset)
{
    struct text rest = text_after(scanner->text, offset);
    return text_starts_with(rest, TEXT("-----BEGIN ")) &&
           text_contains(text_slice(rest, 0, LONGEST_LABEL), TEXT("PRIVATE KEY"));
}

/* RFC 7468 and OpenPGP: from the BEGIN line to the END line's last dashes, or to the end of a text that was
 * cut. */
static void mask_private_key(struct scanner *scanner)
{
    struct text rest = text_after(scanner->text, scanner->at);
    size_t end = text_find(rest, TEXT("-----END "));
    size_t length = rest.size;
    if (end != TEXT_NOT_FOUND) {
        size_t after_label = end + sizeof "-----END " - 1;
        size_t dashes = text_find(text_slice(rest, after_label, after_label + LONGEST_LABEL), TEXT("-----"));
        length = dashes == TEXT_NOT_FOUND ? after_label : after_label + dashes + 5;
    }
    mask_to(scanner, scanner->at + length, TEXT("private-key"));
}

/* "://user:password@host", with the scanner on the colon (RFC 3986, section 3.2.1). */
static bool mask_url_password(struct scanner *scanner)
{
    struct text rest = text_after(scanner->text, scanner->at);
    if (!text_starts_with(rest, TEXT("://"))) {
        return false;
    }
    size_t colon = 0;
    size_t at_sign = 0;
    for (size_t i = 3; i < rest.size; i++) {
        char c = rest.data[i];
        if (c == '/' || c == '?' || c == '#' || c == '"' || c == '\'' || c == '`' || c == '<' || c == '>' ||
            is_space(c)) {
            break;
        }
        if (c == ':' && colon == 0 && !text_ends_with(text_slice(rest, 0, i), TEXT("[redacted"))) {
            colon = i;
        }
        if (c == '@') {
            at_sign = i;
        }
    }
    if (colon == 0 || at_sign <= colon + 1 ||
        secret_value_is_harmless(text_slice(rest, colon + 1, at_sign), TEXT("password"))) {
        return false;
    }
    size_t end = scanner->at + at_sign;
    copy_to(scanner, scanner->at + colon + 1);
    mask_to(scanner, end, TEXT("url-password"));
    return true;
}

/* What stands between a name and its value. */
struct assignment {
    size_t value;   /* offset of the value, behind an opening quote */
    size_t quote;   /* bytes of that quote: 0, 1, or 2 for one escaped with a backslash */
    bool is_spaced; /* blanks around the sign: prose or code rather than a shell's NAME=value */
    bool is_colon;
    bool is_option; /* --name value */
};

static size_t skip_blanks(const struct scanner *scanner, size_t offset)
{
    while (char_at(scanner, offset) == ' ' || char_at(scanner, offset) == '\t') {
        offset++;
    }
    return offset;
}

/* 1 for a quote, 2 for one with a backslash before it (JSON in a string), 0 for none. */
static size_t quote_at(const struct scanner *scanner, size_t offset)
{
    char c = char_at(scanner, offset);
    if (c == '"' || c == '\'' || c == '`') {
        return 1;
    }
    return c == '\\' && char_at(scanner, offset + 1) == '"' ? 2 : 0;
}

/* Whether the name [start, at) is followed by a value. */
static bool find_assignment(const struct scanner *scanner, size_t start, struct assignment *ret_assignment)
{
    struct assignment assignment = {0};
    size_t after_name = scanner->at + quote_at(scanner, scanner->at);
    size_t sign = skip_blanks(scanner, after_name);
    size_t next = sign + 1;
    char c = char_at(scanner, sign);
    char second = char_at(scanner, sign + 1);
    if ((c == '=' && second == '>') || (c == ':' && second == '=')) {
        next++;
    } else if (c != '=' && c != ':') {
        bool has_dashes =
            start >= 2 && scanner->text.data[start - 1] == '-' && scanner->text.data[start - 2] == '-';
        has_dashes = has_dashes || text_starts_with(text_after(scanner->text, start), TEXT("--"));
        if (!has_dashes || sign == after_name || c == '-') {
            return false;
        }
        assignment.is_option = true;
        next = sign;
    } else if (second == '=' || text_starts_with(text_after(scanner->text, sign), TEXT("://"))) {
        return false; /* a comparison, a URL */
    }
    assignment.is_colon = c == ':' && !assignment.is_option;
    size_t value = skip_blanks(scanner, next);
    assignment.is_spaced = !assignment.is_option && (sign > after_name || value > next);
    assignment.quote = quote_at(scanner, value);
    assignment.value = value + assignment.quote;
    *ret_assignment = assignment;
    return true;
}

/* Where the value ends, or `limit` when that comes first. */
static size_t find_value_end(const struct scanner *scanner, const struct assignment *assignment, size_t limit)
{
    size_t end = assignment->value;
    char quote = assignment->quote == 0 ? '\0' : scanner->text.data[assignment->value - 1];
    limit = limit < scanner->text.size ? limit : scanner->text.size;
    for (; end < limit; end++) {
        char c = scanner->text.data[end];
        if (assignment->quote == 0) {
            if (ends_plain_value(c)) {
                break;
            }
        } else if (c == '\n' || c == quote ||
                   (assignment->quote == 2 && c == '\\' && char_at(scanner, end + 1) == quote)) {
            break;
        } else if (c == '\\' && quote == '"') {
            end++; /* whatever is escaped belongs to the value */
        }
    }
    return end < limit ? end : limit;
}

/* Code and prose name tokens and keys without telling them: "token: expected ')'", "secret = load()". */
static bool looks_like_words(struct text value)
{
    enum { LEAST_SECRET = 8, LONGEST_CALL = 64 };
    bool has_digit = false;
    bool has_upper = false;
    bool has_lower = false;
    for (size_t i = 0; i < value.size && i < LONGEST_CALL; i++) {
        char c = value.data[i];
        if ((c == '(' || c == '[') && i > 0) {
            return true;
        }
        has_digit = has_digit || is_secret_digit(c);
        has_upper = has_upper || (c >= 'A' && c <= 'Z');
        has_lower = has_lower || (c >= 'a' && c <= 'z');
    }
    return value.size < LEAST_SECRET || !(has_digit || (has_upper && has_lower));
}

/* "Authorization: Bearer CREDENTIAL": keeps the scheme (RFC 9110, section 11.6.2). */
static void copy_scheme(struct scanner *scanner)
{
    size_t end = scanner->at;
    while (is_secret_letter(char_at(scanner, end))) {
        end++;
    }
    size_t credential = skip_blanks(scanner, end);
    if (end > scanner->at && credential > end) {
        copy_to(scanner, credential);
    }
}

/* With the scanner behind the name that began at `start`: masks the value when the name is telling. */
static void mask_assigned(struct scanner *scanner, size_t start)
{
    enum { LONGEST_JUDGED = 256 };
    struct assignment assignment;
    if (!find_assignment(scanner, start, &assignment)) {
        return;
    }
    struct text kind = secret_name_kind(text_slice(scanner->text, start, scanner->at));
    if (kind.size == 0) {
        return;
    }
    bool is_authorization = text_equal(kind, TEXT("authorization"));
    copy_to(scanner, assignment.value);
    if (is_authorization) {
        copy_scheme(scanner);
        assignment.value = scanner->at;
    }
    /* Judged by its beginning: a value that stays is walked over again, and must not be long for that. */
    size_t end = find_value_end(scanner, &assignment, assignment.value + LONGEST_JUDGED);
    struct text value = text_slice(scanner->text, scanner->at, end);
    bool may_be_words = assignment.quote == 0 && (assignment.is_colon || assignment.is_spaced) &&
                        !is_authorization && !text_equal(kind, TEXT("password"));
    struct text token_kind;
    if (secret_value_is_harmless(value, kind) || text_starts_with(value, TEXT("-----BEGIN ")) ||
        (may_be_words && looks_like_words(value))) {
        return;
    }
    end = find_value_end(scanner, &assignment, SIZE_MAX);
    if (secret_token_length(scanner->text, scanner->at, &token_kind) == end - scanner->at) {
        kind = token_kind;
    }
    mask_to(scanner, end, kind);
}

/* "Bearer CREDENTIAL" without a header's name (RFC 6750, section 2.1). */
static bool mask_bearer(struct scanner *scanner, struct text word)
{
    enum { LEAST_CREDENTIAL = 16 };
    if (!text_equal_ignoring_case(word, TEXT("bearer"))) {
        return false;
    }
    size_t start = skip_blanks(scanner, scanner->at);
    size_t end = start;
    while (is_name_char(char_at(scanner, end)) || char_at(scanner, end) == '~' ||
           char_at(scanner, end) == '+' || char_at(scanner, end) == '/' || char_at(scanner, end) == '=') {
        end++;
    }
    if (start == scanner->at || end - start < LEAST_CREDENTIAL) {
        return false;
    }
    copy_to(scanner, start);
    mask_to(scanner, end, TEXT("bearer-token"));
    return true;
}

/* A run of name characters: a token anywhere in it, or a name with a value behind. */
static void scan_word(struct scanner *scanner)
{
    size_t start = scanner->at;
    size_t end = start;
    for (; end < scanner->text.size && is_name_char(scanner->text.data[end]); end++) {
        char before = end > 0 ? scanner->text.data[end - 1] : ' ';
        struct text kind;
        if (scanner->text.data[end] == '-' && before != '-' && starts_private_key(scanner, end)) {
            break;
        }
        if (is_secret_letter(before) || is_secret_digit(before)) {
            continue;
        }
        size_t length = secret_token_length(scanner->text, end, &kind);
        if (length != 0) {
            copy_to(scanner, end);
            mask_to(scanner, end + length, kind);
            return;
        }
    }
    copy_to(scanner, end);
    if (!mask_bearer(scanner, text_slice(scanner->text, start, end))) {
        mask_assigned(scanner, start);
    }
}

/* Scans until the end, or until more than `enough` bytes came out. True at the end. */
static bool scan(struct scanner *scanner, size_t enough)
{
    while (scanner->at < scanner->text.size && scanner->out->size <= enough) {
        char c = scanner->text.data[scanner->at];
        if (c == '-' && starts_private_key(scanner, scanner->at)) {
            mask_private_key(scanner);
        } else if (is_name_char(c)) {
            scan_word(scanner);
        } else if (c != ':' || !mask_url_password(scanner)) {
            copy_to(scanner, scanner->at + 1);
        }
    }
    return scanner->at == scanner->text.size;
}

struct text redact_and_cut(struct arena *arena, struct text text, size_t longest)
{
    struct builder out;
    builder_init(&out, arena);
    struct scanner scanner = {.text = text, .out = &out};
    bool is_all = scan(&scanner, longest);
    if (is_all && out.size <= longest) {
        return builder_text(&out);
    }
    out.size = longest;
    while (out.size > 0 && ((unsigned char)out.data[out.size] & 0xC0U) == 0x80) {
        out.size--;
    }
    builder_format(&out, "...[cut, %zu bytes in all]", text.size);
    return builder_text(&out);
}

struct text redact_text(struct arena *arena, struct text text)
{
    return redact_and_cut(arena, text, SIZE_MAX);
}

struct text redact_span(struct arena *arena, struct text text, struct redact_span *span)
{
    struct builder out;
    builder_init(&out, arena);
    struct scanner scanner = {.text = text, .out = &out, .span = span};
    scan(&scanner, SIZE_MAX);
    if (span->start >= text.size) {
        scanner.moved.start = out.size;
    }
    *span = scanner.moved;
    if (span->end < span->start) {
        span->end = span->start; /* it was empty */
    }
    return builder_text(&out);
}

struct json_redaction {
    struct json_writer *writer;
    const struct redact_limits *limits;
    size_t start; /* where the output began */
};

static bool is_full(const struct json_redaction *redaction)
{
    return redaction->writer->out->size - redaction->start >= redaction->limits->longest_value;
}

static void write_string(const struct json_redaction *redaction, struct text text, struct text kind)
{
    struct arena *arena = redaction->writer->out->arena;
    struct text redacted = kind.size != 0 && !secret_value_is_harmless(text, kind)
                               ? text_format(arena, "[redacted:%.*s]", TEXT_ARG(kind))
                               : redact_and_cut(arena, text, redaction->limits->longest_string);
    json_string(redaction->writer, redacted);
}

static bool ends_in_number_sign(struct text name)
{
    size_t end = name.size;
    while (end > 0 && is_secret_digit(name.data[end - 1])) {
        end--;
    }
    return end > 0 && end < name.size && name.data[end - 1] == '#';
}

/* Only changed names end in "#" and their number, so no two names of an object become the same. */
static void write_name(const struct json_redaction *redaction, struct text name, size_t number)
{
    struct arena *arena = redaction->writer->out->arena;
    struct text redacted = redact_and_cut(arena, name, redaction->limits->longest_string);
    if (!text_equal(redacted, name) || ends_in_number_sign(name)) {
        redacted = text_format(arena, "%.*s#%zu", TEXT_ARG(redacted), number);
    }
    json_key(redaction->writer, redacted);
}

static void write_value(const struct json_redaction *redaction, const struct json *value, struct text kind);

static void write_array(const struct json_redaction *redaction, const struct json *value, struct text kind)
{
    json_begin_array(redaction->writer);
    for (size_t i = 0; i < value->count; i++) {
        if (is_full(redaction)) {
            json_string(redaction->writer,
                        text_format(redaction->writer->out->arena, "[cut, %zu items in all]", value->count));
            break;
        }
        write_value(redaction, &value->items[i], kind);
    }
    json_end_array(redaction->writer);
}

static void write_object(const struct json_redaction *redaction, const struct json *value, struct text kind)
{
    json_begin_object(redaction->writer);
    for (size_t i = 0; i < value->count; i++) {
        const struct json_member *member = &value->members[i];
        if (is_full(redaction)) {
            struct text name = text_format(redaction->writer->out->arena, "[cut]#%zu", i);
            json_member_integer(redaction->writer, name, (int64_t)value->count);
            break;
        }
        write_name(redaction, member->name, i);
        struct text own_kind = secret_name_kind(member->name);
        write_value(redaction, &member->value, own_kind.size != 0 ? own_kind : kind);
    }
    json_end_object(redaction->writer);
}

/* `kind` is not empty under a telling name. */
static void write_value(const struct json_redaction *redaction, const struct json *value, struct text kind)
{
    switch (value->type) {
    case JSON_NULL:
    case JSON_FALSE:
    case JSON_TRUE:
        json_tree(redaction->writer, value);
        break;
    case JSON_NUMBER:
        if (text_equal(kind, TEXT("password"))) {
            json_string(redaction->writer, TEXT("[redacted:password]"));
        } else {
            struct text cut =
                redact_and_cut(redaction->writer->out->arena, value->text, redaction->limits->longest_string);
            if (text_equal(cut, value->text)) {
                json_raw(redaction->writer, cut);
            } else {
                json_string(redaction->writer, cut);
            }
        }
        break;
    case JSON_STRING:
        write_string(redaction, value->text, kind);
        break;
    case JSON_ARRAY:
        write_array(redaction, value, kind);
        break;
    case JSON_OBJECT:
        write_object(redaction, value, kind);
        break;
    }
}

void redact_json(struct json_writer *writer, const struct json *value, const struct redact_limits *limits)
{
    struct json_redaction redaction = {.writer = writer, .limits = limits, .start = writer->out->size};
    write_value(&redaction, value, TEXT(""));
}
