/* SPDX-License-Identifier: Apache-2.0 */
/* aex shell: what a command line does, part by part. */
#include "shell/shell.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "cli/command.h"
#include "cli/output.h"
#include "os/path.h"
#include "os/user.h"
#include "json/writer.h"

static const struct option_spec options[] = {
    {.name = "cwd", .value = "FOLDER", .help = "Where it would run (default: here)"},
    {.name = "json", .help = "Print one JSON object"},
    {.name = "root", .value = "FOLDER", .help = "The workspace (default: the folder it would run in)"},
    {0},
};

static const char *kind_name(enum shell_resource_kind kind)
{
    switch (kind) {
    case SHELL_RESOURCE_NONE:
        return "none";
    case SHELL_RESOURCE_KNOWN:
        return "known";
    case SHELL_RESOURCE_SET:
        return "set";
    case SHELL_RESOURCE_UNKNOWN:
        return "unknown";
    case SHELL_RESOURCE_CHANGED:
        return "changed";
    }
    return "";
}

/* What the repository has to be asked. */
static const char *change_name(enum shell_change change)
{
    static const char *const names[] = {
        [SHELL_CHANGE_SWITCH] = "switch",
        [SHELL_CHANGE_CHECKOUT] = "checkout",
        [SHELL_CHANGE_RESET] = "reset",
        [SHELL_CHANGE_INDEX] = "index",
        [SHELL_CHANGE_MERGE] = "merge",
        [SHELL_CHANGE_STASH] = "stash",
        [SHELL_CHANGE_REBASE] = "rebase",
        [SHELL_CHANGE_PICK] = "cherry-pick",
        [SHELL_CHANGE_REVERT] = "revert",
        [SHELL_CHANGE_ABORT_REBASE] = "abort of rebase",
        [SHELL_CHANGE_ABORT_PICK] = "abort",
        [SHELL_CHANGE_CLEAN] = "clean",
        [SHELL_CHANGE_CLEAN_ALL] = "clean with what is ignored",
    };
    return names[change];
}

static void print_demand(struct arena *arena, const struct shell_demand *demand, struct text root)
{
    printf("    %.*s", TEXT_ARG(demand->capability));
    bool is_path = text_starts_with(demand->capability, TEXT("file."));
    if (demand->kind == SHELL_RESOURCE_UNKNOWN) {
        printf(":?");
    } else if (demand->kind == SHELL_RESOURCE_CHANGED) {
        printf("  (the files that git changes: %s %.*s)", change_name(demand->change), TEXT_ARG(demand->value));
    } else if (demand->kind != SHELL_RESOURCE_NONE) {
        putchar(':');
        print_text(stdout, print_safely(arena, is_path ? path_relative(demand->value, root) : demand->value));
    }
    if (demand->is_opaque) {
        printf("  (opaque: ");
        print_text(stdout, print_safely(arena, demand->reason));
        putchar(')');
    }
    putchar('\n');
}

/* The part's first line; `mark` are bytes of the command line to put carets under, when they are all shown. */
static void print_part(struct arena *arena, const struct shell_part *part, struct text command,
                       struct shell_range mark)
{
    enum { LONGEST = 100 };
    struct text source = text_slice(command, part->range.start, part->range.end);
    bool is_cut = source.size > LONGEST || text_find_char(source, '\n') != TEXT_NOT_FOUND;
    source = text_slice(source, 0, text_find_char(source, '\n'));
    source = text_slice(source, 0, LONGEST);
    print_text(stdout, print_safely(arena, source));
    printf(is_cut ? " ...\n" : "\n");
    if (mark.start < part->range.start || mark.end > part->range.start + source.size ||
        mark.end <= mark.start) {
        return;
    }
    struct text before = text_slice(command, part->range.start, mark.start);
    for (size_t i = utf8_count(print_safely(arena, before)); i > 0; i--) {
        putchar(' ');
    }
    for (size_t i = utf8_count(print_safely(arena, text_slice(command, mark.start, mark.end))); i > 0; i--) {
        putchar('^');
    }
    putchar('\n');
}

static void print_analysis(struct arena *arena, const struct shell_analysis *analysis, struct text command,
                           struct text root)
{
    size_t at = 0;
    for (size_t i = 0; i < analysis->parts.count; i++) {
        struct shell_range mark = {0, 0};
        size_t end = at;
        for (; end < analysis->demands.count && analysis->demands.items[end].part == i; end++) {
            mark = analysis->demands.items[end].is_opaque ? analysis->demands.items[end].range : mark;
        }
        print_part(arena, &analysis->parts.items[i], command, mark);
        for (; at < end; at++) {
            print_demand(arena, &analysis->demands.items[at], root);
        }
    }
}

static void write_range(struct json_writer *writer, struct shell_range range)
{
    json_member_integer(writer, TEXT("start"), (int64_t)range.start);
    json_member_integer(writer, TEXT("end"), (int64_t)range.end);
}

static void write_demand(struct json_writer *writer, const struct shell_demand *demand)
{
    json_begin_object(writer);
    json_member_string(writer, TEXT("capability"), demand->capability);
    json_member_string(writer, TEXT("resource"), text_of(kind_name(demand->kind)));
    if (demand->kind == SHELL_RESOURCE_KNOWN || demand->kind == SHELL_RESOURCE_SET) {
        json_member_string(writer, TEXT("value"), demand->value);
    }
    if (demand->kind == SHELL_RESOURCE_CHANGED) {
        json_member_string(writer, TEXT("change"), text_of(change_name(demand->change)));
        json_member_string(writer, TEXT("revision"), demand->value);
    }
    if (demand->walked.size > 0) {
        json_member_string(writer, TEXT("walked"), demand->walked);
    }
    if (demand->excludes_hidden) {
        json_key(writer, TEXT("excludes_hidden"));
        json_bool(writer, true);
    }
    if (demand->is_opaque) {
        json_member_string(writer, TEXT("opaque"), demand->reason);
    }
    write_range(writer, demand->range);
    json_end_object(writer);
}

static void write_folders(struct json_writer *writer, struct text name, const struct text *folders,
                          size_t count)
{
    if (count == 0) {
        return;
    }
    json_key(writer, name);
    json_begin_array(writer);
    for (size_t i = 0; i < count; i++) {
        json_string(writer, folders[i]);
    }
    json_end_array(writer);
}

static void write_analysis(const struct shell_analysis *analysis, struct arena *arena)
{
    struct builder out;
    struct json_writer writer;
    size_t at = 0;
    builder_init(&out, arena);
    json_writer_init(&writer, &out, true);
    json_begin_object(&writer);
    json_key(&writer, TEXT("understood"));
    json_bool(&writer, !analysis->is_opaque);
    json_key(&writer, TEXT("parts"));
    json_begin_array(&writer);
    for (size_t i = 0; i < analysis->parts.count; i++) {
        const struct shell_part *part = &analysis->parts.items[i];
        json_begin_object(&writer);
        json_member_string(&writer, TEXT("program"), part->program);
        write_range(&writer, part->range);
        write_folders(&writer, TEXT("repositories"), part->repositories, part->repository_count);
        write_folders(&writer, TEXT("wildcards"), part->wildcard_folders, part->wildcard_folder_count);
        if (part->asks_for_root) {
            json_key(&writer, TEXT("asks_for_root"));
            json_bool(&writer, true);
        }
        json_key(&writer, TEXT("demands"));
        json_begin_array(&writer);
        for (; at < analysis->demands.count && analysis->demands.items[at].part == i; at++) {
            write_demand(&writer, &analysis->demands.items[at]);
        }
        json_end_array(&writer);
        json_end_object(&writer);
    }
    json_end_array(&writer);
    json_end_object(&writer);
    print_text(stdout, builder_text(&out));
    putchar('\n');
}

static bool find_context(struct invocation *invocation, struct shell_context *ret_context)
{
    struct error err;
    struct text here;
    struct shell_context context = {0};
    if (!path_current(invocation->arena, &here, &err)) {
        complain("%s", err.message);
        return false;
    }
    if (!user_home(invocation->arena, &context.home, &err)) {
        context.home = TEXT("");
    }
    const char *cwd = option_text(invocation, "cwd");
    const char *root = option_text(invocation, "root");
    context.cwd = path_normalise(invocation->arena, here, text_of(cwd == NULL ? "." : cwd));
    context.root = root == NULL ? context.cwd : path_normalise(invocation->arena, here, text_of(root));
    *ret_context = context;
    return true;
}

static int run_shell(struct invocation *invocation)
{
    struct shell_context context;
    struct shell_analysis analysis;
    struct error err;
    if (invocation->operands.count != 1) {
        complain("shell: one command line wanted, in quotes: aex shell 'git status && npm test'");
        return STATUS_USAGE;
    }
    struct text command = text_of(invocation->operands.items[0]);
    if (!find_context(invocation, &context)) {
        return STATUS_USAGE;
    }
    if (!shell_analyse(command, &context, invocation->arena, &analysis, &err)) {
        complain("shell: %s", err.message);
        return STATUS_USAGE;
    }
    if (option_given(invocation, "json")) {
        write_analysis(&analysis, invocation->arena);
    } else {
        print_analysis(invocation->arena, &analysis, command, context.root);
    }
    if (!output_finish()) {
        return STATUS_USAGE;
    }
    return analysis.is_opaque ? STATUS_FOUND : STATUS_OK;
}

const struct command command_shell = {
    .name = "shell",
    .summary = "Show what a command line does, part by part",
    .operands = "COMMAND",
    .details =
        "Reads COMMAND as Bash would and prints each of its simple commands with what it demands of a policy.\n"
        "Nothing is run. What is not certain is opaque and demands shell.exec; carets stand under the words "
        "that\n"
        "make it so.\n"
        "\n"
        "Exit status: 0 when every part is understood, 1 when one is opaque, 2 when called wrongly.\n"
        "\n"
        "  aex shell 'git status && npm test'\n",
    .options = options,
    .run = run_shell,
};
