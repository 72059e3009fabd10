/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/file.h"
#include "state/checkpoint.h"
#include "support/scratch.h"
#include "json/writer.h"

#define JSON_PATH "ws/.aex/checkpoints/one/checkpoint.json"
#define AUDIT_PATH "ws/.aex/checkpoints/one/audit.jsonl"

static int set_up(void **state)
{
    struct scratch *scratch = scratch_new();
    *state = scratch;
    return mkdir(scratch_path(scratch, "ws"), 0755);
}

/* The ledger of a session, with `calls` more charged. */
static struct ledger open_ledger(struct scratch *scratch, struct text session, size_t calls)
{
    struct ledger ledger;
    struct error err = {0};
    if (!ledger_open(&ledger, scratch_path(scratch, "state"), session, TEXT("/ws"), &scratch->arena, &err)) {
        fail_msg("%s", err.message);
    }
    for (size_t i = 0; i < calls; i++) {
        struct digest arguments = digest_sha256(TEXT("{}"));
        struct text id = text_format(&scratch->arena, "%zu-%zu", (size_t)ledger.count, i);
        struct digest key = charge_key(session, id, TEXT("Read"), &arguments);
        enum charge_result result;
        assert_true(ledger_charge(&ledger, &key, &result, &err));
    }
    return ledger;
}

/* Saves where the session stands as `name`. */
static void save(struct scratch *scratch, const char *name, struct text session, const struct ledger *ledger)
{
    struct error err = {0};
    struct checkpoint checkpoint = {
        .name = text_of(name),
        .description = TEXT("found the bug"),
        .timestamp = TEXT("2026-11-21T00:00:00.000Z"),
        .calls_used = ledger->used,
        .has_budget = true,
        .budget = 100,
        .records = TEXT("{\"event\":\"gate.decision\"}\n"),
        .session = session,
        .policy = digest_sha256(TEXT("policy")),
        .chain = {.seq = 7, .offset = 900, .hash = digest_sha256(TEXT("h")), .log = digest_sha256(TEXT("l"))},
    };
    struct checkpoint_call calls[] = {{TEXT("Read"), TEXT("t1"), false, TEXT("")},
                                      {TEXT("WebFetch"), TEXT("t2"), true, TEXT("deny_list")}};
    for (size_t i = 0; i < 2; i++) {
        VECTOR_PUSH(&scratch->arena, &checkpoint.calls, calls[i]);
    }
    if (!checkpoint_shares_of(scratch_path(scratch, "state"), session, ledger, &scratch->arena,
                              &checkpoint.shares, &err) ||
        !checkpoint_write(scratch_path(scratch, "ws"), scratch_path(scratch, "state"), &checkpoint,
                          &scratch->arena, &err)) {
        fail_msg("%s", err.message);
    }
}

static bool try_read(struct scratch *scratch, const char *name, struct checkpoint *ret_checkpoint,
                     struct error *err)
{
    return checkpoint_read(scratch_path(scratch, "ws"), scratch_path(scratch, "state"), text_of(name),
                           &scratch->arena, ret_checkpoint, err);
}

static struct checkpoint read_one(struct scratch *scratch, const char *name)
{
    struct checkpoint checkpoint;
    struct error err = {0};
    if (!try_read(scratch, name, &checkpoint, &err)) {
        fail_msg("%s", err.message);
    }
    return checkpoint;
}

/* What the session has used once it took the checkpoint up. */
static uint64_t restore(struct scratch *scratch, const char *name, struct text session, struct ledger *ledger)
{
    struct checkpoint checkpoint = read_one(scratch, name);
    struct error err = {0};
    if (!checkpoint_restore(scratch_path(scratch, "state"), session, &checkpoint, ledger, &scratch->arena,
                            &err)) {
        fail_msg("%s", err.message);
    }
    return ledger->used;
}

static void test_round_trip(void **state)
{
    struct scratch *scratch = *state;
    struct ledger ledger = open_ledger(scratch, TEXT("s"), 5);
    save(scratch, "one", TEXT("s"), &ledger);
    struct checkpoint checkpoint = read_one(scratch, "one");
    assert_true(checkpoint.is_genuine);
    assert_int_equal(checkpoint.calls_used, 5);
    assert_int_equal(checkpoint.budget, 100);
    assert_true(text_equal(checkpoint.description, TEXT("found the bug")));
    assert_int_equal(checkpoint.calls.count, 2);
    assert_true(checkpoint.calls.items[1].is_blocked);
    assert_true(text_equal(checkpoint.calls.items[1].reason, TEXT("deny_list")));
    assert_true(text_equal(checkpoint.session, TEXT("s")));
    assert_int_equal(checkpoint.chain.seq, 7);
    assert_true(text_equal(checkpoint.records, TEXT("{\"event\":\"gate.decision\"}\n")));
    struct stat status;
    assert_int_equal(stat(scratch_path(scratch, "state/keys/checkpoint"), &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_int_equal(status.st_size, 32);
    /* Written again, it is the new one, and nothing else is left. */
    save(scratch, "one", TEXT("s"), &ledger);
    assert_true(read_one(scratch, "one").is_genuine);
    assert_int_equal(rmdir(scratch_path(scratch, "ws/.aex/checkpoints")), -1);
    unlink(scratch_path(scratch, JSON_PATH));
    unlink(scratch_path(scratch, AUDIT_PATH));
    assert_int_equal(rmdir(scratch_path(scratch, "ws/.aex/checkpoints/one")), 0);
    assert_int_equal(rmdir(scratch_path(scratch, "ws/.aex/checkpoints")), 0);
    ledger_close(&ledger);
}

/* Any value, anywhere in the tree, made another: the checkpoint is not ours any more. */
static void spoil(const struct json *value, size_t *countdown, struct text source, struct builder *out,
                  size_t *at)
{
    if (value->type == JSON_OBJECT || value->type == JSON_ARRAY) {
        for (size_t i = 0; i < value->count; i++) {
            spoil(value->type == JSON_OBJECT ? &value->members[i].value : &value->items[i], countdown, source,
                  out, at);
        }
        return;
    }
    if ((*countdown)-- == 0) {
        builder_add(out, text_slice(source, *at, value->start));
        if (value->type == JSON_NUMBER) {
            builder_add_c(out, text_equal(value->text, TEXT("1")) ? "2" : "1");
        } else {
            builder_add_c(out, text_equal(value->text, TEXT("other")) ? "\"x\"" : "\"other\"");
        }
        *at = value->end;
    }
}

static void test_every_value_is_sealed(void **state)
{
    struct scratch *scratch = *state;
    struct ledger ledger = open_ledger(scratch, TEXT("s"), 5);
    save(scratch, "one", TEXT("s"), &ledger);
    struct text source = text_copy(&scratch->arena, scratch_read(scratch, JSON_PATH));
    struct json value;
    assert_true(json_parse(source, &scratch->arena, &value, NULL));
    size_t spoiled = 0;
    for (;; spoiled++) {
        struct builder out;
        size_t countdown = spoiled;
        size_t at = 0;
        builder_init(&out, &scratch->arena);
        spoil(&value, &countdown, source, &out, &at);
        if (at == 0) {
            break;
        }
        builder_add(&out, text_after(source, at));
        scratch_write(scratch, JSON_PATH, builder_text(&out));
        struct checkpoint checkpoint;
        if (try_read(scratch, "one", &checkpoint, NULL) && checkpoint.is_genuine) {
            fail_msg("taken for genuine: %.*s", (int)out.size, out.data);
        }
    }
    assert_true(spoiled > 20);
    scratch_write(scratch, JSON_PATH, source);
    assert_true(read_one(scratch, "one").is_genuine);
    ledger_close(&ledger);
}

static void assert_foreign(struct scratch *scratch, const char *why)
{
    struct checkpoint checkpoint = read_one(scratch, "one");
    assert_false(checkpoint.is_genuine);
    if (!text_contains(checkpoint.mismatch, text_of(why))) {
        fail_msg("%.*s: no \"%s\"", TEXT_ARG(checkpoint.mismatch), why);
    }
}

/* Without one member, or with one more. */
static void test_every_member_is_sealed(void **state)
{
    struct scratch *scratch = *state;
    struct ledger ledger = open_ledger(scratch, TEXT("s"), 5);
    save(scratch, "one", TEXT("s"), &ledger);
    struct text source = text_copy(&scratch->arena, scratch_read(scratch, JSON_PATH));
    struct json value;
    assert_true(json_parse(source, &scratch->arena, &value, NULL));
    for (size_t left_out = 0; left_out <= value.count; left_out++) {
        struct builder out;
        struct json_writer writer;
        builder_init(&out, &scratch->arena);
        json_writer_init(&writer, &out, false);
        json_begin_object(&writer);
        for (size_t i = 0; i < value.count; i++) {
            if (i != left_out) {
                json_key(&writer, value.members[i].name);
                json_tree(&writer, &value.members[i].value);
            }
        }
        if (left_out == value.count) {
            json_member_integer(&writer, TEXT("more"), 1);
        }
        json_end_object(&writer);
        scratch_write(scratch, JSON_PATH, builder_text(&out));
        struct checkpoint checkpoint;
        if (try_read(scratch, "one", &checkpoint, NULL)) {
            assert_false(checkpoint.is_genuine);
        }
    }
    ledger_close(&ledger);
}

static void test_tampering_is_named(void **state)
{
    struct scratch *scratch = *state;
    struct ledger ledger = open_ledger(scratch, TEXT("s"), 5);
    save(scratch, "one", TEXT("s"), &ledger);
    scratch_write(scratch, AUDIT_PATH, TEXT("{\"event\":\"forged\"}\n"));
    assert_foreign(scratch, "audit.jsonl");
    unlink(scratch_path(scratch, AUDIT_PATH));
    assert_foreign(scratch, "audit.jsonl");
    scratch_write(scratch, AUDIT_PATH, TEXT("{\"event\":\"gate.decision\"}\n"));
    assert_true(read_one(scratch, "one").is_genuine);
    /* A key of another user, then none. */
    struct text key = text_copy(&scratch->arena, scratch_read(scratch, "state/keys/checkpoint"));
    scratch_write(scratch, "state/keys/checkpoint", TEXT("0123456789abcdef0123456789abcdef"));
    chmod(scratch_path(scratch, "state/keys/checkpoint"), 0600);
    assert_foreign(scratch, "does not verify");
    unlink(scratch_path(scratch, "state/keys/checkpoint"));
    assert_foreign(scratch, "cannot be checked");
    scratch_write(scratch, "state/keys/checkpoint", key);
    struct checkpoint checkpoint;
    struct error err = {0};
    chmod(scratch_path(scratch, "state/keys/checkpoint"), 0644);
    assert_false(try_read(scratch, "one", &checkpoint, &err));
    assert_non_null(strstr(err.message, "chmod 600"));
    chmod(scratch_path(scratch, "state/keys/checkpoint"), 0600);
    /* Under another name it is not what it says. */
    assert_int_equal(rename(scratch_path(scratch, "ws/.aex/checkpoints/one"),
                            scratch_path(scratch, "ws/.aex/checkpoints/two")),
                     0);
    assert_false(try_read(scratch, "two", &checkpoint, &err));
    assert_non_null(strstr(err.message, "another checkpoint"));
    ledger_close(&ledger);
}

/* What AEX 0.0.4 writes. */
static void test_foreign_checkpoints(void **state)
{
    struct scratch *scratch = *state;
    struct ledger ledger = open_ledger(scratch, TEXT("s"), 2);
    directory_make(scratch_path(scratch, "ws/.aex/checkpoints/one"), 0755, NULL);
    scratch_write(
        scratch, JSON_PATH,
        TEXT("{\n  \"name\": \"one\",\n  \"timestamp\": \"2026-05-02T15:30:12.345Z\",\n  \"callsUsed\": 5,\n  "
             "\"budget\": 100,\n  \"toolHistory\": [\n    {\"tool\": \"file.read\", \"timestamp\": "
             "\"2026-05-02T15:28:00Z\", \"decision\": \"forward\"}\n  ]\n}\n"));
    assert_foreign(scratch, "no mac");
    assert_int_equal(read_one(scratch, "one").calls.count, 1);
    assert_int_equal(restore(scratch, "one", TEXT("s"), &ledger), 7);
    assert_int_equal(restore(scratch, "one", TEXT("s"), &ledger), 7);
    static const char *const refused[] = {"{\"name\":\"one\"}",
                                          "{\"name\":\"one\",\"callsUsed\":-1}",
                                          "{\"name\":\"one\",\"callsUsed\":1.5}",
                                          "{\"name\":\"one\",\"callsUsed\":\"5\"}",
                                          "{\"callsUsed\":5}",
                                          "[]",
                                          "",
                                          "{\"name\":\"one\",\"callsUsed\":5,\"callsUsed\":0}"};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        struct checkpoint checkpoint;
        scratch_write(scratch, JSON_PATH, text_of(refused[i]));
        assert_false(try_read(scratch, "one", &checkpoint, NULL));
    }
    scratch_write(scratch, JSON_PATH, TEXT("{\"name\":\"one\",\"callsUsed\":18446744073709551615}"));
    struct checkpoint huge = read_one(scratch, "one");
    assert_false(
        checkpoint_restore(scratch_path(scratch, "state"), TEXT("s"), &huge, &ledger, &scratch->arena, NULL));
    assert_int_equal(ledger.used, 7);
    ledger_close(&ledger);
}

static void test_budget_never_flows_back(void **state)
{
    struct scratch *scratch = *state;
    struct ledger first = open_ledger(scratch, TEXT("first"), 50);
    save(scratch, "one", TEXT("first"), &first);
    /* Its own checkpoint: the larger of the two. */
    assert_int_equal(restore(scratch, "one", TEXT("first"), &first), 50);
    ledger_close(&first);
    first = open_ledger(scratch, TEXT("first"), 5);
    assert_int_equal(restore(scratch, "one", TEXT("first"), &first), 55);
    /* Another session: the sum, once. */
    struct ledger second = open_ledger(scratch, TEXT("second"), 3);
    assert_int_equal(restore(scratch, "one", TEXT("second"), &second), 53);
    assert_int_equal(restore(scratch, "one", TEXT("second"), &second), 53);
    ledger_close(&second);
    second = open_ledger(scratch, TEXT("second"), 7);
    assert_int_equal(second.used, 60);
    save(scratch, "two", TEXT("second"), &second);
    /* Back in the first: what the second used on top, and nothing of its own again. */
    assert_int_equal(restore(scratch, "two", TEXT("first"), &first), 65);
    /* A third hears of both. */
    struct ledger third = open_ledger(scratch, TEXT("third"), 1);
    assert_int_equal(restore(scratch, "two", TEXT("third"), &third), 61);
    assert_int_equal(restore(scratch, "one", TEXT("third"), &third), 61);
    save(scratch, "three", TEXT("first"), &first);
    assert_int_equal(restore(scratch, "three", TEXT("third"), &third), 66);
    ledger_close(&first);
    ledger_close(&second);
    ledger_close(&third);
}

/* The list of what was taken over is gone: its sum stays, here and for those who come after. */
static void test_a_lost_list_gives_nothing_back(void **state)
{
    struct scratch *scratch = *state;
    struct ledger first = open_ledger(scratch, TEXT("first"), 50);
    save(scratch, "one", TEXT("first"), &first);
    ledger_close(&first);
    struct ledger second = open_ledger(scratch, TEXT("second"), 1);
    assert_int_equal(restore(scratch, "one", TEXT("second"), &second), 51);
    struct text name = checkpoint_session_name(TEXT("second"), &scratch->arena);
    unlink(
        scratch_path(scratch, text_format(&scratch->arena, "state/restored/%.*s.json", TEXT_ARG(name)).data));
    save(scratch, "two", TEXT("second"), &second);
    struct ledger third = open_ledger(scratch, TEXT("third"), 0);
    assert_int_equal(restore(scratch, "two", TEXT("third"), &third), 51);
    scratch_write(scratch, text_format(&scratch->arena, "state/restored/%.*s.json", TEXT_ARG(name)).data,
                  TEXT("x"));
    struct checkpoint checkpoint = read_one(scratch, "one");
    assert_false(checkpoint_restore(scratch_path(scratch, "state"), TEXT("second"), &checkpoint, &second,
                                    &scratch->arena, NULL));
    assert_int_equal(second.used, 51);
    ledger_close(&second);
    ledger_close(&third);
}

static void assert_write_refused(struct scratch *scratch, const char *what)
{
    struct checkpoint checkpoint = {.name = TEXT("one"),
                                    .description = TEXT(""),
                                    .timestamp = TEXT(""),
                                    .records = TEXT(""),
                                    .session = TEXT("s")};
    struct error err = {0};
    assert_false(checkpoint_write(scratch_path(scratch, "ws"), scratch_path(scratch, "state"), &checkpoint,
                                  &scratch->arena, &err));
    if (strstr(err.message, what) == NULL) {
        fail_msg("%s: no \"%s\"", err.message, what);
    }
    assert_false(scratch_exists(scratch, "elsewhere/checkpoint.json"));
    assert_false(scratch_exists(scratch, "elsewhere/one/checkpoint.json"));
}

static void test_links_are_not_followed(void **state)
{
    struct scratch *scratch = *state;
    struct checkpoint checkpoint;
    struct ledger ledger = open_ledger(scratch, TEXT("s"), 1);
    mkdir(scratch_path(scratch, "elsewhere"), 0755);
    /* .aex itself */
    assert_int_equal(symlink("../elsewhere", scratch_path(scratch, "ws/.aex")), 0);
    assert_write_refused(scratch, "symbolic link");
    unlink(scratch_path(scratch, "ws/.aex"));
    /* the folder of all */
    mkdir(scratch_path(scratch, "ws/.aex"), 0755);
    assert_int_equal(symlink("../../elsewhere", scratch_path(scratch, "ws/.aex/checkpoints")), 0);
    assert_write_refused(scratch, "symbolic link");
    unlink(scratch_path(scratch, "ws/.aex/checkpoints"));
    /* the folder of one */
    mkdir(scratch_path(scratch, "ws/.aex/checkpoints"), 0755);
    assert_int_equal(symlink("../../../elsewhere", scratch_path(scratch, "ws/.aex/checkpoints/one")), 0);
    assert_write_refused(scratch, "symbolic link");
    scratch_write(scratch, "elsewhere/checkpoint.json", TEXT("{\"name\":\"one\",\"callsUsed\":5}"));
    assert_false(try_read(scratch, "one", &checkpoint, NULL));
    unlink(scratch_path(scratch, "ws/.aex/checkpoints/one"));
    /* the files */
    save(scratch, "one", TEXT("s"), &ledger);
    unlink(scratch_path(scratch, JSON_PATH));
    assert_int_equal(symlink("../../../../elsewhere/checkpoint.json", scratch_path(scratch, JSON_PATH)), 0);
    assert_false(try_read(scratch, "one", &checkpoint, NULL));
    save(scratch, "one", TEXT("s"), &ledger);
    assert_true(read_one(scratch, "one").is_genuine);
    assert_true(text_equal(scratch_read(scratch, "elsewhere/checkpoint.json"),
                           TEXT("{\"name\":\"one\",\"callsUsed\":5}")));
    ledger_close(&ledger);
}

static void test_names(void **state)
{
    struct scratch *scratch = *state;
    static const char *const good[] = {"a", "fix-auth", "A_1", "-", "--help"};
    static const char *const bad[] = {"", ".", "..", "a/b", "../x", "a b", "a.json", "\xC3\xA9", "a\n"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_true(checkpoint_name_is_valid(text_of(good[i])));
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct checkpoint checkpoint;
        assert_false(checkpoint_name_is_valid(text_of(bad[i])));
        assert_false(try_read(scratch, bad[i], &checkpoint, NULL));
    }
    assert_false(checkpoint_name_is_valid((struct text){"a\0b", 3}));
    char *long_name = arena_alloc(&scratch->arena, 129);
    memset(long_name, 'a', 129);
    assert_true(checkpoint_name_is_valid((struct text){long_name, 128}));
    assert_false(checkpoint_name_is_valid((struct text){long_name, 129}));
}

/* Writers and readers at once: whoever reads sees a whole one, or none for a moment. */
static void test_races(void **state)
{
    enum { WRITERS = 3, ROUNDS = 40 };
    struct scratch *scratch = *state;
    struct ledger ledger = open_ledger(scratch, TEXT("s"), 1);
    save(scratch, "one", TEXT("s"), &ledger);
    pid_t children[WRITERS];
    for (int i = 0; i < WRITERS; i++) {
        children[i] = fork();
        assert_true(children[i] >= 0);
        if (children[i] == 0) {
            for (int round = 0; round < ROUNDS; round++) {
                save(scratch, "one", TEXT("s"), &ledger);
            }
            _exit(0);
        }
    }
    for (int round = 0; round < ROUNDS; round++) {
        struct checkpoint checkpoint;
        struct error err = {0};
        bool is_read = try_read(scratch, "one", &checkpoint, &err);
        /* Between two files of a folder that is exchanged and removed, one may be gone. */
        assert_true(is_read ? checkpoint.is_genuine || checkpoint.records.size == 0 : err.os_code == ENOENT);
    }
    for (int i = 0; i < WRITERS; i++) {
        int status;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(status, 0);
    }
    assert_true(read_one(scratch, "one").is_genuine);
    ledger_close(&ledger);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_round_trip, set_up, scratch_tear_down),
        cmocka_unit_test_setup_teardown(test_every_value_is_sealed, set_up, scratch_tear_down),
        cmocka_unit_test_setup_teardown(test_every_member_is_sealed, set_up, scratch_tear_down),
        cmocka_unit_test_setup_teardown(test_tampering_is_named, set_up, scratch_tear_down),
        cmocka_unit_test_setup_teardown(test_foreign_checkpoints, set_up, scratch_tear_down),
        cmocka_unit_test_setup_teardown(test_budget_never_flows_back, set_up, scratch_tear_down),
        cmocka_unit_test_setup_teardown(test_a_lost_list_gives_nothing_back, set_up, scratch_tear_down),
        cmocka_unit_test_setup_teardown(test_links_are_not_followed, set_up, scratch_tear_down),
        cmocka_unit_test_setup_teardown(test_names, set_up, scratch_tear_down),
        cmocka_unit_test_setup_teardown(test_races, set_up, scratch_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
