/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a command line: no crash, no hang, and demands that point into it. */
#include <stdint.h>

#include "fuzz/fuzz.h"
#include "shell/shell.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct shell_context context = {
        .cwd = TEXT_INIT("/ws/repo"), .home = TEXT_INIT("/home/me"), .root = TEXT_INIT("/ws/repo")};
    struct text command = {(const char *)data, size};
    struct shell_analysis analysis;
    struct error err;
    AUTO_ARENA arena;
    arena_init(&arena, (size_t)512 * 1024 * 1024);
    if (!shell_analyse(command, &context, &arena, &analysis, &err)) {
        return 0;
    }
    bool is_opaque = false;
    for (size_t i = 0; i < analysis.demands.count; i++) {
        const struct shell_demand *demand = &analysis.demands.items[i];
        is_opaque = is_opaque || demand->is_opaque;
        expect(demand->range.start <= demand->range.end && demand->range.end <= size &&
               demand->part < analysis.parts.count && demand->capability.size > 0);
    }
    expect(is_opaque == analysis.is_opaque && analysis.parts.count > 0);
    return 0;
}
