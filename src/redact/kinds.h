/* SPDX-License-Identifier: Apache-2.0 */
/* What secrets look like: the tables of token shapes and of telling names. */
#ifndef AEX_REDACT_KINDS_H
#define AEX_REDACT_KINDS_H

#include "base/text.h"

/* The length of the token that starts at `offset`, or 0. The byte before must not be a letter or digit, which
 * is the caller's to check. Looks at no byte twice when asked at successive offsets of an unmatched text, up to
 * a constant. */
size_t secret_token_length(struct text text, size_t offset, struct text *ret_kind);

/* The beginnings of all tokens that secret_token_length knows, one by one; false behind the last. */
bool secret_token_prefix(size_t index, struct text *ret_prefix);

/* What a value called `name` is ("password", "token", "api-key", ...), or the empty text. Understands
 * snake_case, kebab-case, dots and camelCase; "token_count" and "password_file" are harmless. */
struct text secret_name_kind(struct text name);

/* Whether a value under a telling name is plainly no secret: a variable, a placeholder, a literal like true;
 * and, for all but passwords, a number. */
bool secret_value_is_harmless(struct text value, struct text kind);

/* ASCII only, whatever the locale. */
bool is_secret_letter(char c);
bool is_secret_digit(char c);
bool is_secret_name_char(char c); /* letters, digits, `_`, `-`, `.` */

#endif
