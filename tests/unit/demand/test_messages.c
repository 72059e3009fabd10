/* SPDX-License-Identifier: Apache-2.0 */
/* What messages to MCP servers demand, without a policy's maps. */
#include "unit/demand/messages.h"

static void expect_call(struct calls *calls, const char *kind, const char *tool, const char *arguments,
                        const char *expected)
{
    struct mcp_server server = messages_server(kind);
    struct demand_vector demands;
    struct error err;
    struct text described;
    if (messages_call(calls, &server, tool, arguments, NULL, &demands, &err)) {
        described = calls_describe(calls, &demands);
    } else {
        described = text_format(&calls->arena, "error: %s\n", err.message);
    }
    if (!text_equal(described, text_of(expected))) {
        fail_msg("%s %s %s:\n%.*sinstead of\n%s", kind, tool, arguments, TEXT_ARG(described), expected);
    }
}

static void expect_method(struct calls *calls, const char *method, const char *params, const char *expected)
{
    struct mcp_server server = {.name = TEXT("s")};
    struct demand_vector demands;
    struct error err;
    struct text described;
    if (demand_of_mcp_request(&server, text_of(method), messages_json(calls, params), NULL, &calls->context,
                              &calls->arena, &demands, &err)) {
        described = calls_describe(calls, &demands);
    } else {
        described = text_format(&calls->arena, "error: %s\n", err.message);
    }
    if (!text_equal(described, text_of(expected))) {
        fail_msg("%s %s:\n%.*sinstead of\n%s", method, params, TEXT_ARG(described), expected);
    }
}

#define UNKNOWN_READ(tool)                                                                                     \
    "file.read|mcp.filesystem." tool "|" tool " ?\n"                                                           \
    "secrets.read ?\n"
#define UNKNOWN_WRITE(tool)                                                                                    \
    "file.write|mcp.filesystem." tool "|" tool " ?\n"                                                          \
    "aex.configure ?\n"                                                                                        \
    "secrets.read ?\n"

static void the_file_servers_paths_are_resources(void **state)
{
    (void)state;
    struct calls calls;
    calls_init(&calls);
    folder_add_folder(&calls.folder, "ws/src");
    folder_add_file(&calls.folder, "ws/src/a.c", "");
    folder_add_file(&calls.folder, "ws/.env", "");
    folder_add_link(&calls.folder, "ws/link", "/etc");
    static const char *const cases[][3] = {
        {"read_file", "{\"path\":\"@/ws/src/a.c\"}",
         "file.read|mcp.filesystem.read_file|read_file @/ws/src/a.c\n"},
        {"read_text_file", "{\"path\":\"src/a.c\",\"head\":3}",
         "file.read|mcp.filesystem.read_text_file|read_text_file @/ws/src/a.c\n"},
        {"read_file", "{\"path\":\"@/ws/.env\"}",
         "file.read|mcp.filesystem.read_file|read_file @/ws/.env\nsecrets.read @/ws/.env\n"},
        {"read_file", "{\"path\":\"link/passwd\"}",
         "file.read|mcp.filesystem.read_file|read_file @/ws/link/passwd -> /etc/passwd\n"},
        {"read_file", "{\"path\":\"~/.ssh/id_rsa\"}",
         "file.read|mcp.filesystem.read_file|read_file @/home/.ssh/id_rsa\nsecrets.read @/home/.ssh/id_rsa\n"},
        {"read_multiple_files", "{\"paths\":[\"src/a.c\",\".env\"]}",
         "file.read|mcp.filesystem.read_multiple_files|read_multiple_files @/ws/src/a.c\n"
         "file.read|mcp.filesystem.read_multiple_files|read_multiple_files @/ws/.env\n"
         "secrets.read @/ws/.env\n"},
        {"write_file", "{\"path\":\"b.c\",\"content\":\"\"}",
         "file.write|mcp.filesystem.write_file|write_file @/ws/b.c\n"},
        {"write_file", "{\"path\":\".aex/policy.aex\",\"content\":\"\"}",
         "file.write|mcp.filesystem.write_file|write_file @/ws/.aex/policy.aex\n"
         "aex.configure @/ws/.aex/policy.aex\n"},
        {"edit_file", "{\"path\":\"@/ws/.env\",\"edits\":[],\"dryRun\":true}",
         "file.write|mcp.filesystem.edit_file|edit_file @/ws/.env\nsecrets.read @/ws/.env\n"},
        {"create_directory", "{\"path\":\".git/hooks\"}",
         "file.write|mcp.filesystem.create_directory|create_directory @/ws/.git/hooks\n"
         "aex.configure @/ws/.git/hooks\n"},
        {"list_directory", "{\"path\":\"@/ws/src\"}",
         "file.read|mcp.filesystem.list_directory|list_directory {@/ws/src/*}\n"},
        {"directory_tree", "{\"path\":\"@/ws\"}",
         "file.read|mcp.filesystem.directory_tree|directory_tree {@/ws/**}\n"},
        {"search_files", "{\"path\":\"src\",\"pattern\":\"*.c\"}",
         "file.read|mcp.filesystem.search_files|search_files {@/ws/src/**}\n"},
        {"move_file", "{\"source\":\"src/a.c\",\"destination\":\"b.c\"}",
         "file.read|mcp.filesystem.move_file|move_file @/ws/src/a.c\n"
         "file.delete|file.write|mcp.filesystem.move_file|move_file @/ws/src/a.c\n"
         "file.write|mcp.filesystem.move_file|move_file @/ws/b.c\n"},
        {"move_file", "{\"source\":\".env\",\"destination\":\"notes\"}",
         "file.read|mcp.filesystem.move_file|move_file @/ws/.env\nsecrets.read @/ws/.env\n"
         "file.delete|file.write|mcp.filesystem.move_file|move_file @/ws/.env\n"
         "file.write|mcp.filesystem.move_file|move_file @/ws/notes\n"},
        {"move_file", "{\"source\":\"src\",\"destination\":\"lib\"}",
         "file.read|mcp.filesystem.move_file|move_file @/ws/src\n"
         "file.read|mcp.filesystem.move_file|move_file {@/ws/src/**}\n"
         "file.delete|file.write|mcp.filesystem.move_file|move_file @/ws/src\n"
         "file.delete|file.write|mcp.filesystem.move_file|move_file {@/ws/src/**}\n"
         "file.write|mcp.filesystem.move_file|move_file @/ws/lib\n"
         "file.write|mcp.filesystem.move_file|move_file {@/ws/lib/**}\n"},
        {"get_file_info", "{\"path\":\"@/ws/src/a.c\"}",
         "file.read|mcp.filesystem.get_file_info|get_file_info @/ws/src/a.c\n"},
        {"list_allowed_directories", "{}",
         "agent.control|mcp.filesystem.list_allowed_directories|list_allowed_directories\n"},
        /* What the server reads differently than it is written, or not at all. */
        {"read_file", "{\"path\":\" @/ws/.env\"}", UNKNOWN_READ("read_file")},
        {"read_file", "{\"path\":\"@/ws/.env \"}", UNKNOWN_READ("read_file")},
        {"read_file", "{\"path\":\"@/ws/.env\\n\"}", UNKNOWN_READ("read_file")},
        {"read_file", "{\"path\":\"\\\"@/ws/.env\\\"\"}", UNKNOWN_READ("read_file")},
        {"read_file", "{\"path\":\"'@/ws/.env\"}", UNKNOWN_READ("read_file")},
        {"read_file", "{\"path\":\"src\\\\..\\\\.env\"}", UNKNOWN_READ("read_file")},
        {"read_file", "{\"path\":\"C:/x\"}", UNKNOWN_READ("read_file")},
        {"read_file", "{\"path\":\"file:///etc/passwd\"}", UNKNOWN_READ("read_file")},
        {"read_file", "{\"path\":\"~root/x\"}", UNKNOWN_READ("read_file")},
        {"read_file", "{\"path\":\"\"}", UNKNOWN_READ("read_file")},
        {"read_file", "{\"path\":null}", UNKNOWN_READ("read_file")},
        {"read_file", "{\"path\":7}", UNKNOWN_READ("read_file")},
        {"read_file", "{\"path\":{}}", UNKNOWN_READ("read_file")},
        {"read_file", "{}", UNKNOWN_READ("read_file")},
        {"read_file", "{\"Path\":\"@/ws/src/a.c\"}", UNKNOWN_READ("read_file")},
        {"read_file", "{\"path\":\"src/a.c\",\"Path\":\".env\"}", UNKNOWN_READ("read_file")},
        {"read_file", "{\"PATH\":\".env\",\"path\":\"src/a.c\"}", UNKNOWN_READ("read_file")},
        {"read_multiple_files", "{\"paths\":[\"src/a.c\"],\"path\u017f\":[\".env\"]}",
         UNKNOWN_READ("read_multiple_files")},
        {"read_multiple_files", "{\"paths\":[]}", UNKNOWN_READ("read_multiple_files")},
        {"read_multiple_files", "{\"paths\":[3]}", UNKNOWN_READ("read_multiple_files")},
        {"write_file", "{\"path\":\"/proc/self/cwd/x\"}", UNKNOWN_WRITE("write_file")},
        {"list_directory", "{\"path\":\"@/ws/*\"}", UNKNOWN_READ("list_directory")},
        /* Not in the table: nothing but its names. */
        {"delete_everything", "{\"path\":\"@/ws/src/a.c\"}",
         "mcp.filesystem.delete_everything|delete_everything ?\n"},
        {"Read_File", "{\"path\":\"@/ws/src/a.c\"}", "mcp.filesystem.Read_File|Read_File ?\n"},
        {"", "{}", "error: tools/call: a tool without a name\n"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        expect_call(&calls, "filesystem", cases[i][0], cases[i][1], cases[i][2]);
    }
    calls_release(&calls);
}

/* A server may start relative paths where it was told to: each is judged. */
static void relative_paths_are_read_from_every_folder(void **state)
{
    (void)state;
    struct calls calls;
    calls_init(&calls);
    folder_add_folder(&calls.folder, "ws/sub");
    calls.context.working_folder = calls_below(&calls, "ws/sub");
    struct text folder = calls_below(&calls, "home");
    struct mcp_server server = messages_server("filesystem");
    server.folders = &folder;
    server.folder_count = 1;
    struct demand_vector demands;
    struct error err;
    assert_true(messages_call(&calls, &server, "get_file_info", "{\"path\":\"x\"}", NULL, &demands, &err));
    assert_text(calls_describe(&calls, &demands),
                "file.read|mcp.filesystem.get_file_info|get_file_info @/ws/sub/x\n"
                "file.read|mcp.filesystem.get_file_info|get_file_info @/ws/x\n"
                "file.read|mcp.filesystem.get_file_info|get_file_info @/home/x\n");
    /* And where it was told so only to a shell, in any. */
    server.has_unknown_folders = true;
    assert_true(messages_call(&calls, &server, "get_file_info", "{\"path\":\"x\"}", NULL, &demands, &err));
    assert_text(calls_describe(&calls, &demands), UNKNOWN_READ("get_file_info"));
    assert_true(messages_call(&calls, &server, "get_file_info", "{\"path\":\"/x\"}", NULL, &demands, &err));
    assert_text(calls_describe(&calls, &demands), "file.read|mcp.filesystem.get_file_info|get_file_info /x\n");
    calls_release(&calls);
}

static void other_servers_tools_do_what_they_do(void **state)
{
    (void)state;
    struct calls calls;
    calls_init(&calls);
    folder_add_folder(&calls.folder, "ws/.git");
    folder_add_folder(&calls.folder, "ws/inner/.git");
    static const char *const cases[][4] = {
        {"fetch", "fetch", "{\"url\":\"https://Example.com/x\"}",
         "network.fetch|mcp.fetch.fetch|fetch example.com:443\n"},
        {"fetch", "fetch", "{\"url\":\"file:///etc/passwd\"}",
         "network.fetch|mcp.fetch.fetch|fetch ?\nfile.read|mcp.fetch.fetch|fetch /etc/passwd\n"},
        {"fetch", "fetch", "{\"url\":\"FILE:/etc/passwd\"}",
         "network.fetch|mcp.fetch.fetch|fetch ?\nfile.read|mcp.fetch.fetch|fetch /etc/passwd\n"},
        {"fetch", "fetch", "{\"url\":\"view-source:file:///etc/passwd\"}",
         "network.fetch|mcp.fetch.fetch|fetch ?\nfile.read|mcp.fetch.fetch|fetch ?\nsecrets.read ?\n"},
        {"fetch", "fetch", "{}", "network.fetch|mcp.fetch.fetch|fetch ?\n"},
        {"git", "git_status", "{\"repo_path\":\"@/ws\"}", "git.status|mcp.git.git_status|git_status\n"},
        {"git", "git_status", "{\"repo_path\":\".\"}", "git.status|mcp.git.git_status|git_status\n"},
        {"git", "git_log", "{\"repo_path\":\"@/ws/inner\"}",
         "git.log|mcp.git.git_log|git_log\nshell.exec|mcp.git.git_log|git_log ?\n"},
        {"git", "git_log", "{\"repo_path\":\"/other\"}",
         "git.log|mcp.git.git_log|git_log\nshell.exec|mcp.git.git_log|git_log ?\n"},
        {"git", "git_log", "{}", "git.log|mcp.git.git_log|git_log\nshell.exec|mcp.git.git_log|git_log ?\n"},
        {"git", "git_diff", "{\"repo_path\":\"@/ws\",\"target\":\"main\"}",
         "git.diff|mcp.git.git_diff|git_diff\n"},
        {"git", "git_diff", "{\"repo_path\":\"@/ws\",\"target\":\"--output=/ws/.aex/policy.aex\"}",
         "git.diff|mcp.git.git_diff|git_diff\nfile.write|mcp.git.git_diff|git_diff ?\n"
         "aex.configure ?\nsecrets.read ?\n"},
        {"git", "git_checkout", "{\"repo_path\":\"@/ws\",\"branch_name\":\"b\"}",
         "git.checkout|mcp.git.git_checkout|git_checkout b\nshell.exec|mcp.git.git_checkout|git_checkout ?\n"},
        {"memory", "read_graph", "{}", "memory.read|mcp.memory.read_graph|read_graph\n"},
        {"memory", "create_entities", "{}", "memory.write|mcp.memory.create_entities|create_entities\n"},
        {"sqlite", "read_query", "{\"query\":\"SELECT 1\"}",
         "db.read|mcp.sqlite.read_query|read_query SELECT 1\n"},
        {"sqlite", "write_query", "{\"query\":\"insert into t values(1)\"}",
         "db.write|mcp.sqlite.write_query|write_query insert into t values(1)\n"},
        {"sqlite", "write_query", "{\"query\":\"ATTACH '/ws/x' AS y\"}",
         "db.write|mcp.sqlite.write_query|write_query ATTACH '/ws/x' AS y\n"
         "file.write|mcp.sqlite.write_query|write_query ?\naex.configure ?\nsecrets.read ?\n"},
        {"sqlite", "write_query", "{\"query\":\"/**/VACUUM INTO 'x'\"}",
         "db.write|mcp.sqlite.write_query|write_query /**/VACUUM INTO 'x'\n"
         "file.write|mcp.sqlite.write_query|write_query ?\naex.configure ?\nsecrets.read ?\n"},
        {"sqlite", "append_insight", "{}", "mcp.sqlite.append_insight|append_insight ?\n"},
        {"postgres", "query", "{\"sql\":\" select 1; \"}", "db.read|mcp.postgres.query|query  select 1; \n"},
        {"postgres", "query", "{\"sql\":\"COMMIT; DROP TABLE t\"}",
         "db.read|mcp.postgres.query|query COMMIT; DROP TABLE t\n"
         "db.write|mcp.postgres.query|query COMMIT; DROP TABLE t\n"},
        {"postgres", "query", "{\"sql\":\"select 1; drop table t\"}",
         "db.read|mcp.postgres.query|query select 1; drop table t\n"
         "db.write|mcp.postgres.query|query select 1; drop table t\n"},
        {"postgres", "query", "{}",
         "db.read|mcp.postgres.query|query ?\ndb.write|mcp.postgres.query|query ?\n"},
        {"github", "get_issue", "{\"owner\":\"Acme\",\"repo\":\"App\",\"issue_number\":1}",
         "github.read|mcp.github.get_issue|get_issue acme/app\n"},
        {"github", "get_issue", "{\"owner\":\"acme\",\"repo\":\"../other/secret\"}",
         "github.read|mcp.github.get_issue|get_issue ?\n"},
        {"github", "get_issue", "{\"owner\":\"acme\"}", "github.read|mcp.github.get_issue|get_issue ?\n"},
        {"github", "get_issue", "{\"owner\":\"good\",\"repo\":\"repo\",\"Owner\":\"evil\"}",
         "github.read|mcp.github.get_issue|get_issue ?\n"},
        {"github", "get_issue", "{\"Repo\":\"evil\",\"owner\":\"good\",\"repo\":\"repo\"}",
         "github.read|mcp.github.get_issue|get_issue ?\n"},
        {"github", "push_files",
         "{\"owner\":\"acme\",\"repo\":\"app\",\"branch\":\"feature\",\"BRANCH\":\"main\"}",
         "git.push|github.push|mcp.github.push_files|push_files ?\n"},
        {"fetch", "fetch", "{\"url\":\"https://a.b/\",\"Url\":\"https://c.d/\"}",
         "network.fetch|mcp.fetch.fetch|fetch ?\n"},
        {"git", "git_status", "{\"repo_path\":\"@/ws\",\"Repo_Path\":\"/other\"}",
         "git.status|mcp.git.git_status|git_status\nshell.exec|mcp.git.git_status|git_status ?\n"},
        {"git", "git_diff", "{\"repo_path\":\"@/ws\",\"target\":\"main\",\"Target\":\"--output=x\"}",
         "git.diff|mcp.git.git_diff|git_diff\nfile.write|mcp.git.git_diff|git_diff ?\n"
         "aex.configure ?\nsecrets.read ?\n"},
        {"sqlite", "read_query", "{\"query\":\"select 1\",\"Query\":\"drop table t\"}",
         "db.read|mcp.sqlite.read_query|read_query ?\ndb.write|mcp.sqlite.read_query|read_query ?\n"},
        /* One that may be missing is there in either spelling. */
        {"playwright", "browser_snapshot", "{\"Filename\":\"a\"}",
         "browser.read|mcp.playwright.browser_snapshot|browser_snapshot\n"
         "file.write|mcp.playwright.browser_snapshot|browser_snapshot ?\n"
         "aex.configure ?\nsecrets.read ?\n"},
        {"playwright", "browser_snapshot", "{\"filename\":null,\"File\":\"a\"}",
         "browser.read|mcp.playwright.browser_snapshot|browser_snapshot\n"},
        {"github", "push_files", "{\"owner\":\"acme\",\"repo\":\"app\",\"branch\":\"feature/x\"}",
         "git.push|github.push|mcp.github.push_files|push_files acme/app/feature/x\n"},
        {"github", "merge_pull_request", "{\"owner\":\"acme\",\"repo\":\"app\"}",
         "git.push|github.push|mcp.github.merge_pull_request|merge_pull_request ?\n"},
        {"github", "search_code", "{\"q\":\"x\"}", "github.read|mcp.github.search_code|search_code ?\n"},
        {"playwright", "browser_navigate", "{\"url\":\"http://localhost:8080/\"}",
         "network.fetch|mcp.playwright.browser_navigate|browser_navigate localhost:8080\n"},
        {"playwright", "browser_navigate", "{\"url\":\"localhost:8080\"}",
         "network.fetch|mcp.playwright.browser_navigate|browser_navigate ?\n"},
        {"playwright", "browser_navigate", "{\"url\":\"about:blank\"}",
         "network.fetch|mcp.playwright.browser_navigate|browser_navigate ?\n"},
        {"playwright", "browser_click", "{\"target\":\"e1\"}",
         "browser.act|mcp.playwright.browser_click|browser_click\n"},
        {"playwright", "browser_file_upload", "{\"paths\":[\"@/ws/.env\"]}",
         "browser.act|mcp.playwright.browser_file_upload|browser_file_upload\n"
         "file.read|mcp.playwright.browser_file_upload|browser_file_upload @/ws/.env\nsecrets.read "
         "@/ws/.env\n"},
        {"playwright", "browser_take_screenshot", "{}",
         "browser.read|mcp.playwright.browser_take_screenshot|browser_take_screenshot\n"},
        {"playwright", "browser_take_screenshot", "{\"filename\":\".claude/settings.json\"}",
         "browser.read|mcp.playwright.browser_take_screenshot|browser_take_screenshot\n"
         "file.write|mcp.playwright.browser_take_screenshot|browser_take_screenshot "
         "@/ws/.claude/settings.json\n"
         "aex.configure @/ws/.claude/settings.json\n"},
        {"playwright", "browser_run_code_unsafe", "{\"code\":\"x\"}",
         "shell.exec|mcp.playwright.browser_run_code_unsafe|browser_run_code_unsafe x\n"},
        {"everything", "get-env", "{}", "secrets.read ?\nmcp.everything.get-env|get-env ?\n"},
        {"everything", "echo", "{}", "mcp.everything.echo|echo ?\n"},
        {"everything", "gzip-file-as-resource", "{\"data\":\"https://a.b/c\"}",
         "network.fetch|mcp.everything.gzip-file-as-resource|gzip-file-as-resource a.b:443\n"},
        {"everything", "gzip-file-as-resource", "{}",
         "mcp.everything.gzip-file-as-resource|gzip-file-as-resource ?\n"},
        /* A kind that is not known, and a tool that is called like a method. */
        {"other", "read_file", "{\"path\":\"@/ws/.env\"}", "mcp.other.read_file|read_file ?\n"},
        {"other", "resources.read", "{}", "mcp.other.tools.resources.read|resources.read ?\n"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        expect_call(&calls, cases[i][0], cases[i][1], cases[i][2], cases[i][3]);
    }
    calls_release(&calls);
}

static void methods_demand_by_their_names(void **state)
{
    (void)state;
    struct calls calls;
    calls_init(&calls);
    static const char *const cases[][3] = {
        {"initialize", "{}", ""},
        {"ping", "{}", ""},
        {"server/discover", "{}", ""},
        {"notifications/initialized", "{}", ""},
        {"notifications/cancelled", "{}", ""},
        {"tools/list", "{}", "mcp.s.tools.list\n"},
        {"resources/list", "{}", "mcp.s.resources.list\n"},
        {"resources/templates/list", "{}", "mcp.s.resources.templates.list\n"},
        {"prompts/list", "{}", "mcp.s.prompts.list\n"},
        {"resources/read", "{\"uri\":\"memo://x\"}", "mcp.s.resources.read memo://x\n"},
        {"resources/read", "{\"uri\":\"file:///etc/passwd\"}",
         "mcp.s.resources.read file:///etc/passwd\nfile.read /etc/passwd\n"},
        {"resources/read", "{\"uri\":\"file://localhost/a%20b\"}",
         "mcp.s.resources.read file://localhost/a%20b\nfile.read /a b\n"},
        {"resources/read", "{\"uri\":\"FILE:///x/%2e%2e/.env\"}",
         "mcp.s.resources.read FILE:///x/%2e%2e/.env\nfile.read /.env\nsecrets.read /.env\n"},
        {"resources/read", "{\"uri\":\"file://host/x\"}",
         "mcp.s.resources.read file://host/x\nfile.read ?\nsecrets.read ?\n"},
        {"resources/read", "{\"uri\":\"file:///a%2fb\"}",
         "mcp.s.resources.read file:///a%2fb\nfile.read ?\nsecrets.read ?\n"},
        {"resources/read", "{\"uri\":\"file:///a%00b\"}",
         "mcp.s.resources.read file:///a%00b\nfile.read ?\nsecrets.read ?\n"},
        {"resources/read", "{\"uri\":\" file:///etc/passwd\"}",
         "mcp.s.resources.read  file:///etc/passwd\nfile.read ?\nsecrets.read ?\nnetwork.fetch ?\n"},
        {"resources/read", "{\"uri\":\"fi\\tle:///etc/passwd\"}",
         "mcp.s.resources.read fi\tle:///etc/passwd\nfile.read ?\nsecrets.read ?\nnetwork.fetch ?\n"},
        {"resources/read", "{\"uri\":\"https://a.b/c\"}",
         "mcp.s.resources.read https://a.b/c\nnetwork.fetch a.b:443\n"},
        /* Without a scheme it is a path to some servers, from where they stand or from the workspace's root. */
        {"resources/read", "{\"uri\":\"/x/../y/.env\"}",
         "mcp.s.resources.read /x/../y/.env\nfile.read /y/.env\nsecrets.read /y/.env\n"},
        {"resources/read", "{\"uri\":\"src/a\"}", "mcp.s.resources.read src/a\nfile.read @/ws/src/a\n"},
        {"resources/read", "{\"uri\":\"~/a\"}", "mcp.s.resources.read ~/a\nfile.read ?\nsecrets.read ?\n"},
        {"resources/read", "{\"uri\":\"1:a\"}", "mcp.s.resources.read 1:a\nfile.read @/ws/1:a\n"},
        {"resources/read", "{\"uri\":\"s%65cret\"}",
         "mcp.s.resources.read s%65cret\nfile.read ?\nsecrets.read ?\n"},
        {"resources/read", "{\"uri\":\"secret?x\"}",
         "mcp.s.resources.read secret?x\nfile.read ?\nsecrets.read ?\n"},
        {"resources/read", "{\"uri\":\"secret#x\"}",
         "mcp.s.resources.read secret#x\nfile.read ?\nsecrets.read ?\n"},
        {"resources/read", "{\"uri\":\"a\\\\b\"}", "mcp.s.resources.read a\\b\nfile.read ?\nsecrets.read ?\n"},
        {"resources/read", "{\"uri\":\"//host/x\"}",
         "mcp.s.resources.read //host/x\nfile.read ?\nsecrets.read ?\nnetwork.fetch ?\n"},
        {"resources/read", "{\"uri\":\"\"}", "mcp.s.resources.read \nfile.read ?\nsecrets.read ?\n"},
        {"resources/subscribe", "{\"uri\":\".env\"}",
         "mcp.s.resources.subscribe .env\nfile.read @/ws/.env\nsecrets.read @/ws/.env\n"},
        {"subscriptions/listen", "{\"notifications\":{\"resourceSubscriptions\":[\"/x\"]}}",
         "mcp.s.subscriptions.listen\nmcp.s.resources.subscribe /x\nfile.read /x\n"},
        {"resources/read", "{}", "error: resources/read: \"uri\" must be a string\n"},
        {"resources/read", "{\"uri\":[\"x\"]}", "error: resources/read: \"uri\" must be a string\n"},
        {"resources/subscribe", "{\"uri\":\"file:///x/.env\"}",
         "mcp.s.resources.subscribe file:///x/.env\nfile.read /x/.env\nsecrets.read /x/.env\n"},
        {"resources/unsubscribe", "{\"uri\":\"x\"}", "mcp.s.resources.unsubscribe\n"},
        {"subscriptions/listen", "{\"notifications\":{\"toolsListChanged\":true}}",
         "mcp.s.subscriptions.listen\n"},
        {"subscriptions/listen", "{\"notifications\":{\"resourceSubscriptions\":[\"a:b\"]}}",
         "mcp.s.subscriptions.listen\nmcp.s.resources.subscribe a:b\n"},
        {"subscriptions/listen", "{\"notifications\":{\"resourceSubscriptions\":[1]}}",
         "error: subscriptions/listen: a resource must be a string\n"},
        {"prompts/get", "{\"name\":\"p\"}", "mcp.s.prompts.get p\n"},
        {"prompts/get", "{}", "error: prompts/get: \"name\" must be a string\n"},
        {"completion/complete", "{\"ref\":{\"type\":\"ref/prompt\",\"name\":\"p\"}}",
         "mcp.s.completion.complete p\n"},
        {"completion/complete", "{}",
         "error: completion/complete: \"ref\" names neither a prompt nor a resource\n"},
        {"tasks/get", "{\"taskId\":\"t\"}", "mcp.s.tasks.get t\n"},
        {"tasks/list", "{}", "mcp.s.tasks.list\n"},
        {"logging/setLevel", "{}", "mcp.s.logging.setLevel\n"},
        {"sampling/createMessage", "{}", "mcp.s.sampling.createMessage\n"},
        {"elicitation/create", "{}", "mcp.s.elicitation.create\n"},
        {"roots/list", "{}", "mcp.s.roots.list\n"},
        {"Tools/call", "{\"name\":\"x\"}", "mcp.s.Tools.call ?\n"},
        {"vendor/do.it", "{}", "mcp.s.vendor.do.it ?\n"},
        {"notifications/other", "{}", "mcp.s.notifications.other ?\n"},
        {"tasks/other", "{}", "mcp.s.tasks.other ?\n"},
        {"a b", "{}", "error: a method that holds \" \"\n"},
        {"a*", "{}", "error: a method that holds \"*\"\n"},
        {"", "{}", "error: a method without a name\n"},
        {"tools/call", "{\"name\":3}", "error: tools/call: \"name\" must be a string\n"},
        {"tools/call", "[]", "error: tools/call: \"name\" must be a string\n"},
        {"tools/call", "{\"name\":\"x\",\"arguments\":[]}",
         "error: tools/call: \"arguments\" must be an object\n"},
        {"tools/call", "{\"name\":\"x\",\"arguments\":null}", "mcp.s.x|x ?\n"},
        {"tools/call", "{\"name\":\"x\"}", "mcp.s.x|x ?\n"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        expect_method(&calls, cases[i][0], cases[i][1], cases[i][2]);
    }
    assert_int_equal(mcp_method_class(TEXT("ping")), MCP_PROTOCOL);
    assert_int_equal(mcp_method_class(TEXT("tools/list")), MCP_LIST);
    assert_int_equal(mcp_method_class(TEXT("tools/call")), MCP_DEMANDS);
    assert_int_equal(mcp_method_class(TEXT("Ping")), MCP_DEMANDS);
    calls_release(&calls);
}

static enum verdict verdict_of(struct calls *calls, const char *method, const char *params, const char *rules)
{
    struct mcp_server server = {.name = TEXT("s")};
    struct demand_vector demands;
    struct error err;
    const struct policy *policy = messages_policy(calls, rules);
    assert_true(demand_of_mcp_request(&server, text_of(method), messages_json(calls, params), policy,
                                      &calls->context, &calls->arena, &demands, &err));
    return demand_judge_built(&demands, policy, &calls->arena).verdict;
}

static void methods_are_judged_like_tools(void **state)
{
    (void)state;
    struct calls calls;
    calls_init(&calls);
    static const struct {
        const char *method;
        const char *params;
        const char *rules;
        enum verdict verdict;
    } cases[] = {
        {"tools/list", "{}", "allow x", VERDICT_ALLOW},
        {"resources/list", "{}", "allow x\ndeny mcp.s.*", VERDICT_DENY},
        {"tasks/get", "{\"taskId\":\"t\"}", "allow x", VERDICT_ALLOW},
        {"logging/setLevel", "{}", "allow x", VERDICT_ALLOW},
        {"roots/list", "{}", "allow x", VERDICT_DENY},
        {"roots/list", "{}", "allow mcp.s.roots.list", VERDICT_ALLOW},
        {"sampling/createMessage", "{}", "allow *\ndeny mcp.s.sampling.*", VERDICT_DENY},
        {"elicitation/create", "{}", "allow mcp.s.*\nconfirm before mcp.s.elicitation.create", VERDICT_ASK},
        {"resources/read", "{\"uri\":\"memo://a\"}", "allow mcp.s.resources.read:memo://*", VERDICT_ALLOW},
        {"resources/read", "{\"uri\":\"other://a\"}", "allow mcp.s.resources.read:memo://*", VERDICT_DENY},
        {"resources/read", "{\"uri\":\"file:///etc/passwd\"}", "allow mcp.s.*", VERDICT_DENY},
        {"resources/read", "{\"uri\":\"file:///etc/passwd\"}", "allow mcp.s.*, file.read:/etc/passwd",
         VERDICT_ALLOW},
        {"resources/read", "{\"uri\":\"https://a.b\"}", "allow mcp.s.*, network.fetch:c.d", VERDICT_DENY},
        {"resources/read", "{\"uri\":\"private/a\"}", "allow mcp.s.*, file.read\ndeny file.read:private/**",
         VERDICT_DENY},
        {"resources/read", "{\"uri\":\"open/a\"}", "allow mcp.s.*, file.read\ndeny file.read:private/**",
         VERDICT_ALLOW},
        {"resources/read", "{\"uri\":\"open/a\"}", "allow mcp.s.*", VERDICT_DENY},
        {"resources/read", "{\"uri\":\"open/../private/a\"}",
         "allow mcp.s.*, file.read\ndeny file.read:private/**", VERDICT_DENY},
        {"prompts/get", "{\"name\":\"p\"}", "allow mcp.s.prompts.get:q", VERDICT_DENY},
        /* Nobody knows what it does, so an allow has to spell it out. */
        {"vendor/x", "{}", "allow *", VERDICT_DENY},
        {"vendor/x", "{}", "allow mcp.s.*", VERDICT_DENY},
        {"vendor/x", "{}", "allow mcp.s.vendor.*", VERDICT_DENY},
        {"vendor/x", "{}", "allow mcp.s.vendor.x", VERDICT_ALLOW},
        {"vendor/x", "{}", "allow mcp.s.vendor.x\ndeny mcp.*", VERDICT_DENY},
        {"subscriptions/listen", "{\"notifications\":{\"toolsListChanged\":true}}", "allow x", VERDICT_ALLOW},
        {"subscriptions/listen", "{\"notifications\":{\"newThing\":[\"file:///etc\"]}}", "allow *",
         VERDICT_DENY},
        {"subscriptions/listen", "{}", "allow *", VERDICT_DENY},
        /* A tool that is called like a method is not allowed by it, nor by a wildcard that means the server's.
         */
        {"tools/call", "{\"name\":\"resources.read\"}", "allow mcp.s.resources.*", VERDICT_DENY},
        {"tools/call", "{\"name\":\"file.read\"}", "allow file.*", VERDICT_DENY},
        {"tools/call", "{\"name\":\"git\"}", "allow git.*", VERDICT_DENY},
        {"tools/call", "{\"name\":\"git\"}", "allow git", VERDICT_ALLOW},
        {"tools/call", "{\"name\":\"git\"}", "allow mcp.s.git", VERDICT_ALLOW},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        enum verdict verdict = verdict_of(&calls, cases[i].method, cases[i].params, cases[i].rules);
        if (verdict != cases[i].verdict) {
            fail_msg("%s %s by \"%s\": %s", cases[i].method, cases[i].params, cases[i].rules,
                     verdict_name(verdict));
        }
    }
    calls_release(&calls);
}

static void a_message_has_limits(void **state)
{
    (void)state;
    struct calls calls;
    calls_init(&calls);
    struct builder many;
    builder_init(&many, &calls.arena);
    builder_add_c(&many, "{\"paths\":[\"x\"");
    for (size_t i = 0; i < LIMIT_DEMANDS; i++) {
        builder_add_c(&many, ",\"x\"");
    }
    builder_add_c(&many, "]}");
    struct mcp_server server = messages_server("filesystem");
    struct demand_vector demands;
    struct error err;
    assert_false(
        messages_call(&calls, &server, "read_multiple_files", builder_text(&many).data, NULL, &demands, &err));
    server.name = TEXT("a.b");
    assert_false(messages_call(&calls, &server, "read_file", "{}", NULL, &demands, &err));
    calls_release(&calls);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_file_servers_paths_are_resources),
        cmocka_unit_test(relative_paths_are_read_from_every_folder),
        cmocka_unit_test(other_servers_tools_do_what_they_do),
        cmocka_unit_test(methods_demand_by_their_names),
        cmocka_unit_test(methods_are_judged_like_tools),
        cmocka_unit_test(a_message_has_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
