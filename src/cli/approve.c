/* SPDX-License-Identifier: Apache-2.0 */
/* aex approvals, approve and deny: a person's word on calls that wait for one. */
#include "state/approval.h"

#include "analyse/call_text.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/terminal.h"
#include "state/folder.h"
#include "json/writer.h"

#define NANOSECONDS_A_MINUTE INT64_C(60000000000)

static bool find_folder(const struct invocation *invocation, struct text *ret_folder, struct error *err)
{
    return state_folder_find(option_text(invocation, "state-dir"), invocation->arena, ret_folder, err);
}

static void print_line(const struct approval *approval, clock_instant now, struct arena *arena)
{
    static const char *const words[] = {"waits", "approved", "denied"};
    int minutes = (int)((approval->expires - now) / NANOSECONDS_A_MINUTE);
    struct text line = text_format(
        arena, "%.*s  %-8s  %2d min left  %.*s  %.*s  %.*s", TEXT_ARG(approval->code), words[approval->status],
        minutes, TEXT_ARG(approval->agent), TEXT_ARG(approval->demand), TEXT_ARG(approval->root));
    print_text(stdout, print_safely(arena, line));
    printf("\n");
}

static void write_approval(struct json_writer *writer, const struct approval *approval, struct arena *arena)
{
    json_begin_object(writer);
    json_member_string(writer, TEXT("code"), approval->code);
    json_member_string(writer, TEXT("status"), text_of(approval_status_name(approval->status)));
    json_member_string(writer, TEXT("agent"), approval->agent);
    json_member_string(writer, TEXT("session"), approval->session);
    json_member_string(writer, TEXT("tool"), approval->tool);
    json_member_string(writer, TEXT("demand"), approval->demand);
    json_member_string(writer, TEXT("rule"), approval->rule);
    json_member_string(writer, TEXT("root"), approval->root);
    json_member_string(writer, TEXT("requested"), clock_format(arena, approval->requested));
    json_member_string(writer, TEXT("expires"), clock_format(arena, approval->expires));
    json_key(writer, TEXT("arguments"));
    json_raw(writer, approval->arguments);
    json_end_object(writer);
}

static void print_json(const struct approval_vector *list, struct arena *arena)
{
    struct builder out;
    struct json_writer writer;
    builder_init(&out, arena);
    json_writer_init(&writer, &out, true);
    json_begin_array(&writer);
    for (size_t i = 0; i < list->count; i++) {
        write_approval(&writer, &list->items[i], arena);
    }
    json_end_array(&writer);
    builder_add_char(&out, '\n');
    print_text(stdout, builder_text(&out));
}

static int run_approvals(struct invocation *invocation)
{
    struct text folder;
    struct approval_vector list;
    struct error err;
    if (!find_folder(invocation, &folder, &err) ||
        !approval_list(folder.data, invocation->now, invocation->arena, &list, &err)) {
        complain("%s", err.message);
        return STATUS_USAGE;
    }
    if (option_given(invocation, "json")) {
        print_json(&list, invocation->arena);
        return output_finish() ? STATUS_OK : STATUS_USAGE;
    }
    for (size_t i = 0; i < list.count; i++) {
        print_line(&list.items[i], invocation->now, invocation->arena);
    }
    if (list.count == 0) {
        printf("Nothing waits for approval.\n");
    }
    return output_finish() ? STATUS_OK : STATUS_USAGE;
}

/* Shows the call whole, as it will be made. */
static bool show(const struct approval *approval, struct arena *arena, struct error *err)
{
    struct text arguments = {0};
    if (!call_text(approval->arguments, arena, &arguments, err)) {
        return false;
    }
    print_text(stdout, print_safely(arena, text_format(arena, "%.*s wants to use %.*s in %.*s",
                                                       TEXT_ARG(approval->agent), TEXT_ARG(approval->tool),
                                                       TEXT_ARG(approval->root))));
    printf("\n  ");
    print_text(stdout, print_safely(arena, text_format(arena, "%.*s (%.*s)", TEXT_ARG(approval->demand),
                                                       TEXT_ARG(approval->rule))));
    printf("\n\n");
    print_text(stdout, arguments);
    printf("\n");
    return true;
}

static bool find_approval(const struct invocation *invocation, struct text folder,
                          struct approval *ret_approval, struct error *err)
{
    bool found;
    if (invocation->operands.count != 1) {
        return error_set(err, "%s: name one code; `aex approvals` lists them", invocation->command->name);
    }
    if (!approval_read(folder.data, text_of(invocation->operands.items[0]), invocation->now, invocation->arena,
                       &found, ret_approval, err)) {
        return false;
    }
    return found || error_set(err, "nothing waits under %s any more", invocation->operands.items[0]);
}

/* It may have been answered elsewhere while a person looked at it; and the answer is to what was shown. */
static bool still_waits(const struct invocation *invocation, struct text folder, const struct approval *shown,
                        struct error *err)
{
    struct approval now = {0};
    return find_approval(invocation, folder, &now, err) &&
           ((now.requested == shown->requested && now.status == shown->status &&
             text_equal(now.arguments, shown->arguments) && text_equal(now.demand, shown->demand)) ||
            error_set(err, "the call under %.*s was answered, or asked anew, meanwhile; nothing was changed",
                      TEXT_ARG(shown->code)));
}

static int decide(struct invocation *invocation, enum approval_status status)
{
    struct text folder = {0};
    struct approval approval = {0};
    struct error err;
    const char *command = invocation->command->name;
    bool approves = status == APPROVAL_APPROVED;
    if (!terminal_refuse_agents(command)) {
        return STATUS_USAGE;
    }
    if (!find_folder(invocation, &folder, &err) || !find_approval(invocation, folder, &approval, &err) ||
        !show(&approval, invocation->arena, &err)) {
        complain("%s", err.message);
        return STATUS_USAGE;
    }
    if (approves && !terminal_confirm(command, "Let exactly this call pass once?")) {
        complain("nothing was approved");
        return STATUS_USAGE;
    }
    if (!still_waits(invocation, folder, &approval, &err)) {
        complain("%s", err.message);
        return STATUS_USAGE;
    }
    approval.status = status;
    approval.reason = approves ? TEXT("") : text_of(option_text(invocation, "reason"));
    if (!approval_write(folder.data, &approval, invocation->arena, &err)) {
        complain("%s", err.message);
        return STATUS_USAGE;
    }
    printf("%s.\n",
           approves ? "Approved: the same call, made again, passes once" : "Denied: the agent will be told");
    return output_finish() ? STATUS_OK : STATUS_USAGE;
}

static int run_approve(struct invocation *invocation)
{
    return decide(invocation, APPROVAL_APPROVED);
}

static int run_deny(struct invocation *invocation)
{
    return decide(invocation, APPROVAL_DENIED);
}

#define STATE_OPTION                                                                                           \
    {                                                                                                          \
        "state-dir", "FOLDER", NULL, "Where approvals are kept (~/.local/state/aex)"                           \
    }

static const struct option_spec approvals_options[] = {
    STATE_OPTION,
    {"json", NULL, NULL, "Print JSON"},
    {0},
};

static const struct option_spec approve_options[] = {
    STATE_OPTION,
    {0},
};

static const struct option_spec deny_options[] = {
    {"reason", "TEXT", NULL, "What the agent is told"},
    STATE_OPTION,
    {0},
};

const struct command command_approvals = {
    .name = "approvals",
    .summary = "List the calls that wait for a person",
    .operands = "",
    .details =
        "Each line has the code for `aex approve` and `aex deny`. Exit status 0; 2 when they cannot be read.\n",
    .options = approvals_options,
    .run = run_approvals,
};

const struct command command_approve = {
    .name = "approve",
    .summary = "Let one waiting call pass, once",
    .operands = "CODE",
    .details =
        "Shows the exact arguments and asks, at a terminal only. The approval holds for the same session, "
        "tool,\n"
        "arguments and policy, until it is used or expires. Exit status 0; 2 when nothing was approved.\n",
    .options = approve_options,
    .run = run_approve,
};

const struct command command_deny = {
    .name = "deny",
    .summary = "Refuse one waiting call",
    .operands = "CODE",
    .details = "The agent is told when it makes the call again. Exit status 0; 2 when nothing was refused.\n",
    .options = deny_options,
    .run = run_deny,
};
