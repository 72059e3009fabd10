/* SPDX-License-Identifier: Apache-2.0 */
/* Any text: what can be read can be added to, holds what was added, and is as before when that is removed. */
#include "fuzz/fuzz.h"
#include "setup/toml_edit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { MEMORY = 256 * 1024 * 1024 };
    static const struct text steps[] = {TEXT_INIT("features"), TEXT_INIT("unified_exec_tty")};
    static const struct text block = TEXT_INIT("[[hooks.PreToolUse]]\n[[hooks.PreToolUse.hooks]]\n");
    struct text source = {(const char *)data, size};
    struct toml_path path = {steps, 2};
    AUTO_ARENA arena;
    arena_init(&arena, MEMORY);
    struct toml_document document;
    struct text after;
    struct text back;
    if (!toml_read(source, &arena, &document, NULL)) {
        return 0;
    }
    bool had_key = toml_find(&document, path) != NULL;
    bool had_table = toml_find(&document, (struct toml_path){steps, 1}) != NULL;
    if (toml_edit_set(source, path, TEXT("false"), &arena, &after, NULL)) {
        expect(toml_read(after, &arena, &document, NULL) && toml_find(&document, path) != NULL);
        expect(toml_edit_remove(after, path, !had_table, &arena, &back, NULL));
        expect(had_key || text_equal(source, back));
    }
    if (toml_edit_add_block(source, block, &arena, &after, NULL)) {
        expect(toml_edit_remove_block(after, block, &arena, &back, NULL));
        expect(text_equal(source, back));
    }
    return 0;
}
