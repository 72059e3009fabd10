/* SPDX-License-Identifier: Apache-2.0 */
/* What policies' `map` lines do: for the layer they stand in, for every kind of rule, and never for what is
 * protected. */
#include "support/property.h"
#include "unit/demand/messages.h"

struct map_case {
    const char *rules; /* layers, separated by "---" */
    const char *tool;
    const char *arguments;
    enum verdict verdict;
};

static void expect_cases(struct calls *calls, const char *server_name, const struct map_case *cases,
                         size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct mcp_server server = messages_server(server_name);
        const struct policy *policy = messages_policy(calls, cases[i].rules);
        enum verdict verdict = messages_verdict(calls, &server, cases[i].tool, cases[i].arguments, policy);
        if (verdict != cases[i].verdict) {
            fail_msg("%s %s by\n%s\n%s", cases[i].tool, cases[i].arguments, cases[i].rules,
                     verdict_name(verdict));
        }
    }
}

static void a_map_adds_a_name(void **state)
{
    (void)state;
    struct calls calls;
    calls_init(&calls);
    folder_add_folder(&calls.folder, "ws/src");
    folder_add_file(&calls.folder, "ws/src/.env", "");
    static const struct map_case cases[] = {
        {"map grab@s as file.read:args.path\nallow file.read", "grab", "{\"path\":\"a\"}", VERDICT_ALLOW},
        {"map grab as file.read:args.path\nallow file.read", "grab", "{\"path\":\"a\"}", VERDICT_ALLOW},
        {"map grab@other as file.read:args.path\nallow file.read", "grab", "{\"path\":\"a\"}", VERDICT_DENY},
        {"map Grab@s as file.read:args.path\nallow file.read", "grab", "{\"path\":\"a\"}", VERDICT_DENY},
        {"map grab@s as file.read:args.path\nallow file.read:src/**", "grab", "{\"path\":\"a\"}", VERDICT_DENY},
        {"map grab@s as file.read:args.path\nallow file.read:src/**", "grab", "{\"path\":\"src/a\"}",
         VERDICT_ALLOW},
        {"map grab@s as file.read:args.path\nallow file.read:src/**", "grab", "{\"path\":\"src/../a\"}",
         VERDICT_DENY},
        {"map grab@s as file.read:args.path\nallow file.read", "grab", "{\"path\":\"/etc/passwd\"}",
         VERDICT_DENY},
        /* A list is all of its members. */
        {"map grab@s as file.read:args.path\nallow file.read:src/**", "grab",
         "{\"path\":[\"src/a\",\"src/b\"]}", VERDICT_ALLOW},
        {"map grab@s as file.read:args.path\nallow file.read:src/**", "grab", "{\"path\":[\"src/a\",\"b\"]}",
         VERDICT_DENY},
        /* No usable value is something unknown. */
        {"map grab@s as file.read:args.path\nallow file.read", "grab", "{}", VERDICT_DENY},
        {"map grab@s as file.read:args.path\nallow file.read", "grab", "{\"path\":[]}", VERDICT_DENY},
        {"map grab@s as file.read:args.path\nallow file.read", "grab", "{\"path\":{\"a\":\"b\"}}",
         VERDICT_DENY},
        {"map grab@s as file.read:args.path\nallow file.read", "grab", "{\"path\":\" a\"}", VERDICT_DENY},
        {"map grab@s as file.read\nallow file.read", "grab", "{\"path\":\"a\"}", VERDICT_DENY},
        {"map q@s as db.read\nallow db.read", "q", "{}", VERDICT_ALLOW},
        {"map q@s as db.read:args.table\nallow db.read", "q", "{}", VERDICT_ALLOW},
        {"map q@s as db.read:args.table\nallow db.read:users", "q", "{}", VERDICT_DENY},
        {"map q@s as db.read:args.table\nallow db.read:users", "q", "{\"table\":\"users\"}", VERDICT_ALLOW},
        {"map q@s as db.read:args.id\nallow db.read:7", "q", "{\"id\":7}", VERDICT_ALLOW},
        {"map q@s as db.read:args.id\nallow db.read:7", "q", "{\"id\":7.0}", VERDICT_DENY},
        {"map q@s as network.fetch:args.url\nallow network.fetch:a.b", "q", "{\"url\":\"https://a.b/c\"}",
         VERDICT_ALLOW},
        {"map q@s as network.fetch:args.url\nallow network.fetch:a.b", "q", "{\"url\":\"https://c.d/?a.b\"}",
         VERDICT_DENY},
        /* Deny and confirm go by any name, the tool's own ones included. */
        {"map q@s as db.read\nallow mcp.s.q\ndeny db.*", "q", "{}", VERDICT_DENY},
        {"map q@s as db.read\nallow db.read\ndeny mcp.s.*", "q", "{}", VERDICT_DENY},
        {"map q@s as db.read\nallow db.read\ndeny q", "q", "{}", VERDICT_DENY},
        {"map q@s as db.read\nallow mcp.s.q\nconfirm before db.read", "q", "{}", VERDICT_ASK},
        {"map grab@s as file.read:args.path\nallow mcp.s.grab\ndeny file.read:private/**", "grab",
         "{\"path\":\"private/a\"}", VERDICT_DENY},
        {"map grab@s as file.read:args.path\nallow mcp.s.grab\ndeny file.read:private/**", "grab",
         "{\"path\":\"a\"}", VERDICT_ALLOW},
        /* The tool's own names allow as without a map. */
        {"map q@s as db.read\nallow mcp.s.q", "q", "{}", VERDICT_ALLOW},
        /* Two maps of one tool are two things it does. */
        {"map mv@s as file.delete:args.a\nmap mv@s as file.write:args.b\nallow file.write:src/**", "mv",
         "{\"a\":\"src/x\",\"b\":\"src/y\"}", VERDICT_ALLOW},
        {"map mv@s as file.delete:args.a\nmap mv@s as file.write:args.b\nallow file.write:src/**", "mv",
         "{\"a\":\"x\",\"b\":\"src/y\"}", VERDICT_DENY},
        {"map mv@s as file.delete:args.a\nmap mv@s as file.write:args.b\nallow file.write\ndeny file.delete",
         "mv", "{\"a\":\"x\",\"b\":\"y\"}", VERDICT_DENY},
        /* A folder is all that is in it. */
        {"map grab@s as file.read:args.path\nallow file.read:src", "grab", "{\"path\":\"src\"}", VERDICT_DENY},
        {"map grab@s as file.read:args.path\nallow file.read:src/**", "grab", "{\"path\":\"src\"}",
         VERDICT_DENY},
        {"map grab@s as file.read:args.path\nallow file.read:src/**, secrets.read:src/.env", "grab",
         "{\"path\":\"src\"}", VERDICT_ALLOW},
    };
    expect_cases(&calls, "s", cases, COUNT_OF(cases));
    calls_release(&calls);
}

static void each_layer_has_its_own_maps(void **state)
{
    (void)state;
    struct calls calls;
    calls_init(&calls);
    static const struct map_case cases[] = {
        {"map q@s as db.read\nallow db.read\n---\nallow db.read", "q", "{}", VERDICT_DENY},
        {"map q@s as db.read\nallow db.read\n---\nallow mcp.s.q", "q", "{}", VERDICT_ALLOW},
        {"map q@s as db.read\nallow db.read\n---\nmap q as x.y\nallow x.y", "q", "{}", VERDICT_ALLOW},
        {"map q@s as db.read\nallow db.read\n---\nmap q as x.y\nallow db.read", "q", "{}", VERDICT_DENY},
        {"map q@s as db.read\nallow db.read\n---\nallow *\ndeny db.*", "q", "{}", VERDICT_ALLOW},
        {"allow *\n---\nmap q as x.y\nallow mcp.*\ndeny x.y", "q", "{}", VERDICT_DENY},
        {"allow *\n---\nmap q as x.y\nallow mcp.*\nconfirm before x.*", "q", "{}", VERDICT_ASK},
    };
    expect_cases(&calls, "s", cases, COUNT_OF(cases));
    calls_release(&calls);
}

static void no_map_opens_what_is_protected(void **state)
{
    (void)state;
    struct calls calls;
    calls_init(&calls);
    folder_add_file(&calls.folder, "ws/.env", "");
    static const struct map_case cases[] = {
        {"map grab@s as file.read:args.path\nallow *", "grab", "{\"path\":\".env\"}", VERDICT_DENY},
        {"map grab@s as file.read:args.path\nallow *, secrets.read", "grab", "{\"path\":\".env\"}",
         VERDICT_ALLOW},
        {"map grab@s as file.read:args.path\nallow file.*", "grab", "{\"path\":\".env\"}", VERDICT_DENY},
        {"map grab@s as file.read:args.path\nallow mcp.*, file.*", "grab", "{\"path\":\".env\"}", VERDICT_DENY},
        {"map grab@s as file.read:args.path\nmap grab@s as x.y\nallow x.y, file.read", "grab",
         "{\"path\":\".env\"}", VERDICT_DENY},
        {"map put@s as file.write:args.path\nallow *", "put", "{\"path\":\".aex/policy.aex\"}", VERDICT_DENY},
        {"map put@s as x.y:args.path\nmap put@s as file.write:args.path\nallow *, aex.configure", "put",
         "{\"path\":\".aex/policy.aex\"}", VERDICT_DENY},
        {"# user\nmap put@s as file.write:args.path\nallow *, aex.configure", "put",
         "{\"path\":\".aex/policy.aex\"}", VERDICT_ALLOW},
        /* Found by one layer's map, judged by all. */
        {"allow *\n---\nmap grab@s as file.read:args.path\nallow mcp.*, file.*", "grab", "{\"path\":\".env\"}",
         VERDICT_DENY},
        {"map run@s as shell.exec:args.line\nallow shell.exec, file.*", "run", "{\"line\":\"ls\"}",
         VERDICT_ALLOW},
        {"map run@s as shell.exec:args.line\nallow shell.exec, file.*", "run", "{\"line\":\"cat .env\"}",
         VERDICT_DENY},
        {"map run@s as shell.exec:args.line\nallow shell.exec, file.*", "run",
         "{\"line\":\"echo > .aex/policy.aex\"}", VERDICT_DENY},
        {"map run@s as shell.exec:args.line\nallow shell.exec\ndeny git.push", "run",
         "{\"line\":\"git push origin main\"}", VERDICT_DENY},
        {"map run@s as shell.exec:args.line\nallow git.*, file.*", "run", "{\"line\":\"git status\"}",
         VERDICT_DENY},
    };
    expect_cases(&calls, "s", cases, COUNT_OF(cases));
    calls_release(&calls);
}

static void built_in_maps_and_own_ones_go_together(void **state)
{
    (void)state;
    struct calls calls;
    calls_init(&calls);
    static const struct map_case cases[] = {
        {"allow file.read:src/**", "read_file", "{\"path\":\"src/a\"}", VERDICT_ALLOW},
        {"allow file.read:src/**", "read_file", "{\"path\":\"a\"}", VERDICT_DENY},
        {"allow file.read:src/**", "read_multiple_files", "{\"paths\":[\"src/a\",\"a\"]}", VERDICT_DENY},
        {"allow file.read, file.write:src/**", "move_file", "{\"source\":\"src/a\",\"destination\":\"src/b\"}",
         VERDICT_ALLOW},
        {"allow file.read, file.write:src/**", "move_file", "{\"source\":\"src/a\",\"destination\":\"b\"}",
         VERDICT_DENY},
        {"allow mcp.filesystem.*", "read_file", "{\"path\":\"src/a\"}", VERDICT_ALLOW},
        {"allow mcp.filesystem.*", "read_file", "{\"path\":\"/etc/passwd\"}", VERDICT_DENY},
        {"allow mcp.filesystem.read_file", "read_file", "{\"path\":\"/etc/passwd\"}", VERDICT_ALLOW},
        {"allow mcp.filesystem.read_file", "read_file", "{\"path\":\"/x/.env\"}", VERDICT_DENY},
        {"allow mcp.filesystem.*\ndeny file.write", "write_file", "{\"path\":\"a\"}", VERDICT_DENY},
        {"allow file.*", "list_allowed_directories", "{}", VERDICT_ALLOW},
        {"allow file.*\ndeny agent.control", "list_allowed_directories", "{}", VERDICT_DENY},
        {"allow file.*", "unlisted", "{\"path\":\"a\"}", VERDICT_DENY},
        {"map read_file@filesystem as docs.read:args.path\nallow docs.read", "read_file", "{\"path\":\"a\"}",
         VERDICT_ALLOW},
        {"map read_file@filesystem as docs.read:args.path\nallow file.read", "read_file", "{\"path\":\"a\"}",
         VERDICT_ALLOW},
        {"map read_file@filesystem as docs.read:args.path\nallow docs.read\ndeny file.read:a", "read_file",
         "{\"path\":\"a\"}", VERDICT_DENY},
        {"map read_file@filesystem as docs.read:args.path\nallow docs.read", "read_file", "{\"path\":\".env\"}",
         VERDICT_DENY},
        /* One file by one wording and the other by the other is neither. */
        {"map read_multiple_files as docs.read:args.paths\nallow docs.read:*/d, file.read:f",
         "read_multiple_files", "{\"paths\":[\"d\",\"f\"]}", VERDICT_DENY},
    };
    expect_cases(&calls, "filesystem", cases, COUNT_OF(cases));
    calls_release(&calls);
}

static enum verdict hook_verdict(struct calls *calls, const char *tool, const char *server,
                                 const char *arguments, const char *rules)
{
    struct judgement judgement;
    struct error err;
    const struct policy *policy = messages_policy(calls, rules);
    const struct json *input = messages_json(calls, arguments);
    struct hook_call call = {
        .tool = text_of(tool), .mcp_server = text_of(server), .arguments = input, .input = input};
    if (!demand_judge(&agent_claude, &call, policy, &calls->context, &calls->arena, &judgement, &err)) {
        return VERDICT_DENY;
    }
    return judgement.decision.verdict;
}

static void hooks_have_maps_too(void **state)
{
    (void)state;
    struct calls calls;
    calls_init(&calls);
    static const struct {
        const char *tool;
        const char *server;
        const char *arguments;
        const char *rules;
        enum verdict verdict;
    } cases[] = {
        {"mcp__s__grab", "s", "{\"path\":\"a\"}", "map grab@s as file.read:args.path\nallow file.read",
         VERDICT_ALLOW},
        {"mcp__s__grab", "", "{\"path\":\"a\"}", "map grab@s as file.read:args.path\nallow file.read",
         VERDICT_ALLOW},
        {"mcp__s__grab", "s", "{\"path\":\"src/a\",\"Path\":\"b\"}",
         "map grab@s as file.read:args.path\nallow file.read:src/**", VERDICT_DENY},
        {"mcp__s__grab", "s", "{\"path\":\".env\"}", "map grab@s as file.read:args.path\nallow file.read",
         VERDICT_DENY},
        {"mcp__s__grab", "s", "{\"path\":\".env\"}", "map grab@s as file.read:args.path\nallow mcp.*",
         VERDICT_DENY},
        /* The built-in tables are about what a command starts, which a hook does not see. */
        {"mcp__filesystem__read_file", "filesystem", "{\"path\":\"a\"}", "allow file.read", VERDICT_DENY},
        /* The agent wrote "_" for a dot: a map for what could be meant restricts, and does not allow. */
        {"mcp__my_s__grab", "my.s", "{\"path\":\"a\"}", "map grab@my.s as file.read:args.path\nallow file.read",
         VERDICT_DENY},
        {"mcp__my_s__grab", "my.s", "{\"path\":\"a\"}",
         "map grab@my.s as file.read:args.path\nallow mcp.*\ndeny file.read", VERDICT_DENY},
        {"mcp__my_s__grab", "my.s", "{\"path\":\".env\"}",
         "map grab@my.s as file.read:args.path\nallow mcp.*, file.*", VERDICT_DENY},
        {"mcp__my_s__grab", "my.s", "{\"path\":\"a\"}", "map grab@my_s as file.read:args.path\nallow file.read",
         VERDICT_ALLOW},
        {"mcp__my_s__grab", "my.s", "{\"path\":\"a\"}",
         "map grab@my-s as file.read:args.path\nallow mcp.*\ndeny "
         "file.read",
         VERDICT_ALLOW},
        /* Every reading has to be allowed, each by its own maps. */
        {"mcp__a__b__c", "", "{}", "map c@a__b as x.y\nallow x.y", VERDICT_DENY},
        {"mcp__a__b__c", "", "{}", "map c@a__b as x.y\nmap b__c@a as x.y\nallow x.y", VERDICT_ALLOW},
        {"mcp__a__b__c", "", "{}", "map c@a__b as x.y\nallow mcp.a.b__c, x.y", VERDICT_ALLOW},
        {"mcp__a__b__c", "", "{}", "map c@a__b as x.y\nallow mcp.*\ndeny x.y", VERDICT_DENY},
        /* What is no MCP tool is not mapped. */
        {"Read", "", "{\"file_path\":\"/etc/x\"}", "map Read as x.y\nallow x.y", VERDICT_DENY},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        enum verdict verdict =
            hook_verdict(&calls, cases[i].tool, cases[i].server, cases[i].arguments, cases[i].rules);
        if (verdict != cases[i].verdict) {
            fail_msg("%s %s by\n%s\n%s", cases[i].tool, cases[i].arguments, cases[i].rules,
                     verdict_name(verdict));
        }
    }
    calls_release(&calls);
}

/* ---- Laws ---- */

static const char *pick(struct property *property, const char *const *from, uint32_t count)
{
    return from[property_draw(property, count)];
}

static const char *const kinds[] = {"other",  "filesystem", "git",    "fetch",      "memory",
                                    "sqlite", "postgres",   "github", "playwright", "everything"};
static const char *const tools[] = {"unlisted",
                                    "read_file",
                                    "read_multiple_files",
                                    "write_file",
                                    "edit_file",
                                    "move_file",
                                    "list_directory",
                                    "list_allowed_directories",
                                    "git_status",
                                    "git_checkout",
                                    "fetch",
                                    "read_graph",
                                    "write_query",
                                    "query",
                                    "push_files",
                                    "search_code",
                                    "browser_navigate",
                                    "browser_tabs",
                                    "browser_file_upload",
                                    "get-env",
                                    "gzip-file-as-resource",
                                    "echo"};
static const char *const capabilities[] = {"file.read",
                                           "file.write",
                                           "file.*",
                                           "*",
                                           "mcp.*",
                                           "file.read:src/**",
                                           "file.write:src/**",
                                           "file.read:/**",
                                           "file.write:/**",
                                           "network.fetch",
                                           "network.fetch:a.b",
                                           "secrets.read",
                                           "db.*",
                                           "db.read",
                                           "git.*",
                                           "git.push:acme/*",
                                           "shell.exec",
                                           "memory.*",
                                           "browser.*",
                                           "github.*",
                                           "x.y",
                                           "x.y:v*",
                                           "agent.control",
                                           "read_file",
                                           "unlisted",
                                           "file.delete",
                                           "file.read:docs/**"};
static const char *const values[] = {"\"src/a\"",
                                     "\"a\"",
                                     "\"/etc/x\"",
                                     "\"src/.env\"",
                                     "\".aex/policy.aex\"",
                                     "[\"src/a\",\"src/b\"]",
                                     "[]",
                                     "null",
                                     "3",
                                     "\"https://a.b/\"",
                                     "\"https://c.d/\"",
                                     "\"acme\"",
                                     "\"main\"",
                                     "\"select 1\"",
                                     "\"drop table t\"",
                                     "\"v1\"",
                                     "\"-x\"",
                                     "\"docs/a\""};
static const char *const arguments[] = {"path",  "paths",     "source",     "destination", "url",
                                        "query", "sql",       "owner",      "repo",        "branch",
                                        "data",  "repo_path", "branch_name"};

static void add_rules(struct property *property, struct builder *out, const char *kind, const char *tool,
                      bool with_maps)
{
    static const char *const verbs[] = {"allow", "deny", "confirm before"};
    uint32_t count = 1 + property_draw(property, 5);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t verb = property_draw(property, 6);
        verb = verb < 4 ? 0 : verb - 3;
        if (property_once_in(property, 6)) {
            builder_format(out, "%s mcp.%s.%s\n", verbs[verb], kind, tool);
        } else {
            builder_format(out, "%s %s\n", verbs[verb], pick(property, capabilities, COUNT_OF(capabilities)));
        }
    }
    if (with_maps && property_once_in(property, 2)) {
        static const char *const mapped[] = {"x.y:args.path",          "x.y",       "file.read:args.path",
                                             "file.write:args.source", "file.read", "network.fetch:args.url",
                                             "x.y:args.paths"};
        builder_format(out, "map %s%s%s as %s\n", tool, property_once_in(property, 2) ? "@" : "", "",
                       pick(property, mapped, COUNT_OF(mapped)));
    }
}

/* The "@" of a map's server stands without a name in add_rules; it is filled in here. */
static const char *finish_rules(struct calls *calls, struct text rules, const char *kind)
{
    struct builder out;
    builder_init(&out, &calls->arena);
    for (size_t i = 0; i < rules.size; i++) {
        builder_add_char(&out, rules.data[i]);
        if (rules.data[i] == '@') {
            builder_add_c(&out, kind);
        }
    }
    return builder_text(&out).data;
}

static struct text random_arguments(struct property *property, struct calls *calls)
{
    struct builder out;
    builder_init(&out, &calls->arena);
    builder_add_char(&out, '{');
    bool is_first = true;
    for (size_t i = 0; i < COUNT_OF(arguments); i++) {
        if (property_once_in(property, 2)) {
            builder_format(&out, "%s\"%s\":%s", is_first ? "" : ",", arguments[i],
                           pick(property, values, COUNT_OF(values)));
            is_first = false;
        }
    }
    builder_add_char(&out, '}');
    return builder_text(&out);
}

/* A tool that is hidden would be denied whatever it is called with. */
static bool hidden_tools_are_always_denied(struct property *property, const void *context)
{
    struct calls *calls = *(struct calls *const *)context;
    arena_reset(&calls->arena);
    const char *kind = pick(property, kinds, COUNT_OF(kinds));
    const char *tool = pick(property, tools, COUNT_OF(tools));
    struct builder rules;
    builder_init(&rules, &calls->arena);
    add_rules(property, &rules, kind, tool, true);
    if (property_once_in(property, 2)) {
        builder_add_c(&rules, "---\n");
        add_rules(property, &rules, kind, tool, true);
    }
    const char *text = finish_rules(calls, builder_text(&rules), kind);
    struct mcp_server server = messages_server(kind);
    const struct policy *policy = messages_policy(calls, text);
    if (demand_mcp_tool_could_be_allowed(&server, text_of(tool), policy, &calls->context, &calls->arena)) {
        return true;
    }
    for (int i = 0; i < 8; i++) {
        struct text json = random_arguments(property, calls);
        if (messages_verdict(calls, &server, tool, json.data, policy) != VERDICT_DENY) {
            property_note(property, "%s %s %.*s passes by\n%s", kind, tool, TEXT_ARG(json), text);
            return false;
        }
    }
    return true;
}

/* The other way round: with one layer and no maps, what is shown can be called. */
static bool shown_tools_can_be_called(struct property *property, const void *context)
{
    static const char *const simple[] = {
        "file.read",        "file.read:src/**",         "file.write:src/**", "x.y", "file.*",
        "mcp.filesystem.*", "mcp.filesystem.read_file", "file.write",        "*"};
    static const char *const listed[] = {"read_file", "write_file", "unlisted"};
    struct calls *calls = *(struct calls *const *)context;
    arena_reset(&calls->arena);
    struct builder rules;
    builder_init(&rules, &calls->arena);
    builder_format(&rules, "allow %s\n", pick(property, simple, COUNT_OF(simple)));
    for (uint32_t i = property_draw(property, 3); i > 0; i--) {
        builder_format(&rules, "%s %s\n", property_once_in(property, 3) ? "allow" : "deny",
                       pick(property, simple, COUNT_OF(simple)));
    }
    const char *tool = pick(property, listed, COUNT_OF(listed));
    struct mcp_server server = messages_server("filesystem");
    const struct policy *policy = messages_policy(calls, builder_text(&rules).data);
    bool is_shown =
        demand_mcp_tool_could_be_allowed(&server, text_of(tool), policy, &calls->context, &calls->arena);
    bool passes = messages_verdict(calls, &server, tool, "{\"path\":\"src/a\"}", policy) != VERDICT_DENY ||
                  messages_verdict(calls, &server, tool, "{\"path\":\"a\"}", policy) != VERDICT_DENY;
    if (is_shown != passes) {
        property_note(property, "%s is %s by\n%s", tool, is_shown ? "shown and denied" : "hidden and allowed",
                      builder_text(&rules).data);
    }
    return is_shown == passes;
}

/* A map opens nothing that the layer could not open by the tool's own name, and one layer's maps are nothing to
 * another: with `allow` of the name in the mapping layer, taking its maps away denies no less. */
static bool maps_open_no_more_than_names(struct property *property, const void *context)
{
    struct calls *calls = *(struct calls *const *)context;
    arena_reset(&calls->arena);
    const char *kind = pick(property, kinds, COUNT_OF(kinds));
    const char *tool = pick(property, tools, COUNT_OF(tools));
    struct builder outer;
    struct builder inner;
    builder_init(&outer, &calls->arena);
    builder_init(&inner, &calls->arena);
    add_rules(property, &outer, kind, tool, false);
    add_rules(property, &inner, kind, tool, false);
    struct text outer_rules = builder_text(&outer);
    struct text inner_rules = builder_text(&inner);
    struct text mapped = text_format(&calls->arena, "%.*s---\n%.*smap %s@%s as x.y:args.path\nallow x.y\n",
                                     TEXT_ARG(outer_rules), TEXT_ARG(inner_rules), tool, kind);
    struct text named = text_format(&calls->arena, "%.*s---\n%.*sallow mcp.%s.%s\n", TEXT_ARG(outer_rules),
                                    TEXT_ARG(inner_rules), kind, tool);
    struct text json = random_arguments(property, calls);
    struct mcp_server server = messages_server(kind);
    enum verdict by_map =
        messages_verdict(calls, &server, tool, json.data, messages_policy(calls, mapped.data));
    enum verdict by_name =
        messages_verdict(calls, &server, tool, json.data, messages_policy(calls, named.data));
    if (by_map < by_name) {
        property_note(property, "%s %s %.*s passes by\n%s", kind, tool, TEXT_ARG(json), mapped.data);
    }
    return by_map >= by_name;
}

static void what_is_hidden_cannot_be_called(void **state)
{
    (void)state;
    struct calls calls;
    struct calls *context = &calls;
    calls_init(&calls);
    folder_add_folder(&calls.folder, "ws/src");
    assert_true(
        property_holds("hidden tools are always denied", 6000, hidden_tools_are_always_denied, &context));
    assert_true(property_holds("shown tools can be called", 2000, shown_tools_can_be_called, &context));
    calls_release(&calls);
}

static void maps_are_names(void **state)
{
    (void)state;
    struct calls calls;
    struct calls *context = &calls;
    calls_init(&calls);
    folder_add_folder(&calls.folder, "ws/src");
    assert_true(property_holds("maps open no more than names", 4000, maps_open_no_more_than_names, &context));
    calls_release(&calls);
}

static void resources_and_prompts_are_hidden_too(void **state)
{
    (void)state;
    struct calls calls;
    calls_init(&calls);
    struct mcp_server server = {.name = TEXT("s")};
    static const struct {
        const char *rules;
        const char *uri;
        bool is_template;
        bool is_shown;
    } cases[] = {
        {"allow mcp.s.resources.read", "memo://x", false, true},
        {"allow mcp.s.resources.read:memo://*", "memo://x", false, true},
        {"allow mcp.s.resources.read:memo://*", "other://x", false, false},
        {"allow mcp.s.prompts.get", "memo://x", false, false},
        {"allow mcp.s.resources.read", "file:///etc/x", false, false},
        {"allow mcp.s.resources.read, file.read:/etc/**", "file:///etc/x", false, true},
        {"allow mcp.s.resources.read", "/etc/x", false, false},
        {"allow mcp.s.resources.read, file.read:/etc/**", "/etc/x", false, true},
        {"allow mcp.s.resources.read", "memo://{x}", true, true},
        {"allow mcp.s.resources.read", "file:///{path}", true, false},
        {"allow mcp.s.resources.read, file.read", "file:///{path}", true, true},
        {"allow mcp.s.resources.read\ndeny mcp.s.*", "memo://{x}", true, false},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        bool is_shown = demand_mcp_resource_could_be_allowed(
            &server, text_of(cases[i].uri), cases[i].is_template, messages_policy(&calls, cases[i].rules),
            &calls.context, &calls.arena);
        if (is_shown != cases[i].is_shown) {
            fail_msg("%s by %s", cases[i].uri, cases[i].rules);
        }
    }
    const struct policy *policy = messages_policy(&calls, "allow mcp.s.prompts.get:p, mcp.fetch.prompts.get");
    assert_true(demand_mcp_prompt_could_be_allowed(&server, TEXT("p"), policy, &calls.context, &calls.arena));
    assert_false(demand_mcp_prompt_could_be_allowed(&server, TEXT("q"), policy, &calls.context, &calls.arena));
    struct mcp_server fetch = messages_server("fetch");
    assert_false(
        demand_mcp_prompt_could_be_allowed(&fetch, TEXT("fetch"), policy, &calls.context, &calls.arena));
    calls_release(&calls);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_map_adds_a_name),
        cmocka_unit_test(each_layer_has_its_own_maps),
        cmocka_unit_test(no_map_opens_what_is_protected),
        cmocka_unit_test(built_in_maps_and_own_ones_go_together),
        cmocka_unit_test(hooks_have_maps_too),
        cmocka_unit_test(what_is_hidden_cannot_be_called),
        cmocka_unit_test(maps_are_names),
        cmocka_unit_test(resources_and_prompts_are_hidden_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
