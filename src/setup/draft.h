/* SPDX-License-Identifier: Apache-2.0 */
/* One configuration file being changed: its bytes before, its text now, and each change that led there, so that
 * the changes can be taken out again even after others have edited the file. */
#ifndef AEX_SETUP_DRAFT_H
#define AEX_SETUP_DRAFT_H

#include <sys/types.h>

#include "base/error.h"
#include "base/text.h"
#include "base/vector.h"
#include "json/writer.h"

enum draft_format { DRAFT_JSON, DRAFT_TOML };

enum change_kind {
    CHANGE_APPENDED, /* `value` became the last element of the array at the path */
    CHANGE_SET,      /* the path got `value`, where `was` stood before, or nothing */
    CHANGE_REMOVED,  /* `was` was taken away: something of ours in an older form */
    CHANGE_BLOCK,    /* `value` was added as whole lines at the end */
};

struct change {
    enum change_kind kind;
    const struct text *steps;
    size_t count;
    size_t depth; /* how many steps of the path existed already */
    struct text value;
    bool had_value;
    struct text was;
};

VECTOR_DECLARE(change_vector, struct change);

struct draft {
    enum draft_format format;
    struct text path;   /* as it is called */
    struct text target; /* links resolved: what is really written */
    bool existed;
    mode_t mode;
    struct text before; /* the bytes on disk; empty when there is no file */
    struct text text;   /* the bytes to be */
    struct change_vector changes;
    struct arena *arena;
};

/* Reads the file at `path` (absolute); a missing one is an empty draft. Refuses, with the reason, what is no
 * regular file, belongs to another user, is read-only, or is larger than a configuration. */
bool draft_open(struct draft *draft, enum draft_format format, struct text path, struct arena *arena,
                struct error *err);

/* Writes the text, in one step, unless the file has other bytes by now than the draft began with; makes its
 * folder. */
bool draft_write(const struct draft *draft, struct error *err);
/* The same check alone. */
bool draft_check_unchanged(const struct draft *draft, struct error *err);

/* The text as a tree; an empty file counts as an empty object. JSON only. */
bool draft_read_json(const struct draft *draft, struct json *ret_value, struct error *err);

/* Changes that are recorded. Values are JSON or TOML text, as the draft is. */
bool draft_append(struct draft *draft, const struct text *steps, size_t count, const struct text_vector *values,
                  struct error *err);
bool draft_set(struct draft *draft, const struct text *steps, size_t count, struct text value,
               struct error *err);
bool draft_remove(struct draft *draft, const struct text *steps, size_t count, struct error *err);
bool draft_add_block(struct draft *draft, struct text block, struct error *err);

/* Whether `value` is what the text `wanted` says in JSON, but for spelling. */
bool draft_is_same_value(struct arena *arena, const struct json *value, struct text wanted);

/* Takes the changes out of `text`, last first, each where it is still as it was made; what somebody changed
 * since stays. The result reads as before. */
struct text draft_undo(enum draft_format format, struct text text, const struct change_vector *changes,
                       struct arena *arena);

/* The changes as a JSON array, and back. */
void draft_write_changes(struct json_writer *writer, const struct change_vector *changes);
bool draft_read_changes(const struct json *array, struct arena *arena, struct change_vector *ret_changes);

#endif
