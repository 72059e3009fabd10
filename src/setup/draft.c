/* SPDX-License-Identifier: Apache-2.0 */
#include "setup/draft.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "os/file.h"
#include "os/path.h"
#include "setup/json_edit.h"
#include "setup/toml_edit.h"

static bool is_blank(struct text text)
{
    return text_trim_space(text).size == 0;
}

/* What may not be written, although it could be by renaming over it. */
static bool check_file(const struct draft *draft, const struct stat *status, struct error *err)
{
    if (!S_ISREG(status->st_mode)) {
        return error_set(err, "%.*s is not a regular file", TEXT_ARG(draft->path));
    }
    if (status->st_uid != geteuid()) {
        return error_set(err, "%.*s belongs to user %lu, not to user %lu who runs aex", TEXT_ARG(draft->path),
                         (unsigned long)status->st_uid, (unsigned long)geteuid());
    }
    if ((status->st_mode & S_IWUSR) == 0) {
        return error_set(err, "%.*s is read-only (mode %03o)", TEXT_ARG(draft->path),
                         (unsigned)status->st_mode & 0777U);
    }
    return true;
}

bool draft_open(struct draft *draft, enum draft_format format, struct text path, struct arena *arena,
                struct error *err)
{
    struct draft opened = {.format = format, .path = path, .arena = arena, .mode = 0644};
    struct stat status;
    if (!path_resolve(arena, path, &opened.target, err)) {
        return false;
    }
    if (stat(opened.target.data, &status) != 0) {
        if (errno != ENOENT) {
            return error_set_os(err, errno, "cannot inspect %.*s", TEXT_ARG(path));
        }
        *draft = opened;
        return true;
    }
    opened.existed = true;
    opened.mode = status.st_mode & 07777;
    if (!check_file(&opened, &status, err) ||
        !file_read_path(AT_FDCWD, opened.target.data, LIMIT_CONFIGURATION, arena, &opened.before, err)) {
        return false;
    }
    opened.text = opened.before;
    *draft = opened;
    return true;
}

bool draft_check_unchanged(const struct draft *draft, struct error *err)
{
    struct draft now = {0};
    if (!draft_open(&now, draft->format, draft->path, draft->arena, err)) {
        return false;
    }
    return (now.existed == draft->existed && text_equal(now.before, draft->before) &&
            text_equal(now.target, draft->target)) ||
           error_set(err, "%.*s was changed by somebody else just now; run this again", TEXT_ARG(draft->path));
}

bool draft_write(const struct draft *draft, struct error *err)
{
    return draft_check_unchanged(draft, err) &&
           directory_make(text_to_c(draft->arena, path_parent(draft->target)), 0755, err) &&
           file_replace(AT_FDCWD, draft->target.data, draft->text, draft->mode, err);
}

bool draft_read_json(const struct draft *draft, struct json *ret_value, struct error *err)
{
    struct text text = is_blank(draft->text) ? TEXT("{}") : draft->text;
    return json_edit_read(text, draft->arena, ret_value, NULL, err);
}

/* ---- Making changes ---- */

/* How far down the path there is something already. */
static size_t existing_depth(const struct draft *draft, const struct text *steps, size_t count)
{
    struct json value;
    struct toml_document document;
    size_t depth = count;
    if (draft->format == DRAFT_JSON) {
        if (!draft_read_json(draft, &value, NULL)) {
            return 0;
        }
        while (depth > 0 && json_edit_find(&value, (struct json_path){steps, depth}) == NULL) {
            depth--;
        }
        return depth;
    }
    if (!toml_read(draft->text, draft->arena, &document, NULL)) {
        return 0;
    }
    while (depth > 0 && toml_find(&document, (struct toml_path){steps, depth}) == NULL) {
        depth--;
    }
    return depth;
}

static void record(struct draft *draft, struct change change)
{
    VECTOR_PUSH(draft->arena, &draft->changes, change);
}

/* JSON needs a value to add to; an empty file gets one. */
static struct text editable(const struct draft *draft)
{
    return draft->format == DRAFT_JSON && is_blank(draft->text) ? TEXT("{}\n") : draft->text;
}

bool draft_append(struct draft *draft, const struct text *steps, size_t count, const struct text_vector *values,
                  struct error *err)
{
    size_t depth = existing_depth(draft, steps, count);
    struct builder array;
    builder_init(&array, draft->arena);
    for (size_t i = 0; i < values->count; i++) {
        builder_add_char(&array, i == 0 ? '[' : ',');
        builder_add(&array, values->items[i]);
    }
    builder_add_char(&array, ']');
    if (!json_edit_append(editable(draft), (struct json_path){steps, count}, builder_text(&array), draft->arena,
                          &draft->text, err)) {
        return error_prefix(err, "%.*s", TEXT_ARG(draft->path));
    }
    for (size_t i = 0; i < values->count; i++) {
        /* Taken out last first: the one that made the array is the last to go. */
        record(draft, (struct change){CHANGE_APPENDED, steps, count, i == 0 ? depth : count, values->items[i],
                                      false, TEXT("")});
    }
    return true;
}

/* The value's text as it stands now, when there is one. */
static bool current_value(const struct draft *draft, const struct text *steps, size_t count,
                          struct text *ret_value)
{
    struct json value;
    struct toml_document document;
    if (draft->format == DRAFT_JSON) {
        const struct json *found = draft_read_json(draft, &value, NULL)
                                       ? json_edit_find(&value, (struct json_path){steps, count})
                                       : NULL;
        if (found == NULL) {
            return false;
        }
        *ret_value = text_slice(draft->text, found->start, found->end);
        return true;
    }
    const struct toml_entry *found = toml_read(draft->text, draft->arena, &document, NULL)
                                         ? toml_find(&document, (struct toml_path){steps, count})
                                         : NULL;
    if (found == NULL || found->kind != TOML_KEY) {
        return false;
    }
    *ret_value = text_slice(draft->text, found->value_start, found->value_end);
    return true;
}

bool draft_set(struct draft *draft, const struct text *steps, size_t count, struct text value,
               struct error *err)
{
    struct change change = {CHANGE_SET, steps, count,   existing_depth(draft, steps, count),
                            value,      false, TEXT("")};
    change.had_value = current_value(draft, steps, count, &change.was);
    bool set = draft->format == DRAFT_JSON ? json_edit_set(editable(draft), (struct json_path){steps, count},
                                                           value, draft->arena, &draft->text, err)
                                           : toml_edit_set(draft->text, (struct toml_path){steps, count}, value,
                                                           draft->arena, &draft->text, err);
    if (!set) {
        return error_prefix(err, "%.*s", TEXT_ARG(draft->path));
    }
    record(draft, change);
    return true;
}

bool draft_remove(struct draft *draft, const struct text *steps, size_t count, struct error *err)
{
    struct change change = {CHANGE_REMOVED, steps, count, count, TEXT(""), true, TEXT("")};
    (void)current_value(draft, steps, count, &change.was);
    bool removed = draft->format == DRAFT_JSON ? json_edit_remove(draft->text, (struct json_path){steps, count},
                                                                  draft->arena, &draft->text, err)
                                               : toml_edit_remove(draft->text, (struct toml_path){steps, count},
                                                                  false, draft->arena, &draft->text, err);
    if (!removed) {
        return error_prefix(err, "%.*s", TEXT_ARG(draft->path));
    }
    record(draft, change);
    return true;
}

bool draft_add_block(struct draft *draft, struct text block, struct error *err)
{
    struct change change = {CHANGE_BLOCK, NULL, 0, 0, block, false, TEXT("")};
    if (!toml_edit_add_block(draft->text, block, draft->arena, &draft->text, err)) {
        return error_prefix(err, "%.*s", TEXT_ARG(draft->path));
    }
    record(draft, change);
    return true;
}

/* ---- Taking changes out ---- */

bool draft_is_same_value(struct arena *arena, const struct json *value, struct text wanted)
{
    struct json tree;
    return json_parse(wanted, arena, &tree, NULL) &&
           text_equal(json_canonical_text(arena, value), json_canonical_text(arena, &tree));
}

/* Removes the containers that the change made and that are empty now. */
static struct text prune(struct text text, const struct change *change, struct arena *arena)
{
    for (size_t count = change->count; count > change->depth; count--) {
        struct json_path path = {change->steps, count};
        struct json value;
        if (!json_edit_read(text, arena, &value, NULL, NULL)) {
            return text;
        }
        const struct json *found = json_edit_find(&value, path);
        bool is_container = found != NULL && (found->type == JSON_OBJECT || found->type == JSON_ARRAY);
        if (found != NULL && (!is_container || found->count > 0)) {
            return text;
        }
        if (found != NULL) {
            (void)json_edit_remove(text, path, arena, &text, NULL);
        }
    }
    return text;
}

static struct text undo_append(struct text text, const struct change *change, struct arena *arena)
{
    struct json value;
    struct text *steps = ARENA_ARRAY(arena, struct text, change->count + 1);
    const struct json *array = NULL;
    if (json_edit_read(text, arena, &value, NULL, NULL)) {
        array = json_edit_find(&value, (struct json_path){change->steps, change->count});
    }
    if (array == NULL || array->type != JSON_ARRAY) {
        return text;
    }
    memcpy(steps, change->steps, change->count * sizeof *steps);
    for (size_t i = array->count; i > 0; i--) {
        if (draft_is_same_value(arena, &array->items[i - 1], change->value)) {
            steps[change->count] = text_format(arena, "%zu", i - 1);
            (void)json_edit_remove(text, (struct json_path){steps, change->count + 1}, arena, &text, NULL);
            break;
        }
    }
    return prune(text, change, arena);
}

static struct text undo_json_set(struct text text, const struct change *change, struct arena *arena)
{
    struct json_path path = {change->steps, change->count};
    struct json value;
    const struct json *found =
        json_edit_read(text, arena, &value, NULL, NULL) ? json_edit_find(&value, path) : NULL;
    if (found == NULL || !draft_is_same_value(arena, found, change->value)) {
        return text;
    }
    if (change->had_value) {
        (void)json_edit_set(text, path, change->was, arena, &text, NULL);
        return text;
    }
    (void)json_edit_remove(text, path, arena, &text, NULL);
    return prune(text, change, arena);
}

static struct text undo_toml_set(struct text text, const struct change *change, struct arena *arena)
{
    struct toml_path path = {change->steps, change->count};
    struct toml_document document;
    const struct toml_entry *found =
        toml_read(text, arena, &document, NULL) ? toml_find(&document, path) : NULL;
    if (found == NULL || found->kind != TOML_KEY ||
        !text_equal(text_slice(text, found->value_start, found->value_end), change->value)) {
        return text;
    }
    if (change->had_value) {
        (void)toml_edit_set(text, path, change->was, arena, &text, NULL);
    } else {
        bool made_table = change->depth + 1 < change->count;
        (void)toml_edit_remove(text, path, made_table, arena, &text, NULL);
    }
    return text;
}

static struct text undo_one(enum draft_format format, struct text text, const struct change *change,
                            struct arena *arena)
{
    switch (change->kind) {
    case CHANGE_APPENDED:
        return undo_append(text, change, arena);
    case CHANGE_SET:
        return format == DRAFT_JSON ? undo_json_set(text, change, arena) : undo_toml_set(text, change, arena);
    case CHANGE_BLOCK:
        (void)toml_edit_remove_block(text, change->value, arena, &text, NULL);
        return text;
    case CHANGE_REMOVED:
        break; /* a form that never worked is not put back into a file that has moved on */
    }
    return text;
}

struct text draft_undo(enum draft_format format, struct text text, const struct change_vector *changes,
                       struct arena *arena)
{
    for (size_t i = changes->count; i > 0; i--) {
        /* Each step reads the whole file; only its result is kept. */
        AUTO_ARENA scratch;
        arena_init(&scratch, LIMIT_DOCUMENT_MEMORY);
        text = text_copy(arena, undo_one(format, text, &changes->items[i - 1], &scratch));
    }
    return text;
}

/* ---- Changes as JSON ---- */

static const char *const kind_names[] = {"appended", "set", "removed", "block"};

void draft_write_changes(struct json_writer *writer, const struct change_vector *changes)
{
    json_begin_array(writer);
    for (size_t i = 0; i < changes->count; i++) {
        const struct change *change = &changes->items[i];
        json_begin_object(writer);
        json_member_string(writer, TEXT("kind"), text_of(kind_names[change->kind]));
        json_key(writer, TEXT("path"));
        json_begin_array(writer);
        for (size_t step = 0; step < change->count; step++) {
            json_string(writer, change->steps[step]);
        }
        json_end_array(writer);
        json_member_integer(writer, TEXT("depth"), (int64_t)change->depth);
        json_member_string(writer, TEXT("value"), change->value);
        if (change->had_value) {
            json_member_string(writer, TEXT("was"), change->was);
        }
        json_end_object(writer);
    }
    json_end_array(writer);
}

static bool read_change(const struct json *object, struct arena *arena, struct change *ret_change)
{
    struct change change = {0};
    struct text kind;
    uint64_t depth;
    const struct json *path = json_get(object, TEXT("path"));
    const struct json *depth_value = json_get(object, TEXT("depth"));
    if (!json_get_text(object, TEXT("kind"), &kind) || !json_get_text(object, TEXT("value"), &change.value) ||
        path == NULL || path->type != JSON_ARRAY || depth_value == NULL ||
        !text_to_u64(depth_value->text, &depth) || depth > path->count) {
        return false;
    }
    struct text *steps = ARENA_ARRAY(arena, struct text, path->count);
    for (size_t i = 0; i < path->count; i++) {
        steps[i] = path->items[i].text;
    }
    change.steps = steps;
    change.count = path->count;
    change.depth = (size_t)depth;
    change.had_value = json_get_text(object, TEXT("was"), &change.was);
    for (size_t i = 0; i < sizeof kind_names / sizeof kind_names[0]; i++) {
        if (text_equal(kind, text_of(kind_names[i]))) {
            change.kind = (enum change_kind)i;
            *ret_change = change;
            return true;
        }
    }
    return false;
}

bool draft_read_changes(const struct json *array, struct arena *arena, struct change_vector *ret_changes)
{
    struct change_vector changes = {0};
    if (array == NULL || array->type != JSON_ARRAY) {
        return false;
    }
    for (size_t i = 0; i < array->count; i++) {
        struct change change;
        if (!read_change(&array->items[i], arena, &change)) {
            return false;
        }
        VECTOR_PUSH(arena, &changes, change);
    }
    *ret_changes = changes;
    return true;
}
