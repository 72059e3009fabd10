/* SPDX-License-Identifier: Apache-2.0 */
#include "pattern/scope.h"

#include "base/builder.h"
#include "pattern/glob.h"

struct path_scope path_scope_of(struct text scope)
{
    struct path_scope result = {.base = BASE_ANCHOR, .rest = scope};
    if (text_starts_with(scope, TEXT("/"))) {
        result.base = BASE_ABSOLUTE;
    } else if (text_equal(scope, TEXT("~")) || text_starts_with(scope, TEXT("~/"))) {
        result.base = BASE_HOME;
        result.rest = text_after(scope, 1);
    }
    result.is_folder = text_ends_with(scope, TEXT("/"));
    struct text name = result.rest;
    while (text_ends_with(name, TEXT("/"))) {
        name.size--;
    }
    result.is_bare_name =
        result.base == BASE_ANCHOR && name.size > 0 && text_find_char(name, '/') == TEXT_NOT_FOUND;
    return result;
}

/* Without empty segments and ones that start with a dot there is nothing to take out. */
static bool is_normal(struct text path)
{
    bool at_start = true;
    for (size_t i = 0; i < path.size; i++) {
        char c = path.data[i];
        if (at_start && (c == '/' || c == '.')) {
            return false;
        }
        at_start = c == '/';
    }
    return path.size > 0 && !at_start;
}

static bool add_segments(struct builder *out, struct text scope, struct text rest, struct error *err)
{
    struct text segment;
    if (is_normal(rest)) {
        builder_add_char(out, '/');
        builder_add(out, rest);
        return true;
    }
    while (text_next(&rest, '/', &segment)) {
        if (segment.size == 0 || text_equal(segment, TEXT("."))) {
            continue;
        }
        if (text_equal(segment, TEXT(".."))) {
            return error_set(err, "the scope '%.*s' goes up with '..'; write the absolute path instead",
                             TEXT_ARG(scope));
        }
        builder_add_char(out, '/');
        builder_add(out, segment);
    }
    return true;
}

static bool add_base(struct builder *out, struct text scope, const struct path_scope *parts,
                     const struct scope_folders *folders, bool anywhere, struct error *err)
{
    struct text folder = {"", 0};
    switch (parts->base) {
    case BASE_ANCHOR:
        if (text_starts_with(scope, TEXT("~"))) {
            return error_set(err, "the scope '%.*s' names another user's home; write the absolute path instead",
                             TEXT_ARG(scope));
        }
        folder = anywhere && parts->is_bare_name ? TEXT("/**") : folders->anchor;
        break;
    case BASE_HOME:
        if (folders->home.size == 0) {
            return error_set(err, "the scope '%.*s' needs a home folder, and there is none", TEXT_ARG(scope));
        }
        folder = folders->home;
        break;
    case BASE_ABSOLUTE:
        break;
    }
    if (parts->base != BASE_ABSOLUTE && !text_starts_with(folder, TEXT("/"))) {
        return error_set(err, "the scope '%.*s' starts at a folder that is not known", TEXT_ARG(scope));
    }
    /* There is no escape, and a folder named `a*` must not allow its neighbours. */
    if (!anywhere && glob_has_wildcard(folder)) {
        return error_set(err, "the scope '%.*s' starts at '%.*s', whose name holds a '*' or '?'",
                         TEXT_ARG(scope), TEXT_ARG(folder));
    }
    if (!text_equal(folder, TEXT("/"))) {
        builder_add(out, folder);
    }
    return true;
}

bool path_scope_glob(struct text scope, const struct scope_folders *folders, bool anywhere, struct arena *arena,
                     struct text *ret_glob, struct error *err)
{
    struct path_scope parts = path_scope_of(scope);
    struct builder out;
    builder_init_sized(&out, arena, folders->anchor.size + folders->home.size + scope.size + sizeof "/**/**");
    if (!add_base(&out, scope, &parts, folders, anywhere, err) || !add_segments(&out, scope, parts.rest, err)) {
        return false;
    }
    /* Whoever denies a folder means what is in it. */
    if ((parts.is_folder || anywhere) && !text_ends_with(builder_text(&out), TEXT("/**"))) {
        builder_add_c(&out, "/**");
    }
    if (out.size == 0) {
        builder_add_char(&out, '/');
    }
    *ret_glob = builder_text(&out);
    return true;
}
