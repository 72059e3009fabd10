/* SPDX-License-Identifier: Apache-2.0 */
/* Text that others wrote, made fit to be shown: nothing in it moves a cursor, hides or reorders its
 * surroundings. */
#ifndef AEX_BASE_VISIBLE_H
#define AEX_BASE_VISIBLE_H

#include "base/builder.h"

/* Whether a character must not reach a terminal, or a reader, as it is: controls (line breaks and tabs too),
 * invisible characters, separators of lines, marks of direction (Unicode UAX 9), tags. */
bool visible_is_treacherous(uint32_t code_point);

/* Appends `text`. Line breaks become "\n"; control characters, bytes that are no UTF-8, invisible characters
 * and those that turn the direction of writing become "\xNN" and "\uNNNN". */
void builder_add_visible(struct builder *builder, struct text text);

#endif
