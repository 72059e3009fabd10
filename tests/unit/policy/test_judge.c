/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "layers.h"

/* ---- One layer, one demand ---- */

struct example {
    const char *rules;
    const char *demand;
    enum verdict verdict;
    enum reason reason;
    size_t line; /* of the rule that settled it; 0: none did */
};

#define ALLOWED(line) VERDICT_ALLOW, REASON_NONE, line
#define DENIED(line) VERDICT_DENY, REASON_DENY_LIST, line
#define REFUSED VERDICT_DENY, REASON_NOT_ALLOWED, 0
#define ASKED(line) VERDICT_ASK, REASON_CONFIRM_REQUIRED, line

/* Rules behind the layer's own that match nothing, but make its lists long enough for an index. */
static void lengthen(struct arena *arena, struct layer *layer)
{
    size_t count = layer->rules.count;
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < 10; j++) {
            struct rule rule = layer->rules.items[i];
            rule.pattern.scope = text_format(arena, "/never/%zu/*.x", j);
            rule.pattern.scope_kind = pattern_scope_kind(rule.pattern.capability);
            rule.line = 0;
            VECTOR_PUSH(arena, &layer->rules, rule);
        }
    }
}

static void check_example(const struct example *example, bool is_long)
{
    struct arena arena;
    arena_init(&arena, 1 << 20);
    struct layer layer = layer_from(&arena, example->rules);
    struct demand demand = demand_from(&arena, example->demand);
    if (is_long) {
        lengthen(&arena, &layer);
    }
    struct decision decision = judge(&arena, &layer, 1, &demand, 1);
    size_t line = decision.rule == NULL ? 0 : decision.rule->line;
    if (decision.verdict != example->verdict || decision.reason != example->reason || line != example->line) {
        fail_msg("%s | %s%s: %s %s line %zu, wanted %s %s line %zu", example->rules, example->demand,
                 is_long ? " (in long lists)" : "", verdict_name(decision.verdict),
                 reason_code(decision.reason), line, verdict_name(example->verdict),
                 reason_code(example->reason), example->line);
    }
    assert_ptr_equal(decision.demand, decision.verdict == VERDICT_ALLOW ? NULL : &demand);
    arena_release(&arena);
}

/* What is not known may be anything, so there a long list matches by itself; likewise a path nobody resolved.
 */
static bool is_known(struct text demand)
{
    return text_contains(demand, TEXT(" = /")) && !text_contains(demand, TEXT("//")) &&
           !text_contains(demand, TEXT("/./")) && !text_contains(demand, TEXT("/../")) &&
           !text_ends_with(demand, TEXT("/")) && !text_ends_with(demand, TEXT("/.")) &&
           !text_ends_with(demand, TEXT("/.."));
}

static void check_examples(const struct example *examples, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        check_example(&examples[i], false);
        if (is_known(text_of(examples[i].demand))) {
            check_example(&examples[i], true);
        }
    }
}

#define CHECK(examples) check_examples(examples, sizeof(examples) / sizeof *(examples))

static void the_most_restrictive_rule_wins(void **state)
{
    (void)state;
    static const struct example examples[] = {
        {"", "git.push", REFUSED},
        {"everything", "git.push", ALLOWED(0)},
        {"everything\ndeny git.*", "git.push", DENIED(2)},
        {"allow git.*", "git.push", ALLOWED(1)},
        {"allow git.*", "gitx.push", REFUSED},
        {"allow git.push\ndeny *", "git.push", DENIED(2)},
        {"confirm git.*\nallow git.push", "git.push", ASKED(1)},
        {"confirm git.*\nallow git.push\ndeny git.push", "git.push", DENIED(3)},
        {"confirm git.push", "git.push", REFUSED},
        {"allow x\ndeny git\ndeny git.push\ndeny git.*\ndeny *", "git.push", DENIED(3)},
        {"deny x", "-agent.control", ALLOWED(0)},
        {"deny agent.*", "-agent.control", DENIED(1)},
        {"confirm agent.*", "-agent.control", ASKED(1)},
        {"allow mcp.fs.read", "file.read,mcp.fs.read", ALLOWED(1)},
        {"allow *\ndeny mcp.fs.read", "x.y,mcp.fs.read", DENIED(2)},
    };
    CHECK(examples);
}

static void allows_reach_no_path_outside(void **state)
{
    (void)state;
    static const struct example examples[] = {
        {"allow file.read", "file.read = /ws/src/a", ALLOWED(1)},
        {"allow file.read", "file.read = /ws", ALLOWED(1)},
        {"allow file.read", "file.read = /wsx/a", REFUSED},
        {"allow file.*", "file.read = /etc/passwd", REFUSED},
        {"allow *", "file.read = /etc/passwd", REFUSED},
        {"allow *", "file.read = /ws/a", ALLOWED(1)},
        {"allow mcp.*", "file.read,mcp.fs.read = /etc/passwd", REFUSED},
        {"allow *", "git.push = /etc/passwd", ALLOWED(1)},
        {"allow file.read", "file.read = /ws/link /etc/passwd", REFUSED},
        {"allow file.read", "file.read = /ws/link /ws/a", ALLOWED(1)},
        {"allow file.read\nallow file.read:/data/**", "file.read = /ws/link /data/x", ALLOWED(1)},
        {"allow file.read\nallow file.write:/data/**", "file.read = /ws/link /data/x", REFUSED},
        {"allow file.read", "file.read = /ws/../etc/passwd", REFUSED},
        {"allow file.read", "file.read = /ws//a", REFUSED},
        {"allow file.read", "file.read = /ws/./a", REFUSED},
        {"allow file.read", "file.read = /ws/..", REFUSED},
        {"allow file.read", "file.read = /ws/.", REFUSED},
        {"allow file.read", "file.read = /ws/a/", REFUSED},
        {"allow file.read", "file.read = ws/a", REFUSED},
        {"allow file.read", "file.read = /ws/.../..a", ALLOWED(1)},
        {"anchor /\nallow file.read", "file.read = /etc/passwd", ALLOWED(2)},
        {"anchor /\nallow file.read", "file.read ?", REFUSED},
        {"anchor /w*\nallow file.read", "file.read = /w*/a", ALLOWED(2)},
        {"anchor /w*\nallow file.read", "file.read = /ws/a", REFUSED},
        {"anchor /w*\nallow file.read", "file.read ~ /w*/a/**", REFUSED},
        {"allow file.read:/etc/**", "file.read = /etc/passwd", ALLOWED(1)},
        {"allow file.read:~/.x/*", "file.read = /home/u/.x/y", ALLOWED(1)},
        {"allow file.read:src/**", "file.read = /ws/src", ALLOWED(1)},
        {"allow file.read:src/", "file.read = /ws/src/a/b", ALLOWED(1)},
        {"allow file.read:src/**", "file.read = /src/a", REFUSED},
        {"allow file.read:*.c", "file.read = /ws/a.c", ALLOWED(1)},
        {"allow file.read:*.c", "file.read = /ws/src/a.c", REFUSED},
        {"allow file.read:SRC/**", "file.read = /ws/src/a", REFUSED},
        {"allow *:src/**", "file.read = /ws/src/a", ALLOWED(1)},
        {"allow *:src/**", "git.add = src/a", ALLOWED(1)},
        {"allow *:src/**", "file.read = /ws/doc/a", REFUSED},
    };
    CHECK(examples);
}

static void denies_reach_everywhere_in_any_spelling(void **state)
{
    (void)state;
    static const struct example examples[] = {
        {"everything\ndeny file.read", "file.read = /etc/passwd", DENIED(2)},
        {"everything\ndeny file.read:.env", "file.read = /ws/.env", DENIED(2)},
        {"everything\ndeny file.read:.env", "file.read = /other/a/.env", DENIED(2)},
        {"everything\ndeny file.read:.env", "file.read = /ws/.ENV", DENIED(2)},
        {"everything\ndeny file.read:.ENV", "file.read = /ws/.env", DENIED(2)},
        {"everything\ndeny file.read:.env", "file.read = /ws/.envrc", ALLOWED(0)},
        {"everything\ndeny file.read:.env", "file.read = /ws/a /ws/.env", DENIED(2)},
        {"everything\ndeny file.read:.env", "file.read = /ws/.env /ws/a", DENIED(2)},
        {"everything\ndeny file.read:./.env", "file.read = /ws/a/.env", ALLOWED(0)},
        {"everything\ndeny file.read:.ssh/", "file.read = /home/u/.ssh/id", DENIED(2)},
        {"everything\ndeny file.read:~/.ssh/**", "file.read = /home/u/.ssh/id", DENIED(2)},
        {"everything\ndeny file.read:src/*.c", "file.read = /ws/src/a.c", DENIED(2)},
        {"everything\ndeny file.read:src/*.c", "file.read = /ws/src/x/a.c", ALLOWED(0)},
        {"everything\ndeny file.read:*.key",
         "file.read = /ws/a.\xE2\x84\xAA"
         "ey",
         DENIED(2)},
        {"everything\ndeny file.read:caf\xC3\xA9", "file.read = /ws/CAFE\xCC\x81", DENIED(2)},
        /* Folding turns sharp s into two letters; the question mark still takes it. */
        {"everything\ndeny file.read:x?", "file.read = /ws/x\xC3\x9F", DENIED(2)},
        {"everything\ndeny file.read:x?", "file.read ~ /ws/x\xC3\x9F*", DENIED(2)},
        /* Composing takes the letter away that the pattern starts with. */
        {"everything\ndeny file.read:e*", "file.read = /ws/e\xCC\x81", DENIED(2)},
        {"everything\ndeny file.read:src/**", "file.read = /ws/src", DENIED(2)},
        {"everything\ndeny file.read:src/**", "file.read ?", DENIED(2)},
        {"everything\ndeny file.read:src/**", "file.read", DENIED(2)},
        {"everything\ndeny file.read:src/**", "file.read = /ws/x/../src/a", DENIED(2)},
        {"everything\ndeny file.read:src/**", "file.read ~ /ws/**", DENIED(2)},
        {"everything\ndeny file.read:src/**", "file.read ~ /ws/S*/x", DENIED(2)},
        {"everything\ndeny file.read:src/**", "file.read ~ /ws/doc/**", ALLOWED(0)},
        {"everything\ndeny *:.env", "file.read = /ws/.env", DENIED(2)},
        {"everything\ndeny *:.env", "git.add = .env", DENIED(2)},
        {"everything\ndeny *:.env", "git.add = a/.env", ALLOWED(0)},
        {"everything\ndeny mcp.fs.read:.env", "file.read,mcp.fs.read = /ws/.env", DENIED(2)},
        {"everything\ndeny mcp.x.get:Evil.com", "network.fetch,mcp.x.get = evil.com:443", DENIED(2)},
        {"everything\ndeny file.read:*/x", "file.read = /ws/a/b/x", ALLOWED(0)},
    };
    CHECK(examples);
}

static void sets_and_the_unknown_must_be_covered(void **state)
{
    (void)state;
    static const struct example examples[] = {
        {"allow file.read", "file.read ~ /ws/src/**", ALLOWED(1)},
        {"allow file.read", "file.read ~ /**", REFUSED},
        {"allow file.read:src/**", "file.read ~ /ws/src/*.c", ALLOWED(1)},
        {"allow file.read:src/**", "file.read ~ /ws/**", REFUSED},
        {"allow file.read:src/**", "file.read ~ /ws/src/** /data/**", REFUSED},
        {"allow file.read", "file.read ?", REFUSED},
        {"allow *", "file.read ?", REFUSED},
        {"allow file.read:/**", "file.read ?", ALLOWED(1)},
        {"allow file.read:/**", "file.read", ALLOWED(1)},
        {"allow file.read", "file.read", ALLOWED(1)},
        {"allow file.read:src/**", "file.read", REFUSED},
        {"allow git.push", "git.push ?", ALLOWED(1)},
        {"allow git.push:*", "git.push ?", REFUSED},
        {"allow git.push:*", "git.push", REFUSED},
        {"allow git.push:origin/*", "git.push = origin/a/b", ALLOWED(1)},
        {"allow git.push:origin/*", "git.push = fork/a", REFUSED},
        {"allow network.fetch:*.example.com:443", "network.fetch = API.example.com:443", ALLOWED(1)},
        {"allow network.fetch:*.example.com:443", "network.fetch = api.example.com", REFUSED},
        {"everything\ndeny network.fetch:*.example.com:443", "network.fetch = api.example.com", DENIED(2)},
        {"everything\ndeny network.fetch:*.example.com:443", "network.fetch = api.example.com.:0443",
         DENIED(2)},
        {"allow network.fetch:*.example.com", "network.fetch ~ *.api.example.com", ALLOWED(1)},
        {"allow network.fetch:*.example.com", "network.fetch ~ *.com", REFUSED},
    };
    CHECK(examples);
}

static void secrets_need_an_allow_of_their_own(void **state)
{
    (void)state;
    static const struct example examples[] = {
        {"allow *", "secrets.read = /ws/.env", REFUSED},
        {"everything", "secrets.read = /ws/.env", ALLOWED(0)},
        {"allow *\nallow secrets.read", "secrets.read = /ws/.env", ALLOWED(2)},
        {"allow *\nallow secrets.*", "secrets.read = /ws/.env", ALLOWED(2)},
        {"allow *\nallow secrets.read:a.pem", "secrets.read = /ws/.env", REFUSED},
        {"allow secrets.read\ndeny *", "secrets.read = /ws/.env", DENIED(2)},
        {"allow secrets.read\nconfirm *", "secrets.read = /ws/.env", ASKED(2)},
    };
    CHECK(examples);
}

static void configure_needs_its_own_allow(void **state)
{
    (void)state;
    static const struct example examples[] = {
        {"configure\nallow aex.configure", "aex.configure", ALLOWED(2)},
        {"allow aex.configure", "aex.configure", REFUSED},
        {"configure\nallow *\nallow aex.*", "aex.configure", REFUSED},
        {"configure\neverything", "aex.configure", REFUSED},
        {"configure\nallow file.write", "file.write,aex.configure = /ws/a", REFUSED},
        {"configure\nallow *", "-aex.configure", REFUSED},
        {"configure\nallow aex.configure\ndeny aex.configure", "aex.configure", DENIED(3)},
        {"configure\nallow aex.configure\nconfirm aex.configure", "aex.configure", ASKED(3)},
        {"allow *", "aex.other", ALLOWED(1)},
    };
    CHECK(examples);
}

static void sanitised_names_are_denied_in_every_reading(void **state)
{
    (void)state;
    static const struct example examples[] = {
        {"everything\ndeny mcp.a.do.it", "mcp.a.do_it!", DENIED(2)},
        {"everything\ndeny mcp.a.do.it", "mcp.a.do_it", ALLOWED(0)},
        {"everything\ndeny mcp.a.b.*", "mcp.a_b.x!", DENIED(2)},
        {"everything\ndeny mcp.my-server.do-it", "mcp.my_server.do_it!", DENIED(2)}, /* Codex */
        {"everything\ndeny mcp.my-server.*", "mcp.my-server.x!", DENIED(2)},
        {"everything\ndeny mcp.my_server.*", "mcp.my-server.x!", ALLOWED(0)},
        {"allow mcp.my-server.x", "mcp.my_server.x!", REFUSED},
        {"everything\ndeny mcp.a.b", "mcp.a.bc!", ALLOWED(0)},
        {"everything\nconfirm mcp.a@b.x", "mcp.a_b.x!", ASKED(2)},
        {"everything\ndeny *", "mcp.a_b.x!", DENIED(2)},
        {"allow mcp.a.do.it", "mcp.a.do_it!", REFUSED},
        {"everything\ndeny mcp.a.do.it:secret", "mcp.a.do_it! = public", ALLOWED(0)},
        {"everything\ndeny mcp.a.do.it:secret", "mcp.a.do_it! = secret", DENIED(2)},
    };
    CHECK(examples);
}

/* ---- Several layers and demands ---- */

static void layers_only_narrow(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 1 << 20);
    struct layer layers[] = {layer_from(&arena, "allow file.*\nallow git.*"),
                             layer_from(&arena, "anchor /ws/src\nallow file.read\ndeny git.push")};
    static const struct {
        const char *demand;
        enum reason reason;
        size_t layer;
    } examples[] = {
        {"file.read = /ws/src/a", REASON_NONE, 0},
        {"file.read = /ws/a", REASON_NOT_ALLOWED, 1},
        {"file.write = /ws/src/a", REASON_NOT_ALLOWED, 1},
        {"git.push", REASON_DENY_LIST, 1},
        {"x", REASON_NOT_ALLOWED, 0},
    };
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        struct demand demand = demand_from(&arena, examples[i].demand);
        struct decision decision = judge(&arena, layers, 2, &demand, 1);
        assert_int_equal(decision.reason, examples[i].reason);
        assert_ptr_equal(decision.layer, &layers[examples[i].layer]);
    }
    arena_release(&arena);
}

static void one_layer_may_allow_configure_for_all(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 1 << 20);
    struct demand demand = demand_from(&arena, "aex.configure");
    struct layer layers[] = {layer_from(&arena, "allow file.*"),
                             layer_from(&arena, "configure\nallow aex.configure\nallow *")};
    assert_int_equal(judge(&arena, layers, 2, &demand, 1).verdict, VERDICT_ALLOW);
    layers[0] = layer_from(&arena, "everything\ndeny aex.configure");
    assert_int_equal(judge(&arena, layers, 2, &demand, 1).reason, REASON_DENY_LIST);
    layers[0] = layer_from(&arena, "everything\nallow aex.configure");
    assert_int_equal(judge(&arena, layers, 1, &demand, 1).reason, REASON_NOT_ALLOWED);
    arena_release(&arena);
}

static void the_worst_demand_decides(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 1 << 20);
    struct layer layer = layer_from(&arena, "allow a\nallow b\nallow d\nconfirm b\ndeny d");
    struct demand demands[] = {demand_from(&arena, "a"), demand_from(&arena, "b"), demand_from(&arena, "c"),
                               demand_from(&arena, "d")};
    assert_int_equal(judge(&arena, &layer, 1, demands, 1).verdict, VERDICT_ALLOW);
    assert_ptr_equal(judge(&arena, &layer, 1, demands, 2).demand, &demands[1]);
    assert_int_equal(judge(&arena, &layer, 1, demands, 2).verdict, VERDICT_ASK);
    assert_ptr_equal(judge(&arena, &layer, 1, demands, 3).demand, &demands[2]);
    assert_int_equal(judge(&arena, &layer, 1, demands, 3).reason, REASON_NOT_ALLOWED);
    assert_ptr_equal(judge(&arena, &layer, 1, demands, 4).demand, &demands[3]);
    assert_int_equal(judge(&arena, &layer, 1, demands, 4).reason, REASON_DENY_LIST);
    arena_release(&arena);
}

static void nothing_fails_open(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 1 << 20);
    struct layer layer = layer_from(&arena, "everything");
    struct demand demand = demand_from(&arena, "a");
    assert_int_equal(judge(&arena, &layer, 1, &demand, 0).verdict, VERDICT_DENY);
    assert_false(judge(&arena, &layer, 1, &demand, 0).is_free);
    assert_int_equal(judge(&arena, &layer, 0, &demand, 1).verdict, VERDICT_DENY);
    demand.allowed_unless_denied = true;
    assert_int_equal(judge(&arena, &layer, 0, &demand, 1).verdict, VERDICT_DENY);
    demand.name_count = 0;
    assert_int_equal(judge(&arena, &layer, 1, &demand, 1).verdict, VERDICT_DENY);
    demand.name_count = DEMAND_NAMES + 1;
    assert_int_equal(judge(&arena, &layer, 1, &demand, 1).verdict, VERDICT_DENY);
    arena_release(&arena);
}

static void scopes_that_cannot_be_read_are_refused_with_their_place(void **state)
{
    (void)state;
    static const char *const rules[] = {
        "x\nallow file.read:../a",        "x\ndeny file.read:a/../b",   "x\nallow *:../a",
        "x\nallow file.read:~bob/a",      "nohome\ndeny file.read:~/a", "anchor /w*\nallow file.read:a/b",
        "anchor ws\nallow file.read:a/b",
    };
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        struct arena arena;
        arena_init(&arena, 1 << 20);
        struct layer layer = layer_from(&arena, rules[i]);
        const struct policy *policy = NULL;
        struct error err = {.message = ""};
        assert_false(policy_compile(&layer, 1, &arena, &policy, &err));
        assert_null(policy);
        if (strncmp(err.message, "test.aex:2: ", 12) != 0) {
            fail_msg("%s gave '%s'", rules[i], err.message);
        }
        arena_release(&arena);
    }
}

/* ---- Budgets ---- */

static void the_smallest_budget_counts(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 1 << 20);
    struct layer layers[] = {
        layer_from(&arena, "allow a\nallow b\nconfirm b"), layer_from(&arena, "everything\nbudget 5"),
        layer_from(&arena, "everything\nbudget 3"), layer_from(&arena, "everything\nbudget 3")};
    const struct policy *policy;
    uint64_t calls;
    const struct layer *layer;
    assert_true(policy_compile(layers, 1, &arena, &policy, NULL));
    assert_false(policy_call_budget(policy, &calls, &layer));
    assert_true(policy_compile(layers, 4, &arena, &policy, NULL));
    assert_true(policy_call_budget(policy, &calls, &layer));
    assert_int_equal(calls, 3);
    assert_ptr_equal(layer, &layers[2]);
    static const char *const lines[] = {"a", "b", "c", "-free"};
    static const enum reason at_two[] = {REASON_NONE, REASON_CONFIRM_REQUIRED, REASON_NOT_ALLOWED, REASON_NONE};
    static const enum reason at_three[] = {REASON_BUDGET_EXHAUSTED, REASON_BUDGET_EXHAUSTED, REASON_NOT_ALLOWED,
                                           REASON_NONE};
    for (size_t i = 0; i < 4; i++) {
        struct demand demand = demand_from(&arena, lines[i]);
        struct decision decision = policy_judge(policy, &demand, 1, &arena);
        assert_int_equal(policy_apply_budget(policy, decision, 2).reason, at_two[i]);
        assert_int_equal(policy_apply_budget(policy, decision, 3).reason, at_three[i]);
        assert_int_equal(policy_apply_budget(policy, decision, UINT64_MAX).reason, at_three[i]);
    }
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_most_restrictive_rule_wins),
        cmocka_unit_test(allows_reach_no_path_outside),
        cmocka_unit_test(denies_reach_everywhere_in_any_spelling),
        cmocka_unit_test(sets_and_the_unknown_must_be_covered),
        cmocka_unit_test(configure_needs_its_own_allow),
        cmocka_unit_test(secrets_need_an_allow_of_their_own),
        cmocka_unit_test(sanitised_names_are_denied_in_every_reading),
        cmocka_unit_test(layers_only_narrow),
        cmocka_unit_test(one_layer_may_allow_configure_for_all),
        cmocka_unit_test(the_worst_demand_decides),
        cmocka_unit_test(nothing_fails_open),
        cmocka_unit_test(scopes_that_cannot_be_read_are_refused_with_their_place),
        cmocka_unit_test(the_smallest_budget_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
