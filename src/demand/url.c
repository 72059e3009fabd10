/* SPDX-License-Identifier: Apache-2.0 */
/* The host a URL leads to, read as browsers and fetch libraries do (the WHATWG URL standard, "host parsing").
 * Where readers could disagree the host is unknown, and no scoped rule allows it. */
#include <arpa/inet.h>
#include <string.h>

#include "demand/build.h"

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* One part of a numeric address: decimal, 0x hexadecimal or 0 octal. */
static bool parse_part(struct text part, uint64_t *ret_value)
{
    unsigned base = 10;
    if (part.size >= 2 && part.data[0] == '0' && lower(part.data[1]) == 'x') {
        base = 16;
        part = text_after(part, 2);
    } else if (part.size >= 2 && part.data[0] == '0') {
        base = 8;
        part = text_after(part, 1);
    }
    uint64_t value = 0;
    for (size_t i = 0; i < part.size; i++) {
        char c = lower(part.data[i]);
        unsigned digit = c >= '0' && c <= '9'   ? (unsigned)(c - '0')
                         : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10
                                                : 99;
        if (digit >= base || value > UINT32_MAX) {
            return false;
        }
        value = value * base + digit;
    }
    *ret_value = value;
    return true;
}

static bool is_digit_of(char c, unsigned base)
{
    return (c >= '0' && c <= '9') || (base == 16 && lower(c) >= 'a' && lower(c) <= 'f');
}

/* Whether the last label says that this is a number and not a name: all digits, or 0x and nothing but
 * hexadecimal ones, however many. */
static bool looks_numeric(struct text host)
{
    size_t dot = text_find_last_char(host, '.');
    struct text last = dot == TEXT_NOT_FOUND ? host : text_after(host, dot + 1);
    bool is_hexadecimal = last.size >= 2 && last.data[0] == '0' && lower(last.data[1]) == 'x';
    for (size_t i = is_hexadecimal ? 2 : 0; i < last.size; i++) {
        if (!is_digit_of(last.data[i], is_hexadecimal ? 16 : 10)) {
            return false;
        }
    }
    return last.size > 0;
}

/* "2852039166", "0xa9.254.43518": one to four parts, the last fills what is left. */
static bool parse_ipv4(struct text host, uint32_t *ret_address)
{
    uint64_t parts[4] = {0};
    size_t count = 0;
    struct text part;
    while (text_next(&host, '.', &part)) {
        if (count == 4 || part.size == 0 || !parse_part(part, &parts[count])) {
            return false;
        }
        count++;
    }
    if (count == 0) {
        return false;
    }
    uint64_t address = parts[count - 1];
    if (address >= UINT64_C(1) << (8 * (5 - count))) {
        return false;
    }
    for (size_t i = 0; i + 1 < count; i++) {
        if (parts[i] > 255) {
            return false;
        }
        address |= parts[i] << (8 * (3 - i));
    }
    *ret_address = (uint32_t)address;
    return true;
}

static struct text format_ipv4(struct arena *arena, uint32_t address)
{
    return text_format(arena, "%u.%u.%u.%u", address >> 24, address >> 16 & 255, address >> 8 & 255,
                       address & 255);
}

/* The inside of [...]. An IPv4 address mapped into IPv6 is that IPv4 address. */
static bool read_ipv6(struct arena *arena, struct text inside, struct text *ret_host)
{
    struct in6_addr address;
    char name[INET6_ADDRSTRLEN];
    if (inet_pton(AF_INET6, text_to_c(arena, inside), &address) != 1) {
        return false;
    }
    if (IN6_IS_ADDR_V4MAPPED(&address)) {
        uint32_t mapped;
        memcpy(&mapped, address.s6_addr + 12, sizeof mapped);
        *ret_host = format_ipv4(arena, ntohl(mapped));
        return true;
    }
    inet_ntop(AF_INET6, &address, name, sizeof name);
    *ret_host = text_format(arena, "[%s]", name);
    return true;
}

static bool has_empty_label(struct text host)
{
    struct text label;
    while (text_next(&host, '.', &label)) {
        if (label.size == 0) {
            return true;
        }
    }
    return false;
}

/* Letters, digits, "-", "_" and dots; anything else (percent escapes, Unicode) is read differently by different
 * programs. */
static bool read_name(struct arena *arena, struct text name, struct text *ret_host)
{
    if (name.size > 0 && name.data[name.size - 1] == '.') {
        name = text_slice(name, 0, name.size - 1);
    }
    struct text host = text_copy(arena, name);
    char *bytes = arena_alloc(arena, name.size + 1);
    for (size_t i = 0; i < name.size; i++) {
        char c = lower(name.data[i]);
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.')) {
            return false;
        }
        bytes[i] = c;
    }
    bytes[name.size] = '\0';
    host.data = bytes;
    if (has_empty_label(host)) {
        return false; /* resolvers disagree on them, and on how many dots at the end are none */
    }
    uint32_t address;
    if (looks_numeric(host)) {
        if (!parse_ipv4(host, &address)) {
            return false;
        }
        host = format_ipv4(arena, address);
    }
    *ret_host = host;
    return true;
}

/* "host", "host:port" or "[v6]:port". */
static bool read_authority(struct arena *arena, struct text authority, const char *default_port,
                           struct text *ret_host)
{
    struct text host;
    struct text port = {0};
    if (authority.size > 0 && authority.data[0] == '[') {
        size_t close = text_find_char(authority, ']');
        if (close == TEXT_NOT_FOUND || !read_ipv6(arena, text_slice(authority, 1, close), &host)) {
            return false;
        }
        struct text rest = text_after(authority, close + 1);
        if (rest.size > 0 && rest.data[0] != ':') {
            return false;
        }
        port = text_after(rest, 1);
    } else {
        size_t colon = text_find_char(authority, ':');
        struct text name = colon == TEXT_NOT_FOUND ? authority : text_slice(authority, 0, colon);
        port = colon == TEXT_NOT_FOUND ? (struct text){0} : text_after(authority, colon + 1);
        if (!read_name(arena, name, &host)) {
            return false;
        }
    }
    uint64_t number = 0;
    if (port.size > 0 && (!text_to_u64(port, &number) || number > 65535)) {
        return false;
    }
    *ret_host = port.size > 0 ? text_format(arena, "%.*s:%u", TEXT_ARG(host), (unsigned)number)
                              : text_format(arena, "%.*s:%s", TEXT_ARG(host), default_port);
    return true;
}

/* What lies between "://" and the path, without user and password. */
static bool read_url(struct arena *arena, struct text url, struct text *ret_host)
{
    static const struct {
        struct text scheme;
        const char *port;
    } schemes[] = {
        {TEXT_INIT("https://"), "443"},
        {TEXT_INIT("http://"), "80"},
        {TEXT_INIT("wss://"), "443"},
        {TEXT_INIT("ws://"), "80"},
    };
    for (size_t i = 0; i < url.size; i++) {
        unsigned char c = (unsigned char)url.data[i];
        if (c <= 0x20 || c == '\\' || c == 0x7F) {
            return false; /* dropped, or taken for a slash, by some readers */
        }
    }
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        struct text start = text_slice(url, 0, schemes[i].scheme.size);
        if (!text_equal_ignoring_case(start, schemes[i].scheme)) {
            continue;
        }
        struct text rest = text_after(url, start.size);
        size_t end = 0;
        while (end < rest.size && rest.data[end] != '/' && rest.data[end] != '?' && rest.data[end] != '#') {
            end++;
        }
        struct text authority = text_slice(rest, 0, end);
        size_t at = text_find_last_char(authority, '@');
        return read_authority(arena, at == TEXT_NOT_FOUND ? authority : text_after(authority, at + 1),
                              schemes[i].port, ret_host);
    }
    return false;
}

void build_url(struct demand_build *build, struct text name, struct text url)
{
    struct resource resource = {.kind = RESOURCE_KNOWN};
    if (!read_url(build->arena, url, &resource.value)) {
        resource = (struct resource){.kind = RESOURCE_UNKNOWN};
    }
    build_add(build, name, resource);
}
