/* SPDX-License-Identifier: Apache-2.0 */
/* The host of a URL, as the WHATWG URL standard reads it; NULL where readers differ, and it must be unknown. */
#include "unit/demand/calls.h"

static const struct {
    const char *url;
    const char *host;
} cases[] = {
    /* Plain hosts and ports. */
    {"https://example.com/", "example.com:443"},
    {"http://example.com", "example.com:80"},
    {"HTTPS://EXAMPLE.Com/A", "example.com:443"},
    {"https://example.com:8443/x", "example.com:8443"},
    {"https://example.com:443", "example.com:443"},
    {"http://example.com:443", "example.com:443"},
    {"https://example.com:", "example.com:443"},
    {"https://example.com:/x", "example.com:443"},
    {"https://example.com:0443", "example.com:443"},
    {"https://example.com:0", "example.com:0"},
    {"https://example.com:65535", "example.com:65535"},
    {"https://example.com:65536", NULL},
    {"https://example.com:99999999999999999999", NULL},
    {"https://example.com:-1", NULL},
    {"https://example.com:+443", NULL},
    {"https://example.com:44a", NULL},
    {"https://example.com:443:80", NULL},
    {"wss://example.com/s", "example.com:443"},
    {"ws://example.com/s", "example.com:80"},
    {"https://a-b_c.example.com", "a-b_c.example.com:443"},
    {"https://localhost", "localhost:443"},
    {"https://example.com.", "example.com:443"},
    {"https://example.com.:8080", "example.com:8080"},
    {"https://example.com..", NULL},
    {"https://.example.com", NULL},
    {"https://a..example.com", NULL},
    {"https://.", NULL},
    {"https://", NULL},
    {"https:///", NULL},
    {"https://:443", NULL},
    /* Where the authority ends. */
    {"https://example.com?x", "example.com:443"},
    {"https://example.com#x", "example.com:443"},
    {"https://example.com?@evil.example/", "example.com:443"},
    {"https://example.com/@evil.example/", "example.com:443"},
    {"https://example.com#@evil.example/", "example.com:443"},
    {"https://docs.example.com.evil.example/", "docs.example.com.evil.example:443"},
    {"https://example.com/:8080", "example.com:443"},
    /* User and password. */
    {"https://docs.example.com@evil.example/", "evil.example:443"},
    {"https://user:pass@example.com:8080/", "example.com:8080"},
    {"https://a@b@evil.example/", "evil.example:443"},
    {"https://example.com:443@evil.example", "evil.example:443"},
    {"https://@example.com", "example.com:443"},
    {"https://x@", NULL},
    {"https://[::1]@evil.example/", "evil.example:443"},
    {"https://evil.example\\\\@example.com/", NULL},
    {"https://example.com\\\\.evil.example/", NULL},
    /* What readers drop, or not. */
    {" https://example.com", NULL},
    {"https://example.com ", NULL},
    {"https://exam\\tple.com", NULL},
    {"https://exam\\nple.com", NULL},
    {"ht\\ntps://example.com", NULL},
    {"https://example.com/a b", NULL},
    {"https://example\\u007f.com", NULL},
    {"https://ex\\u00adample.com", NULL},
    {"https://ex\\u200bample.com", NULL},
    /* Slashes and schemes. */
    {"https:example.com", NULL},
    {"https:/example.com", NULL},
    {"https:////example.com", NULL},
    {"//example.com", NULL},
    {"example.com", NULL},
    {"", NULL},
    {"file:///etc/passwd", NULL},
    {"ftp://example.com", NULL},
    {"data:text/plain,x", NULL},
    {"javascript:x", NULL},
    {"httpss://example.com", NULL},
    {"http s://example.com", NULL},
    {"blob:https://example.com/x", NULL},
    /* Percent and Unicode. */
    {"https://%65xample.com", NULL},
    {"https://example%2ecom", NULL},
    {"https://example.com%00.evil.example", NULL},
    {"https://example.com%2f@evil.example", "evil.example:443"},
    {"https://ex\\u00e4mple.com", NULL},
    {"https://\\uff45xample.com", NULL},
    {"https://example\\u3002com", NULL},
    {"https://\\u2488example.com", NULL},
    {"https://xn--exmple-cua.com", "xn--exmple-cua.com:443"},
    /* Characters no host has. */
    {"https://exa<mple.com", NULL},
    {"https://exa|mple.com", NULL},
    {"https://exa^mple.com", NULL},
    {"https://a*b.com", NULL},
    {"https://*.example.com", NULL},
    {"https://a,b.com", NULL},
    {"https://a;b.com", NULL},
    {"https://a&b.com", NULL},
    {"https://[example.com]", NULL},
    {"https://example.com]", NULL},
    /* Numbers that are IPv4 addresses. */
    {"http://127.0.0.1", "127.0.0.1:80"},
    {"http://127.0.0.1.", "127.0.0.1:80"},
    {"http://127.1", "127.0.0.1:80"},
    {"http://127.0.1", "127.0.0.1:80"},
    {"http://2130706433", "127.0.0.1:80"},
    {"http://2852039166/", "169.254.169.254:80"},
    {"http://0x7f000001", "127.0.0.1:80"},
    {"http://0X7F.1", "127.0.0.1:80"},
    {"http://017700000001", "127.0.0.1:80"},
    {"http://0177.0.0.01", "127.0.0.1:80"},
    {"http://0xa9.254.43518", "169.254.169.254:80"},
    {"http://0", "0.0.0.0:80"},
    {"http://0x", "0.0.0.0:80"},
    {"http://0x.0x.0", "0.0.0.0:80"},
    {"http://256", "0.0.1.0:80"},
    {"http://4294967295", "255.255.255.255:80"},
    {"http://4294967296", NULL},
    {"http://256.0.0.1", NULL},
    {"http://1.2.3.256", NULL},
    {"http://1.2.65536", NULL},
    {"http://1.2.3.4.5", NULL},
    {"http://1.2.3.08", NULL},
    {"http://09", NULL},
    {"http://a.0", NULL},
    {"http://a.0x1", NULL},
    {"http://a.09", NULL},
    {"http://1..2", NULL},
    {"http://1.2.3.4..", NULL},
    {"http://0x100000000", NULL},
    {"http://0xffffffffffffffffffff", NULL},
    {"http://1.2.3.4a", "1.2.3.4a:80"},
    {"http://1e3", "1e3:80"},
    {"http://0xg", "0xg:80"},
    {"http://1.0x1g", "1.0x1g:80"},
    {"http://x", "x:80"},
    {"http://1.x", "1.x:80"},
    /* IPv6. */
    {"http://[::1]", "[::1]:80"},
    {"http://[::1]:8080/", "[::1]:8080"},
    {"http://[0:0:0:0:0:0:0:1]", "[::1]:80"},
    {"http://[2001:DB8::A]", "[2001:db8::a]:80"},
    {"http://[2001:0db8:0000::000a]", "[2001:db8::a]:80"},
    {"http://[::ffff:169.254.169.254]/", "169.254.169.254:80"},
    {"http://[::ffff:a9fe:a9fe]/", "169.254.169.254:80"},
    {"http://[::ffff:0:0]:1", "0.0.0.0:1"},
    {"http://[::]", "[::]:80"},
    {"http://[fe80::1%25eth0]", NULL},
    {"http://[fe80::1%eth0]", NULL},
    {"http://[::1", NULL},
    {"http://::1", NULL},
    {"http://[::1]x", NULL},
    {"http://[::1]8080", NULL},
    {"http://[]", NULL},
    {"http://[1::2::3]", NULL},
    {"http://[12345::]", NULL},
    {"http://[::1.2.3]", NULL},
    {"http://[::ffff:01.2.3.4]", NULL},
};

static void hosts_are_read_as_the_standard_says(void **state)
{
    (void)state;
    struct calls calls;
    calls_init(&calls);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct demand_vector demands;
        struct error err;
        struct builder arguments;
        builder_init(&arguments, &calls.arena);
        /* The folder's path stands for every @ in arguments: spell it otherwise. */
        builder_add_c(&arguments, "{\"url\":\"");
        for (const char *at = cases[i].url; *at != '\0'; at++) {
            builder_format(&arguments, *at == '@' ? "\\u0040" : "%c", *at);
        }
        builder_add_c(&arguments, "\"}");
        assert_true(
            calls_try(&calls, &agent_claude, "WebFetch", builder_text(&arguments).data, &demands, &err));
        assert_int_equal(demands.count, 1);
        const struct resource *resource = &demands.items[0].resource;
        if (cases[i].host == NULL
                ? resource->kind != RESOURCE_UNKNOWN
                : resource->kind != RESOURCE_KNOWN || !text_equal(resource->value, text_of(cases[i].host))) {
            fail_msg("%s leads to \"%.*s\", expected %s", cases[i].url, TEXT_ARG(resource->value),
                     cases[i].host == NULL ? "unknown" : cases[i].host);
        }
        arena_reset(&calls.arena);
    }
    assert_true(COUNT_OF(cases) > 120);
    calls_release(&calls);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hosts_are_read_as_the_standard_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
