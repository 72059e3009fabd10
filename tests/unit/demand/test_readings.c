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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_arguments_may_be_one),
        cmocka_unit_test(a_number_has_many_spellings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
