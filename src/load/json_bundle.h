/* SPDX-License-Identifier: Apache-2.0 */
/* A JSON policy with every file that it extends, as one text: what a person accepts must not lean on files that
 * can change afterwards.
 *
 * A bundle is the policy's own text and then, for each file, a NUL, its absolute path, a NUL and its text. No
 * JSON holds a NUL, so a policy that extends nothing is its own bundle. */
#ifndef AEX_LOAD_JSON_BUNDLE_H
#define AEX_LOAD_JSON_BUNDLE_H

#include "base/error.h"
#include "base/text.h"

enum { JSON_BUNDLE_LEVELS = 8 }; /* how deep policies extend each other */

/* Reads every file that `source`, the policy at `path`, extends. A text that is no JSON is its own bundle: what
 * is wrong with it shows when it becomes a layer. Fails on a file that cannot be read, and when all together
 * are larger than LIMIT_DOCUMENT. */
bool json_bundle_make(struct text path, struct text source, struct arena *arena, struct text *ret_bundle,
                      struct error *err);

/* Takes the next text off `rest`, which was the bundle at first; `ret_path` is empty for the policy's own. */
bool json_bundle_next(struct text *rest, struct text *ret_path, struct text *ret_source);

/* The text of one extended file. False when the bundle does not hold it. */
bool json_bundle_find(struct text bundle, struct text path, struct text *ret_source);

/* What `extends` says in the file at `path`, as an absolute path. */
struct text json_bundle_path(struct text path, struct text extends, struct arena *arena);

#endif
