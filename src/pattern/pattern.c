/* SPDX-License-Identifier: Apache-2.0 */
#include "pattern/pattern.h"

#include <limits.h>

#include "pattern/glob.h"
#include "pattern/language.h"
#include "pattern/scope.h"

static const struct text configure = TEXT_INIT("aex.configure");

/* ---- Taking apart ---- */

/* `name` is `prefix` or continues it behind a dot. The empty prefix is every name's. */
static bool is_below(struct text prefix, struct text name)
{
    return prefix.size == 0 ||
           (text_starts_with(name, prefix) && (name.size == prefix.size || name.data[prefix.size] == '.'));
}

/* What a character means in a pattern, as a set: a whole text is looked through once. */
enum { SEPARATOR = 1, CONTROL = 2, QUOTE = 4, STAR = 8 };

static const unsigned char character_classes[UCHAR_MAX + 1] = {
    [' '] = SEPARATOR, [','] = SEPARATOR, [0x7F] = SEPARATOR | CONTROL, ['"'] = QUOTE, ['*'] = STAR,
};

static unsigned classes_in(struct text text)
{
    unsigned classes = 0;
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.data[i];
        classes |= c < ' ' ? SEPARATOR | CONTROL : (unsigned)character_classes[c];
    }
    return classes;
}

static bool has_empty_part(struct text name)
{
    bool is_empty = true;
    for (size_t i = 0; i < name.size; i++) {
        bool is_dot = name.data[i] == '.';
        if (is_dot && is_empty) {
            return true;
        }
        is_empty = is_dot;
    }
    return is_empty;
}

static bool parse_capability(struct text source, struct text name, struct pattern *pattern, struct error *err)
{
    if (name.size == 0) {
        return error_set(err, "a capability is missing in '%.*s'", TEXT_ARG(source));
    }
    unsigned classes = classes_in(name);
    if ((classes & (SEPARATOR | QUOTE)) != 0) {
        return error_set(err, "'%.*s' holds a blank, a comma or a quote in its name", TEXT_ARG(source));
    }
    pattern->capability = name;
    if ((classes & STAR) != 0 && text_equal(name, TEXT("*"))) {
        pattern->is_wildcard = true;
        pattern->capability = text_slice(name, 0, 0);
        return true;
    }
    if ((classes & STAR) != 0 && text_ends_with(name, TEXT(".*"))) {
        pattern->is_wildcard = true;
        pattern->capability = text_slice(name, 0, name.size - 2);
    }
    if (has_empty_part(pattern->capability)) {
        return error_set(err, "'%.*s' has an empty part beside a dot", TEXT_ARG(source));
    }
    if ((classes & STAR) != 0 && text_find_char(pattern->capability, '*') != TEXT_NOT_FOUND) {
        return error_set(err, "'%.*s' has a '*' that is not its end after a dot", TEXT_ARG(source));
    }
    return true;
}

static bool parse_scope(struct text source, struct text scope, struct pattern *pattern, struct error *err)
{
    unsigned classes = classes_in(scope);
    if ((classes & QUOTE) != 0 && scope.data[0] == '"') {
        scope = text_after(scope, 1);
        if (scope.size == 0 || text_find_char(scope, '"') != scope.size - 1) {
            return error_set(err, "'%.*s' has a quoted scope that does not end with its second quote",
                             TEXT_ARG(source));
        }
        scope.size--;
    } else if ((classes & SEPARATOR) != 0) {
        return error_set(err, "'%.*s' has a blank or a comma in its scope; put the scope in double quotes",
                         TEXT_ARG(source));
    } else if ((classes & QUOTE) != 0) {
        return error_set(err, "'%.*s' has a quote inside its scope; put it around the whole scope",
                         TEXT_ARG(source));
    }
    if ((classes & CONTROL) != 0) {
        return error_set(err, "a scope of '%.*s' holds a control character", TEXT_ARG(pattern->capability));
    }
    if (scope.size == 0) {
        return error_set(err, "'%.*s' has an empty scope", TEXT_ARG(source));
    }
    pattern->scope = scope;
    pattern->scope_kind = pattern_scope_kind(pattern->capability);
    return true;
}

bool pattern_parse(struct text source, struct pattern *ret_pattern, struct error *err)
{
    struct pattern pattern = {.source = source, .scope_kind = SCOPE_NONE};
    size_t colon = text_find_char(source, ':');
    if (!parse_capability(source, text_slice(source, 0, colon), &pattern, err) ||
        (colon != TEXT_NOT_FOUND && !parse_scope(source, text_after(source, colon + 1), &pattern, err))) {
        return false;
    }
    *ret_pattern = pattern;
    return true;
}

/* ---- Names ---- */

bool pattern_matches_capability(const struct pattern *pattern, struct text capability)
{
    if (!pattern->is_wildcard) {
        return text_equal(pattern->capability, capability);
    }
    return is_below(pattern->capability, capability) && !text_equal(capability, configure);
}

enum scope_kind pattern_scope_kind(struct text capability)
{
    if (is_below(TEXT("file"), capability) || is_below(TEXT("secrets"), capability)) {
        return SCOPE_PATH;
    }
    return is_below(TEXT("network"), capability) ? SCOPE_HOST : SCOPE_TEXT;
}

bool pattern_may_grant(const struct pattern *pattern, struct text capability)
{
    bool is_everything = pattern->is_wildcard && pattern->capability.size == 0;
    return !is_everything || !is_below(TEXT("secrets"), capability);
}

static bool covers_capability(const struct pattern *wide, const struct pattern *narrow)
{
    if (!narrow->is_wildcard) {
        return pattern_matches_capability(wide, narrow->capability);
    }
    return wide->is_wildcard && is_below(wide->capability, narrow->capability);
}

/* ---- Path scopes, whose folder is not known here ---- */

/* With `anywhere` below every folder there is: more than the scope can mean, whatever its folder. */
static bool add_scope(struct segments *segments, const struct path_scope *scope, bool anywhere)
{
    return (!anywhere || segments_add(segments, TEXT("**"))) && segments_add(segments, scope->rest) &&
           (!scope->is_folder || segments_add(segments, TEXT("**")));
}

static bool covers_path_in(const struct path_scope *wide, bool wide_anywhere, const struct path_scope *narrow,
                           bool narrow_anywhere)
{
    struct segments wide_segments = {.count = 0};
    struct segments narrow_segments = {.count = 0};
    return add_scope(&wide_segments, wide, wide_anywhere) &&
           add_scope(&narrow_segments, narrow, narrow_anywhere) &&
           segments_cover(&wide_segments, &narrow_segments);
}

/* A bare name means its folder's file in an allow and a file anywhere in a deny; it must be covered as both. */
static bool covers_path(struct text wide, struct text narrow)
{
    struct path_scope wide_scope = path_scope_of(wide);
    struct path_scope narrow_scope = path_scope_of(narrow);
    bool same_base = wide_scope.base == narrow_scope.base;
    if (!same_base && wide_scope.base != BASE_ABSOLUTE) {
        return false;
    }
    if (!covers_path_in(&wide_scope, false, &narrow_scope, !same_base)) {
        return false;
    }
    if (!narrow_scope.is_bare_name) {
        return true;
    }
    return (wide_scope.is_bare_name || wide_scope.base == BASE_ABSOLUTE) &&
           covers_path_in(&wide_scope, wide_scope.is_bare_name, &narrow_scope, true);
}

/* ---- Scopes ---- */

static bool covers_scope(enum scope_kind kind, const struct pattern *wide, const struct pattern *narrow)
{
    if (wide->scope_kind == SCOPE_NONE) {
        /* An allow without scope reaches no further than its folder. */
        return kind != SCOPE_PATH || narrow->scope_kind == SCOPE_NONE ||
               path_scope_of(narrow->scope).base == BASE_ANCHOR;
    }
    if (narrow->scope_kind == SCOPE_NONE) {
        return false;
    }
    switch (kind) {
    case SCOPE_PATH:
        return covers_path(wide->scope, narrow->scope);
    case SCOPE_HOST:
        return glob_covers_host(wide->scope, narrow->scope);
    case SCOPE_TEXT:
    case SCOPE_NONE:
        break;
    }
    return glob_covers_text(wide->scope, narrow->scope);
}

bool pattern_covers(const struct pattern *wide, const struct pattern *narrow)
{
    if (!covers_capability(wide, narrow) || !pattern_may_grant(wide, narrow->capability)) {
        return false;
    }
    if (narrow->capability.size == 0) {
        return covers_scope(SCOPE_PATH, wide, narrow) && covers_scope(SCOPE_HOST, wide, narrow) &&
               covers_scope(SCOPE_TEXT, wide, narrow);
    }
    return covers_scope(pattern_scope_kind(narrow->capability), wide, narrow);
}
