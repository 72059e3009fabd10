/* SPDX-License-Identifier: Apache-2.0 */
/* Programs of npm packages: npx and its like, and what node_modules/.bin holds. */
#include <string.h>

#include "shell/builds.h"

/* "prisma", "eslint@8", "@biomejs/biome": no URL, no folder, no repository. */
static bool is_package_name(struct text name)
{
    struct text rest = name.size > 0 && name.data[0] == '@' ? text_after(name, 1) : name;
    size_t slash = text_find_char(rest, '/');
    bool is_scoped = rest.size < name.size;
    if (rest.size == 0 || rest.data[0] == '.' || rest.data[0] == '-' ||
        is_scoped != (slash != TEXT_NOT_FOUND)) {
        return false;
    }
    for (size_t i = 0; i < rest.size; i++) {
        char c = rest.data[i];
        bool is_word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!is_word && strchr("-_.@^~", c) == NULL && i != slash) {
            return false;
        }
    }
    return true;
}

static struct text without_version(struct text name)
{
    size_t version = name.size > 1 ? text_find_char(text_after(name, 1), '@') : TEXT_NOT_FOUND;
    return version == TEXT_NOT_FOUND ? name : text_slice(name, 0, version + 1);
}

/* Agents anywhere in the words: behind options and other runners too. */
static bool demand_agents(struct program_run *run, size_t from)
{
    static const char *const agents[] = {"@anthropic-ai/claude-code", "claude",      "@openai/codex", "codex",
                                         "@google/gemini-cli",        "opencode-ai", "gemini"};
    for (size_t i = from; i < run->arguments.count; i++) {
        if (IS_ONE_OF(without_version(run->arguments.items[i].text), agents)) {
            demand_add(run->walker, TEXT("agent.spawn"), SHELL_RESOURCE_NONE, TEXT(""), run->range);
            return true;
        }
    }
    return false;
}

bool is_tool_name(struct text name)
{
    /* They run what their words, or files of any kind, say. */
    static const char *const runners[] = {"concurrently",
                                          "cross-env",
                                          "cross-env-shell",
                                          "dotenv",
                                          "dotenv-cli",
                                          "dotenvx",
                                          "@dotenvx/dotenvx",
                                          "env-cmd",
                                          "execa",
                                          "execa-cli",
                                          "foreach",
                                          "nodemon",
                                          "onchange",
                                          "chokidar",
                                          "chokidar-cli",
                                          "rimraf",
                                          "del-cli",
                                          "cpx",
                                          "copyfiles",
                                          "shx",
                                          "shelljs",
                                          "start-server-and-test",
                                          "start-test",
                                          "wait-on",
                                          "watchexec",
                                          "zx",
                                          "nyc",
                                          "c8",
                                          "per-env",
                                          "retry-cli",
                                          "sudo",
                                          "npm-watch",
                                          "watch",
                                          "tsc-watch"};
    return is_package_name(name) && program_find(name) == NULL && !IS_ONE_OF(name, runners);
}

void check_tool_words(struct program_run *run, size_t from)
{
    static const char *const code[] = {"-e", "-x", "--print", "--call", "--command", "--cmd", "--execute"};
    static const char *const no_programs[] = {"test", "true", "false"};
    check_runner_options(run, from);
    for (size_t i = from; i < run->arguments.count; i++) {
        const struct shell_field *field = &run->arguments.items[i];
        struct text name = text_slice(field->text, 0, text_find_char(field->text, '='));
        bool is_command = program_find(field->text) != NULL && !IS_ONE_OF(field->text, no_programs);
        for (size_t j = 0; j < field->text.size; j++) {
            is_command = is_command || strchr(" \t\n;|&<>`$()\"'\\", field->text.data[j]) != NULL;
        }
        if (field->kind == FIELD_UNKNOWN || is_command || IS_ONE_OF(name, code)) {
            demand_opaque(run->walker, field->range, "a word that the program may run as a command",
                          field->text);
            return;
        }
    }
}

void demand_node_tool(struct program_run *run, size_t at, bool may_be_fetched)
{
    static const char *const builders[] = {"tsc", "eslint", "prettier"};
    static const char *const runners[] = {"jest", "vitest", "mocha", "ava", "tap", "playwright", "cypress"};
    struct text package = run_word(run, at);
    struct text name = without_version(package);
    bool is_runner = IS_ONE_OF(name, runners);
    bool is_builder = IS_ONE_OF(name, builders);
    if (demand_agents(run, at) || (!is_runner && !is_builder && !is_tool_name(name)) ||
        !is_package_name(package)) {
        run_opaque(run, "runs a package, fetching it first when it is missing");
        return;
    }
    if (is_runner) {
        /* Only installed ones run without fetching; which it is, is not known here. */
        demand_own_code(run, "tests.run", TEXT(""), at + 1);
        return;
    }
    if (may_be_fetched) {
        demand_add(run->walker, TEXT("package.install"), SHELL_RESOURCE_KNOWN, package, run->range);
    }
    if (is_builder) {
        struct program_run inner = run_of_tool(run, at);
        inner.name = name;
        model_build_tool(&inner, program_find(name));
        return;
    }
    demand_add(run->walker, TEXT("build.run"), SHELL_RESOURCE_KNOWN, name, run->range);
    check_tool_words(run, at + 1);
    check_build_folder(run);
    state_set_code_ran(run->state, TEXT("the workspace's code ran"));
}
