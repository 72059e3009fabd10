/* SPDX-License-Identifier: Apache-2.0 */
/* aex.list_tasks and aex.review_task. */
#include <errno.h>

#include "analyse/review.h"
#include "base/limits.h"
#include "lang/lang.h"
#include "meta/internal.h"
#include "os/file.h"
#include "os/inside.h"
#include "os/path.h"
#include "state/checkpoint.h"

/* ---- aex.list_tasks ---- */

/* A contract as it is listed. */
struct contract {
    struct text path; /* from the workspace's root */
    struct text name;
    const char *type;
    const struct document *document;
};

VECTOR_DECLARE(contract_vector, struct contract);

struct listing {
    const struct meta_work *work;
    const char *root;
    struct contract_vector contracts;
    size_t files; /* looked at so far */
    size_t bytes; /* read so far */
    bool is_cut;  /* there are more */
};

/* Whether another file may be read. */
static bool take_file(struct listing *listing)
{
    if (listing->files == LIMIT_TASKS || listing->bytes >= LIMIT_TASKS_SIZE) {
        listing->is_cut = true;
        return false;
    }
    listing->files++;
    return true;
}

/* As its header says, else after its file. */
static struct text contract_name(struct text path, const struct document *document)
{
    struct text base = path_base_name(path);
    bool is_named = document->has_header && document->name.text.size > 0;
    return is_named ? document->name.text : text_slice(base, 0, base.size - 4); /* ".aex" */
}

static void write_contract(struct json_writer *writer, const struct contract *contract)
{
    const struct document *document = contract->document;
    struct text goal = TEXT("");
    json_begin_object(writer);
    for (size_t i = 0; i < document->statements.count; i++) {
        const struct statement *statement = &document->statements.items[i];
        goal = statement->kind == STATEMENT_GOAL ? lang_unquote(statement->value.text) : goal;
    }
    json_member_string(writer, TEXT("name"), contract->name);
    json_member_string(writer, TEXT("path"), contract->path);
    json_member_string(writer, TEXT("type"), text_of(contract->type));
    json_member_string(writer, TEXT("goal"), goal);
    json_key(writer, TEXT("tools"));
    json_begin_array(writer);
    for (size_t i = 0; i < document->statements.count; i++) {
        const struct statement *statement = &document->statements.items[i];
        bool is_list = statement->kind == STATEMENT_ALLOW || statement->kind == STATEMENT_USE;
        for (size_t j = 0; is_list && j < statement->words.count; j++) {
            json_string(writer, statement->words.items[j].text);
        }
    }
    json_end_array(writer);
    json_end_object(writer);
}

/* The contracts directly in a folder. What cannot be read is passed over: it is no task. */
static bool read_contracts(struct listing *listing, struct text folder_path, const char *type,
                           struct error *err)
{
    struct arena *arena = listing->work->arena;
    struct text_vector names;
    bool is_all;
    struct error failure = {0};
    AUTO_CLOSE folder = inside_open_folder(listing->root, folder_path, false, &failure);
    if (folder < 0) {
        return failure.os_code == ENOENT || error_pass(err, &failure);
    }
    if (!inside_list(folder, folder_path.data, LIMIT_TASKS, arena, &names, &is_all, err)) {
        return false;
    }
    listing->is_cut = listing->is_cut || !is_all;
    for (size_t i = 0; i < names.count; i++) {
        struct text path = path_join(arena, folder_path, names.items[i]);
        struct text source;
        if (names.items[i].size <= 4 || !text_ends_with(names.items[i], TEXT(".aex")) || !take_file(listing) ||
            !inside_read(folder, names.items[i].data, path.data, LIMIT_TASK_FILE, arena, &source, NULL)) {
            continue;
        }
        struct diagnostics diagnostics = {.arena = arena};
        listing->bytes += source.size;
        const struct document *document = lang_parse_to_decide(path, source, arena, &diagnostics);
        struct contract contract = {path, contract_name(path, document), type, document};
        VECTOR_PUSH(arena, &listing->contracts, contract);
    }
    return true;
}

static bool read_all_contracts(struct listing *listing, struct error *err)
{
    return read_contracts(listing, TEXT("tasks"), "task", err) &&
           read_contracts(listing, TEXT(".aex/runs"), "run", err);
}

/* Name and description as they stand: whether it may be resumed is found out when it is. */
static void list_checkpoint(struct listing *listing, struct text name)
{
    struct json_writer *writer = listing->work->result;
    struct arena *arena = listing->work->arena;
    struct text path = text_format(arena, CHECKPOINT_FOLDER "/%.*s/", TEXT_ARG(name));
    struct text source;
    struct json value;
    struct text description = TEXT("");
    if (!inside_read_path(listing->root, text_format(arena, "%.*scheckpoint.json", TEXT_ARG(path)),
                          LIMIT_TASKS_SIZE, arena, &source, NULL) ||
        !json_parse(source, arena, &value, NULL) || json_get(&value, TEXT("callsUsed")) == NULL) {
        return;
    }
    listing->bytes += source.size;
    (void)json_get_text(&value, TEXT("description"), &description);
    json_begin_object(writer);
    json_member_string(writer, TEXT("name"), name);
    json_member_string(writer, TEXT("path"), path);
    json_member_string(writer, TEXT("type"), TEXT("checkpoint"));
    json_member_string(writer, TEXT("goal"), description);
    json_key(writer, TEXT("tools"));
    json_begin_array(writer);
    json_end_array(writer);
    json_end_object(writer);
}

static bool list_checkpoints(struct listing *listing, struct error *err)
{
    struct text_vector names;
    bool is_all;
    struct error failure = {0};
    AUTO_CLOSE folder = inside_open_folder(listing->root, TEXT(CHECKPOINT_FOLDER), false, &failure);
    if (folder < 0) {
        return failure.os_code == ENOENT || error_pass(err, &failure);
    }
    if (!inside_list(folder, CHECKPOINT_FOLDER, LIMIT_TASKS, listing->work->arena, &names, &is_all, err)) {
        return false;
    }
    listing->is_cut = listing->is_cut || !is_all;
    for (size_t i = 0; i < names.count; i++) {
        if (checkpoint_name_is_valid(names.items[i]) && take_file(listing)) {
            list_checkpoint(listing, names.items[i]);
        }
    }
    return true;
}

bool meta_list_tasks(struct meta_work *work)
{
    struct listing listing = {.work = work, .root = text_to_c(work->arena, work->context->workspace->root)};
    if (!read_all_contracts(&listing, work->err)) {
        return false;
    }
    json_begin_object(work->result);
    json_key(work->result, TEXT("tasks"));
    json_begin_array(work->result);
    for (size_t i = 0; i < listing.contracts.count; i++) {
        write_contract(work->result, &listing.contracts.items[i]);
    }
    if (!list_checkpoints(&listing, work->err)) {
        return false;
    }
    json_end_array(work->result);
    if (listing.is_cut) {
        json_key(work->result, TEXT("truncated"));
        json_bool(work->result, true);
    }
    json_end_object(work->result);
    json_member_integer(work->members, TEXT("files"), (int64_t)listing.files);
    return true;
}

/* ---- aex.review_task ---- */

/* The path of the contract that the list calls `name`; `name` itself when there is none. */
static bool find_listed(const struct meta_work *work, struct text name, struct text *ret_path)
{
    struct listing listing = {.work = work, .root = text_to_c(work->arena, work->context->workspace->root)};
    const struct contract *found = NULL;
    *ret_path = name;
    if (text_ends_with(name, TEXT(".aex"))) {
        return true;
    }
    if (!read_all_contracts(&listing, work->err)) {
        return false;
    }
    for (size_t i = 0; i < listing.contracts.count; i++) {
        const struct contract *contract = &listing.contracts.items[i];
        if (!text_equal(contract->name, name)) {
            continue;
        }
        if (found != NULL) {
            return error_set(work->err, "both %.*s and %.*s are called %.*s; name one by its path",
                             TEXT_ARG(found->path), TEXT_ARG(contract->path), TEXT_ARG(name));
        }
        found = contract;
        *ret_path = contract->path;
    }
    return true;
}

bool meta_review_task(struct meta_work *work)
{
    const struct meta_context *context = work->context;
    const struct workspace *workspace = context->workspace;
    struct arena *arena = work->arena;
    struct text task;
    struct text source;
    if (!meta_argument(work, TEXT("task"), true, &task) || !find_listed(work, task, &task)) {
        return false;
    }
    struct text path = path_normalise(arena, workspace->root, task);
    struct text relative = path_relative(path, workspace->root);
    if (!path_is_within(path, workspace->root)) {
        relative = path_relative(path, workspace->root_as_named);
    }
    /* Mistakes quote the document: only contracts, and only this workspace's, may be looked at this way. */
    if (relative.data == path.data || !text_ends_with(relative, TEXT(".aex"))) {
        return error_set(
            work->err,
            "%.*s is no .aex file in this workspace, and no task of that name is in what aex.list_tasks lists",
            TEXT_ARG(task));
    }
    if (!inside_read_path(text_to_c(arena, workspace->root), relative, LIMIT_TASK_FILE, arena, &source,
                          work->err)) {
        return false;
    }
    struct review review;
    review_contract(workspace, context->home, path_join(arena, workspace->root, relative), relative, source,
                    arena, &review);
    review_json(work->result, &review);
    json_member_string(work->members, TEXT("task"), relative);
    return true;
}
