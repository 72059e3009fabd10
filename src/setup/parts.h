/* SPDX-License-Identifier: Apache-2.0 */
/* Which files an installation consists of, and what is to be ensured in each. */
#ifndef AEX_SETUP_PARTS_H
#define AEX_SETUP_PARTS_H

#include "setup/draft.h"
#include "setup/options.h"

/* One file's part in an installation. */
struct part {
    enum draft_format format;
    struct text path;
    /* `hooks` is the draft of the first part where the agent is Codex, else NULL: what is trusted is the place
     * of a hook in it. */
    bool (*ensure)(struct draft *draft, const struct setup_options *options, const struct draft *hooks,
                   struct text_vector *notes, struct error *err);
};

enum { MOST_PARTS = 4 };

/* The parts with these options, in the order in which they are written. */
size_t parts_list(const struct setup_options *options, struct arena *arena, struct part *parts);

#endif
