/* SPDX-License-Identifier: Apache-2.0 */
#include "load/document_layer.h"
#include "load/json_bundle.h"
#include "os/path.h"
#include "json/json.h"

struct json_policy {
    struct layer *layer;
    struct text bundle;
    struct arena *arena;
    struct error *err;
    bool has_allow;
};

static bool add_object(struct json_policy *policy, const struct json *object, struct text path,
                       struct text source, size_t level);

static size_t line_of(struct text source, size_t offset)
{
    size_t line = 1;
    for (size_t i = 0; i < offset; i++) {
        line += source.data[i] == '\n';
    }
    return line;
}

static bool fail(struct json_policy *policy, struct text path, struct text source, const struct json *at,
                 const char *mistake)
{
    return error_set(policy->err, "%.*s:%zu: %s", TEXT_ARG(path), line_of(source, at->start), mistake);
}

static bool add_list(struct json_policy *policy, enum rule_kind kind, const struct json *list, struct text path,
                     struct text source)
{
    if (list->type != JSON_ARRAY) {
        return fail(policy, path, source, list, "must be a list of capabilities");
    }
    for (size_t i = 0; i < list->count; i++) {
        const struct json *item = &list->items[i];
        if (item->type != JSON_STRING) {
            return fail(policy, path, source, item, "must be a capability in quotes");
        }
        struct rule rule = {.kind = kind, .file = path, .line = line_of(source, item->start)};
        if (!pattern_parse(item->text, &rule.pattern, policy->err)) {
            return error_prefix(policy->err, "%.*s:%zu", TEXT_ARG(path), rule.line);
        }
        VECTOR_PUSH(policy->arena, &policy->layer->rules, rule);
    }
    return true;
}

static bool add_budget(struct json_policy *policy, const struct json *budget, struct text path,
                       struct text source)
{
    const struct json *calls = json_get(budget, TEXT("calls"));
    uint64_t limit;
    if (calls == NULL || budget->count != 1) {
        return fail(policy, path, source, budget, "a budget is {\"calls\": N}");
    }
    if (calls->type != JSON_NUMBER || !text_to_u64(calls->text, &limit)) {
        return fail(policy, path, source, calls, "calls must be a whole number, not negative");
    }
    struct layer *layer = policy->layer;
    if (!layer->has_call_budget || limit < layer->call_budget) {
        layer->has_call_budget = true;
        layer->call_budget = limit;
        layer->budget_file = path;
        layer->budget_line = line_of(source, calls->start);
    }
    return true;
}

static bool add_file(struct json_policy *policy, struct text path, size_t level)
{
    struct text source;
    struct text resolved;
    struct json value;
    if (!json_bundle_find(policy->bundle, path, &source)) {
        return error_set(policy->err, "%.*s: is extended, but was not accepted with the policy",
                         TEXT_ARG(path));
    }
    if (!path_resolve(policy->arena, path, &resolved, policy->err)) {
        return false;
    }
    VECTOR_PUSH(policy->arena, &policy->layer->base_files, resolved);
    VECTOR_PUSH(policy->arena, &policy->layer->base_sources, source);
    if (!json_parse(source, policy->arena, &value, policy->err)) {
        return error_prefix(policy->err, "%.*s", TEXT_ARG(path));
    }
    return add_object(policy, &value, path, source, level);
}

static bool add_extends(struct json_policy *policy, const struct json *base, struct text path,
                        struct text source, size_t level)
{
    if (level == JSON_BUNDLE_LEVELS) {
        return fail(policy, path, source, base, "extends more than 8 levels deep, or itself");
    }
    if (base->type == JSON_STRING) {
        return add_file(policy, json_bundle_path(path, base->text, policy->arena), level + 1);
    }
    return add_object(policy, base, path, source, level + 1);
}

static bool add_object(struct json_policy *policy, const struct json *object, struct text path,
                       struct text source, size_t level)
{
    if (object->type != JSON_OBJECT) {
        return fail(policy, path, source, object, "a policy must be an object");
    }
    for (size_t i = 0; i < object->count; i++) {
        struct text name = object->members[i].name;
        const struct json *value = &object->members[i].value;
        bool added;
        if (text_equal(name, TEXT("allow"))) {
            policy->has_allow = true;
            added = add_list(policy, RULE_ALLOW, value, path, source);
        } else if (text_equal(name, TEXT("deny"))) {
            added = add_list(policy, RULE_DENY, value, path, source);
        } else if (text_equal(name, TEXT("require_confirmation"))) {
            added = add_list(policy, RULE_CONFIRM, value, path, source);
        } else if (text_equal(name, TEXT("budget"))) {
            added = add_budget(policy, value, path, source);
        } else if (text_equal(name, TEXT("extends"))) {
            added = add_extends(policy, value, path, source, level);
        } else {
            added = fail(policy, path, source, value,
                         "unknown member; known are allow, deny, require_confirmation, budget, extends");
        }
        if (!added) {
            return false;
        }
    }
    return true;
}

bool json_layer(struct layer *layer, struct text path, struct text bundle, struct arena *arena,
                struct error *err)
{
    struct json_policy policy = {.layer = layer, .bundle = bundle, .arena = arena, .err = err};
    struct json value;
    struct text rest = bundle;
    struct text own;
    struct text source;
    if (!json_bundle_next(&rest, &own, &source) || own.size > 0) {
        return error_set(err, "%.*s: is empty", TEXT_ARG(path));
    }
    if (!json_parse(source, arena, &value, err)) {
        return error_prefix(err, "%.*s", TEXT_ARG(path));
    }
    if (!add_object(&policy, &value, path, source, 0)) {
        return false;
    }
    layer->allows_everything = !policy.has_allow;
    return true;
}
