/* SPDX-License-Identifier: Apache-2.0 */
/* Putting agents under the gate, and taking them off again: first a plan, which only reads, then its
 * application. */
#ifndef AEX_SETUP_INSTALL_H
#define AEX_SETUP_INSTALL_H

#include "setup/manifest.h"
#include "setup/options.h"

enum plan_action {
    PLAN_KEEP,   /* the file is as it should be */
    PLAN_WRITE,  /* the file gets new bytes */
    PLAN_DELETE, /* the file goes: install had made it */
};

/* What happens to one file. */
struct plan_file {
    enum plan_action action;
    struct draft draft;
    struct manifest manifest; /* written before the file by install; removed after it by uninstall */
    struct manifest_vector
        heirs; /* uninstall: other installations that now own what they shared with this one */
};

VECTOR_DECLARE(plan_file_vector, struct plan_file);

struct plan {
    struct plan_file_vector files;
    struct text_vector notes; /* for the person, one line each */
};

/* Everything install would do. False, with the reason, when a file stands in the way; nothing is written then.
 */
bool install_plan(const struct setup_options *options, struct arena *arena, struct plan *ret_plan,
                  struct error *err);

/* Does it. The state folder exists. Stops at the first file that cannot be written; those before it stay. */
bool install_apply(const struct setup_options *options, struct plan *plan, struct arena *arena,
                   struct error *err);

/* Everything uninstall would do for the agent and scope: files that nobody changed since get the bytes from
 * before back; from others only what was added is taken. What another installation needs too (two projects of
 * Codex share the user's config.toml) stays, and is that one's to take from then on. */
bool uninstall_plan(const struct setup_options *options, struct arena *arena, struct plan *ret_plan,
                    struct error *err);
bool uninstall_apply(const struct setup_options *options, struct plan *plan, struct arena *arena,
                     struct error *err);

#endif
