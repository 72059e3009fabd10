/* SPDX-License-Identifier: Apache-2.0 */
#include "redact/scan.h"

#include "redact/kinds.h"

/* Of a key's BEGIN or END line: "-----BEGIN ENCRYPTED PRIVATE KEY-----". */
enum { LONGEST_LABEL = 48 };

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\0';
}

/* What ends a value without quotes: white space, quotes, and what separates commands and redirections. */
static bool ends_plain_value(char c)
{
    return is_space(c) || c == '"' || c == '\'' || c == '`' || c == ';' || c == '&' || c == '|' || c == '<' ||
           c == '>' || c == '\\';
}

static char char_at(const struct scanner *scanner, size_t offset)
{
    return offset < scanner->text.size ? scanner->text.data[offset] : '\0';
}

static void copy_to(struct scanner *scanner, size_t end)
{
    if (scanner->out != NULL) {
        builder_add(scanner->out, text_slice(scanner->text, scanner->at, end));
    }
    scanner->at = end;
}

static void mask_to(struct scanner *scanner, size_t end, struct text kind)
{
    if (scanner->spans != NULL) {
        struct secret_span span = {.start = scanner->at, .end = end, .kind = kind};
        VECTOR_PUSH(scanner->arena, scanner->spans, span);
    }
    if (scanner->out != NULL) {
        secret_mask(scanner->out, kind);
    }
    scanner->at = end;
}

static bool starts_private_key(const struct scanner *scanner, size_t offset)
{
    struct text rest = text_after(scanner->text, offset);
    return text_starts_with(rest, TEXT("-----BEGIN ")) &&
           text_contains(text_slice(rest, 0, LONGEST_LABEL), TEXT("PRIVATE KEY"));
}

/* RFC 7468 and OpenPGP: from the BEGIN line to the END line's last dashes, or to the end of a text that was
 * cut. */
static void mask_private_key(struct scanner *scanner)
{
    struct text rest = text_after(scanner->text, scanner->at);
    size_t end = text_find(rest, TEXT("-----END "));
    size_t length = rest.size;
    if (end != TEXT_NOT_FOUND) {
        size_t after_label = end + sizeof "-----END " - 1;
        size_t dashes = text_find(text_slice(rest, after_label, after_label + LONGEST_LABEL), TEXT("-----"));
        length = dashes == TEXT_NOT_FOUND ? after_label : after_label + dashes + 5;
    }
    mask_to(scanner, scanner->at + length, TEXT("private-key"));
}

/* "://CREDENTIAL@host": a name does not look like this. The user's part is [3, at_sign) of `rest`. */
static bool is_credential(struct text rest, size_t at_sign)
{
    enum { LEAST_CREDENTIAL = 16 };
    struct text user = text_slice(rest, 3, at_sign);
    struct text token_kind;
    size_t digits = 0;
    size_t letters = 0;
    for (size_t i = 0; i < user.size; i++) {
        digits += is_secret_digit(user.data[i]) ? 1 : 0;
        letters += is_secret_letter(user.data[i]) ? 1 : 0;
        if (!is_secret_name_char(user.data[i])) {
            return false;
        }
    }
    return user.size >= LEAST_CREDENTIAL && digits > 0 && letters > 0 &&
           secret_token_length(rest, 3, &token_kind) == 0;
}

/* "://user:password@host", with the scanner on the colon (RFC 3986, section 3.2.1). */
static bool mask_url_password(struct scanner *scanner)
{
    struct text rest = text_after(scanner->text, scanner->at);
    if (!text_starts_with(rest, TEXT("://"))) {
        return false;
    }
    size_t colon = 0;
    size_t at_sign = 0;
    for (size_t i = 3; i < rest.size; i++) {
        char c = rest.data[i];
        if (c == '/' || c == '?' || c == '#' || c == '"' || c == '\'' || c == '`' || c == '<' || c == '>' ||
            is_space(c)) {
            break;
        }
        if (c == ':' && colon == 0 && !text_ends_with(text_slice(rest, 0, i), TEXT("[redacted"))) {
            colon = i;
        }
        if (c == '@') {
            at_sign = i;
        }
    }
    if (colon == 0 && at_sign > 3 && is_credential(rest, at_sign)) {
        size_t end = scanner->at + at_sign;
        copy_to(scanner, scanner->at + 3);
        mask_to(scanner, end, TEXT("url-userinfo"));
        return true;
    }
    if (colon == 0 || at_sign <= colon + 1 ||
        secret_value_is_harmless(text_slice(rest, colon + 1, at_sign), TEXT("password"))) {
        return false;
    }
    size_t end = scanner->at + at_sign;
    copy_to(scanner, scanner->at + colon + 1);
    mask_to(scanner, end, TEXT("url-password"));
    return true;
}

/* What stands between a name and its value. */
struct assignment {
    size_t value;   /* offset of the value, behind an opening quote */
    size_t quote;   /* bytes of that quote: 0, 1, or 2 for one escaped with a backslash */
    bool is_spaced; /* blanks around the sign: prose or code rather than a shell's NAME=value */
    bool is_colon;
    bool is_option; /* --name value */
};

static size_t skip_blanks(const struct scanner *scanner, size_t offset)
{
    while (char_at(scanner, offset) == ' ' || char_at(scanner, offset) == '\t') {
        offset++;
    }
    return offset;
}

/* 1 for a quote, 2 for one with a backslash before it (JSON in a string), 0 for none. */
static size_t quote_at(const struct scanner *scanner, size_t offset)
{
    char c = char_at(scanner, offset);
    if (c == '"' || c == '\'' || c == '`') {
        return 1;
    }
    return c == '\\' && char_at(scanner, offset + 1) == '"' ? 2 : 0;
}

/* Whether the name [start, at) is followed by a value. */
static bool find_assignment(const struct scanner *scanner, size_t start, struct assignment *ret_assignment)
{
    struct assignment assignment = {0};
    size_t after_name = scanner->at + quote_at(scanner, scanner->at);
    size_t sign = skip_blanks(scanner, after_name);
    size_t next = sign + 1;
    char c = char_at(scanner, sign);
    char second = char_at(scanner, sign + 1);
    if ((c == '=' && second == '>') || (c == ':' && second == '=')) {
        next++;
    } else if (c != '=' && c != ':') {
        bool has_dashes =
            start >= 2 && scanner->text.data[start - 1] == '-' && scanner->text.data[start - 2] == '-';
        has_dashes = has_dashes || text_starts_with(text_after(scanner->text, start), TEXT("--"));
        if (!has_dashes || sign == after_name || c == '-') {
            return false;
        }
        assignment.is_option = true;
        next = sign;
    } else if (second == '=' || text_starts_with(text_after(scanner->text, sign), TEXT("://"))) {
        return false; /* a comparison, a URL */
    }
    assignment.is_colon = c == ':' && !assignment.is_option;
    size_t value = skip_blanks(scanner, next);
    assignment.is_spaced = !assignment.is_option && (sign > after_name || value > next);
    assignment.quote = quote_at(scanner, value);
    assignment.value = value + assignment.quote;
    *ret_assignment = assignment;
    return true;
}

/* Where the value ends, or `limit` when that comes first. */
static size_t find_value_end(const struct scanner *scanner, const struct assignment *assignment, size_t limit)
{
    size_t end = assignment->value;
    char quote = assignment->quote == 0 ? '\0' : scanner->text.data[assignment->value - 1];
    limit = limit < scanner->text.size ? limit : scanner->text.size;
    for (; end < limit; end++) {
        char c = scanner->text.data[end];
        if (assignment->quote == 0) {
            if (ends_plain_value(c)) {
                break;
            }
        } else if (c == '\n' || c == quote ||
                   (assignment->quote == 2 && c == '\\' && char_at(scanner, end + 1) == quote)) {
            break;
        } else if (c == '\\' && quote == '"') {
            end++; /* whatever is escaped belongs to the value */
        }
    }
    return end < limit ? end : limit;
}

/* Code and prose name tokens and keys without telling them: "token: expected ')'", "secret = load()". */
static bool looks_like_words(struct text value)
{
    enum { LEAST_SECRET = 8, LONGEST_CALL = 64 };
    bool has_digit = false;
    bool has_upper = false;
    bool has_lower = false;
    for (size_t i = 0; i < value.size && i < LONGEST_CALL; i++) {
        char c = value.data[i];
        if ((c == '(' || c == '[') && i > 0) {
            return true;
        }
        has_digit = has_digit || is_secret_digit(c);
        has_upper = has_upper || (c >= 'A' && c <= 'Z');
        has_lower = has_lower || (c >= 'a' && c <= 'z');
    }
    return value.size < LEAST_SECRET || !(has_digit || (has_upper && has_lower));
}

/* "Authorization: Bearer CREDENTIAL": keeps the scheme (RFC 9110, section 11.6.2). */
static void copy_scheme(struct scanner *scanner)
{
    size_t end = scanner->at;
    while (is_secret_letter(char_at(scanner, end))) {
        end++;
    }
    size_t credential = skip_blanks(scanner, end);
    if (end > scanner->at && credential > end) {
        copy_to(scanner, credential);
    }
}

/* With the scanner behind the name that began at `start`: masks the value when the name is telling. */
static void mask_assigned(struct scanner *scanner, size_t start)
{
    enum { LONGEST_JUDGED = 256 };
    struct assignment assignment;
    if (!find_assignment(scanner, start, &assignment)) {
        return;
    }
    struct text kind = secret_name_kind(text_slice(scanner->text, start, scanner->at));
    if (kind.size == 0) {
        return;
    }
    bool is_authorization = text_equal(kind, TEXT("authorization"));
    copy_to(scanner, assignment.value);
    if (is_authorization) {
        copy_scheme(scanner);
        assignment.value = scanner->at;
    }
    /* Judged by its beginning: a value that stays is walked over again, and must not be long for that. */
    size_t end = find_value_end(scanner, &assignment, assignment.value + LONGEST_JUDGED);
    struct text value = text_slice(scanner->text, scanner->at, end);
    bool may_be_words = assignment.quote == 0 && (assignment.is_colon || assignment.is_spaced) &&
                        !is_authorization && !text_equal(kind, TEXT("password"));
    struct text token_kind;
    if (secret_value_is_harmless(value, kind) || text_starts_with(value, TEXT("-----BEGIN ")) ||
        (may_be_words && looks_like_words(value))) {
        return;
    }
    end = find_value_end(scanner, &assignment, SIZE_MAX);
    if (secret_token_length(scanner->text, scanner->at, &token_kind) == end - scanner->at) {
        kind = token_kind;
    }
    mask_to(scanner, end, kind);
}

/* "Bearer CREDENTIAL" without a header's name (RFC 6750, section 2.1). */
static bool mask_bearer(struct scanner *scanner, struct text word)
{
    enum { LEAST_CREDENTIAL = 16 };
    if (!text_equal_ignoring_case(word, TEXT("bearer"))) {
        return false;
    }
    size_t start = skip_blanks(scanner, scanner->at);
    size_t end = start;
    while (is_secret_name_char(char_at(scanner, end)) || char_at(scanner, end) == '~' ||
           char_at(scanner, end) == '+' || char_at(scanner, end) == '/' || char_at(scanner, end) == '=') {
        end++;
    }
    if (start == scanner->at || end - start < LEAST_CREDENTIAL) {
        return false;
    }
    copy_to(scanner, start);
    mask_to(scanner, end, TEXT("bearer-token"));
    return true;
}

/* Whether a word of a curl command line is the option that holds a user and a password: -u, -sSu, --user, and
 * those for proxies. Attached ones (-uuser) begin with it: *ret_size is the option's own part. */
static bool is_user_option(struct text word, size_t *ret_size)
{
    enum { MOST_FLAGS = 8 };
    *ret_size = word.size;
    if (text_equal(word, TEXT("--user")) || text_equal(word, TEXT("--proxy-user"))) {
        return true;
    }
    if (word.size < 2 || word.data[0] != '-' || word.data[1] == '-') {
        return false;
    }
    if (word.data[1] == 'u' || word.data[1] == 'U') {
        *ret_size = 2;
        return true;
    }
    char last = word.data[word.size - 1];
    size_t letters = 0;
    while (letters + 1 < word.size && is_secret_letter(word.data[letters + 1])) {
        letters++;
    }
    return (last == 'u' || last == 'U') && letters == word.size - 1 && letters <= MOST_FLAGS;
}

/* `curl -u user:password`, with the scanner behind the word that began at `start`. */
static bool mask_curl_user(struct scanner *scanner, size_t start)
{
    enum { LONGEST_USER = 256 };
    struct text word = text_slice(scanner->text, start, scanner->at);
    size_t option;
    if (text_equal(word, TEXT("curl"))) {
        scanner->is_in_curl = true;
        return false;
    }
    if (!scanner->is_in_curl || !is_user_option(word, &option)) {
        return false;
    }
    struct assignment value = {.value = start + option};
    if (option == word.size) {
        value.value += char_at(scanner, value.value) == '=' ? 1 : 0;
        value.value = skip_blanks(scanner, value.value);
        value.quote = quote_at(scanner, value.value);
        value.value += value.quote;
    }
    size_t colon = value.value;
    size_t limit = value.value + LONGEST_USER;
    while (colon < limit && char_at(scanner, colon) != ':' && !ends_plain_value(char_at(scanner, colon))) {
        colon++;
    }
    if (char_at(scanner, colon) != ':' || colon < scanner->at) {
        return false;
    }
    struct assignment password = {.value = colon + 1, .quote = 0};
    size_t end = value.quote == 0 ? find_value_end(scanner, &password, SIZE_MAX)
                                  : find_value_end(scanner, &value, SIZE_MAX);
    if (end <= colon + 1 ||
        secret_value_is_harmless(text_slice(scanner->text, colon + 1, end), TEXT("password"))) {
        return false;
    }
    copy_to(scanner, colon + 1);
    mask_to(scanner, end, TEXT("password"));
    return true;
}

/* A run of name characters: a token anywhere in it, or a name with a value behind. */
static void scan_word(struct scanner *scanner)
{
    size_t start = scanner->at;
    size_t end = start;
    for (; end < scanner->text.size && is_secret_name_char(scanner->text.data[end]); end++) {
        char before = end > 0 ? scanner->text.data[end - 1] : ' ';
        struct text kind;
        if (scanner->text.data[end] == '-' && before != '-' && starts_private_key(scanner, end)) {
            break;
        }
        if (is_secret_letter(before) || is_secret_digit(before)) {
            continue;
        }
        size_t length = secret_token_length(scanner->text, end, &kind);
        if (length != 0) {
            copy_to(scanner, end);
            mask_to(scanner, end + length, kind);
            return;
        }
    }
    copy_to(scanner, end);
    if (!mask_bearer(scanner, text_slice(scanner->text, start, end)) && !mask_curl_user(scanner, start)) {
        mask_assigned(scanner, start);
    }
}

bool secret_scan(struct scanner *scanner, size_t enough)
{
    while (scanner->at < scanner->text.size && (scanner->out == NULL || scanner->out->size <= enough)) {
        char c = scanner->text.data[scanner->at];
        if (c == '-' && starts_private_key(scanner, scanner->at)) {
            mask_private_key(scanner);
        } else if (is_secret_name_char(c)) {
            scan_word(scanner);
        } else if (c != ':' || !mask_url_password(scanner)) {
            bool ends_command = c == '\n' && (scanner->at == 0 || scanner->text.data[scanner->at - 1] != '\\');
            scanner->is_in_curl = scanner->is_in_curl && !ends_command;
            copy_to(scanner, scanner->at + 1);
        }
    }
    return scanner->at == scanner->text.size;
}

void secret_mask(struct builder *out, struct text kind)
{
    builder_add(out, TEXT("[redacted:"));
    builder_add(out, kind);
    builder_add_char(out, ']');
}
