/* SPDX-License-Identifier: Apache-2.0 */
/* Globs as regular languages: matching, inclusion and intersection, in bounded time for any input. */
#ifndef AEX_PATTERN_GLOB_H
#define AEX_PATTERN_GLOB_H

#include "base/arena.h"
#include "base/text.h"

/* Everywhere below a character is a code point; a byte that is not part of valid UTF-8 counts as one character.
 * Matching takes at most O(glob x text) steps. Inclusion and intersection are exact for text and host globs,
 * and for path globs except where only several segments together cover one; beyond 511 characters (or
 * segments) they give up. There is no escape: `*` and `?` are never ordinary characters, all others always. */

// Path globs are absolute (`/ws/repo/src/**`), paths absolute and normalised. `*` and `?` stay inside one
// segment, `**` as a whole segment stands for any number of them, none included.
bool glob_matches_path(struct text glob, struct text path);
/* Every path matched by `narrow` is matched by `wide`; false when it gives up. */
bool glob_covers_path(struct text wide, struct text narrow);
/* Some path is matched by both; true when it gives up. */
bool glob_overlaps_path(struct text a, struct text b);

/* Text globs: `*` any run of characters, `?` one of them. */
bool glob_matches_text(struct text glob, struct text text);
bool glob_covers_text(struct text wide, struct text narrow);
bool glob_overlaps_text(struct text a, struct text b);

/* Host globs with optional port; `host` is "name" or "name:port", IPv6 in brackets. ASCII case and one dot at
 * the end of the name do not matter. `*` crosses dots; a glob without port matches every port, a host without
 * port only such globs. */
bool glob_matches_host(struct text glob, struct text host);
/* The same, but a host without port may have any: for rules that deny. */
bool glob_may_match_host(struct text glob, struct text host);
bool glob_covers_host(struct text wide, struct text narrow);
bool glob_overlaps_host(struct text a, struct text b);

/* Whether the text has a `*` or `?`. */
bool glob_has_wildcard(struct text text);

/* The form in which deny and confirm rules compare paths: NFC, case folded (Unicode full folding) and without
 * default-ignorable code points, as ext4 and HFS+ ignore them, so that no spelling a case-insensitive or
 * normalising file system treats as the same slips past. Bytes that are no UTF-8 stay. Returns `text` itself
 * when nothing changes. */
struct text glob_fold(struct arena *arena, struct text text);

#endif
