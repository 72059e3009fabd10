/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/log.h"
#include "meta/meta.h"
#include "os/file.h"
#include "state/folder.h"
#include "support/scratch.h"

#define POLICY                                                                                                 \
    "policy workspace v0\n\ngoal \"x\"\n\nallow file.read, file.write:src/**, git.*\n\ndeny network.*\n\n"     \
    "confirm before git.push\n\nbudget calls=100\n"
#define TASK                                                                                                   \
    "agent fix_test v0\n\ngoal \"Fix it.\"\n\nuse file.read, file.write, network.fetch, tests.run\n\n"         \
    "deny secrets.read\n\nconfirm before file.write\n\nbudget calls=20\n\n"                                    \
    "do tests.run() -> failure\n\nmake patch: diff from failure with:\n  - smallest change\n\n"                \
    "check patch is valid diff\n\nreturn patch\n"

struct stage {
    struct scratch *scratch;
    struct workspace workspace;
    struct text state_folder;
    struct text audit;
};

static int set_up(void **state)
{
    struct scratch *scratch = scratch_new();
    struct stage *stage = ARENA_NEW(&scratch->arena, struct stage);
    stage->scratch = scratch;
    stage->state_folder = text_of(scratch_path(scratch, "state"));
    stage->audit = state_folder_audit(&scratch->arena, stage->state_folder);
    struct error err = {0};
    directory_make(scratch_path(scratch, "ws/.aex/runs"), 0755, NULL);
    directory_make(scratch_path(scratch, "ws/tasks"), 0755, NULL);
    scratch_write(scratch, "ws/.aex/policy.aex", TEXT(POLICY));
    struct workspace_options options = {
        .start = text_of(scratch_path(scratch, "ws")),
        .home = text_of(scratch_path(scratch, "home")),
        .state_folder = stage->state_folder,
    };
    if (!workspace_find_root(&stage->workspace, options.start, TEXT("/"), &scratch->arena, &err) ||
        !workspace_load(&stage->workspace, &options, &scratch->arena, &err)) {
        fprintf(stderr, "%s\n", err.message);
        return 1;
    }
    *state = stage;
    return 0;
}

static int tear_down(void **state)
{
    struct stage *stage = *state;
    scratch_free(stage->scratch);
    return 0;
}

/* One call by a session, its ledger opened for it. */
static struct meta_answer call(struct stage *stage, const char *session, const char *name,
                               const char *arguments, bool takes_foreign)
{
    struct arena *arena = &stage->scratch->arena;
    struct ledger ledger;
    struct json value;
    struct error err = {0};
    enum meta_tool tool;
    if (!ledger_open(&ledger, stage->state_folder.data, text_of(session), TEXT("/ws"), arena, &err)) {
        fail_msg("%s", err.message);
    }
    assert_true(meta_find(text_of(name), &tool));
    struct meta_context context = {
        .workspace = &stage->workspace,
        .state_folder = stage->state_folder,
        .home = text_of(scratch_path(stage->scratch, "home")),
        .audit = stage->audit,
        .session = text_of(session),
        .now = 1795219200000000000,
        .takes_foreign_checkpoints = takes_foreign,
        .ledger = &ledger,
    };
    assert_true(json_parse(text_of(arguments), arena, &value, NULL));
    struct meta_answer answer = meta_call(tool, &value, &context, arena);
    ledger_close(&ledger);
    return answer;
}

static void charge(struct stage *stage, const char *session, int calls)
{
    struct ledger ledger;
    struct arena *arena = &stage->scratch->arena;
    assert_true(ledger_open(&ledger, stage->state_folder.data, text_of(session), TEXT("/ws"), arena, NULL));
    for (int i = 0; i < calls; i++) {
        struct digest arguments = digest_sha256(TEXT("{}"));
        struct digest key = charge_key(text_of(session), text_format(arena, "%zu", (size_t)ledger.count),
                                       TEXT("Read"), &arguments);
        enum charge_result result;
        assert_true(ledger_charge(&ledger, &key, &result, NULL));
    }
    ledger_close(&ledger);
}

static void record(struct stage *stage, const char *members)
{
    struct error err = {0};
    bool is_lost;
    if (!state_folder_prepare(stage->state_folder.data, &is_lost, &err) ||
        !audit_append(stage->audit.data, text_of(members), &stage->scratch->arena, &err)) {
        fail_msg("%s", err.message);
    }
}

/* The structured content, which the text repeats. */
static struct text content(struct stage *stage, const struct meta_answer *answer)
{
    struct json value;
    struct text text;
    struct arena *arena = &stage->scratch->arena;
    assert_true(json_parse(answer->result, arena, &value, NULL));
    const struct json *parts = json_get(&value, TEXT("content"));
    assert_true(json_get_text(&parts->items[0], TEXT("text"), &text));
    if (answer->is_error) {
        assert_int_equal(json_get(&value, TEXT("isError"))->type, JSON_TRUE);
        assert_null(json_get(&value, TEXT("structuredContent")));
        return text;
    }
    const struct json *structured = json_get(&value, TEXT("structuredContent"));
    assert_true(text_equal(text, text_slice(answer->result, structured->start, structured->end)));
    return text;
}

static void expect(struct stage *stage, struct meta_answer answer, const char *expected)
{
    assert_string_equal(text_to_c(&stage->scratch->arena, content(stage, &answer)), expected);
}

static void expect_error(struct stage *stage, struct meta_answer answer, const char *what)
{
    struct text text = content(stage, &answer);
    assert_true(answer.is_error);
    if (!text_contains(text, text_of(what))) {
        fail_msg("%.*s: no \"%s\"", TEXT_ARG(text), what);
    }
}

static void test_names_and_entries(void **state)
{
    struct stage *stage = *state;
    struct arena *arena = &stage->scratch->arena;
    enum meta_tool tool;
    assert_true(meta_find(TEXT("aex.checkpoint"), &tool) && tool == META_CHECKPOINT);
    assert_true(meta_find(TEXT("aex_review_task"), &tool) && tool == META_REVIEW_TASK);
    static const char *const others[] = {
        "aex", "aex.run_task", "AEX.checkpoint", "aex-checkpoint", "aex.checkpoint ", ""};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        assert_false(meta_find(text_of(others[i]), &tool));
    }
    for (enum meta_spelling spelling = META_PLAIN; spelling <= META_DOTTED; spelling++) {
        struct builder out;
        struct json_writer writer;
        struct json list;
        builder_init(&out, arena);
        json_writer_init(&writer, &out, false);
        json_begin_array(&writer);
        meta_write_entries(&writer, spelling, stage->workspace.policy, arena);
        json_end_array(&writer);
        assert_true(json_parse(builder_text(&out), arena, &list, NULL));
        assert_int_equal(list.count, META_TOOLS);
        for (size_t i = 0; i < list.count; i++) {
            struct text name;
            const struct json *annotations = json_get(&list.items[i], TEXT("annotations"));
            assert_true(json_get_text(&list.items[i], TEXT("name"), &name));
            assert_int_equal(text_find_char(name, '.') == TEXT_NOT_FOUND, spelling == META_PLAIN);
            assert_int_equal(json_get(annotations, TEXT("destructiveHint"))->type, JSON_FALSE);
            assert_true(meta_find(name, &tool) && tool == (enum meta_tool)i);
        }
    }
}

static void test_policies_may_deny_them(void **state)
{
    struct stage *stage = *state;
    struct arena *arena = &stage->scratch->arena;
    static const struct {
        const char *rule;
        enum verdict verdict;
    } cases[] = {
        {"allow file.read", VERDICT_ALLOW},
        {"deny mcp.*", VERDICT_ALLOW},
        {"deny aex.checkpoint", VERDICT_DENY},
        {"deny aex_checkpoint", VERDICT_DENY},
        {"deny aex.*", VERDICT_DENY},
        {"deny *", VERDICT_DENY},
        {"confirm before aex.checkpoint", VERDICT_ASK},
        {"deny aex.resume", VERDICT_ALLOW},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct layer layer;
        const struct policy *policy;
        struct text source =
            text_format(arena, "policy p v0\n\ngoal \"x\"\n\nallow file.read\n\n%s\n", cases[i].rule);
        assert_true(workspace_make_layer(&stage->workspace, TEXT("w"), TEXT("/ws/p.aex"), source,
                                         TEXT("/home/u"), arena, &layer, NULL));
        assert_true(policy_compile(&layer, 1, arena, &policy, NULL));
        struct demand demand = meta_demand(META_CHECKPOINT);
        struct decision decision = policy_judge(policy, &demand, 1, arena);
        assert_int_equal(decision.verdict, cases[i].verdict);
        assert_int_equal(decision.is_free, true);
        struct builder out;
        struct json_writer writer;
        builder_init(&out, arena);
        json_writer_init(&writer, &out, false);
        meta_write_entries(&writer, META_PLAIN, policy, arena);
        assert_int_equal(text_contains(builder_text(&out), TEXT("aex_checkpoint")),
                         decision.verdict != VERDICT_DENY);
    }
}

static void test_checkpoint_and_resume(void **state)
{
    struct stage *stage = *state;
    charge(stage, "claude-1", 3);
    record(stage,
           "\"event\":\"gate.decision\",\"timestamp\":\"2026-11-21T01:00:00.000Z\",\"session\":\"claude-1\","
           "\"toolUseId\":\"t1\",\"tool\":\"Read\",\"decision\":\"allow\"");
    record(stage,
           "\"event\":\"gate.decision\",\"timestamp\":\"2026-11-21T01:00:01.000Z\",\"session\":\"other\","
           "\"tool\":\"Write\",\"decision\":\"allow\",\"note\":\"\\\"session\\\":\\\"claude-1\\\"\"");
    record(stage,
           "\"event\":\"gate.decision\",\"timestamp\":\"2026-11-21T01:00:02.000Z\",\"session\":\"claude-1\","
           "\"toolUseId\":\"t2\",\"tool\":\"mcp__fs__fetch\",\"decision\":\"allow\"");
    record(stage,
           "\"event\":\"tool.denied\",\"timestamp\":\"2026-11-21T01:00:03.000Z\",\"session\":\"claude-1\","
           "\"toolUseId\":\"t2\",\"tool\":\"fetch\",\"decision\":\"deny\",\"reason\":\"deny_list\"");
    record(stage,
           "\"event\":\"gate.decision\",\"timestamp\":\"2026-11-21T01:00:04.000Z\",\"session\":\"claude-1\","
           "\"toolUseId\":\"t3\",\"tool\":\"Bash\",\"decision\":\"ask\",\"reason\":\"confirm_required\"");
    record(stage,
           "\"event\":\"tool.result\",\"timestamp\":\"2026-11-21T01:00:05.000Z\",\"session\":\"claude-1\","
           "\"toolUseId\":\"t3\",\"tool\":\"Bash\",\"status\":\"success\"");
    struct meta_answer saved =
        call(stage, "claude-1", "aex_checkpoint",
             "{\"name\":\"fix-auth\",\"description\":\"found it; PASSWORD=hunter2\"}", false);
    expect(stage, saved,
           "{\"path\":\".aex/checkpoints/fix-auth/\",\"message\":\"Checkpoint \\\"fix-auth\\\" saved to "
           ".aex/checkpoints/fix-auth/\"}");
    assert_string_equal(saved.event, "meta.handled");
    struct text json = scratch_read(stage->scratch, "ws/.aex/checkpoints/fix-auth/checkpoint.json");
    assert_true(text_contains(json, TEXT("\"callsUsed\": 3,\n  \"budget\": 100")));
    assert_false(text_contains(json, TEXT("hunter2")));
    struct text records = scratch_read(stage->scratch, "ws/.aex/checkpoints/fix-auth/audit.jsonl");
    assert_false(text_contains(records, TEXT("other")));
    assert_true(text_contains(records, TEXT("\"seq\":6")));
    /* Another agent takes it up. */
    charge(stage, "codex-1", 2);
    struct meta_answer resumed = call(stage, "codex-1", "aex.resume", "{\"name\":\"fix-auth\"}", false);
    expect(stage, resumed,
           "{\"name\":\"fix-auth\",\"description\":\"found it; "
           "PASSWORD=[redacted:password]\",\"toolsCalled\":[\"Read\","
           "\"fetch\",\"Bash\"],\"callsUsed\":5,\"budgetRemaining\":95,\"auditSummary\":["
           "{\"event\":\"gate.decision\",\"timestamp\":\"2026-11-21T01:00:00.000Z\",\"tool\":\"Read\","
           "\"decision\":"
           "\"allow\"},{\"event\":\"gate.decision\",\"timestamp\":\"2026-11-21T01:00:02.000Z\",\"tool\":"
           "\"mcp__fs__fetch\",\"decision\":\"allow\"},{\"event\":\"tool.denied\",\"timestamp\":"
           "\"2026-11-21T01:00:03.000Z\",\"tool\":\"fetch\",\"decision\":\"deny\",\"reason\":\"deny_list\"},"
           "{\"event\":\"gate.decision\",\"timestamp\":\"2026-11-21T01:00:04.000Z\",\"tool\":\"Bash\","
           "\"decision\":\"ask\","
           "\"reason\":\"confirm_required\"},{\"event\":\"tool.result\",\"timestamp\":\"2026-11-21T01:00:05."
           "000Z\","
           "\"tool\":\"Bash\"}]}");
    assert_string_equal(resumed.event, "checkpoint.resumed");
    assert_true(text_contains(resumed.members, TEXT("\"session\":\"claude-1\",\"chain\":{\"seq\":6,")));
    assert_true(text_contains(resumed.members, TEXT("\"found\":true}},\"callsUsed\":5")));
    assert_true(text_contains(
        json, TEXT("\"tool\": \"fetch\",\n      \"timestamp\": \"2026-11-21T01:00:03.000Z\",\n     "
                   " \"decision\": \"block\",\n      \"reason\": \"deny_list\"")));
    /* Once more costs nothing more; a log that was begun anew shows. */
    struct meta_answer again = call(stage, "codex-1", "aex_resume", "{\"name\":\"fix-auth\"}", false);
    assert_true(text_contains(content(stage, &again), TEXT("\"callsUsed\":5")));
    unlink(stage->audit.data);
    unlink(text_format(&stage->scratch->arena, "%s.head", stage->audit.data).data);
    record(stage, "\"event\":\"gate.decision\",\"session\":\"codex-1\"");
    again = call(stage, "codex-1", "aex_resume", "{\"name\":\"fix-auth\"}", false);
    assert_true(text_contains(again.members, TEXT("\"found\":false")));
}

static void test_refusals(void **state)
{
    struct stage *stage = *state;
    expect_error(stage, call(stage, "s", "aex.resume", "{\"name\":\"nothing\"}", false),
                 "there is no checkpoint");
    expect_error(stage, call(stage, "s", "aex.resume", "{}", false), "missing");
    expect_error(stage, call(stage, "s", "aex.resume", "{\"name\":null}", false), "must be a string");
    expect_error(stage, call(stage, "s", "aex.resume", "{\"name\":\"../x\"}", false),
                 "no name for a checkpoint");
    expect_error(stage, call(stage, "s", "aex.checkpoint", "{\"name\":\"a/b\"}", false),
                 "no name for a checkpoint");
    expect_error(stage, call(stage, "s", "aex.checkpoint", "{\"name\":\"a\",\"description\":7}", false),
                 "must be a string");
    expect_error(stage, call(stage, "s", "aex.checkpoint", "[]", false), "must be an object");
    expect_error(stage, call(stage, "s", "aex.review_task", "{\"task\":\"/etc/passwd\"}", false),
                 "no .aex file");
    expect_error(stage, call(stage, "s", "aex.review_task", "{\"task\":\"../x.aex\"}", false), "no .aex file");
    expect_error(stage, call(stage, "s", "aex.review_task", "{\"task\":\"tasks/none.aex\"}", false),
                 "cannot open");
    scratch_write(stage->scratch, "secret.aex", TEXT("token"));
    assert_int_equal(symlink("../../secret.aex", scratch_path(stage->scratch, "ws/tasks/link.aex")), 0);
    expect_error(stage, call(stage, "s", "aex.review_task", "{\"task\":\"tasks/link.aex\"}", false),
                 "symbolic link");
    /* AEX's own, and a changed one of ours. */
    directory_make(scratch_path(stage->scratch, "ws/.aex/checkpoints/old"), 0755, NULL);
    scratch_write(
        stage->scratch, "ws/.aex/checkpoints/old/checkpoint.json",
        TEXT("{\"name\":\"old\",\"callsUsed\":5,\"toolHistory\":[{\"tool\":\"file.read\",\"timestamp\":\"t\","
             "\"decision\":\"forward\"}]}"));
    scratch_write(stage->scratch, "ws/.aex/checkpoints/old/audit.jsonl",
                  TEXT("{\"event\":\"tool.allowed\",\"data\":{\"tool\":\"file.read\"}}\nnonsense\n"));
    expect_error(stage, call(stage, "s", "aex.resume", "{\"name\":\"old\"}", false), "--foreign-checkpoints");
    expect(stage, call(stage, "s", "aex.resume", "{\"name\":\"old\"}", true),
           "{\"name\":\"old\",\"toolsCalled\":[\"file.read\"],\"callsUsed\":5,\"budgetRemaining\":95,"
           "\"auditSummary\":[{"
           "\"event\":\"tool.allowed\",\"data\":{\"tool\":\"file.read\"}}]}");
}

static void test_tasks(void **state)
{
    struct stage *stage = *state;
    expect(stage, call(stage, "s", "aex_list_tasks", "{}", false), "{\"tasks\":[]}");
    scratch_write(stage->scratch, "ws/tasks/fix-test.aex", TEXT(TASK));
    scratch_write(stage->scratch, "ws/tasks/notes.txt", TEXT("no"));
    scratch_write(stage->scratch, "ws/.aex/runs/20261121-x.aex", TEXT("nonsense"));
    (void)call(stage, "s", "aex_checkpoint", "{\"name\":\"cp\",\"description\":\"d\"}", false);
    mkdir(scratch_path(stage->scratch, "ws/.aex/checkpoints/empty"), 0755);
    expect(
        stage, call(stage, "s", "aex.list_tasks", "{}", false),
        "{\"tasks\":[{\"name\":\"fix_test\",\"path\":\"tasks/fix-test.aex\",\"type\":\"task\",\"goal\":\"Fix "
        "it.\",\"tools\":[\"file.read\",\"file.write\",\"network.fetch\",\"tests.run\"]},{\"name\":\"20261121-"
        "x\","
        "\"path\":\".aex/runs/"
        "20261121-x.aex\",\"type\":\"run\",\"goal\":\"\",\"tools\":[]},{\"name\":\"cp\",\"path\":"
        "\".aex/checkpoints/cp/\",\"type\":\"checkpoint\",\"goal\":\"d\",\"tools\":[]}]}");
}

static void test_review(void **state)
{
    struct stage *stage = *state;
    scratch_write(stage->scratch, "ws/tasks/fix-test.aex", TEXT(TASK));
    expect(
        stage, call(stage, "s", "aex.review_task", "{\"task\":\"tasks/fix-test.aex\"}", false),
        "{\"task\":\"fix_test\",\"goal\":\"Fix "
        "it.\",\"requested\":[\"file.read\",\"file.write\",\"network.fetch\","
        "\"tests.run\"],\"denied\":[\"secrets.read\"],\"effective\":{\"allow\":[\"file.read\",\"file.write:src/"
        "**\"],"
        "\"deny\":[\"network.*\",\"secrets.read\"],\"confirm\":[\"git.push\",\"file.write\"],\"budget\":20},"
        "\"checks\":[\"patch is valid diff\"],\"makeSteps\":[\"make patch: diff from failure\"],\"valid\":true,"
        "\"warnings\":[\"Tool \\\"file.write\\\" requested by task is allowed only as "
        "file.write:src/**\",\"Tool "
        "\\\"network.fetch\\\" requested by task is denied by policy (.aex/policy.aex:7)\",\"Tool "
        "\\\"tests.run\\\" "
        "requested by task is not allowed by policy\"]}");
    /* By the name that the list has, which is not the file's; a name of two is refused. */
    struct meta_answer named = call(stage, "s", "aex.review_task", "{\"task\":\"fix_test\"}", false);
    assert_true(text_contains(content(stage, &named), TEXT("\"task\":\"fix_test\"")));
    expect_error(stage, call(stage, "s", "aex.review_task", "{\"task\":\"fix-test\"}", false), "no .aex file");
    scratch_write(stage->scratch, "ws/.aex/runs/again.aex", TEXT(TASK));
    expect_error(stage, call(stage, "s", "aex.review_task", "{\"task\":\"fix_test\"}", false),
                 "both tasks/fix-test.aex and .aex/runs/again.aex");
    /* What does not parse is allowed nothing. */
    scratch_write(stage->scratch, "ws/tasks/bad.aex",
                  TEXT("agent bad v0\n\ngoal \"x\"\n\nuse file.read\n\nnonsense\n"));
    struct meta_answer bad = call(stage, "s", "aex.review_task", "{\"task\":\"tasks/bad.aex\"}", false);
    struct text text = content(stage, &bad);
    assert_true(text_contains(text, TEXT("\"effective\":{\"allow\":[],\"deny\":[\"network.*\"]")));
    assert_true(text_contains(text, TEXT("\"valid\":false,\"warnings\":[")));
    assert_true(text_contains(text, TEXT("tasks/bad.aex:7: AEX100: ")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_names_and_entries, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_policies_may_deny_them, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_checkpoint_and_resume, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_refusals, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_tasks, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_review, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
