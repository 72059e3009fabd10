/* SPDX-License-Identifier: Apache-2.0 */
#include "load/document_layer.h"
#include "load/json_bundle.h"
#include "support/folder.h"

static struct folder folder;

static int set_up(void **state)
{
    (void)state;
    folder_make(&folder);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    folder_remove(&folder);
    return 0;
}

static bool load(struct arena *arena, const char *source, struct layer *ret_layer, struct error *err)
{
    char path[PATH_MAX];
    *ret_layer = (struct layer){.name = TEXT("workspace"), .file = TEXT("p.json")};
    folder_path(&folder, "p.json", path);
    struct text file = text_copy(arena, text_of(path));
    struct text bundle;
    return json_bundle_make(file, text_of(source), arena, &bundle, err) &&
           json_layer(ret_layer, file, bundle, arena, err);
}

static void lists_become_rules(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    arena_init(&arena, 1024 * 1024);
    struct layer layer;
    struct error err;
    assert_true(load(&arena,
                     "{\"allow\":[\"file.read:src/"
                     "**\"],\n\"deny\":[\"network.*\"],\n\"require_confirmation\":[\n\"git.push\"],"
                     "\"budget\":{\"calls\":7}}",
                     &layer, &err));
    assert_int_equal(layer.rules.count, 3);
    assert_int_equal(layer.rules.items[0].kind, RULE_ALLOW);
    assert_text(layer.rules.items[0].pattern.scope, "src/**");
    assert_int_equal(layer.rules.items[1].kind, RULE_DENY);
    assert_int_equal(layer.rules.items[1].line, 2);
    assert_int_equal(layer.rules.items[2].kind, RULE_CONFIRM);
    assert_int_equal(layer.rules.items[2].line, 4);
    assert_false(layer.allows_everything);
    assert_true(layer.has_call_budget && layer.call_budget == 7);
    assert_true(load(&arena, "{}", &layer, &err));
    assert_true(layer.allows_everything);
    assert_false(layer.has_call_budget);
    assert_true(load(&arena, "{\"allow\":[]}", &layer, &err));
    assert_false(layer.allows_everything);
}

static void bases_add_up(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    arena_init(&arena, 1024 * 1024);
    struct layer layer;
    struct error err;
    folder_add_file(&folder, "base/b.json",
                    "{\"deny\":[\"a.b\"],\"budget\":{\"calls\":3},\"extends\":\"c.json\"}");
    folder_add_file(&folder, "base/c.json", "{\"allow\":[\"x.y\"],\"budget\":{\"calls\":9}}");
    assert_true(load(&arena, "{\"extends\":\"base/b.json\",\"budget\":{\"calls\":5},\"deny\":[\"d.e\"]}",
                     &layer, &err));
    assert_int_equal(layer.rules.count, 3);
    assert_true(layer.call_budget == 3);
    assert_false(layer.allows_everything); /* an allow anywhere restricts */
    /* Whoever can write a base can write the policy. */
    assert_int_equal(layer.base_files.count, 2);
    assert_true(text_ends_with(layer.base_files.items[0], TEXT("/base/b.json")));
    assert_true(text_ends_with(layer.base_files.items[1], TEXT("/base/c.json")));
    assert_true(text_starts_with(layer.base_sources.items[1], TEXT("{\"allow\"")));
    assert_true(load(&arena, "{\"extends\":{\"deny\":[\"a.b\"]}}", &layer, &err));
    assert_int_equal(layer.rules.count, 1);
}

static void mistakes_are_errors(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",
        "[]",
        "1",
        "{\"allow\":\"x\"}",
        "{\"allow\":[1]}",
        "{\"allow\":[\"\"]}",
        "{\"allow\":[\"a b\"]}",
        "{\"Allow\":[]}",
        "{\"allows\":[]}",
        "{\"allow\":[],\"allow\":[]}",
        "{\"allow\":null}",
        "{\"budget\":7}",
        "{\"budget\":{}}",
        "{\"budget\":{\"calls\":-1}}",
        "{\"budget\":{\"calls\":1.5}}",
        "{\"budget\":{\"calls\":\"7\"}}",
        "{\"budget\":{\"calls\":1e3}}",
        "{\"budget\":{\"calls\":1,\"x\":2}}",
        "{\"budget\":{\"calls\":99999999999999999999}}",
        "{\"budget\":[1]}",
        "{\"extends\":\"missing.json\"}",
        "{\"extends\":7}",
        "{\"extends\":\"self.json\"}",
        "{\"extends\":\"broken.json\"}",
        "{\"extends\":\".\"}",
        "{\"extends\":\"nul\\u0001.json\"}",
    };
    AUTO_ARENA arena;
    arena_init(&arena, 16 * 1024 * 1024);
    folder_add_file(&folder, "self.json", "{\"extends\":\"self.json\"}");
    folder_add_file(&folder, "broken.json", "{\"allow\":[\"a\"");
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        struct layer layer;
        struct error err = {.message = ""};
        assert_case(!load(&arena, wrong[i], &layer, &err), wrong[i]);
        assert_case(strstr(err.message, folder.path) != NULL, err.message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_become_rules),
        cmocka_unit_test(bases_add_up),
        cmocka_unit_test(mistakes_are_errors),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
