/* SPDX-License-Identifier: Apache-2.0 */
/* Just enough JSON for the instruments around the proxy: finding a member's bytes without building anything.
 * Knows nothing of the product's own parser, so that the two can disagree. */
#ifndef AEX_TESTS_MCP_SCAN_H
#define AEX_TESTS_MCP_SCAN_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes of somebody else's, not terminated. */
struct span {
    const char *at;
    size_t size;
};

/* The bytes of the value of the first member of `object` that is spelled `name`, without the space around them.
 * False when there is none, or when `object` is no object as far as it was read: nothing is validated beyond
 * what finding takes. */
bool span_member(struct span object, const char *name, struct span *ret_value);

/* The value at the end of a path of members, separated by dots: "params.arguments.size". */
bool span_path(struct span object, const char *path, struct span *ret_value);

bool span_is(struct span span, const char *text);

/* A whole number written plainly; `otherwise` for all else. */
long span_number(struct span span, long otherwise);

#endif
