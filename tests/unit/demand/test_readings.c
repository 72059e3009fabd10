/* SPDX-License-Identifier: Apache-2.0 */
/* Values that servers may read as others than they look: nothing of them is known, in front of any rule. */
#include "unit/demand/messages.h"

struct reading_case {
    const char *rules;
    const char *tool;
    const char *arguments;
    enum verdict verdict;
};

static void expect_cases(const struct reading_case *cases, size_t count)
{
    struct calls calls;
    calls_init(&calls);
    struct mcp_server server = messages_server("s");
    for (size_t i = 0; i < count; i++) {
        const struct policy *policy = messages_policy(&calls, cases[i].rules);
        enum verdict verdict = messages_verdict(&calls, &server, cases[i].tool, cases[i].arguments, policy);
        if (verdict != cases[i].verdict) {
            fail_msg("%s %s by\n%s\n%s", cases[i].tool, cases[i].arguments, cases[i].rules,
                     verdict_name(verdict));
        }
    }
    calls_release(&calls);
}

static void two_arguments_may_be_one(void **state)
{
    (void)state;
    static const struct reading_case cases[] = {
        /* Of two arguments whose names differ in case only, nobody can say which the server takes. */
        {"map grab@s as file.read:args.path\nallow file.read:src/**", "grab",
         "{\"path\":\"src/a\",\"Path\":\"b\"}", VERDICT_DENY},
        {"map grab@s as file.read:args.path\nallow file.read:src/**", "grab",
         "{\"PATH\":\"b\",\"path\":\"src/a\"}", VERDICT_DENY},
        {"map grab@s as file.read:args.path\nallow file.read:src/**", "grab",
         "{\"path\":\"src/a\",\"p\\u0041th\":\"src/a\"}", VERDICT_DENY},
        {"map grab@s as file.read:args.path\nallow file.read:src/**", "grab",
         "{\"path\":\"src/a\",\"paths\":[\"b\"],\"pat\":\"b\",\"Query\":1}", VERDICT_ALLOW},
        {"map grab@s as file.read:args.disk\nallow file.read:src/**", "grab",
         "{\"disk\":\"src/a\",\"di\\u017fk\":\"b\"}", VERDICT_DENY},
        {"map grab@s as file.read:args.disk\nallow file.read:src/**", "grab",
         "{\"disk\":\"src/a\",\"dis\\u212A\":\"b\"}", VERDICT_DENY},
        {"map grab@s as file.read:args.disk\nallow file.read:src/**", "grab",
         "{\"disk\":\"src/a\",\"dis\\u212B\":\"b\"}", VERDICT_ALLOW},
        {"map q@s as db.read:args.id\nallow db.read", "q", "{\"id\":7,\"ID\":8}", VERDICT_ALLOW},
        {"map q@s as db.read:args.id\nallow db.read\ndeny db.read:8", "q", "{\"id\":7,\"ID\":8}", VERDICT_DENY},
        {"map run@s as shell.exec:args.line\nallow shell.exec\ndeny shell.exec:rm*", "run",
         "{\"line\":\"ls\",\"Line\":\"rm a\"}", VERDICT_DENY},
        {"map q@s as network.fetch:args.url\nallow network.fetch:a.b", "q",
         "{\"url\":\"https://a.b/\",\"URL\":\"https://c.d/\"}", VERDICT_DENY},
    };
    expect_cases(cases, COUNT_OF(cases));
}

static void a_number_has_many_spellings(void **state)
{
    (void)state;
    static const struct reading_case cases[] = {
        {"map q@s as db.read:args.id\nallow db.read:-7", "q", "{\"id\":-7}", VERDICT_ALLOW},
        {"map q@s as db.read:args.id\nallow db.read:9007199254740991", "q", "{\"id\":9007199254740991}",
         VERDICT_ALLOW},
        {"map q@s as db.read:args.id\nallow db.read", "q", "{\"id\":7.5}", VERDICT_ALLOW},
        /* A number that a server may read as another one than it looks is none in particular. */
        {"map q@s as db.read:args.id\nallow db.read\ndeny db.read:5", "q", "{\"id\":6}", VERDICT_ALLOW},
        {"map q@s as db.read:args.id\nallow db.read\ndeny db.read:5", "q", "{\"id\":5}", VERDICT_DENY},
        {"map q@s as db.read:args.id\nallow db.read\ndeny db.read:5", "q", "{\"id\":\"5\"}", VERDICT_DENY},
        {"map q@s as db.read:args.id\nallow db.read\ndeny db.read:5", "q", "{\"id\":5.0}", VERDICT_DENY},
        {"map q@s as db.read:args.id\nallow db.read\ndeny db.read:5", "q", "{\"id\":5e0}", VERDICT_DENY},
        {"map q@s as db.read:args.id\nallow db.read\ndeny db.read:5", "q", "{\"id\":\"5\"}", VERDICT_DENY},
        {"map q@s as db.read:args.id\nallow db.read\ndeny db.read:5", "q", "{\"id\":\"05\"}", VERDICT_DENY},
        {"map q@s as db.read:args.id\nallow db.read\ndeny db.read:5", "q", "{\"id\":\" 5\"}", VERDICT_DENY},
        {"map q@s as db.read:args.id\nallow db.read\ndeny db.read:5", "q", "{\"id\":\"5.0\"}", VERDICT_DENY},
        {"map q@s as db.read:args.id\nallow db.read\ndeny db.read:5", "q", "{\"id\":\"+5\"}", VERDICT_DENY},
        {"map q@s as db.read:args.id\nallow db.read\ndeny db.read:5", "q", "{\"id\":\"5\\n\"}", VERDICT_DENY},
        {"map q@s as db.read:args.id\nallow db.read\ndeny db.read:5", "q", "{\"id\":\"6\"}", VERDICT_ALLOW},
        {"map q@s as db.read:args.id\nallow db.read\ndeny db.read:5", "q", "{\"id\":\"1.2.3\"}", VERDICT_ALLOW},
        {"map q@s as db.read:args.id\nallow db.read\ndeny db.read:5", "q", "{\"id\":\"five\"}", VERDICT_ALLOW},
        {"map q@s as db.read:args.id\nallow db.read\ndeny db.read:5", "q", "{\"id\":50E-1}", VERDICT_DENY},
        {"map q@s as db.read:args.id\nallow db.read\ndeny db.read:5", "q", "{\"id\":[6,5.0]}", VERDICT_DENY},
        {"map q@s as db.read:args.id\nallow db.read\ndeny db.read:5", "q", "{\"id\":5.0000000000000000001}",
         VERDICT_DENY},
        {"map q@s as db.read:args.id\nallow db.read\ndeny db.read:0", "q", "{\"id\":-0}", VERDICT_DENY},
        {"map q@s as db.read:args.id\nallow db.read\ndeny db.read:0", "q", "{\"id\":1e-400}", VERDICT_DENY},
        {"map q@s as db.read:args.id\nallow db.read\ndeny db.read:9007199254740992", "q",
         "{\"id\":9007199254740993}", VERDICT_DENY},
        {"map q@s as db.read:args.id\nallow db.read\ndeny db.read:-9007199254740992", "q",
         "{\"id\":-9007199254740993}", VERDICT_DENY},
        {"map q@s as db.read:args.id\nallow db.read\ndeny db.read:18446744073709551616", "q",
         "{\"id\":18446744073709551617}", VERDICT_DENY},
    };
    expect_cases(cases, COUNT_OF(cases));
}

static struct text describe_completion(struct calls *calls, const char *reference)
{
    struct mcp_server server = messages_server("s");
    struct demand_vector demands;
    struct error err;
    struct text params =
        text_format(&calls->arena, "{\"ref\":%s,\"argument\":{\"name\":\"n\",\"value\":\"v\"}}", reference);
    if (!demand_of_mcp_request(&server, TEXT("completion/complete"), messages_json(calls, params.data), NULL,
                               &calls->context, &calls->arena, &demands, &err)) {
        return text_format(&calls->arena, "error: %s\n", err.message);
    }
    return calls_describe(calls, &demands);
}

#define NEITHER "error: completion/complete: \"ref\" names neither a prompt nor a resource\n"
#define MISSPELLED "error: completion/complete: a member of \"ref\" is there in another spelling\n"

static void a_reference_is_what_its_type_says(void **state)
{
    (void)state;
    struct calls calls;
    calls_init(&calls);
    static const char *const cases[][2] = {
        {"{\"type\":\"ref/prompt\",\"name\":\"p\",\"title\":\"P\"}", "mcp.s.completion.complete p\n"},
        {"{\"type\":\"ref/prompt\",\"name\":\"p\",\"uri\":null}", "mcp.s.completion.complete p\n"},
        {"{\"type\":\"ref/resource\",\"uri\":\"memo://x\"}", "mcp.s.completion.complete memo://x\n"},
        {"{\"type\":\"ref/resource\",\"uri\":\"memo://{x}\"}", "mcp.s.completion.complete memo://{x}\n"},
        {"{\"type\":\"ref/resource\",\"uri\":\"file:///x/.env\"}",
         "mcp.s.completion.complete file:///x/.env\nfile.read /x/.env\nsecrets.read /x/.env\n"},
        {"{\"type\":\"ref/resource\",\"uri\":\"x/.env\"}",
         "mcp.s.completion.complete x/.env\nfile.read @/ws/x/.env\nsecrets.read @/ws/x/.env\n"},
        {"{\"type\":\"ref/resource\",\"uri\":\"https://a.b/{x}\"}",
         "mcp.s.completion.complete https://a.b/{x}\nnetwork.fetch a.b:443\n"},
        {"{\"type\":\"ref/resource\",\"uri\":\"https://{host}/x\"}",
         "mcp.s.completion.complete https://{host}/x\nnetwork.fetch ?\n"},
        /* Of a template of files, names below what is fixed in it are listed. */
        {"{\"type\":\"ref/resource\",\"uri\":\"file:///x/y{z}\"}",
         "mcp.s.completion.complete file:///x/y{z}\nfile.read {/x/**}\n"},
        {"{\"type\":\"ref/resource\",\"uri\":\"FILE://localhost/x/y/{+path}/z{?q}\"}",
         "mcp.s.completion.complete FILE://localhost/x/y/{+path}/z{?q}\nfile.read {/x/y/**}\n"},
        {"{\"type\":\"ref/resource\",\"uri\":\"file:///{+path}\"}",
         "mcp.s.completion.complete file:///{+path}\nfile.read {/**}\n"},
        {"{\"type\":\"ref/resource\",\"uri\":\"file://{host}/x\"}",
         "mcp.s.completion.complete file://{host}/x\nfile.read ?\nsecrets.read ?\n"},
        {"{\"type\":\"ref/resource\",\"uri\":\"file:{path}\"}",
         "mcp.s.completion.complete file:{path}\nfile.read ?\nsecrets.read ?\n"},
        {"{\"type\":\"ref/resource\",\"uri\":\"file:///x/*/{y}\"}",
         "mcp.s.completion.complete file:///x/*/{y}\nfile.read ?\nsecrets.read ?\n"},
        {"{\"type\":\"ref/resource\",\"uri\":\"{+uri}\"}",
         "mcp.s.completion.complete {+uri}\nfile.read ?\nsecrets.read ?\n"},
        {"{\"type\":\"ref/resource\",\"name\":\"good\",\"uri\":\"file:///secret/x\"}",
         "error: completion/complete: \"ref\" names both a prompt and a resource\n"},
        {"{\"type\":\"ref/prompt\",\"name\":\"good\",\"uri\":\"file:///secret/x\"}",
         "error: completion/complete: \"ref\" names both a prompt and a resource\n"},
        {"{\"type\":\"ref/resource\",\"name\":\"good\"}", NEITHER},
        {"{\"type\":\"ref/prompt\",\"uri\":\"memo://x\"}", NEITHER},
        {"{\"type\":\"ref/prompt\",\"name\":[\"p\"]}", NEITHER},
        {"{\"type\":\"Ref/Prompt\",\"name\":\"p\"}", NEITHER},
        {"{\"name\":\"p\"}", NEITHER},
        {"[]", NEITHER},
        {"\"p\"", NEITHER},
        {"{\"type\":\"ref/prompt\",\"Type\":\"ref/resource\",\"name\":\"p\"}", MISSPELLED},
        {"{\"type\":\"ref/prompt\",\"name\":\"p\",\"Name\":\"q\"}", MISSPELLED},
        {"{\"type\":\"ref/prompt\",\"name\":\"p\",\"URI\":\"memo://x\"}", MISSPELLED},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct text described = describe_completion(&calls, cases[i][0]);
        if (!text_equal(described, text_of(cases[i][1]))) {
            fail_msg("%s:\n%.*sinstead of\n%s", cases[i][0], TEXT_ARG(described), cases[i][1]);
        }
    }
    calls_release(&calls);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_arguments_may_be_one),
        cmocka_unit_test(a_number_has_many_spellings),
        cmocka_unit_test(a_reference_is_what_its_type_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
