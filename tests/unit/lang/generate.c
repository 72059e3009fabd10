/* SPDX-License-Identifier: Apache-2.0 */
#include "generate.h"

#include "base/builder.h"

struct generator {
    struct property *property;
    struct builder out;
    const char *line_end;
    size_t comments;
    bool is_policy;
};

static const char *pick(struct generator *generator, const char *const *choices, uint32_t count)
{
    return choices[property_draw(generator->property, count)];
}

#define PICK(generator, ...)                                                                                   \
    pick((generator), (const char *const[]){__VA_ARGS__},                                                      \
         (uint32_t)(sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *)))

static void add(struct generator *generator, const char *text)
{
    builder_add_c(&generator->out, text);
}

/* Where blanks may stand and need not. */
static void blank(struct generator *generator)
{
    add(generator, PICK(generator, "", " ", "  ", "\t"));
}

static void gap(struct generator *generator)
{
    add(generator, PICK(generator, " ", "  ", "\t", " \t "));
}

static void end_line(struct generator *generator)
{
    blank(generator);
    add(generator, generator->line_end);
}

static void noise(struct generator *generator)
{
    while (property_once_in(generator->property, 3)) {
        if (property_once_in(generator->property, 2)) {
            blank(generator);
            builder_format(&generator->out, "# comment %zu", ++generator->comments);
            add(generator, PICK(generator, "", "!", " goal \"x\"", " \xC3\xA9", " {"));
        }
        end_line(generator);
    }
}

static void capability(struct generator *generator)
{
    add(generator, PICK(generator, "file.read", "file.*", "*", "git.push:origin/*", "file.read:src/**",
                        "file.write:\"a, b\"", "odd word", "network.fetch:*.example.com"));
}

static void capabilities(struct generator *generator)
{
    capability(generator);
    while (property_once_in(generator->property, 2)) {
        blank(generator);
        add(generator, ",");
        blank(generator);
        if (!property_once_in(generator->property, 6)) {
            capability(generator);
        }
    }
}

static void value(struct generator *generator)
{
    add(generator, PICK(generator, "\"a, b\"", "'c'", "word", "a.b", "[1, 2]", "{x: \"}\", y: [3]}", "it's", "",
                        "\"x = y\"", "7"));
}

static void metadata(struct generator *generator)
{
    switch (property_draw(generator->property, generator->is_policy ? 5 : 6)) {
    case 0:
        add(generator, "goal");
        gap(generator);
        add(generator, PICK(generator, "\"again\"", "\"Say \"hi\" twice\""));
        break;
    case 1:
    case 2:
        add(generator, generator->is_policy ? PICK(generator, "allow", "use") : "use");
        gap(generator);
        capabilities(generator);
        break;
    case 3:
        add(generator, "deny");
        gap(generator);
        add(generator, PICK(generator, "network.*", "secrets.read, a", "x:y"));
        break;
    case 4:
        add(generator, "budget");
        gap(generator);
        add(generator,
            PICK(generator, "calls=5", "calls = 1e3 , usd=.5", "calls=", "calls=0x10,,calls=-2", "a=1,"));
        break;
    default:
        add(generator, "need");
        gap(generator);
        add(generator, PICK(generator, "a", "b", "a-b"));
        blank(generator);
        add(generator, ":");
        blank(generator);
        add(generator, PICK(generator, "str", "list[file]?", "json"));
        break;
    }
    end_line(generator);
}

static void call(struct generator *generator)
{
    add(generator, "do");
    gap(generator);
    add(generator, PICK(generator, "all.read", "all.b", "all"));
    add(generator, "(");
    while (property_once_in(generator->property, 2)) {
        add(generator, PICK(generator, "b", "a", "path", "c"));
        if (!property_once_in(generator->property, 5)) {
            blank(generator);
            add(generator, "=");
            blank(generator);
            value(generator);
        }
        add(generator, ",");
        blank(generator);
    }
    add(generator, ")");
    add(generator, PICK(generator, "", " -> r", "->r"));
    end_line(generator);
}

static void indent(struct generator *generator, size_t depth)
{
    builder_add_repeated(&generator->out, property_once_in(generator->property, 6) ? '\t' : ' ', depth * 2);
}

static void make(struct generator *generator, size_t depth)
{
    add(generator, "make");
    gap(generator);
    add(generator, PICK(generator, "m:diff", "m : list of x", "n: text"));
    add(generator,
        PICK(generator, " from given with:", "  from  given, $given.x  with", " from given,given with :"));
    end_line(generator);
    while (property_once_in(generator->property, 2)) {
        noise(generator);
        indent(generator, depth + 1);
        add(generator, PICK(generator, "- be brief", "-", "-- twice", "-# no comment", "- a - b"));
        end_line(generator);
    }
}

static void result(struct generator *generator)
{
    add(generator, "return");
    gap(generator);
    if (property_once_in(generator->property, 2)) {
        add(generator, PICK(generator, "x", "\"text\"", "{ a: 1 }", "{}", "{ a: \"{\" }"));
    } else {
        add(generator, "{");
        end_line(generator);
        add(generator, PICK(generator, "  a: b,", "", "# { no comment of ours", "   a: {b: c}", "if x"));
        end_line(generator);
        add(generator, PICK(generator, "}", "  }", "  b: 1 } // end"));
    }
    end_line(generator);
}

static void step(struct generator *generator, size_t depth);

static void block(struct generator *generator, size_t depth)
{
    add(generator, PICK(generator, "if given", "for v in given", "if x has \"a\""));
    end_line(generator);
    uint32_t steps = property_draw(generator->property, 3);
    for (uint32_t i = 0; i < steps; i++) {
        noise(generator);
        builder_add_repeated(&generator->out, ' ', (depth + 1) * 2);
        step(generator, depth + 1);
    }
}

static void step(struct generator *generator, size_t depth)
{
    switch (property_draw(generator->property, depth < 4 ? 7 : 5)) {
    case 0:
        call(generator);
        break;
    case 1:
        make(generator, depth);
        break;
    case 2:
        add(generator, PICK(generator, "check x", "check  a has \"b\"", "check x does not include y"));
        end_line(generator);
        break;
    case 3:
        add(generator, PICK(generator, "confirm before file.write", "confirm  before a,  b"));
        end_line(generator);
        break;
    case 4:
        result(generator);
        break;
    default:
        block(generator, depth);
        break;
    }
}

struct text generate_document(struct property *property)
{
    struct generator generator = {.property = property};
    builder_init(&generator.out, property_arena(property));
    generator.is_policy = property_once_in(property, 3);
    generator.line_end = property_once_in(property, 4) ? "\r\n" : "\n";
    add(&generator, property_once_in(property, 8) ? "\xEF\xBB\xBF" : "");
    noise(&generator);
    add(&generator, generator.is_policy ? "policy p.x v0" : PICK(&generator, "task t v0.1", "agent  t-1  v0"));
    end_line(&generator);
    add(&generator, "goal \"g\"");
    end_line(&generator);
    if (!generator.is_policy) {
        add(&generator, "use all.*");
        end_line(&generator);
        add(&generator, "need given: str");
        end_line(&generator);
    }
    uint32_t statements = property_draw(property, 8);
    for (uint32_t i = 0; i < statements; i++) {
        noise(&generator);
        bool is_step = !generator.is_policy && property_once_in(property, 2);
        if (is_step) {
            step(&generator, 0);
        } else if (generator.is_policy && property_once_in(property, 4)) {
            add(&generator, "confirm before file.write");
            end_line(&generator);
        } else {
            metadata(&generator);
        }
    }
    noise(&generator);
    add(&generator, generator.is_policy ? "# end" : "return x");
    return builder_text(&generator.out);
}
