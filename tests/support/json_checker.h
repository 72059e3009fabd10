/* SPDX-License-Identifier: Apache-2.0 */
/* Whether bytes are RFC 8259 JSON, decided by other means than src/json: one regular pass with a stack of
 * brackets. It knows nothing of duplicate names and refuses nothing for its size. */
#ifndef AEX_TESTS_SUPPORT_JSON_CHECKER_H
#define AEX_TESTS_SUPPORT_JSON_CHECKER_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* What the checker saw besides. */
struct json_checked {
    size_t deepest; /* nesting */
    bool has_nul;   /* \u0000 in a string */
    bool has_names; /* any object has two members or more */
};

/* Bytes of a character above ASCII, 0 when there is none: RFC 3629's table. */
static inline size_t json_checker_wide(const unsigned char *at, size_t left)
{
    unsigned char low = at[0] == 0xE0 ? 0xA0 : at[0] == 0xF0 ? 0x90 : 0x80;
    unsigned char high = at[0] == 0xED ? 0x9F : at[0] == 0xF4 ? 0x8F : 0xBF;
    size_t length = at[0] < 0xC2 ? 0 : at[0] < 0xE0 ? 2 : at[0] < 0xF0 ? 3 : at[0] < 0xF5 ? 4 : 0;
    if (length == 0 || left < length || at[1] < low || at[1] > high) {
        return 0;
    }
    for (size_t i = 2; i < length; i++) {
        if (at[i] < 0x80 || at[i] > 0xBF) {
            return 0;
        }
    }
    return length;
}

/* The bytes of the string that starts at `at`, quotes included; 0 when it is none. */
static inline size_t json_checker_string(const unsigned char *at, size_t left, struct json_checked *seen)
{
    for (size_t i = 1; i < left;) {
        if (at[i] == '"') {
            return i + 1;
        }
        if (at[i] == '\\' && left - i > 5 && at[i + 1] == 'u') {
            if (strspn((const char[]){(char)at[i + 2], (char)at[i + 3], (char)at[i + 4], (char)at[i + 5], '\0'},
                       "0123456789abcdefABCDEF") != 4) {
                return 0;
            }
            seen->has_nul = seen->has_nul || memcmp(at + i + 2, "0000", 4) == 0;
            i += 6;
        } else if (at[i] == '\\') {
            if (left - i < 2 || at[i + 1] == '\0' || strchr("\"\\/bfnrt", at[i + 1]) == NULL) {
                return 0;
            }
            i += 2;
        } else if (at[i] < 0x20) {
            return 0;
        } else {
            size_t length = at[i] < 0x80 ? 1 : json_checker_wide(at + i, left - i);
            if (length == 0) {
                return 0;
            }
            i += length;
        }
    }
    return 0;
}

/* The same for a number, a table of states: S(tart) M(inus) Z(ero) I(nteger) P(oint) F(raction) E X(sign)
 * D(igits). */
static inline size_t json_checker_number(const unsigned char *at, size_t left)
{
    static const char *const moves[128] = {
        ['S'] = "-M0Z1I", ['M'] = "0Z1I",     ['Z'] = ".PeE", ['I'] = "0I1I.PeE", ['P'] = "0F1F",
        ['F'] = "0F1FeE", ['E'] = "+X-X0D1D", ['X'] = "0D1D", ['D'] = "0D1D",
    };
    char state = 'S';
    size_t size = 0;
    while (size < left) {
        unsigned char c = at[size];
        char class = c >= '1' && c <= '9' ? '1' : c == 'E' ? 'e' : (char)c;
        const char *move = moves[(unsigned char)state];
        while (*move != '\0' && *move != class) {
            move += 2;
        }
        if (*move == '\0') {
            break;
        }
        state = move[1];
        size++;
    }
    return strchr("ZIFD", state) != NULL ? size : 0;
}

/* The bytes of one string, number or word at `at`; 0 when there is none. */
static inline size_t json_checker_scalar(const unsigned char *at, size_t left, struct json_checked *seen)
{
    static const char *const words[] = {"null", "true", "false"};
    if (at[0] == '"') {
        return json_checker_string(at, left, seen);
    }
    for (size_t i = 0; i < 3; i++) {
        if (left >= strlen(words[i]) && memcmp(at, words[i], strlen(words[i])) == 0) {
            return strlen(words[i]);
        }
    }
    return json_checker_number(at, left);
}

/* `size` is at most 4096: deeper nesting than that is not looked into, and refused. */
static inline bool json_checker(const unsigned char *bytes, size_t size, struct json_checked *seen)
{
    /* What may come next: V(alue), F(irst value or ]), N(ame), O(name or }), C(olon), A(fter a value),
     * Z(nothing). */
    char next = 'V';
    char stack[4096];
    size_t depth = 0;
    *seen = (struct json_checked){0};
    for (size_t at = 0; at < size;) {
        unsigned char c = bytes[at];
        size_t length = 1;
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
            at++;
            continue;
        }
        if ((next == 'V' || next == 'F') && (c == '[' || c == '{')) {
            if (depth == sizeof stack) {
                return false;
            }
            stack[depth++] = (char)c;
            seen->deepest = depth > seen->deepest ? depth : seen->deepest;
            next = c == '[' ? 'F' : 'O';
        } else if (depth > 0 && ((c == ']' && stack[depth - 1] == '[' && (next == 'A' || next == 'F')) ||
                                 (c == '}' && stack[depth - 1] == '{' && (next == 'A' || next == 'O')))) {
            next = --depth == 0 ? 'Z' : 'A';
        } else if (next == 'V' || next == 'F') {
            length = json_checker_scalar(bytes + at, size - at, seen);
            next = depth == 0 ? 'Z' : 'A';
        } else if ((next == 'N' || next == 'O') && c == '"') {
            length = json_checker_string(bytes + at, size - at, seen);
            next = 'C';
        } else if (next == 'C' && c == ':') {
            next = 'V';
        } else if (next == 'A' && c == ',') {
            next = stack[depth - 1] == '[' ? 'V' : 'N';
            seen->has_names = seen->has_names || next == 'N';
        } else {
            return false;
        }
        if (length == 0) {
            return false;
        }
        at += length;
    }
    return next == 'Z';
}

#endif
