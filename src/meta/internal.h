/* SPDX-License-Identifier: Apache-2.0 */
/* What the meta-tools share; only for src/meta/. */
#ifndef AEX_META_INTERNAL_H
#define AEX_META_INTERNAL_H

#include "meta/meta.h"

/* One call on its way to an answer. A tool writes the JSON of its result, and what the trail shall know of it.
 */
struct meta_work {
    const struct meta_context *context;
    const struct json *arguments; /* an object; never NULL */
    struct arena *arena;
    struct json_writer *result;  /* inside the result's object */
    struct json_writer *members; /* inside the event's object */
    const char *event;
    struct error *err;
};

/* A string argument. False with an error when it is no string, or missing although required. */
bool meta_argument(const struct meta_work *work, struct text name, bool is_required, struct text *ret_value);

/* session.c */
bool meta_save(struct meta_work *work);
bool meta_resume(struct meta_work *work);

/* tasks.c */
bool meta_list_tasks(struct meta_work *work);
bool meta_review_task(struct meta_work *work);

#endif
