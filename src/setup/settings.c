/* SPDX-License-Identifier: Apache-2.0 */
#include "setup/settings.h"

enum effect { INERT, ACTS };

struct setting {
    const char *name;
    enum json_type type; /* JSON_TRUE: a boolean */
    enum effect effect;
};

static const struct setting known[] = {
#define SETTING(name, type, effect) {name, type, effect},
#include "setup/claude_settings.def"
#undef SETTING
};

static const struct setting *find_setting(struct text name)
{
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (text_equal(name, text_of(known[i].name))) {
            return &known[i];
        }
    }
    return NULL;
}

static bool has_type(const struct json *value, enum json_type type)
{
    return value->type == type || (type == JSON_TRUE && value->type == JSON_FALSE);
}

static const char *spell_type(enum json_type type)
{
    static const char *const names[] = {"null",     "a boolean", "a boolean", "a number",
                                        "a string", "an array",  "an object"};
    return names[type];
}

struct text settings_problem(const struct json *settings, struct arena *arena)
{
    for (size_t i = 0; settings->type == JSON_OBJECT && i < settings->count; i++) {
        const struct json_member *member = &settings->members[i];
        const struct setting *setting = find_setting(member->name);
        if (setting != NULL && !has_type(&member->value, setting->type)) {
            return text_format(arena, "\"%s\" is %s where %s belongs", setting->name,
                               spell_type(member->value.type), spell_type(setting->type));
        }
    }
    return TEXT("");
}

bool settings_is_inert(const struct json_member *member)
{
    const struct setting *setting = find_setting(member->name);
    bool says_nothing = member->value.type != JSON_STRING && member->value.type != JSON_OBJECT &&
                        member->value.type != JSON_ARRAY;
    return says_nothing ||
           (setting != NULL && (setting->effect == INERT || !has_type(&member->value, setting->type)));
}
