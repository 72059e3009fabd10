/* SPDX-License-Identifier: Apache-2.0 */
/* Two patterns and a resource, a line each: what is matched by both must overlap, what the narrower one matches
 * the wider one must, and decisions by index and without one agree. */
#include <assert.h>

#include "fuzz/fuzz.h"
#include "pattern/glob.h"
#include "pattern/scope.h"
#include "policy/policy.h"

enum { LONGEST_INPUT = 1024 }; /* longer ones find nothing that these do not, only slower */

typedef bool matcher(struct text glob, struct text text);

static void check_globs(struct text a, struct text b, struct text text, matcher *matches, matcher *covers,
                        matcher *overlaps)
{
    bool by_a = matches(a, text);
    bool by_b = matches(b, text);
    assert(!(by_a && by_b) || overlaps(a, b));
    assert(overlaps(a, b) == overlaps(b, a));
    assert(!(by_b && covers(a, b)) || by_a);
    assert(!(by_a && covers(b, a)) || by_b);
}

static struct text absolute(struct arena *arena, struct text text)
{
    const struct scope_folders folders = {TEXT("/ws"), TEXT("/home")};
    struct text path;
    return path_scope_glob(text, &folders, false, arena, &path, NULL) ? path : TEXT("/");
}

/* Every spelling of the two rules and enough others for an index: the deny must be found among them. */
static void check_index(const struct pattern *pattern, struct text value, struct arena *arena)
{
    enum { RULES = 20 };
    struct layer layer = {.anchor = TEXT("/ws"), .home = TEXT("/home"), .allows_everything = true};
    struct rule rule = {.kind = RULE_DENY, .pattern = *pattern};
    VECTOR_PUSH(arena, &layer.rules, rule);
    struct demand demand = {.names = {pattern->capability}, .name_count = 1};
    demand.resource = (struct resource){RESOURCE_KNOWN, value, TEXT("")};
    const struct policy *policy;
    if (!policy_compile(&layer, 1, arena, &policy, NULL)) {
        return;
    }
    struct decision alone = policy_judge(policy, &demand, 1, arena);
    for (int i = 0; i < RULES; i++) {
        rule.pattern.scope = text_format(arena, "/never/%d/*.x", i);
        VECTOR_PUSH(arena, &layer.rules, rule);
    }
    bool is_compiled = policy_compile(&layer, 1, arena, &policy, NULL);
    assert(is_compiled);
    if (text_contains(value, TEXT("/never"))) {
        return;
    }
    assert(policy_judge(policy, &demand, 1, arena).reason == alone.reason);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > LONGEST_INPUT) {
        return 0;
    }
    AUTO_ARENA arena;
    arena_init(&arena, 256 << 20);
    struct text rest = text_copy(&arena, (struct text){(const char *)data, size});
    struct text lines[3] = {TEXT_INIT(""), TEXT_INIT(""), TEXT_INIT("")};
    for (size_t i = 0; i < 3 && text_next(&rest, '\n', &lines[i]); i++) {
    }
    struct pattern a;
    struct pattern b;
    if (!pattern_parse(lines[0], &a, NULL) || !pattern_parse(lines[1], &b, NULL)) {
        return 0;
    }
    assert(pattern_overlaps(&a, &b) == pattern_overlaps(&b, &a));
    assert(!pattern_covers(&a, &b) || pattern_overlaps(&a, &b));
    if (a.scope_kind == SCOPE_NONE || b.scope_kind == SCOPE_NONE) {
        return 0;
    }
    struct text path = absolute(&arena, lines[2]);
    check_globs(a.scope, b.scope, lines[2], glob_matches_text, glob_covers_text, glob_overlaps_text);
    check_globs(a.scope, b.scope, lines[2], glob_matches_host, glob_covers_host, glob_overlaps_host);
    check_globs(absolute(&arena, a.scope), absolute(&arena, b.scope), path, glob_matches_path, glob_covers_path,
                glob_overlaps_path);
    struct text folded = glob_fold(&arena, lines[2]);
    assert(text_equal(glob_fold(&arena, folded), folded));
    check_index(&a, a.scope_kind == SCOPE_PATH ? path : lines[2], &arena);
    return 0;
}
