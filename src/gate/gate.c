/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/gate.h"

#include <inttypes.h>

#include "analyse/refusal.h"
#include "gate/approve.h"
#include "gate/own_server.h"
#include "gate/record.h"
#include "os/path.h"
#include "policy/message.h"
#include "state/ledger.h"
#include "state/shared_call.h"
#include "json/writer.h"

/* One call on its way to an answer. */
struct gate {
    const struct gate_options *options;
    struct arena *arena;
    const struct agent *agent;
    struct hook_call call;
    struct record_subject subject;
    struct workspace workspace;
    struct ledger ledger;
    struct demand_context context;
    struct call_judgement judgement;
    struct text message;
};

static struct answer refuse(const struct gate_options *options, const struct agent *agent, const char *failure,
                            struct arena *arena)
{
    const struct agent *form = options->answer_form != NULL ? options->answer_form : agent;
    struct text reason = text_format(arena, "aex refused the call: %s", failure);
    if (form == NULL) {
        /* Nobody knows who asks: the one form every agent takes for a no. */
        return (struct answer){.message = text_format(arena, "%s\n", reason.data), .exit_status = 2};
    }
    return form->answer(arena, ANSWER_DENY, reason);
}

struct answer gate_refusal(const struct gate_options *options, const char *failure, struct arena *arena)
{
    return refuse(options, options->agent, failure, arena);
}

/* The call's root: the operator's word, else the agent program's, else where the session was first seen. Opens
 * the session's ledger on the way, which remembers the last. */
static bool find_root(struct gate *gate, struct error *err)
{
    const struct gate_options *options = gate->options;
    struct text named = options->root.size > 0 ? options->root : options->project_folder;
    struct text start = options->start;
    if (named.size == 0 && gate->call.working_folder.size > 0) {
        start = path_normalise(gate->arena, options->start, gate->call.working_folder);
    }
    struct workspace *workspace = &gate->workspace;
    if (!workspace_find_root(workspace, named, start, gate->arena, err) ||
        !ledger_open(&gate->ledger, options->state_folder.data, gate->subject.session, workspace->root,
                     gate->arena, err)) {
        return false;
    }
    /* Calls without a session come from anywhere: none of them says where the next one works. */
    bool remembers = named.size == 0 && gate->call.session.size > 0 && gate->ledger.root.size > 0;
    bool was_seen = remembers && !text_equal(gate->ledger.root, workspace->root);
    return !was_seen || workspace_find_root(workspace, gate->ledger.root, options->start, gate->arena, err);
}

static bool load_workspace(struct gate *gate, struct error *err)
{
    const struct gate_options *options = gate->options;
    struct workspace_options workspace_options = {
        .policy = options->policy,
        .contract = options->contract,
        /* An operator's relative --policy is the workspace's, wherever the agent has moved. */
        .start = gate->workspace.root,
        .home = options->home,
        .state_folder = options->state_folder,
        .allows_no_policy = options->allows_no_policy,
        .requires_trust = true,
    };
    return workspace_load(&gate->workspace, &workspace_options, gate->arena, err);
}

static bool judge(struct gate *gate, struct error *err)
{
    const struct workspace *workspace = &gate->workspace;
    struct text folder = gate->call.working_folder;
    gate->context = (struct demand_context){
        .root = workspace->root,
        .root_as_named = workspace->root_as_named,
        .working_folder =
            folder.size > 0 ? path_normalise(gate->arena, workspace->root, folder) : workspace->root,
        .home = gate->options->home,
        .state_folder = gate->options->state_folder,
        .audit = gate->options->audit,
        .program = gate->options->program,
        .boundary_files = workspace->boundary_files.items,
        .boundary_file_count = workspace->boundary_files.count,
        .boundary_folders = gate->options->boundary_folders,
        .boundary_folder_count = gate->options->boundary_folder_count,
    };
    gate->call.own_tool = own_server_tool(gate->agent, &gate->call, &gate->context, gate->arena);
    return analyse_call(gate->agent, &gate->call, workspace, &gate->context, gate->arena, &gate->judgement,
                        err);
}

static void apply_budgets(struct gate *gate)
{
    struct call_judgement *judgement = &gate->judgement;
    judgement->decision = policy_apply_budget(gate->workspace.policy, judgement->decision, gate->ledger.used);
    for (size_t i = 0; i < judgement->nested.count; i++) {
        judgement->decision =
            policy_apply_budget(judgement->nested.items[i].policy, judgement->decision, gate->ledger.used);
    }
}

static bool has_budget(const struct gate *gate)
{
    uint64_t calls;
    const struct layer *layer;
    bool found = policy_call_budget(gate->workspace.policy, &calls, &layer);
    for (size_t i = 0; i < gate->judgement.nested.count; i++) {
        found = found || policy_call_budget(gate->judgement.nested.items[i].policy, &calls, &layer);
    }
    return found;
}

/* Step 3. A repeat of a call that was charged already costs nothing and needs nothing left. */
static bool check_budget(struct gate *gate, bool *ret_charges, struct error *err)
{
    const struct decision *decision = &gate->judgement.decision;
    *ret_charges = false;
    if (decision->verdict == VERDICT_DENY || decision->is_free) {
        return true;
    }
    if (gate->ledger.is_exhausted) {
        return !has_budget(gate) || error_set(err, "%.*s", TEXT_ARG(gate->ledger.loss));
    }
    enum charge_result result;
    if (!ledger_peek(&gate->ledger, &gate->subject.key, &result, err)) {
        return false;
    }
    if (result == CHARGE_NEW) {
        apply_budgets(gate);
    }
    *ret_charges = decision->verdict != VERDICT_DENY && !gate->options->dry_run;
    return true;
}

/* Where the question goes to a terminal, a person's yes makes the call an allowed one; anything else refuses
 * it. Others of the session need not wait for that person: the ledger is let go of meanwhile. */
static bool approve(struct gate *gate, struct error *err)
{
    const struct gate_options *options = gate->options;
    struct decision *decision = &gate->judgement.decision;
    bool at_terminal = options->asks_at_terminal || !gate->agent->can_ask;
    bool charges;
    if (decision->verdict != VERDICT_ASK || !at_terminal || options->dry_run || options->observes) {
        return true;
    }
    /* Nobody is asked about a call that could not be paid for. */
    if (!check_budget(gate, &charges, err) || decision->verdict == VERDICT_DENY) {
        return decision->verdict == VERDICT_DENY;
    }
    struct ask_answer answer;
    ledger_close(&gate->ledger);
    if (!gate_approve(&gate->subject, &gate->workspace, decision, gate->arena, &answer, err) ||
        !ledger_open(&gate->ledger, options->state_folder.data, gate->subject.session, gate->workspace.root,
                     gate->arena, err)) {
        return false;
    }
    gate->subject.approval = answer.code;
    gate->message = answer.message;
    decision->verdict = answer.is_granted ? VERDICT_ALLOW : VERDICT_DENY;
    return true;
}

/* Before the answer, so that no answered call is free. */
static bool charge(struct gate *gate, struct error *err)
{
    bool charges;
    enum charge_result result;
    if (!check_budget(gate, &charges, err)) {
        return false;
    }
    return !charges || ledger_charge(&gate->ledger, &gate->subject.key, &result, err);
}

/* What the agent is told, with the part of a command line that it is about. */
static struct text explain(struct gate *gate, const struct decision *decision)
{
    struct builder out;
    builder_init(&out, gate->arena);
    builder_add(&out, message_for_agent(decision, gate->call.tool, gate->workspace.root, gate->agent->can_ask,
                                        gate->arena));
    struct text part = refusal_excerpt(decision, gate->arena);
    if (part.size > 0) {
        builder_format(&out, "\n%.*s", TEXT_ARG(part));
    }
    struct text remedy = refusal_remedy(gate->agent, &gate->call, &gate->judgement, &gate->workspace,
                                        &gate->context, gate->arena);
    if (remedy.size > 0) {
        builder_format(&out, "\n%.*s", TEXT_ARG(remedy));
    }
    return builder_text(&out);
}

/* A call of an MCP tool is seen by `aex proxy` too, if it stands before the server: what is charged and asked
 * about here is not to be there again. Where this cannot be written, it is. */
static void share(struct gate *gate)
{
    const struct decision *decision = &gate->judgement.decision;
    const struct hook_call *call = &gate->call;
    if (decision->verdict == VERDICT_DENY || gate->options->dry_run || call->tool_use_id.size == 0 ||
        !text_starts_with(call->tool, TEXT("mcp__"))) {
        return;
    }
    struct shared_call shared = {
        .id = call->tool_use_id,
        .session = gate->subject.session,
        .tool = call->tool,
        .arguments = gate->subject.arguments,
        .policy = gate->workspace.digest,
        .was_asked = decision->reason == REASON_CONFIRM_REQUIRED && !gate->options->observes,
    };
    (void)shared_call_write(gate->options->state_folder.data, &shared, gate->arena, NULL);
}

static bool decide(struct gate *gate, struct error *err)
{
    if (!find_root(gate, err)) {
        return false;
    }
    gate->subject.root = gate->workspace.root;
    if (!load_workspace(gate, err) || !judge(gate, err) || !approve(gate, err) || !charge(gate, err)) {
        return false;
    }
    struct decision *decision = &gate->judgement.decision;
    if (decision->demand == NULL && gate->judgement.demands.count > 0) {
        decision->demand = &gate->judgement.demands.items[0]; /* what the trail names */
    }
    if (decision->verdict != VERDICT_ALLOW && gate->message.size == 0) {
        gate->message = explain(gate, decision);
    }
    if (!record_decision(&gate->subject, &gate->workspace, decision, gate->message, NULL, gate->arena, err)) {
        return false;
    }
    share(gate);
    return true;
}

static struct answer render(struct gate *gate)
{
    const struct gate_options *options = gate->options;
    const struct agent *form = options->answer_form != NULL ? options->answer_form : gate->agent;
    const struct decision *decision = &gate->judgement.decision;
    enum answer_kind allowing = options->auto_allows ? ANSWER_ALLOW : ANSWER_NO_OBJECTION;
    struct text reason = gate->message.size > 0 ? gate->message : TEXT("allowed by aex");
    if (options->dry_run) {
        reason = text_format(gate->arena, "aex dry run, nothing is executed; would %s: %.*s",
                             verdict_name(decision->verdict), TEXT_ARG(reason));
        return form->answer(gate->arena, ANSWER_DENY, reason);
    }
    struct decision protection;
    if (options->observes) {
        if (!demand_protects(&gate->judgement.demands, gate->workspace.policy, gate->arena, &protection)) {
            return form->answer(gate->arena, allowing, reason);
        }
        reason = message_for_agent(&protection, gate->call.tool, gate->workspace.root, true, gate->arena);
        return form->answer(gate->arena, ANSWER_DENY, reason);
    }
    switch (decision->verdict) {
    case VERDICT_ALLOW:
        return form->answer(gate->arena, allowing, reason);
    case VERDICT_ASK:
        /* An agent that sends its own form does not read the plain one, and would go on. */
        if (form == &agent_plain && gate->call.event_name.size > 0) {
            break;
        }
        return form->answer(gate->arena, ANSWER_ASK, reason);
    case VERDICT_DENY:
        break;
    }
    return form->answer(gate->arena, ANSWER_DENY, reason);
}

/* What the trail and the ledger know the call by. */
static void identify(struct gate *gate)
{
    struct record_subject *subject = &gate->subject;
    const struct hook_call *call = &gate->call;
    subject->options = gate->options;
    subject->agent = gate->agent;
    subject->call = &gate->call;
    subject->session = call->session.size > 0 ? call->session : TEXT("unnamed");
    subject->canonical_arguments = json_canonical_text(gate->arena, call->arguments);
    subject->arguments = digest_sha256(subject->canonical_arguments);
    struct text id = call->tool_use_id;
    if (id.size == 0) {
        /* Without an id no two calls are known to be the same: each is charged. */
        id = text_format(gate->arena, "%" PRId64 ".%" PRId64, gate->options->now, gate->options->process_id);
    }
    subject->key = charge_key(subject->session, id, call->tool, &subject->arguments);
}

/* A call that could not be decided is denied, and the trail says so if it can still be written. */
static struct answer fail(struct gate *gate, const struct error *failure)
{
    struct text message = text_of(failure->message);
    (void)record_decision(&gate->subject, NULL, NULL, message, failure->message, gate->arena, NULL);
    return refuse(gate->options, gate->agent, failure->message, gate->arena);
}

/* Settings are read when a session starts. Ones that change while it runs may switch the hook off, and who
 * changed them is not said: they wait for the next start. */
static struct answer refuse_settings(struct gate *gate)
{
    static const struct text reason =
        TEXT_INIT("aex refused changed settings: they take effect when the agent is started again\n");
    struct error err;
    if (!record_settings(&gate->subject, gate->arena, &err)) {
        return refuse(gate->options, NULL, err.message, gate->arena);
    }
    return gate->options->observes ? (struct answer){.output = TEXT("{}\n")}
                                   : (struct answer){.message = reason, .exit_status = 2};
}

static struct answer answer_event(struct gate *gate)
{
    struct error err = {0};
    const struct agent *form = gate->options->answer_form != NULL ? gate->options->answer_form : gate->agent;
    switch (gate->call.event) {
    case HOOK_OTHER:
        return form->answer(gate->arena, ANSWER_NO_OBJECTION, TEXT(""));
    case HOOK_SETTINGS:
        identify(gate);
        return refuse_settings(gate);
    case HOOK_TOOL_FINISHED:
    case HOOK_TOOL_FAILED:
        identify(gate);
        gate->subject.root = gate->options->root.size > 0 ? gate->options->root : gate->options->project_folder;
        if (!record_outcome(&gate->subject, gate->arena, &err)) {
            return refuse(gate->options, gate->agent, err.message, gate->arena);
        }
        return form->answer(gate->arena, ANSWER_NO_OBJECTION, TEXT(""));
    case HOOK_BEFORE_TOOL:
        break;
    }
    identify(gate);
    gate->ledger.fd = -1;
    struct answer answer = decide(gate, &err) ? render(gate) : fail(gate, &err);
    ledger_close(&gate->ledger);
    return answer;
}

struct answer gate_answer(const struct gate_options *options, struct text input, struct arena *arena)
{
    struct error err = {0};
    struct json value;
    if (!json_parse(input, arena, &value, &err)) {
        return refuse(options, options->agent, err.message, arena);
    }
    struct gate gate = {
        .options = options,
        .arena = arena,
        .agent = options->agent != NULL ? options->agent : agent_recognise(&value),
    };
    if (!hook_call_read(&value, gate.agent, &gate.call, &err)) {
        return refuse(options, gate.agent, err.message, arena);
    }
    return answer_event(&gate);
}
