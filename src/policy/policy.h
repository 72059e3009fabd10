/* SPDX-License-Identifier: Apache-2.0 */
/* The decision: call + context + policy -> verdict. Values in, values out; no I/O, and no way to fail open.
 *
 * A policy is a list of layers (workspace, task contract, ...). Each layer judges every demand of a call on its
 * own, and the most restrictive verdict wins: deny > ask > allow. So layers only narrow.
 *
 * The one exception is `aex.configure`: changing the boundary is a person's matter, not a project's, so one
 * layer with may_allow_configure and an exact `allow aex.configure` is enough, when no layer denies it. No
 * other name of such a demand allows it, and neither do wildcards, allows_everything or allowed_unless_denied.
 *
 * Reading secrets needs an allow of its own: `allow *` does not grant `secrets.read`.
 *
 * What a rule reaches, beyond pattern/pattern.h:
 *
 * - An allow without scope reaches paths in its anchor only (the anchor included) when it is a `file`
 * capability or a wildcard; deny and confirm reach everywhere.
 * - An allow with a scope covers nothing that is unknown or has no resource, except a scope that is the whole
 *   tree, "**" below "/". One without scope covers both, except unknown paths. A set must be covered by one
 * rule.
 * - Each form of a path (lexical, resolved) must be allowed, perhaps by different rules of the layer.
 * - Deny and confirm match unknown resources and demands without one whatever their scope, sets they may
 *   overlap, and paths in any spelling that a folding file system takes for the same (glob_fold).
 * - A scope after `*` is read as the demand's capability says; deny and confirm with a text scope are read that
 *   way as well, for demands that go by several names.
 * - A path that is not absolute and normalised counts as unknown. */
#ifndef AEX_POLICY_POLICY_H
#define AEX_POLICY_POLICY_H

#include "base/vector.h"
#include "pattern/pattern.h"

/* ---- What a policy is made of ---- */

enum rule_kind {
    RULE_ALLOW, /* allow, and use in a contract */
    RULE_DENY,
    RULE_CONFIRM,
};

struct rule {
    enum rule_kind kind;
    struct pattern pattern;
    struct text file; /* as a person would name it: ".aex/policy.aex" */
    size_t line;      /* from 1 */
};

VECTOR_DECLARE(rule_vector, struct rule);

/* `map TOOL[@SERVER] as CAPABILITY[:args.NAME]`: what an MCP tool does, by the word of a layer's author, which
 * is the layer's own affair: no other judges by it. It adds a name, for every kind of rule. So it opens nothing
 * that its author could not open by the tool's own name, and closes what a rule says about the capability. */
struct tool_map {
    struct text tool;       /* as the server spells it */
    struct text server;     /* as policies do; empty: whichever server has a tool of that name */
    struct text capability; /* no wildcard, and nothing of `aex` */
    struct text argument;   /* the member of the arguments that holds the resource; empty: none does */
    struct text file;
    size_t line;
};

VECTOR_DECLARE(tool_map_vector, struct tool_map);

/* One file's worth of rules. `anchor` and `home` are absolute and normalised. */
struct layer {
    struct text name; /* "workspace", "contract" */
    struct text file;
    struct text anchor;       /* where its path scopes start, and how far its unscoped file.* allows reach */
    struct text home;         /* what "~/" stands for; empty: such scopes are errors */
    struct rule_vector rules; /* in source order */
    struct tool_map_vector maps;
    bool redacts_secrets;            /* `redact secrets`: in tools' results and in the audit trail */
    struct text_vector base_files;   /* what the file extends: absolute, links resolved */
    struct text_vector base_sources; /* their contents, in the same order */
    bool allows_everything;   /* it has no allow list and does not restrict (JSON policies without "allow") */
    bool may_allow_configure; /* the user's or the administrator's: its exact `allow aex.configure` counts */
    bool has_call_budget;     /* `budget calls=N` */
    uint64_t call_budget;     /* most calls; 0 = none at all */
    struct text budget_file;  /* where the budget stands */
    size_t budget_line;
};

struct policy;
struct set_arrivals;
struct set_hidden;

/* Compiles layers into one matcher, made in `arena`, to which the layers' text must belong too. Fails on a
 * scope that cannot be read, naming file and line. */
bool policy_compile(const struct layer *layers, size_t count, struct arena *arena,
                    const struct policy **ret_policy, struct error *err);

/* Its layers, in the order they were given. */
size_t policy_layer_count(const struct policy *policy);
const struct layer *policy_layer(const struct policy *policy, size_t index);

/* Whether some layer has secrets redacted. */
bool policy_redacts(const struct policy *policy);

/* ---- What a call demands ---- */

enum resource_kind {
    RESOURCE_NONE,    /* nothing to narrow by: `agent.spawn` */
    RESOURCE_KNOWN,   /* one value */
    RESOURCE_SET,     /* all that a glob stands for: a tree, a Glob call's pattern */
    RESOURCE_UNKNOWN, /* something, but nobody knows what */
};

/* For path capabilities both forms are absolute: `value` is lexical and `resolved` has links followed (empty:
 * the same); denied when either is, allowed when both are. Others leave `resolved` empty. */
struct resource {
    enum resource_kind kind;
    struct text value;
    struct text resolved;
};

enum { DEMAND_NAMES = 6 };

/* What a demand is to a shell command line: see demand/judge.h. */
enum shell_role {
    SHELL_NOTHING,     /* it is not about one */
    SHELL_LINE,        /* the line as a whole, every part of it understood */
    SHELL_LINE_OPAQUE, /* the line as a whole, with parts that are not */
    SHELL_PART,        /* what one part does */
    SHELL_COMMAND,     /* one part that is not understood, where it needs an allow of its own */
};

/* Where a command line says that it does something: bytes [start, end) of `line`. An empty line: nowhere. */
struct demand_source {
    struct text line;
    size_t start;
    size_t end;
};

/* One part of a command line that is not understood, and why. */
struct shell_command {
    struct text text; /* empty: it cannot be told from the rest of the line */
    struct demand_source source;
    struct text note;
};

VECTOR_DECLARE(shell_command_vector, struct shell_command);

/* One thing a call wants to do. It may go by several names (what the tool maps to, its qualified and its raw
 * name): deny and confirm rules match any of them, an allow needs one. */
struct demand {
    struct text names[DEMAND_NAMES];
    size_t name_count;
    /* Names from here on are a tool's raw spelling, chosen by a server: an allow covers them only when it
     * spells them out, or a tool called "git" would pass under `git.*`; and one that looks like a qualified
     * name (mcp.SERVER.TOOL) never. 0: none are. */
    size_t first_raw_name;
    bool must_be_spelled_out; /* all its names are such: methods nobody knows */
    struct resource resource;
    bool allowed_unless_denied; /* needs no allow */
    bool is_free;               /* costs no budget: harmless control tools */
    enum shell_role shell;
    struct demand_source source;
    struct text note; /* more about it, for whoever is refused; empty: nothing */
    /* A wildcard of a rule about shell.exec must not reach from one command to the next. Of a line: whether it
     * is one command, and its parts that are not understood. Of SHELL_PART: the part. */
    bool is_one_command;
    struct shell_command_vector commands;
    struct text command;
    bool is_aside; /* a part names it aside from what it does: rules may deny it, it needs no allow */
    /* A set whose members are demands of their own: deny and confirm rules that are scoped judge those, not the
     * set. */
    bool members_follow;
    /* A set of which only the names are shown: its members are the folders that they are read from, and a rule
     * that covers all of it holds for it all the same. */
    bool lists_names;
    /* Of a set whose wildcards pass over hidden names: which of them are members all the same
     * (demand/hidden.h). NULL: all are. */
    const struct set_hidden *hidden;
    /* Of a set that is written: what comes to lie in it besides what is there now (demand/arrivals.h). NULL:
     * nobody can say, and its members are not known. */
    const struct set_arrivals *arrivals;
    /* An agent spelled the names with every character outside [A-Za-z0-9_-] replaced by "_"; deny and confirm
     * patterns are compared in that spelling too. */
    bool is_sanitised;
    /* What an MCP tool does: demands of one call, and of one reading of the tool's name, have one number; 0: no
     * tool. Those with a `layer` are what its maps make of the tool, and no other layer judges them. They and
     * those without say the same in other words, so a layer denies and asks by both, and has to allow all of
     * the ones or all of the others. */
    uint32_t tool;
    const struct layer *layer;
};

VECTOR_DECLARE(demand_vector, struct demand);

/* ---- The decision ---- */

enum verdict { VERDICT_ALLOW, VERDICT_ASK, VERDICT_DENY };

enum reason {
    REASON_NONE,             /* allowed */
    REASON_DENY_LIST,        /* a deny rule matches */
    REASON_NOT_ALLOWED,      /* no allow rule covers it */
    REASON_BUDGET_EXHAUSTED, /* no calls left */
    REASON_CONFIRM_REQUIRED, /* a confirm rule matches */
};

/* "deny_list", "not_allowed", ... as events and answers spell them. */
const char *reason_code(enum reason reason);
const char *verdict_name(enum verdict verdict); /* "allow", "ask", "deny" */

struct decision {
    enum verdict verdict;
    enum reason reason;
    const struct demand *demand; /* the one that settled it; NULL for a budget or when all are allowed */
    const struct rule
        *rule; /* the deny or confirm that matched, the allow that covered the first demand, or NULL */
    const struct layer *layer; /* whose verdict it was */
    bool is_free;              /* every demand is: costs no budget */
};

/* Steps 1, 2 and 4: deny rules, allow rules, confirm rules, without budgets. No demands = denied, and so is
 * what leaves a layer nothing to judge. Takes from `arena` only what folding paths and maps need. */
struct decision policy_judge(const struct policy *policy, const struct demand *demands, size_t count,
                             struct arena *arena);

/* Whether the capability protects something by itself: reading secrets and changing the boundary. What opens a
 * tool or a command line as a whole does not open these. */
bool policy_guards(struct text capability);

/* Whether the demand is allowed, as far as allow rules go, by rules without a scope or with one that spells the
 * resource out: not by wildcards, which reach over whatever it is made of. */
bool policy_allows_exactly(const struct policy *policy, const struct demand *demand, struct arena *arena);

/* The verdict on one of the demands of a call, for people to read: of all that policy_judge does, what concerns
 * this one. */
struct decision policy_judge_one(const struct policy *policy, const struct demand *demands, size_t count,
                                 size_t index, struct arena *arena);

/* Whether demands with these names could all be allowed, or asked about. A known resource stands for whichever
 * would pass; one that is unknown or not there is what it is. May say true where only several rules together
 * leave nothing; never wrongly false. */
bool policy_could_allow(const struct policy *policy, const struct demand *demands, size_t count,
                        struct arena *arena);

/* The smallest call budget of all layers, and the layer it stands in. False: no layer has one. */
bool policy_call_budget(const struct policy *policy, uint64_t *ret_calls, const struct layer **ret_layer);

/* Puts step 3 between: `used` calls were charged before this one. A decision that is not a denial and not free
 * becomes budget_exhausted when nothing is left. */
struct decision policy_apply_budget(const struct policy *policy, struct decision decision, uint64_t used);

#endif
