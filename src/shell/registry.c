/* SPDX-License-Identifier: Apache-2.0 */
#include "shell/programs.h"

/* Without strlen: this is where most of the time of a short command line would go. */
static int compare_name(struct text name, const char *row)
{
    for (size_t i = 0; i < name.size; i++) {
        int order = (unsigned char)name.data[i] - (unsigned char)row[i];
        if (order != 0) {
            return order;
        }
    }
    return row[name.size] == '\0' ? 0 : -1;
}

static const struct shell_program *find_in(const struct program_table *table, struct text name)
{
    size_t low = 0;
    size_t high = table->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare_name(name, table->rows[middle].name);
        if (order == 0) {
            return &table->rows[middle];
        }
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return NULL;
}

const struct shell_program *program_find(struct text name)
{
    static const struct program_table *const tables[] = {&shell_builtins, &shell_files,  &shell_texts,
                                                         &shell_networks, &shell_builds, &shell_services};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        const struct shell_program *program = find_in(tables[i], name);
        if (program != NULL) {
            return program;
        }
    }
    return NULL;
}

const struct subcommand *subcommand_find(const struct subcommand *rows, size_t count, struct text name)
{
    for (size_t i = 0; i < count; i++) {
        if (compare_name(name, rows[i].name) == 0) {
            return &rows[i];
        }
    }
    return NULL;
}

bool text_is_one_of(struct text text, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (text_equal(text, text_of(words[i]))) {
            return true;
        }
    }
    return false;
}
