/* SPDX-License-Identifier: Apache-2.0 */
#include "demand/server_kinds.h"

#include "demand/server.h"

const struct server_kind server_kinds[] = {
    {
        .name = "filesystem",
        .npm = {"@modelcontextprotocol/server-filesystem"},
        .images = {"mcp/filesystem"},
        .programs = {"mcp-server-filesystem"},
        .takes_paths = true,
    },
    {
        .name = "git",
        .python = {"mcp-server-git"},
        .images = {"mcp/git"},
        .programs = {"mcp-server-git"},
        .takes_paths = true,
    },
    {
        .name = "fetch",
        .python = {"mcp-server-fetch"},
        .images = {"mcp/fetch"},
        .programs = {"mcp-server-fetch"},
    },
    {
        .name = "memory",
        .npm = {"@modelcontextprotocol/server-memory"},
        .images = {"mcp/memory"},
        .programs = {"mcp-server-memory"},
    },
    {
        .name = "github",
        .npm = {"@modelcontextprotocol/server-github"},
        .images = {"mcp/github", "ghcr.io/github/github-mcp-server"},
        .programs = {"mcp-server-github", "github-mcp-server"},
    },
    {
        .name = "playwright",
        .npm = {"@playwright/mcp"},
        .images = {"mcp/playwright", "mcr.microsoft.com/playwright/mcp"},
        .programs = {"playwright-mcp", "mcp-server-playwright"},
        .takes_paths = true,
    },
    {
        .name = "sqlite",
        .python = {"mcp-server-sqlite"},
        .images = {"mcp/sqlite"},
        .programs = {"mcp-server-sqlite"},
    },
    {
        .name = "postgres",
        .npm = {"@modelcontextprotocol/server-postgres"},
        .images = {"mcp/postgres"},
        .programs = {"mcp-server-postgres"},
    },
    {
        .name = "everything",
        .npm = {"@modelcontextprotocol/server-everything"},
        .images = {"mcp/everything"},
        .programs = {"mcp-server-everything"},
    },
    {.name = NULL},
};

#define EFFECT(...)                                                                                            \
    {                                                                                                          \
        __VA_ARGS__, NULL                                                                                      \
    }
#define NOTHING EFFECT(NULL, NULL, SERVER_NONE, NULL, false)
#define OPAQUE EFFECT("shell.exec", NULL, SERVER_TEXT, NULL, false)
#define READS(path) EFFECT("file.read", NULL, SERVER_PATH, path, false)
#define MAY_READ(path) EFFECT("file.read", NULL, SERVER_PATH, path, true)
#define READS_TREE(path) EFFECT("file.read", NULL, SERVER_TREE, path, false)
#define WRITES(path) EFFECT("file.write", NULL, SERVER_PATH, path, false)
#define MAY_WRITE(path) EFFECT("file.write", NULL, SERVER_PATH, path, true)
#define MOVES(from, to)                                                                                        \
    {                                                                                                          \
        "file.write", NULL, SERVER_PATH, to, false, from                                                       \
    }
#define EDITS(path) EFFECT("file.write", NULL, SERVER_EDIT, path, false)
#define DELETES(path) EFFECT("file.delete", "file.write", SERVER_TREE, path, false)
#define LISTS(path) EFFECT("file.read", NULL, SERVER_ENTRIES, path, false)
#define LISTS_BELOW(path) EFFECT("file.read", NULL, SERVER_NAMES_BELOW, path, false)
#define FETCHES(url) EFFECT("network.fetch", NULL, SERVER_URL, url, false)
#define MAY_FETCH(url) EFFECT("network.fetch", NULL, SERVER_URL, url, true)
#define DOES(capability) EFFECT(capability, NULL, SERVER_NONE, NULL, false)
#define HARMLESS(capability) EFFECT(capability, NULL, SERVER_HARMLESS, NULL, false)
#define ABOUT(capability, argument) EFFECT(capability, NULL, SERVER_TEXT, argument, false)
#define UNKNOWN(capability) EFFECT(capability, NULL, SERVER_TEXT, NULL, false)
#define IN_REPOSITORY(path) EFFECT("shell.exec", NULL, SERVER_REPOSITORY, path, false)
#define REVISION(name) EFFECT("file.write", NULL, SERVER_REVISION, name, true)
#define SELECTS(sql) EFFECT("db.read", NULL, SERVER_SQL_SELECT, sql, false)
#define CHANGES(sql) EFFECT("db.write", NULL, SERVER_SQL_CHANGE, sql, false)
#define QUERIES(sql) EFFECT("db.read", NULL, SERVER_SQL_ANY, sql, false)
#define GITHUB(capability) EFFECT(capability, NULL, SERVER_GITHUB, NULL, false)
#define GITHUB_PUSH(branch) EFFECT("git.push", "github.push", SERVER_GITHUB_REF, branch, false)
#define UNKNOWN_PUSH EFFECT("git.push", "github.push", SERVER_TEXT, NULL, false)
#define ENVIRONMENT EFFECT("secrets.read", NULL, SERVER_ENVIRONMENT, NULL, false)

const struct server_tool server_tools[] = {
#define TOOL(kind, name, ...) {#kind, name, {__VA_ARGS__}},
#define PROMPT(kind, name, ...)
#include "demand/server_kinds.def"
#undef TOOL
#undef PROMPT
    {.kind = NULL},
};

static const struct server_tool server_prompts[] = {
#define TOOL(kind, name, ...)
#define PROMPT(kind, name, ...) {#kind, name, {__VA_ARGS__}},
#include "demand/server_kinds.def"
#undef TOOL
#undef PROMPT
    {.kind = NULL},
};

const struct server_kind *server_kind_find(struct text name)
{
    for (const struct server_kind *kind = server_kinds; kind->name != NULL; kind++) {
        if (text_equal(text_of(kind->name), name)) {
            return kind;
        }
    }
    return NULL;
}

struct text server_kind_list(struct arena *arena)
{
    struct builder out;
    builder_init(&out, arena);
    for (const struct server_kind *kind = server_kinds; kind->name != NULL; kind++) {
        builder_format(&out, "%s%s", kind == server_kinds ? "" : ", ", kind->name);
    }
    return builder_text(&out);
}

static const struct server_tool *find(const struct server_tool *tools, const struct server_kind *kind,
                                      struct text name)
{
    for (const struct server_tool *tool = tools; kind != NULL && tool->kind != NULL; tool++) {
        if (strcmp(tool->kind, kind->name) == 0 && text_equal(text_of(tool->name), name)) {
            return tool;
        }
    }
    return NULL;
}

struct text server_kind_hint(const struct mcp_server *server, struct text tool, struct arena *arena)
{
    const char *kind = NULL;
    for (const struct server_tool *known = server_tools; server->kind == NULL && known->kind != NULL; known++) {
        if (kind == NULL && text_equal(text_of(known->name), tool)) {
            kind = known->kind;
        }
    }
    return kind == NULL
               ? TEXT("")
               : text_format(arena,
                             " What %.*s does is not known, since its command does not say which server "
                             "it is. If it is the %s server, a person can start it with `aex proxy "
                             "--server-kind %s`: then rules for files, hosts and the like cover it.",
                             TEXT_ARG(server->name), kind, kind);
}

const struct server_tool *server_kind_tool(const struct server_kind *kind, struct text name)
{
    return find(server_tools, kind, name);
}

const struct server_tool *server_kind_prompt(const struct server_kind *kind, struct text name)
{
    return find(server_prompts, kind, name);
}
