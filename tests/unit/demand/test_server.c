/* SPDX-License-Identifier: Apache-2.0 */
#include "demand/server_kinds.h"

#include "unit/demand/messages.h"

enum { MOST_WORDS = 16 };

static size_t split(struct arena *arena, const char *command, const char *words[MOST_WORDS])
{
    struct text rest = text_of(command);
    struct text word;
    size_t count = 0;
    while (text_next(&rest, ' ', &word)) {
        words[count++] = text_to_c(arena, word);
    }
    return count;
}

static struct mcp_server of_command(const char *const *words, size_t count, struct arena *arena)
{
    return server_of_command(words, count, (struct text){0}, NULL, TEXT("/nowhere"), arena);
}

static void the_package_tells_the_kind(void **state)
{
    (void)state;
    static const char *const cases[][3] = {
        /* command, kind, name */
        {"npx -y @modelcontextprotocol/server-filesystem /ws", "filesystem", "filesystem"},
        {"npx @modelcontextprotocol/server-filesystem@2026.8.31 /ws", "filesystem", "filesystem"},
        {"npx --yes -- @modelcontextprotocol/server-memory", "memory", "memory"},
        {"/usr/bin/npx -p @modelcontextprotocol/server-filesystem mcp-server-filesystem", "filesystem",
         "filesystem"},
        {"npx --package=@playwright/mcp@latest mcp-server-playwright", "playwright", "playwright"},
        {"npm exec -y @playwright/mcp", "playwright", "playwright"},
        {"pnpm dlx @playwright/mcp", "playwright", "playwright"},
        {"bunx @modelcontextprotocol/server-everything", "everything", "everything"},
        {"env KEY=1 OTHER=2 npx -y @modelcontextprotocol/server-github", "github", "github"},
        {"uvx mcp-server-git --repository /ws", "git", "git"},
        {"uvx mcp-server-git@latest", "git", "git"},
        {"uvx --from mcp-server-git==2025.1 mcp-server-git", "git", "git"},
        {"uv tool run mcp-server-fetch", "fetch", "fetch"},
        {"pipx run mcp_server_sqlite --db-path x", "sqlite", "sqlite"},
        {"python3 -m mcp_server_fetch", "fetch", "fetch"},
        {"node /ws/node_modules/@modelcontextprotocol/server-memory/dist/index.js", "memory", "memory"},
        {"node --no-warnings node_modules/@playwright/mcp/cli.js", "playwright", "playwright"},
        {"node node_modules/.bin/mcp-server-filesystem .", "filesystem", "filesystem"},
        {"node --no-warnings /ws/node_modules/.bin/playwright-mcp", "playwright", "playwright"},
        {"docker run -i --rm -e A=b mcp/fetch", "fetch", "fetch"},
        {"docker run -i --rm --env=A=b mcp/memory:latest", "memory", "memory"},
        {"docker run -i ghcr.io/github/github-mcp-server stdio", "github", "github"},
        {"podman run -i docker.io/mcp/postgres@sha256:0 url", "postgres", "postgres"},
        {"/opt/bin/mcp-server-filesystem /ws", "filesystem", "filesystem"},
        {"github-mcp-server stdio", "github", "github"},
        /* What is somebody else's. */
        {"npx -y @modelcontextprotocol/server-filesystem@npm:other", "", "server"},
        {"npx -y @modelcontextprotocol/server-filesystem@https://x/y.tgz", "", "server"},
        {"npx -y @modelcontextprotocol/server-filesystem@file:../x", "", "server"},
        {"npx -y github:modelcontextprotocol/server-filesystem", "", "server"},
        {"npx -y ./server-filesystem", "", "server"},
        {"npx -y server-filesystem", "", "filesystem"},
        {"npx -y @evil/server-filesystem", "", "filesystem"},
        {"npx -p @evil/x -p @modelcontextprotocol/server-memory x", "", "server"},
        {"npx -p @evil/x mcp-server-memory", "", "x"},
        {"npx -c mcp-server-memory", "", "server"},
        {"npx --registry=http://evil @modelcontextprotocol/server-memory", "", "server"},
        {"uvx --from git+https://evil/x mcp-server-git", "", "server"},
        {"uvx --from ./mcp-server-git mcp-server-git", "", "server"},
        {"uvx --index-url http://evil mcp-server-git", "", "server"},
        {"uvx --with evil mcp-server-git", "", "server"},
        {"node --require ./evil.js node_modules/@playwright/mcp/cli.js", "", "server"},
        {"node node_modules/@playwright/mcp/../../evil/x.js", "", "x"},
        {"node node_modules/@playwright/mcp/node_modules/evil/x.js", "", "evil"},
        {"node node_modules/.bin/../mcp-server-filesystem", "", "filesystem"},
        {"node node_modules/.bin/evil/mcp-server-filesystem", "", "filesystem"},
        {"node .bin/mcp-server-filesystem", "", "filesystem"},
        {"node mcp-server-filesystem", "", "filesystem"},
        {"node node_modules/.bin/mcp-other", "", "other"},
        {"node --require ./evil.js node_modules/.bin/mcp-server-filesystem", "", "server"},
        {"docker run -i --entrypoint sh mcp/fetch", "", "server"},
        {"docker run -i evil.io/mcp/fetch", "", "fetch"},
        {"docker exec x mcp-server-git", "", "server"},
        {"sh -c mcp-server-git", "", "sh"},
        {"python3 -c mcp_server_git", "", "server"},
        {"python3 mcp_server_git", "", "git"},
        /* In a container, paths are the container's. */
        {"docker run -i -v /ws:/projects mcp/filesystem /projects", "", "filesystem"},
        {"docker run -i mcp/git", "", "git"},
        /* Names of others. */
        {"npx -y my-tool-mcp-server", "", "my-tool"},
        {"npx -y @acme/mcp", "", "acme"},
        {"npx -y mcp-remote https://x", "", "remote"},
        {"node /home/u/weather/build/index.js", "", "weather"},
        {"python3 /srv/my.notes/server.py", "", "my"},
        {"node index.js", "", "server"},
        {"/opt/acme-mcp", "", "acme"},
        {"mcp-server", "", "server"},
        {"env", "", "server"},
    };
    AUTO_ARENA arena;
    arena_init(&arena, 1024 * 1024);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const char *words[MOST_WORDS];
        size_t count = split(&arena, cases[i][0], words);
        struct mcp_server server = of_command(words, count, &arena);
        const char *kind = server.kind == NULL ? "" : server.kind->name;
        if (strcmp(kind, cases[i][1]) != 0) {
            fail_msg("%s: kind \"%s\"", cases[i][0], kind);
        }
        if (!text_equal(server.name, text_of(cases[i][2]))) {
            fail_msg("%s: name %.*s", cases[i][0], TEXT_ARG(server.name));
        }
        assert_true(server_name_is_valid(server.name));
    }
    assert_null(of_command(NULL, 0, &arena).kind);
}

/* What is said of a tool that a known kind of server has, on a server of which none is known. */
static void a_missing_kind_is_named(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    arena_init(&arena, 1024 * 1024);
    const struct mcp_server unknown = {.name = TEXT("x")};
    const struct mcp_server known = {.name = TEXT("x"), .kind = server_kind_find(TEXT("git"))};
    struct text hint = server_kind_hint(&unknown, TEXT("read_text_file"), &arena);
    assert_true(text_contains(hint, TEXT("--server-kind filesystem")));
    assert_int_equal(server_kind_hint(&unknown, TEXT("no_such_tool"), &arena).size, 0);
    assert_int_equal(server_kind_hint(&known, TEXT("read_text_file"), &arena).size, 0);
}

/* Every way to cut a command short or take a word out is read without reading too far. */
static void commands_end_anywhere(void **state)
{
    (void)state;
    static const char *const commands[] = {"env A=b npx -y -p @playwright/mcp@1 mcp-server-playwright",
                                           "uv tool run --from x==1 --python 3 y",
                                           "docker run -i -e A --env=b --name c mcp/fetch",
                                           "node --no-warnings node_modules/@a/b/c.js",
                                           "python3 -m mcp_server_git",
                                           "pipx run --spec a b"};
    AUTO_ARENA arena;
    arena_init(&arena, 4 * 1024 * 1024);
    for (size_t i = 0; i < COUNT_OF(commands); i++) {
        const char *words[MOST_WORDS];
        size_t count = split(&arena, commands[i], words);
        for (size_t from = 0; from <= count; from++) {
            for (size_t to = from; to <= count; to++) {
                assert_true(server_name_is_valid(of_command(words + from, to - from, &arena).name));
            }
        }
    }
}

static void a_server_has_folders(void **state)
{
    (void)state;
    struct calls calls;
    calls_init(&calls);
    folder_add_folder(&calls.folder, "ws/docs");
    const char *words[] = {"npx", "-y", "@modelcontextprotocol/server-filesystem", "docs", "missing",
                           "-x",  "."};
    struct mcp_server server =
        server_of_command(words, COUNT_OF(words), (struct text){0}, NULL, calls.context.root, &calls.arena);
    assert_text(server.name, "filesystem");
    assert_ptr_equal(server.kind, server_kind_find(TEXT("filesystem")));
    assert_int_equal(server.folder_count, 2);
    assert_true(text_equal(server.folders[0], calls_below(&calls, "ws/docs")));
    assert_true(text_equal(server.folders[1], calls.context.root));
    server = server_of_command(words, COUNT_OF(words), TEXT("mine"), server_kind_find(TEXT("git")),
                               calls.context.root, &calls.arena);
    assert_text(server.name, "mine");
    assert_string_equal(server.kind->name, "git");
    assert_false(server.has_unknown_folders);
    /* What only a shell can read may be folders too; what cannot be told apart is looked at as a whole. */
    const char *line[] = {"/bin/sh", "-c", "x \"$HOME\""};
    server = server_of_command(line, COUNT_OF(line), (struct text){0}, server_kind_find(TEXT("filesystem")),
                               calls.context.root, &calls.arena);
    assert_true(server.has_unknown_folders);
    const char *strange[] = {"npx", "--strange", "server", "docs"};
    server = server_of_command(strange, COUNT_OF(strange), (struct text){0},
                               server_kind_find(TEXT("filesystem")), calls.context.root, &calls.arena);
    assert_int_equal(server.folder_count, 1);
    calls_release(&calls);
}

static void names_hold_no_dots(void **state)
{
    (void)state;
    assert_true(server_name_is_valid(TEXT("my-server_2")));
    static const char *const bad[] = {"", "a.b", "a b", "a*", "a:b", "\xc3\xa9", "a/b"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        assert_false(server_name_is_valid(text_of(bad[i])));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_package_tells_the_kind), cmocka_unit_test(a_missing_kind_is_named),
        cmocka_unit_test(commands_end_anywhere),      cmocka_unit_test(a_server_has_folders),
        cmocka_unit_test(names_hold_no_dots),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
