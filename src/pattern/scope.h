/* SPDX-License-Identifier: Apache-2.0 */
/* Path scopes on their way to absolute globs. */
#ifndef AEX_PATTERN_SCOPE_H
#define AEX_PATTERN_SCOPE_H

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"

enum scope_base {
    BASE_ANCHOR,   // `src/**`: the folder of the layer
    BASE_HOME,     // "~" or "~/..."
    BASE_ABSOLUTE, // "/..."
};

struct path_scope {
    enum scope_base base;
    struct text rest; /* behind "/" or "~/" */
    /* One name and nothing else: in deny and confirm rules it holds at any depth anywhere. */
    bool is_bare_name;
    bool is_folder; /* written with a slash at the end: all that is inside, and the folder itself */
};

struct path_scope path_scope_of(struct text scope);

/* Where relative and home scopes start. Both absolute and normalised. */
struct scope_folders {
    struct text anchor;
    struct text home; /* empty: unknown */
};

/* The scope as an absolute, normalised glob. For rules that restrict (`anywhere`) a bare name holds at any
 * depth of the whole tree. Fails on "..", on "~user", on a folder that is not known, and for rules that allow
 * on a folder whose name holds a wildcard. */
bool path_scope_glob(struct text scope, const struct scope_folders *folders, bool anywhere, struct arena *arena,
                     struct text *ret_glob, struct error *err);

#endif
