/* SPDX-License-Identifier: Apache-2.0 */
/* Memory as the kernel gives it: in pages, one fault each. */
#ifndef AEX_BASE_PAGES_H
#define AEX_BASE_PAGES_H

#include <stddef.h>

/* Has the kernel put pages behind the whole pages of `memory` now, which takes it a fraction of what they cost
 * one by one when they are first written. Only speed depends on it: kernels before Linux 5.14 cannot, and that
 * is all right. */
void pages_make_present(void *memory, size_t size);

/* Has the kernel use large pages behind `memory` when it is first written, as far as whole ones fit. Only speed
 * depends on it. */
void pages_make_large(void *memory, size_t size);

#endif
