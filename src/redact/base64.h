/* SPDX-License-Identifier: Apache-2.0 */
/* Base64 (RFC 4648, sections 4 and 5), as MCP embeds data and as decoders take it; only for src/redact/. */
#ifndef AEX_REDACT_BASE64_H
#define AEX_REDACT_BASE64_H

#include "base/text.h"

/* How it was written. */
struct base64_form {
    bool is_url_safe; /* "-" and "_" in place of "+" and "/" */
    bool is_unpadded;
    bool is_pure; /* nothing else is in it but white space */
};

/* The bytes that a decoder would read, however lenient: both alphabets, with or without padding, whatever is
 * in neither passed over. So any text is read as something. */
struct text base64_decode(struct text text, struct arena *arena, struct base64_form *ret_form);

/* Without white space, and else in this form. */
struct text base64_encode(struct text bytes, const struct base64_form *form, struct arena *arena);

#endif
