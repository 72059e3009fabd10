/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/builder.h"
#include "redact/message.h"

enum { MEMORY = 512 * 1024 * 1024 };

/* Tokens are written in two pieces, so that no scanner of repositories takes this file for a leak. */
#define GITHUB                                                                                                 \
    "ghp_"                                                                                                     \
    "abcdefghijklmnopqrstuvwxyz0123456789"
#define AWS                                                                                                    \
    "AKIA"                                                                                                     \
    "ABCDEFGHIJKLMNOP"

static struct text redact(struct arena *arena, const char *source, const char *answered,
                          const struct secret_values *values, bool *ret_found)
{
    struct json value;
    struct json written;
    struct text masked;
    struct hints hints;
    struct error err = {0};
    hints_init(&hints);
    if (!json_parse(text_of(source), arena, &value, &err)) {
        fail_msg("%s in %s", err.message, source);
    }
    bool found = redact_message(text_of(source), &value, text_of(answered), values, &hints, arena, &masked);
    if (!json_parse(masked, arena, &written, &err)) {
        fail_msg("%s in %s", err.message, masked.data);
    }
    struct text twice;
    assert_false(redact_message(masked, &written, text_of(answered), values, &hints, arena, &twice));
    assert_ptr_equal(twice.data, masked.data);
    if (ret_found != NULL) {
        *ret_found = found;
    }
    return masked;
}

static const struct {
    const char *source;
    const char *expected;
    const char *answered; /* method; NULL: none is known */
} cases[] = {
    /* texts, structured content, errors, notes */
    {"{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"t " GITHUB "\"}]}}",
     "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"t "
     "[redacted:github-token]\"}]}}"},
    {"{\"result\":{\"content\":[],\"structuredContent\":{\"a\":[{\"b\":\"" GITHUB
     "\"}]},\"_meta\":{\"x\":\"" GITHUB "\"}}}",
     "{\"result\":{\"content\":[],\"structuredContent\":{\"a\":[{\"b\":\"[redacted:github-token]\"}]},"
     "\"_meta\":{\"x\":\"[redacted:github-token]\"}}}"},
    /* what is sent without being asked for */
    {"{\"method\":\"notifications/message\",\"params\":{\"level\":\"info\",\"data\":\"" GITHUB "\"}}",
     "{\"method\":\"notifications/"
     "message\",\"params\":{\"level\":\"info\",\"data\":\"[redacted:github-token]\"}}"},
    {"{\"id\":7,\"error\":{\"code\":-1,\"message\":\"bad " GITHUB "\",\"data\":{\"password\":\"hunter2\"}}}",
     "{\"id\":7,\"error\":{\"code\":-1,\"message\":\"bad [redacted:github-token]\",\"data\":{\"password\":"
     "\"[redacted:password]\"}}}"},
    {"{\"result\":{\"contents\":[{\"uri\":\"file:///x\",\"text\":\"-----BEGIN RSA PRIVATE "
     "KEY-----\\nMIIE\\nabc\\n-----END RSA PRIVATE KEY-----\\n\"}]}}",
     "{\"result\":{\"contents\":[{\"uri\":\"file:///x\",\"text\":\"[redacted:private-key]\\n\"}]}}"},
    /* JSON in a text, escaped once more, and spelled with escapes */
    {"{\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"{\\\"key\\\":\\\"-----BEGIN PRIVATE "
     "KEY-----\\\\nMIIE\\\\n-----END PRIVATE KEY-----\\\\n\\\"}\"}]}}",
     "{\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"{\\\"key\\\":\\\"[redacted:private-key]\\\\n\\\"}"
     "\"}]}}"},
    {"{\"result\":{\"x\":\"\\u0067hp_\\u0061bcdefghijklmnopqrstuvwxyz0123456789\"}}",
     "{\"result\":{\"x\":\"[redacted:github-token]\"}}"},
    /* names */
    {"{\"result\":{\"" GITHUB "\":1,\"y\":2}}", "{\"result\":{\"[redacted:github-token]#0\":1,\"y\":2}}"},
    /* over two parts */
    {"{\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"a "
     "ghp_abcdefghijklmno\"},{\"type\":\"text\",\"text\":\"pqrstuvwxyz0123456789 b\"}]}}",
     "{\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"a "
     "[redacted:github-token]\"},{\"type\":\"text\",\"text\":\"[redacted:github-token] b\"}]}}"},
    {"{\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"end\"},{\"type\":\"text\",\"text\":\"" GITHUB
     "\"}]}}",
     "{\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"end\"},{\"type\":\"text\",\"text\":\"[redacted:"
     "github-"
     "token]\"}]}}"},
    /* embedded data: "AKIA" "IOSFODNN7EXAMPLE" among bytes that are no text, and a text */
    {"{\"result\":{\"content\":[{\"type\":\"image\",\"mimeType\":\"image/png\",\"data\":\"/"
     "yBBS0lBSU9TRk9ETk43RVhB"
     "TVBMRSAA\"}]}}",
     "{\"result\":{\"content\":[{\"type\":\"image\",\"mimeType\":\"image/png\",\"data\":\"/"
     "yBbcmVkYWN0ZWQ6YXdzLWtle"
     "V0gAA==\"}]}}"},
    {"{\"result\":{\"contents\":[{\"uri\":\"u\",\"blob\":\"UEFTU1dPUkQ9aHVudGVyMg==\"}]}}",
     "{\"result\":{\"contents\":[{\"uri\":\"u\",\"blob\":\"UEFTU1dPUkQ9W3JlZGFjdGVkOnBhc3N3b3JkXQ==\"}]}}"},
    /* what is told to curl, and stands alone before a host */
    {"{\"result\":{\"x\":\"curl -u deploy:hunter2 https://x/\"}}",
     "{\"result\":{\"x\":\"curl -u deploy:[redacted:password] https://x/\"}}"},
    {"{\"result\":{\"x\":\"https://a1b2c3d4e5f6a7b8c9@example.com/\"}}",
     "{\"result\":{\"x\":\"https://[redacted:url-userinfo]@example.com/\"}}"},
    /* the same data as other decoders take it: without padding, in lines, in the other alphabet, with padding
     * in the middle, with what they pass over */
    {"{\"result\":{\"blob\":\"UEFTU1dPUkQ9aHVudGVyMg\"}}",
     "{\"result\":{\"blob\":\"UEFTU1dPUkQ9W3JlZGFjdGVkOnBhc3N3b3JkXQ\"}}"},
    {"{\"result\":{\"blob\":\"UEFTU1dPUkQ9\\r\\naHVudGVyMg==\\n\"}}",
     "{\"result\":{\"blob\":\"UEFTU1dPUkQ9W3JlZGFjdGVkOnBhc3N3b3JkXQ==\"}}"},
    {"{\"result\":{\"blob\":\"Pz8-PSBQQVNTV09SRD1odW50ZXIy\"}}",
     "{\"result\":{\"blob\":\"Pz8-PSBQQVNTV09SRD1bcmVkYWN0ZWQ6cGFzc3dvcmRd\"}}"},
    {"{\"result\":{\"blob\":\"UEE=U1NXT1JEPWh1bnRlcjI=\"}}",
     "{\"result\":{\"blob\":\"UEFTU1dPUkQ9W3JlZGFjdGVkOnBhc3N3b3JkXQ==\"}}"},
    {"{\"result\":{\"blob\":\"!UEFTU1d?PUkQ9aHVudGVyMg==\"}}",
     "{\"result\":{\"blob\":\"UEFTU1dPUkQ9W3JlZGFjdGVkOnBhc3N3b3JkXQ==\"}}"},
    /* what is called data, and is none */
    {"{\"result\":{\"blob\":\"the password: hunter2x\"}}",
     "{\"result\":{\"blob\":\"the password: [redacted:password]\"}}"},
    {"{\"result\":{\"blob\":\"" AWS "\"}}", "{\"result\":{\"blob\":\"[redacted:aws-key]\"}}"},
    /* names of what is handed back: elsewhere, of another type, in an error */
    {"{\"result\":{\"uri\":\"" GITHUB "\",\"nextCursor\":\"" GITHUB "\"}}",
     "{\"result\":{\"uri\":\"[redacted:github-token]\",\"nextCursor\":\"[redacted:github-token]\"}}",
     "tools/call"},
    {"{\"result\":{\"tools\":[],\"nextCursor\":[\"" GITHUB "\"]}}",
     "{\"result\":{\"tools\":[],\"nextCursor\":[\"[redacted:github-token]\"]}}", "tools/list"},
    {"{\"id\":1,\"error\":{\"code\":-1,\"message\":\"m\",\"requestState\":\"" GITHUB "\"}}",
     "{\"id\":1,\"error\":{\"code\":-1,\"message\":\"m\",\"requestState\":\"[redacted:github-token]\"}}",
     "tools/call"},
    {"{\"method\":\"notifications/progress\",\"params\":{\"progressToken\":{\"a\":\"" GITHUB
     "\"},\"uri\":\"" GITHUB "\"}}",
     "{\"method\":\"notifications/"
     "progress\",\"params\":{\"progressToken\":{\"a\":\"[redacted:github-token]\"},\"uri\":"
     "\"[redacted:github-token]\"}}"},
    /* members beside the usual ones */
    {"{\"result\":{},\"_meta\":{\"k\":\"" GITHUB "\"},\"" GITHUB "\":\"x\",\"password\":\"hunter2\"}",
     "{\"result\":{},\"_meta\":{\"k\":\"[redacted:github-token]\"},\"[redacted:github-token]#2\":\"x\","
     "\"password\":"
     "\"[redacted:password]\"}"},
    /* what is called a schema */
    {"{\"result\":{\"structuredContent\":{\"dbSchema\":{\"password\":\"hunter2\"},\"inputSchema\":{"
     "\"password\":"
     "\"hunter2\"}}}}",
     "{\"result\":{\"structuredContent\":{\"dbSchema\":{\"password\":\"[redacted:password]\"},\"inputSchema\":{"
     "\"password\":\"[redacted:password]\"}}}}",
     "tools/list"},
    {"{\"result\":{\"tools\":[{\"inputSchema\":{\"password\":\"hunter2\"}}]}}",
     "{\"result\":{\"tools\":[{\"inputSchema\":{\"password\":\"[redacted:password]\"}}]}}", "tools/call"},
    /* names that are there already */
    {"{\"result\":{\"" GITHUB "\":1,\"[redacted:github-token]#0\":2,\"[redacted:github-token]#1\":3,\"x " GITHUB
     "\":4}}",
     "{\"result\":{\"[redacted:github-token]#2\":1,\"[redacted:github-token]#0\":2,\"[redacted:github-token]#"
     "1\":3,\"x "
     "[redacted:github-token]#3\":4}}"},
};

static void test_secrets_are_masked(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        AUTO_ARENA arena;
        arena_init(&arena, MEMORY);
        bool found;
        assert_string_equal(redact(&arena, cases[i].source, cases[i].answered, NULL, &found).data,
                            cases[i].expected);
        assert_true(found);
    }
}

/* Not a byte changes, white space included. */
static const struct {
    const char *source;
    const char *answered;
} harmless[] = {
    {"{ \"result\" : {\"content\":[ {\"type\":\"text\",\"text\":\"t\\u0061\\/ b\"} ], \"n\": 1.50e3 } }", NULL},
    {"{\"result\":{\"tools\":[],\"nextCursor\":\"" GITHUB "\"}}", "tools/list"},
    {"{\"result\":{\"tasks\":[{\"taskId\":\"" GITHUB "\"}],\"nextCursor\":\"" GITHUB "\"}}", "tasks/list"},
    {"{\"result\":{\"resultType\":\"input_required\",\"requestState\":\"" GITHUB "\"}}", "tools/call"},
    {"{\"result\":{\"resultType\":\"task\",\"taskId\":\"" GITHUB "\"}}", "tools/call"},
    {"{\"result\":{\"task\":{\"taskId\":\"" GITHUB "\",\"status\":\"working\"}}}", "tools/call"},
    {"{\"id\":\"" GITHUB "\",\"result\":{}}", NULL},
    {"{\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":\"" GITHUB "\"}}", NULL},
    {"{\"method\":\"notifications/resources/updated\",\"params\":{\"uri\":\"x:" GITHUB "\"}}", NULL},
    {"{\"result\":{\"resultType\":\"input_required\",\"inputRequests\":{\"password\":{\"method\":\"elicitation/"
     "create\",\"params\":{"
     "\"message\":\"Yours?\",\"requestedSchema\":{\"properties\":{\"password\":{\"title\":\"Yours\"}}}}}}}}",
     "tools/call"},
    {"{\"method\":\"sampling/"
     "createMessage\",\"params\":{\"tools\":[{\"name\":\"login\",\"inputSchema\":{\"password\":{"
     "\"title\":\"Yours\"}}}]}}",
     NULL},
    {"{\"result\":{\"structuredContent\":{\"nextPageToken\":\"abcdef123456\",\"progressToken\":7}}}", NULL},
    {"{\"method\":\"notifications/progress\",\"params\":{\"progressToken\":\"" GITHUB "\",\"progress\":1}}",
     NULL},
    {"{\"method\":\"elicitation/"
     "create\",\"params\":{\"message\":\"m\",\"requestedSchema\":{\"type\":\"object\","
     "\"properties\":{\"password\":{\"type\":\"string\",\"description\":\"Yours\"}}}}}",
     NULL},
    {"{\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"text\",\"text\":\"b\"}]}}",
     NULL},
    {"{\"result\":{\"content\":[{\"type\":\"image\",\"mimeType\":\"image/"
     "png\",\"data\":\"iVBORw0KGgoAAAANSUhEUg==\"}]}}",
     NULL},
    {"{\"result\":{\"blob\":\"not base64!\"}}", NULL},
    {"{\"result\":{\"x\":\"docker run -u 1000:1000 img; ls -u a:b\"}}", NULL},
    {"{\"result\":{\"tools\":[{\"name\":\"login\",\"inputSchema\":{\"type\":\"object\",\"properties\":{"
     "\"password\":{"
     "\"type\":\"string\",\"description\":\"Yours\",\"minLength\":8}}}}]}}",
     "tools/list"},
    {"[1]", NULL},
    {"{\"result\":null}", NULL},
};

static void test_harmless_messages_stay(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++) {
        AUTO_ARENA arena;
        arena_init(&arena, MEMORY);
        bool found;
        struct text masked = redact(&arena, harmless[i].source, harmless[i].answered, NULL, &found);
        assert_false(found);
        assert_ptr_equal(masked.data, harmless[i].source);
    }
}

static void test_known_values(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    arena_init(&arena, MEMORY);
    const struct text sources[] = {
        TEXT("# a comment\nexport DB_PASSWORD=correct-horse # not "
             "this\nMODE=production\nURL=http://localhost:3000/api\n"
             "PLAIN_TOKEN='with spaces in'\nESCAPED_SECRET=\"line\\none\"\nPORT=12345678\n"),
        TEXT("SESSION=0123456789abcdef0123456789abcdef\r\nLONG_PASSWORD=correct-horse-battery\n=x\nNOTHING\n")};
    const struct secret_values *values = secret_values_of(sources, 2, &arena);
    assert_string_equal(
        redact(
            &arena,
            "{\"result\":{\"x\":\"<correct-horse> correct-horse-battery|production http://localhost:3000/api\","
            "\"y\":\"a with spaces in b line\\none 12345678 0123456789abcdef0123456789abcdef\"}}",
            NULL, values, NULL)
            .data,
        "{\"result\":{\"x\":\"<[redacted:env]> [redacted:env]|production http://localhost:3000/api\","
        "\"y\":\"a [redacted:env] b [redacted:env] 12345678 [redacted:env]\"}}");
    const struct secret_values *none = secret_values_of(NULL, 0, &arena);
    bool found;
    redact(&arena, "{\"result\":{\"x\":\"correct-horse\"}}", NULL, none, &found);
    assert_false(found);
}

/* Texts made to be looked at again and again; quadratic time would not end. */
static void test_time_is_linear(void **state)
{
    (void)state;
    const char *const pieces[] = {"key",        "token ",    "://",        "://a",   "-----BEGIN", "eyJ",
                                  "password",   "curl -u a", "sk-",        "pass_",  "--user ",    "env",
                                  "[redacted:", "AKIA",      "secret\\\"", "bearer "};
    struct hints hints;
    hints_init(&hints);
    const struct text env = TEXT("A_PASSWORD=envenvenvenv\nB_PASSWORD=[redacted\n");
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        AUTO_ARENA arena;
        arena_init(&arena, (size_t)4 * 1024 * 1024 * 1024);
        struct builder message;
        struct json value;
        struct text masked;
        builder_init(&message, &arena);
        builder_add_c(&message, "{\"result\":{\"x\":\"");
        while (message.size < 2 * 1024 * 1024) {
            builder_add_c(&message, pieces[i]);
        }
        builder_add_c(&message, "\"}}");
        assert_true(json_parse(builder_text(&message), &arena, &value, NULL));
        redact_message(builder_text(&message), &value, TEXT(""), secret_values_of(&env, 1, &arena), &hints,
                       &arena, &masked);
    }
}

/* The same for many values: with quadratic time, this many take minutes. */
static void test_time_is_linear_in_values(void **state)
{
    (void)state;
    enum { VALUES = 200000 };
    static const struct {
        const char *before;
        const char *value; /* up to its number */
        const char *rest;  /* of the value */
        const char *after;
    } shapes[] = {
        {"[", "{\"type\":\"text\",\"text\":\"", " " AWS "\"}", "]"},
        {"[", "{\"type\":\"text\",\"text\":\"", " AKIA\"},{\"type\":\"text\",\"text\":\"ABCDEFGHIJKLMNOP \"}",
         "]"},
        {"[", "[{\"type\":\"text\",\"text\":\"", " " AWS "\"}]", "]"},
        {"{", "\"", " " AWS "\":1", "}"},
        {"{", "\"" AWS, "\":1", "}"},
        {"{", "\"password", "\":[\"" AWS "\"]", "}"},
    };
    struct hints hints;
    hints_init(&hints);
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        AUTO_ARENA arena;
        arena_init(&arena, (size_t)4 * 1024 * 1024 * 1024);
        struct builder message;
        struct json value;
        struct text masked;
        builder_init(&message, &arena);
        builder_format(&message, "{\"result\":{\"content\":%s", shapes[i].before);
        for (size_t number = 0; number < VALUES; number++) {
            builder_format(&message, "%s%s%zu%s", number == 0 ? "" : ",", shapes[i].value, number,
                           shapes[i].rest);
        }
        builder_format(&message, "%s}}", shapes[i].after);
        assert_true(json_parse(builder_text(&message), &arena, &value, NULL));
        assert_true(redact_message(builder_text(&message), &value, TEXT(""), NULL, &hints, &arena, &masked));
        assert_false(text_contains(masked, TEXT("ABCDEFGHIJKLMNOP")));
        assert_true(json_parse(masked, &arena, &value, NULL));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_secrets_are_masked),
        cmocka_unit_test(test_harmless_messages_stay),
        cmocka_unit_test(test_known_values),
        cmocka_unit_test(test_time_is_linear),
        cmocka_unit_test(test_time_is_linear_in_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
