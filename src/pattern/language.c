/* SPDX-License-Identifier: Apache-2.0 */
/* A glob is a sequence of items: characters and stars in a text, segments and `**` in a path. Both levels use
 * the same two algorithms.
 *
 * Inclusion is the subset construction, walked along `narrow`: which positions of `wide` may be reached by
 * what was read. Fewer positions are harder to end well from, and a character that occurs in neither glob
 * reaches fewest; so for a wildcard of `narrow` only such a character need be tried, and of several sets
 * only the smallest need be kept.
 *
 * Intersection is reachability in the product of both sequences, which never runs backwards. */
#include "pattern/language.h"

#include <string.h>

#include "pattern/glob.h"
#include "pattern/host.h"
#include "pattern/unit.h"

enum {
    MOST_POSITIONS = LANGUAGE_MOST_ITEMS + 1,
    WORD_BITS = 64,
    WORDS = MOST_POSITIONS / WORD_BITS,
    MOST_SETS = 64,   /* sets kept at once; beyond it inclusion gives up */
    MOST_ROUNDS = 64, /* steps inside one star of `narrow` */
};

struct level {
    bool (*is_star)(const void *items, size_t i);
    /* Whether the item of `wide`, no star, takes all that the item of `narrow` stands for; a star stands for
     * any one item here. */
    bool (*covers)(const void *wide, size_t i, const void *narrow, size_t j);
    bool (*overlaps)(const void *a, size_t i, const void *b, size_t j); /* neither is a star */
};

struct sequence {
    const void *items;
    size_t count;
};

/* ---- Inclusion ---- */

struct positions {
    uint64_t words[WORDS];
};

struct antichain {
    struct positions sets[MOST_SETS];
    size_t count;
};

static void add_position(const struct level *level, struct sequence wide, size_t i, struct positions *set)
{
    set->words[i / WORD_BITS] |= (uint64_t)1 << (i % WORD_BITS);
    while (i < wide.count && level->is_star(wide.items, i)) {
        i++;
        set->words[i / WORD_BITS] |= (uint64_t)1 << (i % WORD_BITS);
    }
}

static bool has_position(const struct positions *set, size_t i)
{
    return (set->words[i / WORD_BITS] >> (i % WORD_BITS) & 1) != 0;
}

static bool is_subset(const struct positions *a, const struct positions *b)
{
    for (size_t i = 0; i < WORDS; i++) {
        if ((a->words[i] & ~b->words[i]) != 0) {
            return false;
        }
    }
    return true;
}

static struct positions step(const struct level *level, struct sequence wide, struct sequence narrow, size_t j,
                             const struct positions *from)
{
    struct positions to = {{0}};
    for (size_t i = 0; i < wide.count; i++) {
        if (!has_position(from, i)) {
            continue;
        }
        if (level->is_star(wide.items, i)) {
            add_position(level, wide, i, &to);
        } else if (level->covers(wide.items, i, narrow.items, j)) {
            add_position(level, wide, i + 1, &to);
        }
    }
    return to;
}

/* Returns whether the set was new. When there is no room `*ret_gave_up` is set. */
static bool keep(struct antichain *chain, const struct positions *set, bool *ret_gave_up)
{
    for (size_t i = 0; i < chain->count; i++) {
        if (is_subset(&chain->sets[i], set)) {
            return false;
        }
    }
    size_t kept = 0;
    for (size_t i = 0; i < chain->count; i++) {
        if (!is_subset(set, &chain->sets[i])) {
            chain->sets[kept++] = chain->sets[i];
        }
    }
    chain->count = kept;
    if (kept == MOST_SETS) {
        *ret_gave_up = true;
        return false;
    }
    chain->sets[chain->count++] = *set;
    return true;
}

/* A star of `narrow` may read any number of items: all sets on the way must end well. */
static bool pass_star(const struct level *level, struct sequence wide, struct sequence narrow, size_t j,
                      struct antichain *chain)
{
    bool gave_up = false;
    bool changed = true;
    for (size_t round = 0; changed && round < MOST_ROUNDS; round++) {
        changed = false;
        struct antichain before = *chain;
        for (size_t i = 0; i < before.count; i++) {
            struct positions next = step(level, wide, narrow, j, &before.sets[i]);
            changed |= keep(chain, &next, &gave_up);
        }
    }
    return !changed && !gave_up;
}

static void pass_item(const struct level *level, struct sequence wide, struct sequence narrow, size_t j,
                      struct antichain *chain)
{
    struct antichain after = {.count = 0};
    bool gave_up = false; /* there are never more sets after an item than before it */
    for (size_t i = 0; i < chain->count; i++) {
        struct positions next = step(level, wide, narrow, j, &chain->sets[i]);
        keep(&after, &next, &gave_up);
    }
    *chain = after;
}

static bool covers(const struct level *level, struct sequence wide, struct sequence narrow)
{
    struct antichain chain = {.count = 1};
    add_position(level, wide, 0, &chain.sets[0]);
    for (size_t j = 0; j < narrow.count; j++) {
        if (!level->is_star(narrow.items, j)) {
            pass_item(level, wide, narrow, j, &chain);
        } else if (!pass_star(level, wide, narrow, j, &chain)) {
            return false;
        }
    }
    for (size_t i = 0; i < chain.count; i++) {
        if (!has_position(&chain.sets[i], wide.count)) {
            return false;
        }
    }
    return true;
}

/* ---- Intersection ---- */

static bool is_star_at(const struct level *level, struct sequence sequence, size_t i)
{
    return i < sequence.count && level->is_star(sequence.items, i);
}

static bool overlaps(const struct level *level, struct sequence a, struct sequence b)
{
    /* row[j]: both have read the same and stand at i and j. */
    bool rows[2][MOST_POSITIONS] = {{false}};
    for (size_t i = 0; i <= a.count; i++) {
        bool *row = rows[i % 2];
        const bool *above = rows[(i + 1) % 2];
        bool star_here = is_star_at(level, a, i);
        bool star_above = i > 0 && is_star_at(level, a, i - 1);
        for (size_t j = 0; j <= b.count; j++) {
            bool star_left = j > 0 && is_star_at(level, b, j - 1);
            row[j] = (i == 0 && j == 0) || (j > 0 && row[j - 1] && (star_left || star_here)) ||
                     (i > 0 && above[j] && (star_above || is_star_at(level, b, j))) ||
                     (i > 0 && j > 0 && above[j - 1] && !star_above && !star_left &&
                      level->overlaps(a.items, i - 1, b.items, j - 1));
        }
    }
    return rows[a.count % 2][b.count];
}

/* ---- Characters ---- */

enum {
    ANY_UNIT = UNIT_INVALID + 0x100,
    STAR_UNIT,
};

struct units {
    uint32_t items[LANGUAGE_MOST_ITEMS];
    size_t count;
};

/* Wildcards that stand together are sorted, `?` first, and repeated stars dropped: the same language from
 * fewer positions. False when there are too many. */
static bool units_of(struct text glob, bool ignore_case, struct units *ret_units)
{
    size_t count = 0;
    for (size_t offset = 0; offset < glob.size;) {
        uint32_t unit;
        offset += unit_at(glob, offset, &unit);
        unit = unit == '*' ? (uint32_t)STAR_UNIT : unit == '?' ? (uint32_t)ANY_UNIT : unit;
        bool after_star = count > 0 && ret_units->items[count - 1] == STAR_UNIT;
        if (after_star && unit == STAR_UNIT) {
            continue;
        }
        if (count == LANGUAGE_MOST_ITEMS) {
            return false;
        }
        if (after_star && unit == ANY_UNIT) {
            ret_units->items[count - 1] = ANY_UNIT;
            unit = STAR_UNIT;
        }
        ret_units->items[count++] = ignore_case ? unit_lower(unit) : unit;
    }
    ret_units->count = count;
    return true;
}

static bool unit_is_star(const void *items, size_t i)
{
    return ((const uint32_t *)items)[i] == STAR_UNIT;
}

static bool unit_covers(const void *wide, size_t i, const void *narrow, size_t j)
{
    uint32_t unit = ((const uint32_t *)wide)[i];
    return unit == ANY_UNIT || unit == ((const uint32_t *)narrow)[j];
}

static bool unit_overlaps(const void *a, size_t i, const void *b, size_t j)
{
    return unit_covers(a, i, b, j) || unit_covers(b, j, a, i);
}

static const struct level unit_level = {unit_is_star, unit_covers, unit_overlaps};

static bool units_cover(const struct units *wide, const struct units *narrow)
{
    return covers(&unit_level, (struct sequence){wide->items, wide->count},
                  (struct sequence){narrow->items, narrow->count});
}

static bool units_overlap(const struct units *a, const struct units *b)
{
    return overlaps(&unit_level, (struct sequence){a->items, a->count}, (struct sequence){b->items, b->count});
}

bool glob_covers_text(struct text wide, struct text narrow)
{
    struct units wide_units;
    struct units narrow_units;
    if (!glob_has_wildcard(narrow)) {
        return glob_matches_text(wide, narrow);
    }
    return units_of(wide, false, &wide_units) && units_of(narrow, false, &narrow_units) &&
           units_cover(&wide_units, &narrow_units);
}

bool glob_overlaps_text(struct text a, struct text b)
{
    struct units a_units;
    struct units b_units;
    if (!glob_has_wildcard(a)) {
        return glob_matches_text(b, a);
    }
    if (!glob_has_wildcard(b)) {
        return glob_matches_text(a, b);
    }
    return !units_of(a, false, &a_units) || !units_of(b, false, &b_units) || units_overlap(&a_units, &b_units);
}

/* ---- Hosts ---- */

bool glob_covers_host(struct text wide, struct text narrow)
{
    struct host wide_host = host_split(wide);
    struct host narrow_host = host_split(narrow);
    struct units wide_units;
    struct units narrow_units;
    /* A glob without port also matches hosts without one, which no glob with a port does. */
    bool port_fits = wide_host.port.size == 0 ||
                     (narrow_host.port.size != 0 && glob_covers_text(wide_host.port, narrow_host.port));
    return port_fits && units_of(wide_host.name, true, &wide_units) &&
           units_of(narrow_host.name, true, &narrow_units) && units_cover(&wide_units, &narrow_units);
}

bool glob_overlaps_host(struct text a, struct text b)
{
    struct host a_host = host_split(a);
    struct host b_host = host_split(b);
    struct units a_units;
    struct units b_units;
    if (a_host.port.size != 0 && b_host.port.size != 0 && !glob_overlaps_text(a_host.port, b_host.port)) {
        return false;
    }
    return !units_of(a_host.name, true, &a_units) || !units_of(b_host.name, true, &b_units) ||
           units_overlap(&a_units, &b_units);
}

/* ---- Segments ---- */

bool segments_add(struct segments *segments, struct text glob)
{
    struct text rest = glob;
    struct text segment;
    while (text_next(&rest, '/', &segment)) {
        if (segment.size == 0 || text_equal(segment, TEXT("."))) {
            continue;
        }
        if (segments->count == LANGUAGE_MOST_ITEMS || text_equal(segment, TEXT(".."))) {
            return false;
        }
        segments->items[segments->count++] = segment;
    }
    return true;
}

static bool segment_is_star(const void *items, size_t i)
{
    return text_equal(((const struct text *)items)[i], TEXT("**"));
}

/* No segment is empty, so one of stars alone stands for at least one character. */
static struct text without_empty(struct text segment)
{
    for (size_t i = 0; i < segment.size; i++) {
        if (segment.data[i] != '*') {
            return segment;
        }
    }
    return TEXT("?*");
}

static bool segment_covers(const void *wide, size_t i, const void *narrow, size_t j)
{
    struct text wide_segment = without_empty(((const struct text *)wide)[i]);
    struct text narrow_segment = without_empty(((const struct text *)narrow)[j]);
    return glob_covers_text(wide_segment, narrow_segment);
}

static bool segment_overlaps(const void *a, size_t i, const void *b, size_t j)
{
    return glob_overlaps_text(((const struct text *)a)[i], ((const struct text *)b)[j]);
}

static const struct level segment_level = {segment_is_star, segment_covers, segment_overlaps};

bool segments_cover(const struct segments *wide, const struct segments *narrow)
{
    return covers(&segment_level, (struct sequence){wide->items, wide->count},
                  (struct sequence){narrow->items, narrow->count});
}

bool segments_overlap(const struct segments *a, const struct segments *b)
{
    return overlaps(&segment_level, (struct sequence){a->items, a->count},
                    (struct sequence){b->items, b->count});
}

bool glob_covers_path(struct text wide, struct text narrow)
{
    struct segments wide_segments = {.count = 0};
    struct segments narrow_segments = {.count = 0};
    return segments_add(&wide_segments, wide) && segments_add(&narrow_segments, narrow) &&
           segments_cover(&wide_segments, &narrow_segments);
}

bool glob_overlaps_path(struct text a, struct text b)
{
    struct segments a_segments = {.count = 0};
    struct segments b_segments = {.count = 0};
    return !segments_add(&a_segments, a) || !segments_add(&b_segments, b) ||
           segments_overlap(&a_segments, &b_segments);
}
