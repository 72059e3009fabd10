/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the few entries of a long list that may match a text: by the whole scope when it has no wildcard, else
 * by what stands before its first or after its last one, whichever fewer others share. Texts are hashed once
 * from each end, and looked up at the lengths that occur. */
#include <assert.h>

#include "pattern/glob.h"
#include "pattern/host.h"
#include "pattern/unit.h"
#include "policy/internal.h"

enum {
    LONGEST_END = 255, /* longer literal ends are cut */
    WORD_BITS = 64,
    LENGTH_WORDS = (LONGEST_END + 1) / WORD_BITS,
    KINDS = SCOPE_TEXT + 1,
};

enum side { SIDE_WHOLE, SIDE_START, SIDE_END, SIDE_SEGMENT, SIDES };

struct scope_index {
    struct entry **table;
    size_t mask;
    struct entry *others;                         /* with neither end: always considered */
    uint64_t lengths[KINDS][SIDES][LENGTH_WORDS]; /* which occur */
    bool has_kind[KINDS];
};

/* What of a scope or text is compared: of hosts the name without case. */
static struct text indexed_part(enum scope_kind kind, struct text text)
{
    return kind == SCOPE_HOST ? host_split(text).name : text;
}

static uint64_t add_byte(uint64_t hash, enum scope_kind kind, char c)
{
    return text_hash_byte(hash, kind == SCOPE_HOST ? (char)unit_lower((unsigned char)c) : c);
}

static uint64_t finish(uint64_t hash, enum scope_kind kind, enum side side)
{
    hash = text_hash_byte(hash, (char)(kind * SIDES + side));
    return hash ^ (hash >> 29);
}

/* Where an entry can be found. */
struct place {
    enum side side;
    size_t length;
    uint64_t key;
};

static struct place place_at_start(const struct entry *entry, struct text text)
{
    struct place place = {.side = SIDE_WHOLE};
    uint64_t hash = TEXT_HASH_START;
    size_t length = 0;
    while (length < text.size && text.data[length] != '*' && text.data[length] != '?') {
        length++;
    }
    if (length < text.size) {
        place.side = SIDE_START;
        length = length > LONGEST_END ? LONGEST_END : length;
        // `/a/**` matches "/a" itself
        if (entry->kind == SCOPE_PATH && length > 0 && text.data[length - 1] == '/') {
            length--;
        }
    }
    for (size_t i = 0; i < length; i++) {
        hash = add_byte(hash, entry->kind, text.data[i]);
    }
    place.length = length;
    place.key = finish(hash, entry->kind, place.side);
    return place;
}

static struct place place_at_end(const struct entry *entry, struct text text)
{
    uint64_t hash = TEXT_HASH_START;
    size_t length = 0;
    while (length < text.size && length < LONGEST_END) {
        char c = text.data[text.size - 1 - length];
        if (c == '*' || c == '?') {
            break;
        }
        hash = add_byte(hash, entry->kind, c);
        length++;
    }
    return (struct place){SIDE_END, length, finish(hash, entry->kind, SIDE_END)};
}

// The segment behind the first wildcard that starts with most: "dir" in `/ws/**/dir*/*.c`.
static struct place place_in_segment(const struct entry *entry, struct text text)
{
    struct place place = {.side = SIDE_SEGMENT};
    struct text rest = text;
    struct text segment;
    bool is_behind = false;
    while (entry->kind == SCOPE_PATH && text_next(&rest, '/', &segment)) {
        uint64_t hash = TEXT_HASH_START;
        size_t length = 0;
        while (length < segment.size && segment.data[length] != '*' && segment.data[length] != '?') {
            if (length < LONGEST_END) {
                hash = add_byte(hash, entry->kind, segment.data[length]);
            }
            length++;
        }
        is_behind = is_behind || length < segment.size;
        length = length > LONGEST_END ? LONGEST_END : length;
        if (is_behind && length > place.length) {
            place.length = length;
            place.key = finish(hash, entry->kind, SIDE_SEGMENT);
        }
    }
    return place;
}

/* How many scopes share each place, roughly: different ones may fall together. */
struct crowd {
    uint32_t *counts;
    size_t mask;
};

static uint32_t *crowd_at(const struct crowd *crowd, const struct place *place)
{
    return &crowd->counts[place->key & crowd->mask];
}

enum { PLACES = 3 };

static size_t places_of(const struct entry *entry, struct place places[PLACES])
{
    struct text text = indexed_part(entry->kind, entry->glob);
    places[0] = place_at_start(entry, text);
    if (places[0].side == SIDE_WHOLE) {
        return 1;
    }
    places[1] = place_at_end(entry, text);
    places[2] = place_in_segment(entry, text);
    return PLACES;
}

static void insert(struct scope_index *index, struct entry *entry, const struct place *place)
{
    if (place->side != SIDE_WHOLE && place->length == 0) {
        entry->in_chain = index->others;
        index->others = entry;
        return;
    }
    struct entry **head = &index->table[place->key & index->mask];
    entry->key = place->key;
    entry->in_chain = *head;
    *head = entry;
    index->has_kind[entry->kind] = true;
    if (place->side != SIDE_WHOLE) {
        index->lengths[entry->kind][place->side][place->length / WORD_BITS] |= (uint64_t)1
                                                                               << (place->length % WORD_BITS);
    }
}

const struct scope_index *scope_index_new(const struct entry_list *list, struct arena *arena)
{
    size_t size = 16;
    while (size < list->count * 2) {
        size *= 2;
    }
    struct scope_index *index = ARENA_NEW(arena, struct scope_index);
    index->table = ARENA_ARRAY(arena, struct entry *, size);
    index->mask = size - 1;
    struct crowd crowd = {ARENA_ARRAY(arena, uint32_t, size), size - 1};
    struct place places[PLACES];
    for (const struct entry *entry = list->first; entry != NULL; entry = entry->next) {
        size_t count = places_of(entry, places);
        for (size_t i = 0; i < count; i++) {
            ++*crowd_at(&crowd, &places[i]);
        }
    }
    for (struct entry *entry = list->first; entry != NULL; entry = entry->next) {
        size_t count = places_of(entry, places);
        const struct place *best = &places[0];
        for (size_t i = 1; i < count; i++) {
            if (places[i].length > 0 &&
                (best->length == 0 || *crowd_at(&crowd, &places[i]) < *crowd_at(&crowd, best))) {
                best = &places[i];
            }
        }
        insert(index, entry, best);
    }
    return index;
}

static void visit_key(const struct scope_index *index, uint64_t key, index_visitor *consider, void *context)
{
    for (const struct entry *entry = index->table[key & index->mask]; entry != NULL; entry = entry->in_chain) {
        if (entry->key == key) {
            consider(entry, context);
        }
    }
}

static bool has_length(const struct scope_index *index, enum scope_kind kind, enum side side, size_t length)
{
    return length <= LONGEST_END &&
           (index->lengths[kind][side][length / WORD_BITS] >> (length % WORD_BITS) & 1) != 0;
}

static size_t longest_of(const struct scope_index *index, enum scope_kind kind, enum side side)
{
    for (size_t i = LENGTH_WORDS; i-- > 0;) {
        if (index->lengths[kind][side][i] != 0) {
            return i * WORD_BITS + (size_t)(WORD_BITS - 1 - __builtin_clzll(index->lengths[kind][side][i]));
        }
    }
    return 0;
}

void scope_index_visit_others(const struct scope_index *index, index_visitor *consider, void *context)
{
    for (const struct entry *entry = index->others; entry != NULL; entry = entry->in_chain) {
        consider(entry, context);
    }
}

static void visit_segments(const struct scope_index *index, struct text path, index_visitor *consider,
                           void *context)
{
    uint64_t hash = TEXT_HASH_START;
    size_t length = 0;
    for (size_t i = 0; i < path.size; i++) {
        if (path.data[i] == '/') {
            hash = TEXT_HASH_START;
            length = 0;
            continue;
        }
        hash = add_byte(hash, SCOPE_PATH, path.data[i]);
        length++;
        if (has_length(index, SCOPE_PATH, SIDE_SEGMENT, length)) {
            visit_key(index, finish(hash, SCOPE_PATH, SIDE_SEGMENT), consider, context);
        }
    }
}

void scope_index_visit(const struct scope_index *index, enum scope_kind kind, struct text text,
                       index_visitor *consider, void *context)
{
    assert(kind != SCOPE_NONE);
    if (!index->has_kind[kind]) {
        return;
    }
    struct text part = indexed_part(kind, text);
    uint64_t hash = TEXT_HASH_START;
    for (size_t i = 0; i < part.size; i++) {
        hash = add_byte(hash, kind, part.data[i]);
        if (has_length(index, kind, SIDE_START, i + 1)) {
            visit_key(index, finish(hash, kind, SIDE_START), consider, context);
        }
    }
    visit_key(index, finish(hash, kind, SIDE_WHOLE), consider, context);
    if (kind == SCOPE_PATH && longest_of(index, kind, SIDE_SEGMENT) > 0) {
        visit_segments(index, part, consider, context);
    }
    size_t longest = longest_of(index, kind, SIDE_END);
    hash = TEXT_HASH_START;
    for (size_t i = 0; i < part.size && i < longest; i++) {
        hash = add_byte(hash, kind, part.data[part.size - 1 - i]);
        if (has_length(index, kind, SIDE_END, i + 1)) {
            visit_key(index, finish(hash, kind, SIDE_END), consider, context);
        }
    }
}
