/* SPDX-License-Identifier: Apache-2.0 */
/* Text that others wrote, made fit to be shown: nothing in it moves a cursor, hides or reorders its
 * surroundings. */
#ifndef AEX_BASE_VISIBLE_H
#define AEX_BASE_VISIBLE_H

#include "base/builder.h"

/* Appends `text`. Line breaks become "\n"; control characters, bytes that are no UTF-8, invisible characters
 * and those that turn the direction of writing become "\xNN" and "\uNNNN". */
void builder_add_visible(struct builder *builder, struct text text);

#endif
