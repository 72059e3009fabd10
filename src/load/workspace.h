/* SPDX-License-Identifier: Apache-2.0 */
/* Which policy is in force: the workspace's root, the files that say what is allowed, and the matcher made of
 * them. */
#ifndef AEX_LOAD_WORKSPACE_H
#define AEX_LOAD_WORKSPACE_H

#include "crypto/digest.h"
#include "lang/diagnostic.h"
#include "policy/policy.h"

/* What the operator said, and where. Empty texts were not given. */
struct workspace_options {
    struct text root;     /* --root: absolute or relative to `start` */
    struct text policy;   /* --policy: replaces only the workspace's own file */
    struct text contract; /* --contract */
    struct text start;    /* the folder things are relative to: absolute */
    struct text home;
    bool allows_no_policy; /* --allow-no-policy */
};

enum { WORKSPACE_LAYERS = 2 };

/* A policy in force. */
struct workspace {
    struct text root;          /* absolute, links resolved */
    struct text root_as_named; /* absolute, before that */
    struct layer layers[WORKSPACE_LAYERS];
    size_t layer_count;
    const struct policy *policy;
    struct text policy_file; /* as a person would name it; empty: none */
    struct text contract_file;
    struct text goal;                             /* the policy's, without quotes */
    struct text boundary_files[WORKSPACE_LAYERS]; /* what was loaded, absolute, links resolved */
    size_t boundary_file_count;
    struct digest digest; /* of all that was loaded */
};

/* The workspace's root: `named` when given, else `start` raised to the git repository it lies in. A nested
 * repository ends nothing when `named` is given. Fills root and root_as_named only. */
bool workspace_find_root(struct workspace *workspace, struct text named, struct text start, struct arena *arena,
                         struct error *err);

/* Loads and compiles. Every failure is one that must deny: no policy (naming `aex init --policy`), a file that
 * cannot be read, a mistake in it (naming file, line and code). workspace_find_root() must have been called. */
bool workspace_load(struct workspace *workspace, const struct workspace_options *options, struct arena *arena,
                    struct error *err);

#endif
