/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "redact/kinds.h"
#include "redact/redact.h"

enum { MEMORY = 256 * 1024 * 1024 };

/* Tokens are spelled in pieces, so that scanners of this repository do not take them for real ones. */
static const struct {
    const char *text;
    const char *expected;
} masked[] = {
    {"AKIA"
     "IOSFODNN7EXAMPLE",
     "[redacted:aws-key]"},
    {"ASIA"
     "IOSFODNN7EXAMPLE",
     "[redacted:aws-key]"},
    {"AIza"
     "SyA1234567890abcdefghijklmnopqrstuv",
     "[redacted:gcp-key]"},
    {"GOCSPX-"
     "abcdefghijklmnopqrstuvwxyz12",
     "[redacted:gcp-secret]"},
    {"ya29."
     "a0AfH6SMBabcdefghijklmnop",
     "[redacted:gcp-token]"},
    {"github_pat_"
     "11ABCDEFG0abcdefghijklmnop_qrstuvwxyz0123456789",
     "[redacted:github-token]"},
    {"ghp_"
     "abcdefghijklmnopqrstuvwxyz0123456789",
     "[redacted:github-token]"},
    {"gho_"
     "abcdefghijklmnopqrstuvwxyz0123456789",
     "[redacted:github-token]"},
    {"ghu_"
     "abcdefghijklmnopqrstuvwxyz0123456789",
     "[redacted:github-token]"},
    {"ghs_"
     "abcdefghijklmnopqrstuvwxyz0123456789",
     "[redacted:github-token]"},
    {"ghr_"
     "abcdefghijklmnopqrstuvwxyz0123456789",
     "[redacted:github-token]"},
    {"glpat-"
     "abcdefghij_0123456789",
     "[redacted:gitlab-token]"},
    {"gldt-"
     "abcdefghij_0123456789",
     "[redacted:gitlab-token]"},
    {"glrt-"
     "abcdefghij_0123456789",
     "[redacted:gitlab-token]"},
    {"glptt-"
     "abcdefghij_0123456789",
     "[redacted:gitlab-token]"},
    {"glcbt-"
     "abcdefghij_0123456789",
     "[redacted:gitlab-token]"},
    {"xoxa-"
     "1234567890-abc",
     "[redacted:slack-token]"},
    {"xoxb-"
     "1234567890-abc",
     "[redacted:slack-token]"},
    {"xoxe-"
     "1234567890-abc",
     "[redacted:slack-token]"},
    {"xoxe."
     "xoxp-1234567890-abc",
     "[redacted:slack-token]"},
    {"xoxp-"
     "1234567890-abc",
     "[redacted:slack-token]"},
    {"xoxr-"
     "1234567890-abc",
     "[redacted:slack-token]"},
    {"xoxs-"
     "1234567890-abc",
     "[redacted:slack-token]"},
    {"xapp-"
     "1-A0123456789-1234567890",
     "[redacted:slack-token]"},
    {"https://hooks.slack.com/services/"
     "T00000000/B00000000/XXXXXXXX",
     "https://[redacted:slack-webhook]"},
    {"sk_live_"
     "abcdefghij0123456789",
     "[redacted:stripe-key]"},
    {"sk_test_"
     "abcdefghij0123456789",
     "[redacted:stripe-key]"},
    {"rk_live_"
     "abcdefghij0123456789",
     "[redacted:stripe-key]"},
    {"rk_test_"
     "abcdefghij0123456789",
     "[redacted:stripe-key]"},
    {"whsec_"
     "abcdefghij0123456789abcdef",
     "[redacted:stripe-key]"},
    {"sk-ant-"
     "api03-abcdefghij_0123456789",
     "[redacted:anthropic-key]"},
    {"sk-proj-"
     "abcdefghij_0123456789",
     "[redacted:openai-key]"},
    {"sk-svcacct-"
     "abcdefghij_0123456789",
     "[redacted:openai-key]"},
    {"sk-admin-"
     "abcdefghij_0123456789",
     "[redacted:openai-key]"},
    {"sk-"
     "abcdefghijklmnopqrstuvwxyz0123456789",
     "[redacted:openai-key]"},
    {"npm_"
     "abcdefghijklmnopqrstuvwxyz0123456789",
     "[redacted:npm-token]"},
    {"pypi-AgE"
     "IcHlwaS5vcmcCJGFiY2RlZmdoaWprbG1ub3BxcnN0dXZ3",
     "[redacted:pypi-token]"},
    {"hf_"
     "abcdefghijklmnopqrstuvwxyzABCDEF",
     "[redacted:huggingface-token]"},
    {"SG."
     "abcdefghijklmnopqrstuv.abcdefghijklmnopqrstuvwxyz0123456789abcdefg",
     "[redacted:sendgrid-key]"},
    {"dop_v1_"
     "0123456789abcdef0123456789abcdef0123456789abcdef",
     "[redacted:digitalocean-token]"},
    {"eyJ"
     "hbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N",
     "[redacted:jwt]"},
    {"eyJ"
     "hbGciOiJub25lIn0.eyJzdWIiOiIxMjM0In0.",
     "[redacted:jwt]"},
    /* where tokens stand */
    {"git clone https://ghp_"
     "abcdefghijklmnopqrstuvwxyz0123456789@github.com/a/b",
     "git clone https://[redacted:github-token]@github.com/a/b"},
    {"x=ghp_"
     "abcdefghijklmnopqrstuvwxyz0123456789;echo",
     "x=[redacted:github-token];echo"},
    {"a.ghp_"
     "abcdefghijklmnopqrstuvwxyz0123456789",
     "a.[redacted:github-token]"},
    {"GITHUB_TOKEN=ghp_"
     "abcdefghijklmnopqrstuvwxyz0123456789 make",
     "GITHUB_TOKEN=[redacted:github-token] make"},
    /* private keys */
    {"a\n-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc=\n-----END RSA PRIVATE KEY-----\nb",
     "a\n[redacted:private-key]\nb"},
    {"-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk", "[redacted:private-key]"},
    {"echo '-----BEGIN EC PRIVATE KEY-----\\nMIIE\\n-----END EC PRIVATE KEY-----' > k",
     "echo '[redacted:private-key]' > k"},
    {"cert\\n-----BEGIN PRIVATE KEY-----\\nMIIE\\n-----END PRIVATE KEY-----\\n",
     "cert\\n[redacted:private-key]\\n"},
    {"-----BEGIN PGP PRIVATE KEY BLOCK-----\nlQ\n-----END PGP PRIVATE KEY BLOCK-----",
     "[redacted:private-key]"},
    /* headers and URLs */
    {"curl -H 'Authorization: Bearer abc.def-123' x",
     "curl -H 'Authorization: Bearer [redacted:authorization]' x"},
    {"Authorization: Basic dXNlcjpwYXNz", "Authorization: Basic [redacted:authorization]"},
    {"authorization: abcdef", "authorization: [redacted:authorization]"},
    {"X-Api-Key: 1a2b3c4d5e6f", "X-Api-Key: [redacted:api-key]"},
    {"use Bearer abcdefghijklmnop0123", "use Bearer [redacted:bearer-token]"},
    {"postgres://app:hunter2@db:5432/x", "postgres://app:[redacted:url-password]@db:5432/x"},
    {"https://:p@ss@host/", "https://:[redacted:url-password]@host/"},
    /* names that tell */
    {"PASSWORD=hunter2", "PASSWORD=[redacted:password]"},
    {"export DB_PASSWORD='hunter 2'; run", "export DB_PASSWORD='[redacted:password]'; run"},
    {"DB_PASS=\"a\\\"b c\" x", "DB_PASS=\"[redacted:password]\" x"},
    {"AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfi", "AWS_SECRET_ACCESS_KEY=[redacted:api-key]"},
    {"api_key: 1a2b3c4d5e", "api_key: [redacted:api-key]"},
    {"apiKey=\"x1\"", "apiKey=\"[redacted:api-key]\""},
    {"clientSecret: 'abc'", "clientSecret: '[redacted:secret]'"},
    {"{\"password\": \"hunter2\", \"a\": 1}", "{\"password\": \"[redacted:password]\", \"a\": 1}"},
    {"{\\\"password\\\":\\\"hunter2\\\",\\\"a\\\":1}",
     "{\\\"password\\\":\\\"[redacted:password]\\\",\\\"a\\\":1}"},
    {"password: hunter2", "password: [redacted:password]"},
    {"PASSWORD=123456", "PASSWORD=[redacted:password]"},
    {"SECRET=correcthorse", "SECRET=[redacted:secret]"},
    {"mysql --password hunter2 -h x", "mysql --password [redacted:password] -h x"},
    {"gh --token=abcdef run", "gh --token=[redacted:token] run"},
    {"?access_token=abc123&x=1", "?access_token=[redacted:token]&x=1"},
    {"PASSWORD=$3cret!", "PASSWORD=[redacted:password]"},
    {"token := \"abc\"", "token := \"[redacted:token]\""},
    {"PASSWORD=\"never closed\nnext", "PASSWORD=\"[redacted:password]\nnext"},
};

static const char *const harmless[] = {
    "",
    "git push origin main",
    "commit da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "123e4567-e89b-12d3-a456-426614174000",
    "max_tokens=4096 token_count=12 tokens: 5",
    "input_token=12",
    "token: 17",
    "unexpected token: expected ')'",
    "the secret = is in the sauce",
    "const token = await getToken()",
    "password=${DB_PASSWORD} token=$TOKEN key=$(cat key)",
    "password: true",
    "PASSWORD=",
    "PASSWORD=\"\"",
    "PASSWORD_FILE=/run/secrets/db",
    "secret_name=db",
    "TOKEN_URL=https://x/y",
    "password=********",
    "if (token == other) return;",
    "primary_key: id1234567890",
    "PWD=/home/a/project",
    "monkey=banana keyboard: qwerty123456",
    "passed: 12, failed: 3",
    "compass=north1",
    "std::token::next",
    "https://example.org:8080/path?x=1@2",
    "git@github.com:owner/repo.git",
    "https://user@host/",
    "https://user:$PASSWORD@host/",
    "task-abcdefghijklmnopqrstuvwxyz0123456789",
    "eyJust.some.text",
    "sk-learn ghp_short AKIAshort npm_config_cache",
    "AKIDEXAMPLE",
    "-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----",
    "-----BEGIN PUBLIC KEY-----\nMIIE\n-----END PUBLIC KEY-----",
    "bearer of bad news, a bearer token",
    "author: a.name authority: x1234567890",
    "process.env.TOKEN token=process.env.TOKEN",
    "\xF0\x9F\x98\x80 caf\xC3\xA9",
};

static void assert_redacts(const char *text, const char *expected)
{
    AUTO_ARENA arena;
    arena_init(&arena, MEMORY);
    assert_string_equal(redact_text(&arena, text_of(text)).data, expected);
}

static void test_secrets_are_masked(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof masked / sizeof *masked; i++) {
        assert_redacts(masked[i].text, masked[i].expected);
    }
}

/* Once masked, nothing more is found, and a masked text is not masked again. */
static void test_masking_is_idempotent(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof masked / sizeof *masked; i++) {
        assert_redacts(masked[i].expected, masked[i].expected);
    }
}

static void test_harmless_texts_stay(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++) {
        assert_redacts(harmless[i], harmless[i]);
    }
}

static void test_names(void **state)
{
    (void)state;
    const char *const telling[] = {"password", "userPassword", "DB_PASSWORD",   "api-key",       "x-api-key",
                                   "apiKey",   "APIKey",       "secret",        "client.secret", "accessToken",
                                   "token",    "private_key",  "Authorization", "credentials",   "db_pass"};
    const char *const others[] = {"path", "content", "tokens", "tokenCount", "passwordFile", "keyboard", "pass",
                                  "key",  "author",  "bypass", "secretary",  "publicKey",    "PWD",      ""};
    for (size_t i = 0; i < sizeof telling / sizeof *telling; i++) {
        if (secret_name_kind(text_of(telling[i])).size == 0) {
            fail_msg("%s tells of no secret", telling[i]);
        }
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        if (secret_name_kind(text_of(others[i])).size != 0) {
            fail_msg("%s tells of a secret", others[i]);
        }
    }
}

static const char *redact_source(struct arena *arena, const char *source, size_t longest_string,
                                 size_t longest_value)
{
    struct json value;
    struct error err = {0};
    struct builder out;
    struct json_writer writer;
    struct redact_limits limits = {.longest_string = longest_string, .longest_value = longest_value};
    if (!json_parse(text_of(source), arena, &value, &err)) {
        fail_msg("%s", err.message);
    }
    builder_init(&out, arena);
    json_writer_init(&writer, &out, false);
    redact_json(&writer, &value, &limits);
    struct text written = builder_text(&out);
    if (!json_parse(written, arena, &value, &err)) {
        fail_msg("%s in %s", err.message, written.data);
    }
    return written.data;
}

/* Taken over from its source where that is the same. */
static void test_json_source(void **state)
{
    static const struct {
        const char *source;
        bool is_taken_over;
    } sources[] = {
        {"{\"path\": \"src/a.c\", \"n\": [1, null]}", true},
        {"{\"a\":\"b\\u0063\"}", false},
        {"{\"password (old)\": \"hunter22x\"}", false},
        {"{\"api_key[0]\": \"0a1b2c3d4e5f\"}", false},
        {"[{\"x\": {\"db password, the old one\": \"hunter22x\"}}]", false},
        {"{\"text\": \"AKIAABCDEFGHIJKLMNOP\"}", false},
        {"{\"a#1\": 1}", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        AUTO_ARENA arena;
        arena_init(&arena, MEMORY);
        const struct redact_limits limits = {.longest_string = 256, .longest_value = 10000};
        struct text source = text_of(sources[i].source);
        struct json value;
        struct builder out;
        struct json_writer writer;
        struct hints hints;
        hints_init(&hints);
        assert_true(json_parse(source, &arena, &value, NULL));
        builder_init(&out, &arena);
        json_writer_init(&writer, &out, false);
        redact_json_source(&writer, &value, source, &hints, &limits);
        const char *expected =
            sources[i].is_taken_over ? sources[i].source : redact_source(&arena, sources[i].source, 256, 10000);
        assert_string_equal(builder_text(&out).data, expected);
    }
}

static void test_json_is_masked(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    arena_init(&arena, MEMORY);
    assert_string_equal(
        redact_source(&arena,
                      "{\"command\":\"PASSWORD=hunter2 make\",\"n\":1.50,\"ok\":true,\"no\":null,"
                      "\"password\":\"hunter2\",\"pin_password\":1234,\"max_tokens\":10,"
                      "\"credentials\":{\"user\":\"abc\",\"list\":[\"def\"]},\"empty_secret\":\"\"}",
                      256, 10000),
        "{\"command\":\"PASSWORD=[redacted:password] make\",\"n\":1.50,\"ok\":true,\"no\":null,"
        "\"password\":\"[redacted:password]\",\"pin_password\":\"[redacted:password]\","
        "\"max_tokens\":10,\"credentials\":{\"user\":\"[redacted:secret]\","
        "\"list\":[\"[redacted:secret]\"]},\"empty_secret\":\"\"}");
}

static void test_long_strings_are_cut(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    arena_init(&arena, MEMORY);
    assert_string_equal(redact_source(&arena, "[\"abcdefgh\",\"abcdefghi\"]", 8, 10000),
                        "[\"abcdefgh\",\"abcdefgh...[cut, 9 bytes in all]\"]");
    /* Not within a character: e-acute is two bytes, the emoji four. */
    assert_string_equal(redact_and_cut(&arena, TEXT("abc\xC3\xA9xyz"), 4).data, "abc...[cut, 8 bytes in all]");
    assert_string_equal(redact_and_cut(&arena, TEXT("a\xF0\x9F\x98\x80z"), 4).data,
                        "a...[cut, 6 bytes in all]");
}

/* Wherever the cut falls, no part of the secret is left. */
static void test_no_part_of_a_secret_at_the_cut(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    arena_init(&arena, MEMORY);
    struct text text =
        TEXT("echo ghp_"
             "abcdefghijklmnopqrstuvwxyz0123456789 and PASSWORD=hunter2 and more, and more text");
    for (size_t longest = 0; longest < text.size; longest++) {
        struct text cut = redact_and_cut(&arena, text, longest);
        assert_false(text_contains(cut, TEXT("ghp_")));
        assert_false(text_contains(cut, TEXT("hunt")));
    }
}

static void test_large_values_are_cut(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    arena_init(&arena, MEMORY);
    assert_string_equal(redact_source(&arena, "[1,2,3,4,5,6,7,8,9]", 8, 6),
                        "[1,2,3,\"[cut, 9 items in all]\"]");
    assert_string_equal(redact_source(&arena, "{\"a\":1,\"b\":2,\"c\":3,\"d\":4}", 8, 10),
                        "{\"a\":1,\"b\":2,\"[cut]#2\":4}");
}

/* Names that become the same by masking or cutting must not make the object invalid. */
static void test_names_stay_different(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    arena_init(&arena, MEMORY);
    assert_string_equal(
        redact_source(&arena,
                      "{\"abcdefgh1\":1,\"abcdefgh2\":2,\"abcdefgh...[cut, 9 bytes in all]#0\":3,"
                      "\"#1\":4}",
                      8, 10000),
        "{\"abcdefgh...[cut, 9 bytes in all]#0\":1,\"abcdefgh...[cut, 9 bytes in all]#1\":2,"
        "\"abcdefgh...[cut, 34 bytes in all]#2\":3,\"#1#3\":4}");
}

/* Texts made to be walked over again and again; quadratic time would not end. */
static void test_time_is_linear(void **state)
{
    (void)state;
    const char *const pieces[] = {
        "token=${",    "token: f(",  "sk-",     "eyJ",      "eyJaaaaaaaa.",   "://a:", "-----BEGIN ",
        "password=\"", "a_token:x(", "Bearer ", "--token ", "\\\"token\\\":", "xoxb-", "-----BEGIN PRIVATE KEY",
        "token=",      "a@b:",       "--",      "token   "};
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        AUTO_ARENA arena;
        arena_init(&arena, MEMORY);
        struct builder text;
        builder_init(&text, &arena);
        while (text.size < 2 * 1024 * 1024) {
            builder_add_c(&text, pieces[i]);
        }
        redact_text(&arena, builder_text(&text));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_secrets_are_masked),   cmocka_unit_test(test_masking_is_idempotent),
        cmocka_unit_test(test_harmless_texts_stay),  cmocka_unit_test(test_names),
        cmocka_unit_test(test_json_source),          cmocka_unit_test(test_json_is_masked),
        cmocka_unit_test(test_long_strings_are_cut), cmocka_unit_test(test_no_part_of_a_secret_at_the_cut),
        cmocka_unit_test(test_large_values_are_cut), cmocka_unit_test(test_names_stay_different),
        cmocka_unit_test(test_time_is_linear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
