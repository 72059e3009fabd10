/* SPDX-License-Identifier: Apache-2.0 */
/* What a compiled policy looks like; only for src/policy/.
 *
 * A layer is a table of groups, one for each capability pattern; a group has three lists of entries, one for
 * each kind of rule; a long list has an index by the literal ends of its scopes. */
#ifndef AEX_POLICY_INTERNAL_H
#define AEX_POLICY_INTERNAL_H

#include "policy/policy.h"

enum { RULE_KINDS = RULE_CONFIRM + 1 };

/* A set of scope kinds. */
enum {
    KIND_PATH = 1 << SCOPE_PATH,
    KIND_HOST = 1 << SCOPE_HOST,
    KIND_TEXT = 1 << SCOPE_TEXT,
    KIND_ALL = KIND_PATH | KIND_HOST | KIND_TEXT,
};

/* One way to read one rule's scope. */
struct entry {
    const struct rule *rule;
    enum scope_kind kind;   /* SCOPE_NONE: every resource, or what is inside the anchor */
    unsigned applies_to;    /* kinds of demands for which it is read like this */
    bool is_inside_anchor;  /* an allow without scope that reaches no path outside */
    bool is_everything;     // `/**`: also what is not known
    struct text glob;       /* paths: absolute, folded in rules that restrict; else the scope */
    struct text raw;        /* paths: absolute, as spelled */
    uint32_t order;         /* the rule's place in its layer */
    struct entry *next;     /* in the list, by order */
    struct entry *in_chain; /* in the index */
    uint64_t key;
};

struct scope_index;

struct entry_list {
    struct entry *first; /* with a scope */
    struct entry *last;
    size_t count;
    const struct entry *unscoped;    /* the first without */
    const struct scope_index *index; /* NULL for a short list */
};

struct group {
    struct group *next; /* of the layer */
    struct text capability;
    bool is_wildcard;
    struct entry_list lists[RULE_KINDS];
};

struct compiled_layer {
    const struct layer *layer;
    struct text anchor_glob; /* see layer_anchor_glob */
    struct group *groups;
    struct group **table; /* by group_hash */
    size_t table_mask;
    size_t rule_counts[RULE_KINDS];
};

struct policy {
    struct compiled_layer *layers;
    size_t count;
};

/* The hash of a group continues that of its capability's bytes, so that a name's prefixes are hashed in one go.
 */
static inline uint64_t group_hash(uint64_t capability_hash, bool is_wildcard)
{
    uint64_t hash = text_hash_byte(capability_hash, is_wildcard ? '*' : '=');
    return hash ^ (hash >> 32);
}

/* The readings of one rule, at most ENTRIES_PER_RULE. */
enum { ENTRIES_PER_RULE = 3 };
bool entries_of_rule(const struct layer *layer, const struct rule *rule, struct arena *arena,
                     struct entry entries[ENTRIES_PER_RULE], size_t *ret_count, struct error *err);

// `ANCHOR/**`; empty when the anchor itself holds `*` or `?`
struct text layer_anchor_glob(const struct layer *layer, struct arena *arena);

/* ---- Demands, made ready for comparing ---- */

struct form {
    struct text text;
    struct text folded;
};

struct query {
    const struct demand *demand;
    enum resource_kind resource;
    unsigned kinds;
    bool is_configure;
    bool needs_raw; /* folding may have hidden what a `?` or `*` takes */
    struct form forms[2];
    size_t form_count;
};

/* `folds`: some rule restricts paths, so their folded forms are needed. */
void query_init(struct query *query, const struct demand *demand, bool folds, struct arena *arena);

/* Whether a rule that restricts matches; whether a rule that allows covers that form of the resource. */
bool entry_restricts(const struct entry *entry, const struct query *query);
bool entry_allows(const struct entry *entry, const struct compiled_layer *layer, const struct query *query,
                  size_t form);

/* ---- One demand in one layer ---- */

enum { FORMS = 2 };

/* The first rule, in source order, that denies, that asks, and that covers each form of the resource. */
struct findings {
    const struct entry *deny;
    const struct entry *confirm;
    const struct entry *allow[FORMS];
};

/* Whether a name can only deny and ask: the raw spelling of a tool that a server called like another server's
 * (`mcp.mail.send` on a server that is not mail). */
bool demand_name_only_limits(const struct demand *demand, size_t name);

struct findings layer_search(const struct compiled_layer *layer, const struct query *query);

static inline bool findings_allow(const struct findings *findings)
{
    return findings->allow[0] != NULL && findings->allow[1] != NULL;
}

/* Whether the demand is the layer's to judge: another layer's map did not make it. */
static inline bool layer_judges(const struct compiled_layer *layer, const struct demand *demand)
{
    return demand->layer == NULL || demand->layer == layer->layer;
}

/* Whether some rule restricts paths, so that their folded forms are needed. */
bool policy_folds(const struct policy *policy);

/* ---- Long lists ---- */

const struct scope_index *scope_index_new(const struct entry_list *list, struct arena *arena);

/* Calls `consider` for every entry of a kind that may match the text (with some that do not), except for the
 * others, which may match any. */
typedef void index_visitor(const struct entry *entry, void *context);
void scope_index_visit_others(const struct scope_index *index, index_visitor *consider, void *context);
void scope_index_visit(const struct scope_index *index, enum scope_kind kind, struct text text,
                       index_visitor *consider, void *context);

#endif
