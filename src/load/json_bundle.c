/* SPDX-License-Identifier: Apache-2.0 */
#include "load/json_bundle.h"

#include <fcntl.h>

#include "base/builder.h"
#include "base/limits.h"
#include "os/file.h"
#include "os/path.h"
#include "json/json.h"

struct bundling {
    struct builder out;
    struct arena *arena;
    struct error *err;
};

struct text json_bundle_path(struct text path, struct text extends, struct arena *arena)
{
    return path_normalise(arena, path_parent(path), extends);
}

bool json_bundle_next(struct text *rest, struct text *ret_path, struct text *ret_source)
{
    struct text path = {0};
    bool is_own = rest->size == 0 || rest->data[0] != '\0';
    if (rest->data == NULL) {
        return false;
    }
    if (!is_own) {
        struct text behind = text_after(*rest, 1);
        size_t end = text_find_char(behind, '\0');
        if (end == TEXT_NOT_FOUND) {
            return false;
        }
        path = text_slice(behind, 0, end);
        *rest = text_after(behind, end + 1);
    }
    size_t size = text_find_char(*rest, '\0');
    *ret_path = path;
    *ret_source = size == TEXT_NOT_FOUND ? *rest : text_slice(*rest, 0, size);
    *rest = size == TEXT_NOT_FOUND ? (struct text){0} : text_after(*rest, size);
    return true;
}

bool json_bundle_find(struct text bundle, struct text path, struct text *ret_source)
{
    struct text rest = bundle;
    struct text found;
    struct text source;
    while (json_bundle_next(&rest, &found, &source)) {
        if (found.size > 0 && text_equal(found, path)) {
            *ret_source = source;
            return true;
        }
    }
    return false;
}

static bool add_bases(struct bundling *bundling, struct text path, const struct json *policy, size_t level);

static bool add_file(struct bundling *bundling, struct text path, size_t level)
{
    struct text source;
    struct json policy;
    if (json_bundle_find(builder_text(&bundling->out), path, &source)) {
        return true;
    }
    if (!file_read_path(AT_FDCWD, path.data, LIMIT_DOCUMENT, bundling->arena, &source, bundling->err)) {
        return false;
    }
    if (text_has_nul(source)) {
        return error_set(bundling->err, "%.*s: holds a NUL", TEXT_ARG(path));
    }
    if (bundling->out.size + path.size + source.size > LIMIT_DOCUMENT) {
        return error_set(bundling->err, "%.*s: with all that it extends the policy is larger than %d bytes",
                         TEXT_ARG(path), LIMIT_DOCUMENT);
    }
    builder_add_char(&bundling->out, '\0');
    builder_add(&bundling->out, path);
    builder_add_char(&bundling->out, '\0');
    builder_add(&bundling->out, source);
    return !json_parse(source, bundling->arena, &policy, NULL) || add_bases(bundling, path, &policy, level);
}

static bool add_bases(struct bundling *bundling, struct text path, const struct json *policy, size_t level)
{
    const struct json *base = json_get(policy, TEXT("extends"));
    if (base == NULL || level == JSON_BUNDLE_LEVELS) {
        return true;
    }
    if (base->type == JSON_STRING) {
        return add_file(bundling, json_bundle_path(path, base->text, bundling->arena), level + 1);
    }
    return add_bases(bundling, path, base, level + 1);
}

bool json_bundle_make(struct text path, struct text source, struct arena *arena, struct text *ret_bundle,
                      struct error *err)
{
    struct bundling bundling = {.arena = arena, .err = err};
    struct json policy;
    if (text_has_nul(source)) {
        return error_set(err, "%.*s: holds a NUL", TEXT_ARG(path));
    }
    if (!json_parse(source, arena, &policy, NULL) || json_get(&policy, TEXT("extends")) == NULL) {
        *ret_bundle = source;
        return true;
    }
    builder_init(&bundling.out, arena);
    builder_add(&bundling.out, source);
    if (!add_bases(&bundling, path, &policy, 0)) {
        return false;
    }
    *ret_bundle = builder_text(&bundling.out);
    return true;
}
