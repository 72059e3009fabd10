/* SPDX-License-Identifier: Apache-2.0 */
#include "lang/scan.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct text scan_trim(struct text text)
{
    while (text.size > 0 && scan_is_blank(text.data[0])) {
        text.data++;
        text.size--;
    }
    while (text.size > 0 && scan_is_blank(text.data[text.size - 1])) {
        text.size--;
    }
    return text;
}

void scan_skip_blanks(struct scan *scan)
{
    while (scan->at < scan->text.size && scan_is_blank(scan->text.data[scan->at])) {
        scan->at++;
    }
}

bool scan_at_end(const struct scan *scan)
{
    return scan->at == scan->text.size;
}

bool scan_take_char(struct scan *scan, char c)
{
    if (scan_at_end(scan) || scan->text.data[scan->at] != c) {
        return false;
    }
    scan->at++;
    return true;
}

static bool is_one_of(char c, const char *characters)
{
    while (*characters != '\0' && *characters != c) {
        characters++;
    }
    return *characters != '\0';
}

struct text scan_take_word(struct scan *scan, const char *also)
{
    size_t start = scan->at;
    while (scan->at < scan->text.size) {
        char c = scan->text.data[scan->at];
        if (!scan_is_word(c) && !is_one_of(c, also)) {
            break;
        }
        scan->at++;
    }
    return text_slice(scan->text, start, scan->at);
}

bool scan_take_keyword(struct scan *scan, struct text keyword)
{
    struct text rest = text_after(scan->text, scan->at);
    if (!text_starts_with(rest, keyword) ||
        (rest.size > keyword.size && !scan_is_blank(rest.data[keyword.size]))) {
        return false;
    }
    scan->at += keyword.size;
    scan_skip_blanks(scan);
    return true;
}

struct text scan_rest(const struct scan *scan)
{
    return scan_trim(text_after(scan->text, scan->at));
}

/* ---- Quotes ---- */

/* The last character between `start` and `at` that is not blank, 0 when there is none. */
static char character_before(struct text text, size_t start, size_t at)
{
    while (at > start && scan_is_blank(text.data[at - 1])) {
        at--;
    }
    return at > start ? text.data[at - 1] : 0;
}

/* Where the quote at `at` closes, or TEXT_NOT_FOUND when it is an ordinary character of what begins at `start`.
 */
static size_t closing_quote(struct text text, size_t start, size_t at, char unclosed[2])
{
    char quote = text.data[at];
    char before = character_before(text, start, at);
    if (quote == '\'' && before != 0 && !is_one_of(before, "=:,[{(")) {
        return TEXT_NOT_FOUND;
    }
    char *missing = &unclosed[quote == '"' ? 0 : 1];
    if (*missing == quote) {
        return TEXT_NOT_FOUND;
    }
    size_t behind = text_find_char(text_after(text, at + 1), quote);
    if (behind == TEXT_NOT_FOUND) {
        *missing = quote;
        return TEXT_NOT_FOUND;
    }
    return at + 1 + behind;
}

void splitter_init(struct splitter *splitter, struct text text, bool groups_brackets)
{
    *splitter = (struct splitter){.text = text, .groups_brackets = groups_brackets};
}

/* What has a meaning in a list. */
static const bool is_special[UCHAR_MAX + 1] = {
    [','] = true, ['"'] = true, ['\''] = true, ['['] = true, ['{'] = true,
    ['('] = true, [']'] = true, ['}'] = true,  [')'] = true,
};

bool splitter_next(struct splitter *splitter, struct text *ret_part)
{
    if (splitter->is_over) {
        return false;
    }
    struct text text = splitter->text;
    size_t start = splitter->at;
    size_t depth = 0;
    size_t at = start;
    for (; at < text.size; at++) {
        char c = text.data[at];
        if (!is_special[(unsigned char)c]) {
            continue;
        }
        if (c == ',') {
            if (depth == 0) {
                break;
            }
        } else if (c == '"' || c == '\'') {
            size_t closing = closing_quote(text, start, at, splitter->unclosed);
            at = closing == TEXT_NOT_FOUND ? at : closing;
        } else if (splitter->groups_brackets && (c == '[' || c == '{' || c == '(')) {
            depth++;
        } else if (splitter->groups_brackets && depth > 0) {
            depth--;
        }
    }
    splitter->is_over = at == text.size;
    splitter->at = at + 1;
    *ret_part = scan_trim(text_slice(text, start, at));
    return true;
}

bool scan_braces(struct text line, size_t *depth)
{
    char unclosed[2] = {0, 0};
    for (size_t at = 0; at < line.size; at++) {
        char c = line.data[at];
        if (c == '"' || c == '\'') {
            size_t closing = closing_quote(line, 0, at, unclosed);
            at = closing == TEXT_NOT_FOUND ? at : closing;
        } else if (c == '{') {
            ++*depth;
        } else if (c == '}' && *depth > 0 && --*depth == 0) {
            return true;
        }
    }
    return false;
}

/* ---- Numbers ---- */

/* 0x, 0o and 0b, which take no sign in JavaScript. */
static bool radix_number(struct text digits, unsigned radix, double *ret_number)
{
    double value = 0;
    for (size_t i = 0; i < digits.size; i++) {
        char c = digits.data[i];
        unsigned digit = c >= '0' && c <= '9'   ? (unsigned)(c - '0')
                         : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10
                         : c >= 'A' && c <= 'F' ? (unsigned)(c - 'A') + 10
                                                : 99;
        if (digit >= radix) {
            return false;
        }
        value = value * radix + digit;
    }
    *ret_number = value;
    return digits.size > 0 && isfinite(value);
}

static size_t count_digits(struct text text, size_t from)
{
    size_t at = from;
    while (at < text.size && text.data[at] >= '0' && text.data[at] <= '9') {
        at++;
    }
    return at - from;
}

/* StrDecimalLiteral of ECMA-262, without Infinity. */
static bool is_decimal(struct text text)
{
    size_t at = text.size > 0 && (text.data[0] == '+' || text.data[0] == '-') ? 1 : 0;
    size_t whole = count_digits(text, at);
    at += whole;
    size_t fraction = 0;
    if (at < text.size && text.data[at] == '.') {
        fraction = count_digits(text, ++at);
        at += fraction;
    }
    if (whole + fraction == 0) {
        return false;
    }
    if (at < text.size && (text.data[at] == 'e' || text.data[at] == 'E')) {
        at++;
        at += at < text.size && (text.data[at] == '+' || text.data[at] == '-') ? 1 : 0;
        size_t exponent = count_digits(text, at);
        if (exponent == 0) {
            return false;
        }
        at += exponent;
    }
    return at == text.size;
}

bool scan_number(struct text text, double *ret_number)
{
    enum { LONGEST = 400 }; /* a double's longest exact spelling that is of any use */
    text = scan_trim(text);
    if (text.size == 0) {
        *ret_number = 0;
        return true;
    }
    if (text.size > 2 && text.data[0] == '0') {
        char radix = (char)(text.data[1] | 0x20);
        if (radix == 'x' || radix == 'o' || radix == 'b') {
            return radix_number(text_after(text, 2), radix == 'x' ? 16 : radix == 'o' ? 8 : 2, ret_number);
        }
    }
    if (text.size > LONGEST || !is_decimal(text)) {
        return false;
    }
    char spelled[LONGEST + 1];
    memcpy(spelled, text.data, text.size);
    spelled[text.size] = '\0';
    double value = strtod(spelled, NULL);
    if (!isfinite(value)) {
        return false;
    }
    *ret_number = value;
    return true;
}

void scan_add_lines(struct builder *out, struct text value)
{
    struct text line;
    bool is_first = true;
    while (text_next(&value, '\n', &line)) {
        builder_add_c(out, is_first ? "" : "\n");
        is_first = false;
        line.size -= text_ends_with(line, TEXT("\r"));
        builder_add(out, line);
    }
}
