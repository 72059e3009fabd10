/* SPDX-License-Identifier: Apache-2.0 */
/* What the checks of a whole document share. */
#ifndef AEX_LANG_CONTRACT_H
#define AEX_LANG_CONTRACT_H

#include "lang/parser.h"
#include "lang/rules.h"

struct contract {
    const struct document *document;
    struct mistakes *mistakes;
    struct arena *arena;
    bool is_whole;             /* every statement was understood: what is missing was never there */
    struct rule_index allowed; /* what counts as allowed here, scopes aside */
    struct rule_index denied;  /* without a scope: denied as a whole */
    bool has_scoped_allow;
    struct names denied_scopes;  /* patterns with a scope, as written -> line; when an allow has one */
    struct names inputs;         /* of `need` */
    struct names bound;          /* known at the step that is looked at */
    struct names bound_anywhere; /* by any step */
    struct names mentioned;      /* inputs that a step mentions */
};

/* Warnings about the lists: AEX201 to AEX204, AEX207 to AEX209, AEX211, AEX213. */
void lint_boundary(struct contract *contract);

/* Warnings about one step, before what it binds is added to `bound`: AEX205, AEX210, AEX215. */
void lint_step(struct contract *contract, const struct statement *step);

/* Notes which inputs the step mentions. */
void lint_mentions(struct contract *contract, const struct statement *step);
/* AEX206, when all steps were noted. */
void lint_inputs(struct contract *contract);

/* The first part of `a.b.c`, without a `$` in front. */
struct text name_root(struct text path);

#endif
