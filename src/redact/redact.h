/* SPDX-License-Identifier: Apache-2.0 */
/* Masking secrets before something is written down. Best effort: it knows the shapes of common tokens, private
 * keys, passwords in URLs, and values whose name gives them away; a secret that looks like any other word
 * stays.
 *
 * Each is replaced by `[redacted:KIND]`. Time is linear in what is looked at. */
#ifndef AEX_REDACT_REDACT_H
#define AEX_REDACT_REDACT_H

#include "redact/hints.h"
#include "json/writer.h"

/* The text without its secrets; the same text when it has none. */
struct text redact_text(struct arena *arena, struct text text);

/* The same, and cut to about `longest` bytes, on a code point boundary, with the original length said behind
 * it. No part of a secret is left over at the cut. Looks at little more than what it keeps. */
struct text redact_and_cut(struct arena *arena, struct text text, size_t longest);

/* Bytes [start, end) of a text. */
struct redact_span {
    size_t start;
    size_t end;
};

/* As redact_text, and `span` becomes what is left of those bytes; a secret that it cuts belongs to it. */
struct text redact_span(struct arena *arena, struct text text, struct redact_span *span);

struct redact_limits {
    size_t longest_string; /* bytes kept of each string and member name */
    size_t longest_value;  /* bytes of JSON after which the remaining items and members are only counted */
};

/* Writes the tree with secrets masked and both limits kept. What is written is valid JSON without duplicate
 * names: a name that had to change gets its number in the object behind it ("#2"). */
void redact_json(struct json_writer *writer, const struct json *value, const struct redact_limits *limits);

/* The same for a tree read from `source`, which stands for itself where a quick look shows that nothing in it
 * is to be masked, cut or escaped: for whoever writes down many. `hints` are those of hints_init. */
void redact_json_source(struct json_writer *writer, const struct json *value, struct text source,
                        const struct hints *hints, const struct redact_limits *limits);

#endif
