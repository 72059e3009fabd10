/* SPDX-License-Identifier: Apache-2.0 */
#include "redact/hints.h"

#include <endian.h>

#include "redact/kinds.h"

/* As little-endian processors load them. */
static uint32_t fold(const char *bytes)
{
    uint32_t four;
    memcpy(&four, bytes, sizeof four);
    four = le32toh(four);
    return four | UINT32_C(0x20202020); /* letters without case; what else becomes the same does no harm */
}

/* Pieces of names that tell: each name that secret_name_kind knows holds one. */
static const struct text name_pieces[] = {
    TEXT_INIT("pass"),   TEXT_INIT("pwd"),        TEXT_INIT("key"),           TEXT_INIT("token"),
    TEXT_INIT("secret"), TEXT_INIT("credential"), TEXT_INIT("authorization"),
};

static const struct text bearer = TEXT_INIT("bearer");
static const struct text curl = TEXT_INIT("curl");
static const struct text key_line = TEXT_INIT("-----BEGIN ");
static const struct text authority = TEXT_INIT("://");

static void add(struct hints *hints, struct text piece)
{
    char four[4] = {0};
    memcpy(four, piece.data, piece.size < sizeof four ? piece.size : sizeof four);
    if (piece.size >= sizeof four) {
        hint_set(hints, hint_hash(fold(four)));
        return;
    }
    for (int last = 0; last < 256; last++) {
        four[3] = (char)last;
        hint_set(hints, hint_hash(fold(four)));
    }
}

void hints_init(struct hints *hints)
{
    struct text prefix;
    memset(hints, 0, sizeof *hints);
    for (size_t i = 0; secret_token_prefix(i, &prefix); i++) {
        add(hints, prefix);
    }
    for (size_t i = 0; i < sizeof name_pieces / sizeof *name_pieces; i++) {
        add(hints, name_pieces[i]);
    }
    add(hints, bearer);
    add(hints, curl);
    add(hints, key_line);
    add(hints, authority);
}

static bool starts_with_ignoring_case(struct text text, struct text prefix)
{
    return text.size >= prefix.size && text_equal_ignoring_case(text_slice(text, 0, prefix.size), prefix);
}

/* Nothing is walked over further than this; what is longer may be anything. */
enum { FARTHEST = 256 };

/* A name with this piece at `at`: whether a value could follow, or an option's dashes stand before. */
static bool may_be_name(struct text text, size_t at)
{
    size_t limit = text.size - at > FARTHEST ? at + FARTHEST : text.size;
    size_t end = at;
    size_t start = at;
    while (end < limit && is_secret_name_char(text.data[end])) {
        end++;
    }
    while (end < limit && (text.data[end] == '"' || text.data[end] == '\'' || text.data[end] == '`' ||
                           text.data[end] == '\\' || text.data[end] == ' ' || text.data[end] == '\t')) {
        end++;
    }
    if (end == at + FARTHEST || (end < text.size && (text.data[end] == '=' || text.data[end] == ':'))) {
        return true;
    }
    while (start > 0 && at - start < FARTHEST && is_secret_name_char(text.data[start - 1])) {
        start--;
    }
    return at - start == FARTHEST ||
           (start + 1 < text.size && text.data[start] == '-' && text.data[start + 1] == '-');
}

static bool may_be_url(struct text text, size_t at)
{
    size_t limit = text.size - at > FARTHEST ? at + FARTHEST : text.size;
    for (size_t i = at + authority.size; i < limit; i++) {
        switch (text.data[i]) {
        case '@':
            return true;
        case '/':
        case '?':
        case '#':
        case '"':
        case '\'':
        case '`':
        case '<':
        case '>':
        case ' ':
        case '\t':
        case '\n':
        case '\r':
        case '\0':
            return false;
        default:
            break;
        }
    }
    return limit < text.size;
}

static bool may_begin(struct text text, size_t at)
{
    struct text rest = text_after(text, at);
    struct text kind;
    for (size_t i = 0; i < sizeof name_pieces / sizeof *name_pieces; i++) {
        if (starts_with_ignoring_case(rest, name_pieces[i])) {
            return may_be_name(text, at);
        }
    }
    if (text_starts_with(rest, authority)) {
        return may_be_url(text, at);
    }
    return starts_with_ignoring_case(rest, bearer) || text_starts_with(rest, curl) ||
           text_starts_with(rest, key_line) || secret_token_length(text, at, &kind) != 0;
}

bool hints_may_begin(const struct hints *hints, struct text text, size_t at)
{
    return text.size - at >= 4 && hint_is_set(hints, hint_hash(fold(text.data + at)));
}

/* One load and one branch for five places. */
bool hints_found(const struct hints *hints, struct text text)
{
    enum { STEP = 5 };
    size_t i = 0;
    for (; i + 8 <= text.size; i += STEP) {
        uint64_t eight;
        uint64_t hit = 0;
        memcpy(&eight, text.data + i, sizeof eight);
        eight = le64toh(eight) | UINT64_C(0x2020202020202020);
        for (size_t place = 0; place < STEP; place++) {
            uint32_t hash = hint_hash((uint32_t)(eight >> (8 * place)));
            hit |= hints->bits[hash >> 6] >> (hash & 63);
        }
        for (size_t place = 0; (hit & 1) != 0 && place < STEP; place++) {
            if (hints_may_begin(hints, text, i + place) && may_begin(text, i + place)) {
                return true;
            }
        }
    }
    for (; i + 4 <= text.size; i++) {
        if (hints_may_begin(hints, text, i) && may_begin(text, i)) {
            return true;
        }
    }
    return false;
}
