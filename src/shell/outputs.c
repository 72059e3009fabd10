/* SPDX-License-Identifier: Apache-2.0 */
/* What a substitution prints, where its command lets it print nothing else. */
#include <string.h>

#include "shell/git.h"

/* "2>/dev/null": what it prints stays what it is. */
static bool is_silencing(const struct shell_redirect *redirect)
{
    return redirect->kind == REDIRECT_WRITE && text_equal(redirect->descriptor, TEXT("2")) &&
           redirect->target->is_exact && text_equal(redirect->target->exact, TEXT("/dev/null"));
}

/* "<file". */
static bool is_input(const struct shell_redirect *redirect)
{
    return redirect->kind == REDIRECT_READ && redirect->descriptor.size == 0;
}

/* A command whose words are known, but for functions of that name, and which prints to where it is read. */
struct known_run {
    const struct shell_word *words;
    bool has_input; /* a file is redirected to it */
};

static bool find_run(const struct shell_node *node, const struct shell_state *state, struct known_run *ret_run)
{
    struct known_run run = {0};
    if (node->kind != NODE_SIMPLE || node->assignments != NULL || node->words == NULL || node->is_background ||
        !node->words->is_exact || state_function(state, node->words->exact) != NULL) {
        return false;
    }
    for (const struct shell_redirect *redirect = node->redirects; redirect != NULL; redirect = redirect->next) {
        if (!is_silencing(redirect) && !is_input(redirect)) {
            return false;
        }
        run.has_input = run.has_input || is_input(redirect);
    }
    for (const struct shell_word *word = node->words; word != NULL; word = word->next) {
        if (!word->is_exact) {
            return false;
        }
    }
    run.words = node->words;
    *ret_run = run;
    return true;
}

/* Takes the words of `wanted`, with single blanks between them, from the front. */
static bool take_words(const struct shell_word **word, struct text wanted)
{
    struct text rest = wanted;
    struct text name;
    const struct shell_word *at = *word;
    while (rest.data != NULL && text_next(&rest, ' ', &name)) {
        if (at == NULL || !text_equal(at->exact, name)) {
            return false;
        }
        at = at->next;
    }
    *word = at;
    return true;
}

static bool is_whole(const struct known_run *run, struct text wanted)
{
    const struct shell_word *word = run->words;
    return take_words(&word, wanted) && word == NULL;
}

/* ---- Numbers ---- */

static bool is_counting_wc(const struct known_run *run)
{
    static const char *const forms[] = {"wc -l", "wc -c", "wc -w", "wc -m", "wc --lines"};
    bool is_counting = false;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        is_counting = is_counting || is_whole(run, text_of(forms[i]));
    }
    return is_counting;
}

/* "+%s", "+%Y%m%d": digits only (date(1)). */
static bool is_number_of_date(const struct known_run *run)
{
    const struct shell_word *word = run->words;
    if (!take_words(&word, TEXT("date")) || word == NULL || word->next != NULL ||
        !text_starts_with(word->exact, TEXT("+%")) || word->exact.size % 2 == 0) {
        return false;
    }
    for (size_t i = 1; i < word->exact.size; i += 2) {
        if (word->exact.data[i] != '%' || strchr("sNYmdHMSj", word->exact.data[i + 1]) == NULL) {
            return false;
        }
    }
    return true;
}

/* `grep -c PATTERN [FILE]`: with more files, or a tree, it prints their names too. */
static bool is_counting_grep(const struct known_run *run)
{
    const struct shell_word *word = run->words;
    bool counts = false;
    size_t operands = 0;
    if (!take_words(&word, TEXT("grep"))) {
        return false;
    }
    for (; word != NULL; word = word->next) {
        bool is_option = text_starts_with(word->exact, TEXT("-"));
        for (size_t i = 1; is_option && i < word->exact.size; i++) {
            if (strchr("cEFPivwxs", word->exact.data[i]) == NULL) {
                return false;
            }
            counts = counts || word->exact.data[i] == 'c';
        }
        operands += !is_option;
        if (is_option && word->exact.size < 2) {
            return false;
        }
    }
    return counts && (operands == 1 || operands == 2);
}

/* Letters, digits and what names of branches, steps from them and ranges need: neither an option nor a path
 * with a colon. */
static bool is_revision_word(struct text text)
{
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        bool is_word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!is_word && (c == '\0' || strchr("._/@{}^~-", c) == NULL)) {
            return false;
        }
    }
    return text.size > 0 && text.data[0] != '-';
}

static bool are_revisions(const struct shell_word *word)
{
    bool all = word != NULL;
    for (; word != NULL; word = word->next) {
        all = all && is_revision_word(word->exact);
    }
    return all;
}

/* `ret_may_be_empty`: it may print nothing, where it fails. */
static bool prints_number(const struct known_run *run, bool *ret_may_be_empty)
{
    const struct shell_word *word = run->words;
    *ret_may_be_empty = run->has_input;
    if (is_whole(run, TEXT("nproc")) || is_number_of_date(run) || is_counting_wc(run)) {
        return true;
    }
    *ret_may_be_empty = true;
    return is_counting_grep(run) || (take_words(&word, TEXT("git rev-list --count")) && are_revisions(word));
}

/* What wc prints, without the blanks some put in front. */
static bool only_trims(const struct known_run *run)
{
    const struct shell_word *word = run->words;
    return take_words(&word, TEXT("tr -d")) && word != NULL && word->next == NULL && !run->has_input &&
           (text_equal(word->exact, TEXT(" ")) || text_equal(word->exact, TEXT("[:space:]")));
}

static bool is_number_list(const struct shell_node *list, const struct shell_state *state,
                           bool *ret_may_be_empty)
{
    struct known_run run;
    struct known_run before;
    const struct shell_node *last = list;
    const struct shell_node *second = NULL;
    if (list->kind == NODE_PIPELINE && !list->is_negated && !list->is_timed && list->redirects == NULL) {
        for (last = list->first; last->next != NULL; last = last->next) {
            second = last;
        }
    }
    if (!find_run(last, state, &run)) {
        return false;
    }
    bool is_trimmed =
        second != NULL && !last->reads_errors && only_trims(&run) && find_run(second, state, &before);
    return prints_number(is_trimmed ? &before : &run, ret_may_be_empty);
}

/* ---- Revisions ---- */

/* What `git rev-parse` cannot resolve it prints as it stands: then it must not be what could be taken for a
 * path. */
static bool is_no_path(struct text text)
{
    static const char *const marks[] = {"^", "~", "@", "HEAD"};
    bool is_marked = false;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        is_marked = is_marked || text_contains(text, text_of(marks[i]));
    }
    bool has_path = text_find_char(text, '.') != TEXT_NOT_FOUND || text_find_char(text, '/') != TEXT_NOT_FOUND;
    return is_revision_word(text) && !text_contains(text, TEXT("..")) && (is_marked || !has_path);
}

/* Prints the name of one commit, in hexadecimal digits, or nothing. */
static bool prints_revision(const struct known_run *run)
{
    const struct shell_word *word = run->words;
    if (take_words(&word, TEXT("git merge-base"))) {
        return are_revisions(word);
    }
    if (!take_words(&word, TEXT("git rev-parse"))) {
        return false;
    }
    bool is_verified = false;
    for (; word != NULL && text_starts_with(word->exact, TEXT("-")); word = word->next) {
        struct text option = word->exact;
        bool is_short = text_equal(option, TEXT("--short")) ||
                        (text_starts_with(option, TEXT("--short=")) && is_number(text_after(option, 8)));
        is_verified = is_verified || text_equal(option, TEXT("--verify"));
        if (!is_short && !text_equal(option, TEXT("--verify")) && !text_equal(option, TEXT("-q")) &&
            !text_equal(option, TEXT("--quiet"))) {
            return false;
        }
    }
    return word != NULL && word->next == NULL &&
           (is_no_path(word->exact) ||
            (is_verified && is_revision_word(word->exact) && !text_contains(word->exact, TEXT(".."))));
}

/* ---- All ---- */

struct shell_value output_value(struct walker *walker, const struct shell_state *state,
                                const struct shell_node *list)
{
    struct shell_value value = {.kind = VALUE_UNKNOWN};
    struct shell_folders folders = folders_union(&state->cwd, &state->failed);
    struct known_run run;
    if (list == NULL || list->next != NULL || list->is_background) {
        return value;
    }
    if (is_number_list(list, state, &value.may_be_empty)) {
        value.kind = VALUE_NUMBER;
    } else if (!find_run(list, state, &run) || run.has_input) {
        return value;
    } else if (is_whole(&run, TEXT("pwd")) && folders.count == 1) {
        value.kind = VALUE_EXACT;
        value.text = folders.paths[0];
    } else if (is_whole(&run, TEXT("git rev-parse --show-toplevel")) && state->uncertain.size == 0) {
        walker->out->parts.items[walker->part].asks_for_root = true;
        value.kind = VALUE_EXACT;
        value.text = walker->context->root;
    } else if (is_whole(&run, TEXT("jobs -p"))) {
        value.is_own_job = true;
    } else if (prints_revision(&run)) {
        value.kind = VALUE_REVISION;
    }
    return value;
}

/* "..HEAD", "...origin/main", "~2": behind a commit it makes a range or another commit, and where there is no
 * commit it is neither an option nor a path that climbs. */
static bool is_revision_tail(struct text text)
{
    size_t dots = 0;
    while (dots < text.size && text.data[dots] == '.') {
        dots++;
    }
    bool is_range = (dots == 2 || dots == 3) && text.size > dots && text.data[dots] != '/' &&
                    is_revision_word(text_after(text, dots)) &&
                    !text_contains(text_after(text, dots), TEXT(".."));
    return text.size == 0 || is_range ||
           (is_revision_word(text) && (text.data[0] == '~' || text.data[0] == '^') &&
            text_find_char(text, '/') == TEXT_NOT_FOUND);
}

bool word_is_revision(struct walker *walker, const struct shell_word *word, struct shell_state *state)
{
    const struct shell_piece *first = word->parts;
    struct text tail = TEXT("");
    struct shell_value value = {.kind = VALUE_UNKNOWN};
    bool splits;
    if (first == NULL || (first->kind != PART_COMMAND && first->kind != PART_PARAMETER)) {
        return false;
    }
    for (const struct shell_piece *piece = first->next; piece != NULL; piece = piece->next) {
        if (piece->kind != PART_TEXT) {
            return false;
        }
        tail = text_format(walker->arena, "%.*s%.*s", TEXT_ARG(tail), TEXT_ARG(piece->text));
    }
    if (first->kind == PART_COMMAND) {
        value = output_value(walker, state, first->list);
    } else if (first->parameter->operator== OPERATOR_NONE) {
        value = parameter_value(walker, first->parameter, state, &splits);
    }
    return value.kind == VALUE_REVISION && is_revision_tail(tail);
}
