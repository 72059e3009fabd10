/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes that nobody can guess. */
#ifndef AEX_OS_RANDOM_H
#define AEX_OS_RANDOM_H

#include <stddef.h>

#include "base/error.h"

/* Fills `bytes` from the kernel's generator (getrandom(2)). */
bool random_fill(void *bytes, size_t size, struct error *err);

#endif
