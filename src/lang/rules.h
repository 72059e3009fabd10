/* SPDX-License-Identifier: Apache-2.0 */
/* The capabilities a document lists, indexed: which rule covers a name, in time that does not depend on how
 * many there are. Scopes are left aside. */
#ifndef AEX_LANG_RULES_H
#define AEX_LANG_RULES_H

#include "lang/lang.h"
#include "lang/names.h"
#include "pattern/pattern.h"

/* Zeroed, it is empty. */
struct rule_index {
    struct names exact;     /* name -> line */
    struct names wildcards; /* `prefix` of `prefix.*` -> line */
    struct names ancestors; /* all dotted prefixes of both, when asked for */
    size_t all_line;        /* of `*`; 0: none */
    size_t count;
    bool is_incomplete; /* `ancestors` lacks something: not asked for, or a name of too many parts */
};

/* Adds a rule of `line`; `for_overlaps` when rule_index_overlaps will be asked. */
void rule_index_add(struct rule_index *index, const struct pattern *pattern, size_t line, bool for_overlaps,
                    struct arena *arena);

/* The line of a rule that covers all that `pattern` does, 0 when there is none. */
size_t rule_index_covering(const struct rule_index *index, const struct pattern *pattern);

/* Whether some rule and `pattern` have a capability in common. May say true when it gives up. */
bool rule_index_overlaps(const struct rule_index *index, const struct pattern *pattern);

/* `word` as a pattern. What is none covers exactly its own text, as in AEX 0.0.4. */
struct pattern rule_pattern(struct text word);

#endif
