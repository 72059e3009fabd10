/* SPDX-License-Identifier: Apache-2.0 */
#include "analyse/layers.h"

#include <inttypes.h>

#include "analyse/compare.h"
#include "os/path.h"

static const char *const rule_words[] = {"allow", "deny", "confirm"};

/* By workspace_trust. */
static const char *const trust_words[] = {"none", "operator", "accepted", "changed", "deleted", "never"};

static const struct layer *find_layer(const struct workspace *workspace, struct text name)
{
    for (size_t i = 0; i < workspace->layers.count; i++) {
        if (text_equal(workspace->layers.items[i].name, name)) {
            return &workspace->layers.items[i];
        }
    }
    return NULL;
}

void layer_view_make(const struct workspace *workspace, struct text home, struct arena *arena,
                     struct layer_view *ret_view)
{
    struct layer_view view = {.workspace = workspace};
    struct error err;
    struct text everything = path_join(arena, workspace->root, TEXT("**"));
    const struct text_vector globs = {&everything, 1, 1};
    if (!nested_add_below(workspace, workspace->root, &globs, home, arena, &view.nested, &err)) {
        view.nested_problem = text_copy(arena, text_of(err.message));
    }
    const struct layer *accepted = find_layer(workspace, TEXT("accepted"));
    const struct layer *now = find_layer(workspace, TEXT("workspace"));
    if (accepted != NULL && now != NULL) {
        struct policy_changes changes;
        policy_compare(accepted, now, arena, &changes);
        for (size_t i = 0; i < changes.widening.count; i++) {
            VECTOR_PUSH(arena, &view.waiting, changes.widening.items[i]);
        }
    }
    *ret_view = view;
}

bool layer_view_is_simple(const struct layer_view *view)
{
    const struct workspace *workspace = view->workspace;
    bool has_two =
        find_layer(workspace, TEXT("accepted")) != NULL && find_layer(workspace, TEXT("workspace")) != NULL;
    bool has_outer =
        find_layer(workspace, TEXT("managed")) != NULL || find_layer(workspace, TEXT("user")) != NULL;
    return !has_two && !has_outer && view->nested.count == 0 && view->nested_problem.size == 0;
}

/* ---- Text ---- */

static void add_layer(struct builder *out, const struct layer *layer, struct text where, bool verbose)
{
    builder_format(out, "  %-10.*s%.*s%.*s\n", TEXT_ARG(layer->name), TEXT_ARG(layer->file), TEXT_ARG(where));
    if (layer->allows_everything) {
        builder_add_c(out, "    allow    (everything)\n");
    }
    for (size_t i = 0; i < layer->rules.count; i++) {
        const struct rule *rule = &layer->rules.items[i];
        builder_format(out, "    %-9s%.*s", rule_words[rule->kind], TEXT_ARG(rule->pattern.source));
        if (verbose) {
            builder_format(out, "   (%.*s:%zu)", TEXT_ARG(rule->file), rule->line);
        }
        builder_add_char(out, '\n');
    }
    if (layer->has_call_budget) {
        builder_format(out, "    budget   calls=%" PRIu64 "\n", layer->call_budget);
    }
}

void layer_view_text(struct builder *out, const struct layer_view *view, bool verbose)
{
    if (view->waiting.count > 0) {
        builder_add_c(out, "Waiting for `aex trust`:\n");
    }
    for (size_t i = 0; i < view->waiting.count; i++) {
        builder_format(out, "  %.*s\n", TEXT_ARG(view->waiting.items[i]));
    }
    if (layer_view_is_simple(view)) {
        return;
    }
    builder_add_c(out, "Layers, from the outside in; a call needs all of them:\n");
    for (size_t i = 0; i < view->workspace->layers.count; i++) {
        add_layer(out, &view->workspace->layers.items[i], TEXT(""), verbose);
    }
    for (size_t i = 0; i < view->nested.count; i++) {
        add_layer(out, view->nested.items[i].layer, TEXT(", for what is done in its folder"), verbose);
    }
    if (view->nested_problem.size > 0) {
        builder_format(out, "  nested    %.*s; what is done there is refused\n",
                       TEXT_ARG(view->nested_problem));
    }
}

/* ---- JSON ---- */

static void write_rules(struct json_writer *writer, const struct layer *layer, enum rule_kind kind,
                        struct arena *arena)
{
    json_key(writer, text_of(rule_words[kind]));
    json_begin_array(writer);
    for (size_t i = 0; i < layer->rules.count; i++) {
        const struct rule *rule = &layer->rules.items[i];
        if (rule->kind == kind) {
            json_begin_object(writer);
            json_member_string(writer, TEXT("capability"), rule->pattern.source);
            json_key(writer, TEXT("from"));
            json_begin_array(writer);
            json_string(writer, text_format(arena, "%.*s:%zu", TEXT_ARG(rule->file), rule->line));
            json_end_array(writer);
            json_end_object(writer);
        }
    }
    json_end_array(writer);
}

static void write_layer(struct json_writer *writer, const struct layer *layer, struct arena *arena)
{
    json_begin_object(writer);
    json_member_string(writer, TEXT("layer"), layer->name);
    json_member_string(writer, TEXT("file"), layer->file);
    json_member_string(writer, TEXT("folder"), layer->anchor);
    json_key(writer, TEXT("allowsEverything"));
    json_bool(writer, layer->allows_everything);
    write_rules(writer, layer, RULE_ALLOW, arena);
    write_rules(writer, layer, RULE_DENY, arena);
    write_rules(writer, layer, RULE_CONFIRM, arena);
    if (layer->has_call_budget) {
        json_member_integer(writer, TEXT("calls"), (int64_t)layer->call_budget);
    }
    json_end_object(writer);
}

void layer_view_json(struct json_writer *writer, const struct layer_view *view, struct arena *arena)
{
    json_member_string(writer, TEXT("trust"), text_of(trust_words[view->workspace->trust]));
    json_key(writer, TEXT("waiting"));
    json_begin_array(writer);
    for (size_t i = 0; i < view->waiting.count; i++) {
        json_string(writer, view->waiting.items[i]);
    }
    json_end_array(writer);
    json_key(writer, TEXT("layers"));
    json_begin_array(writer);
    for (size_t i = 0; i < view->workspace->layers.count; i++) {
        write_layer(writer, &view->workspace->layers.items[i], arena);
    }
    for (size_t i = 0; i < view->nested.count; i++) {
        write_layer(writer, view->nested.items[i].layer, arena);
    }
    json_end_array(writer);
    if (view->nested_problem.size > 0) {
        json_member_string(writer, TEXT("nestedProblem"), view->nested_problem);
    }
}
