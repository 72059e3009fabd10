/* SPDX-License-Identifier: Apache-2.0 */
#include "state/ask.h"

#define NANOSECONDS_A_SECOND INT64_C(1000000000)

enum { POLLS_A_SECOND = 10 };

static struct text waiting_message(const struct approval *wanted, struct arena *arena)
{
    return text_format(
        arena,
        "aex asks a person about %.*s: %.*s (%.*s). Ask the person to run `aex approve %.*s` in a "
        "terminal, then make exactly this call again; it is good for %d minutes.",
        TEXT_ARG(wanted->tool), TEXT_ARG(wanted->demand), TEXT_ARG(wanted->rule), TEXT_ARG(wanted->code),
        APPROVAL_LIFE_SECONDS / 60);
}

static struct text denied_message(const struct approval *approval, struct arena *arena)
{
    return text_format(arena, "aex refused %.*s: a person said no%s%.*s. Do not try it another way.",
                       TEXT_ARG(approval->tool), approval->reason.size > 0 ? ": " : "",
                       TEXT_ARG(approval->reason));
}

/* Codes are short enough to be typed, so another call can be made to have the same one: only the whole call
 * counts. */
static bool is_same_call(const struct approval *found, const struct approval *wanted)
{
    return text_equal(found->session, wanted->session) && text_equal(found->tool, wanted->tool) &&
           text_equal(found->demand, wanted->demand) && text_equal(found->arguments, wanted->arguments) &&
           digest_equal(&found->policy, &wanted->policy);
}

/* Uses up a decision that was made. False in *ret_decided: it still waits, or another call was faster. */
static bool use(const char *state_folder, const struct approval *found, clock_instant now, struct arena *arena,
                struct ask_answer *answer, bool *ret_decided, struct error *err)
{
    struct approval taken;
    *ret_decided = false;
    if (found->status == APPROVAL_PENDING) {
        return true;
    }
    if (!approval_take(state_folder, found->code, arena, ret_decided, &taken, err)) {
        return false;
    }
    if (*ret_decided && (!is_same_call(&taken, found) || taken.expires <= now)) {
        *ret_decided = false;
    }
    answer->is_granted = *ret_decided && taken.status == APPROVAL_APPROVED;
    answer->is_refused = *ret_decided && !answer->is_granted;
    if (answer->is_refused) {
        answer->message = denied_message(&taken, arena);
    }
    return true;
}

bool ask_at_terminal(const char *state_folder, struct approval *wanted, clock_instant now, int64_t wait_seconds,
                     struct arena *arena, struct ask_answer *ret_answer, struct error *err)
{
    wanted->code = approval_code(wanted->session, wanted->tool, wanted->arguments, &wanted->policy, arena);
    wanted->status = APPROVAL_PENDING;
    wanted->requested = now;
    wanted->expires = now + APPROVAL_LIFE_SECONDS * NANOSECONDS_A_SECOND;
    struct ask_answer answer = {.code = wanted->code};
    int64_t polls_left = wait_seconds * POLLS_A_SECOND;
    for (;;) {
        struct approval found;
        bool exists;
        bool is_decided = false;
        if (!approval_read(state_folder, wanted->code, now, arena, &exists, &found, err)) {
            return false;
        }
        if (exists && !is_same_call(&found, wanted)) {
            return error_set(err, "another call waits under the code %.*s; a person can deny that one first",
                             TEXT_ARG(wanted->code));
        }
        if ((exists && !use(state_folder, &found, now, arena, &answer, &is_decided, err)) ||
            (!exists && !approval_write(state_folder, wanted, arena, err))) {
            return false;
        }
        if (is_decided || polls_left-- <= 0) {
            break;
        }
        clock_sleep(NANOSECONDS_A_SECOND / POLLS_A_SECOND);
    }
    if (!answer.is_granted && answer.message.size == 0) {
        answer.message = waiting_message(wanted, arena);
    }
    *ret_answer = answer;
    return true;
}

bool ask_is_decided(const char *state_folder, struct text code, clock_instant now, struct arena *arena)
{
    struct approval found;
    bool exists;
    return approval_read(state_folder, code, now, arena, &exists, &found, NULL) && exists &&
           found.status != APPROVAL_PENDING;
}

/* Decided as a no, where nothing was decided, which is then used up: the same way as any other. */
void ask_withdraw(const char *state_folder, struct text code, clock_instant now, struct arena *arena)
{
    struct approval found;
    struct approval taken;
    bool exists = false;
    bool is_taken;
    if (!approval_read(state_folder, code, now, arena, &exists, &found, NULL) || !exists) {
        return;
    }
    bool is_decided = found.status != APPROVAL_PENDING;
    found.status = APPROVAL_DENIED;
    if (is_decided || approval_write(state_folder, &found, arena, NULL)) {
        (void)approval_take(state_folder, code, arena, &is_taken, &taken, NULL);
    }
}
