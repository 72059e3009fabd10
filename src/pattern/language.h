/* SPDX-License-Identifier: Apache-2.0 */
/* Inclusion and intersection of globs, for text and for paths given as lists of segments. */
#ifndef AEX_PATTERN_LANGUAGE_H
#define AEX_PATTERN_LANGUAGE_H

#include "base/text.h"

/* The most characters of a text glob, or segments of a path glob, that are compared. */
enum { LANGUAGE_MOST_ITEMS = 511 };

/* A path glob as its segments. */
struct segments {
    struct text items[LANGUAGE_MOST_ITEMS];
    size_t count;
};

/* Appends the segments of `glob`, leaving out empty ones and ".". False when there are too many or one is "..",
 * which no normalised path has. */
bool segments_add(struct segments *segments, struct text glob);

bool segments_cover(const struct segments *wide, const struct segments *narrow);
bool segments_overlap(const struct segments *a, const struct segments *b);

#endif
