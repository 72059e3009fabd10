/* SPDX-License-Identifier: Apache-2.0 */
/* Programs that run other programs: the inner command is followed in their place. */
#include <string.h>

#include "base/builder.h"
#include "shell/programs.h"

static void run_operand_command(struct program_run *run, size_t from)
{
    if (from < run->operands.count) {
        run_command(run, &run->operands.items[from], run->operands.count - from);
    }
}

/* command, builtin: the shell's own commands keep working on this shell's state. */
void model_command(struct program_run *run, const struct shell_program *program)
{
    if (options_parse(run, program->options, program->flags) && !run_has(run, 'v')) {
        run_operand_command(run, 0);
    }
}

/* A wrapper that starts another process: the state of this shell stays as it is. */
static void run_apart(struct program_run *run, size_t from)
{
    struct shell_state inner = *run->state;
    struct shell_state *state = run->state;
    if (from >= run->operands.count) {
        return;
    }
    const struct shell_program *program =
        run->operands.items[from].kind == FIELD_EXACT ? program_find(run->operands.items[from].text) : NULL;
    if (program != NULL && program_is_shells_own(program)) {
        run_opaque(run, "a command of the shell, run as a program");
        return;
    }
    run->state = &inner;
    run_operand_command(run, from);
    run->state = state;
    state_set_uncertain(state, inner.uncertain);
}

void model_wrapper(struct program_run *run, const struct shell_program *program)
{
    if (options_parse(run, program->options, program->flags)) {
        run_apart(run, 0);
    }
}

void model_timeout(struct program_run *run, const struct shell_program *program)
{
    struct text duration;
    if (options_parse(run, program->options, program->flags) && run->operands.count > 0 &&
        run_exact(run, &run->operands.items[0], "a duration that may be several words", &duration)) {
        run_apart(run, 1);
    }
}

/* nohup.out is written when the output is a terminal, which an agent's may be. */
void model_nohup(struct program_run *run, const struct shell_program *program)
{
    demand_path_text(run->walker, run->state, "file.write", TEXT("nohup.out"), run->range);
    model_wrapper(run, program);
}

/* Another user's rights: no demand says that, so it is opaque; what it runs is followed all the same, for rules
 * that deny it. */
void model_sudo(struct program_run *run, const struct shell_program *program)
{
    (void)program;
    run_opaque(run, "runs with another user's rights");
    if (options_parse(run, "-[nEHSkib] -u,--user= -g,--group=", PROGRAM_NO_PERMUTE)) {
        run_apart(run, 0);
    }
}

void model_env(struct program_run *run, const struct shell_program *program)
{
    size_t from = 0;
    if (!options_parse(run, program->options, program->flags)) {
        return;
    }
    for (; from < run->operands.count; from++) {
        const struct shell_field *operand = &run->operands.items[from];
        size_t equals = text_find_char(operand->text, '=');
        if (equals == TEXT_NOT_FOUND) {
            break;
        }
        struct shell_value value = {.kind = operand->kind == FIELD_EXACT ? VALUE_EXACT : VALUE_UNKNOWN,
                                    .text = text_after(operand->text, equals + 1)};
        struct text name = text_slice(operand->text, 0, equals);
        if (assignment_is_dangerous(name, &value)) {
            demand_opaque(run->walker, operand->range, "an assignment that changes what commands do", name);
        }
        run->assignments++;
        run->has_settings = run->has_settings || assignment_is_setting(name, &value);
    }
    if (from == run->operands.count) {
        run_opaque(run, "prints the environment, keys included");
    }
    run_apart(run, from);
}

/* ---- Shells ---- */

/* A new shell knows none of this one's variables but those it inherits, and they may have been changed here. */
static struct shell_state new_shell(const struct program_run *run)
{
    struct shell_state inner = {
        .cwd = run->state->cwd, .failed = run->state->failed, .uncertain = run->state->uncertain};
    inner.exports_settings = run->has_settings || run->state->exports_settings;
    inner.is_foreign_environment =
        run->assignments > 0 || run->state->variables != NULL || run->state->is_foreign_environment;
    return inner;
}

static void run_shell_text(struct program_run *run, struct text text, struct shell_range range)
{
    struct shell_state inner = new_shell(run);
    bool is_posix = !text_equal(run->name, TEXT("bash"));
    bool has_jumped = run->walker->has_jumped;
    bool reads_pipe = run->walker->reads_pipe;
    run->walker->reads_pipe = run->reads_pipe;
    walk_text(run->walker, text, range, is_posix, &inner);
    run->walker->has_jumped = has_jumped;
    run->walker->reads_pipe = reads_pipe;
    state_set_uncertain(run->state, inner.uncertain);
}

void model_shell(struct program_run *run, const struct shell_program *program)
{
    if (!options_parse(run, program->options, program->flags)) {
        return;
    }
    if (run_has(run, 'v')) {
        return; /* --version */
    }
    static const char *const names[] = {"errexit", "nounset", "pipefail", "xtrace"};
    for (size_t i = 0; i < run->options.count; i++) {
        const struct program_option *option = &run->options.items[i];
        if (option->tag == 'o' &&
            !(option->value.kind == FIELD_EXACT && IS_ONE_OF(option->value.text, names))) {
            demand_opaque(run->walker, option->value.range,
                          "an option that changes how the shell reads commands", option->value.text);
        }
    }
    if (run_has(run, 'l') && (run->assignments > 0 || run->state->variables != NULL)) {
        run_opaque(run, "the start-up files may look at what was assigned before");
    }
    if (run_has(run, 'n')) {
        const struct shell_field *first = run->operands.count > 0 ? &run->operands.items[0] : NULL;
        if (first != NULL && (first->may_be_option || text_starts_with(first->text, TEXT("+")))) {
            run_opaque(run, "\"+n\" switches -n off again");
        }
        run_operands(run, OPERANDS_READ); /* reads the script without running it */
        return;
    }
    if (run_has(run, 'c')) {
        struct text text;
        if (run->operands.count == 0) {
            run_opaque(run, "code that is only known when it runs");
        } else if (run_exact(run, &run->operands.items[0], "code that is only known when it runs", &text)) {
            run_shell_text(run, text, run->operands.items[0].range);
        }
        return;
    }
    if (run->operands.count > 0) {
        run_opaque(run, "a script whose text is not part of the command line");
    } else if (run->input != NULL && run->input->is_exact) {
        run_shell_text(run, run->input->exact, run->input->range);
    } else {
        run_opaque(run, "commands read from standard input");
    }
}

/* ---- xargs, find ---- */

void model_xargs(struct program_run *run, const struct shell_program *program)
{
    if (!options_parse(run, program->options, program->flags)) {
        return;
    }
    if (run->operands.count == 0) {
        return; /* echo */
    }
    /* With -I the text is put into words; where does not matter: every word may become anything. */
    bool replaces = run_has(run, 'I');
    struct field_vector fields = {0};
    struct text mark =
        replaces && run_option(run, 'I')->has_value ? run_option(run, 'I')->value.text : TEXT("{}");
    for (size_t i = 0; i < run->operands.count; i++) {
        struct shell_field field = run->operands.items[i];
        size_t at = mark.size == 0 ? TEXT_NOT_FOUND : text_find(field.text, mark);
        if (replaces && at != TEXT_NOT_FOUND) {
            field.kind = FIELD_UNKNOWN;
            field.text = text_slice(field.text, 0, at);
            field.may_be_option = at == 0 || field.text.data[0] == '-';
        }
        VECTOR_PUSH(run->walker->arena, &fields, field);
    }
    if (!replaces || run_has(run, 'n')) { /* of -I and -n, the last one counts (xargs(1), "EXCLUSIVITY") */
        struct shell_field more = {
            .kind = FIELD_UNKNOWN, .may_split = true, .may_be_option = true, .range = run->range};
        VECTOR_PUSH(run->walker->arena, &fields, more);
    }
    run->operands = fields;
    run->input = NULL;
    run->reads_pipe = false; /* its commands read /dev/null (xargs(1)) */
    run->walker->rounds++;
    run_apart(run, 0);
    run->walker->rounds--;
}

enum find_kind {
    FIND_FLAG,
    FIND_VALUE,
    FIND_READ,    /* a file that is looked at */
    FIND_WRITE,   /* a file that is written */
    FIND_WRITE_2, /* and a format */
    FIND_DELETE,
    FIND_EXECUTE,
};

struct find_word {
    const char *name;
    enum find_kind kind;
};

static const struct find_word find_words[] = {
    {"!", FIND_FLAG},           {"(", FIND_FLAG},          {")", FIND_FLAG},
    {",", FIND_FLAG},           {"-a", FIND_FLAG},         {"-amin", FIND_VALUE},
    {"-and", FIND_FLAG},        {"-anewer", FIND_READ},    {"-atime", FIND_VALUE},
    {"-cmin", FIND_VALUE},      {"-cnewer", FIND_READ},    {"-ctime", FIND_VALUE},
    {"-daystart", FIND_FLAG},   {"-delete", FIND_DELETE},  {"-depth", FIND_FLAG},
    {"-empty", FIND_FLAG},      {"-exec", FIND_EXECUTE},   {"-execdir", FIND_EXECUTE},
    {"-executable", FIND_FLAG}, {"-false", FIND_FLAG},     {"-fls", FIND_WRITE},
    {"-follow", FIND_FLAG},     {"-fprint", FIND_WRITE},   {"-fprint0", FIND_WRITE},
    {"-fprintf", FIND_WRITE_2}, {"-fstype", FIND_VALUE},   {"-gid", FIND_VALUE},
    {"-group", FIND_VALUE},     {"-ilname", FIND_VALUE},   {"-iname", FIND_VALUE},
    {"-inum", FIND_VALUE},      {"-ipath", FIND_VALUE},    {"-iregex", FIND_VALUE},
    {"-links", FIND_VALUE},     {"-lname", FIND_VALUE},    {"-ls", FIND_FLAG},
    {"-maxdepth", FIND_VALUE},  {"-mindepth", FIND_VALUE}, {"-mmin", FIND_VALUE},
    {"-mount", FIND_FLAG},      {"-mtime", FIND_VALUE},    {"-name", FIND_VALUE},
    {"-newer", FIND_READ},      {"-nogroup", FIND_FLAG},   {"-not", FIND_FLAG},
    {"-nouser", FIND_FLAG},     {"-o", FIND_FLAG},         {"-ok", FIND_EXECUTE},
    {"-okdir", FIND_EXECUTE},   {"-or", FIND_FLAG},        {"-path", FIND_VALUE},
    {"-perm", FIND_VALUE},      {"-print", FIND_FLAG},     {"-print0", FIND_FLAG},
    {"-printf", FIND_VALUE},    {"-prune", FIND_FLAG},     {"-quit", FIND_FLAG},
    {"-readable", FIND_FLAG},   {"-regex", FIND_VALUE},    {"-regextype", FIND_VALUE},
    {"-samefile", FIND_READ},   {"-size", FIND_VALUE},     {"-true", FIND_FLAG},
    {"-type", FIND_VALUE},      {"-uid", FIND_VALUE},      {"-user", FIND_VALUE},
    {"-wholename", FIND_VALUE}, {"-writable", FIND_FLAG},  {"-xdev", FIND_FLAG},
    {"-xtype", FIND_VALUE},
};

static const struct find_word *find_word(struct text name)
{
    for (size_t i = 0; i < sizeof find_words / sizeof *find_words; i++) {
        if (text_equal(name, text_of(find_words[i].name))) {
            return &find_words[i];
        }
    }
    return NULL;
}

/* The words of -exec up to ";" or "+", with a field for everything below the starting points. Words inside what
 * is found cannot start with a dash: find puts the starting point in front. */
static bool find_execute(struct program_run *run, size_t *at, const struct field_vector *starts, bool in_folder,
                         struct text below)
{
    struct field_vector fields = {0};
    for (++*at; *at < run->arguments.count; ++*at) {
        struct shell_field field = run->arguments.items[*at];
        bool is_end = field.kind == FIELD_EXACT &&
                      (text_equal(field.text, TEXT(";")) || text_equal(field.text, TEXT("+")));
        if (is_end) {
            struct program_run inner = *run;
            struct shell_state state = *run->state;
            inner.state = &state;
            inner.operands = fields;
            inner.reads_pipe = false; /* -ok gives it /dev/null to read, and versions differ */
            if (in_folder) {
                state.cwd.count = 0; /* -execdir runs in the file's own folder */
            }
            run->walker->rounds++;
            run_apart(&inner, 0);
            run->walker->rounds--;
            state_set_uncertain(run->state, state.uncertain);
            return true;
        }
        size_t braces = text_find(field.text, TEXT("{}"));
        if (fields.count > LIMIT_SHELL_ARGUMENTS) {
            break;
        }
        if (braces != TEXT_NOT_FOUND && field.text.size == 2 && !in_folder) {
            for (size_t i = 0; i < starts->count; i++) {
                struct shell_field found = starts->items[i];
                VECTOR_PUSH(run->walker->arena, &fields, found);
                found.kind = FIELD_SET;
                found.includes_hidden = true;
                found.text =
                    text_format(run->walker->arena, "%.*s/%.*s", TEXT_ARG(found.text), TEXT_ARG(below));
                VECTOR_PUSH(run->walker->arena, &fields, found);
            }
            continue;
        }
        if (braces != TEXT_NOT_FOUND) {
            field.kind = FIELD_UNKNOWN;
            field.text = text_slice(field.text, 0, braces);
            field.may_be_option = false;
        }
        VECTOR_PUSH(run->walker->arena, &fields, field);
    }
    run_opaque(run, "-exec without its end, or with too many words");
    return false;
}

static bool is_find_operator(const struct shell_field *field)
{
    static const char *const operators[] = {"!", "(", ",", "-o", "-or", "-not"};
    return IS_ONE_OF(field->text, operators);
}

/* What can be found, as a glob: everything, or names that `-name` allows when nothing else is in its way. */
static struct text names_below(const struct program_run *run)
{
    const struct text everything = TEXT("**/*"); /* links too */
    struct text names = everything;
    for (size_t i = 0; i < run->arguments.count; i++) {
        if (is_find_operator(&run->arguments.items[i])) {
            return everything; /* behind the action too: "-name a -exec b \\; -o -exec c \\;" */
        }
    }
    for (size_t i = 0; i < run->arguments.count; i++) {
        const struct shell_field *field = &run->arguments.items[i];
        const struct shell_field *next = i + 1 < run->arguments.count ? field + 1 : NULL;
        if (field->kind != FIELD_EXACT) {
            return everything;
        }
        if (text_equal(field->text, TEXT("-name")) && next != NULL) {
            bool is_plain = next->kind == FIELD_EXACT && text_find_char(next->text, '[') == TEXT_NOT_FOUND &&
                            next->text.size > 0 && text_find_char(next->text, '\\') == TEXT_NOT_FOUND;
            names = is_plain ? text_format(run->walker->arena, "**/%.*s", TEXT_ARG(next->text)) : names;
            i++;
        } else if (text_equal(field->text, TEXT("-type")) && next != NULL &&
                   text_equal(next->text, TEXT("f")) && text_equal(names, everything)) {
            names = TEXT("**");
        } else if (text_starts_with(field->text, TEXT("-exec")) || text_starts_with(field->text, TEXT("-ok"))) {
            return names;
        }
    }
    return everything;
}

static bool find_action(struct program_run *run, const struct find_word *word, size_t *at,
                        const struct field_vector *starts)
{
    struct walker *walker = run->walker;
    if (word->kind == FIND_FLAG) {
        return true;
    }
    if (word->kind == FIND_DELETE) {
        for (size_t i = 0; i < starts->count; i++) {
            demand_tree(walker, run->state, "file.delete", &starts->items[i], false);
        }
        return true;
    }
    if (word->kind == FIND_EXECUTE) {
        return find_execute(run, at, starts, text_ends_with(text_of(word->name), TEXT("dir")),
                            names_below(run));
    }
    /* A wildcard may become several words, and those that start with a dash are actions. */
    const struct shell_field *next = *at + 1 < run->arguments.count ? &run->arguments.items[*at + 1] : NULL;
    bool may_be_more =
        next != NULL && next->kind == FIELD_SET && next->may_be_option && !run_admits_wildcard(run, next);
    if (next == NULL || next->may_split || may_be_more) {
        run_opaque(run, "an option without its value");
        return false;
    }
    const struct shell_field *value = &run->arguments.items[++*at];
    if (word->kind == FIND_READ) {
        demand_path(walker, run->state, "file.read", value);
    } else if (word->kind == FIND_WRITE || word->kind == FIND_WRITE_2) {
        demand_path(walker, run->state, "file.write", value);
        *at += word->kind == FIND_WRITE_2 ? 1 : 0;
    }
    return true;
}

static bool starts_expression(const struct shell_field *field)
{
    return field->text.size > 0 && (field->text.data[0] == '-' || field->text.data[0] == '!' ||
                                    field->text.data[0] == '(' || field->text.data[0] == ',');
}

void model_find(struct program_run *run, const struct shell_program *program)
{
    struct field_vector starts = {0};
    size_t at = 0;
    (void)program;
    bool follows_links = false;
    while (at < run->arguments.count && run->arguments.items[at].kind == FIELD_EXACT &&
           (text_equal(run->arguments.items[at].text, TEXT("-L")) ||
            text_equal(run->arguments.items[at].text, TEXT("-H")) ||
            text_equal(run->arguments.items[at].text, TEXT("-P")))) {
        follows_links = follows_links || text_equal(run->arguments.items[at].text, TEXT("-L"));
        at++;
    }
    for (; at < run->arguments.count && !starts_expression(&run->arguments.items[at]); at++) {
        const struct shell_field *field = &run->arguments.items[at];
        if (field->may_split || field->may_be_option) {
            run_opaque(run, "a starting point that may be an action");
            return;
        }
        VECTOR_PUSH(run->walker->arena, &starts, *field);
    }
    if (starts.count == 0) {
        struct shell_field here = {.kind = FIELD_EXACT, .text = TEXT("."), .range = run->range};
        VECTOR_PUSH(run->walker->arena, &starts, here);
    }
    for (size_t i = 0; i < starts.count; i++) {
        demand_path(run->walker, run->state, "file.read", &starts.items[i]);
    }
    for (; at < run->arguments.count; at++) {
        const struct shell_field *field = &run->arguments.items[at];
        bool is_newer = field->kind == FIELD_EXACT && text_starts_with(field->text, TEXT("-newer")) &&
                        field->text.size == 8;
        const struct find_word *word =
            field->kind == FIELD_EXACT ? find_word(is_newer ? TEXT("-newer") : field->text) : NULL;
        if (word == NULL) {
            demand_opaque(run->walker, field->range, "an expression of find that is not known here",
                          field->text);
            return;
        }
        follows_links = follows_links || text_equal(field->text, TEXT("-follow"));
        if (follows_links && (word->kind == FIND_DELETE || word->kind == FIND_EXECUTE)) {
            run_opaque(run, "an action on what links lead to");
        }
        if (!find_action(run, word, &at, &starts)) {
            return;
        }
    }
}
