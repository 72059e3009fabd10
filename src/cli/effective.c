/* SPDX-License-Identifier: Apache-2.0 */
/* aex effective: what is allowed, denied and asked here, all layers met. */
#include "analyse/effective.h"

#include "cli/output.h"
#include "cli/workspace_options.h"

static int run(struct invocation *invocation)
{
    struct workspace workspace;
    struct layer_view view;
    struct text start;
    struct text home;
    struct error err;
    if (invocation->operands.count > 0) {
        complain("effective: takes no operands; name a contract with --contract FILE");
        return STATUS_USAGE;
    }
    if (!workspace_from_options(invocation, &workspace, &start, &home, &err)) {
        complain("%s", err.message);
        return STATUS_USAGE;
    }
    layer_view_make(&workspace, home, invocation->arena, &view);
    if (option_given(invocation, "json")) {
        struct builder out;
        struct json_writer writer;
        builder_init(&out, invocation->arena);
        json_writer_init(&writer, &out, true);
        effective_json(&writer, &view, invocation->arena);
        builder_add_char(&out, '\n');
        print_text(stdout, builder_text(&out));
    } else {
        print_text(stdout, effective_text(&view, option_given(invocation, "verbose"), invocation->arena));
    }
    return output_finish() ? STATUS_OK : STATUS_USAGE;
}

static const struct option_spec options[] = {
    WORKSPACE_OPTIONS,
    {"verbose", NULL, NULL, "Say for each line which file and line it comes from"},
    {"json", NULL, NULL, "Print JSON"},
    {0},
};

const struct command command_effective = {
    .name = "effective",
    .summary = "Show what is allowed, denied and asked here, all layers met",
    .operands = "",
    .details = "Exit status 0; 2 when the policy cannot be loaded.\n",
    .options = options,
    .run = run,
};
