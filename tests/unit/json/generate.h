/* SPDX-License-Identifier: Apache-2.0 */
/* Random JSON for the laws of this room: a value, and many ways to spell it. */
#ifndef AEX_TESTS_UNIT_JSON_GENERATE_H
#define AEX_TESTS_UNIT_JSON_GENERATE_H

#include "base/builder.h"
#include "base/utf8.h"
#include "support/property.h"
#include "json/json.h"

enum { MOST_CHILDREN = 4, DEEPEST = 4 };

/* A value without a spelling: strings as code points, members in no order. */
struct plan {
    enum json_type type;
    const char *number;
    uint32_t characters[4];
    size_t count;
    const struct plan *children[MOST_CHILDREN];
    uint32_t names[MOST_CHILDREN][2]; /* of members; the first characters differ */
};

static const char *const plan_numbers[] = {"0",      "-0",    "1", "1.0", "1e0", "-12.50", "9007199254740993",
                                           "1E+400", "0.1e-7"};

static inline uint32_t plan_character(struct property *property)
{
    static const uint32_t telling[] = {'a',  '"',    '\\',   '/',     1,        '\n',   '\t',   0x1F,   0x7F,
                                       0xE9, 0x2028, 0xFFFF, 0x1F600, 0x10FFFF, 0xD800, 0xDBFF, 0xDC00, 0xDFFF};
    return telling[property_draw(property, sizeof telling / sizeof telling[0])];
}

static inline struct plan *plan_draw(struct property *property, size_t depth)
{
    struct plan *plan = ARENA_NEW(property_arena(property), struct plan);
    plan->type = (enum json_type)property_draw(property, depth == 0 ? JSON_ARRAY : JSON_OBJECT + 1);
    plan->number = plan_numbers[property_draw(property, sizeof plan_numbers / sizeof plan_numbers[0])];
    switch (plan->type) {
    case JSON_NULL:
    case JSON_FALSE:
    case JSON_TRUE:
    case JSON_NUMBER:
        break;
    case JSON_STRING:
        plan->count = property_draw(property, 5);
        for (size_t i = 0; i < plan->count; i++) {
            plan->characters[i] = plan_character(property);
        }
        break;
    case JSON_ARRAY:
    case JSON_OBJECT:
        plan->count = property_draw(property, MOST_CHILDREN + 1);
        for (size_t i = 0; i < plan->count; i++) {
            plan->children[i] = plan_draw(property, depth - 1);
            plan->names[i][0] = (uint32_t)('a' + i);
            plan->names[i][1] = plan_character(property);
        }
        break;
    }
    return plan;
}

static inline void spell_space(struct property *property, struct builder *out)
{
    struct text space = property_text(property, " \n\t\r", 2);
    builder_add(out, space);
}

/* One character in one of its spellings. */
static inline void spell_character(struct property *property, struct builder *out, uint32_t c)
{
    static const char shorts[] = "\"\\/\b\f\n\r\t";
    static const char letters[] = "\"\\/bfnrt";
    bool is_surrogate = c >= 0xD800 && c <= 0xDFFF;
    bool must_escape = is_surrogate || c < 0x20 || c == '"' || c == '\\';
    const char *found = c < 0x80 ? strchr(shorts, (int)c) : NULL;
    uint32_t way = property_draw(property, 3);
    if (found != NULL && (way == 1 || (must_escape && way == 0))) {
        builder_format(out, "\\%c", letters[found - shorts]);
    } else if (way == 0 && !must_escape) {
        utf8_add(out, c);
    } else if (c >= 0x10000) {
        uint32_t rest = c - 0x10000;
        builder_format(out, way == 1 ? "\\u%04x\\u%04x" : "\\u%04X\\u%04X", 0xD800 + (rest >> 10),
                       0xDC00 + (rest & 0x3FF));
    } else {
        builder_format(out, way == 1 ? "\\u%04x" : "\\u%04X", c);
    }
}

static inline void spell_string(struct property *property, struct builder *out, const uint32_t *characters,
                                size_t count)
{
    builder_add_char(out, '"');
    for (size_t i = 0; i < count; i++) {
        spell_character(property, out, characters[i]);
    }
    builder_add_char(out, '"');
}

/* The value in one of its spellings: white space, member order and escapes are drawn. */
static inline void plan_spell(struct property *property, struct builder *out, const struct plan *plan)
{
    size_t shift = plan->count == 0 ? 0 : property_draw(property, (uint32_t)plan->count);
    spell_space(property, out);
    switch (plan->type) {
    case JSON_NULL:
    case JSON_FALSE:
    case JSON_TRUE:
        builder_add_c(out, json_type_name(plan->type));
        break;
    case JSON_NUMBER:
        builder_add_c(out, plan->number);
        break;
    case JSON_STRING:
        spell_string(property, out, plan->characters, plan->count);
        break;
    case JSON_ARRAY:
    case JSON_OBJECT:
        builder_add_char(out, plan->type == JSON_ARRAY ? '[' : '{');
        for (size_t i = 0; i < plan->count; i++) {
            size_t at = plan->type == JSON_ARRAY ? i : (i + shift) % plan->count;
            builder_add_c(out, i == 0 ? "" : ",");
            if (plan->type == JSON_OBJECT) {
                spell_space(property, out);
                spell_string(property, out, plan->names[at], 2);
                spell_space(property, out);
                builder_add_char(out, ':');
            }
            plan_spell(property, out, plan->children[at]);
        }
        spell_space(property, out);
        builder_add_char(out, plan->type == JSON_ARRAY ? ']' : '}');
        break;
    }
    spell_space(property, out);
}

static inline struct text plan_text(struct property *property, const struct plan *plan)
{
    struct builder out;
    builder_init(&out, property_arena(property));
    plan_spell(property, &out, plan);
    return builder_text(&out);
}

#endif
