/* SPDX-License-Identifier: Apache-2.0 */
/* First files: the policy of a workspace, and a task contract to start from. Nothing is ever overwritten. */
#ifndef AEX_SETUP_SCAFFOLD_H
#define AEX_SETUP_SCAFFOLD_H

#include "base/error.h"
#include "base/text.h"
#include "setup/presets.h"

/* One file that was looked after. */
struct scaffold_file {
    struct text path; /* relative to the workspace's root */
    bool existed;     /* it was there, and stays as it was */
};

/* A policy's two and a task's three. */
enum { SCAFFOLD_FILES = 5 };

struct scaffold {
    struct scaffold_file files[SCAFFOLD_FILES];
    size_t count;
};

/* Writes .aex/policy.aex (the preset's) and .aex/.gitignore under `root`. */
bool scaffold_policy(struct text root, const struct preset *preset, struct scaffold *scaffold,
                     struct arena *arena, struct error *err);

/* Writes tasks/NAME.aex, tasks/NAME.inputs.json and tasks/NAME.policy.json. The name must be one of the
 * language's. */
bool scaffold_task(struct text root, struct text name, struct scaffold *scaffold, struct arena *arena,
                   struct error *err);

#endif
