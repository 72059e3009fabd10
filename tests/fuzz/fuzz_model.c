/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes on doctor's loopback connection: a request is never longer than what came, and has one whole
 * answer. */
#include "fuzz/fuzz.h"
#include "setup/model.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { MEMORY = 256 * 1024 * 1024 };
    static const enum setup_agent agents[] = {SETUP_CLAUDE, SETUP_CODEX};
    struct text bytes = {(const char *)data, size};
    size_t whole = model_request_size(bytes);
    expect(whole == SIZE_MAX || whole <= size);
    for (size_t i = 0; whole != SIZE_MAX && i < sizeof agents / sizeof agents[0]; i++) {
        AUTO_ARENA arena;
        arena_init(&arena, MEMORY);
        struct model model = {.agent = agents[i], .secret = TEXT("s"), .command = TEXT("touch x")};
        struct text answer = model_answer(&model, text_slice(bytes, 0, whole), &arena);
        expect(text_starts_with(answer, TEXT("HTTP/1.1 ")));
        expect(!model.has_result || model.result.data != NULL);
    }
    return 0;
}
