/* SPDX-License-Identifier: Apache-2.0 */
/* Known secrets, found wherever they occur; only for src/redact/. */
#ifndef AEX_REDACT_VALUES_H
#define AEX_REDACT_VALUES_H

#include "redact/message.h"
#include "redact/scan.h"

/* Adds the places of all known values, in order and apart from each other. Masks are passed over. `values` may
 * be NULL. */
void secret_values_find(const struct secret_values *values, struct text text, struct arena *arena,
                        struct secret_span_vector *spans);

#endif
