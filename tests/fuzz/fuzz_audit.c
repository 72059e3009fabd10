/* SPDX-License-Identifier: Apache-2.0 */
/* Verifies any bytes as a log, against a head made from its own end: no crash, and what counts as intact is a
 * chain of whole records. */
#include <assert.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "audit/verify.h"
#include "fuzz/fuzz.h"
#include "os/file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena;
    arena_init(&arena, 256 * 1024 * 1024);
    AUTO_CLOSE log = memfd_create("log", MFD_CLOEXEC);
    struct error err;
    if (log < 0 || !file_write_all(log, "log", (struct text){(const char *)data, size}, &err)) {
        return 0;
    }
    struct audit_report alone;
    if (!audit_verify_open(log, "log", size, NULL, "no head", &arena, &alone, &err)) {
        return 0;
    }
    assert(alone.broken != AUDIT_INTACT && alone.explanation.size > 0);
    assert(alone.last.offset + alone.unfinished <= size);
    if (alone.broken != AUDIT_NO_HEAD) {
        return 0;
    }
    /* The chain itself held: its own head makes it intact, one record more makes it cut. */
    struct audit_report report;
    struct audit_link head = alone.last;
    if (alone.records > 0) {
        assert(audit_verify_open(log, "log", size, &head, NULL, &arena, &report, &err));
        assert(report.broken == AUDIT_INTACT && report.records == alone.records);
        char line[AUDIT_HEAD_SIZE];
        struct audit_link back;
        audit_format_head(&head, line);
        assert(audit_parse_head((struct text){line, sizeof line}, &back));
        assert(memcmp(&back.hash, &head.hash, sizeof head.hash) == 0 && back.offset == head.offset);
    }
    head.seq++;
    head.offset++;
    assert(audit_verify_open(log, "log", size, &head, NULL, &arena, &report, &err));
    assert(report.broken != AUDIT_INTACT || report.continues.size != 0);
    return 0;
}
