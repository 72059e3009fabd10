/* SPDX-License-Identifier: Apache-2.0 */
/* Saving and taking up a checkpoint, for fault injection. WS and STATE are absolute.
 *
 *   checkpoint-probe charge WS STATE SESSION   charges one call
 *   checkpoint-probe save WS STATE SESSION     saves "cp"; 0 when it says so, 2 when not
 *   checkpoint-probe resume WS STATE SESSION   takes "cp" up
 *   checkpoint-probe show WS STATE SESSION     prints what "cp" and the session have used; 0 when "cp" is
 * genuine
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "state/checkpoint.h"

enum { MEMORY = 64 * 1024 * 1024, DENIED = 2 };

struct probe {
    struct text ws;
    const char *state;
    struct text session;
    struct ledger ledger;
    struct arena *arena;
};

static int deny(const struct error *err)
{
    fprintf(stderr, "denied: %s\n", err->message);
    return DENIED;
}

static int charge(struct probe *probe)
{
    struct error err = {0};
    struct digest arguments = digest_sha256(TEXT("{}"));
    struct text id = text_format(probe->arena, "%" PRIu64, probe->ledger.count);
    struct digest key = charge_key(probe->session, id, TEXT("Bash"), &arguments);
    enum charge_result result;
    return ledger_charge(&probe->ledger, &key, &result, &err) ? 0 : deny(&err);
}

static int save(struct probe *probe)
{
    struct error err = {0};
    struct checkpoint checkpoint = {
        .name = TEXT("cp"),
        .description = TEXT(""),
        .timestamp = TEXT("2026-11-21T00:00:00.000Z"),
        .calls_used = probe->ledger.used,
        .records = text_format(probe->arena, "{\"used\":%" PRIu64 "}\n", probe->ledger.used),
        .session = probe->session,
    };
    bool saved = checkpoint_shares_of(probe->state, probe->session, &probe->ledger, probe->arena,
                                      &checkpoint.shares, &err) &&
                 checkpoint_write(probe->ws.data, probe->state, &checkpoint, probe->arena, &err);
    return saved ? 0 : deny(&err);
}

static bool read_checkpoint(struct probe *probe, struct checkpoint *ret_checkpoint, struct error *err)
{
    return checkpoint_read(probe->ws.data, probe->state, TEXT("cp"), probe->arena, ret_checkpoint, err);
}

static int resume(struct probe *probe)
{
    struct error err = {0};
    struct checkpoint checkpoint;
    if (!read_checkpoint(probe, &checkpoint, &err)) {
        return deny(&err);
    }
    if (!checkpoint.is_genuine) {
        fprintf(stderr, "denied: %.*s\n", TEXT_ARG(checkpoint.mismatch));
        return DENIED;
    }
    return checkpoint_restore(probe->state, probe->session, &checkpoint, &probe->ledger, probe->arena, &err)
               ? 0
               : deny(&err);
}

static int show(struct probe *probe)
{
    struct error err = {0};
    struct checkpoint checkpoint;
    if (!read_checkpoint(probe, &checkpoint, &err)) {
        return deny(&err);
    }
    printf("%" PRIu64 " %" PRIu64 "\n", checkpoint.calls_used, probe->ledger.used);
    return checkpoint.is_genuine ? 0 : 1;
}

int main(int count, char **words)
{
    static const struct {
        const char *name;
        int (*run)(struct probe *probe);
    } commands[] = {{"charge", charge}, {"save", save}, {"resume", resume}, {"show", show}};
    AUTO_ARENA arena;
    struct error err = {0};
    arena_init(&arena, MEMORY);
    for (size_t i = 0; count == 5 && i < sizeof commands / sizeof commands[0]; i++) {
        struct probe probe = {
            .ws = text_of(words[2]), .state = words[3], .session = text_of(words[4]), .arena = &arena};
        if (strcmp(words[1], commands[i].name) != 0) {
            continue;
        }
        if (!ledger_open(&probe.ledger, probe.state, probe.session, TEXT("/ws"), &arena, &err)) {
            return deny(&err);
        }
        int status = commands[i].run(&probe);
        ledger_close(&probe.ledger);
        return status;
    }
    fprintf(stderr, "checkpoint-probe: called wrongly\n");
    return 1;
}
