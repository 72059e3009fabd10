/* SPDX-License-Identifier: Apache-2.0 */
#include "analyse/review.h"

#include "load/document_layer.h"
#include "os/path.h"
#include "policy/merge.h"

static void add_words(struct text_vector *list, const struct located_text_vector *words, struct arena *arena)
{
    for (size_t i = 0; i < words->count; i++) {
        VECTOR_PUSH(arena, list, words->items[i].text);
    }
}

static void add_make(struct review *review, const struct statement *statement, struct arena *arena)
{
    struct builder out;
    builder_init(&out, arena);
    builder_format(&out, "make %.*s: %.*s from ", TEXT_ARG(statement->name.text),
                   TEXT_ARG(statement->type.text));
    for (size_t i = 0; i < statement->words.count; i++) {
        builder_add_c(&out, i == 0 ? "" : ", ");
        builder_add(&out, statement->words.items[i].text);
    }
    VECTOR_PUSH(arena, &review->make_steps, builder_text(&out));
}

/* What the document says, in the bodies of its steps too. Nesting has the parser's limit. */
static void read_statements(struct review *review, const struct statement_vector *statements,
                            struct arena *arena)
{
    for (size_t i = 0; i < statements->count; i++) {
        const struct statement *statement = &statements->items[i];
        switch (statement->kind) {
        case STATEMENT_GOAL:
            review->goal = lang_unquote(statement->value.text);
            break;
        case STATEMENT_ALLOW:
        case STATEMENT_USE:
            add_words(&review->requested, &statement->words, arena);
            break;
        case STATEMENT_DENY:
            add_words(&review->denied, &statement->words, arena);
            break;
        case STATEMENT_CHECK:
            VECTOR_PUSH(arena, &review->checks, statement->value.text);
            break;
        case STATEMENT_MAKE:
            add_make(review, statement, arena);
            break;
        case STATEMENT_IF:
        case STATEMENT_FOR:
            read_statements(review, &statement->body, arena);
            break;
        case STATEMENT_CONFIRM:
        case STATEMENT_BUDGET:
        case STATEMENT_MAP:
        case STATEMENT_REDACT:
        case STATEMENT_NEED:
        case STATEMENT_DO:
        case STATEMENT_RETURN:
            break;
        }
    }
}

static void warn(struct review *review, struct text warning, struct arena *arena)
{
    VECTOR_PUSH(arena, &review->warnings, warning);
}

static void add_diagnostics(struct review *review, const struct diagnostics *diagnostics, struct arena *arena)
{
    enum { MOST_SHOWN = 20 };
    for (size_t i = 0; i < diagnostics->list.count && i < MOST_SHOWN; i++) {
        const struct diagnostic *diagnostic = &diagnostics->list.items[i];
        warn(review,
             text_format(arena, "%.*s:%zu: %s: %.*s", TEXT_ARG(diagnostic->file), diagnostic->line,
                         code_entry(diagnostic->code)->code, TEXT_ARG(diagnostic->message)),
             arena);
    }
    if (diagnostics->list.count > MOST_SHOWN) {
        warn(review,
             text_format(arena, "%zu more mistakes; `aex check` shows them",
                         diagnostics->list.count - MOST_SHOWN),
             arena);
    }
}

static void add_sources(struct text_vector *list, const struct rule_pointer_vector *rules, struct arena *arena)
{
    for (size_t i = 0; i < rules->count; i++) {
        VECTOR_PUSH(arena, list, rules->items[i]->pattern.source);
    }
}

static void add_effective(struct review *review, const struct layer_vector *layers, struct arena *arena)
{
    struct merged_policy merged;
    policy_merge(layers->items, layers->count, arena, &merged);
    for (size_t i = 0; review->is_valid && i < merged.allow.count; i++) {
        VECTOR_PUSH(arena, &review->allow, merged_allow_text(&merged.allow.items[i], arena));
    }
    add_sources(&review->deny, &merged.deny, arena);
    add_sources(&review->confirm, &merged.confirm, arena);
    review->has_budget = merged.has_call_budget;
    review->budget = merged.call_budget;
}

/* The policy's unscoped rule that takes all of a request away; NULL when there is none. */
static const struct rule *find_denial(const struct workspace *workspace, const struct pattern *requested)
{
    for (size_t i = 0; i < workspace->layers.count; i++) {
        const struct layer *layer = &workspace->layers.items[i];
        for (size_t j = 0; j < layer->rules.count; j++) {
            const struct rule *rule = &layer->rules.items[j];
            bool is_everything = rule->pattern.is_wildcard && rule->pattern.capability.size == 0 &&
                                 rule->pattern.scope_kind == SCOPE_NONE;
            if (rule->kind == RULE_DENY && (is_everything || pattern_covers(&rule->pattern, requested))) {
                return rule;
            }
        }
    }
    return NULL;
}

/* What one request comes to, the contract asking for nothing else. */
static void judge_request(struct review *review, const struct workspace *workspace,
                          const struct layer *contract, const struct rule *request, struct arena *arena)
{
    struct text source = request->pattern.source;
    const struct rule *denial = find_denial(workspace, &request->pattern);
    if (denial != NULL) {
        warn(review,
             text_format(arena, "Tool \"%.*s\" requested by task is denied by policy (%.*s:%zu)",
                         TEXT_ARG(source), TEXT_ARG(denial->file), denial->line),
             arena);
        return;
    }
    struct layer_vector layers = {0};
    for (size_t i = 0; i < workspace->layers.count; i++) {
        VECTOR_PUSH(arena, &layers, workspace->layers.items[i]);
    }
    struct layer alone = *contract;
    alone.rules = (struct rule_vector){0};
    VECTOR_PUSH(arena, &alone.rules, *request);
    VECTOR_PUSH(arena, &layers, alone);
    struct merged_policy merged;
    policy_merge(layers.items, layers.count, arena, &merged);
    if (merged.allow.count == 0) {
        warn(review,
             text_format(arena, "Tool \"%.*s\" requested by task is not allowed by policy", TEXT_ARG(source)),
             arena);
        return;
    }
    struct text first = merged_allow_text(&merged.allow.items[0], arena);
    if (merged.allow.count > 1 || !text_equal(first, source)) {
        warn(review,
             text_format(arena, "Tool \"%.*s\" requested by task is allowed only as %.*s%s", TEXT_ARG(source),
                         TEXT_ARG(first), merged.allow.count > 1 ? " and others" : ""),
             arena);
    }
}

static void judge_requests(struct review *review, const struct workspace *workspace,
                           const struct layer *contract, struct arena *arena)
{
    enum { MOST_JUDGED = 256 }; /* each costs a merge of all layers */
    size_t judged = 0;
    for (size_t i = 0; i < contract->rules.count; i++) {
        const struct rule *rule = &contract->rules.items[i];
        if (rule->kind != RULE_ALLOW) {
            continue;
        }
        if (judged++ == MOST_JUDGED) {
            warn(review, TEXT("Not every requested tool was compared with the policy: there are too many"),
                 arena);
            return;
        }
        judge_request(review, workspace, contract, rule, arena);
    }
}

void review_contract(const struct workspace *workspace, struct text home, struct text path, struct text shown,
                     struct text source, struct arena *arena, struct review *ret_review)
{
    struct review review = {.goal = TEXT("")};
    struct diagnostics diagnostics = {.arena = arena};
    struct layer_vector layers = {0};
    struct layer contract;
    struct error err = {0};
    const struct document *document = lang_parse(shown, source, arena, &diagnostics);
    struct text base = path_base_name(path);
    bool has_ending = text_ends_with(base, TEXT(".aex"));
    review.task = document->has_header && document->name.text.size > 0
                      ? document->name.text
                      : text_slice(base, 0, base.size - (has_ending ? 4 : 0));
    review.is_valid = diagnostics.error_count == 0;
    read_statements(&review, &document->statements, arena);
    for (size_t i = 0; i < workspace->layers.count; i++) {
        VECTOR_PUSH(arena, &layers, workspace->layers.items[i]);
    }
    if (review.is_valid) {
        review.is_valid =
            workspace_make_layer(workspace, TEXT("contract"), path, source, home, arena, &contract, &err);
        if (review.is_valid) {
            VECTOR_PUSH(arena, &layers, contract);
            judge_requests(&review, workspace, &contract, arena);
        } else {
            warn(&review, text_copy(arena, text_of(err.message)), arena);
        }
    }
    if (review.is_valid && document->kind == DOCUMENT_POLICY) {
        warn(&review, TEXT("This is a policy, not a task contract"), arena);
    }
    add_effective(&review, &layers, arena);
    add_diagnostics(&review, &diagnostics, arena);
    *ret_review = review;
}

static void write_list(struct json_writer *writer, struct text name, const struct text_vector *list)
{
    json_key(writer, name);
    json_begin_array(writer);
    for (size_t i = 0; i < list->count; i++) {
        json_string(writer, list->items[i]);
    }
    json_end_array(writer);
}

void review_json(struct json_writer *writer, const struct review *review)
{
    json_begin_object(writer);
    json_member_string(writer, TEXT("task"), review->task);
    json_member_string(writer, TEXT("goal"), review->goal);
    write_list(writer, TEXT("requested"), &review->requested);
    write_list(writer, TEXT("denied"), &review->denied);
    json_key(writer, TEXT("effective"));
    json_begin_object(writer);
    write_list(writer, TEXT("allow"), &review->allow);
    write_list(writer, TEXT("deny"), &review->deny);
    write_list(writer, TEXT("confirm"), &review->confirm);
    if (review->has_budget) {
        json_member_integer(writer, TEXT("budget"),
                            (int64_t)(review->budget > INT64_MAX ? INT64_MAX : review->budget));
    }
    json_end_object(writer);
    write_list(writer, TEXT("checks"), &review->checks);
    write_list(writer, TEXT("makeSteps"), &review->make_steps);
    json_key(writer, TEXT("valid"));
    json_bool(writer, review->is_valid);
    write_list(writer, TEXT("warnings"), &review->warnings);
    json_end_object(writer);
}
