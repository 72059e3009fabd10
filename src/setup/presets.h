/* SPDX-License-Identifier: Apache-2.0 */
/* The policies that `aex init --policy` can write. */
#ifndef AEX_SETUP_PRESETS_H
#define AEX_SETUP_PRESETS_H

#include "base/text.h"

/* One policy to start from. All of them are as `aex fmt` writes them. */
struct preset {
    const char *name;    /* "strict"; of the default: "default" */
    const char *summary; /* one line, for --help */
    struct text policy;
};

/* The six statements of the language's own documents. */
extern const struct preset preset_default;

/* strict, work and open, from the tightest on; preset_count of them. */
extern const struct preset presets[];
extern const size_t preset_count;

/* The preset called `name`, the default's name included, or NULL. */
const struct preset *preset_find(struct text name);

#endif
