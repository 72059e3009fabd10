/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/builder.h"
#include "state/folder.h"
#include "state/ledger.h"
#include "support/scratch.h"

/* Of the session "s": the first 32 digits of its SHA-256. */
#define FILE_OF_S "state/sessions/043a718774c572bd8a25adbeb1bfcd5c.ledger"
#define INDEX "state/sessions/index"

enum { HEADER_SIZE = 64 + 32, RECORD_SIZE = 32 };

static bool try_open(struct scratch *scratch, struct ledger *ledger, const char *session, struct error *err)
{
    return ledger_open(ledger, scratch_path(scratch, "state"), text_of(session), TEXT("/home/a/project"),
                       &scratch->arena, err);
}

static struct ledger open_session(struct scratch *scratch, const char *session)
{
    struct ledger ledger;
    struct error err = {0};
    if (!try_open(scratch, &ledger, session, &err)) {
        fail_msg("%s", err.message);
    }
    return ledger;
}

static enum charge_result charge(struct ledger *ledger, const char *call)
{
    struct digest arguments = digest_sha256(TEXT("{}"));
    struct digest key = charge_key(TEXT("s"), text_of(call), TEXT("Bash"), &arguments);
    enum charge_result peeked = CHARGE_NEW;
    enum charge_result charged = CHARGE_REPEATED;
    struct error err = {0};
    assert_true(ledger_peek(ledger, &key, &peeked, &err));
    if (!ledger_charge(ledger, &key, &charged, &err)) {
        fail_msg("%s", err.message);
    }
    assert_int_equal(peeked, charged);
    return charged;
}

static void charge_once(struct scratch *scratch, const char *session, const char *call)
{
    struct ledger ledger = open_session(scratch, session);
    assert_false(ledger.is_exhausted);
    charge(&ledger, call);
    ledger_close(&ledger);
}

static uint64_t used_of(struct scratch *scratch, const char *session)
{
    struct ledger ledger = open_session(scratch, session);
    uint64_t used = ledger.used;
    assert_false(ledger.is_exhausted);
    ledger_close(&ledger);
    return used;
}

static void assert_exhausted(struct scratch *scratch, const char *session, const char *mentions)
{
    struct ledger ledger = open_session(scratch, session);
    assert_true(ledger.is_exhausted);
    assert_true(ledger.used == UINT64_MAX);
    assert_non_null(strstr(ledger.loss.data, mentions));
    struct digest key = digest_sha256(TEXT("key"));
    enum charge_result result;
    struct error err = {0};
    assert_false(ledger_peek(&ledger, &key, &result, &err));
    err = (struct error){0};
    assert_false(ledger_charge(&ledger, &key, &result, &err));
    assert_non_null(strstr(err.message, mentions));
    assert_false(ledger_restore(&ledger, 1, &err));
    ledger_close(&ledger);
}

static void test_charges_are_remembered(void **state)
{
    struct scratch *scratch = *state;
    struct ledger ledger = open_session(scratch, "s");
    assert_int_equal(ledger.used, 0);
    assert_true(text_equal(ledger.root, TEXT("/home/a/project")));
    assert_int_equal(charge(&ledger, "call 1"), CHARGE_NEW);
    assert_int_equal(charge(&ledger, "call 2"), CHARGE_NEW);
    assert_int_equal(ledger.used, 2);
    ledger_close(&ledger);

    struct error err;
    assert_true(ledger_open(&ledger, scratch_path(scratch, "state"), TEXT("s"), TEXT("/elsewhere"),
                            &scratch->arena, &err));
    assert_int_equal(ledger.used, 2);
    assert_true(text_equal(ledger.root, TEXT("/home/a/project")));
    ledger_close(&ledger);
    assert_int_equal(used_of(scratch, "another"), 0);
}

static void test_files_are_private(void **state)
{
    struct scratch *scratch = *state;
    charge_once(scratch, "s", "1");
    const struct {
        const char *name;
        mode_t mode;
    } expected[] = {{"state", 0700}, {"state/sessions", 0700}, {FILE_OF_S, 0600}, {INDEX, 0600}};
    for (size_t i = 0; i < 4; i++) {
        struct stat status;
        assert_int_equal(stat(scratch_path(scratch, expected[i].name), &status), 0);
        assert_int_equal(status.st_mode & 07777, expected[i].mode);
    }
    assert_int_equal(scratch_read(scratch, FILE_OF_S).size, HEADER_SIZE + RECORD_SIZE);
}

static void test_three_repeats_are_free(void **state)
{
    struct scratch *scratch = *state;
    struct ledger ledger = open_session(scratch, "s");
    for (uint64_t round = 1; round <= 2; round++) {
        assert_int_equal(charge(&ledger, "same"), CHARGE_NEW);
        assert_int_equal(ledger.used, round);
        for (int repeat = 0; repeat < FREE_REPEATS; repeat++) {
            assert_int_equal(charge(&ledger, "same"), CHARGE_REPEATED);
            assert_int_equal(ledger.used, round);
        }
    }
    ledger_close(&ledger);
    assert_int_equal(used_of(scratch, "s"), 2);
}

/* The oldest charge in the window is found, the one before is not. */
/* What was looked up is not believed once others may have charged, nor once something was charged. */
static void test_what_others_charge_is_seen(void **state)
{
    struct scratch *scratch = *state;
    struct digest arguments = digest_sha256(TEXT("{}"));
    struct digest key = charge_key(TEXT("s"), TEXT("a"), TEXT("Bash"), &arguments);
    enum charge_result result;
    struct error err;
    bool is_current;
    struct ledger ledger = open_session(scratch, "s");
    charge(&ledger, "b");
    assert_true(ledger_peek(&ledger, &key, &result, &err));
    assert_int_equal(result, CHARGE_NEW);
    assert_true(ledger_unlock(&ledger, &err));
    charge_once(scratch, "s", "a");
    assert_true(ledger_relock(&ledger, &is_current, &err));
    assert_true(is_current);
    for (int i = 0; i < FREE_REPEATS; i++) {
        assert_true(ledger_charge(&ledger, &key, &result, &err));
        assert_int_equal(result, CHARGE_REPEATED);
    }
    assert_true(ledger_charge(&ledger, &key, &result, &err));
    assert_int_equal(result, CHARGE_NEW);
    assert_true(ledger_peek(&ledger, &key, &result, &err));
    assert_int_equal(result, CHARGE_REPEATED);
    assert_int_equal(charge(&ledger, "b"), CHARGE_REPEATED);
    assert_int_equal(ledger.used, 3);
    ledger_close(&ledger);
}

static void test_repeats_are_found_in_the_window_only(void **state)
{
    struct scratch *scratch = *state;
    struct ledger ledger = open_session(scratch, "s");
    char call[32];
    for (int i = 0; i <= REPEAT_WINDOW; i++) {
        snprintf(call, sizeof call, "call %d", i);
        assert_int_equal(charge(&ledger, call), CHARGE_NEW);
    }
    assert_int_equal(charge(&ledger, "call 1"), CHARGE_REPEATED);
    assert_int_equal(charge(&ledger, "call 0"), CHARGE_NEW);
    assert_int_equal(ledger.used, REPEAT_WINDOW + 2);
    ledger_close(&ledger);
}

static void test_key_depends_on_every_part(void **state)
{
    (void)state;
    struct digest arguments = digest_sha256(TEXT("{}"));
    struct digest others = digest_sha256(TEXT("[]"));
    const struct digest keys[] = {
        charge_key(TEXT("s"), TEXT("1"), TEXT("Bash"), &arguments),
        charge_key(TEXT("t"), TEXT("1"), TEXT("Bash"), &arguments),
        charge_key(TEXT("s"), TEXT("2"), TEXT("Bash"), &arguments),
        charge_key(TEXT("s"), TEXT("1"), TEXT("Read"), &arguments),
        charge_key(TEXT("s"), TEXT("1"), TEXT("Bash"), &others),
        charge_key(TEXT("s1"), TEXT(""), TEXT("Bash"), &arguments),
    };
    for (size_t i = 0; i < 6; i++) {
        for (size_t j = 0; j < i; j++) {
            assert_false(digest_equal(&keys[i], &keys[j]));
        }
    }
}

static void test_torn_record_is_overwritten(void **state)
{
    struct scratch *scratch = *state;
    charge_once(scratch, "s", "1");
    for (size_t torn = 1; torn < RECORD_SIZE; torn += 10) {
        struct text whole = scratch_read(scratch, FILE_OF_S);
        uint64_t used = used_of(scratch, "s");
        char garbage[RECORD_SIZE];
        memset(garbage, 'x', sizeof garbage);
        scratch_write(
            scratch, FILE_OF_S,
            text_format(&scratch->arena, "%s", "")); /* emptied, then written as it was, plus a part */
        struct builder content;
        builder_init(&content, &scratch->arena);
        builder_add(&content, whole);
        builder_add(&content, (struct text){garbage, torn});
        scratch_write(scratch, FILE_OF_S, builder_text(&content));
        assert_int_equal(used_of(scratch, "s"), used);
        charge_once(scratch, "s", text_format(&scratch->arena, "after %zu", torn).data);
        assert_int_equal(used_of(scratch, "s"), used + 1);
        assert_int_equal(scratch_read(scratch, FILE_OF_S).size, whole.size + RECORD_SIZE);
    }
}

static void test_deleted_session_is_exhausted_for_good(void **state)
{
    struct scratch *scratch = *state;
    charge_once(scratch, "s", "1");
    assert_int_equal(unlink(scratch_path(scratch, FILE_OF_S)), 0);
    assert_exhausted(scratch, "s", "start a new session");
    assert_exhausted(scratch, "s", "start a new session");
    assert_int_equal(used_of(scratch, "another"), 0);
}

static void test_emptied_or_cut_session_is_exhausted(void **state)
{
    struct scratch *scratch = *state;
    charge_once(scratch, "s", "1");
    struct text whole = scratch_read(scratch, FILE_OF_S);
    for (size_t size = 0; size < HEADER_SIZE; size++) {
        scratch_write(scratch, FILE_OF_S, text_slice(whole, 0, size));
        assert_exhausted(scratch, "s", "start a new session");
    }
    scratch_write(scratch, FILE_OF_S, whole);
    assert_int_equal(used_of(scratch, "s"), 1);
}

static void test_foreign_bytes_are_exhausted(void **state)
{
    struct scratch *scratch = *state;
    charge_once(scratch, "s", "1");
    charge_once(scratch, "t", "1");
    struct text whole = scratch_read(scratch, FILE_OF_S);
    /* The magic, the stage, the root's size and the session's digest. */
    const size_t offsets[] = {0, 8, 15, 32, 63};
    for (size_t i = 0; i < sizeof offsets / sizeof *offsets; i++) {
        struct text changed = text_copy(&scratch->arena, whole);
        ((char *)(uintptr_t)changed.data)[offsets[i]] ^= 0x55;
        scratch_write(scratch, FILE_OF_S, changed);
        assert_exhausted(scratch, "s", "start a new session");
    }
}

static void test_ledger_of_another_session_is_refused(void **state)
{
    struct scratch *scratch = *state;
    charge_once(scratch, "s", "1");
    struct text before = scratch_read(scratch, FILE_OF_S);
    charge_once(scratch, "s", "2");
    struct digest other = digest_sha256(TEXT("t"));
    const char *path =
        text_format(&scratch->arena, "state/sessions/%.32s.ledger", digest_hex(&scratch->arena, &other).data)
            .data;
    charge_once(scratch, "t", "1");
    scratch_write(scratch, path, before);
    assert_exhausted(scratch, "t", "damaged");
}

static void test_missing_index_exhausts_new_sessions(void **state)
{
    struct scratch *scratch = *state;
    charge_once(scratch, "s", "1");
    struct text index = scratch_read(scratch, INDEX);
    assert_int_equal(unlink(scratch_path(scratch, INDEX)), 0);
    assert_exhausted(scratch, "new", "moving");
    assert_int_equal(used_of(scratch, "s"), 1);
    scratch_write(scratch, INDEX, text_slice(index, 0, 10));
    assert_exhausted(scratch, "newer", "moving");
    scratch_write(scratch, INDEX, TEXT("something else entirely, but long"));
    assert_exhausted(scratch, "newest", "moving");
}

static void test_deleted_sessions_folder_beside_an_audit_log(void **state)
{
    struct scratch *scratch = *state;
    charge_once(scratch, "s", "1");
    scratch_write(scratch, "state/audit.jsonl", TEXT("{}\n"));
    assert_int_equal(unlink(scratch_path(scratch, INDEX)), 0);
    assert_int_equal(unlink(scratch_path(scratch, FILE_OF_S)), 0);
    assert_int_equal(rmdir(scratch_path(scratch, "state/sessions")), 0);
    assert_exhausted(scratch, "s", "moving");
    assert_exhausted(scratch, "new", "moving");
    assert_false(scratch_exists(scratch, "state/sessions"));
}

/* The first audit record of a machine is written before its first charge. */
static void test_audit_log_before_the_first_session_is_no_loss(void **state)
{
    struct scratch *scratch = *state;
    bool is_lost = true;
    struct error err;
    assert_true(state_folder_prepare(scratch_path(scratch, "state"), &is_lost, &err));
    assert_false(is_lost);
    scratch_write(scratch, "state/audit.jsonl", TEXT("{}\n"));
    assert_true(state_folder_prepare(scratch_path(scratch, "state"), &is_lost, &err));
    assert_false(is_lost);
    assert_int_equal(used_of(scratch, "s"), 0);
}

/* Every state of the disk that a kill between two steps of creation leaves: none loses or exhausts the session.
 */
static void test_creation_goes_on_after_a_kill(void **state)
{
    struct scratch *scratch = *state;
    charge_once(scratch, "other", "1");
    struct text index = scratch_read(scratch, INDEX);
    charge_once(scratch, "s", "1");
    struct text both = scratch_read(scratch, INDEX);
    struct text whole = text_slice(scratch_read(scratch, FILE_OF_S), 0, HEADER_SIZE);
    struct text new_stage = text_copy(&scratch->arena, whole);
    ((char *)(uintptr_t)new_stage.data)[8] = 'N';
    const struct {
        struct text file;
        struct text index;
    } kills[] = {
        {TEXT(""), index},                                /* after open */
        {text_slice(new_stage, 0, 40), index},            /* within the header */
        {text_slice(new_stage, 0, 80), index},            /* within the root */
        {new_stage, index},                               /* before the index */
        {new_stage, text_slice(both, 0, index.size + 7)}, /* within the index */
        {new_stage, both},                                /* before the last mark */
    };
    for (size_t i = 0; i < sizeof kills / sizeof *kills; i++) {
        scratch_write(scratch, FILE_OF_S, kills[i].file);
        scratch_write(scratch, INDEX, kills[i].index);
        struct ledger ledger = open_session(scratch, "s");
        assert_false(ledger.is_exhausted);
        assert_int_equal(ledger.used, 0);
        assert_true(text_equal(ledger.root, TEXT("/home/a/project")));
        charge(&ledger, "1");
        ledger_close(&ledger);
        assert_int_equal(used_of(scratch, "s"), 1);
        assert_true(text_equal(scratch_read(scratch, INDEX), both));
        assert_int_equal(unlink(scratch_path(scratch, FILE_OF_S)), 0);
        assert_exhausted(scratch, "s", "start a new session");
    }
}

static void test_links_and_strange_files_are_refused(void **state)
{
    struct scratch *scratch = *state;
    struct ledger ledger;
    struct error err;
    charge_once(scratch, "s", "1");
    assert_int_equal(rename(scratch_path(scratch, FILE_OF_S), scratch_path(scratch, "moved")), 0);
    assert_int_equal(symlink(scratch_path(scratch, "moved"), scratch_path(scratch, FILE_OF_S)), 0);
    assert_false(try_open(scratch, &ledger, "s", &err));
    assert_non_null(strstr(err.message, "symbolic link"));
    assert_int_equal(unlink(scratch_path(scratch, FILE_OF_S)), 0);
    assert_int_equal(mkfifo(scratch_path(scratch, FILE_OF_S), 0600), 0);
    assert_false(try_open(scratch, &ledger, "s", &err));
    assert_non_null(strstr(err.message, "not a regular file"));
    assert_int_equal(unlink(scratch_path(scratch, FILE_OF_S)), 0);
    assert_int_equal(mkdir(scratch_path(scratch, FILE_OF_S), 0700), 0);
    assert_false(try_open(scratch, &ledger, "s", &err));
    assert_int_equal(ledger.fd, -1);
}

static void test_files_others_may_write_are_refused(void **state)
{
    struct scratch *scratch = *state;
    struct ledger ledger;
    struct error err;
    charge_once(scratch, "s", "1");
    assert_int_equal(chmod(scratch_path(scratch, FILE_OF_S), 0620), 0);
    assert_false(try_open(scratch, &ledger, "s", &err));
    assert_non_null(strstr(err.message, "chmod go-w"));
    assert_int_equal(chmod(scratch_path(scratch, FILE_OF_S), 0600), 0);
    if (geteuid() != 0) {
        print_message("[  NOTE    ] files of other users are only tested as root\n");
        return;
    }
    assert_int_equal(chown(scratch_path(scratch, FILE_OF_S), 12345, 12345), 0);
    assert_false(try_open(scratch, &ledger, "s", &err));
    assert_non_null(strstr(err.message, "belongs to user 12345"));
    assert_int_equal(chown(scratch_path(scratch, INDEX), 12345, 12345), 0);
    assert_false(try_open(scratch, &ledger, "new", &err));
}

static void test_folder_others_may_write_is_refused(void **state)
{
    struct scratch *scratch = *state;
    struct ledger ledger;
    struct error err;
    assert_int_equal(mkdir(scratch_path(scratch, "state"), 0700), 0);
    assert_int_equal(chmod(scratch_path(scratch, "state"), 0770), 0);
    assert_false(try_open(scratch, &ledger, "s", &err));
    assert_non_null(strstr(err.message, "chmod go-w"));
}

static void test_checkpoint_never_gives_back(void **state)
{
    struct scratch *scratch = *state;
    struct error err;
    struct ledger ledger = open_session(scratch, "s");
    charge(&ledger, "1");
    assert_true(ledger_restore(&ledger, 10, &err));
    assert_int_equal(ledger.used, 11);
    assert_true(ledger_restore(&ledger, 4, &err));
    assert_int_equal(ledger.used, 11);
    assert_false(ledger_restore(&ledger, UINT64_MAX, &err));
    ledger_close(&ledger);
    ledger = open_session(scratch, "s");
    assert_int_equal(ledger.used, 11);
    assert_int_equal(ledger.base, 10);
    ledger_close(&ledger);
}

static void test_longest_root(void **state)
{
    struct scratch *scratch = *state;
    struct ledger ledger;
    struct error err;
    char root[4097];
    memset(root, 'r', sizeof root);
    const char *folder = scratch_path(scratch, "state");
    assert_false(ledger_open(&ledger, folder, TEXT("long"), (struct text){root, 4097}, &scratch->arena, &err));
    assert_true(ledger_open(&ledger, folder, TEXT("fits"), (struct text){root, 4096}, &scratch->arena, &err));
    charge(&ledger, "1");
    ledger_close(&ledger);
    assert_true(ledger_open(&ledger, folder, TEXT("fits"), TEXT("/"), &scratch->arena, &err));
    assert_true(text_equal(ledger.root, (struct text){root, 4096}));
    assert_int_equal(ledger.used, 1);
    ledger_close(&ledger);
}

static void test_folder_is_found_without_the_environment(void **state)
{
    struct scratch *scratch = *state;
    struct text with;
    struct text without;
    struct text absolute;
    struct error err;
    assert_true(state_folder_find(NULL, &scratch->arena, &with, &err));
    setenv("HOME", "/elsewhere", 1);
    setenv("XDG_STATE_HOME", "/elsewhere", 1);
    assert_true(state_folder_find(NULL, &scratch->arena, &without, &err));
    assert_true(text_equal(with, without));
    assert_true(text_ends_with(with, TEXT("/.local/state/aex")));
    assert_true(state_folder_find("/a/../b/", &scratch->arena, &absolute, &err));
    assert_true(text_equal(absolute, TEXT("/b")));
    assert_true(state_folder_find("b", &scratch->arena, &absolute, &err));
    assert_true(text_starts_with(absolute, TEXT("/")) && text_ends_with(absolute, TEXT("/b")));
    assert_false(state_folder_find("", &scratch->arena, &absolute, &err));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_set_up, scratch_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_charges_are_remembered),
        TEST(test_files_are_private),
        TEST(test_three_repeats_are_free),
        TEST(test_what_others_charge_is_seen),
        TEST(test_repeats_are_found_in_the_window_only),
        TEST(test_key_depends_on_every_part),
        TEST(test_torn_record_is_overwritten),
        TEST(test_deleted_session_is_exhausted_for_good),
        TEST(test_emptied_or_cut_session_is_exhausted),
        TEST(test_foreign_bytes_are_exhausted),
        TEST(test_ledger_of_another_session_is_refused),
        TEST(test_missing_index_exhausts_new_sessions),
        TEST(test_deleted_sessions_folder_beside_an_audit_log),
        TEST(test_audit_log_before_the_first_session_is_no_loss),
        TEST(test_creation_goes_on_after_a_kill),
        TEST(test_links_and_strange_files_are_refused),
        TEST(test_files_others_may_write_are_refused),
        TEST(test_folder_others_may_write_is_refused),
        TEST(test_checkpoint_never_gives_back),
        TEST(test_longest_root),
        TEST(test_folder_is_found_without_the_environment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
