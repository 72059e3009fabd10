/* SPDX-License-Identifier: Apache-2.0 */
/* Hosts and host globs taken apart: a name and perhaps a port. */
#ifndef AEX_PATTERN_HOST_H
#define AEX_PATTERN_HOST_H

#include "base/text.h"

struct host {
    struct text name; /* without one dot at its end; IPv6 with its brackets */
    struct text port; /* without leading zeros; empty when there is none */
};

struct host host_split(struct text text);

#endif
