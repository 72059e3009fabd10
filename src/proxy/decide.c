/* SPDX-License-Identifier: Apache-2.0 */
#include "proxy/decide.h"

#include <string.h>

#include "base/visible.h"
#include "policy/message.h"
#include "proxy/identify.h"
#include "proxy/own_tools.h"
#include "state/ask.h"

/* One request being decided. */
struct deciding {
    struct decider *decider;
    const struct mcp_step *step;
    struct arena *arena;
    struct record_call call;
    bool is_confirmed;
    bool is_own; /* a call of one of our own tools */
    enum meta_tool own_tool;
    const struct known_call *known; /* where the decision is one that was kept; or NULL */
    struct call_judgement judgement;
    struct decision judged; /* before budgets and questions */
    bool goes_on;
    bool is_unseen;    /* a tool whose server's first list is under way: good for now, and not to be kept */
    const char *event; /* where it is not the verdict's own */
    struct text message;
    struct text question; /* to be put to the client's user; empty: nobody is asked there */
};

static bool is_tool_call(const struct mcp_step *step)
{
    return text_equal(step->message.method, TEXT("tools/call"));
}

/* Budgets count what an agent lets a server do or bring: not what the protocol needs besides. */
static bool is_charged(const struct mcp_step *step)
{
    bool is_foreign = step->method != NULL && step->method->name.size == 0; /* nobody knows what it does */
    return is_foreign || is_tool_call(step) || text_equal(step->message.method, TEXT("resources/read")) ||
           text_equal(step->message.method, TEXT("prompts/get"));
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

/* A call that a server asked back about comes again with what it asked for: the same call, charged already. */
static bool takes_up(struct deciding *deciding, struct digest *ret_key)
{
    const struct json *params = deciding->step->message.params;
    struct text state = TEXT("");
    bool has_state = json_get_text(params, TEXT("requestState"), &state);
    if (!has_state && json_get(params, TEXT("inputResponses")) == NULL) {
        return false;
    }
    *ret_key = decide_unfinished_key(decide_fingerprint(params, deciding->arena), state);
    return holding_take_unfinished(deciding->decider->holding, ret_key);
}

/* A repeat of a call that was charged already costs nothing and needs nothing left. */
static bool check_budget(struct deciding *deciding, bool *ret_charges, struct error *err)
{
    struct tally *tally = &deciding->decider->batch->tally;
    const struct decision *decision = &deciding->judgement.decision;
    enum charge_result result;
    if (tally->ledger.is_exhausted) {
        return !has_budget(deciding) || error_set(err, "%.*s", TEXT_ARG(tally->ledger.loss));
    }
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

/* What a person is shown: all that matters, and nothing that could pose as something else. */
static struct text make_question(const struct deciding *deciding, const struct approval *wanted)
{
    enum { LONGEST_SHOWN = 2000 };
    struct builder out;
    struct text arguments = deciding->call.canonical_arguments;
    builder_init(&out, deciding->arena);
    builder_add(&out, TEXT("aex: allow this call of "));
    builder_add_visible(&out, wanted->tool);
    builder_add(&out, TEXT("? "));
    builder_add_visible(&out, wanted->demand);
    builder_format(&out, " (%.*s). Arguments: ", TEXT_ARG(wanted->rule));
    builder_add_visible(&out, text_slice(arguments, 0, LONGEST_SHOWN));
    if (arguments.size > LONGEST_SHOWN) {
        builder_format(&out, "... (%zu bytes in all; `aex approve %.*s` shows them)", arguments.size,
                       TEXT_ARG(wanted->code));
    }
    return builder_text(&out);
}

static bool ask(struct deciding *deciding, struct error *err)
{
    const struct proxy_options *options = deciding->decider->options;
    const struct workspace *workspace = &deciding->decider->judge->workspace;
    struct decision *decision = &deciding->judgement.decision;
    if (decision->verdict != VERDICT_ASK || options->dry_run || options->observes) {
        return true;
    }
    bool is_confirmed =
        deciding->is_confirmed ||
        (deciding->call.was_asked && digest_equal(&deciding->call.asked_policy, &workspace->digest));
    if (options->auto_confirms || is_confirmed) {
        decision->verdict = VERDICT_ALLOW;
        deciding->event = is_confirmed ? "confirm.approved" : "confirm.auto_approved";
        return true;
    }
    struct approval wanted = {
        .agent = deciding->call.client,
        .session = deciding->call.session,
        .tool = is_tool_call(deciding->step)
                    ? text_format(deciding->arena, "%.*s: %.*s", TEXT_ARG(options->server.name),
                                  TEXT_ARG(deciding->call.tool))
                    : text_format(deciding->arena, "%.*s: %.*s: %.*s", TEXT_ARG(options->server.name),
                                  TEXT_ARG(deciding->step->message.method), TEXT_ARG(deciding->call.tool)),
        .demand = message_demand(decision->demand, workspace->root, deciding->arena),
        .rule = message_rule_place(decision, deciding->arena),
        .root = workspace->root,
        .arguments = deciding->call.canonical_arguments,
        .policy = workspace->digest,
    };
    struct ask_answer answer;
    clock_instant now = deciding->decider->now;
    if (!ask_at_terminal(options->state_folder.data, &wanted, now, 0, deciding->arena, &answer, err)) {
        return false;
    }
    deciding->call.approval = answer.code;
    deciding->message = answer.message;
    if (!answer.is_granted && !answer.is_refused && deciding->step->can_elicit &&
        is_tool_call(deciding->step)) {
        deciding->question = make_question(deciding, &wanted);
    }
    deciding->event = answer.is_granted   ? "confirm.approved"
                      : answer.is_refused ? "confirm.denied"
                                          : "confirm.required";
    decision->verdict = answer.is_granted ? VERDICT_ALLOW : VERDICT_DENY;
    return true;
}

static bool enter_session(struct deciding *deciding, struct error *err)
{
    return batch_enter(deciding->decider->batch, deciding->call.session,
                       deciding->decider->judge->workspace.root, err);
}

static bool budget_and_ask(struct deciding *deciding, struct error *err)
{
    const struct decision *decision = &deciding->judgement.decision;
    bool charges = false;
    enum charge_result result;
    struct digest key;
    bool is_continued = takes_up(deciding, &key);
    bool is_paid = decision->is_free || !is_charged(deciding->step) || is_continued;
    /* Nobody is asked about a call that could not be paid for. */
    if (!is_paid && (!enter_session(deciding, err) || !check_budget(deciding, &charges, err))) {
        return false;
    }
    if (!ask(deciding, err)) {
        return false;
    }
    if (is_continued && decision->verdict == VERDICT_DENY) {
        holding_note_unfinished(deciding->decider->holding, &key); /* it goes on once a person said so */
    }
    charges = charges && decision->verdict != VERDICT_DENY;
    return !charges || tally_charge(&deciding->decider->batch->tally, &deciding->call.key, &result, err);
}

/* ---- The policy ---- */

/* A task is its maker's: one that no allowed call made needs an allow of its own. */
static void check_task(struct deciding *deciding)
{
    struct text task;
    struct text method = deciding->step->message.method;
    enum mcp_from holder = deciding->step->from == MCP_FROM_CLIENT ? MCP_FROM_SERVER : MCP_FROM_CLIENT;
    struct call_judgement *judgement = &deciding->judgement;
    if (!text_starts_with(method, TEXT("tasks/")) || text_equal(method, TEXT("tasks/list")) ||
        judgement->demands.count == 0 ||
        (json_get_text(deciding->step->message.params, TEXT("taskId"), &task) &&
         holding_knows_task(deciding->decider->holding, task, holder)) ||
        judge_allows_plainly(deciding->decider->judge, &judgement->demands.items[0], deciding->arena)) {
        return;
    }
    judgement->decision.verdict = VERDICT_DENY;
    judgement->decision.reason = REASON_NOT_ALLOWED;
    judgement->decision.demand = &judgement->demands.items[0];
    deciding->message = TEXT("aex refused this: no call that was allowed here made such a task");
}

/* A tool that changed since a person looked at it is no longer the one that was allowed. */
static bool check_pin(struct deciding *deciding, struct error *err)
{
    struct pins *pins = deciding->decider->pins;
    enum pin_status status;
    if (pins == NULL || !is_tool_call(deciding->step)) {
        return true;
    }
    if (!pins_check_call(pins, deciding->call.tool, deciding->decider->now, &status, deciding->arena, err)) {
        return false;
    }
    deciding->is_unseen = status == PIN_UNSEEN;
    if (status == PIN_NEW || status == PIN_CHANGED) {
        /* No rule says so: the one that allows the tool is about what it was. */
        deciding->judgement.decision.verdict = VERDICT_DENY;
        deciding->judgement.decision.reason = REASON_NOT_ALLOWED;
        deciding->judgement.decision.rule = NULL;
        deciding->message = pins_explain(pins, deciding->call.tool, status, deciding->arena);
    }
    return true;
}

static bool judge_anew(struct deciding *deciding, struct error *err)
{
    struct judge *judge = deciding->decider->judge;
    struct call_judgement *judgement = &deciding->judgement;
    if (deciding->is_own) {
        if (!judge->is_loaded) {
            return error_set(err, "%s", judge->failure.message);
        }
        struct demand demand = meta_demand(deciding->own_tool);
        VECTOR_PUSH(deciding->arena, &judgement->demands, demand);
        judgement->decision =
            policy_judge(judge->workspace.policy, judgement->demands.items, 1, deciding->arena);
        return true;
    }
    if (!judge_request(judge, deciding->step, deciding->arena, judgement, err)) {
        return false;
    }
    if (deciding->step->method->class == MCP_CLASS_LIST && judgement->decision.verdict == VERDICT_ASK) {
        judgement->decision.verdict = VERDICT_ALLOW; /* what is listed is asked about when it is used */
    }
    check_task(deciding);
    return judgement->decision.verdict == VERDICT_DENY || check_pin(deciding, err);
}

/* The decision of the policy, from what is known or made anew. */
static bool judge(struct deciding *deciding, struct error *err)
{
    struct decider *decider = deciding->decider;
    struct decision *decision = &deciding->judgement.decision;
    if (!deciding->is_own && judge_knows_all(decider->judge, deciding->step)) {
        deciding->known = judge_find_known(decider->judge, deciding->call.tool);
    }
    if (deciding->known != NULL) {
        deciding->judgement = deciding->known->judgement;
    } else if (!judge_anew(deciding, err)) {
        return false;
    }
    if (decision->demand == NULL && deciding->judgement.demands.count > 0) {
        decision->demand = &deciding->judgement.demands.items[0]; /* what the trail names */
    }
    deciding->judged = *decision;
    return true;
}

/* ---- The record ---- */

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
    struct text common = record_common(&deciding->call, decider->options, &decider->judge->workspace, decision,
                                       decider->options->observes && deciding->goes_on, deciding->arena);
    /* What only one call had to be told is no decision about all of them. */
    if (is_as_judged && known == NULL && !deciding->is_own && !deciding->is_unseen &&
        decision->verdict == VERDICT_ALLOW && judge_knows_all(decider->judge, deciding->step) &&
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
                                                &decider->hints, &decider->batch->arena));
}

/* Whether the call goes on: under --observe although it was not allowed, unless the boundary is at stake. */
static bool goes_on(struct deciding *deciding)
{
    struct decision protection;
    if (deciding->judgement.decision.verdict == VERDICT_ALLOW) {
        return true;
    }
    if (!deciding->decider->options->observes) {
        return false;
    }
    if (!demand_protects(&deciding->judgement.demands, deciding->decider->judge->workspace.policy,
                         deciding->arena, &protection)) {
        return true;
    }
    deciding->message = message_for_agent(&protection, called(deciding),
                                          deciding->decider->judge->workspace.root, true, deciding->arena);
    return false;
}

/* Why it is not allowed, and what a person could do about it. */
static struct text explain(const struct deciding *deciding)
{
    const struct decision *decision = &deciding->judgement.decision;
    struct arena *arena = deciding->arena;
    struct text message =
        message_for_agent(decision, called(deciding), deciding->decider->judge->workspace.root, true, arena);
    bool lacks_rule = decision->verdict == VERDICT_DENY && decision->reason == REASON_NOT_ALLOWED;
    if (!lacks_rule || deciding->is_own || !is_tool_call(deciding->step)) {
        return message;
    }
    struct text hint = server_kind_hint(&deciding->decider->options->server, deciding->call.tool, arena);
    return hint.size == 0 ? message : text_format(arena, "%.*s%.*s", TEXT_ARG(message), TEXT_ARG(hint));
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
    deciding->goes_on = goes_on(deciding);
    if (decision->verdict != VERDICT_ALLOW && deciding->message.size == 0) {
        deciding->message = explain(deciding);
    }
    bool is_worth_a_record =
        deciding->step->method->class == MCP_CLASS_JUDGED || decision->verdict != VERDICT_ALLOW;
    if (is_worth_a_record && !deciding->is_own) {
        record(deciding, common_of(deciding), event_of(deciding));
    }
    return true;
}

/* ---- Answers ---- */

/* A denial, in the form its method has for it. */
static struct text refuse(const struct deciding *deciding, bool is_hidden, struct text message)
{
    struct text id = deciding->step->message.id.source;
    if (is_tool_call(deciding->step) && !is_hidden) {
        return mcp_tool_error(id, message, deciding->step->is_modern, deciding->arena);
    }
    bool is_foreign = deciding->step->method->name.size == 0; /* as if the server did not have it either */
    enum mcp_error_code code = is_tool_call(deciding->step) ? MCP_INVALID_PARAMS
                               : is_foreign                 ? MCP_METHOD_NOT_FOUND
                                                            : MCP_REFUSED;
    return mcp_error_answer(id, code, message, deciding->arena);
}

/* --dry-run: what is to be said of a call that nothing becomes of. Lists are shown all the same. */
static bool is_dry(struct deciding *deciding)
{
    if (!deciding->decider->options->dry_run || deciding->step->method->class == MCP_CLASS_LIST) {
        return false;
    }
    deciding->message =
        text_format(deciding->arena, "aex dry run, nothing is executed; would %s: %.*s",
                    verdict_name(deciding->judgement.decision.verdict),
                    TEXT_ARG(deciding->message.size > 0 ? deciding->message : TEXT("allowed by aex")));
    return true;
}

void decide_begin(struct decider *decider, clock_instant now, struct arena *scratch)
{
    struct text time = clock_format(scratch, now);
    decider->now = now;
    decider->time_size = time.size < sizeof decider->time ? time.size : sizeof decider->time;
    memcpy(decider->time, time.data, decider->time_size);
}

/* A call of one of our own tools that may be: carried out here. */
static struct decided carry_out(struct deciding *deciding)
{
    struct decider *decider = deciding->decider;
    struct text common =
        record_common(&deciding->call, decider->options, &decider->judge->workspace,
                      &deciding->judgement.decision, decider->options->observes, deciding->arena);
    return (struct decided){
        .outcome = OUTCOME_ANSWER,
        .answer = own_tool_answer(decider, deciding->step, &deciding->call, deciding->own_tool, common,
                                  deciding->arena),
        .is_charged = true,
    };
}

static struct decided answer(struct deciding *deciding)
{
    const struct decider *decider = deciding->decider;
    bool is_hidden =
        is_tool_call(deciding->step) && !decider->options->dry_run && !deciding->is_own &&
        !judge_could_allow(decider->judge, TEXT("tools/list"), deciding->call.tool, deciding->arena);
    if (deciding->is_own) {
        record(deciding, common_of(deciding), event_of(deciding));
    }
    return (struct decided){
        .outcome = deciding->question.size > 0 ? OUTCOME_ASK : OUTCOME_ANSWER,
        .answer = refuse(deciding, is_hidden, deciding->message),
        .question = deciding->question,
        .policy = decider->judge->workspace.digest,
        .approval = deciding->call.approval,
    };
}

struct decided decide_request(struct decider *decider, const struct mcp_step *step, bool is_confirmed,
                              struct arena *arena)
{
    struct error err = {0};
    struct deciding deciding = {.decider = decider, .step = step, .arena = arena, .is_confirmed = is_confirmed};
    identify_request(decider, step, arena, &deciding.call);
    deciding.is_own =
        decider->options->has_meta && is_tool_call(step) && meta_find(deciding.call.tool, &deciding.own_tool);
    if (!decide(&deciding, &err)) {
        deciding.message = text_format(arena, "aex refused the call: %s", err.message);
        record(&deciding, record_failed(&deciding.call, decider->options, arena), "tool.denied");
        return (struct decided){.outcome = OUTCOME_ANSWER,
                                .answer = refuse(&deciding, false, deciding.message)};
    }
    if (deciding.is_own && deciding.judgement.decision.verdict == VERDICT_ALLOW) {
        return carry_out(&deciding);
    }
    if (is_dry(&deciding) || !deciding.goes_on || deciding.is_own) {
        return answer(&deciding);
    }
    return (struct decided){.outcome = OUTCOME_FORWARD};
}

/* What was asked about, judged anew: the rule that asks is to be on record with the no. */
static struct text common_of_refused(struct deciding *deciding)
{
    const struct decider *decider = deciding->decider;
    struct decision *decision = &deciding->judgement.decision;
    struct text message = deciding->message;
    struct error err;
    bool is_judged = judge(deciding, &err);
    deciding->message = message; /* not why it would be refused besides */
    if (!is_judged) {
        return record_failed(&deciding->call, decider->options, deciding->arena);
    }
    if (decision->verdict != VERDICT_DENY) {
        decision->verdict = VERDICT_DENY;
        decision->reason = REASON_CONFIRM_REQUIRED;
    }
    return record_common(&deciding->call, decider->options, &decider->judge->workspace, decision, false,
                         deciding->arena);
}

struct text decide_refused(struct decider *decider, const struct mcp_step *step, struct text approval,
                           enum mcp_said said, struct arena *arena)
{
    struct deciding deciding = {.decider = decider, .step = step, .arena = arena};
    identify_request(decider, step, arena, &deciding.call);
    deciding.call.approval = approval;
    bool is_open = said == MCP_SAID_NOTHING && approval.size > 0;
    deciding.message =
        is_open ? text_format(arena,
                              "aex asks a person about %.*s, and nobody answered here. Ask the person "
                              "to run `aex approve %.*s` in a terminal, then make exactly this call "
                              "again.",
                              TEXT_ARG(called(&deciding)), TEXT_ARG(approval))
                : text_format(arena,
                              "aex refused %.*s: the person who was asked did not allow it. Do not "
                              "try it another way.",
                              TEXT_ARG(called(&deciding)));
    record(&deciding, common_of_refused(&deciding), "confirm.denied");
    return refuse(&deciding, false, deciding.message);
}

bool decide_inner(struct decider *decider, const struct mcp_step *step, struct text method,
                  const struct json *params, struct arena *arena)
{
    /* As if the server had sent it by itself: the same demands, the same record. */
    struct mcp_step inner = *step;
    inner.method = mcp_method_find(method, MCP_FROM_SERVER, true);
    inner.message.method = method;
    inner.message.params = params;
    inner.can_elicit = false;
    return inner.method != NULL && inner.method->class == MCP_CLASS_JUDGED &&
           decide_request(decider, &inner, false, arena).outcome == OUTCOME_FORWARD;
}
