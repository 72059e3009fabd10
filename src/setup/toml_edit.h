/* SPDX-License-Identifier: Apache-2.0 */
/* Editing TOML by line: one key or block of lines changes, every other byte stays.
 *
 * Each edit reads the source before and after, and refuses what it would break or does not understand. Adding
 * and then removing the same gives the original bytes again. */
#ifndef AEX_SETUP_TOML_EDIT_H
#define AEX_SETUP_TOML_EDIT_H

#include "base/builder.h"
#include "setup/toml.h"

/* Gives the key at `path` the value (TOML text): replaces the value that is there, else adds a line to its
 * table, else adds the table at the end. Refuses a path that leads through an inline table, a value or an
 * array. */
bool toml_edit_set(struct text source, struct toml_path path, struct text value, struct arena *arena,
                   struct text *ret_source, struct error *err);

/* Removes the key's line, and with `and_table` its table's header too when no line is left under it. */
bool toml_edit_remove(struct text source, struct toml_path path, bool and_table, struct arena *arena,
                      struct text *ret_source, struct error *err);

/* Adds whole lines (each ended by a newline) at the end, after an empty line. */
bool toml_edit_add_block(struct text source, struct text block, struct arena *arena, struct text *ret_source,
                         struct error *err);

/* Takes the last such lines out again; an error when they are not there as they were added. */
bool toml_edit_remove_block(struct text source, struct text block, struct arena *arena, struct text *ret_source,
                            struct error *err);

#endif
