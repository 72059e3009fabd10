/* SPDX-License-Identifier: Apache-2.0 */
#include "shell/shell.h"

#include "shell/programs.h"

bool walker_spend(struct walker *walker, size_t bytes)
{
    if (bytes > walker->values_left) {
        return false;
    }
    walker->values_left -= bytes;
    return true;
}

void walk_text(struct walker *walker, struct text text, struct shell_range range, bool is_posix,
               struct shell_state *state)
{
    struct shell_tree tree;
    size_t offset;
    struct error err;
    struct shell_range place = walker_range(walker, range);
    /* A tree is many times larger than its text. */
    if (walker->depth >= LIMIT_SHELL_WRAPPERS || !walker_spend(walker, text.size * 16)) {
        demand_opaque(walker, range, "command lines inside command lines too deeply", TEXT(""));
        return;
    }
    if (!shell_parse(text, walker->arena, &tree, &offset, &err)) {
        demand_opaque(walker, range, "an inner command line that cannot be read", text_of(err.message));
        return;
    }
    if (is_posix && tree.is_bash_only) {
        demand_opaque(walker, range, "an inner command line that sh and Bash read differently", TEXT(""));
        return;
    }
    bool had_fixed_range = walker->has_fixed_range;
    struct shell_range old_range = walker->fixed_range;
    size_t part = walker->part;
    walker->has_fixed_range = true;
    walker->fixed_range = place;
    walker->depth++;
    walk_list(walker, tree.first, state);
    walker->depth--;
    walker->part = part;
    walker->has_fixed_range = had_fixed_range;
    walker->fixed_range = old_range;
}

static const char *texts_of_error(struct arena *arena, const struct error *err)
{
    return text_to_c(arena, text_of(err->message));
}

/* The whole line as one opaque part, from the place of the mistake on. */
static void refuse_line(struct walker *walker, struct text command, size_t offset, const struct error *err)
{
    struct shell_range whole = {0, command.size};
    part_begin(walker, whole, TEXT(""));
    demand_opaque(walker, (struct shell_range){offset, offset < command.size ? offset + 1 : offset},
                  texts_of_error(walker->arena, err), TEXT(""));
}

/* Parts that demand nothing so far demand `shell.pure`; demands come out in the order of their parts. */
static void finish(struct walker *walker)
{
    struct shell_analysis *out = walker->out;
    size_t *counts = ARENA_ARRAY(walker->arena, size_t, out->parts.count + 1);
    for (size_t i = 0; i < out->demands.count; i++) {
        counts[out->demands.items[i].part]++;
    }
    for (size_t i = 0; i < out->parts.count; i++) {
        if (counts[i] == 0) {
            struct shell_demand *demand = demand_add(walker, TEXT("shell.pure"), SHELL_RESOURCE_NONE, TEXT(""),
                                                     out->parts.items[i].range);
            demand->part = i;
            demand->allowed_unless_denied = true;
            counts[i] = 1;
        }
    }
    size_t at = 0;
    for (size_t i = 0; i < out->parts.count; i++) {
        size_t count = counts[i];
        counts[i] = at;
        at += count;
    }
    struct shell_demand *sorted = ARENA_ARRAY(walker->arena, struct shell_demand, out->demands.count + 1);
    for (size_t i = 0; i < out->demands.count; i++) {
        sorted[counts[out->demands.items[i].part]++] = out->demands.items[i];
    }
    out->demands.items = sorted;
    out->demands.capacity = out->demands.count + 1;
}

bool shell_keeps_names(const struct shell_analysis *analysis, size_t part)
{
    for (size_t i = 0; i < analysis->demands.count; i++) {
        const struct shell_demand *demand = &analysis->demands.items[i];
        if (demand->part == part || !text_equal(demand->capability, TEXT("file.write"))) {
            continue;
        }
        /* Anywhere in the path: folders above may be made too. */
        bool has_such_name =
            text_contains(demand->value, TEXT("/-")) || text_contains(demand->value, TEXT("/:"));
        if (demand->kind != SHELL_RESOURCE_KNOWN || has_such_name) {
            return false;
        }
    }
    return true;
}

bool shell_is_plain_name(struct text name)
{
    for (size_t i = 0; i < name.size; i++) {
        unsigned char c = (unsigned char)name.data[i];
        /* 0x85 and 0xa0 are blanks where a character is one byte. */
        if (c <= ' ' || c == 0x7f || c == 0x85 || c == 0xa0 || c == '"' || c == '\'' || c == '\\') {
            return false;
        }
    }
    return name.size > 0;
}

bool shell_keeps_plain_names(const struct shell_analysis *analysis, size_t part)
{
    for (size_t i = 0; i < analysis->demands.count; i++) {
        const struct shell_demand *demand = &analysis->demands.items[i];
        if (demand->part != part && text_equal(demand->capability, TEXT("file.write")) &&
            (demand->kind != SHELL_RESOURCE_KNOWN || !shell_is_plain_name(demand->value))) {
            return false;
        }
    }
    return true;
}

static bool is_absolute(struct text path)
{
    return path.size > 0 && path.data[0] == '/';
}

/* Starts as uncertain as `before` was, and returns the state at the end. */
static struct shell_state walk_all(struct walker *walker, const struct shell_node *first,
                                   const struct shell_state *before)
{
    struct shell_state state = {0};
    state_take_uncertain(&state, before);
    state.cwd = (struct shell_folders){.paths = {walker->context->cwd}, .count = 1};
    state.failed = state.cwd;
    *walker->out = (struct shell_analysis){0};
    walker->backgrounds = 0;
    walker->has_unordered = false;
    walker->is_exhausted = false;
    walker->steps = LIMIT_SHELL_STEPS;
    walker->values_left = LIMIT_SHELL_VALUES;
    walker->assignments_left = LIMIT_SHELL_ASSIGNMENTS;
    walker->has_jumped = false;
    walker->rounds = 0;
    walk_list(walker, first, &state);
    return state;
}

/* Whether paths may change before the earliest of them is used. Of a single process in the background they do
 * not when nothing changes them while it runs but itself: what stands before it is over, and what follows was
 * walked in the state that it leaves. */
static bool is_unordered(const struct walker *walker, const struct shell_state *end)
{
    return walker->has_unordered || walker->backgrounds > 1 || end->changed_beside;
}

bool shell_analyse(struct text command, const struct shell_context *context, struct arena *arena,
                   struct shell_analysis *ret_analysis, struct error *err)
{
    if (!is_absolute(context->cwd) || !is_absolute(context->root) ||
        (context->home.size > 0 && !is_absolute(context->home))) {
        return error_set(err, "the folders of a command line must be absolute");
    }
    if (command.size > LIMIT_SHELL_COMMAND) {
        return error_set(err, "the command line is longer than %d bytes", LIMIT_SHELL_COMMAND);
    }
    if (text_has_nul(command)) {
        return error_set(err, "the command line has a NUL byte, which no shell can be given");
    }
    struct shell_analysis analysis = {0};
    struct walker walker = {.arena = arena, .context = context, .out = &analysis, .steps = LIMIT_SHELL_STEPS};
    struct shell_tree tree;
    struct error mistake;
    size_t offset;
    if (shell_parse(command, arena, &tree, &offset, &mistake)) {
        struct shell_state start = {0};
        struct shell_state end = walk_all(&walker, tree.first, &start);
        if (end.uncertain.size > 0 && is_unordered(&walker, &end)) {
            (void)walk_all(&walker, tree.first, &end);
        }
    } else {
        refuse_line(&walker, command, offset, &mistake);
    }
    if (analysis.parts.count == 0) {
        part_begin(&walker, (struct shell_range){0, command.size}, TEXT(""));
    }
    finish(&walker);
    *ret_analysis = analysis;
    return true;
}
