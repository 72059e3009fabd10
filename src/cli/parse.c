/* SPDX-License-Identifier: Apache-2.0 */
/* aex parse: the syntax tree of policies and contracts. */
#include "cli/command.h"
#include "cli/documents.h"
#include "cli/output.h"

/* Returns an exit status. */
static int parse_one(const struct invocation *invocation, const struct document_place *place,
                     struct arena *arena)
{
    (void)invocation;
    struct document *document;
    struct diagnostics diagnostics;
    if (!documents_read(place, arena, &document, &diagnostics)) {
        return STATUS_USAGE;
    }
    struct builder out;
    struct json_writer json;
    builder_init(&out, arena);
    json_writer_init(&json, &out, true);
    lang_write_tree(document, &json);
    builder_add_char(&out, '\n');
    documents_print(stderr, &diagnostics, arena);
    print_text(stdout, builder_text(&out));
    return diagnostics.error_count > 0 ? STATUS_FOUND : STATUS_OK;
}

static int run(struct invocation *invocation)
{
    return documents_each(invocation, parse_one);
}

const struct command command_parse = {
    .name = "parse",
    .summary = "Print the syntax tree of a policy or task contract, as JSON",
    .operands = "FILE|FOLDER|GLOB|-...",
    .details =
        "Prints one JSON object a document, every piece with its line and byte range; of a document with\n"
        "errors, what was understood. Mistakes go to standard error.\n"
        "Exit status 0; 1 with errors; 2 when something could not be read.\n",
    .run = run,
};
