/* SPDX-License-Identifier: Apache-2.0 */
#include "proxy/decide.h"

#include <string.h>

#include "policy/message.h"
#include "state/ask.h"

/* One request being decided. */
struct deciding {
    struct decider *decider;
    const struct mcp_step *step;
    struct arena *arena;
    struct record_call call;
    const struct known_call *known; /* where the decision is one that was kept; or NULL */
    struct call_judgement judgement;
    struct decision judged; /* before budgets and questions */
    const char *event;      /* where it is not the verdict's own */
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

/* Without an id no two calls are known to be the same, and each is charged: a key that no other call has. The
 * counter is spread over its bytes, which tables go by. */
static struct digest unnamed_key(struct decider *decider)
{
    struct digest key = decider->origin;
    uint64_t spread = ++decider->unnamed * UINT64_C(0x9E3779B97F4A7C15);
    memcpy(key.bytes, &spread, sizeof spread);
    return key;
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
    call->key = call->call_id.size > 0 ? charge_key(call->session, call->call_id, call->tool, &call->arguments)
                                       : unnamed_key(deciding->decider);
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

static bool find_budget(const struct judge *judge, const struct call_judgement *judgement)
{
    uint64_t calls;
    const struct layer *layer;
    bool found = policy_call_budget(judge->workspace.policy, &calls, &layer);
    for (size_t i = 0; i < judgement->nested.count; i++) {
        found = found || policy_call_budget(judgement->nested.items[i].policy, &calls, &layer);
    }
    return found;
}

static bool has_budget(const struct deciding *deciding)
{
    return deciding->known != NULL ? deciding->known->has_budget
                                   : find_budget(deciding->decider->judge, &deciding->judgement);
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
    if (result == CHARGE_NEW && has_budget(deciding)) {
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
    if (!ask_at_terminal(options->state_folder.data, &wanted, deciding->decider->now, 0, deciding->arena,
                         &answer, err)) {
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

/* The decision of the policy, from what is known or made anew. */
static bool judge(struct deciding *deciding, struct error *err)
{
    struct decider *decider = deciding->decider;
    struct decision *decision = &deciding->judgement.decision;
    if (judge_knows_all(decider->judge, deciding->step)) {
        deciding->known = judge_find_known(decider->judge, deciding->call.tool);
    }
    if (deciding->known != NULL) {
        deciding->judgement = deciding->known->judgement;
    } else if (!judge_request(decider->judge, deciding->step, deciding->arena, &deciding->judgement, err)) {
        return false;
    }
    if (decision->demand == NULL && deciding->judgement.demands.count > 0) {
        decision->demand = &deciding->judgement.demands.items[0]; /* what the trail names */
    }
    deciding->judged = *decision;
    return true;
}

static void keep(struct deciding *deciding, struct text common)
{
    struct known_call known = {
        .tool = deciding->call.tool,
        .session = deciding->call.session,
        .client = deciding->call.client,
        .judgement = deciding->judgement,
        .has_budget = has_budget(deciding),
        .common = common,
    };
    judge_keep_known(deciding->decider->judge, &known);
}

/* What this record has in common with those of other calls. */
static struct text common_of(struct deciding *deciding)
{
    struct decider *decider = deciding->decider;
    const struct known_call *known = deciding->known;
    const struct decision *decision = &deciding->judgement.decision;
    bool is_as_judged =
        decision->verdict == deciding->judged.verdict && decision->reason == deciding->judged.reason;
    if (is_as_judged && known != NULL && text_equal(known->session, deciding->call.session) &&
        text_equal(known->client, deciding->call.client)) {
        return known->common;
    }
    struct text common =
        record_common(&deciding->call, decider->options, &decider->judge->workspace, decision, deciding->arena);
    if (is_as_judged && known == NULL && judge_knows_all(decider->judge, deciding->step) &&
        deciding->judgement.nested.count == 0) {
        keep(deciding, common);
    }
    return common;
}

static void record(struct deciding *deciding, struct text common, const char *event)
{
    struct decider *decider = deciding->decider;
    struct text time = {decider->time, decider->time_size};
    batch_record(decider->batch, record_request(&deciding->call, common, event, deciding->message, time,
                                                &decider->batch->arena));
}

static bool decide(struct deciding *deciding, struct error *err)
{
    const struct decision *decision = &deciding->judgement.decision;
    if (!judge(deciding, err)) {
        return false;
    }
    if (decision->verdict != VERDICT_DENY && !budget_and_ask(deciding, err)) {
        return false;
    }
    if (decision->verdict != VERDICT_ALLOW && deciding->message.size == 0) {
        deciding->message = message_for_agent(decision, called(deciding),
                                              deciding->decider->judge->workspace.root, true, deciding->arena);
    }
    record(deciding, common_of(deciding), event_of(deciding));
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

void decide_begin(struct decider *decider, clock_instant now, struct arena *scratch)
{
    struct text time = clock_format(scratch, now);
    decider->now = now;
    decider->time_size = time.size < sizeof decider->time ? time.size : sizeof decider->time;
    memcpy(decider->time, time.data, decider->time_size);
}

enum outcome decide_request(struct decider *decider, const struct mcp_step *step, struct arena *arena,
                            struct text *ret_answer)
{
    struct error err = {0};
    struct deciding deciding = {.decider = decider, .step = step, .arena = arena};
    identify(&deciding);
    if (!decide(&deciding, &err)) {
        deciding.message = text_format(arena, "aex refused the call: %s", err.message);
        record(&deciding, record_failed(&deciding.call, decider->options, arena), "tool.denied");
        *ret_answer = refuse(&deciding, false, deciding.message);
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
