/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of the language share. */
#ifndef AEX_TESTS_UNIT_LANG_SUPPORT_H
#define AEX_TESTS_UNIT_LANG_SUPPORT_H

#include "lang/lang.h"

/* One document and all that came of it. */
struct parsed {
    struct document *document;
    struct diagnostics diagnostics;
    struct arena *arena;
};

struct parsed parse(struct text source, struct arena *arena);

/* "AEX002 AEX100": the codes in the order of their places, repeated ones too; errors only or all. */
struct text codes_of(const struct parsed *parsed, bool with_warnings);

/* The intermediate representation in canonical JSON. */
struct text ir_of(const struct parsed *parsed);

/* All comments of the document, sorted, one a line. */
struct text comments_of(const struct parsed *parsed);

#endif
