/* SPDX-License-Identifier: Apache-2.0 */
/* The characters of a line: classes, words, and splitting that respects quotes. */
#ifndef AEX_LANG_SCAN_H
#define AEX_LANG_SCAN_H

#include "base/builder.h"

/* White space inside a line; a carriage return that does not end it included, as JavaScript's \s has it. */
static inline bool scan_is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r' && c != '\n');
}

/* Letters, digits and "_", as \w in JavaScript. */
static inline bool scan_is_word(char c)
{
    char letter = (char)(c | 0x20);
    return (letter >= 'a' && letter <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

struct text scan_trim(struct text text);

/* The rest of a line while it is taken apart from the left. */
struct scan {
    struct text text;
    size_t at;
};

void scan_skip_blanks(struct scan *scan);
bool scan_at_end(const struct scan *scan);
/* Moves over `c`, or leaves everything and returns false. */
bool scan_take_char(struct scan *scan, char c);
/* The longest run of word characters and of those in `also`; may be empty. */
struct text scan_take_word(struct scan *scan, const char *also);
/* Moves over `keyword` followed by a blank (and over the blanks) or by the end; else leaves everything. */
bool scan_take_keyword(struct scan *scan, struct text keyword);
/* What is left, without blanks at both ends. */
struct text scan_rest(const struct scan *scan);

/* Cuts a list at its commas, those in quotes left alone. A quote counts only when it is closed again, and a
 * single one only where a value can start (at the start, or behind one of `= : , [ { (`): an apostrophe is a
 * character. */
struct splitter {
    struct text text;
    size_t at;
    bool is_over;
    bool groups_brackets; /* commas inside [], {} and () do not split either */
    char unclosed[2];     /* quotes known not to come again */
};

void splitter_init(struct splitter *splitter, struct text text, bool groups_brackets);
/* The next part, trimmed, possibly empty; false behind the last one. */
bool splitter_next(struct splitter *splitter, struct text *ret_part);

/* How many braces `line` opens more than it closes, quotes respected. Stops where *depth reaches 0 after having
 * been above it, and returns true then. */
bool scan_braces(struct text line, size_t *depth);

/* Adds the lines of a value as they are, joined by "\n", whatever ended them. */
void scan_add_lines(struct builder *out, struct text value);

/* JavaScript's Number(text): false where that is NaN or infinite. */
bool scan_number(struct text text, double *ret_number);

#endif
