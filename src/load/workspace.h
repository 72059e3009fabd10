/* SPDX-License-Identifier: Apache-2.0 */
/* Which policy is in force: the workspace's root, the layers that say what is allowed, and the matcher made of
 * them.
 *
 * Layers, from the outside in: the administrator's (/etc/aex/policy.aex), the user's
 * (~/.config/aex/policy.aex), the workspace's own as a person accepted it and as it is on disk (load/trust.h),
 * and a task contract. Each judges on its own; together they only narrow. The scopes of the first two start at
 * the workspace's root like its own: their folders hold nothing a rule could be about. */
#ifndef AEX_LOAD_WORKSPACE_H
#define AEX_LOAD_WORKSPACE_H

#include "crypto/digest.h"
#include "policy/policy.h"

#define WORKSPACE_MANAGED_POLICY "/etc/aex/policy.aex"
#define WORKSPACE_USER_POLICY ".config/aex/policy.aex" /* in the home folder */

VECTOR_DECLARE(layer_vector, struct layer);

/* What the operator said, and where. Empty texts were not given. */
struct workspace_options {
    struct text policy;   /* --policy: replaces only the workspace's own file */
    struct text contract; /* --contract */
    struct text start;    /* the folder those are relative to: absolute */
    struct text home;
    struct text state_folder; /* where trust is kept: absolute */
    bool allows_no_policy;    /* --allow-no-policy */
    bool requires_trust; /* a policy that was never accepted is an error; where a person just looks it is not */
};

/* How the workspace's policy on disk stands to what a person accepted. */
enum workspace_trust {
    TRUST_NO_POLICY, /* there is none, and none was accepted */
    TRUST_OPERATOR,  /* it was named with --policy and lies outside the workspace: the operator's own */
    TRUST_ACCEPTED,  /* the same bytes */
    TRUST_CHANGED,   /* other bytes: both are in force */
    TRUST_DELETED,   /* gone from disk: the accepted ones are in force */
    TRUST_NEVER,     /* never accepted */
};

/* A policy in force. */
struct workspace {
    struct text root;          /* absolute, links resolved */
    struct text root_as_named; /* absolute, before that */
    struct layer_vector layers;
    const struct policy *policy;
    struct text policy_file;  /* the workspace's, as a person would name it; empty: none */
    struct text policy_path;  /* the same, absolute, links resolved */
    struct text policy_place; /* the same, absolute, links as they are named */
    struct text contract_file;
    enum workspace_trust trust;
    struct text_vector
        boundary_files;   /* what was loaded, absolute, links resolved; outer policies as named too */
    struct digest digest; /* of all that was loaded */
};

/* The workspace's root: `named` (relative to `start`) when given, else `start` raised to the git repository it
 * lies in. Fills root and root_as_named only. */
bool workspace_find_root(struct workspace *workspace, struct text named, struct text start, struct arena *arena,
                         struct error *err);

/* Loads and compiles. Every failure is one that must deny: no policy (naming `aex init --policy`), one never
 * accepted (naming the `aex trust` that does it), a file that cannot be read, a mistake in it (naming file,
 * line and code). The root must have been found. */
bool workspace_load(struct workspace *workspace, const struct workspace_options *options, struct arena *arena,
                    struct error *err);

/* Whether what the operator named can be loaded: the files of --policy and --contract are there, are readable
 * and hold no mistake. That nobody accepted the policy is no mistake of the operator's. The root must have been
 * found. */
bool workspace_check_named(const struct workspace *workspace, const struct workspace_options *options,
                           struct arena *arena, struct error *err);

/* Where the workspace's own policy is, or would be: fills policy_path, and `ret_source` when it exists: for a
 * JSON policy the bundle with all that it extends. False when something is there but cannot be read. */
bool workspace_find_policy(struct workspace *workspace, const struct workspace_options *options,
                           struct arena *arena, bool *ret_exists, struct text *ret_source, struct error *err);

/* One file as a layer of the given name. The format follows from the file's name: .json, else .aex. `source` is
 * a bundle for the former. */
bool workspace_make_layer(const struct workspace *workspace, struct text name, struct text path,
                          struct text source, struct text home, struct arena *arena, struct layer *ret_layer,
                          struct error *err);

#endif
