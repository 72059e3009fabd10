/* SPDX-License-Identifier: Apache-2.0 */
/* aex compile: the intermediate representation of policies and contracts. */
#include "cli/command.h"
#include "cli/documents.h"
#include "cli/output.h"

/* Returns an exit status. */
static int compile_one(const struct invocation *invocation, const struct document_place *place,
                       struct arena *arena)
{
    (void)invocation;
    struct document *document;
    struct diagnostics diagnostics;
    if (!documents_read(place, arena, &document, &diagnostics)) {
        return STATUS_USAGE;
    }
    documents_print(stderr, &diagnostics, arena);
    if (diagnostics.error_count > 0) {
        return STATUS_FOUND;
    }
    struct builder out;
    struct json_writer json;
    builder_init(&out, arena);
    json_writer_init(&json, &out, true);
    lang_write_ir(document, &json, arena);
    builder_add_char(&out, '\n');
    print_text(stdout, builder_text(&out));
    return STATUS_OK;
}

static int run(struct invocation *invocation)
{
    return documents_each(invocation, compile_one);
}

const struct command command_compile = {
    .name = "compile",
    .summary = "Print what a policy or task contract means, as JSON",
    .operands = "FILE|FOLDER|GLOB|-...",
    .details =
        "Prints the intermediate representation, one JSON object a document; mistakes go to standard error.\n"
        "Exit status 0; 1 with errors (nothing is printed for that document); 2 when something could not\n"
        "be read.\n",
    .run = run,
};
