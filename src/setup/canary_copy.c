/* SPDX-License-Identifier: Apache-2.0 */
/* Copies of the settings that hold an agent, without what could act. */
#include <fcntl.h>

#include "base/limits.h"
#include "os/file.h"
#include "os/path.h"
#include "setup/canary.h"
#include "setup/codex.h"
#include "setup/json_edit.h"
#include "setup/settings.h"
#include "setup/toml.h"
#include "json/writer.h"

struct copy {
    struct doctor *doctor;
    enum setup_agent agent;
    const struct canary_place *place;
    struct text_vector *left_out;
};

static void leave_out(struct copy *copy, struct text name)
{
    for (size_t i = 0; i < copy->left_out->count; i++) {
        if (text_equal(copy->left_out->items[i], name)) {
            return;
        }
    }
    VECTOR_PUSH(copy->doctor->arena, copy->left_out, name);
}

/* ---- Hooks ---- */

/* Handlers keep their places: Codex trusts them by those. */
static void write_handler(struct copy *copy, struct json_writer *writer, const struct json *handler)
{
    struct text command;
    struct text type;
    if (json_get_text(handler, TEXT("type"), &type) && text_equal(type, TEXT("command")) &&
        json_get_text(handler, TEXT("command"), &command) &&
        doctor_vouches_for(copy->doctor, copy->agent, command)) {
        json_tree(writer, handler);
        return;
    }
    leave_out(copy, TEXT("other hooks"));
    json_begin_object(writer);
    json_member_string(writer, TEXT("type"), TEXT("command"));
    json_member_string(writer, TEXT("command"), TEXT("true"));
    json_end_object(writer);
}

static void write_group(struct copy *copy, struct json_writer *writer, const struct json *group)
{
    json_begin_object(writer);
    for (size_t i = 0; group->type == JSON_OBJECT && i < group->count; i++) {
        const struct json_member *member = &group->members[i];
        bool is_list = text_equal(member->name, TEXT("hooks")) && member->value.type == JSON_ARRAY;
        bool is_matcher = text_equal(member->name, TEXT("matcher"));
        if (is_list) {
            json_key(writer, member->name);
            json_begin_array(writer);
            for (size_t j = 0; j < member->value.count; j++) {
                write_handler(copy, writer, &member->value.items[j]);
            }
            json_end_array(writer);
        } else if (is_matcher) {
            json_key(writer, member->name);
            json_tree(writer, &member->value);
        }
    }
    json_end_object(writer);
}

static void write_hooks(struct copy *copy, struct json_writer *writer, const struct json *hooks)
{
    json_begin_object(writer);
    for (size_t i = 0; hooks->type == JSON_OBJECT && i < hooks->count; i++) {
        const struct json *groups = &hooks->members[i].value;
        json_key(writer, hooks->members[i].name);
        json_begin_array(writer);
        for (size_t j = 0; groups->type == JSON_ARRAY && j < groups->count; j++) {
            write_group(copy, writer, &groups->items[j]);
        }
        json_end_array(writer);
    }
    json_end_object(writer);
}

/* ---- JSON files ---- */

static bool write_file(struct text path, struct text content, struct arena *arena, struct error *err)
{
    return directory_make(text_to_c(arena, path_parent(path)), 0700, err) &&
           file_create(AT_FDCWD, path.data, content, 0600, err);
}

/* A file of settings or hooks. One that is not there, or that the agent drops as a whole, needs no copy. */
static bool copy_json(struct copy *copy, struct text from, struct text to, struct error *err)
{
    struct arena *arena = copy->doctor->arena;
    struct text source;
    struct json value;
    struct json_dialect dialect;
    bool exists;
    if (!file_read_if_exists(from.data, LIMIT_CONFIGURATION, arena, &exists, &source, err)) {
        return false;
    }
    if (!exists || !json_edit_read(source, arena, &value, &dialect, NULL) || dialect.has_comments ||
        dialect.has_trailing_commas || value.type != JSON_OBJECT) {
        return true;
    }
    struct builder out;
    struct json_writer writer;
    builder_init(&out, arena);
    json_writer_init(&writer, &out, true);
    json_begin_object(&writer);
    for (size_t i = 0; i < value.count; i++) {
        const struct json_member *member = &value.members[i];
        bool is_hooks = text_equal(member->name, TEXT("hooks")) && member->value.type == JSON_OBJECT;
        if (!is_hooks && !settings_is_inert(member)) {
            leave_out(copy, member->name);
            continue;
        }
        json_key(&writer, member->name);
        if (is_hooks) {
            write_hooks(copy, &writer, &member->value);
        } else {
            json_tree(&writer, &member->value);
        }
    }
    json_end_object(&writer);
    return write_file(to, builder_text(&out), arena, err);
}

static bool copy_claude(struct copy *copy, struct error *err)
{
    const struct setup_options *options = copy->doctor->options;
    struct arena *arena = copy->doctor->arena;
    struct text folder = path_join(arena, copy->place->project, TEXT(".claude"));
    return copy_json(copy, setup_claude_settings(options, SETUP_PROJECT, arena),
                     path_join(arena, folder, TEXT("settings.json")), err) &&
           copy_json(copy, setup_claude_local_settings(options, arena),
                     path_join(arena, folder, TEXT("settings.local.json")), err) &&
           copy_json(copy, setup_claude_settings(options, SETUP_USER, arena),
                     path_join(arena, copy->place->home, TEXT(".claude/settings.json")), err);
}

/* ---- Codex ---- */

/* A folder of Codex's as its keys of trust name it: links resolved, with a slash. */
static struct text known_folder(struct text folder, struct arena *arena)
{
    struct text resolved = folder;
    (void)path_resolve(arena, folder, &resolved, NULL);
    return text_format(arena, "%.*s/", TEXT_ARG(resolved));
}

/* One line "a.b.c = VALUE" of the copy. */
static void add_line(struct builder *out, const struct toml_document *document, const struct toml_entry *entry,
                     struct toml_path path, struct arena *arena)
{
    struct text value = text_slice(document->source, entry->value_start, entry->value_end);
    builder_format(out, "%.*s = %.*s\n", TEXT_ARG(toml_path_spell(arena, path)), TEXT_ARG(value));
}

/* The trust of one hook, for the same hook in the place. */
static void add_trust(struct copy *copy, const struct toml_document *document, const struct toml_entry *entry,
                      struct builder *out)
{
    const struct setup_options *options = copy->doctor->options;
    struct arena *arena = copy->doctor->arena;
    const struct text from[] = {known_folder(path_join(arena, options->root, TEXT(".codex")), arena),
                                known_folder(options->codex_folder, arena)};
    const struct text to[] = {path_join(arena, copy->place->project, TEXT(".codex/")),
                              path_join(arena, copy->place->home, TEXT(".codex/"))};
    const struct text *steps = entry->path.steps;
    for (size_t i = 0; i < sizeof from / sizeof from[0]; i++) {
        if (text_starts_with(steps[2], from[i])) {
            struct text key =
                text_format(arena, "%.*s%.*s", TEXT_ARG(to[i]), TEXT_ARG(text_after(steps[2], from[i].size)));
            const struct text moved[] = {steps[0], steps[1], key, steps[3]};
            add_line(out, document, entry, (struct toml_path){moved, 4}, arena);
            return;
        }
    }
}

/* What a configuration says of hooks, of their trust, and of this project, in the terms of the place. */
static void add_configuration(struct copy *copy, const struct toml_document *document, struct builder *out)
{
    struct arena *arena = copy->doctor->arena;
    for (size_t i = 0; i < document->entries.count; i++) {
        const struct toml_entry *entry = &document->entries.items[i];
        const struct text *steps = entry->path.steps;
        size_t count = entry->path.count;
        if (entry->kind != TOML_KEY && entry->kind != TOML_INNER) {
            continue;
        }
        if (count == 2 && text_equal(steps[0], TEXT("features")) && text_equal(steps[1], TEXT("hooks"))) {
            add_line(out, document, entry, entry->path, arena);
        }
        if (count == 3 && text_equal(steps[0], TEXT("projects")) &&
            text_equal(steps[1], copy->doctor->options->root)) {
            const struct text moved[] = {steps[0], copy->place->project, steps[2]};
            add_line(out, document, entry, (struct toml_path){moved, 3}, arena);
        }
        if (count == 4 && text_equal(steps[0], TEXT("hooks")) && text_equal(steps[1], TEXT("state"))) {
            add_trust(copy, document, entry, out);
        }
    }
}

/* [[hooks]] of the configuration, in their places. */
static void add_hooks(struct copy *copy, const struct toml_document *document, struct builder *out)
{
    struct arena *arena = copy->doctor->arena;
    struct json value = codex_configured_hooks(document, arena);
    struct handler_vector handlers;
    hooks_list(&value, arena, &handlers);
    for (size_t i = 0; i < handlers.count; i++) {
        const struct hook_handler *handler = &handlers.items[i];
        bool is_ours = doctor_vouches_for(copy->doctor, copy->agent, handler->command);
        const struct json *timeout = json_get(handler->value, TEXT("timeout"));
        if (!is_ours) {
            leave_out(copy, TEXT("other hooks"));
        }
        if (handler->index == 0) {
            builder_format(out, "[[hooks.%.*s]]\n", TEXT_ARG(handler->event));
            if (handler->has_matcher) {
                builder_format(out, "matcher = %.*s\n", TEXT_ARG(toml_quote(arena, handler->matcher)));
            }
        }
        builder_format(out, "[[hooks.%.*s.hooks]]\ntype = \"command\"\ncommand = %.*s\n",
                       TEXT_ARG(handler->event),
                       TEXT_ARG(toml_quote(arena, is_ours ? handler->command : TEXT("true"))));
        if (is_ours && timeout != NULL) {
            builder_format(out, "timeout = %.*s\n", TEXT_ARG(timeout->text));
        }
    }
}

static bool copy_toml(struct copy *copy, enum setup_scope scope, struct text to, struct error *err)
{
    struct arena *arena = copy->doctor->arena;
    struct text source;
    struct toml_document document;
    struct builder out;
    bool exists;
    struct text from = setup_codex_config(copy->doctor->options, scope, arena);
    if (!file_read_if_exists(from.data, LIMIT_CONFIGURATION, arena, &exists, &source, err)) {
        return false;
    }
    if (!exists) {
        return true;
    }
    if (!toml_read(source, arena, &document, err)) {
        return error_prefix(err, "%.*s", TEXT_ARG(from));
    }
    builder_init(&out, arena);
    add_configuration(copy, &document, &out);
    add_hooks(copy, &document, &out);
    return write_file(to, builder_text(&out), arena, err);
}

static bool copy_codex(struct copy *copy, struct error *err)
{
    const struct setup_options *options = copy->doctor->options;
    struct arena *arena = copy->doctor->arena;
    struct text project = path_join(arena, copy->place->project, TEXT(".codex"));
    struct text home = path_join(arena, copy->place->home, TEXT(".codex"));
    return copy_json(copy, setup_codex_hooks(options, SETUP_PROJECT, arena),
                     path_join(arena, project, TEXT("hooks.json")), err) &&
           copy_json(copy, setup_codex_hooks(options, SETUP_USER, arena),
                     path_join(arena, home, TEXT("hooks.json")), err) &&
           copy_toml(copy, SETUP_PROJECT, path_join(arena, project, TEXT("config.toml")), err) &&
           copy_toml(copy, SETUP_USER, path_join(arena, home, TEXT("config.toml")), err);
}

bool canary_copy_settings(struct doctor *doctor, enum setup_agent agent, const struct canary_place *place,
                          struct text_vector *left_out, struct error *err)
{
    struct copy copy = {doctor, agent, place, left_out};
    return agent == SETUP_CLAUDE ? copy_claude(&copy, err) : copy_codex(&copy, err);
}
