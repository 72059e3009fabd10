/* SPDX-License-Identifier: Apache-2.0 */
/* What version 1 of the language adds: `map` and `redact`; and what it means to add and this program does not
 * understand yet, which is an error: a condition that is not read must not be taken for none. */
#include "lang/parser.h"
#include "pattern/pattern.h"

static bool fail(struct parser *parser, enum diagnostic_code code, struct text piece, const char *help,
                 const char *what)
{
    mistakes_add(&parser->mistakes, code, parser_range(parser, piece), help, "\"%.*s%s\" %s",
                 MISTAKE_QUOTE(piece), what);
    return false;
}

bool parser_needs_version(struct parser *parser, struct text keyword)
{
    if (parser->version >= 1) {
        return true;
    }
    mistakes_add(&parser->mistakes, AEX_103, parser_range(parser, keyword), NULL,
                 "`%.*s` is a word of version 1, and this file is version 0", TEXT_ARG(keyword));
    return false;
}

bool parser_is_yet_to_come(const struct parser *parser, struct text word)
{
    return parser->version >= 1 && (text_equal(word, TEXT("extends")) || text_equal(word, TEXT("approval")));
}

bool parser_report_yet_to_come(struct parser *parser, struct text word)
{
    mistakes_add(&parser->mistakes, AEX_104, parser_range(parser, word), NULL,
                 "this version of aex does not understand `%.*s` yet", TEXT_ARG(word));
    return false;
}

/* The first word of a rule's tail: `when`, `via` or `because` between blanks; empty when there is none. */
static struct text find_tail(struct text word)
{
    static const struct text tails[] = {TEXT_INIT("when"), TEXT_INIT("via"), TEXT_INIT("because")};
    struct scan scan = {.text = word};
    while (!scan_at_end(&scan)) {
        size_t start = scan.at;
        while (scan.at < word.size && !scan_is_blank(word.data[scan.at])) {
            scan.at++;
        }
        struct text part = text_slice(word, start, scan.at);
        for (size_t i = 0; start > 0 && i < sizeof tails / sizeof *tails; i++) {
            if (text_equal(part, tails[i])) {
                return part;
            }
        }
        scan_skip_blanks(&scan);
    }
    return (struct text){0};
}

bool parser_check_patterns(struct parser *parser, const struct located_text_vector *words)
{
    for (size_t i = 0; parser->version >= 1 && i < words->count; i++) {
        struct text word = words->items[i].text;
        struct pattern pattern;
        struct error err;
        if (pattern_parse(word, &pattern, &err)) {
            continue;
        }
        struct text tail = find_tail(word);
        if (tail.size > 0) {
            return parser_report_yet_to_come(parser, tail);
        }
        mistakes_add(&parser->mistakes, AEX_100, words->items[i].range,
                     "write a capability, `prefix.*` or `*`, with `:scope` behind it", "%.200s", err.message);
        return false;
    }
    return true;
}

bool parser_check_limits(struct parser *parser, const struct assignment_vector *limits)
{
    for (size_t i = 0; parser->version >= 1 && i < limits->count; i++) {
        struct text name = limits->items[i].name.text;
        if (!text_equal(name, TEXT("calls"))) {
            return fail(parser, AEX_104, name, "limit `calls`",
                        "is a budget that this version of aex does not keep yet");
        }
    }
    return true;
}

/* ---- map ---- */

static bool is_made_of(struct text text, const char *also)
{
    struct scan scan = {.text = text};
    return scan_take_word(&scan, also).size == text.size && text.size > 0;
}

static struct text take_until_blank(struct scan *scan)
{
    size_t start = scan->at;
    while (!scan_at_end(scan) && !scan_is_blank(scan->text.data[scan->at])) {
        scan->at++;
    }
    return text_slice(scan->text, start, scan->at);
}

/* TOOL[@SERVER] */
static bool read_tool(struct parser *parser, struct statement *map, struct text word)
{
    size_t at = text_find_char(word, '@');
    struct text tool = text_slice(word, 0, at);
    if (!is_made_of(tool, "-./:")) {
        return fail(parser, AEX_100, word, "name the tool as its server does: letters, digits and \"_-./:\"",
                    "is no tool's name");
    }
    map->name = parser_locate(parser, tool);
    if (at == TEXT_NOT_FOUND) {
        return true;
    }
    struct text server = text_after(word, at + 1);
    if (!is_made_of(server, "-.")) {
        return fail(parser, AEX_100, word, "name the server as policies do: mcp.SERVER.TOOL",
                    "names no server behind \"@\"");
    }
    map->value = parser_locate(parser, server);
    return true;
}

/* CAPABILITY[:args.NAME] */
static bool read_meaning(struct parser *parser, struct statement *map, struct text word)
{
    size_t colon = text_find_char(word, ':');
    struct text capability = text_slice(word, 0, colon);
    struct pattern pattern;
    struct error err;
    if (!pattern_parse(capability, &pattern, &err) || pattern.is_wildcard) {
        return fail(parser, AEX_105, capability, NULL, "is not one capability");
    }
    struct text root = text_slice(capability, 0, text_find_char(capability, '.'));
    if (text_equal(root, TEXT("aex"))) {
        return fail(parser, AEX_105, capability, "what is the boundary's own is found out, not declared",
                    "cannot be what a tool does");
    }
    map->type = parser_locate(parser, capability);
    if (colon == TEXT_NOT_FOUND) {
        return true;
    }
    static const struct text prefix = TEXT_INIT("args.");
    struct text scope = text_after(word, colon + 1);
    if (!text_starts_with(scope, prefix) || !is_made_of(text_after(scope, prefix.size), "-")) {
        return fail(parser, AEX_100, text_after(word, colon),
                    "the resource is an argument of the tool: `:args.NAME`", "names no argument");
    }
    map->bind = parser_locate(parser, text_after(scope, prefix.size));
    return true;
}

bool parser_read_map(struct parser *parser, struct statement *map, struct scan *scan)
{
    struct text tool = take_until_blank(scan);
    scan_skip_blanks(scan);
    bool has_as = scan_take_keyword(scan, TEXT("as"));
    struct text meaning = take_until_blank(scan);
    if (tool.size == 0 || !has_as || meaning.size == 0) {
        return parser_report_form(parser, STATEMENT_MAP, "is not a tool, \"as\" and a capability");
    }
    struct text rest = scan_rest(scan);
    if (rest.size > 0) {
        return fail(parser, AEX_100, rest, "the form is `map TOOL[@SERVER] as CAPABILITY[:args.NAME]`",
                    "follows the capability");
    }
    return read_tool(parser, map, tool) && read_meaning(parser, map, meaning);
}

/* ---- redact ---- */

bool parser_read_redact(struct parser *parser, struct statement *redact, struct scan *scan)
{
    struct text what = scan_rest(scan);
    if (what.size == 0) {
        return parser_report_form(parser, STATEMENT_REDACT, "does not say what");
    }
    if (!text_equal(what, TEXT("secrets"))) {
        return fail(parser, AEX_100, what, "the form is `redact secrets`", "cannot be redacted");
    }
    redact->value = parser_locate(parser, what);
    return true;
}
