/* SPDX-License-Identifier: Apache-2.0 */
/* find: what it runs on what it finds, what it deletes, and which names it prints. */
#include "shell/programs.h"

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

/* The starting points, and everything below them that is called so. */
static void push_found(struct program_run *run, struct field_vector *fields, const struct field_vector *starts,
                       struct text below)
{
    for (size_t i = 0; i < starts->count; i++) {
        struct shell_field found = starts->items[i];
        VECTOR_PUSH(run->walker->arena, fields, found);
        found.kind = FIELD_SET;
        found.includes_hidden = true;
        found.text = text_format(run->walker->arena, "%.*s/%.*s", TEXT_ARG(found.text), TEXT_ARG(below));
        VECTOR_PUSH(run->walker->arena, fields, found);
    }
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
            state_take_uncertain(run->state, &state);
            return true;
        }
        size_t braces = text_find(field.text, TEXT("{}"));
        if (fields.count > LIMIT_SHELL_ARGUMENTS) {
            break;
        }
        if (braces != TEXT_NOT_FOUND && field.text.size == 2 && !in_folder) {
            push_found(run, &fields, starts, below);
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
        } else if (text_starts_with(field->text, TEXT("-exec")) || text_starts_with(field->text, TEXT("-ok")) ||
                   text_equal(field->text, TEXT("-print0")) || text_equal(field->text, TEXT("-print"))) {
            return names;
        }
    }
    return names;
}

/* What find prints, where that is names. Without an action it prints as with -print. */
static void find_printed(struct program_run *run, const struct field_vector *starts, bool follows_links)
{
    static const char *const others[] = {"-printf", "-ls", "-exec", "-execdir", "-ok", "-okdir", "-delete"};
    bool is_known = !follows_links && !run->walker->out->is_opaque;
    bool has_nul = false;
    bool has_line = false;
    for (size_t i = 0; i < run->arguments.count; i++) {
        struct text word = run->arguments.items[i].text;
        is_known = is_known && !IS_ONE_OF(word, others) && !text_starts_with(word, TEXT("-fprint"));
        has_nul = has_nul || text_equal(word, TEXT("-print0"));
        has_line = has_line || text_equal(word, TEXT("-print"));
    }
    for (size_t i = 0; i < starts->count; i++) {
        is_known = is_known && starts->items[i].kind == FIELD_EXACT;
    }
    if (is_known && !(has_nul && has_line)) {
        run->walker->printed =
            (struct printed_names){.starts = *starts, .ends_with_nul = has_nul, .is_known = true};
        push_found(run, &run->walker->printed.names, starts, names_below(run));
    }
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
    find_printed(run, &starts, follows_links);
}
