/* SPDX-License-Identifier: Apache-2.0 */
/* aex check: every mistake in policies and contracts. */
#include <string.h>

#include "base/limits.h"
#include "cli/command.h"
#include "cli/documents.h"
#include "cli/output.h"
#include "lang/report.h"

enum check_format { FORMAT_TEXT, FORMAT_JSON, FORMAT_SARIF, FORMAT_GITHUB };

/* One run over all documents. For the formats that are one document, `out` collects it. */
struct check {
    enum check_format format;
    struct builder out;
    struct json_writer json;
    size_t documents;
    size_t errors;
    size_t warnings;
};

static enum check_format format_of(const char *name)
{
    if (name == NULL || strcmp(name, "text") == 0) {
        return FORMAT_TEXT;
    }
    return strcmp(name, "json") == 0 ? FORMAT_JSON : strcmp(name, "sarif") == 0 ? FORMAT_SARIF : FORMAT_GITHUB;
}

static void begin(struct check *check)
{
    json_writer_init(&check->json, &check->out, true);
    if (check->format == FORMAT_JSON) {
        json_begin_object(&check->json);
        json_key(&check->json, TEXT("diagnostics"));
        json_begin_array(&check->json);
    } else if (check->format == FORMAT_SARIF) {
        report_sarif_begin(&check->json, text_of(AEX_VERSION));
    }
}

static void add(struct check *check, const struct diagnostics *diagnostics, struct arena *arena)
{
    check->documents++;
    check->errors += diagnostics->error_count;
    check->warnings += diagnostics->warning_count;
    if (check->format == FORMAT_TEXT) {
        if (diagnostics->list.count > 0) {
            documents_print(stdout, diagnostics, arena);
        }
        return;
    }
    for (size_t i = 0; i < diagnostics->list.count; i++) {
        const struct diagnostic *diagnostic = &diagnostics->list.items[i];
        if (check->format == FORMAT_JSON) {
            report_json(&check->json, diagnostic);
        } else if (check->format == FORMAT_SARIF) {
            report_sarif_result(&check->json, diagnostic);
        } else {
            report_github(&check->out, diagnostic);
        }
    }
}

static void end(struct check *check)
{
    if (check->format == FORMAT_JSON) {
        json_end_array(&check->json);
        json_member_integer(&check->json, TEXT("documents"), (int64_t)check->documents);
        json_member_integer(&check->json, TEXT("errors"), (int64_t)check->errors);
        json_member_integer(&check->json, TEXT("warnings"), (int64_t)check->warnings);
        json_end_object(&check->json);
        builder_add_char(&check->out, '\n');
    } else if (check->format == FORMAT_SARIF) {
        report_sarif_end(&check->json);
        builder_add_char(&check->out, '\n');
    } else if (check->format == FORMAT_TEXT) {
        builder_format(&check->out, "%zu document%s: %zu error%s, %zu warning%s\n", check->documents,
                       check->documents == 1 ? "" : "s", check->errors, check->errors == 1 ? "" : "s",
                       check->warnings, check->warnings == 1 ? "" : "s");
    }
    print_text(stdout, builder_text(&check->out));
}

static int run(struct invocation *invocation)
{
    struct check check = {.format = format_of(option_text(invocation, "format"))};
    struct document_place_vector places = {0};
    int status = documents_find(invocation, &places) ? STATUS_OK : STATUS_USAGE;
    AUTO_ARENA arena;
    arena_init(&arena, LIMIT_DOCUMENT_MEMORY);
    if (invocation->operands.count == 0) {
        return status;
    }
    builder_init(&check.out, invocation->arena);
    begin(&check);
    for (size_t i = 0; i < places.count; i++) {
        struct document *document;
        struct diagnostics diagnostics;
        if (documents_read(&places.items[i], &arena, &document, &diagnostics)) {
            add(&check, &diagnostics, &arena);
        } else {
            status = STATUS_USAGE;
        }
        arena_reset(&arena);
    }
    end(&check);
    if (check.errors > 0 || (option_given(invocation, "strict") && check.warnings > 0)) {
        status = documents_worse(status, STATUS_FOUND);
    }
    return output_finish() ? status : STATUS_USAGE;
}

static const struct option_spec options[] = {
    {"format", "FORMAT", "text|json|sarif|github", "How mistakes are shown"},
    {"strict", NULL, NULL, "Warnings count as errors in the exit status"},
    {0},
};

const struct command command_check = {
    .name = "check",
    .summary = "Find every mistake in policies and task contracts",
    .operands = "FILE|FOLDER|GLOB|-...",
    .details = "Folders are searched for *.aex; globs may hold `*`, `?` and `**`; \"-\" is standard input.\n"
               "Exit status 0 without errors, 1 with errors, 2 when something could not be read.\n"
               "\n"
               "    aex check .aex/policy.aex 'tasks/**/*.aex'\n",
    .options = options,
    .run = run,
};
