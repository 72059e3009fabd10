/* SPDX-License-Identifier: Apache-2.0 */
#include "redact/kinds.h"

#include <string.h>

enum alphabet {
    ALPHANUMERIC, /* A-Z a-z 0-9 */
    UPPER,        /* A-Z 0-9 */
    WORD,         /* A-Z a-z 0-9 _ - */
    DOTTED,       /* the same and . */
    PATH,         /* the same and / */
};

struct token_shape {
    struct text kind;
    struct text prefix;
    enum alphabet alphabet; /* of what follows the prefix */
    size_t least;           /* how long that is at least */
};

/* The first one that matches counts: longer prefixes stand first. Shapes as their issuers publish them. */
static const struct token_shape token_shapes[] = {
    {TEXT_INIT("aws-key"), TEXT_INIT("AKIA"), UPPER, 16},
    {TEXT_INIT("aws-key"), TEXT_INIT("ASIA"), UPPER, 16},
    {TEXT_INIT("gcp-key"), TEXT_INIT("AIza"), WORD, 35},
    {TEXT_INIT("gcp-secret"), TEXT_INIT("GOCSPX-"), WORD, 20},
    {TEXT_INIT("gcp-token"), TEXT_INIT("ya29."), WORD, 20},
    {TEXT_INIT("github-token"), TEXT_INIT("github_pat_"), WORD, 40},
    {TEXT_INIT("github-token"), TEXT_INIT("ghp_"), ALPHANUMERIC, 30},
    {TEXT_INIT("github-token"), TEXT_INIT("gho_"), ALPHANUMERIC, 30},
    {TEXT_INIT("github-token"), TEXT_INIT("ghu_"), ALPHANUMERIC, 30},
    {TEXT_INIT("github-token"), TEXT_INIT("ghs_"), ALPHANUMERIC, 30},
    {TEXT_INIT("github-token"), TEXT_INIT("ghr_"), ALPHANUMERIC, 30},
    {TEXT_INIT("gitlab-token"), TEXT_INIT("glpat-"), WORD, 20},
    {TEXT_INIT("gitlab-token"), TEXT_INIT("gldt-"), WORD, 20},
    {TEXT_INIT("gitlab-token"), TEXT_INIT("glrt-"), WORD, 20},
    {TEXT_INIT("gitlab-token"), TEXT_INIT("glptt-"), WORD, 20},
    {TEXT_INIT("gitlab-token"), TEXT_INIT("glcbt-"), WORD, 20},
    {TEXT_INIT("slack-token"), TEXT_INIT("xoxa-"), WORD, 10},
    {TEXT_INIT("slack-token"), TEXT_INIT("xoxb-"), WORD, 10},
    {TEXT_INIT("slack-token"), TEXT_INIT("xoxe-"), WORD, 10},
    {TEXT_INIT("slack-token"), TEXT_INIT("xoxe."), DOTTED, 10},
    {TEXT_INIT("slack-token"), TEXT_INIT("xoxp-"), WORD, 10},
    {TEXT_INIT("slack-token"), TEXT_INIT("xoxr-"), WORD, 10},
    {TEXT_INIT("slack-token"), TEXT_INIT("xoxs-"), WORD, 10},
    {TEXT_INIT("slack-token"), TEXT_INIT("xapp-"), WORD, 20},
    {TEXT_INIT("slack-webhook"), TEXT_INIT("hooks.slack.com/services/"), PATH, 20},
    {TEXT_INIT("stripe-key"), TEXT_INIT("sk_live_"), ALPHANUMERIC, 16},
    {TEXT_INIT("stripe-key"), TEXT_INIT("sk_test_"), ALPHANUMERIC, 16},
    {TEXT_INIT("stripe-key"), TEXT_INIT("rk_live_"), ALPHANUMERIC, 16},
    {TEXT_INIT("stripe-key"), TEXT_INIT("rk_test_"), ALPHANUMERIC, 16},
    {TEXT_INIT("stripe-key"), TEXT_INIT("whsec_"), ALPHANUMERIC, 24},
    {TEXT_INIT("anthropic-key"), TEXT_INIT("sk-ant-"), WORD, 20},
    {TEXT_INIT("openai-key"), TEXT_INIT("sk-proj-"), WORD, 20},
    {TEXT_INIT("openai-key"), TEXT_INIT("sk-svcacct-"), WORD, 20},
    {TEXT_INIT("openai-key"), TEXT_INIT("sk-admin-"), WORD, 20},
    {TEXT_INIT("openai-key"), TEXT_INIT("sk-"), ALPHANUMERIC, 32},
    {TEXT_INIT("npm-token"), TEXT_INIT("npm_"), ALPHANUMERIC, 36},
    {TEXT_INIT("pypi-token"), TEXT_INIT("pypi-AgE"), WORD, 40},
    {TEXT_INIT("huggingface-token"), TEXT_INIT("hf_"), ALPHANUMERIC, 30},
    {TEXT_INIT("sendgrid-key"), TEXT_INIT("SG."), DOTTED, 50},
    {TEXT_INIT("digitalocean-token"), TEXT_INIT("dop_v1_"), ALPHANUMERIC, 40},
};

bool is_secret_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

bool is_secret_letter(char c)
{
    return is_upper(c) || (c >= 'a' && c <= 'z');
}

static bool is_in(enum alphabet alphabet, char c)
{
    switch (alphabet) {
    case UPPER:
        return is_upper(c) || is_secret_digit(c);
    case ALPHANUMERIC:
        return is_secret_letter(c) || is_secret_digit(c);
    case WORD:
        return is_secret_letter(c) || is_secret_digit(c) || c == '_' || c == '-';
    case DOTTED:
        return is_in(WORD, c) || c == '.';
    case PATH:
        return is_in(WORD, c) || c == '/';
    }
    return false;
}

static size_t count_run(struct text text, size_t offset, enum alphabet alphabet)
{
    size_t end = offset;
    while (end < text.size && is_in(alphabet, text.data[end])) {
        end++;
    }
    return end - offset;
}

/* A JSON Web Token (RFC 7519): three base64url parts, of which the first two are objects ("eyJ" is `{"`). */
static size_t web_token_length(struct text text, size_t offset)
{
    enum { LEAST_PART = 8 };
    if (!text_starts_with(text_after(text, offset), TEXT("eyJ")) ||
        (offset > 0 && is_in(WORD, text.data[offset - 1]))) {
        return 0;
    }
    size_t end = offset + count_run(text, offset, WORD);
    if (end - offset < LEAST_PART || end == text.size || text.data[end] != '.') {
        return 0;
    }
    size_t part = count_run(text, end + 1, WORD);
    if (part < LEAST_PART) {
        return 0;
    }
    end += 1 + part;
    if (end < text.size && text.data[end] == '.') {
        end += 1 + count_run(text, end + 1, WORD);
    }
    return end - offset;
}

size_t secret_token_length(struct text text, size_t offset, struct text *ret_kind)
{
    char first = text.data[offset];
    for (size_t i = 0; i < sizeof token_shapes / sizeof *token_shapes; i++) {
        const struct token_shape *shape = &token_shapes[i];
        if (shape->prefix.data[0] != first || !text_starts_with(text_after(text, offset), shape->prefix)) {
            continue;
        }
        size_t rest = count_run(text, offset + shape->prefix.size, shape->alphabet);
        if (rest >= shape->least) {
            *ret_kind = shape->kind;
            return shape->prefix.size + rest;
        }
    }
    *ret_kind = TEXT("jwt");
    return first == 'e' ? web_token_length(text, offset) : 0;
}

bool secret_token_prefix(size_t index, struct text *ret_prefix)
{
    size_t count = sizeof token_shapes / sizeof *token_shapes;
    *ret_prefix = index < count ? token_shapes[index].prefix : TEXT("eyJ");
    return index <= count;
}

enum { LONGEST_NAME = 128, MOST_PARTS = 32 };

/* A name taken apart into lower-case words. */
struct name_parts {
    char lower[LONGEST_NAME];
    struct text parts[MOST_PARTS];
    size_t count;
};

static void split_name(struct text name, struct name_parts *parts)
{
    parts->count = 0;
    /* What a name means stands at its end. */
    name = text_after(name, name.size > LONGEST_NAME ? name.size - LONGEST_NAME : 0);
    size_t start = 0;
    for (size_t i = 0; i <= name.size; i++) {
        bool is_part = i < name.size && (is_secret_letter(name.data[i]) || is_secret_digit(name.data[i]));
        bool is_hump = is_part && i > start && is_upper(name.data[i]) && !is_upper(name.data[i - 1]);
        if ((!is_part || is_hump) && i > start && parts->count < MOST_PARTS) {
            parts->parts[parts->count++] = (struct text){parts->lower + start, i - start};
        }
        if (!is_part) {
            start = i + 1;
        } else {
            start = is_hump ? i : start;
            parts->lower[i] = is_upper(name.data[i]) ? (char)(name.data[i] + ('a' - 'A')) : name.data[i];
        }
    }
}

static bool is_any(struct text text, const struct text *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (text_equal(text, list[i])) {
            return true;
        }
    }
    return false;
}

#define IS_ANY(text, list) is_any((text), (list), sizeof(list) / sizeof *(list))

/* "token_count", "PASSWORD_FILE": about a secret, but none. */
static const struct text harmless_endings[] = {
    TEXT_INIT("count"),    TEXT_INIT("limit"),   TEXT_INIT("file"),     TEXT_INIT("path"),
    TEXT_INIT("name"),     TEXT_INIT("url"),     TEXT_INIT("uri"),      TEXT_INIT("type"),
    TEXT_INIT("length"),   TEXT_INIT("size"),    TEXT_INIT("ttl"),      TEXT_INIT("expiry"),
    TEXT_INIT("expires"),  TEXT_INIT("in"),      TEXT_INIT("at"),       TEXT_INIT("usage"),
    TEXT_INIT("budget"),   TEXT_INIT("policy"),  TEXT_INIT("field"),    TEXT_INIT("prompt"),
    TEXT_INIT("pattern"),  TEXT_INIT("version"), TEXT_INIT("endpoint"), TEXT_INIT("required"),
    TEXT_INIT("enabled"),  TEXT_INIT("dir"),     TEXT_INIT("store"),    TEXT_INIT("manager"),
    TEXT_INIT("provider"),
};

/* What stands before "key" when the key is secret: not "primary_key", "public_key" or "foreign key". */
static const struct text secret_keys[] = {
    TEXT_INIT("api"),        TEXT_INIT("access"),  TEXT_INIT("private"), TEXT_INIT("secret"),
    TEXT_INIT("signing"),    TEXT_INIT("auth"),    TEXT_INIT("account"), TEXT_INIT("master"),
    TEXT_INIT("encryption"), TEXT_INIT("storage"), TEXT_INIT("service"), TEXT_INIT("deploy"),
};

/* What stands before "token" when it is a place in a list, or a piece of a text, and no secret. */
static const struct text harmless_tokens[] = {
    TEXT_INIT("page"), TEXT_INIT("progress"), TEXT_INIT("continuation"), TEXT_INIT("sync"), TEXT_INIT("cursor"),
    TEXT_INIT("stop"), TEXT_INIT("eos"),      TEXT_INIT("bos"),          TEXT_INIT("pad"),  TEXT_INIT("marker"),
};

static struct text part_kind(const struct name_parts *parts, size_t i)
{
    struct text part = parts->parts[i];
    if (text_ends_with(part, TEXT("password")) || text_ends_with(part, TEXT("passwd")) ||
        text_ends_with(part, TEXT("passphrase")) || text_equal(part, TEXT("pwd")) ||
        (i > 0 && text_equal(part, TEXT("pass")))) {
        return TEXT("password");
    }
    if (text_ends_with(part, TEXT("apikey")) ||
        (i > 0 && text_equal(part, TEXT("key")) && IS_ANY(parts->parts[i - 1], secret_keys))) {
        return TEXT("api-key");
    }
    if (text_ends_with(part, TEXT("token")) && !(i > 0 && IS_ANY(parts->parts[i - 1], harmless_tokens))) {
        return TEXT("token");
    }
    if (text_ends_with(part, TEXT("secret")) || text_equal(part, TEXT("credential")) ||
        text_equal(part, TEXT("credentials"))) {
        return TEXT("secret");
    }
    return text_equal(part, TEXT("authorization")) ? TEXT("authorization") : TEXT("");
}

struct text secret_name_kind(struct text name)
{
    struct name_parts parts;
    split_name(name, &parts);
    /* A shell's working folder, in every command line's environment. */
    if (parts.count == 0 || IS_ANY(parts.parts[parts.count - 1], harmless_endings) ||
        text_equal(name, TEXT("PWD")) || text_equal(name, TEXT("OLDPWD"))) {
        return TEXT("");
    }
    for (size_t i = parts.count; i > 0; i--) {
        struct text kind = part_kind(&parts, i - 1);
        if (kind.size != 0) {
            return kind;
        }
    }
    return TEXT("");
}

static const struct text harmless_values[] = {
    TEXT_INIT("true"),     TEXT_INIT("false"),     TEXT_INIT("null"), TEXT_INIT("none"),
    TEXT_INIT("nil"),      TEXT_INIT("undefined"), TEXT_INIT("yes"),  TEXT_INIT("required"),
    TEXT_INIT("optional"), TEXT_INIT("string"),    TEXT_INIT("no"),   TEXT_INIT("None"),
    TEXT_INIT("True"),     TEXT_INIT("False"),     TEXT_INIT("..."),
};

bool secret_value_is_harmless(struct text value, struct text kind)
{
    if (value.size == 0 || IS_ANY(value, harmless_values) || text_starts_with(value, TEXT("${")) ||
        text_starts_with(value, TEXT("$(")) || text_starts_with(value, TEXT("{{")) ||
        text_starts_with(value, TEXT("[redacted")) || text_starts_with(value, TEXT("process.env")) ||
        text_starts_with(value, TEXT("os.environ"))) {
        return true;
    }
    /* $NAME; but a password may start with a dollar sign too. */
    if (value.data[0] == '$' && value.size > 1) {
        size_t end = 1 + count_run(value, 1, WORD);
        if (end == value.size && !is_secret_digit(value.data[1]) && value.data[1] != '-') {
            return true;
        }
    }
    size_t same = 0;
    size_t digits = 0;
    for (size_t i = 0; i < value.size; i++) {
        same += value.data[i] == value.data[0] ? 1 : 0;
        digits += is_secret_digit(value.data[i]) ? 1 : 0;
    }
    bool is_mask = same == value.size && text_find_char(TEXT("*.xX-_"), value.data[0]) != TEXT_NOT_FOUND;
    return is_mask || (digits == value.size && !text_equal(kind, TEXT("password")));
}

bool is_secret_name_char(char c)
{
    return is_secret_letter(c) || is_secret_digit(c) || c == '_' || c == '-' || c == '.';
}
