/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/documents.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "cli/output.h"
#include "lang/report.h"
#include "os/file.h"
#include "os/path.h"
#include "os/tree.h"
#include "pattern/glob.h"

static int compare_places(const void *a, const void *b)
{
    const struct document_place *left = a;
    const struct document_place *right = b;
    return text_compare(left->name, right->name);
}

static struct text normalise(struct arena *arena, struct text path)
{
    return path_normalise(arena, TEXT("/"), path);
}

// Adds the files below `folder`: those that match `glob` (normalised against "/", as if that were the working
// folder), or every *.aex when `glob` is empty. False when something could not be read.
static bool add_tree(struct arena *arena, struct text folder, struct text glob,
                     struct document_place_vector *places, struct error *err)
{
    struct tree_walk walk;
    struct tree_entry entry;
    size_t first = places->count;
    /* With the slash a link to a folder is one too. */
    struct text entrance = text_format(arena, "%.*s/", TEXT_ARG(folder));
    if (!tree_walk_init(&walk, entrance, arena, err)) {
        return false;
    }
    while (tree_walk_next(&walk, &entry)) {
        if (entry.is_folder) {
            if (text_equal(entry.name, TEXT(".git"))) {
                tree_walk_skip(&walk);
            }
            continue;
        }
        bool is_wanted = glob.size == 0 ? text_ends_with(entry.name, TEXT(".aex"))
                                        : glob_matches_path(glob, normalise(arena, entry.path));
        if (is_wanted) {
            struct text name = entry.path;
            while (text_starts_with(name, TEXT("./"))) {
                name = text_after(name, 2);
            }
            struct document_place place = {.name = name, .path = text_to_c(arena, entry.path)};
            VECTOR_PUSH(arena, places, place);
        }
    }
    bool is_incomplete = walk.is_incomplete;
    tree_walk_release(&walk);
    if (places->count - first > 1) {
        qsort(places->items + first, places->count - first, sizeof *places->items, compare_places);
    }
    return !is_incomplete ||
           error_set(err, "cannot read all of %.*s: a folder may not be read or lies too deep",
                     TEXT_ARG(folder));
}

/* The part of a glob up to the last slash before its first wildcard; "." when there is none. */
static struct text glob_folder(struct text operand)
{
    size_t wild = 0;
    while (wild < operand.size && operand.data[wild] != '*' && operand.data[wild] != '?') {
        wild++;
    }
    size_t slash = text_find_last_char(text_slice(operand, 0, wild), '/');
    if (slash == TEXT_NOT_FOUND) {
        return TEXT(".");
    }
    return slash == 0 ? TEXT("/") : text_slice(operand, 0, slash);
}

static bool add_operand(struct arena *arena, const char *operand, struct document_place_vector *places,
                        struct error *err)
{
    struct stat status;
    struct text text = text_of(operand);
    if (strcmp(operand, "-") == 0) {
        struct document_place place = {.name = TEXT("<stdin>")};
        VECTOR_PUSH(arena, places, place);
        return true;
    }
    if (stat(operand, &status) == 0) {
        if (S_ISDIR(status.st_mode)) {
            return add_tree(arena, text, TEXT(""), places, err);
        }
        struct document_place place = {.name = text, .path = operand};
        VECTOR_PUSH(arena, places, place);
        return true;
    }
    int code = errno;
    if (strpbrk(operand, "*?") == NULL) {
        return error_set_os(err, code, "cannot read %s", operand);
    }
    size_t before = places->count;
    if (!add_tree(arena, glob_folder(text), normalise(arena, text), places, err) && err->os_code != ENOENT &&
        err->os_code != ENOTDIR) {
        return false;
    }
    return places->count > before || error_set(err, "%s matches no file", operand);
}

bool documents_find(const struct invocation *invocation, struct document_place_vector *ret_places)
{
    bool is_complete = true;
    if (invocation->operands.count == 0) {
        complain("%s: name a file, a folder, a glob, or \"-\" for standard input", invocation->command->name);
        return false;
    }
    for (size_t i = 0; i < invocation->operands.count; i++) {
        struct error err;
        if (!add_operand(invocation->arena, invocation->operands.items[i], ret_places, &err)) {
            complain("%s", err.message);
            is_complete = false;
        }
    }
    return is_complete;
}

bool documents_read(const struct document_place *place, struct arena *arena, struct document **ret_document,
                    struct diagnostics *ret_diagnostics)
{
    struct text source;
    struct error err;
    bool was_read = place->path == NULL
                        ? file_read_all(STDIN_FILENO, "standard input", LIMIT_DOCUMENT, arena, &source, &err)
                        : file_read_path(AT_FDCWD, place->path, LIMIT_DOCUMENT, arena, &source, &err);
    if (!was_read) {
        complain("%s", err.message);
        return false;
    }
    enum { LARGE = 1024 * 1024, TREE_TO_SOURCE = 14 };
    if (source.size > LARGE) {
        /* At once, and so in large pages: a third of the time would go into the kernel's giving small ones. */
        (void)arena_reserve(arena, source.size * TREE_TO_SOURCE);
    }
    *ret_diagnostics = (struct diagnostics){.arena = arena};
    *ret_document = lang_parse(place->name, source, arena, ret_diagnostics);
    return true;
}

void documents_print(FILE *stream, const struct diagnostics *diagnostics, struct arena *arena)
{
    struct builder out;
    bool has_colour = output_has_colour(stream);
    builder_init(&out, arena);
    for (size_t i = 0; i < diagnostics->list.count; i++) {
        report_text(&out, &diagnostics->list.items[i], has_colour);
    }
    size_t more = diagnostics->error_count + diagnostics->warning_count - diagnostics->list.count;
    if (more > 0) {
        builder_format(&out, "and %zu more mistakes in this file\n", more);
    }
    print_text(stream, builder_text(&out));
}

int documents_each(const struct invocation *invocation,
                   int (*act)(const struct invocation *invocation, const struct document_place *place,
                              struct arena *arena))
{
    struct document_place_vector places = {0};
    int status = documents_find(invocation, &places) ? STATUS_OK : STATUS_USAGE;
    AUTO_ARENA arena;
    arena_init(&arena, LIMIT_DOCUMENT_MEMORY);
    for (size_t i = 0; i < places.count; i++) {
        status = documents_worse(status, act(invocation, &places.items[i], &arena));
        arena_reset(&arena);
    }
    return output_finish() ? status : STATUS_USAGE;
}

int documents_worse(int a, int b)
{
    return a > b ? a : b;
}
