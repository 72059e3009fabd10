/* SPDX-License-Identifier: Apache-2.0 */
#include "state/approval.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/limits.h"
#include "os/file.h"
#include "os/path.h"
#include "os/private.h"
#include "json/writer.h"

static const char *const status_names[] = {"pending", "approved", "denied"};

const char *approval_status_name(enum approval_status status)
{
    return status_names[status];
}

/* Crockford's base 32: no I, L, O and U, so that a code survives being read aloud. */
static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

struct text approval_code(struct text session, struct text tool, struct text arguments,
                          const struct digest *policy, struct arena *arena)
{
    const struct text parts[] = {session, tool, arguments, {(const char *)policy->bytes, DIGEST_SIZE}};
    struct digest digest = digest_sha256_list(parts, sizeof parts / sizeof parts[0]);
    uint64_t bits = 0;
    for (size_t i = 0; i < sizeof bits; i++) {
        bits = bits << 8 | digest.bytes[i];
    }
    char *code = arena_alloc(arena, APPROVAL_CODE_SIZE + 1);
    for (size_t i = 0; i < APPROVAL_CODE_SIZE; i++) {
        code[i] = alphabet[bits >> (59 - 5 * i) & 31];
    }
    code[APPROVAL_CODE_SIZE] = '\0';
    return (struct text){code, APPROVAL_CODE_SIZE};
}

/* The file of a code, which is checked: it becomes part of a path. */
static bool find_path(const char *state_folder, struct text code, struct arena *arena, struct text *ret_path,
                      struct error *err)
{
    char upper[APPROVAL_CODE_SIZE];
    bool is_code = code.size == APPROVAL_CODE_SIZE;
    for (size_t i = 0; is_code && i < APPROVAL_CODE_SIZE; i++) {
        char c = code.data[i];
        upper[i] = (char)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
        is_code = text_find_char(text_of(alphabet), upper[i]) != TEXT_NOT_FOUND;
    }
    if (!is_code) {
        return error_set(err, "\"%.*s\" is no approval code; `aex approvals` lists them", TEXT_ARG(code));
    }
    *ret_path = text_format(arena, "%s/approvals/%.*s.json", state_folder, APPROVAL_CODE_SIZE, upper);
    return true;
}

static bool read_status(struct text name, enum approval_status *ret_status)
{
    for (size_t i = 0; i < sizeof status_names / sizeof status_names[0]; i++) {
        if (text_equal(name, text_of(status_names[i]))) {
            *ret_status = (enum approval_status)i;
            return true;
        }
    }
    return false;
}

static bool parse(struct text source, struct arena *arena, struct approval *ret_approval)
{
    struct json value;
    struct text status;
    struct text requested;
    struct text expires;
    struct text policy;
    struct approval approval = {0};
    if (!json_parse(source, arena, &value, NULL) || !json_get_text(&value, TEXT("code"), &approval.code) ||
        !json_get_text(&value, TEXT("status"), &status) || !read_status(status, &approval.status) ||
        !json_get_text(&value, TEXT("agent"), &approval.agent) ||
        !json_get_text(&value, TEXT("session"), &approval.session) ||
        !json_get_text(&value, TEXT("tool"), &approval.tool) ||
        !json_get_text(&value, TEXT("demand"), &approval.demand) ||
        !json_get_text(&value, TEXT("rule"), &approval.rule) ||
        !json_get_text(&value, TEXT("root"), &approval.root) ||
        !json_get_text(&value, TEXT("arguments"), &approval.arguments) ||
        !json_get_text(&value, TEXT("policy"), &policy) || !digest_from_hex(policy, &approval.policy) ||
        !json_get_text(&value, TEXT("requested"), &requested) || !clock_parse(requested, &approval.requested) ||
        !json_get_text(&value, TEXT("expires"), &expires) || !clock_parse(expires, &approval.expires)) {
        return false;
    }
    (void)json_get_text(&value, TEXT("reason"), &approval.reason);
    *ret_approval = approval;
    return true;
}

bool approval_read(const char *state_folder, struct text code, clock_instant now, struct arena *arena,
                   bool *ret_found, struct approval *ret_approval, struct error *err)
{
    struct text path = TEXT("");
    struct text source = {0};
    bool found = false;
    struct approval approval = {0};
    if (!find_path(state_folder, code, arena, &path, err) ||
        !private_read(path.data, LIMIT_HOOK_INPUT * 2, arena, &found, &source, err)) {
        return false;
    }
    if (found && !parse(source, arena, &approval)) {
        return error_set(err, "%s is damaged; a person can remove it", path.data);
    }
    if (found && approval.expires <= now) {
        unlink(path.data);
        found = false;
    }
    if (found) {
        *ret_approval = approval;
    }
    *ret_found = found;
    return true;
}

static struct text format(const struct approval *approval, struct arena *arena)
{
    struct builder out;
    struct json_writer writer;
    builder_init(&out, arena);
    json_writer_init(&writer, &out, true);
    json_begin_object(&writer);
    json_member_string(&writer, TEXT("code"), approval->code);
    json_member_string(&writer, TEXT("status"), text_of(status_names[approval->status]));
    json_member_string(&writer, TEXT("agent"), approval->agent);
    json_member_string(&writer, TEXT("session"), approval->session);
    json_member_string(&writer, TEXT("tool"), approval->tool);
    json_member_string(&writer, TEXT("demand"), approval->demand);
    json_member_string(&writer, TEXT("rule"), approval->rule);
    json_member_string(&writer, TEXT("root"), approval->root);
    json_member_string(&writer, TEXT("arguments"), approval->arguments);
    json_member_string(&writer, TEXT("policy"), digest_hex(arena, &approval->policy));
    json_member_string(&writer, TEXT("requested"), clock_format(arena, approval->requested));
    json_member_string(&writer, TEXT("expires"), clock_format(arena, approval->expires));
    if (approval->reason.size > 0) {
        json_member_string(&writer, TEXT("reason"), approval->reason);
    }
    json_end_object(&writer);
    builder_add_char(&out, '\n');
    return builder_text(&out);
}

bool approval_write(const char *state_folder, const struct approval *approval, struct arena *arena,
                    struct error *err)
{
    struct text path;
    struct text folder = text_format(arena, "%s/approvals", state_folder);
    return find_path(state_folder, approval->code, arena, &path, err) &&
           private_make_folder(folder.data, err) &&
           file_replace(AT_FDCWD, path.data, format(approval, arena), 0600, err);
}

/* Under a name of its own, so that what is looked at is what is removed. */
bool approval_take(const char *state_folder, struct text code, struct arena *arena, bool *ret_taken,
                   struct approval *ret_approval, struct error *err)
{
    struct text path = TEXT("");
    struct text source = TEXT("");
    bool found = false;
    struct approval approval = {0};
    if (!find_path(state_folder, code, arena, &path, err)) {
        return false;
    }
    struct text own = text_format(arena, "%.*s.%ld.taken", TEXT_ARG(path), (long)getpid());
    *ret_taken = false;
    if (rename(path.data, own.data) != 0) {
        return errno == ENOENT || error_set_os(err, errno, "cannot use up %s", path.data);
    }
    if (!private_read(own.data, LIMIT_HOOK_INPUT * 2, arena, &found, &source, err)) {
        return false;
    }
    if (!found || !parse(source, arena, &approval)) {
        return error_set(err, "%s is damaged; a person can remove it", own.data);
    }
    if (approval.status == APPROVAL_PENDING) {
        return rename(own.data, path.data) == 0 || error_set_os(err, errno, "cannot put back %s", path.data);
    }
    if (unlink(own.data) != 0) {
        return error_set_os(err, errno, "cannot use up %s", own.data);
    }
    *ret_taken = true;
    *ret_approval = approval;
    return true;
}

static int compare_age(const void *a, const void *b)
{
    const struct approval *left = a;
    const struct approval *right = b;
    return (left->requested > right->requested) - (left->requested < right->requested);
}

bool approval_list(const char *state_folder, clock_instant now, struct arena *arena,
                   struct approval_vector *ret_list, struct error *err)
{
    struct approval_vector list = {0};
    struct text folder = text_format(arena, "%s/approvals", state_folder);
    DIR *stream = opendir(folder.data);
    if (stream == NULL && errno != ENOENT) {
        return error_set_os(err, errno, "cannot read %s", folder.data);
    }
    bool is_read = true;
    const struct dirent *entry;
    while (is_read && stream != NULL && (errno = 0, entry = readdir(stream)) != NULL) {
        struct text name = text_of(entry->d_name);
        struct approval approval = {0};
        bool found = false;
        if (name.size != APPROVAL_CODE_SIZE + 5 || !text_ends_with(name, TEXT(".json"))) {
            continue; /* a file being replaced */
        }
        struct text code = text_copy(arena, text_slice(name, 0, APPROVAL_CODE_SIZE));
        is_read = approval_read(state_folder, code, now, arena, &found, &approval, err);
        if (is_read && found) {
            VECTOR_PUSH(arena, &list, approval);
        }
    }
    if (is_read && stream != NULL && errno != 0) {
        is_read = error_set_os(err, errno, "cannot read %s", folder.data);
    }
    if (stream != NULL) {
        closedir(stream);
    }
    if (list.count > 1) {
        qsort(list.items, list.count, sizeof list.items[0], compare_age);
    }
    *ret_list = list;
    return is_read;
}
