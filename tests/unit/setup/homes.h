/* SPDX-License-Identifier: Apache-2.0 */
/* Homes as people have them, for test_install.c: one file each. */
#ifndef AEX_TESTS_UNIT_SETUP_HOMES_H
#define AEX_TESTS_UNIT_SETUP_HOMES_H

#include <stddef.h>

struct home {
    const char *name;
    const char *path; /* of the one file in it; NULL: none */
    const char *content;
    const char *refusal; /* part of the reason why it is left alone; NULL: it is not */
};

#define TOOL_HOOKS                                                                                             \
    "{\n  \"hooks\": {\n    \"PreToolUse\": [\n      {\n        \"matcher\": \"Bash\",\n"                      \
    "        \"hooks\": [{\"type\": \"command\", \"command\": \"lint.sh\"}]\n      }\n    ]\n  }\n}\n"

#define CLAUDE_HOMES(path)                                                                                     \
    {"nothing", NULL, NULL, NULL}, {"empty file", path, "", NULL}, {"blank file", path, " \n\n", NULL},        \
        {"empty object", path, "{}", NULL}, {"empty object, line end", path, "{}\n", NULL},                    \
        {"empty object in lines", path, "{\n}\n", NULL},                                                       \
        {"one member", path, "{\n  \"model\": \"opus\"\n}\n", NULL},                                           \
        {"one line", path, "{\"model\":\"opus\",\"env\":{\"A\":\"b\"}}", NULL},                                \
        {"tabs", path, "{\n\t\"env\": {\n\t\t\"A\": \"b\"\n\t}\n}\n", NULL},                                   \
        {"four blanks, no final line end", path, "{\n    \"model\": \"opus\"\n}", NULL},                       \
        {"carriage returns", path, "{\r\n  \"model\": \"opus\"\r\n}\r\n", NULL},                               \
        {"byte order mark", path, "\xEF\xBB\xBF{\n  \"model\": \"opus\"\n}\n", NULL},                          \
        {"another tool's hooks", path, TOOL_HOOKS, NULL},                                                      \
        {"own deny rules", path, "{\"permissions\":{\"deny\":[\"Read(//**/.env)\"],\"allow\":[]}}\n", NULL},   \
        {"empty hooks", path, "{\"hooks\": {\"PreToolUse\": []}}\n", NULL},                                    \
        {"escapes", path, "{\"\\u0061\\n\": \"\\ud83d\\ude00 // no comment\", \"n\": 1.50e+1}\n", NULL},       \
        {"old shape", path, "{\"hooks\":{\"PreToolUse\":[{\"matcher\":\".*\",\"command\":\"aex gate\"}]}}\n",  \
         NULL},                                                                                                \
        {"an older program", path,                                                                             \
         "{\"hooks\":{\"PreToolUse\":[{\"matcher\":\"*\",\"hooks\":[{\"type\":\"command\",\"command\":"        \
         "\"/old/aex gate claude || exit 2\"},{\"type\":\"command\",\"command\":\"other\"}]}]}}\n",            \
         NULL},                                                                                                \
        {"comments", path, "{\n  // mine\n  \"model\": \"opus\"\n}\n", "comments"},                            \
        {"trailing comma", path, "{\n  \"model\": \"opus\",\n}\n", "trailing commas"},                         \
        {"broken", path, "{\"model\": ", "cannot read"},                                                       \
        {"not JSON at all", path, "model = 1\n", "cannot read"}, {"an array", path, "[]\n", "not an object"},  \
        {"duplicates", path, "{\"a\":1,\"a\":2}", "twice"},                                                    \
        {"hooks disabled", path, "{\"disableAllHooks\": true}", "disableAllHooks"},                            \
        {"another's old shape", path, "{\"hooks\":{\"Stop\":[{\"command\":\"x\"}]}}", "old shape"},            \
        {"a wrong timeout", path,                                                                              \
         "{\"hooks\":{\"Stop\":[{\"hooks\":[{\"type\":\"command\",\"command\":\"x\",\"timeout\":\"5\"}]}]}}",  \
         "timeout"},                                                                                           \
        {"a member of another type", path, "{\"env\": \"A=b\"}", "\"env\" is a string"},                       \
        {"hooks of another kind", path, "{\"hooks\": []}", "not an object"},                                   \
        {"deny of another kind", path, "{\"permissions\": {\"deny\": \"x\"}}", "permissions.deny"},

static const struct home claude_project_homes[] = {CLAUDE_HOMES("work/.claude/settings.json")};
static const struct home claude_user_homes[] = {CLAUDE_HOMES("home/.claude/settings.json")};
static const struct home claude_managed_homes[] = {
    CLAUDE_HOMES("system/etc/claude-code/managed-settings.json")};

static const struct home codex_homes[] = {
    {"nothing", NULL, NULL, NULL},
    {"empty configuration", "home/.codex/config.toml", "", NULL},
    {"one key, no final line end", "home/.codex/config.toml", "model = \"gpt-5\"", NULL},
    {"carriage returns", "home/.codex/config.toml", "model = \"x\"\r\n[features]\r\nfoo = true\r\n", NULL},
    {"comments and tables", "home/.codex/config.toml",
     "# mine\nmodel = \"x\" # here\n\n[features] # f\nunified_exec_tty = true # "
     "yes\n\n[mcp_servers.fs]\ncommand = \"npx\"\n",
     NULL},
    {"dotted", "home/.codex/config.toml", "features.web = true\n\n[a]\nb = 1\n", NULL},
    {"search on", "home/.codex/config.toml", "web_search = \"live\"\n", NULL},
    {"another's trust", "home/.codex/config.toml",
     "[hooks.state.\"/x/hooks.json:stop:0:0\"]\ntrusted_hash = \"sha256:1\"\n", NULL},
    {"another tool's hooks", "home/.codex/hooks.json", TOOL_HOOKS, NULL},
    {"our old command", "home/.codex/hooks.json",
     "{\"hooks\":{\"PreToolUse\":[{\"hooks\":[{\"type\":\"command\",\"command\":\"aex gate codex\"}]}]}}",
     NULL},
    {"inline features", "home/.codex/config.toml", "features = {foo = true}\n", "edited"},
    {"hooks off", "home/.codex/config.toml", "[features]\nhooks = false\n", "features.hooks"},
    {"broken configuration", "home/.codex/config.toml", "model = \n", "TOML line 1"},
    {"broken hooks", "home/.codex/hooks.json", "{", "cannot read"},
    {"commented hooks", "home/.codex/hooks.json", "{} // x\n", "strict"},
    {"a stranger beside the hooks", "home/.codex/hooks.json", "{\"version\": 1, \"hooks\": {}}", "version"},
};

static const struct home requirement_homes[] = {
    {"nothing", NULL, NULL, NULL},
    {"other requirements", "system/etc/codex/requirements.toml",
     "allowed_approval_policies = [\"on-request\"]\n\n[features]\nhooks = false\n", NULL},
    {"an older program", "system/etc/codex/requirements.toml",
     "[[hooks.PreToolUse]]\n[[hooks.PreToolUse.hooks]]\ntype = \"command\"\ncommand = \"/old/aex gate "
     "codex\"\n",
     NULL},
    {"inline hooks", "system/etc/codex/requirements.toml", "hooks = {}\n", "edited"},
};

#endif
