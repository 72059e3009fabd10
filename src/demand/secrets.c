/* SPDX-License-Identifier: Apache-2.0 */
#include "demand/secrets.h"

#include "os/path.h"
#include "pattern/glob.h"

enum entry_kind { SECRET_BY_NAME, SECRET_BY_FOLDER, SECRET_BY_PATH, EXCEPTION_BY_NAME };

struct entry {
    enum entry_kind kind;
    struct text text;
    struct text glob; /* the same as an absolute path glob */
};

static const struct entry entries[] = {
#define SECRET_NAME(name) {SECRET_BY_NAME, TEXT_INIT(name), TEXT_INIT("/**/" name)},
#define SECRET_FOLDER(name) {SECRET_BY_FOLDER, TEXT_INIT(name), TEXT_INIT("/**/" name "/**")},
#define SECRET_PATH(path) {SECRET_BY_PATH, TEXT_INIT(path), TEXT_INIT("/**/" path)},
#define NOT_SECRET(name) {EXCEPTION_BY_NAME, TEXT_INIT(name), TEXT_INIT("/**/" name)},
#include "demand/secrets.def"
#undef SECRET_NAME
#undef SECRET_FOLDER
#undef SECRET_PATH
#undef NOT_SECRET
};

enum { ENTRY_COUNT = sizeof entries / sizeof entries[0] };

static bool has_segment(struct text path, struct text wanted)
{
    struct text rest = path;
    struct text segment;
    while (text_next(&rest, '/', &segment)) {
        if (text_equal(segment, wanted)) {
            return true;
        }
    }
    return false;
}

static bool ends_with_segments(struct text path, struct text end)
{
    return text_ends_with(path, end) && path.size > end.size && path.data[path.size - end.size - 1] == '/';
}

static bool entry_matches(const struct entry *entry, struct text path, struct text name)
{
    switch (entry->kind) {
    case SECRET_BY_NAME:
    case EXCEPTION_BY_NAME:
        return glob_matches_text(entry->text, name);
    case SECRET_BY_FOLDER:
        return has_segment(path, entry->text);
    case SECRET_BY_PATH:
        return ends_with_segments(path, entry->text);
    }
    return true;
}

bool secrets_names(struct arena *arena, struct text path)
{
    struct text folded = glob_fold(arena, path);
    struct text name = path_base_name(folded);
    bool is_secret = false;
    bool is_exception = false;
    for (size_t i = 0; i < ENTRY_COUNT; i++) {
        if (entry_matches(&entries[i], folded, name)) {
            /* A sample inside a secret folder is still in a secret folder. */
            is_exception = is_exception || entries[i].kind == EXCEPTION_BY_NAME;
            is_secret = is_secret || entries[i].kind != EXCEPTION_BY_NAME;
            if (entries[i].kind == SECRET_BY_FOLDER || entries[i].kind == SECRET_BY_PATH) {
                return true;
            }
        }
    }
    return is_secret && !is_exception;
}

/* How many characters stand before the first wildcard. */
static size_t plain_prefix(struct text segment)
{
    size_t size = 0;
    while (size < segment.size && segment.data[size] != '*' && segment.data[size] != '?') {
        size++;
    }
    return size;
}

/* `.en*` is aimed at `.env`; `test*` is not aimed at `*.pem`, nor `.*` at anything in particular. */
static bool is_aimed(const struct entry *entry, struct text glob, struct text last)
{
    enum { TELLING = 2 };
    if (glob_covers_path(entry->glob, glob)) {
        return true;
    }
    return entry->kind == SECRET_BY_NAME && plain_prefix(entry->text) > 0 && plain_prefix(last) >= TELLING &&
           glob_overlaps_text(entry->text, last);
}

bool secrets_aimed_at(struct arena *arena, struct text glob)
{
    struct text folded = glob_fold(arena, glob);
    struct text last = path_base_name(folded);
    if (plain_prefix(last) == last.size) {
        return secrets_names(arena, glob);
    }
    for (size_t i = 0; i < ENTRY_COUNT; i++) {
        if (entries[i].kind == EXCEPTION_BY_NAME && glob_covers_path(entries[i].glob, folded)) {
            return false; /* it can name nothing secret */
        }
    }
    for (size_t i = 0; i < ENTRY_COUNT; i++) {
        if (entries[i].kind != EXCEPTION_BY_NAME && is_aimed(&entries[i], folded, last)) {
            return true;
        }
    }
    return false;
}
