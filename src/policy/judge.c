/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/internal.h"

/* ---- One demand in all layers ---- */

static struct decision decision_of(enum verdict verdict, enum reason reason, const struct demand *demand,
                                   const struct entry *entry, const struct compiled_layer *layer)
{
    return (struct decision){.verdict = verdict,
                             .reason = reason,
                             .demand = demand,
                             .rule = entry == NULL ? NULL : entry->rule,
                             .layer = layer == NULL ? NULL : layer->layer};
}

/* What is met over the layers of one demand. */
struct meeting {
    struct decision denied;  /* by a rule; the rest by VERDICT_ALLOW when there is none */
    struct decision refused; /* for want of an allow */
    struct decision asked;
    struct decision allowed;
    bool may_configure; /* some layer that may, does */
};

/* How one layer stands to one tool, by one of its wordings: the maps' or the other. */
struct wording {
    bool is_there;
    bool is_refused; /* something of it is not allowed */
};

enum { WORDINGS = 2 };

/* A call in front of a policy. */
struct session {
    const struct policy *policy;
    const struct demand *demands;
    size_t count;
    struct arena *arena;
    bool folds;                           /* some rule restricts paths */
    struct wording (*wordings)[WORDINGS]; /* by layer and tool; NULL: no map made any of the demands */
    size_t tools;
};

static struct wording *wording_of(const struct session *session, size_t layer, const struct demand *demand,
                                  bool is_other)
{
    size_t which = (demand->layer != NULL) != is_other;
    return &session->wordings[layer * session->tools + demand->tool][which];
}

/* Whether the layer allows all that the tool does in its other words. */
static bool is_allowed_otherwise(const struct session *session, size_t layer, const struct demand *demand)
{
    if (session->wordings == NULL || demand->tool == 0) {
        return false;
    }
    const struct wording *other = wording_of(session, layer, demand, true);
    return other->is_there && !other->is_refused;
}

static void meet_layer(struct meeting *meeting, const struct session *session, size_t index,
                       const struct query *query)
{
    const struct compiled_layer *layer = &session->policy->layers[index];
    struct findings found = layer_search(layer, query);
    if (found.deny != NULL && meeting->denied.verdict == VERDICT_ALLOW) {
        meeting->denied = decision_of(VERDICT_DENY, REASON_DENY_LIST, query->demand, found.deny, layer);
    }
    if (found.confirm != NULL && meeting->asked.verdict == VERDICT_ALLOW) {
        meeting->asked = decision_of(VERDICT_ASK, REASON_CONFIRM_REQUIRED, query->demand, found.confirm, layer);
    }
    bool covers = findings_allow(&found);
    if (query->is_configure) {
        covers = covers && layer->layer->may_allow_configure;
        meeting->may_configure = meeting->may_configure || covers;
    } else if (!covers && !layer->layer->allows_everything && meeting->refused.verdict == VERDICT_ALLOW &&
               !is_allowed_otherwise(session, index, query->demand)) {
        meeting->refused = decision_of(VERDICT_DENY, REASON_NOT_ALLOWED, query->demand, NULL, layer);
    }
    if (covers && meeting->allowed.rule == NULL) {
        meeting->allowed = decision_of(VERDICT_ALLOW, REASON_NONE, NULL, found.allow[0], layer);
    }
}

static struct meeting meet_layers(const struct session *session, const struct demand *demand)
{
    const struct policy *policy = session->policy;
    struct meeting meeting = {.may_configure = false};
    if (policy->count == 0 || demand->name_count == 0 || demand->name_count > DEMAND_NAMES) {
        meeting.refused = decision_of(VERDICT_DENY, REASON_NOT_ALLOWED, demand, NULL, NULL);
        return meeting;
    }
    struct query query;
    query_init(&query, demand, session->folds, session->arena);
    for (size_t i = 0; i < policy->count; i++) {
        if (layer_judges(&policy->layers[i], demand)) {
            meet_layer(&meeting, session, i, &query);
        }
    }
    if (query.is_configure && !meeting.may_configure) {
        meeting.refused = decision_of(VERDICT_DENY, REASON_NOT_ALLOWED, demand, NULL, &policy->layers[0]);
    } else if (demand->allowed_unless_denied) {
        meeting.refused.verdict = VERDICT_ALLOW;
    }
    return meeting;
}

/* What each layer says to each wording of each tool, before any of them is judged. */
static void weigh_wordings(struct session *session)
{
    bool has_maps = false;
    session->tools = 1;
    for (size_t i = 0; i < session->count; i++) {
        const struct demand *demand = &session->demands[i];
        has_maps = has_maps || demand->layer != NULL;
        session->tools = demand->tool >= session->tools ? (size_t)demand->tool + 1 : session->tools;
    }
    if (!has_maps) {
        return;
    }
    session->wordings =
        arena_calloc(session->arena, session->policy->count * session->tools, sizeof *session->wordings);
    for (size_t i = 0; i < session->count; i++) {
        const struct demand *demand = &session->demands[i];
        struct query query;
        if (demand->tool == 0 || demand->name_count > DEMAND_NAMES) {
            continue;
        }
        query_init(&query, demand, session->folds, session->arena);
        for (size_t j = 0; j < session->policy->count; j++) {
            const struct compiled_layer *layer = &session->policy->layers[j];
            if (!layer_judges(layer, demand)) {
                continue;
            }
            struct findings found = layer_search(layer, &query);
            struct wording *wording = wording_of(session, j, demand, false);
            wording->is_there = true;
            wording->is_refused =
                wording->is_refused || (!findings_allow(&found) && !demand->allowed_unless_denied);
        }
    }
}

static struct session begin(const struct policy *policy, const struct demand *demands, size_t count,
                            struct arena *arena)
{
    struct session session = {.policy = policy, .demands = demands, .count = count, .arena = arena};
    session.folds = policy_folds(policy);
    weigh_wordings(&session);
    return session;
}

/* The first layer that has nothing to judge, which nobody means; NULL when there is none. */
static const struct compiled_layer *find_idle(const struct session *session)
{
    for (size_t i = 0; i < session->policy->count; i++) {
        bool is_idle = true;
        for (size_t j = 0; is_idle && j < session->count; j++) {
            is_idle = !layer_judges(&session->policy->layers[i], &session->demands[j]);
        }
        if (is_idle) {
            return &session->policy->layers[i];
        }
    }
    return NULL;
}

struct decision policy_judge(const struct policy *policy, const struct demand *demands, size_t count,
                             struct arena *arena)
{
    struct decision refused = {.verdict = VERDICT_ALLOW};
    struct decision asked = {.verdict = VERDICT_ALLOW};
    struct decision allowed = {.verdict = VERDICT_ALLOW};
    bool is_free = count > 0;
    struct session session = begin(policy, demands, count, arena);
    const struct compiled_layer *idle = find_idle(&session);
    for (size_t i = 0; i < count; i++) {
        is_free = is_free && demands[i].is_free;
    }
    if (count == 0) {
        refused = (struct decision){.verdict = VERDICT_DENY, .reason = REASON_NOT_ALLOWED};
    } else if (idle != NULL) {
        refused = decision_of(VERDICT_DENY, REASON_NOT_ALLOWED, &demands[0], NULL, idle);
    }
    for (size_t i = 0; i < count; i++) {
        struct meeting meeting = meet_layers(&session, &demands[i]);
        if (meeting.denied.verdict == VERDICT_DENY) {
            meeting.denied.is_free = is_free;
            return meeting.denied;
        }
        refused = refused.verdict == VERDICT_ALLOW ? meeting.refused : refused;
        asked = asked.verdict == VERDICT_ALLOW ? meeting.asked : asked;
        allowed = i == 0 ? meeting.allowed : allowed;
    }
    struct decision decision = refused.verdict != VERDICT_ALLOW ? refused
                               : asked.verdict != VERDICT_ALLOW ? asked
                                                                : allowed;
    decision.is_free = is_free;
    return decision;
}

struct decision policy_judge_one(const struct policy *policy, const struct demand *demands, size_t count,
                                 size_t index, struct arena *arena)
{
    struct session session = begin(policy, demands, count, arena);
    struct meeting meeting = meet_layers(&session, &demands[index]);
    return meeting.denied.verdict == VERDICT_DENY     ? meeting.denied
           : meeting.refused.verdict != VERDICT_ALLOW ? meeting.refused
           : meeting.asked.verdict != VERDICT_ALLOW   ? meeting.asked
                                                      : meeting.allowed;
}

/* Without wildcards, or with nothing else: then all is meant. */
static bool is_spelled_out(const struct entry *entry)
{
    if (entry == NULL || entry->kind == SCOPE_NONE) {
        return entry != NULL;
    }
    size_t stars = 0;
    while (stars < entry->glob.size && entry->glob.data[stars] == '*') {
        stars++;
    }
    return stars == entry->glob.size || (text_find_char(entry->glob, '*') == TEXT_NOT_FOUND &&
                                         text_find_char(entry->glob, '?') == TEXT_NOT_FOUND);
}

bool policy_allows_exactly(const struct policy *policy, const struct demand *demand, struct arena *arena)
{
    struct query query;
    struct query of_all;
    struct demand anything = *demand;
    anything.resource = (struct resource){.kind = RESOURCE_UNKNOWN};
    query_init(&query, demand, policy_folds(policy), arena);
    query_init(&of_all, &anything, false, arena);
    bool is_allowed = policy->count > 0;
    for (size_t i = 0; is_allowed && i < policy->count; i++) {
        const struct compiled_layer *layer = &policy->layers[i];
        if (layer_judges(layer, demand) && !layer->layer->allows_everything) {
            struct findings found = layer_search(layer, &query);
            struct findings found_for_all = layer_search(layer, &of_all);
            is_allowed = findings_allow(&found_for_all) || is_spelled_out(found.allow[0]);
        }
    }
    return is_allowed;
}
