/* SPDX-License-Identifier: Apache-2.0 */
/* What one gate call pays for state: opening a session of 100 charges, looking up, charging, closing, and
 * appending one audit record; and how fast a log is verified. Beside each, the same number of bare getppid(2)s'
 * time, for the machine's speed. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "audit/log.h"
#include "audit/verify.h"
#include "redact/redact.h"
#include "state/ledger.h"
#include "support/scratch.h"

static double now_us(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static int compare(const void *a, const void *b)
{
    const double *left = a;
    const double *right = b;
    return (*left > *right) - (*left < *right);
}

static void report(const char *what, double *samples, size_t count)
{
    qsort(samples, count, sizeof *samples, compare);
    printf("%-28s p50 %7.1f us   p99 %7.1f us\n", what, samples[count / 2], samples[count * 99 / 100]);
}

static void require(bool is_fine, const struct error *err)
{
    if (!is_fine) {
        fprintf(stderr, "%s\n", err->message);
        exit(1);
    }
}

static void charge_one(struct scratch *scratch, int session, int call)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1024 * 1024);
    struct ledger ledger;
    struct error err;
    struct text name = text_format(&arena, "session %d", session);
    struct digest arguments = digest_sha256(TEXT("{}"));
    struct digest key = charge_key(name, text_format(&arena, "%d", call), TEXT("Bash"), &arguments);
    enum charge_result result;
    const char *folder = text_format(&arena, "%s/state", scratch->folder).data;
    require(ledger_open(&ledger, folder, name, TEXT("/home/ada/app"), &arena, &err), &err);
    require(ledger_peek(&ledger, &key, &result, &err), &err);
    require(ledger_charge(&ledger, &key, &result, &err), &err);
    ledger_close(&ledger);
}

static void append_one(struct scratch *scratch, struct text arguments)
{
    AUTO_ARENA arena;
    arena_init(&arena, 16 * 1024 * 1024);
    struct error err;
    struct json tree;
    struct builder members;
    struct json_writer writer;
    const struct redact_limits limits = {.longest_string = 256, .longest_value = 16 * 1024};
    require(json_parse(arguments, &arena, &tree, &err), &err);
    builder_init(&members, &arena);
    json_writer_init(&writer, &members, false);
    builder_add_c(&members,
                  "\"event\":\"gate.decision\",\"timestamp\":\"2026-11-21T03:04:05.678Z\",\"arguments\":");
    redact_json(&writer, &tree, &limits);
    const char *path = text_format(&arena, "%s/state/audit.jsonl", scratch->folder).data;
    require(audit_append(path, builder_text(&members), &arena, &err), &err);
}

int main(void)
{
    const char *wanted = getenv("BENCH_ROUNDS");
    int rounds = (wanted != NULL ? atoi(wanted) : 20) * 100;
    struct scratch *scratch = scratch_new();
    double *samples = calloc((size_t)rounds, sizeof *samples);
    struct text arguments =
        TEXT("{\"command\":\"npm test -- --grep 'login works'\",\"description\":\"Run the tests\","
             "\"timeout\":120000,\"env\":{\"DB_PASSWORD\":\"hunter2\"}}");
    if (samples == NULL) {
        return 1;
    }
    for (int call = 0; call < 100; call++) {
        charge_one(scratch, 0, call);
    }
    for (int i = 0; i < rounds; i++) {
        double start = now_us();
        for (int j = 0; j < 100; j++) {
            (void)getppid();
        }
        samples[i] = now_us() - start;
    }
    report("100 x getppid", samples, (size_t)rounds);
    for (int i = 0; i < rounds; i++) {
        double start = now_us();
        charge_one(scratch, 0, 100 + i);
        samples[i] = now_us() - start;
    }
    report("charge", samples, (size_t)rounds);
    for (int i = 0; i < rounds; i++) {
        double start = now_us();
        charge_one(scratch, i + 1, 0);
        samples[i] = now_us() - start;
    }
    report("charge in a new session", samples, (size_t)rounds);
    for (int i = 0; i < rounds; i++) {
        double start = now_us();
        append_one(scratch, arguments);
        samples[i] = now_us() - start;
    }
    report("redact and append", samples, (size_t)rounds);
    struct audit_report verified;
    struct error err;
    double size = (double)scratch_read(scratch, "state/audit.jsonl").size;
    double start = now_us();
    require(audit_verify(scratch_path(scratch, "state/audit.jsonl"), &scratch->arena, &verified, &err), &err);
    printf("%-28s %.0f MB/s\n", "verify", size / (now_us() - start));
    free(samples);
    scratch_free(scratch);
    return 0;
}
