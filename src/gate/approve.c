/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/approve.h"

#include "policy/message.h"
#include "state/approval.h"

#define NANOSECONDS_A_SECOND INT64_C(1000000000)

enum { POLLS_A_SECOND = 10 };

static struct text waiting_message(const struct record_subject *subject, struct text demand, struct text rule,
                                   struct text code, struct arena *arena)
{
    return text_format(
        arena,
        "aex asks a person about %.*s: %.*s (%.*s). Ask the person to run `aex approve %.*s` in a "
        "terminal, then make exactly this call again; it is good for %d minutes.",
        TEXT_ARG(subject->call->tool), TEXT_ARG(demand), TEXT_ARG(rule), TEXT_ARG(code),
        APPROVAL_LIFE_SECONDS / 60);
}

static struct text denied_message(const struct record_subject *subject, const struct approval *approval,
                                  struct arena *arena)
{
    return text_format(arena, "aex refused %.*s: a person said no%s%.*s. Do not try it another way.",
                       TEXT_ARG(subject->call->tool), approval->reason.size > 0 ? ": " : "",
                       TEXT_ARG(approval->reason));
}

/* Codes are short enough to be typed, so another call can be made to have the same one: only the whole call
 * counts. */
static bool is_same_call(const struct approval *found, const struct approval *wanted)
{
    return text_equal(found->session, wanted->session) && text_equal(found->tool, wanted->tool) &&
           text_equal(found->arguments, wanted->arguments) && digest_equal(&found->policy, &wanted->policy);
}

/* Uses up a decision that was made. False in *ret_decided: it still waits, or another call was faster. */
static bool use(const struct record_subject *subject, const struct approval *found, struct arena *arena,
                struct approval_answer *answer, bool *ret_decided, struct error *err)
{
    struct approval taken;
    *ret_decided = false;
    if (found->status == APPROVAL_PENDING) {
        return true;
    }
    if (!approval_take(subject->options->state_folder.data, found->code, arena, ret_decided, &taken, err)) {
        return false;
    }
    if (*ret_decided && (!is_same_call(&taken, found) || taken.expires <= subject->options->now)) {
        *ret_decided = false;
    }
    answer->is_granted = *ret_decided && taken.status == APPROVAL_APPROVED;
    if (*ret_decided && !answer->is_granted) {
        answer->message = denied_message(subject, &taken, arena);
    }
    return true;
}

bool gate_approve(const struct record_subject *subject, const struct workspace *workspace,
                  const struct decision *decision, struct arena *arena, struct approval_answer *ret_answer,
                  struct error *err)
{
    const struct gate_options *options = subject->options;
    struct text code = approval_code(subject->session, subject->call->tool, subject->canonical_arguments,
                                     &workspace->digest, arena);
    struct approval_answer answer = {.code = code};
    struct approval wanted = {
        .code = code,
        .status = APPROVAL_PENDING,
        .agent = text_of(subject->agent->name),
        .session = subject->session,
        .tool = subject->call->tool,
        .demand = message_demand(decision->demand, workspace->root, arena),
        .rule = message_rule_place(decision, arena),
        .root = workspace->root,
        .arguments = subject->canonical_arguments,
        .policy = workspace->digest,
        .requested = options->now,
        .expires = options->now + APPROVAL_LIFE_SECONDS * NANOSECONDS_A_SECOND,
    };
    int64_t polls_left = options->wait_seconds * POLLS_A_SECOND;
    for (;;) {
        struct approval found;
        bool exists;
        bool is_decided = false;
        if (!approval_read(options->state_folder.data, code, options->now, arena, &exists, &found, err)) {
            return false;
        }
        if (exists && !is_same_call(&found, &wanted)) {
            return error_set(err, "another call waits under the code %.*s; a person can deny that one first",
                             TEXT_ARG(code));
        }
        if ((exists && !use(subject, &found, arena, &answer, &is_decided, err)) ||
            (!exists && !approval_write(options->state_folder.data, &wanted, arena, err))) {
            return false;
        }
        if (is_decided || polls_left-- <= 0) {
            break;
        }
        clock_sleep(NANOSECONDS_A_SECOND / POLLS_A_SECOND);
    }
    if (!answer.is_granted && answer.message.size == 0) {
        answer.message = waiting_message(subject, wanted.demand, wanted.rule, code, arena);
    }
    *ret_answer = answer;
    return true;
}
