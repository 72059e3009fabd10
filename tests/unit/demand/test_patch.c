/* SPDX-License-Identifier: Apache-2.0 */
/* Patches as Codex reads them: lines that name files are trimmed as Rust trims (Unicode's White_Space), in its
 * older versions not behind "Move to". */
#include "unit/demand/calls.h"

static struct calls calls;

static int set_up(void **state)
{
    (void)state;
    calls_init(&calls);
    folder_add_folder(&calls.folder, "ws/src");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    calls_release(&calls);
    return 0;
}

/* What is moved is read, written and deleted. */
#define MOVED "file.write @/ws/a\nfile.read @/ws/a\nfile.write|file.delete @/ws/a\n"

static void every_file_is_named(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"*** Add File: a\\n+x", "file.write @/ws/a\n"},
        {"*** Update File: a\\n@@\\n-x\\n+y", "file.write @/ws/a\n"},
        {"*** Delete File: a", "file.write|file.delete @/ws/a\n"},
        {"*** Update File: a\\n*** Move to: b\\n@@\\n-x\\n+y", MOVED "file.write @/ws/b\n"},
        {"*** Add File: a\\n+x\\n*** Add File: b\\n+y", "file.write @/ws/a\nfile.write @/ws/b\n"},
        {"*** Add File: /abs", "file.write /abs\n"},
        {"*** Add File: ~/x", "file.write @/ws/~/x\nfile.write @/home/x\n"},
        {"*** Add File: a b", "file.write @/ws/a b\n"},
        {"*** Add File: a\\r\\n+x\\r", "file.write @/ws/a\n"},
        /* Padding, as Rust understands it. */
        {"  *** Add File: a", "file.write @/ws/a\n"},
        {"\\t*** Add File: a\\t", "file.write @/ws/a\n"},
        {"\\u00a0*** Add File: a", "file.write @/ws/a\n"},
        {"\\u2003\\u3000*** Delete File: a\\u2028", "file.write|file.delete @/ws/a\n"},
        {"*** Add File: a\\u00a0", "file.write @/ws/a\n"},
        {"*** Add File: a\\u0085\\u1680\\u200a\\u2029\\u202f\\u205f", "file.write @/ws/a\n"},
        {"\\u000b\\u000c*** Add File: a\\u000b", "file.write @/ws/a\n"},
        /* These are no white space: part of the name, or no marker. */
        {"*** Add File: a\\u200b", "file.write @/ws/a\xE2\x80\x8B\n"},
        {"*** Add File: a\\u001c", "file.write @/ws/a\x1C\n"},
        {"\\u200b*** Add File: b\\n*** Add File: a", "file.write @/ws/a\n"},
        /* What stands between the marker and the name is part of the name to Codex, and trimmed by others. */
        {"*** Add File:  a", "file.write @/ws/ a\nfile.write @/ws/a\n"},
        {"*** Add File: \\u00a0a", "file.write @/ws/\xC2\xA0"
                                   "a\nfile.write @/ws/a\n"},
        {"*** Update File: a\\n*** Move to: b \\n@@", MOVED "file.write @/ws/b \nfile.write @/ws/b\n"},
        {"*** Update File: a\\n*** Move to: b\\u00a0\\n@@",
         MOVED "file.write @/ws/b\xC2\xA0\nfile.write @/ws/b\n"},
        /* Text is text. */
        {"*** Add File: a\\n+*** Delete File: b", "file.write @/ws/a\n"},
        {"*** Update File: a\\n-*** Delete File: b", "file.write @/ws/a\n"},
        /* In context lines newer versions see markers. */
        {"*** Update File: a\\n *** Delete File: b", "file.write @/ws/a\nfile.write|file.delete @/ws/b\n"},
        /* A patch for another machine says nothing about files here. */
        {"*** Environment ID: remote\\n*** Add File: a",
         "file.write ?\naex.configure ?\nsecrets.read ?\nfile.write @/ws/a\n"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct text arguments =
            text_format(&calls.arena, "{\"command\":\"*** Begin Patch\\n%s\\n*** End Patch\\n\"}", cases[i][0]);
        assert_demands(&calls, &agent_codex, "apply_patch", arguments.data, cases[i][1]);
    }
}

static void wrapped_patches_too(void **state)
{
    (void)state;
    assert_demands(&calls, &agent_codex, "apply_patch",
                   "{\"command\":\"<<'EOF'\\n*** Begin Patch\\n*** Add File: a\\n+\\n*** End Patch\\nEOF\"}",
                   "file.write @/ws/a\n");
    assert_demands(&calls, &agent_codex, "apply_patch", "{\"command\":\"*** Add File: a\"}",
                   "file.write @/ws/a\n");
}

static void patches_without_files_are_refused(void **state)
{
    (void)state;
    static const char *const patches[] = {
        "",
        "x",
        "*** Begin Patch\\n*** End Patch",
        "*** Begin Patch\\n*** Add File: \\n+\\n*** End Patch",
        "*** Add File:",
        "*** add file: a",
        "***Add File: a",
        "+*** Add File: a",
        "*** Environment ID: x",
    };
    for (size_t i = 0; i < COUNT_OF(patches); i++) {
        struct text arguments = text_format(&calls.arena, "{\"command\":\"%s\"}", patches[i]);
        struct text found = calls_demands(&calls, &agent_codex, "apply_patch", arguments.data);
        assert_case(text_starts_with(found, TEXT("error: ")), patches[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_file_is_named),
        cmocka_unit_test(wrapped_patches_too),
        cmocka_unit_test(patches_without_files_are_refused),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
