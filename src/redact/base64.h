/* SPDX-License-Identifier: Apache-2.0 */
/* Base64 (RFC 4648, section 4), as MCP embeds data; only for src/redact/. */
#ifndef AEX_REDACT_BASE64_H
#define AEX_REDACT_BASE64_H

#include "base/text.h"

/* The bytes; false for anything but whole groups of four of the standard alphabet. */
bool base64_decode(struct text text, struct arena *arena, struct text *ret_bytes);

struct text base64_encode(struct text bytes, struct arena *arena);

#endif
