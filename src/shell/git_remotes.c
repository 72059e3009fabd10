/* SPDX-License-Identifier: Apache-2.0 */
/* git push, fetch, pull and ls-remote: which remote, which refs, and whether history is rewritten however that
 * is spelled (--force, +ref, :ref, --delete, --mirror). */
#include "base/builder.h"
#include "shell/programs.h"

static struct text without_prefix(struct text ref)
{
    static const char *const prefixes[] = {"refs/heads/", "heads/"};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        if (text_starts_with(ref, text_of(prefixes[i]))) {
            return text_after(ref, text_of(prefixes[i]).size);
        }
    }
    return ref;
}

struct push {
    struct program_run *run;
    struct text capability;
    struct text remote;
    bool is_forced;
    bool is_deletion;
};

static void demand_ref(struct push *push, const struct shell_field *field, struct text ref, bool rewrites)
{
    struct walker *walker = push->run->walker;
    enum shell_resource_kind kind = SHELL_RESOURCE_KNOWN;
    struct text value =
        text_format(walker->arena, "%.*s/%.*s", TEXT_ARG(push->remote), TEXT_ARG(without_prefix(ref)));
    bool is_symbolic = text_equal(ref, TEXT("HEAD")) || text_equal(ref, TEXT("@")) || ref.size == 0 ||
                       text_contains(ref, TEXT("~")) || text_contains(ref, TEXT("^")) ||
                       text_contains(ref, TEXT("@{"));
    if (field->kind != FIELD_EXACT || is_symbolic) {
        /* What HEAD stands for is not known here. */
        kind = SHELL_RESOURCE_UNKNOWN;
        value = TEXT("");
    } else if (text_find_char(ref, '*') != TEXT_NOT_FOUND) {
        kind = SHELL_RESOURCE_SET;
    }
    demand_add(walker, push->capability, kind, value, field->range);
    if (rewrites) {
        demand_add(walker, TEXT("history.rewrite"), kind, value, field->range);
    }
}

static void demand_refspec(struct push *push, const struct shell_field *field)
{
    struct text spec = field->text;
    bool rewrites = push->is_forced || push->is_deletion;
    if (spec.size > 0 && spec.data[0] == '+') {
        rewrites = true;
        spec = text_after(spec, 1);
    }
    size_t colon = text_find_last_char(spec, ':');
    struct text target = spec;
    if (colon != TEXT_NOT_FOUND) {
        target = text_after(spec, colon + 1);
        rewrites = rewrites || colon == 0;
    }
    demand_ref(push, field, target, rewrites);
}

/* "git@host:path", "ssh://...", "https://...", a path: anything that is no plain name of a remote. */
static bool is_remote_name(struct text remote)
{
    return remote.size > 0 && text_find_char(remote, ':') == TEXT_NOT_FOUND && remote.data[0] != '.' &&
           remote.data[0] != '/' && remote.data[0] != '~' && text_find_char(remote, '/') == TEXT_NOT_FOUND;
}

static void demand_remote_host(struct program_run *run, const struct shell_field *field)
{
    struct text remote = field->text;
    if (text_starts_with(remote, TEXT("https://")) || text_starts_with(remote, TEXT("http://")) ||
        text_starts_with(remote, TEXT("ssh://")) || text_starts_with(remote, TEXT("git://"))) {
        demand_url(run->walker, run->state, field);
        return;
    }
    size_t colon = text_find_char(remote, ':');
    size_t slash = text_find_char(remote, '/');
    if (colon != TEXT_NOT_FOUND && colon > 0 && (slash == TEXT_NOT_FOUND || colon < slash) &&
        !text_contains(remote, TEXT("::")) && !text_contains(remote, TEXT("://"))) {
        size_t at = text_find_char(remote, '@');
        size_t from = at != TEXT_NOT_FOUND && at < colon ? at + 1 : 0;
        demand_host(run->walker, text_slice(remote, from, colon), "22", field->range);
        return;
    }
    /* A repository on this machine runs its hooks here; "ext::" runs a command; "a/b" may be a path. */
    demand_opaque(run->walker, field->range, "a repository that is no named remote", remote);
}

void git_remote_demands(struct program_run *run, const char *subcommand, bool is_push)
{
    struct walker *walker = run->walker;
    struct push push = {.run = run, .is_forced = run_has(run, 'f'), .is_deletion = run_has(run, 'd')};
    push.capability = text_format(walker->arena, "git.%s", subcommand);
    for (size_t i = 0; i < run->operands.count; i++) {
        if (run->operands.items[i].may_split) {
            demand_opaque(walker, run->operands.items[i].range, "words that are only known when it runs",
                          TEXT(""));
        }
    }
    if (run->operands.count == 0 || run->operands.items[0].kind != FIELD_EXACT) {
        demand_add(walker, push.capability, SHELL_RESOURCE_UNKNOWN, TEXT(""), run->range);
        if (push.is_forced || push.is_deletion) {
            demand_add(walker, TEXT("history.rewrite"), SHELL_RESOURCE_UNKNOWN, TEXT(""), run->range);
        }
    } else {
        push.remote = run->operands.items[0].text;
        if (!is_remote_name(push.remote)) {
            demand_remote_host(run, &run->operands.items[0]);
        }
        if (run->operands.count == 1 || run_has(run, 'a') || run_has(run, 't')) {
            /* What is pushed then stands in the configuration. */
            bool is_look = text_equal(push.capability, TEXT("git.ls-remote")) ||
                           text_equal(push.capability, TEXT("git.fetch"));
            demand_add(walker, push.capability, is_look ? SHELL_RESOURCE_KNOWN : SHELL_RESOURCE_UNKNOWN,
                       is_look ? push.remote : TEXT(""), run->range);
            if (is_push && (push.is_forced || push.is_deletion)) {
                demand_add(walker, TEXT("history.rewrite"), SHELL_RESOURCE_UNKNOWN, TEXT(""), run->range);
            }
        }
        for (size_t i = 1; i < run->operands.count; i++) {
            struct shell_field field = run->operands.items[i];
            if (text_equal(field.text, TEXT("tag")) && i + 1 < run->operands.count) {
                field = run->operands.items[++i];
                demand_ref(&push, &field, text_format(walker->arena, "refs/tags/%.*s", TEXT_ARG(field.text)),
                           push.is_forced || push.is_deletion);
            } else if (is_push) {
                demand_refspec(&push, &field);
            } else {
                /* "+" and --force let it overwrite a branch here. */
                bool is_forced = text_starts_with(field.text, TEXT("+"));
                struct text spec = text_after(field.text, is_forced ? 1 : 0);
                size_t colon = text_find_char(spec, ':');
                demand_ref(&push, &field, text_slice(spec, 0, colon),
                           colon != TEXT_NOT_FOUND && (is_forced || push.is_forced));
            }
        }
    }
    if (text_equal(push.capability, TEXT("git.pull"))) {
        run_opaque(run, "changes files that the command line does not name");
    }
}
