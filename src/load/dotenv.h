/* SPDX-License-Identifier: Apache-2.0 */
/* The .env files of a workspace, whose values must not come back in what servers answer. */
#ifndef AEX_LOAD_DOTENV_H
#define AEX_LOAD_DOTENV_H

#include "base/error.h"
#include "base/text.h"

/* The contents of .env and .env.* directly in `root` (absolute), but for .env.example, .env.sample and
 * .env.template, in no order; links are not followed. What is larger than any such file is passed over. A root
 * without any gives none; fails only when the folder or one of the files cannot be read, with the others in
 * `ret_sources`. `ret_places` are the paths of all that was looked at, the root and files passed over included:
 * as long as none of these changes, the contents are the same. Both are set in any case. */
bool dotenv_read(struct text root, struct arena *arena, struct text_vector *ret_places,
                 struct text_vector *ret_sources, struct error *err);

#endif
