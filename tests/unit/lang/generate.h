/* SPDX-License-Identifier: Apache-2.0 */
/* Random documents without errors, laid out as badly as the language permits. */
#ifndef AEX_TESTS_UNIT_LANG_GENERATE_H
#define AEX_TESTS_UNIT_LANG_GENERATE_H

#include "support/property.h"

/* A document that lang_parse accepts: any statements in any order, comments, blank lines, odd spacing, repeated
 * statements, CRLF, a byte order mark, no final newline. */
struct text generate_document(struct property *property);

#endif
