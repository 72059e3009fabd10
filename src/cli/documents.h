/* SPDX-License-Identifier: Apache-2.0 */
/* Operands that name .aex documents: files, folders, globs and "-"; shared by check, fmt, compile and parse. */
#ifndef AEX_CLI_DOCUMENTS_H
#define AEX_CLI_DOCUMENTS_H

#include <stdio.h>

#include "cli/command.h"
#include "lang/lang.h"

/* One document to read. */
struct document_place {
    struct text name; /* as shown: the operand, what a folder or glob led to, or "<stdin>" */
    const char *path; /* NULL: standard input */
};

VECTOR_DECLARE(document_place_vector, struct document_place);

// What the operands stand for, in their order: a file or "-" itself; a folder, every *.aex below it, sorted;
// what is neither but holds `*` or `?`, every file it matches (`**` crosses folders), sorted. The folder .git
// is not looked into. Complains about every operand that leads to nothing and returns false then; also without
// any.
bool documents_find(const struct invocation *invocation, struct document_place_vector *ret_places);

/* Reads and parses one document. False, after a complaint, when it cannot be read. The mistakes stay in
 * `ret_diagnostics`, as `arena` holds everything. */
bool documents_read(const struct document_place *place, struct arena *arena, struct document **ret_document,
                    struct diagnostics *ret_diagnostics);

/* Prints mistakes for people. */
void documents_print(FILE *stream, const struct diagnostics *diagnostics, struct arena *arena);

/* Has `act` look at each document, which returns an exit status, with an arena that holds nothing of the
 * others. Returns the worst of the statuses. */
int documents_each(const struct invocation *invocation,
                   int (*act)(const struct invocation *invocation, const struct document_place *place,
                              struct arena *arena));

/* Two statuses as one, what could not be read above what was found. */
int documents_worse(int a, int b);

#endif
