/* SPDX-License-Identifier: Apache-2.0 */
#include "redact/names.h"

#include <stdlib.h>

#include "redact/kinds.h"

bool is_numbered_name(struct text name)
{
    size_t end = name.size;
    while (end > 0 && is_secret_digit(name.data[end - 1])) {
        end--;
    }
    return end > 0 && end < name.size && name.data[end - 1] == '#';
}

static int compare(const void *a, const void *b)
{
    return text_compare(*(const struct text *)a, *(const struct text *)b);
}

static void list_numbered(struct member_names *names, struct arena *arena)
{
    for (size_t i = 0; i < names->object->count; i++) {
        struct text name = names->object->members[i].name;
        if (is_numbered_name(name)) {
            VECTOR_PUSH(arena, &names->numbered, name);
        }
    }
    if (names->numbered.count > 1) {
        qsort(names->numbered.items, names->numbered.count, sizeof names->numbered.items[0], compare);
    }
    names->is_listed = true;
}

static bool is_taken(const struct member_names *names, struct text name)
{
    const struct text_vector *numbered = &names->numbered;
    return numbered->count > 0 &&
           bsearch(&name, numbered->items, numbered->count, sizeof numbered->items[0], compare) != NULL;
}

struct text changed_name(struct member_names *names, struct text masked, size_t index, struct arena *arena)
{
    struct text name;
    if (!names->is_listed) {
        list_numbered(names, arena);
    }
    names->next = index > names->next ? index : names->next;
    do {
        name = text_format(arena, "%.*s#%zu", TEXT_ARG(masked), names->next++);
    } while (is_taken(names, name));
    return name;
}
