/* SPDX-License-Identifier: Apache-2.0 */
/* A folder of its own for one test, and its files. Every failure ends the test. */
#ifndef AEX_TESTS_SCRATCH_H
#define AEX_TESTS_SCRATCH_H

#include "base/text.h"

/* Room for an arena and a folder. */
struct scratch {
    struct arena arena;
    char folder[64];
};

struct scratch *scratch_new(void);
/* Removes the folder and everything in it. */
void scratch_free(struct scratch *scratch);

/* The same for cmocka's fixtures: *state is the scratch. */
int scratch_set_up(void **state);
int scratch_tear_down(void **state);

/* The path of `name` in the folder. */
const char *scratch_path(struct scratch *scratch, const char *name);

struct text scratch_read(struct scratch *scratch, const char *name);
void scratch_write(struct scratch *scratch, const char *name, struct text content);
bool scratch_exists(struct scratch *scratch, const char *name);

/* The line with this number, from 1, newline included; empty behind the last. */
struct text scratch_line(struct text content, size_t number);

#endif
