/* SPDX-License-Identifier: Apache-2.0 */
/* 64 processes charge and record at the same time, and are killed at random moments. Afterwards the chain
 * holds, every acknowledged charge and record is there exactly once, and no session is exhausted.
 *
 * `test_kills [SEED [ROUNDS]]`; the seed of a failed run is printed. The kills' moments depend on the machine,
 * so a seed makes the same plan, not the same run. */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "audit/log.h"
#include "audit/verify.h"
#include "state/folder.h"
#include "state/ledger.h"
#include "support/scratch.h"
#include "json/json.h"

enum {
    PROCESSES = 64,
    SESSIONS = 5,
    CALLS = 400,             /* of each process in a round */
    LONGEST_LIFE_US = 60000, /* the kill comes after at most this long */
    DEFAULT_ROUNDS = 4,
};

/* What a process reached: written by it, read by the parent after its death. Shared memory survives the kill.
 */
struct progress {
    volatile int charged;  /* calls whose charge was acknowledged */
    volatile int recorded; /* of which the record was acknowledged too */
    volatile int failed;   /* something was refused that should not have been */
};

static void check(bool holds, const char *what, uint64_t seed)
{
    if (!holds) {
        printf("not ok - %s (seed %" PRIu64 ")\n", what, seed);
        exit(1);
    }
}

/* xorshift64 */
static uint64_t next_random(uint64_t *random)
{
    *random ^= *random << 13;
    *random ^= *random >> 7;
    *random ^= *random << 17;
    return *random;
}

static struct text session_of(struct arena *arena, int round, int process)
{
    return text_format(arena, "session %d of round %d", process % SESSIONS, round);
}

static struct text call_of(struct arena *arena, int round, int process, int call)
{
    return text_format(arena, "call-%d-%d-%d", round, process, call);
}

static bool charge_call(const char *folder, struct text session, struct text call, struct arena *arena)
{
    struct ledger ledger;
    struct error err;
    struct digest arguments = digest_sha256(TEXT("{}"));
    struct digest key = charge_key(session, call, TEXT("Bash"), &arguments);
    enum charge_result result;
    if (!ledger_open(&ledger, folder, session, TEXT("/project"), arena, &err)) {
        fprintf(stderr, "%s\n", err.message);
        return false;
    }
    bool is_charged =
        !ledger.is_exhausted && ledger_charge(&ledger, &key, &result, &err) && result == CHARGE_NEW;
    if (!is_charged) {
        fprintf(stderr, "%s\n", ledger.is_exhausted ? ledger.loss.data : err.message);
    }
    ledger_close(&ledger);
    return is_charged;
}

static void run_process(const char *folder, const char *log, int round, int process, struct progress *progress)
{
    for (int call = 0; call < CALLS; call++) {
        AUTO_ARENA arena;
        arena_init(&arena, 64 * 1024 * 1024);
        struct error err;
        struct text id = call_of(&arena, round, process, call);
        if (!charge_call(folder, session_of(&arena, round, process), id, &arena)) {
            progress->failed = 1;
            _exit(1);
        }
        progress->charged = call + 1;
        struct text members = text_format(&arena, "\"event\":\"gate.decision\",\"toolUseId\":\"%s\"", id.data);
        if (!audit_append(log, members, &arena, &err)) {
            fprintf(stderr, "%s\n", err.message);
            progress->failed = 1;
            _exit(1);
        }
        progress->recorded = call + 1;
    }
    _exit(0);
}

static void run_round(const char *folder, const char *log, int round, uint64_t *random,
                      struct progress *progress)
{
    pid_t children[PROCESSES];
    memset(progress, 0, PROCESSES * sizeof *progress);
    for (int i = 0; i < PROCESSES; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            run_process(folder, log, round, i, &progress[i]);
        }
    }
    /* One after the other in random order, at random distances; a few live to their end. */
    for (int left = PROCESSES; left > PROCESSES / 8; left--) {
        size_t victim = next_random(random) % (uint64_t)left;
        usleep((useconds_t)(next_random(random) % (LONGEST_LIFE_US / PROCESSES * 2)));
        if (children[victim] > 0) {
            kill(children[victim], SIGKILL);
        }
        pid_t last = children[left - 1];
        children[left - 1] = children[victim];
        children[victim] = last;
    }
    while (wait(NULL) > 0) {
    }
}

/* The charge is there: the same call again is free. And what is used is what was acknowledged, but for one call
 * that each killed process may have charged without being told. */
static void check_ledgers(const char *folder, int round, const struct progress *progress, uint64_t seed)
{
    for (int session = 0; session < SESSIONS; session++) {
        AUTO_ARENA arena;
        arena_init(&arena, 64 * 1024 * 1024);
        struct ledger ledger;
        struct error err;
        struct text name = session_of(&arena, round, session);
        check(ledger_open(&ledger, folder, name, TEXT("/project"), &arena, &err), err.message, seed);
        check(!ledger.is_exhausted, "no session is exhausted", seed);
        uint64_t acknowledged = 0;
        uint64_t unknown = 0;
        for (int process = session; process < PROCESSES; process += SESSIONS) {
            for (int call = 0; call < CALLS && call < progress[process].charged + 3; call++) {
                struct digest arguments = digest_sha256(TEXT("{}"));
                struct text id = call_of(&arena, round, process, call);
                struct digest key = charge_key(name, id, TEXT("Bash"), &arguments);
                enum charge_result result;
                check(ledger_peek(&ledger, &key, &result, &err), err.message, seed);
                bool is_charged = result == CHARGE_REPEATED;
                check(is_charged || call >= progress[process].charged,
                      "an acknowledged charge is in the ledger", seed);
                check(!is_charged || call <= progress[process].charged, "nothing else is charged", seed);
                acknowledged += call < progress[process].charged ? 1 : 0;
                unknown += is_charged && call >= progress[process].charged ? 1 : 0;
            }
        }
        check(ledger.used == acknowledged + unknown, "every charge counts once", seed);
        ledger_close(&ledger);
    }
}

/* Every acknowledged record of the round is in the log exactly once, and no other but one of each killed
 * process. */
static void check_log(struct scratch *scratch, int round, const struct progress *progress, uint64_t seed)
{
    static const struct text member = TEXT_INIT("\"toolUseId\":\"");
    int seen[PROCESSES][CALLS] = {0};
    struct audit_report report;
    struct error err;
    check(audit_verify(scratch_path(scratch, "state/audit.jsonl"), &scratch->arena, &report, &err), err.message,
          seed);
    check(report.broken == AUDIT_INTACT, report.explanation.size != 0 ? report.explanation.data : "intact",
          seed);
    struct text rest = scratch_read(scratch, "state/audit.jsonl");
    struct text line;
    while (text_next(&rest, '\n', &line)) {
        size_t at = text_find(line, member);
        int in_round;
        int process;
        int call;
        if (at != TEXT_NOT_FOUND &&
            sscanf(line.data + at + member.size, "call-%d-%d-%d", &in_round, &process, &call) == 3 &&
            in_round == round && text_ends_with(line, TEXT("}"))) {
            seen[process][call]++;
        }
    }
    for (int process = 0; process < PROCESSES; process++) {
        for (int call = 0; call < CALLS; call++) {
            check(seen[process][call] <= 1, "no record stands twice", seed);
            check(seen[process][call] == 1 || call >= progress[process].recorded,
                  "an acknowledged record is in the log", seed);
            check(seen[process][call] == 0 || call <= progress[process].recorded, "nothing else is recorded",
                  seed);
        }
    }
}

int main(int count, char **words)
{
    uint64_t seed = count > 1 ? strtoull(words[1], NULL, 10) : (uint64_t)time(NULL);
    int rounds = count > 2 ? atoi(words[2]) : DEFAULT_ROUNDS;
    uint64_t random = seed * 0x9E3779B97F4A7C15U + 1;
    struct scratch *scratch = scratch_new();
    const char *folder = scratch_path(scratch, "state");
    const char *log = scratch_path(scratch, "state/audit.jsonl");
    struct progress *progress =
        mmap(NULL, PROCESSES * sizeof *progress, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    check(progress != MAP_FAILED, "shared memory", seed);
    int charged = 0;
    int whole = 0;
    for (int round = 0; round < rounds; round++) {
        run_round(folder, log, round, &random, progress);
        check_ledgers(folder, round, progress, seed);
        check_log(scratch, round, progress, seed);
        for (int process = 0; process < PROCESSES; process++) {
            check(progress[process].failed == 0, "nothing is refused", seed);
            charged += progress[process].charged;
            whole += progress[process].recorded == CALLS ? 1 : 0;
        }
    }
    /* A run in which nobody was killed, or nobody came to anything, would show nothing. */
    check(charged > rounds * PROCESSES && whole < rounds * PROCESSES / 2, "processes were killed at work",
          seed);
    printf("ok - %d processes, %d calls charged, %d ran to their end (seed %" PRIu64 ")\n", rounds * PROCESSES,
           charged, whole, seed);
    scratch_free(scratch);
    return 0;
}
