/* SPDX-License-Identifier: Apache-2.0 */
/* Capability patterns with scopes: what they match, when one covers another, what two have in common.
 *
 *   pattern    = "*" | name | prefix ".*" , [ ":" scope ]
 *   capability = dotted name: file.read, git.push, mcp.github.create_issue
 *
 * `prefix.*` covers `prefix` itself and `prefix.x`, never `prefixy`. No wildcard covers `aex.configure`: only
 * the exact name does. The capability's first segment says how its scope is read:
 *
 * - file and secrets: a path glob, anchored at the folder of the layer it stands in. `*` and `?` stay inside
 * one segment, `**` as a whole segment crosses any number of them (none included); dotfiles match; every other
 *   character is itself. A leading "/" or "~/" reaches outside the anchor; a slash at the end means the folder
 *   and all in it. In deny and confirm rules every path means all in it too, and a bare name (`.env`) holds at
 *   any depth of any folder.
 * - network: a host glob with an optional port: `api.example.com`, `*.example.com:443`. Hosts compare without
 *   case; a missing port matches every port; `*.example.com` does not match `example.com`.
 * - others: a glob over the whole resource, where `*` crosses "/" too.
 * - `*` as a capability: as the capability of the call says. */
#ifndef AEX_PATTERN_PATTERN_H
#define AEX_PATTERN_PATTERN_H

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"

enum scope_kind {
    SCOPE_NONE, /* the pattern has no scope */
    SCOPE_PATH,
    SCOPE_HOST,
    SCOPE_TEXT,
};

/* A pattern taken apart; views into its source. */
struct pattern {
    struct text source;     /* as written */
    struct text capability; /* without ".*"; empty for "*" */
    bool is_wildcard;       /* "*" or "prefix.*" */
    enum scope_kind scope_kind;
    struct text scope; /* after the ":", as written; quotes taken off */
};

/* Takes `source` apart. Mistakes: empty, control characters, blanks or commas outside quotes, quotes other than
 * around the whole scope, a `*` elsewhere than at the end after a dot, an empty segment, an empty scope. */
bool pattern_parse(struct text source, struct pattern *ret_pattern, struct error *err);

/* Whether the capability part matches the name of a call. */
bool pattern_matches_capability(const struct pattern *pattern, struct text capability);

/* Whether an allow of this pattern may grant the capability, as far as names go: reading secrets needs an allow
 * of its own, which `*` is not. Rules that deny or ask match them as anything else. */
bool pattern_may_grant(const struct pattern *pattern, struct text capability);

/* How resources and scopes of a capability are read: by its first segment; SCOPE_TEXT for an empty one. */
enum scope_kind pattern_scope_kind(struct text capability);

/* Whether everything `narrow` matches is matched by `wide`: inclusion of languages, not of strings. Both scopes
 * are taken to be anchored at the same folder, which is not known; the answer is for any folder and home, and
 * for rules that allow as well as for rules that deny, which read unscoped patterns and bare names differently.
 * May say false for a pair it gives up on (`*` and what is
 * about secrets: see pattern_may_grant); never wrongly true. */
bool pattern_covers(const struct pattern *wide, const struct pattern *narrow);

#endif
