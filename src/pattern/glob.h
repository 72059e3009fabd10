/* SPDX-License-Identifier: Apache-2.0 */
/* Globs as regular languages: matching, inclusion and intersection, in bounded time for any input. */
#ifndef AEX_PATTERN_GLOB_H
#define AEX_PATTERN_GLOB_H

#include "base/arena.h"
#include "base/text.h"

// Path globs are absolute (`/ws/repo/src/**`), paths absolute and normalised.
bool glob_matches_path(struct text glob, struct text path);
/* Every path matched by `narrow` is matched by `wide`; false when it gives up. */
bool glob_covers_path(struct text wide, struct text narrow);
/* Some path is matched by both; true when it gives up. */
bool glob_overlaps_path(struct text a, struct text b);

/* Text globs: `*` any run of characters, `?` one code point. */
bool glob_matches_text(struct text glob, struct text text);
bool glob_covers_text(struct text wide, struct text narrow);
bool glob_overlaps_text(struct text a, struct text b);

/* Host globs with optional port; `host` is "name" or "name:port", lower case, IPv6 in brackets. */
bool glob_matches_host(struct text glob, struct text host);

/* The form in which deny and confirm rules compare paths: NFC, case folded (Unicode default folding), so that
 * no spelling a case-insensitive or normalising file system treats as the same slips past. Bytes that
 * are no UTF-8 stay. */
struct text glob_fold(struct arena *arena, struct text text);

#endif
