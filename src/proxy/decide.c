/* SPDX-License-Identifier: Apache-2.0 */
#include "proxy/decide.h"

#include <inttypes.h>
#include <unistd.h>

#include "policy/message.h"
#include "state/ask.h"

/* One request being decided. */
struct deciding {
    struct decider *decider;
    const struct mcp_step *step;
    clock_instant now;
    struct arena *arena;
    struct record_call call;
    struct call_judgement judgement;
    const char *event; /* where it is not the verdict's own */
    struct text message;
};

static bool is_tool_call(const struct mcp_step *step)
{
    return text_equal(step->message.method, TEXT("tools/call"));
}

/* Budgets count what an agent lets a server do or bring: not what the protocol needs besides. */
static bool is_charged(const struct mcp_step *step)
{
    static const struct text charged[] = {TEXT_INIT("tools/call"), TEXT_INIT("resources/read"),
                                          TEXT_INIT("prompts/get")};
    for (size_t i = 0; i < sizeof charged / sizeof charged[0]; i++) {
        if (text_equal(step->message.method, charged[i])) {
            return true;
        }
    }
    return false;
}

/* What Claude Code and Codex put into `_meta` of a call, so that it is known to be the one their hooks saw. */
static void read_meta(struct record_call *call, const struct json *params)
{
    const struct json *meta = json_get(params, TEXT("_meta"));
    if (!json_get_text(meta, TEXT("claudecode/toolUseId"), &call->call_id)) {
        (void)json_get_text(meta, TEXT("callId"), &call->call_id);
    }
    if (!json_get_text(meta, TEXT("sessionId"), &call->session)) {
        (void)json_get_text(meta, TEXT("threadId"), &call->session);
    }
}

static void identify(struct deciding *deciding)
{
    const struct mcp_step *step = deciding->step;
    const struct json *params = step->message.params;
    struct arena *arena = deciding->arena;
    struct record_call *call = &deciding->call;
    struct builder canonical;
    *call = (struct record_call){
        .step = step, .session = deciding->decider->session, .client = deciding->decider->client};
    read_meta(call, params);
    if (!json_get_text(params, TEXT("name"), &call->tool)) {
        (void)json_get_text(params, TEXT("uri"), &call->tool);
    }
    static const struct json no_arguments = {.type = JSON_OBJECT};
    const struct json *arguments = is_tool_call(step) ? json_get(params, TEXT("arguments")) : params;
    builder_init(&canonical, arena);
    json_canonical(&canonical, arena, arguments != NULL ? arguments : &no_arguments);
    call->canonical_arguments = builder_text(&canonical);
    call->arguments = digest_sha256(call->canonical_arguments);
    struct text id = call->call_id;
    if (id.size == 0) {
        /* Without an id no two calls are known to be the same: each is charged. */
        id = text_format(arena, "%" PRIu64 ".%ld", ++deciding->decider->unnamed, (long)getpid());
    }
    call->key = charge_key(call->session, id, call->tool, &call->arguments);
}

/* ---- Step 3: the budget ---- */

static void apply_budgets(struct deciding *deciding)
{
    struct call_judgement *judgement = &deciding->judgement;
    const struct policy *policy = deciding->decider->judge->workspace.policy;
    uint64_t used = tally_used(&deciding->decider->batch->tally);
    judgement->decision = policy_apply_budget(policy, judgement->decision, used);
    for (size_t i = 0; i < judgement->nested.count; i++) {
        judgement->decision = policy_apply_budget(judgement->nested.items[i].policy, judgement->decision, used);
    }
}

static bool has_budget(const struct deciding *deciding)
{
    uint64_t calls;
    const struct layer *layer;
    bool found = policy_call_budget(deciding->decider->judge->workspace.policy, &calls, &layer);
    for (size_t i = 0; i < deciding->judgement.nested.count; i++) {
        found = found || policy_call_budget(deciding->judgement.nested.items[i].policy, &calls, &layer);
    }
    return found;
}

/* A repeat of a call that was charged already costs nothing and needs nothing left. */
static bool check_budget(struct deciding *deciding, bool *ret_charges, struct error *err)
{
    const struct decision *decision = &deciding->judgement.decision;
    *ret_charges = false;
    if (decision->verdict == VERDICT_DENY || decision->is_free || !is_charged(deciding->step)) {
        return true;
    }
    struct tally *tally = &deciding->decider->batch->tally;
    if (tally->ledger.is_exhausted) {
        return !has_budget(deciding) || error_set(err, "%.*s", TEXT_ARG(tally->ledger.loss));
    }
    enum charge_result result;
    if (!tally_peek(tally, &deciding->call.key, &result, err)) {
        return false;
    }
    if (result == CHARGE_NEW) {
        apply_budgets(deciding);
    }
    *ret_charges = decision->verdict != VERDICT_DENY && !deciding->decider->options->dry_run;
    return true;
}

/* ---- Step 4: the question ---- */

static bool ask(struct deciding *deciding, struct error *err)
{
    const struct proxy_options *options = deciding->decider->options;
    const struct workspace *workspace = &deciding->decider->judge->workspace;
    struct decision *decision = &deciding->judgement.decision;
    if (decision->verdict != VERDICT_ASK || options->dry_run || options->observes) {
        return true;
    }
    if (options->auto_confirms) {
        decision->verdict = VERDICT_ALLOW;
        deciding->event = "confirm.auto_approved";
        return true;
    }
    struct approval wanted = {
        .agent = deciding->call.client,
        .session = deciding->call.session,
        .tool = text_format(deciding->arena, "%.*s: %.*s", TEXT_ARG(options->server),
                            TEXT_ARG(deciding->call.tool)),
        .demand = message_demand(decision->demand, workspace->root, deciding->arena),
        .rule = message_rule_place(decision, deciding->arena),
        .root = workspace->root,
        .arguments = deciding->call.canonical_arguments,
        .policy = workspace->digest,
    };
    struct ask_answer answer;
    if (!ask_at_terminal(options->state_folder.data, &wanted, deciding->now, 0, deciding->arena, &answer,
                         err)) {
        return false;
    }
    deciding->call.approval = answer.code;
    deciding->message = answer.message;
    deciding->event = answer.is_granted ? "confirm.approved" : "confirm.required";
    decision->verdict = answer.is_granted ? VERDICT_ALLOW : VERDICT_DENY;
    return true;
}

static bool budget_and_ask(struct deciding *deciding, struct error *err)
{
    struct batch *batch = deciding->decider->batch;
    struct text session = deciding->call.session;
    bool charges;
    enum charge_result result;
    if (batch->tally.is_locked &&
        (tally_is_full(&batch->tally) || !text_equal(batch->tally.session, session))) {
        batch_commit(batch); /* another session's charges first */
    }
    if (!tally_enter(&batch->tally, session, deciding->decider->judge->workspace.root, err)) {
        return false;
    }
    /* Nobody is asked about a call that could not be paid for. */
    if (!check_budget(deciding, &charges, err) || !ask(deciding, err)) {
        return false;
    }
    charges = charges && deciding->judgement.decision.verdict != VERDICT_DENY;
    return !charges || tally_charge(&batch->tally, &deciding->call.key, &result, err);
}

/* ---- The end ---- */

static const char *event_of(const struct deciding *deciding)
{
    const struct decision *decision = &deciding->judgement.decision;
    if (deciding->event != NULL) {
        return deciding->event;
    }
    if (decision->reason == REASON_BUDGET_EXHAUSTED) {
        return "budget.exhausted";
    }
    return decision->verdict == VERDICT_ALLOW ? "tool.allowed"
           : decision->verdict == VERDICT_ASK ? "confirm.required"
                                              : "tool.denied";
}

static struct text called(const struct deciding *deciding)
{
    struct text tool = deciding->call.tool;
    return tool.size > 0 ? tool : deciding->step->message.method;
}

static bool decide(struct deciding *deciding, struct error *err)
{
    struct decider *decider = deciding->decider;
    struct decision *decision = &deciding->judgement.decision;
    if (!judge_request(decider->judge, deciding->step, deciding->arena, &deciding->judgement, err)) {
        return false;
    }
    if (decision->verdict != VERDICT_DENY && !budget_and_ask(deciding, err)) {
        return false;
    }
    if (decision->demand == NULL && deciding->judgement.demands.count > 0) {
        decision->demand = &deciding->judgement.demands.items[0]; /* what the trail names */
    }
    const struct workspace *workspace = &decider->judge->workspace;
    if (decision->verdict != VERDICT_ALLOW && deciding->message.size == 0) {
        deciding->message =
            message_for_agent(decision, called(deciding), workspace->root, true, deciding->arena);
    }
    struct text members =
        record_request(&deciding->call, decider->options, workspace, decision, event_of(deciding),
                       deciding->message, NULL, deciding->now, deciding->arena);
    batch_record(decider->batch, members);
    return true;
}

/* A denial, in the form its method has for it. */
static struct text refuse(const struct deciding *deciding, bool is_hidden, struct text message)
{
    struct text id = deciding->step->message.id.source;
    if (is_tool_call(deciding->step) && !is_hidden) {
        return mcp_tool_error(id, message, deciding->step->is_modern, deciding->arena);
    }
    enum mcp_error_code code = is_tool_call(deciding->step) ? MCP_INVALID_PARAMS : MCP_REFUSED;
    return mcp_error_answer(id, code, message, deciding->arena);
}

/* Whether the call goes on although it was not allowed, or does not although it was: --observe and --dry-run.
 */
static bool is_let_through(struct deciding *deciding)
{
    const struct proxy_options *options = deciding->decider->options;
    struct decision protection;
    if (options->dry_run) {
        deciding->message =
            text_format(deciding->arena, "aex dry run, nothing is executed; would %s: %.*s",
                        verdict_name(deciding->judgement.decision.verdict),
                        TEXT_ARG(deciding->message.size > 0 ? deciding->message : TEXT("allowed by aex")));
        return false;
    }
    if (!options->observes) {
        return deciding->judgement.decision.verdict == VERDICT_ALLOW;
    }
    if (!demand_protects(&deciding->judgement.demands, deciding->decider->judge->workspace.policy,
                         deciding->arena, &protection)) {
        return true;
    }
    deciding->message = message_for_agent(&protection, called(deciding),
                                          deciding->decider->judge->workspace.root, true, deciding->arena);
    return false;
}

enum outcome decide_request(struct decider *decider, const struct mcp_step *step, clock_instant now,
                            struct arena *arena, struct text *ret_answer)
{
    struct error err = {0};
    struct deciding deciding = {.decider = decider, .step = step, .now = now, .arena = arena};
    identify(&deciding);
    if (!decide(&deciding, &err)) {
        struct text message = text_format(arena, "aex refused the call: %s", err.message);
        struct text members = record_request(&deciding.call, decider->options, NULL, NULL, "tool.denied",
                                             message, err.message, now, arena);
        batch_record(decider->batch, members);
        *ret_answer = refuse(&deciding, false, message);
        return OUTCOME_ANSWER;
    }
    if (is_let_through(&deciding)) {
        return OUTCOME_FORWARD;
    }
    bool is_hidden = is_tool_call(step) && !decider->options->dry_run &&
                     !judge_could_allow(decider->judge, TEXT("tools/list"), deciding.call.tool, arena);
    *ret_answer = refuse(&deciding, is_hidden, deciding.message);
    return OUTCOME_ANSWER;
}
