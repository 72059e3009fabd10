/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AEX_TESTS_FUZZ_NOWHERE_H
#define AEX_TESTS_FUZZ_NOWHERE_H

#include "demand/demand.h"

/* A workspace that does not exist: what is fuzzed is the reading, not this machine's files. */
static const struct demand_context nowhere = {
    .root = TEXT_INIT("/nonexistent/ws"),
    .root_as_named = TEXT_INIT("/nonexistent/ws"),
    .working_folder = TEXT_INIT("/nonexistent/ws/src"),
    .home = TEXT_INIT("/nonexistent/home"),
    .state_folder = TEXT_INIT("/nonexistent/home/.local/state/aex"),
};

#endif
