/* SPDX-License-Identifier: Apache-2.0 */
#include "support/property.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum {
    LONGEST_ITEM = 8,     /* draws deleted together with one from their count */
    MOST_DRAWS = 4096,    /* later draws of a case are 0 */
    MOST_SHRINKS = 20000, /* runs of the law spent on making a case smaller */
    CASE_MEMORY = 64 << 20,
};

struct draws {
    uint32_t values[MOST_DRAWS];
    size_t count;
};

struct property {
    struct arena arena;
    uint64_t random;              /* state of the generator; unused while replaying */
    const struct draws *replayed; /* NULL: draw new ones */
    struct draws drawn;
    bool is_shown;
    bool is_discarded;
};

/* SplitMix64 (Steele, Lea and Flood 2014): every seed is good. */
static uint64_t next_random(uint64_t *state)
{
    uint64_t mixed = *state += 0x9E3779B97F4A7C15U;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9U;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBU;
    return mixed ^ (mixed >> 31);
}

uint32_t property_draw(struct property *property, uint32_t below)
{
    size_t at = property->drawn.count;
    if (below <= 1 || at == MOST_DRAWS) {
        return 0;
    }
    uint32_t value;
    if (property->replayed == NULL) {
        value = (uint32_t)(next_random(&property->random) % below);
    } else {
        value = at < property->replayed->count ? property->replayed->values[at] : 0;
        if (value >= below) {
            value = below - 1;
        }
    }
    property->drawn.values[at] = value;
    property->drawn.count++;
    return value;
}

bool property_once_in(struct property *property, uint32_t times)
{
    return property_draw(property, times) == times - 1;
}

struct text property_text(struct property *property, const char *alphabet, size_t longest)
{
    uint32_t letters = (uint32_t)strlen(alphabet);
    char *data = arena_alloc(&property->arena, longest + 1);
    size_t size = 0;
    while (size < longest) {
        /* The end is one of the letters, so that deleting any draw shortens the text. */
        uint32_t letter = property_draw(property, letters + 1);
        if (letter == 0) {
            break;
        }
        data[size++] = alphabet[letter - 1];
    }
    data[size] = '\0';
    return (struct text){data, size};
}

struct arena *property_arena(struct property *property)
{
    return &property->arena;
}

void property_note(struct property *property, const char *format, ...)
{
    if (!property->is_shown) {
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    fputs("#   ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
}

bool property_discard(struct property *property)
{
    property->is_discarded = true;
    return true;
}

/* Runs the law on the given draws and leaves those it really made in property->drawn. */
static bool replay(struct property *property, property_law *law, const void *context, const struct draws *draws)
{
    property->replayed = draws;
    property->drawn.count = 0;
    property->is_discarded = false;
    arena_reset(&property->arena);
    return law(property, context);
}

/* Shorter is simpler, then smaller from the front. */
static bool is_simpler(const struct draws *a, const struct draws *b)
{
    if (a->count != b->count) {
        return a->count < b->count;
    }
    for (size_t i = 0; i < a->count; i++) {
        if (a->values[i] != b->values[i]) {
            return a->values[i] < b->values[i];
        }
    }
    return false;
}

struct shrink {
    struct property *property;
    property_law *law;
    const void *context;
    struct draws best;
    struct draws candidate;
    size_t runs;
};

/* Keeps the candidate when it still fails and is simpler. */
static bool try_candidate(struct shrink *shrink)
{
    if (shrink->runs == MOST_SHRINKS) {
        return false;
    }
    shrink->runs++;
    if (replay(shrink->property, shrink->law, shrink->context, &shrink->candidate) ||
        !is_simpler(&shrink->property->drawn, &shrink->best)) {
        return false;
    }
    shrink->best = shrink->property->drawn;
    return true;
}

static bool delete_draws(struct shrink *shrink)
{
    bool changed = false;
    for (size_t length = 16; length > 0; length /= 2) {
        for (size_t i = 0; i + length <= shrink->best.count;) {
            shrink->candidate.count = shrink->best.count - length;
            memcpy(shrink->candidate.values, shrink->best.values, i * sizeof(uint32_t));
            memcpy(shrink->candidate.values + i, shrink->best.values + i + length,
                   (shrink->candidate.count - i) * sizeof(uint32_t));
            if (try_candidate(shrink)) {
                changed = true;
            } else {
                i++;
            }
        }
    }
    return changed;
}

static bool lower_draws(struct shrink *shrink)
{
    bool changed = false;
    for (size_t i = 0; i < shrink->best.count; i++) {
        /* Try 0, then ever closer to what it was. */
        for (uint32_t step = shrink->best.values[i]; step > 0; step /= 2) {
            while (i < shrink->best.count && shrink->best.values[i] >= step) {
                shrink->candidate = shrink->best;
                shrink->candidate.values[i] -= step;
                if (!try_candidate(shrink)) {
                    break;
                }
                changed = true;
            }
        }
    }
    return changed;
}

/* A count often stands before what it counts: lower one draw and delete some others together. */
static bool lower_and_delete(struct shrink *shrink)
{
    bool changed = false;
    for (size_t length = 1; length <= LONGEST_ITEM; length++) {
        for (size_t i = 0; i < shrink->best.count; i++) {
            for (size_t j = i + 1; j + length <= shrink->best.count && shrink->best.values[i] > 0; j++) {
                shrink->candidate = shrink->best;
                shrink->candidate.values[i]--;
                shrink->candidate.count -= length;
                memmove(shrink->candidate.values + j, shrink->candidate.values + j + length,
                        (shrink->candidate.count - j) * sizeof(uint32_t));
                changed |= try_candidate(shrink);
            }
        }
    }
    return changed;
}

static void report(struct property *property, property_law *law, const void *context, const char *name,
                   uint64_t seed, size_t number)
{
    struct shrink *shrink = calloc(1, sizeof *shrink);
    if (shrink == NULL) {
        abort();
    }
    shrink->property = property;
    shrink->law = law;
    shrink->context = context;
    shrink->best = property->drawn;
    while (delete_draws(shrink) || lower_draws(shrink) || lower_and_delete(shrink)) {
    }
    fprintf(stderr, "# does not hold: %s\n#   case %zu of AEX_SEED=%" PRIu64 ", shrunk in %zu runs to", name,
            number, seed, shrink->runs);
    for (size_t i = 0; i < shrink->best.count; i++) {
        fprintf(stderr, " %" PRIu32, shrink->best.values[i]);
    }
    fputc('\n', stderr);
    shrink->candidate = shrink->best;
    property->is_shown = true;
    if (replay(property, law, context, &shrink->candidate)) {
        fprintf(stderr, "#   held when run again: the law depends on more than its draws\n");
    }
    property->is_shown = false;
    free(shrink);
}

static uint64_t choose_seed(void)
{
    const char *given = getenv("AEX_SEED");
    uint64_t seed = 0;
    if (given != NULL && text_to_u64(text_of(given), &seed)) {
        return seed;
    }
    if (getrandom(&seed, sizeof seed, 0) != (ssize_t)sizeof seed) {
        abort();
    }
    return seed;
}

bool property_holds(const char *name, size_t cases, property_law *law, const void *context)
{
    uint64_t seed = choose_seed();
    struct property *property = calloc(1, sizeof *property);
    if (property == NULL) {
        abort();
    }
    arena_init(&property->arena, CASE_MEMORY);
    property->random = seed;
    bool holds = true;
    size_t discarded = 0;
    for (size_t i = 0; holds && i < cases; i++) {
        holds = replay(property, law, context, NULL);
        discarded += property->is_discarded;
        if (!holds) {
            report(property, law, context, name, seed, i + 1);
        }
    }
    if (holds && discarded > cases / 10 * 9) {
        fprintf(stderr, "# proves little: %s: %zu of %zu cases were discarded (AEX_SEED=%" PRIu64 ")\n", name,
                discarded, cases, seed);
        holds = false;
    }
    arena_release(&property->arena);
    free(property);
    return holds;
}
