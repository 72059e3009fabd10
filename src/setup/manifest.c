/* SPDX-License-Identifier: Apache-2.0 */
#include "setup/manifest.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/limits.h"
#include "os/file.h"
#include "os/path.h"
#include "os/private.h"
#include "os/tree.h"

static const struct text schema = TEXT_INIT("aex/install@v1");

enum { NAME_SIZE = 32 }; /* hexadecimal digits */

static struct text store_path(const char *state_folder, const struct manifest *manifest, const char *ending,
                              struct arena *arena)
{
    const struct text parts[] = {manifest->target, manifest->agent, manifest->scope, manifest->root};
    struct digest digest = digest_sha256_list(parts, sizeof parts / sizeof parts[0]);
    struct text name = text_slice(digest_hex(arena, &digest), 0, NAME_SIZE);
    return text_format(arena, "%s/install/%.*s%s", state_folder, TEXT_ARG(name), ending);
}

bool manifest_is_untouched(const struct manifest *manifest, struct text now)
{
    struct digest digest = digest_sha256(now);
    return digest_equal(&manifest->after, &digest);
}

struct text manifest_undo(const struct manifest *manifest, struct text now, struct arena *arena)
{
    return manifest_is_untouched(manifest, now) ? manifest->before
                                                : draft_undo(manifest->format, now, &manifest->changes, arena);
}

static bool read_members(const struct json *value, struct arena *arena, struct manifest *manifest)
{
    struct text text;
    if (!json_get_text(value, TEXT("schema"), &text) || !text_equal(text, schema) ||
        json_get(value, TEXT("existed")) == NULL || !json_get_text(value, TEXT("format"), &text)) {
        return false;
    }
    manifest->format = text_equal(text, TEXT("toml")) ? DRAFT_TOML : DRAFT_JSON;
    manifest->existed = json_is_true(value, TEXT("existed"));
    manifest->wraps_servers = json_is_true(value, TEXT("wrapsServers"));
    return json_get_text(value, TEXT("agent"), &manifest->agent) &&
           json_get_text(value, TEXT("scope"), &manifest->scope) &&
           json_get_text(value, TEXT("root"), &manifest->root) &&
           json_get_text(value, TEXT("path"), &manifest->path) &&
           json_get_text(value, TEXT("target"), &manifest->target) &&
           json_get_text(value, TEXT("madeFolder"), &manifest->made_folder) &&
           json_get_text(value, TEXT("after"), &text) && digest_from_hex(text, &manifest->after) &&
           draft_read_changes(json_get(value, TEXT("changes")), arena, &manifest->changes);
}

static bool read_one(const char *state_folder, const char *path, struct arena *arena, bool *ret_found,
                     struct manifest *ret_manifest, struct error *err)
{
    struct text source;
    struct json value;
    struct manifest manifest = {0};
    if (!private_read(path, LIMIT_CONFIGURATION, arena, ret_found, &source, err)) {
        return false;
    }
    if (!*ret_found) {
        return true;
    }
    if (!json_parse(source, arena, &value, err) || !read_members(&value, arena, &manifest)) {
        return error_set(err, "%s is not a record of an installation", path);
    }
    struct text backup = store_path(state_folder, &manifest, ".before", arena);
    bool has_backup = true;
    if (manifest.existed &&
        !private_read(backup.data, LIMIT_CONFIGURATION, arena, &has_backup, &manifest.before, err)) {
        return false;
    }
    if (!has_backup) {
        return error_set(err, "%.*s, the file from before the installation, is missing", TEXT_ARG(backup));
    }
    *ret_manifest = manifest;
    return true;
}

bool manifest_read(const char *state_folder, const struct manifest *wanted, struct arena *arena,
                   bool *ret_found, struct manifest *ret_manifest, struct error *err)
{
    struct text path = store_path(state_folder, wanted, ".json", arena);
    return read_one(state_folder, path.data, arena, ret_found, ret_manifest, err);
}

/* The folder gives them in an order of its own. */
static void sort_manifests(struct manifest_vector *manifests)
{
    for (size_t i = 1; i < manifests->count; i++) {
        for (size_t j = i; j > 0 && text_compare(manifests->items[j].path, manifests->items[j - 1].path) < 0;
             j--) {
            struct manifest other = manifests->items[j];
            manifests->items[j] = manifests->items[j - 1];
            manifests->items[j - 1] = other;
        }
    }
}

bool manifest_list(const char *state_folder, struct arena *arena, struct manifest_vector *ret_manifests,
                   struct error *err)
{
    struct manifest_vector manifests = {0};
    struct tree_walk walk;
    struct tree_entry entry;
    struct error failure;
    struct text folder = text_format(arena, "%s/install", state_folder);
    if (!tree_walk_init(&walk, folder, arena, &failure)) {
        *ret_manifests = manifests;
        return failure.os_code == ENOENT || error_pass(err, &failure);
    }
    bool is_read = true;
    while (is_read && tree_walk_next(&walk, &entry)) {
        struct manifest manifest = {0};
        bool found = false;
        if (!text_ends_with(entry.name, TEXT(".json"))) {
            continue;
        }
        is_read = read_one(state_folder, text_to_c(arena, entry.path), arena, &found, &manifest, err);
        if (is_read && found) {
            VECTOR_PUSH(arena, &manifests, manifest);
        }
    }
    tree_walk_release(&walk);
    if (is_read && walk.is_incomplete) {
        is_read = error_set(err, "%.*s could not be read to its end", TEXT_ARG(folder));
    }
    sort_manifests(&manifests);
    *ret_manifests = manifests;
    return is_read;
}

bool manifest_write(const char *state_folder, const struct manifest *manifest, struct arena *arena,
                    struct error *err)
{
    struct builder out;
    struct json_writer writer;
    struct text folder = text_format(arena, "%s/install", state_folder);
    struct text path = store_path(state_folder, manifest, ".json", arena);
    struct text backup = store_path(state_folder, manifest, ".before", arena);
    builder_init(&out, arena);
    json_writer_init(&writer, &out, true);
    json_begin_object(&writer);
    json_member_string(&writer, TEXT("schema"), schema);
    json_member_string(&writer, TEXT("agent"), manifest->agent);
    json_member_string(&writer, TEXT("scope"), manifest->scope);
    json_member_string(&writer, TEXT("root"), manifest->root);
    json_member_string(&writer, TEXT("format"), manifest->format == DRAFT_TOML ? TEXT("toml") : TEXT("json"));
    json_member_string(&writer, TEXT("path"), manifest->path);
    json_member_string(&writer, TEXT("target"), manifest->target);
    json_key(&writer, TEXT("wrapsServers"));
    json_bool(&writer, manifest->wraps_servers);
    json_key(&writer, TEXT("existed"));
    json_bool(&writer, manifest->existed);
    json_member_string(&writer, TEXT("madeFolder"), manifest->made_folder);
    json_member_string(&writer, TEXT("after"), digest_hex(arena, &manifest->after));
    json_key(&writer, TEXT("changes"));
    draft_write_changes(&writer, &manifest->changes);
    json_end_object(&writer);
    builder_add_char(&out, '\n');
    return private_make_folder(folder.data, err) &&
           (!manifest->existed || file_replace(AT_FDCWD, backup.data, manifest->before, 0600, err)) &&
           file_replace(AT_FDCWD, path.data, builder_text(&out), 0600, err);
}

static bool remove_file(const char *path, struct error *err)
{
    return unlink(path) == 0 || errno == ENOENT || error_set_os(err, errno, "cannot remove %s", path);
}

bool manifest_remove(const char *state_folder, const struct manifest *manifest, struct arena *arena,
                     struct error *err)
{
    return remove_file(store_path(state_folder, manifest, ".json", arena).data, err) &&
           remove_file(store_path(state_folder, manifest, ".before", arena).data, err);
}
