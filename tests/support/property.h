/* SPDX-License-Identifier: Apache-2.0 */
/* Laws checked on generated cases: seeded, with failing cases shrunk to a small one before they are shown.
 *
 * A case is built from draws. The draws of a failing case are recorded and then made shorter and smaller, as
 * Hypothesis does, so generators need no shrinkers of their own: let 0 be the simplest choice everywhere. */
#ifndef AEX_TESTS_SUPPORT_PROPERTY_H
#define AEX_TESTS_SUPPORT_PROPERTY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/text.h"

struct property;

/* A law: builds one case from draws and says whether it holds there. Must do the same for the same draws. */
typedef bool property_law(struct property *property, const void *context);

/* Tries `law` on `cases` cases. On a failure prints the smallest failing case found, what the law noted about
 * it, and the seed, and returns false. The seed is AEX_SEED from the environment, or a random one. Typical use:
 * assert_true(property_holds("merge commutes", 2000, merge_commutes, NULL)). */
bool property_holds(const char *name, size_t cases, property_law *law, const void *context);

/* A number in [0, below); 0 when `below` is 0 or 1. */
uint32_t property_draw(struct property *property, uint32_t below);

/* True once in `times` cases. */
bool property_once_in(struct property *property, uint32_t times);

/* Up to `longest` characters out of `alphabet`. */
struct text property_text(struct property *property, const char *alphabet, size_t longest);

/* Memory of this one case. */
struct arena *property_arena(struct property *property);

/* Says something about the case; printed only for the smallest failing one. */
void property_note(struct property *property, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Says that the case is none: it counts as holding. A law whose cases are nearly all none proves nothing, so
 * property_holds fails when more than nine of ten were. Returns true: `return property_discard(property)`. */
bool property_discard(struct property *property);

#endif
