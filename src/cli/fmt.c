/* SPDX-License-Identifier: Apache-2.0 */
/* aex fmt: policies and contracts in their canonical form. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "cli/command.h"
#include "cli/documents.h"
#include "cli/output.h"
#include "os/file.h"
#include "os/path.h"

/* Replaces the file in one step and keeps its mode. A link stays one: its target is replaced. */
static bool rewrite(const struct document_place *place, struct text formatted, struct arena *arena,
                    struct error *err)
{
    struct stat status;
    struct text folder;
    struct text target;
    if (stat(place->path, &status) != 0) {
        return error_set_os(err, errno, "cannot inspect %s", place->path);
    }
    if (!path_current(arena, &folder, err)) {
        return false;
    }
    struct text path = text_of(place->path);
    if (!text_starts_with(path, TEXT("/"))) {
        path = path_join(arena, folder, path);
    }
    return path_resolve(arena, path, &target, err) &&
           file_replace(AT_FDCWD, text_to_c(arena, target), formatted, status.st_mode & 07777, err);
}

/* Returns an exit status. */
static int format_one(const struct invocation *invocation, const struct document_place *place,
                      struct arena *arena)
{
    struct document *document;
    struct diagnostics diagnostics;
    if (!documents_read(place, arena, &document, &diagnostics)) {
        return STATUS_USAGE;
    }
    if (diagnostics.error_count > 0) {
        documents_print(stderr, &diagnostics, arena);
        return STATUS_FOUND;
    }
    struct text formatted = lang_format(document, arena);
    if (option_given(invocation, "check")) {
        if (lang_is_formatted(document, formatted)) {
            return STATUS_OK;
        }
        printf("%.*s\n", TEXT_ARG(place->name));
        return STATUS_FOUND;
    }
    if (place->path == NULL) {
        print_text(stdout, formatted);
        return STATUS_OK;
    }
    struct error err;
    if (!text_equal(document->source, formatted)) {
        if (!rewrite(place, formatted, arena, &err)) {
            complain("%s", err.message);
            return STATUS_USAGE;
        }
        printf("%.*s\n", TEXT_ARG(place->name));
    }
    return STATUS_OK;
}

static int run(struct invocation *invocation)
{
    return documents_each(invocation, format_one);
}

static const struct option_spec options[] = {
    {"check", NULL, NULL, "Change nothing; list the files that are not in their canonical form"},
    {0},
};

const struct command command_fmt = {
    .name = "fmt",
    .summary = "Bring policies and task contracts into their canonical form",
    .operands = "FILE|FOLDER|GLOB|-...",
    .details = "Rewrites files in place and lists those it changed; \"-\" reads standard input and prints.\n"
               "Meaning and comments stay; files with errors are left alone and their errors printed.\n"
               "Exit status 0; 1 with errors, or with --check when a file is not in its canonical form;\n"
               "2 when something could not be read or written.\n",
    .options = options,
    .run = run,
};
