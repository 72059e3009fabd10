/* SPDX-License-Identifier: Apache-2.0 */
#include "pattern/glob.h"

#include "pattern/host.h"
#include "pattern/unit.h"

bool glob_has_wildcard(struct text text)
{
    return text_find_char(text, '*') != TEXT_NOT_FOUND || text_find_char(text, '?') != TEXT_NOT_FOUND;
}

/* Only the last star is ever tried again: what stands between two stars has a fixed length, so its leftmost
 * match leaves the most room for the rest. That keeps hostile globs (`*a*a*a*b`) at O(glob x text). */
static inline bool matches_units(struct text glob, struct text text, bool ignore_case)
{
    size_t in_glob = 0;
    size_t in_text = 0;
    size_t star = TEXT_NOT_FOUND; /* behind the last star */
    size_t retry = 0;             /* where in the text it was tried to end */
    for (;;) {
        if (in_glob < glob.size && glob.data[in_glob] == '*') {
            star = ++in_glob;
            retry = in_text;
            continue;
        }
        uint32_t wanted;
        uint32_t found;
        if (in_text == text.size) {
            return in_glob == glob.size;
        }
        if (in_glob < glob.size) {
            size_t glob_step = unit_at(glob, in_glob, &wanted);
            size_t text_step = unit_at(text, in_text, &found);
            if (wanted == '?' || wanted == found || (ignore_case && unit_lower(wanted) == unit_lower(found))) {
                in_glob += glob_step;
                in_text += text_step;
                continue;
            }
        }
        if (star == TEXT_NOT_FOUND) {
            return false;
        }
        retry += unit_at(text, retry, &found);
        in_glob = star;
        in_text = retry;
    }
}

bool glob_matches_text(struct text glob, struct text text)
{
    return matches_units(glob, text, false);
}

/* ---- Paths ---- */

/* The segment that starts at `*offset`, which is moved behind the slash after it; false at the end. */
static inline bool next_segment(struct text path, size_t *offset, struct text *ret_segment)
{
    if (*offset > path.size) {
        return false;
    }
    const char *start = path.data + *offset;
    size_t left = path.size - *offset;
    size_t size = 0;
    while (size < left && start[size] != '/') {
        size++;
    }
    *ret_segment = (struct text){start, size};
    *offset += size + 1;
    return true;
}

/* Behind the leading slash. "/" has no segments: the offset is past its end. */
static inline size_t first_segment(struct text path)
{
    return path.size == 1 ? 2 : 1;
}

static inline bool is_any_folders(struct text segment)
{
    return segment.size == 2 && segment.data[0] == '*' && segment.data[1] == '*';
}

/* How many segments stand from `in_glob` on; false when one is `**`. */
static bool count_fixed(struct text glob, size_t in_glob, size_t *ret_count)
{
    struct text segment;
    *ret_count = 0;
    while (next_segment(glob, &in_glob, &segment)) {
        if (is_any_folders(segment)) {
            return false;
        }
        ++*ret_count;
    }
    return true;
}

/* Whether the last `count` segments of the glob match those of the path, all of them from `in_path` on. */
static bool matches_end(struct text glob, size_t in_glob, size_t count, struct text path, size_t in_path)
{
    size_t start = path.size + 1;
    for (size_t i = 0; i < count; i++) {
        if (start <= in_path) {
            return false;
        }
        start--;
        while (path.data[start - 1] != '/') {
            start--;
        }
    }
    struct text wanted;
    struct text found;
    while (next_segment(glob, &in_glob, &wanted)) {
        if (!next_segment(path, &start, &found) || !matches_units(wanted, found, false)) {
            return false;
        }
    }
    return true;
}

static inline bool is_wild(char c)
{
    return c == '*' || c == '?';
}

/* Whether what stands before the glob's first wildcard, or behind its last one, rules the path out: most globs
 * that do not match differ there. */
static bool differs_at_an_end(struct text glob, struct text path)
{
    size_t size = glob.size < path.size ? glob.size : path.size;
    for (size_t i = 0; i < size && !is_wild(glob.data[i]); i++) {
        if (glob.data[i] != path.data[i]) {
            return true;
        }
    }
    for (size_t i = 1; i <= size && !is_wild(glob.data[glob.size - i]); i++) {
        if (glob.data[glob.size - i] != path.data[path.size - i]) {
            return true;
        }
    }
    return false;
}

// Whether the segment behind the glob's first `**/` starts with what no segment of the path starts with.
static bool lacks_segment(struct text glob, struct text path)
{
    size_t star = text_find_char(glob, '*');
    struct text rest = text_after(glob, star == TEXT_NOT_FOUND ? glob.size : star);
    if (!text_starts_with(rest, TEXT("**/"))) {
        return false;
    }
    size_t size = 3;
    while (size < rest.size && rest.data[size] != '/' && !is_wild(rest.data[size])) {
        size++;
    }
    return size > 3 && !text_contains(path, text_slice(rest, 2, size));
}

/* The same walk as matches_units, one level up: segments for characters, `**` for stars. */
bool glob_matches_path(struct text glob, struct text path)
{
    if (glob.size == 0 || path.size == 0 || glob.data[0] != '/' || path.data[0] != '/' ||
        differs_at_an_end(glob, path) || lacks_segment(glob, path)) {
        return false;
    }
    size_t in_glob = first_segment(glob);
    size_t in_path = first_segment(path);
    size_t star = TEXT_NOT_FOUND;
    size_t retry = 0;
    for (;;) {
        struct text wanted;
        struct text found;
        size_t after_glob = in_glob;
        size_t after_path = in_path;
        bool has_wanted = next_segment(glob, &after_glob, &wanted);
        if (has_wanted && is_any_folders(wanted)) {
            size_t count;
            if (count_fixed(glob, after_glob, &count)) {
                return matches_end(glob, after_glob, count, path, in_path);
            }
            star = in_glob = after_glob;
            retry = in_path;
            continue;
        }
        if (!next_segment(path, &after_path, &found)) {
            return !has_wanted;
        }
        if (has_wanted && matches_units(wanted, found, false)) {
            in_glob = after_glob;
            in_path = after_path;
            continue;
        }
        if (star == TEXT_NOT_FOUND) {
            return false;
        }
        next_segment(path, &retry, &found);
        in_glob = star;
        in_path = retry;
    }
}

/* ---- Hosts ---- */

struct host host_split(struct text text)
{
    struct host host = {.name = text};
    size_t colon = text_find_last_char(text, ':');
    bool is_bracketed = text.size > 0 && text.data[0] == '[';
    size_t bracket = is_bracketed ? text_find_char(text, ']') : TEXT_NOT_FOUND;
    /* More than one colon outside brackets is an IPv6 address without port. */
    bool has_port = colon != TEXT_NOT_FOUND &&
                    (bracket != TEXT_NOT_FOUND ? colon == bracket + 1 : text_find_char(text, ':') == colon);
    if (has_port) {
        host.name = text_slice(text, 0, colon);
        host.port = text_after(text, colon + 1);
        while (host.port.size > 1 && host.port.data[0] == '0') {
            host.port = text_after(host.port, 1);
        }
    }
    if (host.name.size > 1 && host.name.data[host.name.size - 1] == '.') {
        host.name.size--;
    }
    return host;
}

static bool matches_host(struct text glob, struct text text, bool may_have_any_port)
{
    struct host wanted = host_split(glob);
    struct host found = host_split(text);
    if (!matches_units(wanted.name, found.name, true)) {
        return false;
    }
    if (wanted.port.size == 0) {
        return true;
    }
    return found.port.size == 0 ? may_have_any_port : matches_units(wanted.port, found.port, false);
}

bool glob_matches_host(struct text glob, struct text host)
{
    return matches_host(glob, host, false);
}

bool glob_may_match_host(struct text glob, struct text host)
{
    return matches_host(glob, host, true);
}
