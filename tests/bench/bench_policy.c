/* SPDX-License-Identifier: Apache-2.0 */
/* How long a decision takes on compiled policies of several shapes, and compiling them. Prints nanoseconds; the
 * best of several rounds, since noise only adds. */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

#include "os/clock.h"
#include "policy/policy.h"

enum { ROUNDS = 9 };

struct shape {
    const char *name;
    void (*fill)(struct arena *arena, struct layer *layer);
    const char *capability;
    const char *value;
    const char *resolved;
};

static void add_rule(struct arena *arena, struct layer *layer, enum rule_kind kind, struct text source)
{
    struct rule rule = {.kind = kind, .file = TEXT("policy.aex"), .line = layer->rules.count + 1};
    struct error err;
    bool is_parsed = pattern_parse(source, &rule.pattern, &err);
    assert(is_parsed);
    VECTOR_PUSH(arena, &layer->rules, rule);
}

/* What people write: some capabilities, scopes, secrets. */
static void fill_hundred_rules(struct arena *arena, struct layer *layer)
{
    for (int i = 0; i < 20; i++) {
        add_rule(arena, layer, RULE_ALLOW, text_format(arena, "file.read:packages/p%d/**", i));
        add_rule(arena, layer, RULE_ALLOW, text_format(arena, "file.write:packages/p%d/src/**/*.c", i));
        add_rule(arena, layer, RULE_DENY, text_format(arena, "file.*:secret%d.*", i));
        add_rule(arena, layer, RULE_ALLOW, text_format(arena, "mcp.server%d.*", i));
        add_rule(arena, layer, RULE_CONFIRM, text_format(arena, "git.push:origin/release-%d*", i));
    }
}

static void fill_grid(struct arena *arena, struct layer *layer)
{
    for (int i = 0; i < 100; i++) {
        for (int j = 0; j < 100; j++) {
            add_rule(arena, layer, j % 2 == 0 ? RULE_ALLOW : RULE_DENY,
                     text_format(arena, "mcp.server%d.call:object/%d/*", i, j));
        }
    }
}

static void fill_paths(struct arena *arena, struct layer *layer)
{
    for (int i = 0; i < 5000; i++) {
        add_rule(arena, layer, RULE_ALLOW, text_format(arena, "file.read:packages/p%d/**", i));
        add_rule(arena, layer, RULE_DENY, text_format(arena, "file.read:**/secret%d.pem", i));
    }
}

/* Nothing at either end tells them apart. */
static void fill_inner(struct arena *arena, struct layer *layer)
{
    add_rule(arena, layer, RULE_ALLOW, TEXT("file.read"));
    for (int i = 0; i < 5000; i++) {
        add_rule(arena, layer, RULE_DENY, text_format(arena, "file.read:**/folder%d/**/*.c", i));
        add_rule(arena, layer, RULE_DENY, text_format(arena, "file.read:secret%d.*", i));
    }
}

static void fill_hosts(struct arena *arena, struct layer *layer)
{
    for (int i = 0; i < 10000; i++) {
        add_rule(arena, layer, RULE_ALLOW, text_format(arena, "network.fetch:*.customer%d.example.com:443", i));
    }
}

static const struct shape shapes[] = {
    {"100 rules, file.read", fill_hundred_rules, "file.read",
     "/home/user/work/repo/packages/p19/src/parser/lexer.c",
     "/home/user/work/repo/packages/p19/src/parser/lexer.c"},
    {"100 rules, file.write through a link", fill_hundred_rules, "file.write",
     "/home/user/work/repo/packages/p3/src/a/Main.c", "/home/user/work/repo/packages/p4/src/b/Main.c"},
    {"100 rules, not allowed", fill_hundred_rules, "file.write", "/home/user/work/repo/README.md", ""},
    {"100 rules, git.push", fill_hundred_rules, "git.push", "origin/main", ""},
    {"100 capabilities x 100 scopes", fill_grid, "mcp.server98.call", "object/98/name", ""},
    {"10,000 path scopes, one capability", fill_paths, "file.read",
     "/home/user/work/repo/packages/p4999/src/a.c", "/home/user/work/repo/packages/p4999/src/a.c"},
    {"10,000 path scopes, not allowed", fill_paths, "file.read", "/home/user/work/repo/other/src/a.c", ""},
    {"10,000 path scopes told apart inside", fill_inner, "file.read", "/home/user/work/repo/folder/src/a.c",
     ""},
    {"10,000 host scopes, one capability", fill_hosts, "network.fetch", "api.customer9999.example.com:443", ""},
};

static void measure(const struct shape *shape)
{
    struct arena source;
    arena_init(&source, SIZE_MAX);
    struct layer layer = {
        .name = TEXT("bench"), .anchor = TEXT("/home/user/work/repo"), .home = TEXT("/home/user")};
    shape->fill(&source, &layer);
    struct demand demand = {.names = {text_of(shape->capability)}, .name_count = 1};
    demand.resource = (struct resource){RESOURCE_KNOWN, text_of(shape->value), text_of(shape->resolved)};
    int64_t best_compile = INT64_MAX;
    int64_t best_decision = INT64_MAX;
    struct decision decision = {.verdict = VERDICT_DENY};
    for (int round = 0; round < ROUNDS; round++) {
        struct arena arena;
        struct arena scratch;
        arena_init(&arena, SIZE_MAX);
        arena_init(&scratch, SIZE_MAX);
        const struct policy *policy;
        clock_instant start = clock_now();
        bool is_compiled = policy_compile(&layer, 1, &arena, &policy, NULL);
        int64_t compile = clock_now() - start;
        assert(is_compiled);
        enum { CALLS = 20000 };
        start = clock_now();
        for (int i = 0; i < CALLS; i++) {
            arena_reset(&scratch);
            decision = policy_judge(policy, &demand, 1, &scratch);
        }
        int64_t each = (clock_now() - start) / CALLS;
        best_compile = compile < best_compile ? compile : best_compile;
        best_decision = each < best_decision ? each : best_decision;
        arena_release(&scratch);
        arena_release(&arena);
    }
    printf("%-40s %7" PRId64 " ns/decision (%s) %9" PRId64 " ns to compile\n", shape->name, best_decision,
           decision.verdict == VERDICT_ALLOW ? "allow" : reason_code(decision.reason), best_compile);
    arena_release(&source);
}

int main(void)
{
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        measure(&shapes[i]);
    }
    return 0;
}
