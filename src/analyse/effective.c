/* SPDX-License-Identifier: Apache-2.0 */
#include "analyse/effective.h"

#include <inttypes.h>

#include "policy/merge.h"
#include "policy/message.h"

/* "   (.aex/policy.aex:5, tasks/x.aex:3)" */
static void add_origin(struct builder *out, const struct rule *const *rules, size_t count)
{
    builder_add_c(out, "   (");
    for (size_t i = 0; i < count; i++) {
        builder_format(out, "%s%.*s:%zu", i == 0 ? "" : ", ", TEXT_ARG(rules[i]->file), rules[i]->line);
    }
    builder_add_char(out, ')');
}

static void add_rules(struct builder *out, const char *title, const struct rule_pointer_vector *rules,
                      bool verbose)
{
    if (rules->count == 0) {
        return;
    }
    builder_format(out, "%s:\n", title);
    for (size_t i = 0; i < rules->count; i++) {
        builder_format(out, "  %.*s", TEXT_ARG(rules->items[i]->pattern.source));
        if (verbose) {
            add_origin(out, &rules->items[i], 1);
        }
        builder_add_char(out, '\n');
    }
}

static void add_allowed(struct builder *out, const struct merged_policy *merged, bool verbose,
                        struct arena *arena)
{
    builder_add_c(out, "Allowed:\n");
    for (size_t i = 0; i < merged->allow.count; i++) {
        const struct merged_allow *allow = &merged->allow.items[i];
        builder_format(out, "  %.*s", TEXT_ARG(merged_allow_text(allow, arena)));
        if (verbose) {
            add_origin(out, allow->rules, allow->count);
        }
        builder_add_char(out, '\n');
    }
    if (merged->allow.count == 0) {
        builder_add_c(out, merged->allows_everything ? "  (everything)\n" : "  (nothing)\n");
    }
}

/* Each layer's own: no other judges by them. */
static void add_maps(struct builder *out, const struct layer_vector *layers, bool verbose, struct arena *arena)
{
    const char *title = "Maps:\n";
    for (size_t i = 0; i < layers->count; i++) {
        const struct tool_map_vector *maps = &layers->items[i].maps;
        for (size_t j = 0; j < maps->count; j++) {
            builder_format(out, "%s  %.*s", title, TEXT_ARG(message_map(&maps->items[j], arena)));
            title = "";
            if (verbose) {
                builder_format(out, "   (%.*s:%zu)", TEXT_ARG(maps->items[j].file), maps->items[j].line);
            }
            builder_add_char(out, '\n');
        }
    }
}

/* What a person still has to look at. */
static void add_trust(struct builder *out, const struct workspace *workspace)
{
    switch (workspace->trust) {
    case TRUST_NEVER:
        builder_add_c(out, "Waiting:  a person has to accept it with `aex trust`\n");
        break;
    case TRUST_CHANGED:
        builder_add_c(out, "Waiting:  it changed since a person accepted it; `aex trust --show` says how\n");
        break;
    case TRUST_DELETED:
        builder_add_c(out, "Waiting:  it is gone from disk; what a person accepted is in force\n");
        break;
    case TRUST_NO_POLICY:
    case TRUST_OPERATOR:
    case TRUST_ACCEPTED:
        break;
    }
}

/* The layers around the workspace's own, where there are any. */
static void add_outer_layers(struct builder *out, const struct workspace *workspace)
{
    for (size_t i = 0; i < workspace->layers.count; i++) {
        const struct layer *layer = &workspace->layers.items[i];
        if (layer->may_allow_configure) {
            const char *title = text_equal(layer->name, TEXT("user")) ? "User:     " : "Managed:  ";
            builder_format(out, "%s%.*s\n", title, TEXT_ARG(layer->file));
        }
    }
}

struct text effective_text(const struct layer_view *view, bool verbose, struct arena *arena)
{
    const struct workspace *workspace = view->workspace;
    struct merged_policy merged;
    policy_merge(workspace->layers.items, workspace->layers.count, arena, &merged);
    struct builder out;
    builder_init(&out, arena);
    add_outer_layers(&out, workspace);
    if (workspace->policy_file.size > 0) {
        builder_format(&out, "Policy:   %.*s\n", TEXT_ARG(workspace->policy_file));
    }
    if (workspace->contract_file.size > 0) {
        builder_format(&out, "Contract: %.*s\n", TEXT_ARG(workspace->contract_file));
    }
    add_trust(&out, workspace);
    builder_add_char(&out, '\n');
    add_allowed(&out, &merged, verbose, arena);
    add_rules(&out, "Denied", &merged.deny, verbose);
    add_rules(&out, "Confirmation required", &merged.confirm, verbose);
    if (merged.has_call_budget) {
        builder_format(&out, "Budget:\n  calls=%" PRIu64, merged.call_budget);
        if (verbose) {
            builder_format(&out, "   (%.*s:%zu)", TEXT_ARG(merged.budget_layer->budget_file),
                           merged.budget_layer->budget_line);
        }
        builder_add_char(&out, '\n');
    }
    add_maps(&out, &workspace->layers, verbose, arena);
    if (policy_redacts(workspace->policy)) {
        builder_add_c(&out, "Redacted:\n  secrets\n");
    }
    layer_view_text(&out, view, verbose);
    return builder_text(&out);
}

static void write_maps(struct json_writer *writer, const struct layer_vector *layers, struct arena *arena)
{
    json_key(writer, TEXT("maps"));
    json_begin_array(writer);
    for (size_t i = 0; i < layers->count; i++) {
        const struct tool_map_vector *maps = &layers->items[i].maps;
        for (size_t j = 0; j < maps->count; j++) {
            const struct tool_map *map = &maps->items[j];
            json_begin_object(writer);
            json_member_string(writer, TEXT("map"), message_map(map, arena));
            json_member_string(writer, TEXT("from"),
                               text_format(arena, "%.*s:%zu", TEXT_ARG(map->file), map->line));
            json_end_object(writer);
        }
    }
    json_end_array(writer);
}

static void write_entry(struct json_writer *writer, struct text capability, const struct rule *const *rules,
                        size_t count, struct arena *arena)
{
    json_begin_object(writer);
    json_member_string(writer, TEXT("capability"), capability);
    json_key(writer, TEXT("from"));
    json_begin_array(writer);
    for (size_t i = 0; i < count; i++) {
        json_string(writer, text_format(arena, "%.*s:%zu", TEXT_ARG(rules[i]->file), rules[i]->line));
    }
    json_end_array(writer);
    json_end_object(writer);
}

static void write_rules(struct json_writer *writer, struct text name, const struct rule_pointer_vector *rules,
                        struct arena *arena)
{
    json_key(writer, name);
    json_begin_array(writer);
    for (size_t i = 0; i < rules->count; i++) {
        write_entry(writer, rules->items[i]->pattern.source, &rules->items[i], 1, arena);
    }
    json_end_array(writer);
}

static void write_file(struct json_writer *writer, struct text name, struct text file)
{
    json_key(writer, name);
    if (file.size > 0) {
        json_string(writer, file);
    } else {
        json_null(writer);
    }
}

void effective_json(struct json_writer *writer, const struct layer_view *view, struct arena *arena)
{
    const struct workspace *workspace = view->workspace;
    struct merged_policy merged;
    policy_merge(workspace->layers.items, workspace->layers.count, arena, &merged);
    json_begin_object(writer);
    json_member_string(writer, TEXT("root"), workspace->root);
    write_file(writer, TEXT("policy"), workspace->policy_file);
    write_file(writer, TEXT("contract"), workspace->contract_file);
    json_key(writer, TEXT("allow"));
    json_begin_array(writer);
    for (size_t i = 0; i < merged.allow.count; i++) {
        const struct merged_allow *allow = &merged.allow.items[i];
        write_entry(writer, merged_allow_text(allow, arena), allow->rules, allow->count, arena);
    }
    json_end_array(writer);
    json_key(writer, TEXT("allowsEverything"));
    json_bool(writer, merged.allows_everything);
    write_rules(writer, TEXT("deny"), &merged.deny, arena);
    write_rules(writer, TEXT("confirm"), &merged.confirm, arena);
    json_key(writer, TEXT("budget"));
    json_begin_object(writer);
    if (merged.has_call_budget) {
        json_member_integer(writer, TEXT("calls"), (int64_t)merged.call_budget);
    }
    json_end_object(writer);
    write_maps(writer, &workspace->layers, arena);
    json_key(writer, TEXT("redact"));
    json_begin_array(writer);
    if (policy_redacts(workspace->policy)) {
        json_string(writer, TEXT("secrets"));
    }
    json_end_array(writer);
    layer_view_json(writer, view, arena);
    json_end_object(writer);
}
