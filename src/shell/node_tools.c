/* SPDX-License-Identifier: Apache-2.0 */
/* Programs of npm packages: npx and its like, and what node_modules/.bin holds. */
#include <string.h>

#include "shell/builds.h"

/* "prisma", "eslint@8", "@biomejs/biome". */
bool is_package_name(struct text name)
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

static bool is_node_builder(struct text name)
{
    static const char *const builders[] = {"tsc", "eslint", "prettier"};
    return IS_ONE_OF(name, builders);
}

static bool is_node_runner(struct text name)
{
    static const char *const runners[] = {"jest", "vitest", "mocha", "ava", "tap", "playwright", "cypress"};
    return IS_ONE_OF(name, runners);
}

bool is_known_node_tool(struct text name)
{
    return is_node_builder(name) || is_node_runner(name);
}

void demand_node_tool(struct program_run *run, size_t at, enum node_origin origin)
{
    struct text package = run_word(run, at);
    struct text name = without_version(package);
    bool is_builder = is_node_builder(name);
    bool is_any = (origin == NODE_FETCHED || origin == NODE_LOCAL) && is_tool_name(name);
    if (demand_agents(run, at) || (!is_any && !is_known_node_tool(name)) || !is_package_name(package)) {
        run_opaque(run, "runs a package, fetching it first when it is missing");
        return;
    }
    if (is_node_runner(name)) {
        /* Only installed ones run without fetching; which it is, is not known here. */
        demand_own_code(run, "tests.run", TEXT(""), at + 1);
        return;
    }
    if (origin == NODE_FETCHED) {
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

void demand_node_package(struct program_run *run, size_t from)
{
    static const char *const flags[] = {"-y",       "--yes", "-q", "--quiet", "--prefer-offline",
                                        "--silent", "--bun"};
    static const char *const local[] = {"--no-install", "--no"};
    static const char *const packages[] = {"-p", "--package"};
    enum node_origin origin = NODE_FETCHED;
    size_t at = from;
    for (; at < run->arguments.count && text_starts_with(run_word(run, at), TEXT("-")); at++) {
        struct text word = run_word(run, at);
        struct text package = TEXT("");
        if (text_starts_with(word, TEXT("--package="))) {
            package = text_after(word, sizeof "--package=" - 1);
        } else if (IS_ONE_OF(word, packages)) {
            package = run_word(run, ++at);
        } else if (IS_ONE_OF(word, local)) {
            origin = origin == NODE_FETCHED ? NODE_LOCAL : origin;
            continue;
        } else if (text_equal(word, TEXT("--"))) {
            at++;
            break;
        } else if (IS_ONE_OF(word, flags)) {
            bool fetches = text_equal(word, TEXT("-y")) || text_equal(word, TEXT("--yes"));
            origin = fetches && origin == NODE_LOCAL ? NODE_FETCHED : origin; /* the last one counts */
            continue;
        }
        if (!is_package_name(package)) {
            (void)demand_agents(run, from);
            run_opaque(run, "an option that is not known here");
            return;
        }
        /* The program is one of the package's then, or of the system. */
        demand_add(run->walker, TEXT("package.install"), SHELL_RESOURCE_KNOWN, package, run->range);
        origin = NODE_PACKAGE;
    }
    demand_node_tool(run, at, origin);
}
