/* SPDX-License-Identifier: Apache-2.0 */
/* A task contract under the policy in force: what it asks for, what of that it would get, and what it would do.
 * The one piece of code behind aex.review_task and `aex review`. */
#ifndef AEX_ANALYSE_REVIEW_H
#define AEX_ANALYSE_REVIEW_H

#include "load/workspace.h"
#include "json/writer.h"

struct review {
    struct text task;             /* the contract's name, else its file's without ".aex" */
    struct text goal;             /* empty: none */
    struct text_vector requested; /* its use (allow) list, as written */
    struct text_vector denied;    /* its deny list */
    struct text_vector allow;     /* of policy and contract together; nothing when the contract is not valid */
    struct text_vector deny;
    struct text_vector confirm;
    bool has_budget;
    uint64_t budget;
    struct text_vector checks;     /* "patch is valid diff": conditions, in order, those of bodies included */
    struct text_vector make_steps; /* "make patch: diff from failure, sources" */
    bool is_valid;                 /* no errors in the document */
    struct text_vector
        warnings; /* requests that come to less or nothing, and what the document's check found */
};

/* Reviews the document `source`, which stands at `path` (absolute; `shown` is how a person would name it),
 * under the layers of `workspace`. Any text has a review. */
void review_contract(const struct workspace *workspace, struct text home, struct text path, struct text shown,
                     struct text source, struct arena *arena, struct review *ret_review);

/* {task, goal, requested, denied, effective{allow, deny, confirm, budget}, checks, makeSteps, valid, warnings}
 */
void review_json(struct json_writer *writer, const struct review *review);

#endif
