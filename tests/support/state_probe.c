/* SPDX-License-Identifier: Apache-2.0 */
/* What a gate does with its state, alone, for fault injection:
 *
 *   state-probe call FOLDER CALL           charges and records CALL; 0 when both were acknowledged, 2 when not
 *   state-probe check FOLDER CALL STATUS   whether the disk fits that answer, and can be gone on with
 *   state-probe count FOLDER COUNT         whether that many calls are charged and recorded, and the chain
 * holds
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/log.h"
#include "audit/verify.h"
#include "os/file.h"
#include "state/folder.h"
#include "state/ledger.h"

enum { MEMORY = 64 * 1024 * 1024, DENIED = 2, MOST_LOG = 16 * 1024 * 1024 };

static int fail(const char *what)
{
    fprintf(stderr, "state-probe: %s\n", what);
    return 1;
}

static struct digest key_of(const char *call)
{
    struct digest arguments = digest_sha256(TEXT("{}"));
    return charge_key(TEXT("session"), text_of(call), TEXT("Bash"), &arguments);
}

static const char *log_of(const char *folder, struct arena *arena)
{
    return state_folder_audit(arena, text_of(folder)).data;
}

static int run_call(const char *folder, const char *call, struct arena *arena)
{
    struct ledger ledger;
    struct error err = {0};
    struct digest key = key_of(call);
    enum charge_result result;
    if (!ledger_open(&ledger, folder, TEXT("session"), TEXT("/project"), arena, &err)) {
        fprintf(stderr, "denied: %s\n", err.message);
        return DENIED;
    }
    bool is_charged = ledger_charge(&ledger, &key, &result, &err);
    ledger_close(&ledger);
    struct text members = text_format(arena, "\"event\":\"gate.decision\",\"toolUseId\":\"%s\"", call);
    if (!is_charged || !audit_append(log_of(folder, arena), members, arena, &err)) {
        fprintf(stderr, "denied: %s\n", err.message);
        return DENIED;
    }
    return 0;
}

static size_t count_in_log(const char *folder, struct text wanted, struct arena *arena)
{
    struct text log;
    size_t count = 0;
    if (!file_read_path(AT_FDCWD, log_of(folder, arena), MOST_LOG, arena, &log, NULL)) {
        return 0;
    }
    for (size_t at = text_find(log, wanted); at != TEXT_NOT_FOUND; at = text_find(log, wanted)) {
        count++;
        log = text_after(log, at + wanted.size);
    }
    return count;
}

/* No log at all is fine as long as nothing was acknowledged. */
static bool holds(const char *folder, struct arena *arena)
{
    struct audit_report report;
    struct error err;
    if (!audit_verify(log_of(folder, arena), arena, &report, &err)) {
        return strstr(err.message, "there is no audit log") != NULL;
    }
    if (report.broken != AUDIT_INTACT && (report.broken != AUDIT_NO_HEAD || report.records != 0)) {
        fprintf(stderr, "%s\n", report.explanation.data);
        return false;
    }
    return true;
}

static int run_check(const char *folder, const char *call, const char *status, struct arena *arena)
{
    struct text record = text_format(arena, "\"toolUseId\":\"%s\"", call);
    struct ledger ledger;
    struct error err;
    struct digest key = key_of(call);
    enum charge_result result;
    size_t recorded = count_in_log(folder, record, arena);
    if (!holds(folder, arena)) {
        return fail("the chain is broken");
    }
    if (strcmp(status, "0") == 0) {
        if (!ledger_open(&ledger, folder, TEXT("session"), TEXT("/project"), arena, &err) ||
            !ledger_peek(&ledger, &key, &result, &err)) {
            return fail(err.message);
        }
        ledger_close(&ledger);
        if (result != CHARGE_REPEATED || recorded != 1) {
            return fail("what was acknowledged is not on the disk");
        }
    } else if (recorded > 1) {
        return fail("recorded twice");
    }
    /* Whatever happened, the next call goes through, and nothing of the past is lost or counted twice. */
    if (run_call(folder, "the next", arena) != 0 || !holds(folder, arena)) {
        return fail("the next call does not go through");
    }
    return 0;
}

static int run_count(const char *folder, const char *count, struct arena *arena)
{
    struct ledger ledger;
    struct error err;
    uint64_t wanted = strtoull(count, NULL, 10);
    if (!ledger_open(&ledger, folder, TEXT("session"), TEXT("/project"), arena, &err)) {
        return fail(err.message);
    }
    uint64_t used = ledger.used;
    ledger_close(&ledger);
    if (used != wanted || count_in_log(folder, TEXT("\"toolUseId\""), arena) != wanted ||
        !holds(folder, arena)) {
        return fail("charges or records are not as many as expected");
    }
    return 0;
}

int main(int count, char **words)
{
    AUTO_ARENA arena;
    arena_init(&arena, MEMORY);
    struct text folder;
    struct error err;
    if (count < 4) {
        return fail("called wrongly");
    }
    if (!state_folder_find(words[2], &arena, &folder, &err)) {
        fprintf(stderr, "denied: %s\n", err.message);
        return DENIED;
    }
    const char *path = text_to_c(&arena, folder);
    if (strcmp(words[1], "call") == 0) {
        return run_call(path, words[3], &arena);
    }
    if (strcmp(words[1], "check") == 0 && count == 5) {
        return run_check(path, words[3], words[4], &arena);
    }
    return strcmp(words[1], "count") == 0 ? run_count(path, words[3], &arena) : fail("called wrongly");
}
