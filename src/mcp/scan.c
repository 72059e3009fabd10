/* SPDX-License-Identifier: Apache-2.0 */
#include "mcp/scan.h"

#include <endian.h>

enum state {
    BEFORE_MESSAGE,
    BEFORE_VALUE,
    BEFORE_ITEM, /* a value, or the array's end */
    BEFORE_NAME,
    BEFORE_FIRST_NAME, /* a name, or the object's end */
    BEFORE_COLON,
    BEHIND_VALUE, /* up to here between values: spaces may stand */
    IN_STRING,
    IN_ESCAPE,
    IN_HEX,
    IN_LITERAL,
    NUMBER_MINUS, /* what was read last in a number */
    NUMBER_ZERO,
    NUMBER_DIGITS,
    NUMBER_POINT,
    NUMBER_FRACTION,
    NUMBER_E,
    NUMBER_SIGN,
    NUMBER_EXPONENT,
    BEHIND_MESSAGE,
    BROKEN,
};

/* Members of a result that matter here. */
enum inner { INNER_NONE, INNER_RESULT_TYPE };

enum { NAME_TOO_LONG = MCP_SCAN_NAME + 1 };

/* In a captured name, for a folding letter that is written as an escape: a byte that no text has. */
#define FOLDING '\xFF'

static const struct text member_names[MEMBERS] = {
    TEXT_INIT("jsonrpc"), TEXT_INIT("id"),     TEXT_INIT("method"),
    TEXT_INIT("params"),  TEXT_INIT("result"), TEXT_INIT("error"),
};

void mcp_scan_init(struct mcp_scan *scan)
{
    *scan = (struct mcp_scan){.state = BEFORE_MESSAGE, .member = MEMBERS};
}

static bool fail(struct mcp_scan *scan, const char *mistake)
{
    scan->state = BROKEN;
    scan->mistake = mistake;
    return false;
}

static bool in_object(const struct mcp_scan *scan)
{
    return (scan->objects[(scan->depth - 1) / 64] >> ((scan->depth - 1) % 64) & 1) != 0;
}

static bool push(struct mcp_scan *scan, bool is_object)
{
    if (scan->depth == LIMIT_NESTING) {
        return fail(scan, "nested too deeply");
    }
    uint64_t bit = UINT64_C(1) << (scan->depth % 64);
    uint64_t *level = &scan->objects[scan->depth / 64];
    *level = is_object ? *level | bit : *level & ~bit;
    scan->depth++;
    scan->state = is_object ? BEFORE_FIRST_NAME : BEFORE_ITEM;
    return true;
}

/* Whether the name being read or just read belongs to the result's own members. */
static bool is_in_result(const struct mcp_scan *scan)
{
    return scan->depth == 2 && scan->member == MEMBER_RESULT;
}

static struct mcp_span *current_span(struct mcp_scan *scan)
{
    return scan->depth == 1 && scan->member != MEMBERS ? &scan->members[scan->member] : NULL;
}

static bool is_result_type(const struct mcp_scan *scan)
{
    return is_in_result(scan) && scan->inner == INNER_RESULT_TYPE;
}

/* A value starts at the byte `at`. */
static void begin_value(struct mcp_scan *scan, size_t at, char first)
{
    struct mcp_span *span = current_span(scan);
    if (is_result_type(scan)) {
        scan->result_type = first == '"' ? MCP_RESULT_NAMED : MCP_RESULT_OTHER;
    }
    if (span != NULL) {
        *span = (struct mcp_span){.is_there = true, .first = first, .start = at};
    }
}

/* A value ended before the byte `at`; the depth is that of what holds it. */
static void end_value(struct mcp_scan *scan, size_t at)
{
    struct mcp_span *span = scan->depth == 0 ? NULL : current_span(scan);
    if (span != NULL) {
        span->end = at;
    }
    scan->state = scan->depth == 0 ? BEHIND_MESSAGE : BEHIND_VALUE;
    if (scan->depth == 1) {
        scan->member = MEMBERS;
    } else if (scan->depth == 2) {
        scan->inner = INNER_NONE;
    }
}

static bool end_outer_name(struct mcp_scan *scan, struct text name)
{
    scan->member = MEMBERS;
    for (size_t i = 0; i < MEMBERS; i++) {
        if (!text_may_be_equal(name, member_names[i])) {
            continue;
        }
        if (!text_equal(name, member_names[i])) {
            if (text_equal_ignoring_case(name, member_names[i])) {
                return fail(scan, "a member differs from one of JSON-RPC in upper and lower case only");
            }
            continue;
        }
        if (scan->members[i].is_there) {
            return fail(scan, "a member name is used twice in one object");
        }
        scan->member = (uint8_t)i;
    }
    return true;
}

static bool end_result_name(struct mcp_scan *scan, struct text name)
{
    static const struct text result_type = TEXT_INIT("resultType");
    static const struct text input_requests = TEXT_INIT("inputRequests");
    static const struct text contents[] = {TEXT_INIT("content"), TEXT_INIT("structuredContent"),
                                           TEXT_INIT("contents"), TEXT_INIT("messages")};
    scan->inner = INNER_NONE;
    if (text_may_be_equal(name, result_type) && text_equal_ignoring_case(name, result_type)) {
        if (!text_equal(name, result_type) || scan->result_type != MCP_RESULT_UNTYPED) {
            return fail(scan, "a result says its type in two ways");
        }
        scan->result_type = MCP_RESULT_NAMED;
        scan->inner = INNER_RESULT_TYPE;
    }
    scan->has_input_requests = scan->has_input_requests || (text_may_be_equal(name, input_requests) &&
                                                            text_equal_ignoring_case(name, input_requests));
    scan->has_task = scan->has_task || text_equal(name, TEXT("task")) || text_equal(name, TEXT("taskId"));
    for (size_t i = 0; i < sizeof contents / sizeof contents[0]; i++) {
        scan->has_content = scan->has_content || text_equal(name, contents[i]);
    }
    return true;
}

bool mcp_has_folding_letter(struct text name)
{
    return !text_is_ascii(name) &&
           (text_contains(name, TEXT("\u017F")) || text_find_char(name, FOLDING) != TEXT_NOT_FOUND ||
            text_contains(name, TEXT("\u212A")));
}

static bool end_string(struct mcp_scan *scan, size_t at)
{
    struct text name = {scan->name, scan->name_size};
    if (scan->name_size == NAME_TOO_LONG) {
        name = TEXT("");
    }
    if (!scan->is_name) {
        if (is_result_type(scan)) {
            scan->result_type = text_equal(name, TEXT("complete")) ? MCP_RESULT_COMPLETE : MCP_RESULT_OTHER;
        }
        end_value(scan, at);
        return true;
    }
    scan->state = BEFORE_COLON;
    if (scan->depth == 1 || is_in_result(scan)) {
        if (mcp_has_folding_letter(name)) {
            return fail(scan, "a member is spelled with a letter that some take for another");
        }
        return scan->depth == 1 ? end_outer_name(scan, name) : end_result_name(scan, name);
    }
    return true;
}

/* Keeps the strings that are compared with something. */
static void add_to_name(struct mcp_scan *scan, struct text bytes)
{
    if (!scan->captures) {
        return;
    }
    if (scan->name_size > MCP_SCAN_NAME || bytes.size > MCP_SCAN_NAME - scan->name_size) {
        scan->name_size = NAME_TOO_LONG;
        return;
    }
    memcpy(scan->name + scan->name_size, bytes.data, bytes.size);
    scan->name_size += bytes.size;
}

static void begin_string(struct mcp_scan *scan, bool is_name)
{
    scan->state = IN_STRING;
    scan->is_name = is_name;
    scan->captures = (is_name && scan->depth <= 2) || is_result_type(scan);
    scan->name_size = 0;
}

/* Of a string: what does not mean itself, or is not ASCII. */
static bool is_special(uint8_t c)
{
    return c == '"' || c == '\\' || c < 0x20 || c >= 0x80;
}

typedef uint8_t block __attribute__((vector_size(16)));

/* 0xFF for each such byte. */
static block specials(const char *bytes)
{
    block next;
    memcpy(&next, bytes, sizeof next);
    return (block)((next == '"') | (next == '\\') | (next < 0x20) | (next >= 0x80));
}

static size_t skip_plain(struct text bytes, size_t at)
{
    for (; at + sizeof(block) <= bytes.size; at += sizeof(block)) {
        union {
            block block;
            uint64_t halves[2];
        } special = {.block = specials(bytes.data + at)};
        for (size_t i = 0; i < 2; i++) {
            if (special.halves[i] != 0) {
                return at + 8 * i + (size_t)__builtin_ctzll(le64toh(special.halves[i])) / 8;
            }
        }
    }
    while (at < bytes.size && !is_special((uint8_t)bytes.data[at])) {
        at++;
    }
    return at;
}

/* What stands behind a backslash, but for the u of \u0041. */
static bool is_escape(char c)
{
    switch (c) {
    case '"':
    case '\\':
    case '/':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
        return true;
    default:
        return false;
    }
}

/* The same with the escapes of one character between them: texts are full of line ends. */
static size_t skip_escaped(struct text bytes, size_t at)
{
    for (;;) {
        at = skip_plain(bytes, at);
        if (bytes.size - at < 2 || bytes.data[at] != '\\' || !is_escape(bytes.data[at + 1])) {
            return at;
        }
        at += 2;
    }
}

/* The first byte of a character outside ASCII: how many follow, and which the next may be (RFC 3629). */
static bool begin_character(struct mcp_scan *scan, uint8_t c)
{
    if (c < 0xC2 || c > 0xF4) {
        return fail(scan, "invalid UTF-8");
    }
    scan->utf8_left = c < 0xE0 ? 1 : c < 0xF0 ? 2 : 3;
    scan->utf8_low = c == 0xE0 ? 0xA0 : c == 0xF0 ? 0x90 : 0x80;
    scan->utf8_high = c == 0xED ? 0x9F : c == 0xF4 ? 0x8F : 0xBF;
    return true;
}

static bool continue_character(struct mcp_scan *scan, uint8_t c)
{
    if (c < scan->utf8_low || c > scan->utf8_high) {
        return fail(scan, "invalid UTF-8");
    }
    scan->utf8_left--;
    scan->utf8_low = 0x80;
    scan->utf8_high = 0xBF;
    return true;
}

/* Reads on in a string; *at moves behind what was read. */
static bool read_string(struct mcp_scan *scan, struct text bytes, size_t *at)
{
    size_t start = *at;
    if (scan->utf8_left == 0) {
        *at = scan->captures ? skip_plain(bytes, start) : skip_escaped(bytes, start);
        add_to_name(scan, text_slice(bytes, start, *at));
        if (*at == bytes.size) {
            return true;
        }
    }
    uint8_t c = (uint8_t)bytes.data[(*at)++];
    if (scan->utf8_left > 0 || c >= 0x80) {
        add_to_name(scan, text_slice(bytes, *at - 1, *at));
        return scan->utf8_left > 0 ? continue_character(scan, c) : begin_character(scan, c);
    }
    if (c == '"') {
        return end_string(scan, scan->offset + *at);
    }
    if (c == '\\') {
        scan->state = IN_ESCAPE;
        return true;
    }
    return fail(scan, "control characters must be escaped in a string");
}

static bool read_escape(struct mcp_scan *scan, char c)
{
    if (c == 'u') {
        scan->state = IN_HEX;
        scan->hex_left = 4;
        scan->hex_value = 0;
        return true;
    }
    if (!is_escape(c)) {
        return fail(scan, "unknown escape in a string");
    }
    /* None of the names that are looked for holds one of these. */
    add_to_name(scan, TEXT("\\"));
    scan->state = IN_STRING;
    return true;
}

static bool read_hex(struct mcp_scan *scan, char c)
{
    int digit;
    if (c >= '0' && c <= '9') {
        digit = c - '0';
    } else if (c >= 'a' && c <= 'f') {
        digit = c - 'a' + 10;
    } else if (c >= 'A' && c <= 'F') {
        digit = c - 'A' + 10;
    } else {
        return fail(scan, "\\u needs four hexadecimal digits");
    }
    scan->hex_value = (uint16_t)(scan->hex_value * 16 + digit);
    if (--scan->hex_left == 0) {
        bool folds = scan->hex_value == 0x017F || scan->hex_value == 0x212A;
        char letter = folds ? FOLDING : scan->hex_value < 0x80 ? (char)scan->hex_value : '\\';
        add_to_name(scan, (struct text){&letter, 1});
        scan->state = IN_STRING;
    }
    return true;
}

static bool begin_literal(struct mcp_scan *scan, const char *literal)
{
    scan->state = IN_LITERAL;
    scan->literal = literal;
    scan->literal_at = 1;
    return true;
}

static bool read_value(struct mcp_scan *scan, char c, size_t at)
{
    begin_value(scan, at, c);
    switch (c) {
    case '{':
    case '[':
        return push(scan, c == '{');
    case '"':
        begin_string(scan, false);
        return true;
    case 't':
        return begin_literal(scan, "true");
    case 'f':
        return begin_literal(scan, "false");
    case 'n':
        return begin_literal(scan, "null");
    case '-':
        scan->state = NUMBER_MINUS;
        return true;
    case '0':
        scan->state = NUMBER_ZERO;
        return true;
    default:
        scan->state = NUMBER_DIGITS;
        return (c >= '1' && c <= '9') || fail(scan, "expected a value");
    }
}

static bool read_literal(struct mcp_scan *scan, char c, size_t at)
{
    if (c != scan->literal[scan->literal_at]) {
        return fail(scan, "expected a value");
    }
    if (scan->literal[++scan->literal_at] == '\0') {
        end_value(scan, at + 1);
    }
    return true;
}

/* A byte inside a number, or the one behind it. */
static bool read_number(struct mcp_scan *scan, char c, size_t at, bool *ret_ended)
{
    bool is_digit = c >= '0' && c <= '9';
    bool is_e = c == 'e' || c == 'E';
    uint8_t state = scan->state;
    *ret_ended = false;
    if (state == NUMBER_MINUS && is_digit) {
        scan->state = c == '0' ? NUMBER_ZERO : NUMBER_DIGITS;
    } else if (state == NUMBER_DIGITS && is_digit) {
        return true;
    } else if ((state == NUMBER_ZERO || state == NUMBER_DIGITS) && c == '.') {
        scan->state = NUMBER_POINT;
    } else if ((state == NUMBER_POINT || state == NUMBER_FRACTION) && is_digit) {
        scan->state = NUMBER_FRACTION;
    } else if ((state == NUMBER_ZERO || state == NUMBER_DIGITS || state == NUMBER_FRACTION) && is_e) {
        scan->state = NUMBER_E;
    } else if (state == NUMBER_E && (c == '+' || c == '-')) {
        scan->state = NUMBER_SIGN;
    } else if ((state == NUMBER_E || state == NUMBER_SIGN || state == NUMBER_EXPONENT) && is_digit) {
        scan->state = NUMBER_EXPONENT;
    } else if (!is_digit && (state == NUMBER_ZERO || state == NUMBER_DIGITS || state == NUMBER_FRACTION ||
                             state == NUMBER_EXPONENT)) {
        *ret_ended = true;
        end_value(scan, at);
    } else {
        return fail(scan, "no number looks like this");
    }
    return true;
}

static bool close_level(struct mcp_scan *scan, size_t at)
{
    scan->depth--;
    end_value(scan, at + 1);
    return true;
}

/* A space between values. Some readers end a line at a carriage return, so that inside a message it could hide
 * another one: only at the end of all is it a space. */
static bool is_space(const struct mcp_scan *scan, char c)
{
    bool is_behind = scan->state == BEHIND_MESSAGE;
    bool is_between = scan->state <= BEHIND_VALUE || is_behind;
    return is_between && (c == ' ' || c == '\t' || c == '\n' || (c == '\r' && is_behind));
}

/* Reads one byte outside strings' plain text. `ret_stays`: it ended a number, and is to be read again. */
static bool read_byte(struct mcp_scan *scan, char c, size_t at, bool *ret_stays)
{
    *ret_stays = false;
    switch ((enum state)scan->state) {
    case BEFORE_MESSAGE:
        return c == '{' ? push(scan, true) : fail(scan, c == '[' ? "a batch" : "not a JSON object");
    case BEFORE_ITEM:
        return c == ']' ? close_level(scan, at) : read_value(scan, c, at);
    case BEFORE_VALUE:
        return read_value(scan, c, at);
    case BEFORE_FIRST_NAME:
    case BEFORE_NAME:
        if (c == '}' && scan->state == BEFORE_FIRST_NAME) {
            return close_level(scan, at);
        }
        begin_string(scan, true);
        return c == '"' || fail(scan, "expected a member name in quotes");
    case BEFORE_COLON:
        scan->state = BEFORE_VALUE;
        return c == ':' || fail(scan, "expected : after a member name");
    case BEHIND_VALUE:
        if (c == ',') {
            scan->state = in_object(scan) ? BEFORE_NAME : BEFORE_VALUE;
            return true;
        }
        return c == (in_object(scan) ? '}' : ']') ? close_level(scan, at) : fail(scan, "expected , or an end");
    case IN_ESCAPE:
        return read_escape(scan, c);
    case IN_HEX:
        return read_hex(scan, c);
    case IN_LITERAL:
        return read_literal(scan, c, at);
    case NUMBER_MINUS:
    case NUMBER_ZERO:
    case NUMBER_DIGITS:
    case NUMBER_POINT:
    case NUMBER_FRACTION:
    case NUMBER_E:
    case NUMBER_SIGN:
    case NUMBER_EXPONENT:
        return read_number(scan, c, at, ret_stays);
    case IN_STRING:
    case BEHIND_MESSAGE:
    case BROKEN:
        break;
    }
    return fail(scan, "more text after the value");
}

bool mcp_scan_feed(struct mcp_scan *scan, struct text bytes)
{
    size_t at = 0;
    bool fine = true;
    while (fine && at < bytes.size) {
        char c = bytes.data[at];
        if (scan->state == IN_STRING) {
            fine = read_string(scan, bytes, &at);
        } else if (c <= ' ' && is_space(scan, c)) {
            at++;
        } else {
            bool stays;
            fine = read_byte(scan, c, scan->offset + at, &stays);
            at += !stays;
        }
    }
    scan->offset += bytes.size;
    return fine;
}

bool mcp_scan_is_whole(const struct mcp_scan *scan)
{
    return scan->state == BEHIND_MESSAGE;
}

struct text mcp_scan_member(const struct mcp_scan *scan, struct text message, enum mcp_member member)
{
    const struct mcp_span *span = &scan->members[member];
    return span->end == 0 ? TEXT("") : text_slice(message, span->start, span->end);
}
