/* SPDX-License-Identifier: Apache-2.0 */
#include "scan.h"

#include <string.h>

static const char *skip_space(const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\t' || *at == '\r' || *at == '\n')) {
        at++;
    }
    return at;
}

/* `at` is behind the opening quote; the result behind the closing one, or `end`. */
static const char *skip_string(const char *at, const char *end)
{
    for (;;) {
        const char *quote = memchr(at, '"', (size_t)(end - at));
        if (quote == NULL) {
            return end;
        }
        size_t backslashes = 0;
        while (quote - backslashes > at && quote[-1 - (long)backslashes] == '\\') {
            backslashes++;
        }
        if (backslashes % 2 == 0) {
            return quote + 1;
        }
        at = quote + 1; /* an escaped quote: what is before it cannot escape another */
    }
}

static const char *skip_value(const char *at, const char *end)
{
    size_t depth = 0;
    while (at < end) {
        char byte = *at;
        if (byte == '"') {
            at = skip_string(at + 1, end);
        } else if (byte == '{' || byte == '[') {
            depth++;
            at++;
            continue;
        } else if (byte == '}' || byte == ']') {
            if (depth == 0) {
                return at;
            }
            depth--;
            at++;
        } else if (depth == 0 && (byte == ',' || byte == ' ' || byte == '\t' || byte == '\r')) {
            return at;
        } else {
            at++;
            continue;
        }
        if (depth == 0) {
            return at;
        }
    }
    return end;
}

bool span_member(struct span object, const char *name, struct span *ret_value)
{
    size_t size = strlen(name);
    const char *end = object.at + object.size;
    const char *at = skip_space(object.at, end);
    if (at == end || *at != '{') {
        return false;
    }
    at = skip_space(at + 1, end);
    while (at < end && *at == '"') {
        const char *key = at + 1;
        at = skip_string(key, end);
        bool is_wanted = (size_t)(at - key) == size + 1 && memcmp(key, name, size) == 0;
        at = skip_space(at, end);
        if (at == end || *at != ':') {
            return false;
        }
        const char *value = skip_space(at + 1, end);
        at = skip_value(value, end);
        if (is_wanted) {
            *ret_value = (struct span){value, (size_t)(at - value)};
            return at > value;
        }
        at = skip_space(at, end);
        if (at == end || *at != ',') {
            return false;
        }
        at = skip_space(at + 1, end);
    }
    return false;
}

bool span_path(struct span object, const char *path, struct span *ret_value)
{
    struct span value = object;
    while (*path != '\0') {
        char name[64];
        size_t size = strcspn(path, ".");
        if (size >= sizeof name) {
            return false;
        }
        memcpy(name, path, size);
        name[size] = '\0';
        if (!span_member(value, name, &value)) {
            return false;
        }
        path += size + (path[size] == '.');
    }
    *ret_value = value;
    return true;
}

bool span_is(struct span span, const char *text)
{
    return span.size == strlen(text) && memcmp(span.at, text, span.size) == 0;
}

long span_number(struct span span, long otherwise)
{
    long number = 0;
    if (span.size == 0 || span.size > 15) {
        return otherwise;
    }
    for (size_t i = 0; i < span.size; i++) {
        if (span.at[i] < '0' || span.at[i] > '9') {
            return otherwise;
        }
        number = number * 10 + (span.at[i] - '0');
    }
    return number;
}
