/* SPDX-License-Identifier: Apache-2.0 */
/* Following a command line in the order in which a shell runs it, keeping what is known of its state. */
#include "shell/programs.h"

static void walk_node(struct walker *walker, const struct shell_node *node, struct shell_state *state);

/* What runs more than once, or beside other commands, may find paths changed by what comes later: when
 * something in it can change them, it is followed again under that assumption. */
struct mark {
    size_t parts;
    size_t demands;
    bool was_opaque;
    struct shell_state before;
};

static struct mark mark_here(const struct walker *walker, const struct shell_state *state)
{
    return (struct mark){walker->out->parts.count, walker->out->demands.count, walker->out->is_opaque, *state};
}

static void mark_return(struct walker *walker, const struct mark *mark, struct shell_state *state)
{
    struct shell_state after = *state;
    walker->out->parts.count = mark->parts;
    walker->out->demands.count = mark->demands;
    walker->out->is_opaque = mark->was_opaque;
    walker->is_exhausted = false;
    *state = mark->before;
    state_take_uncertain(state, &after);
}

/* ---- Substitutions ---- */

static void walk_subshell(struct walker *walker, const struct shell_node *first, struct shell_state *state)
{
    struct shell_state inner = *state;
    size_t part = walker->part;
    bool has_jumped = walker->has_jumped;
    walk_list(walker, first, &inner);
    walker->part = part;
    walker->has_jumped = has_jumped;
    state_take_uncertain(state, &inner);
}

static void walk_parameter(struct walker *walker, const struct shell_parameter *parameter,
                           struct shell_state *state)
{
    if (parameter->subscript != NULL) {
        walk_substitutions(walker, parameter->subscript, state);
    }
    if (parameter->argument != NULL) {
        walk_substitutions(walker, parameter->argument, state);
    }
}

static void walk_assignment(struct walker *walker, const struct shell_assignment *assignment,
                            struct shell_state *state)
{
    if (assignment->subscript != NULL) {
        walk_substitutions(walker, assignment->subscript, state);
    }
    if (assignment->value != NULL) {
        walk_substitutions(walker, assignment->value, state);
    }
    for (const struct shell_word *element = assignment->elements; element != NULL; element = element->next) {
        walk_substitutions(walker, element, state);
    }
}

void walk_substitutions(struct walker *walker, const struct shell_word *word, struct shell_state *state)
{
    if (word->assignment != NULL) {
        walk_assignment(walker, word->assignment, state);
        return;
    }
    for (const struct shell_piece *part = word->is_exact ? NULL : word->parts; part != NULL;
         part = part->next) {
        if (part->kind == PART_COMMAND || part->kind == PART_PROCESS) {
            bool reads_pipe = walker->reads_pipe;
            walker->has_unordered = walker->has_unordered || part->kind == PART_PROCESS;
            walker->reads_pipe = reads_pipe && part->kind == PART_COMMAND;
            walk_subshell(walker, part->list, state);
            walker->reads_pipe = reads_pipe;
        } else if (part->kind == PART_PARAMETER) {
            walk_parameter(walker, part->parameter, state);
        } else if (part->kind == PART_ARITHMETIC) {
            walk_substitutions(walker, part->expression, state);
        }
    }
}

/* ---- Compound commands ---- */

static void walk_pipeline_once(struct walker *walker, const struct shell_node *node, struct shell_state *state)
{
    const struct printed_names nothing = {0};
    bool reads_pipe = walker->reads_pipe;
    for (const struct shell_node *element = node->first; element != NULL; element = element->next) {
        struct shell_state inner = *state;
        bool is_simple = element->kind == NODE_SIMPLE;
        walker->reads_pipe = element == node->first ? reads_pipe : true;
        walker->piped =
            is_simple && element != node->first && !element->reads_errors ? walker->printed : nothing;
        walker->printed = nothing;
        walk_node(walker, element, &inner);
        walker->printed = is_simple ? walker->printed : nothing;
        state_take_uncertain(state, &inner);
    }
    walker->reads_pipe = reads_pipe;
    walker->piped = nothing;
    walker->printed = nothing;
}

static void swap_outcomes(struct shell_state *state)
{
    struct shell_folders cwd = state->cwd;
    state->cwd = state->failed;
    state->failed = cwd;
}

static void settle(struct shell_state *state)
{
    state->cwd = folders_union(&state->cwd, &state->failed);
    state->failed = state->cwd;
}

static void walk_pipeline(struct walker *walker, const struct shell_node *node, struct shell_state *state)
{
    if (node->first == NULL) {
        return;
    }
    if (node->first->next == NULL) {
        walk_node(walker, node->first, state);
        if (node->is_negated) {
            swap_outcomes(state);
        }
        return;
    }
    struct mark mark = mark_here(walker, state);
    walk_pipeline_once(walker, node, state);
    if (state_became_uncertain(&mark.before, state)) {
        mark_return(walker, &mark, state);
        walk_pipeline_once(walker, node, state);
    }
}

static void walk_and_or(struct walker *walker, const struct shell_node *node, struct shell_state *state)
{
    walk_node(walker, node->first, state);
    for (const struct shell_node *next = node->first->next; next != NULL; next = next->next) {
        struct shell_state before = *state;
        struct shell_state inner = *state;
        bool is_and = next->connector == CONNECTOR_AND;
        inner.cwd = is_and ? before.cwd : before.failed;
        inner.failed = inner.cwd;
        walk_node(walker, next, &inner);
        struct shell_folders cwd = is_and ? inner.cwd : folders_union(&before.cwd, &inner.cwd);
        struct shell_folders failed = is_and ? folders_union(&before.failed, &inner.failed) : inner.failed;
        state_merge(state, &inner, &before, walker->arena);
        state->cwd = cwd;
        state->failed = failed;
    }
}

static void walk_if(struct walker *walker, const struct shell_node *node, struct shell_state *state)
{
    walk_list(walker, node->condition, state);
    struct shell_state before = *state;
    struct shell_state otherwise = before;
    state->failed = state->cwd;
    otherwise.cwd = otherwise.failed;
    walk_list(walker, node->first, state);
    if (node->otherwise != NULL) {
        walk_list(walker, node->otherwise, &otherwise);
    }
    state_merge(state, &otherwise, &before, walker->arena);
}

/* Once through a loop's condition and body, after which it may have run any number of times. */
static void walk_round(struct walker *walker, const struct shell_node *node, struct shell_state *state)
{
    struct shell_state before = *state;
    if (node->condition != NULL) {
        walk_list(walker, node->condition, state);
    }
    settle(state);
    walk_list(walker, node->first, state);
    settle(state);
    state_merge(state, &before, &before, walker->arena);
}

/* A name assigned in the loop may hold, at its start, what an earlier round left. `everything` forgets names
 * whose value came out unchanged too: one may depend on another. */
static bool forgets_variables(struct walker *walker, const struct shell_variable *assigned, bool everything,
                              struct shell_state *state)
{
    bool has_forgotten = false;
    const struct shell_variable *base = state->variables;
    for (; assigned != base && assigned != NULL; assigned = assigned->older) {
        const struct shell_variable *now = state_variable(state, assigned->name);
        bool is_unknown = now != NULL && now->value.kind == VALUE_UNKNOWN;
        bool is_same = now != NULL && value_equal(&now->value, &assigned->value);
        if (is_unknown || (is_same && (!everything || now->value.kind == VALUE_NUMBER))) {
            continue;
        }
        struct shell_value value = {.kind = VALUE_UNKNOWN};
        if (now != NULL && value_is_number(&now->value) && value_is_number(&assigned->value)) {
            value = value_merge(&now->value, &assigned->value);
            value.kind = VALUE_NUMBER;
            value.text = (struct text){0};
        }
        state_assign(state, walker->arena, assigned->name, value);
        has_forgotten = true;
    }
    return has_forgotten;
}

/* Follows the loop until another round would start as the last one did. Each repetition knows less: after the
 * fourth nothing that the loop touches is known. */
static void walk_rounds(struct walker *walker, const struct shell_node *node, struct shell_state *state)
{
    struct mark mark = mark_here(walker, state);
    for (size_t round = 0;; round++) {
        walk_round(walker, node, state);
        struct shell_state after = *state;
        bool is_same_folder = folders_equal(&after.cwd, &mark.before.cwd);
        bool is_uncertain = state_became_uncertain(&mark.before, state);
        struct shell_state start = mark.before;
        bool has_forgotten = forgets_variables(walker, after.variables, round > 0, &start);
        bool has_functions = after.functions != mark.before.functions;
        bool is_stable = is_same_folder && !is_uncertain && !has_forgotten && (!has_functions || round > 0);
        if (is_stable) {
            return;
        }
        if (round == 4) {
            demand_opaque(walker, node->range, "a loop that is too involved", TEXT(""));
            return;
        }
        mark_return(walker, &mark, state);
        state->variables = start.variables;
        state->functions = after.functions;
        if (!is_same_folder) {
            state->cwd = round == 0 ? after.cwd : (struct shell_folders){.count = 0};
            state->failed = state->cwd;
        }
        mark.before = *state;
    }
}

static void walk_loop(struct walker *walker, const struct shell_node *node, struct shell_state *state)
{
    walker->rounds++;
    walk_rounds(walker, node, state);
    walker->rounds--;
}

/* A wildcard in the words of `for` is expanded once, in front of the loop. */
static bool is_no_option(struct walker *walker, struct shell_state *state, const struct shell_field *field)
{
    struct program_run run = {.walker = walker, .state = state};
    return field->kind == FIELD_SET && run_admits_wildcard(&run, field);
}

static struct shell_value field_value(const struct shell_field *field)
{
    if (field->kind == FIELD_EXACT) {
        return (struct shell_value){.kind = VALUE_EXACT, .text = field->text};
    }
    if (field->kind == FIELD_SET) {
        return (struct shell_value){.kind = VALUE_SET, .text = field->text};
    }
    return (struct shell_value){.kind = VALUE_UNKNOWN};
}

static void walk_for(struct walker *walker, const struct shell_node *node, struct shell_state *state)
{
    struct field_vector fields = {0};
    size_t part = part_begin(walker, node->range, TEXT(""));
    for (const struct shell_word *word = node->words; word != NULL; word = word->next) {
        walk_substitutions(walker, word, state);
        expand_word(walker, word, state, &fields);
    }
    walker->part = part;
    struct shell_state before = *state;
    bool is_known = node->has_words && !node->is_select && fields.count <= LIMIT_SHELL_ARGUMENTS;
    for (size_t i = 0; i < fields.count; i++) {
        is_known = is_known && fields.items[i].kind != FIELD_UNKNOWN;
    }
    if (!is_known) {
        assignment_apply(walker, state, node->name, (struct shell_value){.kind = VALUE_UNKNOWN}, node->range);
        walk_loop(walker, node, state);
    }
    for (size_t i = 0; is_known && i < fields.count; i++) {
        struct shell_value value = field_value(&fields.items[i]);
        value.is_no_option = is_no_option(walker, &before, &fields.items[i]);
        assignment_apply(walker, state, node->name, value, node->range);
        if (fields.items[i].kind == FIELD_SET) {
            walk_loop(walker, node, state);
        } else {
            walk_list(walker, node->first, state);
            settle(state);
        }
    }
    state_merge(state, &before, &before, walker->arena);
}

static void walk_case(struct walker *walker, const struct shell_node *node, struct shell_state *state)
{
    part_begin(walker, node->range, TEXT(""));
    walk_substitutions(walker, node->words, state);
    expand_value(walker, node->words, state); /* for the arithmetic inside, here and in the patterns */
    struct shell_state before = *state;
    for (const struct shell_case_item *item = node->items; item != NULL; item = item->next) {
        for (const struct shell_word *pattern = item->patterns; pattern != NULL; pattern = pattern->next) {
            walk_substitutions(walker, pattern, state);
            expand_value(walker, pattern, state);
        }
        /* Starting from what earlier items may have left covers ";&" and ";;&". */
        struct shell_state inner = *state;
        walk_list(walker, item->first, &inner);
        settle(&inner);
        state_merge(state, &inner, &before, walker->arena);
    }
}

/* What zsh puts into variables when =~ matches; Bash's own is BASH_REMATCH. */
static void forget_matches(struct walker *walker, struct shell_state *state)
{
    state_assign(state, walker->arena, TEXT("MATCH"), (struct shell_value){.kind = VALUE_UNKNOWN});
    state_assign(state, walker->arena, TEXT("match"), (struct shell_value){.kind = VALUE_UNKNOWN});
}

/* "=~", which has the parts of a word with a tilde. */
static bool is_match_operator(const struct shell_word *word)
{
    const struct shell_piece *equals = word->is_exact || word->assignment != NULL ? NULL : word->parts;
    return equals != NULL && equals->kind == PART_TEXT && text_equal(equals->text, TEXT("=")) &&
           equals->next != NULL && equals->next->kind == PART_TILDE;
}

/* -eq and its like evaluate both sides as arithmetic, -v and -R a name with a subscript. */
static void walk_test(struct walker *walker, const struct shell_node *node, struct shell_state *state)
{
    static const char *const arithmetic[] = {"-eq", "-ne", "-lt", "-le", "-gt", "-ge"};
    part_begin(walker, node->range, TEXT(""));
    const struct shell_word *before = NULL;
    bool has_match = false;
    for (const struct shell_word *word = node->words; word != NULL; before = word, word = word->next) {
        walk_substitutions(walker, word, state);
        bool is_arithmetic = word->is_exact && IS_ONE_OF(word->exact, arithmetic);
        bool is_name_test =
            word->is_exact && (text_equal(word->exact, TEXT("-v")) || text_equal(word->exact, TEXT("-R")));
        if (is_arithmetic && before != NULL && word->next != NULL) {
            check_arithmetic(walker, before, state);
            check_arithmetic(walker, word->next, state);
        } else if (is_name_test && word->next != NULL &&
                   !(word->next->is_exact && is_identifier(word->next->exact))) {
            demand_opaque(walker, word->range, "a subscript that may run code", TEXT(""));
        }
        if (!word->is_exact) {
            expand_value(walker, word, state); /* for the arithmetic inside */
        }
        has_match = has_match || is_match_operator(word);
    }
    if (has_match) {
        forget_matches(walker, state);
    }
}

static void walk_arithmetic(struct walker *walker, const struct shell_node *node, struct shell_state *state)
{
    part_begin(walker, node->range, TEXT(""));
    walk_substitutions(walker, node->expression, state);
    check_arithmetic(walker, node->expression, state);
}

static void walk_function(struct walker *walker, const struct shell_node *node, struct shell_state *state)
{
    part_begin(walker, node->range, TEXT(""));
    if (program_find(node->name) != NULL || text_find_char(node->name, '/') != TEXT_NOT_FOUND) {
        demand_opaque(walker, node->range, "a function takes the place of the program", node->name);
    }
    if (function_runs_itself(node->name)) {
        demand_opaque(walker, node->range, "a function that the shell calls by itself", node->name);
    }
    struct shell_function *function = state_define(state, walker->arena, node->name, node->first);
    function->has_fixed_range = walker->has_fixed_range;
    function->fixed_range = walker->fixed_range;
}

static void walk_background(struct walker *walker, const struct shell_node *node, struct shell_state *state)
{
    struct shell_state inner = *state;
    bool reads_pipe = walker->reads_pipe;
    /* In a loop or a function it may be started more than once. */
    walker->has_unordered = walker->has_unordered || walker->rounds > 0 || walker->depth > 0;
    walker->backgrounds++;
    walker->reads_pipe = false; /* but /dev/null (Bash manual, 3.7.6) */
    walk_node(walker, node, &inner);
    walker->reads_pipe = reads_pipe;
    state_take_uncertain(state, &inner);
    state->runs_beside = true;
}

static void walk_compound(struct walker *walker, const struct shell_node *node, struct shell_state *state)
{
    switch (node->kind) {
    case NODE_SIMPLE:
        walk_simple(walker, node, state);
        break;
    case NODE_AND_OR:
        walk_and_or(walker, node, state);
        break;
    case NODE_PIPELINE:
        walk_pipeline(walker, node, state);
        break;
    case NODE_SUBSHELL:
        walk_subshell(walker, node->first, state);
        break;
    case NODE_GROUP:
        walk_list(walker, node->first, state);
        break;
    case NODE_IF:
        walk_if(walker, node, state);
        break;
    case NODE_FOR_NUMBER:
        walk_arithmetic(walker, node, state);
        walk_loop(walker, node, state);
        break;
    case NODE_LOOP:
        walk_loop(walker, node, state);
        break;
    case NODE_FOR:
        walk_for(walker, node, state);
        break;
    case NODE_CASE:
        walk_case(walker, node, state);
        break;
    case NODE_FUNCTION:
        walk_function(walker, node, state);
        break;
    case NODE_TEST:
        walk_test(walker, node, state);
        break;
    case NODE_ARITHMETIC:
        walk_arithmetic(walker, node, state);
        break;
    case NODE_COPROCESS:
        /* Its descriptors become an array of that name. */
        part_begin(walker, node->range, TEXT(""));
        walker_note_array(walker, node->name, node->range);
        assignment_apply(walker, state, node->name, (struct shell_value){.kind = VALUE_UNKNOWN}, node->range);
        walk_background(walker, node->first, state);
        walker->has_unordered = true;
        break;
    }
}

static void walk_node(struct walker *walker, const struct shell_node *node, struct shell_state *state)
{
    if (walker->steps == 0) {
        if (!walker->is_exhausted) {
            part_begin(walker, node->range, TEXT(""));
            demand_opaque(walker, node->range, "more commands than are followed", TEXT(""));
        }
        walker->is_exhausted = true;
        return;
    }
    walker->steps--;
    bool reads_pipe = walker->reads_pipe;
    if (node->redirects != NULL && node->kind != NODE_SIMPLE) {
        part_begin(walker, node->range, TEXT(""));
        walk_redirects(walker, node->redirects, state);
        walker->reads_pipe = reads_pipe && !redirects_input(node->redirects);
    }
    walk_compound(walker, node, state);
    walker->reads_pipe = reads_pipe;
}

void walk_list(struct walker *walker, const struct shell_node *first, struct shell_state *state)
{
    for (const struct shell_node *node = first; node != NULL; node = node->next) {
        if (node != first) {
            settle(state);
        }
        if (node->is_background) {
            walk_background(walker, node, state);
        } else if (walker->has_jumped) {
            /* Behind `break`, `return` and the like: what follows runs, or does not. */
            struct shell_state before = *state;
            walk_node(walker, node, state);
            state_merge(state, &before, &before, walker->arena);
        } else {
            walk_node(walker, node, state);
        }
    }
}
