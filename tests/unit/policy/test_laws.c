/* SPDX-License-Identifier: Apache-2.0 */
/* Laws of decisions and merges, on generated layers and demands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/builder.h"
#include "layers.h"
#include "policy/merge.h"
#include "support/property.h"

#define PICK(property, list) ((list)[property_draw((property), sizeof(list) / sizeof *(list))])

enum { MOST_LAYERS = 4, MOST_RULES = 6 };

/* ---- Generators ---- */

static struct text draw_path_scope(struct property *property)
{
    static const char *const starts[] = {"", "/", "/ws/", "~/", "/ws/a/"};
    static const char *const segments[] = {"a", "b", "*", "**", "a*", "?", "A", "\xC3\xA9", "e*"};
    struct text scope = text_of(PICK(property, starts));
    size_t count = 1 + property_draw(property, 3);
    for (size_t i = 0; i < count; i++) {
        scope = text_format(property_arena(property), "%.*s%s%s", TEXT_ARG(scope), i == 0 ? "" : "/",
                            PICK(property, segments));
    }
    return property_once_in(property, 8) ? text_format(property_arena(property), "%.*s/", TEXT_ARG(scope))
                                         : scope;
}

static struct text draw_scope(struct property *property, enum scope_kind kind)
{
    static const char *const hosts[] = {"a.b", "*.b", "A.*:1", "*:2", "c.b:01", "*"};
    static const char *const texts[] = {"a", "a*", "*b", "?", "*", "a/b", "ab", "*a*"};
    if (kind == SCOPE_PATH) {
        return draw_path_scope(property);
    }
    return text_of(kind == SCOPE_HOST ? PICK(property, hosts) : PICK(property, texts));
}

static const char *const names[] = {"file.read",     "file.write",    "git.push",    "git",
                                    "network.fetch", "aex.configure", "secrets.read"};

static void draw_rule(struct property *property, struct builder *out)
{
    static const char *const capabilities[] = {
        "file.read",     "file.*",    "file.write",    "git.push",     "git.*",    "*",
        "network.fetch", "network.*", "aex.configure", "secrets.read", "secrets.*"};
    static const char *const kinds[] = {"allow", "allow", "deny", "confirm"};
    const char *capability = PICK(property, capabilities);
    builder_format(out, "%s %s", PICK(property, kinds), capability);
    if (property_draw(property, 3) != 0) {
        enum scope_kind kind = pattern_scope_kind(text_of(capability));
        builder_format(out, ":%.*s", TEXT_ARG(draw_scope(property, kind)));
    }
    builder_add_char(out, '\n');
}

static struct layer draw_layer(struct property *property, size_t most_rules)
{
    static const char *const anchors[] = {"/ws", "/ws/a", "/", "/other"};
    struct builder out;
    builder_init(&out, property_arena(property));
    builder_format(&out, "anchor %s\n", PICK(property, anchors));
    if (property_once_in(property, 6)) {
        builder_add_c(&out, "everything\n");
    }
    if (property_once_in(property, 4)) {
        builder_add_c(&out, "configure\n");
    }
    if (property_once_in(property, 3)) {
        builder_format(&out, "budget %u\n", property_draw(property, 4));
    }
    size_t count = property_draw(property, (uint32_t)most_rules + 1);
    for (size_t i = 0; i < count; i++) {
        draw_rule(property, &out);
    }
    struct text rules = builder_text(&out);
    property_note(property, "layer:\n%.*s", TEXT_ARG(rules));
    return layer_from(property_arena(property), rules.data);
}

static struct text draw_value(struct property *property, enum scope_kind kind)
{
    static const char *const paths[] = {"/ws/a",    "/ws",       "/ws/b",     "/ws/a/b",        "/a",
                                        "/other/a", "/home/u/a", "/ws/A/B",   "/ws/a/\xC3\x89", "/ws/e\xCC\x81",
                                        "/ws/ab/a", "/",         "/ws/a/../b"};
    static const char *const hosts[] = {"a.b", "a.b:1", "a.b:2", "c.b:1", "x.C.b:2", "b"};
    static const char *const texts[] = {"a", "ab", "a/b", "b", "", "cab"};
    return text_of(kind == SCOPE_PATH   ? PICK(property, paths)
                   : kind == SCOPE_HOST ? PICK(property, hosts)
                                        : PICK(property, texts));
}

static struct demand draw_demand(struct property *property)
{
    static const enum resource_kind kinds[] = {RESOURCE_KNOWN, RESOURCE_KNOWN, RESOURCE_SET, RESOURCE_NONE,
                                               RESOURCE_UNKNOWN};
    struct demand demand = {.names = {text_of(PICK(property, names))}, .name_count = 1};
    enum scope_kind kind = pattern_scope_kind(demand.names[0]);
    demand.resource.kind = PICK(property, kinds);
    demand.resource.value = draw_value(property, kind);
    demand.resource.resolved = TEXT("");
    if (demand.resource.kind == RESOURCE_SET && property_once_in(property, 2)) {
        struct text scope = draw_scope(property, kind);
        demand.resource.value =
            kind == SCOPE_PATH ? text_format(property_arena(property), "/ws/%.*s", TEXT_ARG(scope)) : scope;
    }
    if (kind == SCOPE_PATH && property_once_in(property, 3)) {
        demand.resource.resolved = draw_value(property, kind);
    }
    demand.allowed_unless_denied = property_once_in(property, 10);
    property_note(property, "demand: %.*s kind=%d '%.*s' '%.*s'%s", TEXT_ARG(demand.names[0]),
                  demand.resource.kind, TEXT_ARG(demand.resource.value), TEXT_ARG(demand.resource.resolved),
                  demand.allowed_unless_denied ? " allowed unless denied" : "");
    return demand;
}

/* ---- Decisions against their definition ---- */

/* The layer with one of its rules only, and so without any index. One that asks is tried as one that denies:
 * both match the same, and nothing hides a denial. */
static struct decision judge_alone(struct property *property, const struct layer *layer,
                                   const struct rule *rule, const struct demand *demand)
{
    struct rule only = *rule;
    only.kind = rule->kind == RULE_ALLOW ? RULE_ALLOW : RULE_DENY;
    struct layer alone = *layer;
    alone.rules = (struct rule_vector){.items = &only, .count = 1, .capacity = 1};
    alone.allows_everything = rule->kind != RULE_ALLOW;
    return judge(property_arena(property), &alone, 1, demand, 1);
}

static bool restricts_alone(struct property *property, const struct layer *layer, const struct rule *rule,
                            const struct demand *demand)
{
    return judge_alone(property, layer, rule, demand).reason == REASON_DENY_LIST;
}

static bool allows_alone(struct property *property, const struct layer *layer, const struct rule *rule,
                         struct demand demand)
{
    demand.allowed_unless_denied = false;
    return judge_alone(property, layer, rule, &demand).verdict == VERDICT_ALLOW;
}

/* One demand for each form of its path. */
static size_t split_forms(const struct demand *demand, struct demand *forms)
{
    forms[0] = *demand;
    forms[0].resource.resolved = TEXT("");
    if (demand->resource.resolved.size == 0 || demand->resource.kind == RESOURCE_UNKNOWN) {
        return 1;
    }
    forms[1] = forms[0];
    forms[1].resource.value = demand->resource.resolved;
    return 2;
}

static bool some_rule_allows(struct property *property, const struct layer *layer, const struct demand *form)
{
    for (size_t i = 0; i < layer->rules.count; i++) {
        if (layer->rules.items[i].kind == RULE_ALLOW &&
            allows_alone(property, layer, &layer->rules.items[i], *form)) {
            return true;
        }
    }
    return false;
}

/* Every rule tried on its own, in source order. */
static struct decision judge_slowly(struct property *property, const struct layer *layer,
                                    const struct demand *demand)
{
    struct demand forms[2];
    size_t form_count = split_forms(demand, forms);
    const struct rule *first[RULE_CONFIRM + 1] = {NULL};
    for (size_t i = 0; i < layer->rules.count; i++) {
        const struct rule *rule = &layer->rules.items[i];
        if (first[rule->kind] == NULL && rule->kind != RULE_ALLOW &&
            restricts_alone(property, layer, rule, demand)) {
            first[rule->kind] = rule;
        }
    }
    bool is_configure = text_equal(demand->names[0], TEXT("aex.configure"));
    bool is_allowed = !is_configure && (layer->allows_everything || demand->allowed_unless_denied);
    if (!is_allowed) {
        is_allowed = true;
        for (size_t i = 0; i < form_count; i++) {
            is_allowed = is_allowed && some_rule_allows(property, layer, &forms[i]);
        }
    }
    if (first[RULE_DENY] != NULL) {
        return (struct decision){.verdict = VERDICT_DENY, .reason = REASON_DENY_LIST, .rule = first[RULE_DENY]};
    }
    if (!is_allowed) {
        return (struct decision){.verdict = VERDICT_DENY, .reason = REASON_NOT_ALLOWED};
    }
    if (first[RULE_CONFIRM] != NULL) {
        return (struct decision){
            .verdict = VERDICT_ASK, .reason = REASON_CONFIRM_REQUIRED, .rule = first[RULE_CONFIRM]};
    }
    return (struct decision){.verdict = VERDICT_ALLOW};
}

static bool judging_at_once_is_judging_rule_by_rule(struct property *property, const void *context)
{
    const size_t *most_rules = context;
    struct layer layer = draw_layer(property, *most_rules);
    struct demand demand = draw_demand(property);
    struct decision quick = judge(property_arena(property), &layer, 1, &demand, 1);
    struct decision slow = judge_slowly(property, &layer, &demand);
    property_note(property, "%s line %zu, rule by rule %s line %zu", reason_code(quick.reason),
                  quick.rule == NULL ? 0 : quick.rule->line, reason_code(slow.reason),
                  slow.rule == NULL ? 0 : slow.rule->line);
    return quick.reason == slow.reason && (slow.verdict == VERDICT_ALLOW || quick.rule == slow.rule);
}

static void decisions_are_what_the_rules_say_one_by_one(void **state)
{
    (void)state;
    size_t few = 6;
    size_t many = 120; /* enough for the indexes of single capabilities */
    assert_true(property_holds("few rules", 20000, judging_at_once_is_judging_rule_by_rule, &few));
    assert_true(property_holds("many rules", 4000, judging_at_once_is_judging_rule_by_rule, &many));
}

static size_t draw_layers(struct property *property, struct layer *layers)
{
    size_t count = 1 + property_draw(property, MOST_LAYERS);
    for (size_t i = 0; i < count; i++) {
        layers[i] = draw_layer(property, MOST_RULES);
    }
    return count;
}

static bool layers_meet(struct property *property, const void *context)
{
    (void)context;
    struct layer layers[MOST_LAYERS];
    size_t count = draw_layers(property, layers);
    struct demand demand = draw_demand(property);
    if (text_equal(demand.names[0], TEXT("aex.configure"))) {
        return property_discard(property);
    }
    enum verdict worst = VERDICT_ALLOW;
    for (size_t i = 0; i < count; i++) {
        enum verdict verdict = judge(property_arena(property), &layers[i], 1, &demand, 1).verdict;
        worst = verdict > worst ? verdict : worst;
    }
    return judge(property_arena(property), layers, count, &demand, 1).verdict == worst;
}

static bool a_layer_more_never_widens(struct property *property, const void *context)
{
    (void)context;
    struct layer layers[MOST_LAYERS];
    size_t count = draw_layers(property, layers);
    struct demand demand = draw_demand(property);
    layers[count - 1].may_allow_configure = false; /* a person's own layer is there to allow that */
    enum verdict with = judge(property_arena(property), layers, count, &demand, 1).verdict;
    enum verdict without = judge(property_arena(property), layers, count - 1, &demand, 1).verdict;
    return count == 1 || with >= without;
}

static void layers_narrow(void **state)
{
    (void)state;
    assert_true(property_holds("layers meet", 10000, layers_meet, NULL));
    assert_true(property_holds("a layer more never widens", 10000, a_layer_more_never_widens, NULL));
}

/* ---- Merges ---- */

static const struct layer *layer_of(const struct layer *layers, size_t count, const struct rule *rule)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < layers[i].rules.count; j++) {
            if (&layers[i].rules.items[j] == rule) {
                return &layers[i];
            }
        }
    }
    abort(); /* a merged rule that is from no layer */
}

static bool merged_allows(struct property *property, const struct merged_policy *merged,
                          const struct demand *form)
{
    bool is_configure = text_equal(form->names[0], TEXT("aex.configure"));
    if (!is_configure && (merged->allows_everything || form->allowed_unless_denied)) {
        return true;
    }
    for (size_t i = 0; i < merged->allow.count; i++) {
        const struct merged_allow *allow = &merged->allow.items[i];
        bool matches = true;
        for (size_t j = 0; j < allow->count; j++) {
            matches = matches && allows_alone(property, allow->layers[j], allow->rules[j], *form);
        }
        if (matches) {
            return true;
        }
    }
    return false;
}

static bool some_restricts(struct property *property, const struct layer *layers, size_t count,
                           const struct rule_pointer_vector *rules, const struct demand *demand)
{
    for (size_t i = 0; i < rules->count; i++) {
        const struct rule *rule = rules->items[i];
        if (restricts_alone(property, layer_of(layers, count, rule), rule, demand)) {
            return true;
        }
    }
    return false;
}

/* What the merged policy says, from nothing but its rules. */
static enum reason judge_merged(struct property *property, const struct layer *layers, size_t count,
                                const struct merged_policy *merged, const struct demand *demand)
{
    if (some_restricts(property, layers, count, &merged->deny, demand)) {
        return REASON_DENY_LIST;
    }
    struct demand forms[2];
    size_t form_count = split_forms(demand, forms);
    for (size_t i = 0; i < form_count; i++) {
        if (!merged_allows(property, merged, &forms[i])) {
            return REASON_NOT_ALLOWED;
        }
    }
    return some_restricts(property, layers, count, &merged->confirm, demand) ? REASON_CONFIRM_REQUIRED
                                                                             : REASON_NONE;
}

static bool merging_keeps_decisions(struct property *property, const void *context)
{
    (void)context;
    struct arena *arena = property_arena(property);
    struct layer layers[MOST_LAYERS];
    size_t count = draw_layers(property, layers);
    struct demand demand = draw_demand(property);
    struct merged_policy merged;
    policy_merge(layers, count, arena, &merged);
    for (size_t i = 0; i < merged.allow.count; i++) {
        property_note(property, "left: %s", merged_allow_text(&merged.allow.items[i], arena).data);
    }
    enum reason of_merged = judge_merged(property, layers, count, &merged, &demand);
    enum reason of_layers = judge(arena, layers, count, &demand, 1).reason;
    property_note(property, "merged %s, layers %s", reason_code(of_merged), reason_code(of_layers));
    return of_merged == of_layers;
}

static bool same_budget(const struct merged_policy *a, const struct merged_policy *b)
{
    return a->has_call_budget == b->has_call_budget && a->call_budget == b->call_budget;
}

/* Another order, which any grouping comes down to; and the first layer twice. */
static bool order_and_repetition_do_not_matter(struct property *property, const void *context)
{
    (void)context;
    struct arena *arena = property_arena(property);
    struct layer layers[MOST_LAYERS + 1];
    struct layer turned[MOST_LAYERS + 1];
    size_t count = draw_layers(property, layers);
    struct demand demand = draw_demand(property);
    size_t first = property_draw(property, (uint32_t)count);
    for (size_t i = 0; i < count; i++) {
        turned[i] = layers[(first + count - i) % count];
    }
    turned[count] = layers[0];
    struct merged_policy merged;
    struct merged_policy of_turned;
    policy_merge(layers, count, arena, &merged);
    policy_merge(turned, count + 1, arena, &of_turned);
    return same_budget(&merged, &of_turned) &&
           judge_merged(property, layers, count, &merged, &demand) ==
               judge_merged(property, turned, count + 1, &of_turned, &demand);
}

static void merges_keep_their_laws(void **state)
{
    (void)state;
    assert_true(property_holds("merged decision is the meet", 30000, merging_keeps_decisions, NULL));
    assert_true(property_holds("order and repetition", 10000, order_and_repetition_do_not_matter, NULL));
}

struct merge_example {
    const char *layers[3];
    const char *allow; /* what is left, joined by ", " */
    size_t deny_count;
};

static void intersections_read_well(void **state)
{
    (void)state;
    static const struct merge_example examples[] = {
        {{"allow git.*", "allow git.diff"}, "git.diff", 0},
        {{"allow git.diff", "allow git.*"}, "git.diff", 0},
        {{"allow file.*", "allow file.read:src/**"}, "file.read:src/**", 0},
        {{"allow file.write:src/**", "allow file.write:**/*.c"}, "file.write:src/** & **/*.c", 0},
        {{"allow file.write:src/**", "allow file.write:doc/**"}, "", 0},
        {{"allow *", "allow file.read\nallow git.push"}, "file.read, git.push", 0},
        {{"allow file.read", "anchor /ws/a\nallow file.*"}, "file.read:/ws/** & /ws/a/**", 0},
        {{"allow file.read\nallow *"}, "*", 0},
        {{"allow a", ""}, "", 0},
        {{"allow a", "everything"}, "a", 0},
        {{"allow a\ndeny b.*\ndeny b.c", "everything\ndeny *"}, "a", 1},
        {{"allow file.read:\"a b/**\"", "allow file.read:**/c"}, "file.read:\"a b/**\" & **/c", 0},
        {{"allow *", "configure\nallow *\nallow aex.configure"}, "*, aex.configure", 0},
        {{"allow *\nallow aex.configure"}, "*", 0},
        /* Three characters of which two are sharp s: five when folded, and three as they are. */
        {{"everything\ndeny file.read:x???\ndeny file.read:x\xC3\x9F?"}, "", 2},
        {{"everything\ndeny file.read:x*\ndeny file.read:x\xC3\x9F?"}, "", 1},
    };
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        struct arena arena;
        arena_init(&arena, 1 << 20);
        struct layer layers[3];
        size_t count = 0;
        while (count < 3 && examples[i].layers[count] != NULL) {
            layers[count] = layer_from(&arena, examples[i].layers[count]);
            count++;
        }
        struct merged_policy merged;
        policy_merge(layers, count, &arena, &merged);
        struct builder out;
        builder_init(&out, &arena);
        for (size_t j = 0; j < merged.allow.count; j++) {
            builder_add_c(&out, j == 0 ? "" : ", ");
            struct text text = merged_allow_text(&merged.allow.items[j], &arena);
            assert_int_equal(merged.allow.items[j].count, text_contains(text, TEXT(" & ")) ? 2 : 1);
            builder_add(&out, text);
        }
        assert_string_equal(builder_text(&out).data, examples[i].allow);
        assert_int_equal(merged.deny.count, examples[i].deny_count);
        arena_release(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decisions_are_what_the_rules_say_one_by_one),
        cmocka_unit_test(layers_narrow),
        cmocka_unit_test(merges_keep_their_laws),
        cmocka_unit_test(intersections_read_well),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
