/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (unsigned char)(c - 'A' + 'a') : (unsigned char)c;
}

bool text_equal_ignoring_case(struct text a, struct text b)
{
    if (a.size != b.size) {
        return false;
    }
    for (size_t i = 0; i < a.size; i++) {
        if (lower(a.data[i]) != lower(b.data[i])) {
            return false;
        }
    }
    return true;
}

/* The letter in front of `rest`, folded into ASCII where it can be; `rest` goes on behind it. */
static unsigned char take_folded(struct text *rest)
{
    static const struct {
        struct text letter;
        unsigned char folded;
    } others[] = {{TEXT_INIT("\u017F"), 's'}, {TEXT_INIT("\u212A"), 'k'}};
    bool is_ascii = (rest->data[0] & 0x80) == 0;
    for (size_t i = 0; !is_ascii && i < sizeof others / sizeof others[0]; i++) {
        if (text_starts_with(*rest, others[i].letter)) {
            *rest = text_after(*rest, others[i].letter.size);
            return others[i].folded;
        }
    }
    unsigned char first = lower(rest->data[0]);
    *rest = text_after(*rest, 1);
    return first;
}

bool text_is_variant(struct text name, struct text meant)
{
    struct text a = name;
    struct text b = meant;
    while (a.size > 0 && b.size > 0) {
        if (take_folded(&a) != take_folded(&b)) {
            return false;
        }
    }
    return a.size == b.size && !text_equal(name, meant);
}

int text_compare(struct text a, struct text b)
{
    size_t shorter = a.size < b.size ? a.size : b.size;
    int order = shorter == 0 ? 0 : memcmp(a.data, b.data, shorter);
    if (order != 0) {
        return order;
    }
    return (a.size > b.size) - (a.size < b.size);
}

size_t text_find_last_char(struct text text, char wanted)
{
    const char *found = text.size == 0 ? NULL : memrchr(text.data, wanted, text.size);
    return found == NULL ? TEXT_NOT_FOUND : (size_t)(found - text.data);
}

size_t text_find(struct text text, struct text wanted)
{
    if (wanted.size == 0) {
        return 0;
    }
    if (text.size == 0) {
        return TEXT_NOT_FOUND;
    }
    const char *found = memmem(text.data, text.size, wanted.data, wanted.size);
    return found == NULL ? TEXT_NOT_FOUND : (size_t)(found - text.data);
}

bool text_contains(struct text text, struct text wanted)
{
    return text_find(text, wanted) != TEXT_NOT_FOUND;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool is_space(char c)
{
    return is_blank(c) || (c >= '\n' && c <= '\r');
}

static struct text trim(struct text text, bool (*is_trimmed)(char))
{
    size_t from = 0;
    size_t to = text.size;
    while (from < to && is_trimmed(text.data[from])) {
        from++;
    }
    while (to > from && is_trimmed(text.data[to - 1])) {
        to--;
    }
    return text_slice(text, from, to);
}

struct text text_trim(struct text text)
{
    return trim(text, is_blank);
}

struct text text_trim_space(struct text text)
{
    return trim(text, is_space);
}

bool text_next(struct text *rest, char separator, struct text *ret_part)
{
    if (rest->data == NULL) {
        return false;
    }
    size_t end = text_find_char(*rest, separator);
    if (end == TEXT_NOT_FOUND) {
        *ret_part = *rest;
        *rest = (struct text){NULL, 0};
        return true;
    }
    *ret_part = text_slice(*rest, 0, end);
    *rest = text_after(*rest, end + 1);
    return true;
}

struct text text_copy(struct arena *arena, struct text text)
{
    char *copy = arena_alloc(arena, text.size + 1);
    if (text.size != 0) {
        memcpy(copy, text.data, text.size);
    }
    copy[text.size] = '\0';
    return (struct text){copy, text.size};
}

const char *text_to_c(struct arena *arena, struct text text)
{
    return text_copy(arena, text).data;
}

bool text_has_nul(struct text text)
{
    return text_find_char(text, '\0') != TEXT_NOT_FOUND;
}

struct text text_format(struct arena *arena, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length < 0) {
        abort(); /* only a wrong format string gets here */
    }
    char *formatted = arena_alloc(arena, (size_t)length + 1);
    vsnprintf(formatted, (size_t)length + 1, format, again);
    va_end(again);
    return (struct text){formatted, (size_t)length};
}

bool text_to_u64(struct text text, uint64_t *ret_value)
{
    uint64_t value = 0;
    if (text.size == 0) {
        return false;
    }
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        if (c < '0' || c > '9' || __builtin_mul_overflow(value, 10U, &value) ||
            __builtin_add_overflow(value, (uint64_t)(c - '0'), &value)) {
            return false;
        }
    }
    *ret_value = value;
    return true;
}

uint64_t text_hash(struct text text)
{
    uint64_t hash = TEXT_HASH_START;
    for (size_t i = 0; i < text.size; i++) {
        hash = text_hash_byte(hash, text.data[i]);
    }
    return hash;
}

size_t text_edit_distance(struct text a, struct text b, size_t limit)
{
    enum { LONGEST = 64 };
    if (a.size > LONGEST || b.size > LONGEST) {
        return limit + 1;
    }
    size_t row[LONGEST + 1];
    for (size_t j = 0; j <= b.size; j++) {
        row[j] = j;
    }
    for (size_t i = 1; i <= a.size; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.size; j++) {
            size_t replace = diagonal + (a.data[i - 1] != b.data[j - 1]);
            size_t gap = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
            diagonal = row[j];
            row[j] = replace < gap ? replace : gap;
        }
    }
    return row[b.size] > limit ? limit + 1 : row[b.size];
}

struct text_closest text_closest_to(struct text word)
{
    return (struct text_closest){.word = word, .distance = word.size <= 4 ? 1 : 2, .found = {"", 0}};
}

void text_closest_try(struct text_closest *closest, struct text candidate)
{
    size_t distance = text_edit_distance(candidate, closest->word, closest->distance);
    if (distance < closest->distance || (distance == closest->distance && closest->found.size == 0)) {
        closest->distance = distance;
        closest->found = candidate;
    }
}
