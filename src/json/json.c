/* SPDX-License-Identifier: Apache-2.0 */
#include "json/json.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "base/vector.h"
#include "json/plain.h"

VECTOR_DECLARE(item_vector, struct json);
VECTOR_DECLARE(member_vector, struct json_member);

struct parser {
    struct text source;
    size_t at;
    size_t depth;
    bool has_fewest_escapes; /* in the string being read or just read: as writer.c would write it */
    struct arena *arena;
    struct error *err;
};

static bool parse_value(struct parser *parser, struct json *ret_value);

static bool fail(struct parser *parser, size_t offset, const char *mistake)
{
    size_t line = 1;
    size_t line_start = 0;
    for (size_t i = 0; i < offset && i < parser->source.size; i++) {
        if (parser->source.data[i] == '\n') {
            line++;
            line_start = i + 1;
        }
    }
    return error_set(parser->err, "JSON line %zu, column %zu: %s", line, offset - line_start + 1, mistake);
}

static bool at_end(const struct parser *parser)
{
    return parser->at == parser->source.size;
}

static char peek(const struct parser *parser)
{
    return at_end(parser) ? '\0' : parser->source.data[parser->at];
}

static void skip_space(struct parser *parser)
{
    while (!at_end(parser)) {
        char c = parser->source.data[parser->at];
        if (c != ' ' && c != '\n' && c != '\t' && c != '\r') {
            return;
        }
        parser->at++;
    }
}

static bool parse_literal(struct parser *parser, struct text word, enum json_type type, struct json *ret_value)
{
    if (!text_starts_with(text_after(parser->source, parser->at), word)) {
        return fail(parser, parser->at, "expected a value");
    }
    parser->at += word.size;
    ret_value->type = type;
    return true;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* One or more digits. */
static bool skip_digits(struct parser *parser)
{
    if (!is_digit(peek(parser))) {
        return fail(parser, parser->at, "a digit is missing in a number");
    }
    while (is_digit(peek(parser))) {
        parser->at++;
    }
    return true;
}

static bool parse_number(struct parser *parser, struct json *ret_value)
{
    size_t start = parser->at;
    if (peek(parser) == '-') {
        parser->at++;
    }
    if (peek(parser) == '0') {
        parser->at++;
        if (is_digit(peek(parser))) {
            return fail(parser, start, "a number may not start with 0");
        }
    } else if (!skip_digits(parser)) {
        return false;
    }
    if (peek(parser) == '.') {
        parser->at++;
        if (!skip_digits(parser)) {
            return false;
        }
    }
    if (peek(parser) == 'e' || peek(parser) == 'E') {
        parser->at++;
        if (peek(parser) == '+' || peek(parser) == '-') {
            parser->at++;
        }
        if (!skip_digits(parser)) {
            return false;
        }
    }
    ret_value->type = JSON_NUMBER;
    ret_value->text = text_slice(parser->source, start, parser->at);
    return true;
}

static int hex_value(char c)
{
    if (is_digit(c)) {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The four digits after \u. */
static bool parse_hex4(struct parser *parser, uint32_t *ret_value)
{
    uint32_t value = 0;
    for (int i = 0; i < 4; i++) {
        int digit = hex_value(peek(parser));
        if (digit < 0) {
            return fail(parser, parser->at, "\\u needs four hexadecimal digits");
        }
        value = value << 4 | (uint32_t)digit;
        parser->at++;
    }
    *ret_value = value;
    return true;
}

static bool parse_unicode_escape(struct parser *parser, struct builder *out)
{
    size_t start = parser->at;
    uint32_t unit = 0;
    if (!parse_hex4(parser, &unit)) {
        return false;
    }
    if (unit == 0) {
        return fail(parser, start, "NUL is not allowed in a string");
    }
    bool is_high = unit >= 0xD800 && unit <= 0xDBFF;
    if (is_high && text_starts_with(text_after(parser->source, parser->at), TEXT("\\u"))) {
        size_t before_second = parser->at;
        parser->at += 2;
        uint32_t second = 0;
        if (!parse_hex4(parser, &second)) {
            return false;
        }
        if (second >= 0xDC00 && second <= 0xDFFF) {
            unit = 0x10000 + ((unit - 0xD800) << 10) + (second - 0xDC00);
        } else {
            parser->at = before_second; /* a lone high surrogate; the next escape stands for itself */
        }
    }
    utf8_add(out, unit);
    return true;
}

static bool parse_escape(struct parser *parser, struct builder *out)
{
    static const char from[] = "\"\\nrt/bf";
    static const char to[] = "\"\\\n\r\t/\b\f";
    enum { WRITTEN_SO = 5 }; /* the others are written in another way */
    char c = peek(parser);
    if (c == 'u' && !at_end(parser)) {
        parser->at++;
        parser->has_fewest_escapes = false;
        return parse_unicode_escape(parser, out);
    }
    const char *found = c == '\0' ? NULL : strchr(from, c);
    if (found == NULL) {
        return fail(parser, parser->at, "unknown escape in a string");
    }
    parser->at++;
    parser->has_fewest_escapes = parser->has_fewest_escapes && found - from < WRITTEN_SO;
    builder_add_char(out, to[found - from]);
    return true;
}

/* Moves over plain characters, and checks them, up to a quote, a backslash or the end. */
static bool skip_plain(struct parser *parser)
{
    for (;;) {
        parser->at = plain_end(parser->source, parser->at);
        if (at_end(parser)) {
            return fail(parser, parser->at, "a string is not closed");
        }
        unsigned char c = (unsigned char)parser->source.data[parser->at];
        if (c == '"' || c == '\\') {
            return true;
        }
        if (c < 0x20) {
            return fail(parser, parser->at, "control characters must be escaped in a string");
        }
        if (c < 0x80) { /* DEL */
            parser->has_fewest_escapes = false;
            parser->at++;
            continue;
        }
        uint32_t code_point;
        size_t length = utf8_decode(parser->source, parser->at, &code_point);
        if (length == 0) {
            return fail(parser, parser->at, "invalid UTF-8");
        }
        parser->at += length;
    }
}

/* At least as many bytes as the string is long whose rest starts at `start`: those up to a quote that no
 * backslash stands before. */
static size_t longest_rest(const struct parser *parser, size_t start)
{
    struct text rest = text_after(parser->source, start);
    for (size_t end = 0;; end++) {
        size_t found = text_find_char(text_after(rest, end), '"');
        if (found == TEXT_NOT_FOUND) {
            return rest.size; /* not closed, or closed by a quote behind an escaped backslash */
        }
        end += found;
        if (end == 0 || rest.data[end - 1] != '\\') {
            return end;
        }
    }
}

static bool parse_string(struct parser *parser, struct text *ret_text)
{
    assert(peek(parser) == '"');
    size_t start = ++parser->at;
    parser->has_fewest_escapes = true;
    if (!skip_plain(parser)) {
        return false;
    }
    if (peek(parser) == '"') {
        *ret_text = text_slice(parser->source, start, parser->at++);
        return true;
    }
    struct builder out;
    builder_init_sized(&out, parser->arena, longest_rest(parser, start));
    for (;;) {
        builder_add(&out, text_slice(parser->source, start, parser->at));
        if (peek(parser) == '"') {
            parser->at++;
            *ret_text = builder_text(&out);
            return true;
        }
        parser->at++;
        if (!parse_escape(parser, &out)) {
            return false;
        }
        start = parser->at;
        if (!skip_plain(parser)) {
            return false;
        }
    }
}

static bool parse_array(struct parser *parser, struct json *ret_value)
{
    struct item_vector items = {0};
    parser->at++;
    skip_space(parser);
    bool done = peek(parser) == ']';
    while (!done) {
        struct json item;
        if (!parse_value(parser, &item)) {
            return false;
        }
        VECTOR_PUSH(parser->arena, &items, item);
        skip_space(parser);
        done = peek(parser) == ']';
        if (!done && peek(parser) != ',') {
            return fail(parser, parser->at, "expected , or ] in an array");
        }
        parser->at += !done;
    }
    parser->at++;
    ret_value->type = JSON_ARRAY;
    ret_value->items = items.items;
    ret_value->count = items.count;
    return true;
}

int json_compare_members(const void *a, const void *b)
{
    const struct json_member *const *left = a;
    const struct json_member *const *right = b;
    return text_compare((*left)->name, (*right)->name);
}

static bool fail_twice(struct parser *parser, const struct json_member *a, const struct json_member *b)
{
    return fail(parser, a->value.start > b->value.start ? a->value.start : b->value.start,
                "a member name is used twice in one object");
}

/* Up to here comparing each with each is faster than sorting. */
enum { FEW_MEMBERS = 8 };

static bool check_few(struct parser *parser, const struct member_vector *members)
{
    for (size_t i = 1; i < members->count; i++) {
        for (size_t j = 0; j < i; j++) {
            if (text_equal(members->items[i].name, members->items[j].name)) {
                return fail_twice(parser, &members->items[i], &members->items[j]);
            }
        }
    }
    return true;
}

/* Finds two members of one name; by sorting, so that no choice of names makes it quadratic. */
static bool check_duplicates(struct parser *parser, const struct member_vector *members)
{
    if (members->count <= FEW_MEMBERS) {
        return check_few(parser, members);
    }
    const struct json_member **sorted = arena_calloc(parser->arena, members->count, sizeof *sorted);
    for (size_t i = 0; i < members->count; i++) {
        sorted[i] = &members->items[i];
    }
    qsort(sorted, members->count, sizeof(struct json_member *), json_compare_members);
    for (size_t i = 1; i < members->count; i++) {
        if (text_equal(sorted[i - 1]->name, sorted[i]->name)) {
            return fail_twice(parser, sorted[i - 1], sorted[i]);
        }
    }
    return true;
}

static bool parse_member(struct parser *parser, struct json_member *ret_member)
{
    skip_space(parser);
    if (peek(parser) != '"') {
        return fail(parser, parser->at, "expected a member name in quotes");
    }
    if (!parse_string(parser, &ret_member->name)) {
        return false;
    }
    skip_space(parser);
    if (peek(parser) != ':') {
        return fail(parser, parser->at, "expected : after a member name");
    }
    parser->at++;
    return parse_value(parser, &ret_member->value);
}

static bool parse_object(struct parser *parser, struct json *ret_value)
{
    struct member_vector members = {0};
    parser->at++;
    skip_space(parser);
    bool done = peek(parser) == '}';
    while (!done) {
        struct json_member member;
        if (!parse_member(parser, &member)) {
            return false;
        }
        VECTOR_PUSH(parser->arena, &members, member);
        skip_space(parser);
        done = peek(parser) == '}';
        if (!done && peek(parser) != ',') {
            return fail(parser, parser->at, "expected , or } in an object");
        }
        parser->at += !done;
    }
    parser->at++;
    ret_value->type = JSON_OBJECT;
    ret_value->members = members.items;
    ret_value->count = members.count;
    return check_duplicates(parser, &members);
}

static bool parse_nested(struct parser *parser, struct json *ret_value)
{
    if (parser->depth == LIMIT_NESTING) {
        return fail(parser, parser->at, "nested too deeply");
    }
    parser->depth++;
    bool parsed = peek(parser) == '[' ? parse_array(parser, ret_value) : parse_object(parser, ret_value);
    parser->depth--;
    return parsed;
}

static bool parse_value(struct parser *parser, struct json *ret_value)
{
    skip_space(parser);
    struct json value = {.start = parser->at};
    bool parsed;
    switch (peek(parser)) {
    case '{':
    case '[':
        parsed = parse_nested(parser, &value);
        break;
    case '"':
        value.type = JSON_STRING;
        parsed = parse_string(parser, &value.text);
        value.quoted = parser->has_fewest_escapes ? parser->source.data + value.start : NULL;
        break;
    case 't':
        parsed = parse_literal(parser, TEXT("true"), JSON_TRUE, &value);
        break;
    case 'f':
        parsed = parse_literal(parser, TEXT("false"), JSON_FALSE, &value);
        break;
    case 'n':
        parsed = parse_literal(parser, TEXT("null"), JSON_NULL, &value);
        break;
    default:
        if (peek(parser) != '-' && !is_digit(peek(parser))) {
            return fail(parser, parser->at, at_end(parser) ? "the text ends too early" : "expected a value");
        }
        parsed = parse_number(parser, &value);
        break;
    }
    if (!parsed) {
        return false;
    }
    value.end = parser->at;
    *ret_value = value;
    return true;
}

bool json_parse(struct text source, struct arena *arena, struct json *ret_value, struct error *err)
{
    struct parser parser = {.source = source, .arena = arena, .err = err};
    struct json value;
    if (!parse_value(&parser, &value)) {
        return false;
    }
    skip_space(&parser);
    if (!at_end(&parser)) {
        return fail(&parser, parser.at, "more text after the value");
    }
    *ret_value = value;
    return true;
}

const struct json *json_get(const struct json *object, struct text name)
{
    if (object == NULL || object->type != JSON_OBJECT) {
        return NULL;
    }
    for (size_t i = 0; i < object->count; i++) {
        if (text_equal(object->members[i].name, name)) {
            return &object->members[i].value;
        }
    }
    return NULL;
}

bool json_has_variant(const struct json *object, struct text name)
{
    for (size_t i = 0; object != NULL && object->type == JSON_OBJECT && i < object->count; i++) {
        if (text_is_variant(object->members[i].name, name)) {
            return true;
        }
    }
    return false;
}

bool json_get_text(const struct json *object, struct text name, struct text *ret_text)
{
    const struct json *value = json_get(object, name);
    if (value == NULL || value->type != JSON_STRING) {
        return false;
    }
    *ret_text = value->text;
    return true;
}

bool json_get_u64(const struct json *object, struct text name, uint64_t *ret_value)
{
    const struct json *value = json_get(object, name);
    return value != NULL && value->type == JSON_NUMBER && text_to_u64(value->text, ret_value);
}

bool json_is_true(const struct json *object, struct text name)
{
    const struct json *value = json_get(object, name);
    return value != NULL && value->type == JSON_TRUE;
}

const char *json_type_name(enum json_type type)
{
    static const char *const names[] = {"null", "false", "true", "number", "string", "array", "object"};
    return names[type];
}
