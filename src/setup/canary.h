/* SPDX-License-Identifier: Apache-2.0 */
/* The real agent, started once with copies of the settings that hold it, in a scratch folder, with a model of
 * our own on loopback that asks it to touch a file no gate lets it touch: does the hook fire?
 *
 * The agent gets a home of its own, so that nothing of the person's is written and no key is in reach, and of
 * the settings only what concerns the gate: hooks of others become `true`, and whatever could run, fetch or
 * redirect something is left out. */
#ifndef AEX_SETUP_CANARY_H
#define AEX_SETUP_CANARY_H

#include "setup/doctor.h"

enum { CANARY_SECONDS = 60 };

/* The agent's program that doctor_try_canary would start: the first that was found outside of the workspace,
 * when a hook of ours was found in its configuration. NULL: there is nothing to try. */
const struct found_agent *doctor_canary_agent(const struct doctor *doctor, enum setup_agent agent);

/* Starts it, for CANARY_SECONDS at most, and adds the finding "hook-fires". `path` is $PATH: what an agent from
 * npm needs to be started with. */
void doctor_try_canary(struct doctor *doctor, const struct found_agent *found, struct text path);

/* ---- The parts ---- */

/* Where the agent works: all below one scratch folder, links resolved. */
struct canary_place {
    struct text folder;
    struct text project; /* the agent's working folder */
    struct text home;    /* its HOME, with .claude and .codex in it */
};

/* Copies the settings of the agent to the place. Adds to `left_out` the names of what was left out. */
bool canary_copy_settings(struct doctor *doctor, enum setup_agent agent, const struct canary_place *place,
                          struct text_vector *left_out, struct error *err);

#endif
