/* SPDX-License-Identifier: Apache-2.0 */
#include "setup/scaffold.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>

#include "os/file.h"
#include "os/path.h"

/* The policy and checked-in contracts belong into the repository; what sessions leave behind does not. */
static const struct text ignore_text = TEXT_INIT("checkpoints/\n"
                                                 "runs/*.audit.jsonl\n");

static const char task_format[] = "task %.*s v0\n"
                                  "\n"
                                  "goal \"Fix the failing test with the smallest change.\"\n"
                                  "\n"
                                  "use file.read, file.write, tests.run\n"
                                  "deny network.*, secrets.read\n"
                                  "\n"
                                  "need test_command: str\n"
                                  "need source: file\n"
                                  "\n"
                                  "budget calls=20\n"
                                  "\n"
                                  "do tests.run(cmd=test_command) -> failure\n"
                                  "\n"
                                  "do file.read(path=source) -> code\n"
                                  "\n"
                                  "make patch: diff from failure, code with:\n"
                                  "  - change only what the failing test needs\n"
                                  "  - keep the public interface\n"
                                  "\n"
                                  "check patch is valid diff\n"
                                  "\n"
                                  "confirm before file.write\n"
                                  "\n"
                                  "do file.write(diff=patch) -> written\n"
                                  "\n"
                                  "do tests.run(cmd=test_command) -> final\n"
                                  "\n"
                                  "check final.passed\n"
                                  "\n"
                                  "return {\n"
                                  "  status: \"fixed\",\n"
                                  "  patch: patch\n"
                                  "}\n";

static const struct text inputs_text = TEXT_INIT("{\n"
                                                 "  \"test_command\": \"make test\",\n"
                                                 "  \"source\": \"src/main.c\"\n"
                                                 "}\n");

static const struct text task_policy_text =
    TEXT_INIT("{\n"
              "  \"allow\": [\"file.read\", \"file.write\", \"tests.run\"],\n"
              "  \"deny\": [\"network.*\", \"secrets.read\"],\n"
              "  \"require_confirmation\": [\"file.write\"],\n"
              "  \"budget\": {\"calls\": 20}\n"
              "}\n");

static bool add(struct scaffold *scaffold, struct text root, struct text path, struct text content,
                struct arena *arena, struct error *err)
{
    struct text file = path_join(arena, root, path);
    struct text folder = path_parent(file);
    struct error failure;
    if (!directory_make(text_to_c(arena, folder), 0755, err)) {
        return false;
    }
    bool existed = false;
    if (!file_create(AT_FDCWD, file.data, content, 0644, &failure)) {
        existed = failure.os_code == EEXIST;
        if (!existed) {
            return error_pass(err, &failure);
        }
    }
    assert(scaffold->count < SCAFFOLD_FILES);
    scaffold->files[scaffold->count++] = (struct scaffold_file){.path = path, .existed = existed};
    return true;
}

bool scaffold_policy(struct text root, const struct preset *preset, struct scaffold *scaffold,
                     struct arena *arena, struct error *err)
{
    return add(scaffold, root, TEXT(".aex/policy.aex"), preset->policy, arena, err) &&
           add(scaffold, root, TEXT(".aex/.gitignore"), ignore_text, arena, err);
}

/* letter | digit | "_" | "-", as a document's name is. */
static bool is_name(struct text name)
{
    for (size_t i = 0; i < name.size; i++) {
        char c = name.data[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
              c == '-')) {
            return false;
        }
    }
    return name.size > 0;
}

bool scaffold_task(struct text root, struct text name, struct scaffold *scaffold, struct arena *arena,
                   struct error *err)
{
    if (!is_name(name)) {
        return error_set(err, "a task's name has letters, digits, \"_\" and \"-\" only, not \"%.*s\"",
                         TEXT_ARG(name));
    }
    struct text task = text_format(arena, task_format, TEXT_ARG(name));
    return add(scaffold, root, text_format(arena, "tasks/%.*s.aex", TEXT_ARG(name)), task, arena, err) &&
           add(scaffold, root, text_format(arena, "tasks/%.*s.inputs.json", TEXT_ARG(name)), inputs_text, arena,
               err) &&
           add(scaffold, root, text_format(arena, "tasks/%.*s.policy.json", TEXT_ARG(name)), task_policy_text,
               arena, err);
}
