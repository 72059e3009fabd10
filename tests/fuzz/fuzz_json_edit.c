/* SPDX-License-Identifier: Apache-2.0 */
/* Any text: what can be read can be added to, holds what was added, and loses it again. */
#include "fuzz/fuzz.h"
#include "setup/json_edit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { MEMORY = 256 * 1024 * 1024 };
    static const struct text steps[] = {TEXT_INIT("hooks"), TEXT_INIT("PreToolUse"), TEXT_INIT("0")};
    struct text source = {(const char *)data, size};
    AUTO_ARENA arena;
    arena_init(&arena, MEMORY);
    struct json value;
    struct text after;
    struct text back;
    struct json_path array = {steps, 2};
    if (!json_edit_read(source, &arena, &value, NULL, NULL) ||
        !json_edit_append(source, array, TEXT("[{\"a\":[1,\"// x\"]}]"), &arena, &after, NULL)) {
        return 0;
    }
    struct json changed;
    expect(json_edit_read(after, &arena, &changed, NULL, NULL));
    const struct json *added = json_edit_find(&changed, array);
    expect(added != NULL && added->count > 0);
    struct text last = text_format(&arena, "%zu", added->count - 1);
    const struct text path[] = {steps[0], steps[1], last};
    expect(json_edit_remove(after, (struct json_path){path, 3}, &arena, &back, NULL));
    expect(json_edit_read(back, &arena, &changed, NULL, NULL));
    added = json_edit_find(&changed, array);
    const struct json *before = json_edit_find(&value, array);
    expect(added->count == (before == NULL ? 0 : before->count));
    expect(json_edit_set(back, (struct json_path){steps, 1}, TEXT("null"), &arena, &after, NULL) &&
           json_edit_read(after, &arena, &changed, NULL, NULL));
    return 0;
}
