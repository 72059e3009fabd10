/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <sys/stat.h>

#include "demand/build.h"
#include "demand/protected.h"
#include "demand/secrets.h"
#include "os/path.h"

/* The same file under the workspace's resolved name, when the agent used the other one. */
static struct text in_resolved_root(struct demand_build *build, struct text path)
{
    const struct demand_context *context = build->context;
    if (text_equal(context->root, context->root_as_named) || path_is_within(path, context->root) ||
        !path_is_within(path, context->root_as_named)) {
        return path;
    }
    if (path.size == context->root_as_named.size) {
        return context->root;
    }
    return path_join(build->arena, context->root, path_relative(path, context->root_as_named));
}

/* Links below these mean the process that follows them, which is not us. */
static bool depends_on_process(struct text path)
{
    return path_is_within(path, TEXT("/proc")) || path_is_within(path, TEXT("/dev/fd")) ||
           text_starts_with(path, TEXT("/dev/std"));
}

/* Where the path leads: as written, ".." after a link is the parent of where the link leads; and with the dots
 * taken out first, as Codex does and Claude Code does in part. Two answers are none. */
static bool resolve(struct demand_build *build, struct text path, struct both_forms *forms, struct error *err)
{
    struct arena *arena = build->arena;
    struct text written = path.data[0] == '/' ? path : path_join(arena, build->context->working_folder, path);
    struct path_notes notes;
    struct text root = build->context->root;
    if (!path_resolve_noting(arena, root, written, &forms->resolved, &notes, err)) {
        return false;
    }
    forms->is_unknown = notes.through_proc || depends_on_process(forms->resolved);
    if (text_contains(path, TEXT("..")) && !forms->is_unknown) {
        struct text other;
        struct path_notes others;
        if (!path_resolve_noting(arena, root, forms->lexical, &other, &others, err)) {
            return false;
        }
        forms->is_unknown = others.through_proc || !text_equal(other, forms->resolved);
        notes.below_file = notes.below_file || others.below_file;
    }
    if (notes.below_file && !build->is_line) {
        return error_set_os(err, ENOTDIR, "cannot resolve %.*s", TEXT_ARG(written));
    }
    return true;
}

bool build_resolve(struct demand_build *build, struct text path, struct both_forms *ret_forms)
{
    if (path.size == 0) {
        return error_set(build->err, "an empty path");
    }
    if (text_has_nul(path)) {
        return error_set(build->err, "a path holds a NUL");
    }
    const struct demand_context *context = build->context;
    if (path.data[0] == '~' && (path.size == 1 || path.data[1] == '/')) {
        path = text_format(build->arena, "%.*s%.*s", TEXT_ARG(context->home), TEXT_ARG(text_after(path, 1)));
    }
    struct both_forms forms = {.lexical = path_normalise(build->arena, context->working_folder, path)};
    forms.is_unknown = depends_on_process(forms.lexical);
    if (!forms.is_unknown && !resolve(build, path, &forms, build->err)) {
        return false;
    }
    forms.lexical = in_resolved_root(build, forms.lexical);
    *ret_forms = forms;
    return true;
}

static bool reads(struct text name)
{
    return text_equal(name, TEXT("file.read"));
}

size_t build_file_names(struct text capability, struct text names[2])
{
    bool is_change = !text_equal(capability, TEXT("file.read")) &&
                     !text_equal(capability, TEXT("file.write")) &&
                     !text_starts_with(capability, TEXT("secrets."));
    names[0] = capability;
    names[1] = TEXT("file.write");
    return is_change ? 2 : 1;
}

void build_unknown_file(struct demand_build *build, struct text name)
{
    struct resource unknown = {.kind = RESOURCE_UNKNOWN};
    struct demand demand = {.resource = unknown};
    demand.name_count = build_file_names(name, demand.names);
    VECTOR_PUSH(build->arena, build->demands, demand);
    build_add(build, reads(name) ? TEXT("secrets.read") : TEXT("aex.configure"), unknown);
    if (!reads(name)) {
        build_add(build, TEXT("secrets.read"), unknown);
    }
}

bool build_file(struct demand_build *build, const struct text *names, size_t name_count, struct text path)
{
    struct both_forms forms = {0};
    if (!build_resolve(build, path, &forms)) {
        return false;
    }
    if (forms.is_unknown) {
        build_unknown_file(build, names[0]);
        return true;
    }
    struct demand demand = {
        .name_count = name_count,
        .resource = {.kind = RESOURCE_KNOWN, .value = forms.lexical, .resolved = forms.resolved},
    };
    for (size_t i = 0; i < name_count; i++) {
        demand.names[i] = names[i];
    }
    VECTOR_PUSH(build->arena, build->demands, demand);
    bool is_read = reads(names[0]);
    if (is_read &&
        (secrets_names(build->arena, forms.lexical) || secrets_names(build->arena, forms.resolved))) {
        build_add(build, TEXT("secrets.read"), demand.resource);
    }
    if (protected_from(build, &forms, is_read ? PROTECTED_FROM_READING : PROTECTED_FROM_WRITING)) {
        build_add(build, TEXT("aex.configure"), demand.resource);
    }
    if (!is_read && protected_history(build, &forms)) {
        build_add(build, TEXT("history.rewrite"), demand.resource);
    }
    return true;
}
