/* SPDX-License-Identifier: Apache-2.0 */
/* find: what its expression does to what it finds, what can be found at all, and which names it prints. */
#include <string.h>

#include "base/builder.h"
#include "pattern/glob.h"
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

/* What stands at a place of the expression; NULL: nothing that is known here. */
static const struct find_word *find_word_at(const struct program_run *run, size_t at)
{
    if (at >= run->arguments.count || run->arguments.items[at].kind != FIELD_EXACT) {
        return NULL;
    }
    struct text text = run->arguments.items[at].text;
    bool is_newer = text_starts_with(text, TEXT("-newer")) && text.size == 8; /* -newerXY */
    return find_word(is_newer ? TEXT("-newer") : text);
}

static bool is_exactly(const struct program_run *run, size_t at, const char *text)
{
    return at < run->arguments.count && run->arguments.items[at].kind == FIELD_EXACT &&
           text_equal(run->arguments.items[at].text, text_of(text));
}

/* The ";" or "+" of the -exec at `at`: "+" ends it behind "{}" only, and -ok not at all (find(1)).
 * TEXT_NOT_FOUND: there is none, or another reading has another one. */
static size_t find_execute_end(const struct program_run *run, size_t at)
{
    bool may_be_plus = text_starts_with(run->arguments.items[at].text, TEXT("-exec"));
    for (size_t i = at + 1; i < run->arguments.count; i++) {
        const struct shell_field *field = &run->arguments.items[i];
        if (field->kind == FIELD_EXACT && text_equal(field->text, TEXT(";"))) {
            return i;
        }
        if (field->kind == FIELD_EXACT && text_equal(field->text, TEXT("+"))) {
            return may_be_plus && i > at + 2 && is_exactly(run, i - 1, "{}") ? i : TEXT_NOT_FOUND;
        }
        /* Words nobody knows may be the end, when an expression follows. */
        bool may_be_end =
            field->kind != FIELD_EXACT && field->text.size <= 1 && find_word_at(run, i + 1) != NULL;
        if (field->may_split || may_be_end || (field->kind == FIELD_SET && field->may_be_option)) {
            return TEXT_NOT_FOUND;
        }
    }
    return TEXT_NOT_FOUND;
}

/* Behind the word at `at`, its value or its command. */
static size_t find_next(const struct program_run *run, const struct find_word *word, size_t at)
{
    switch (word->kind) {
    case FIND_VALUE:
    case FIND_READ:
    case FIND_WRITE:
        return at + 2;
    case FIND_WRITE_2:
        return at + 3;
    case FIND_EXECUTE: {
        size_t end = find_execute_end(run, at);
        return end == TEXT_NOT_FOUND ? run->arguments.count : end + 1;
    }
    case FIND_FLAG:
    case FIND_DELETE:
        break;
    }
    return at + 1;
}

/* Whether the values of a test are single words: a wildcard may become several, operators among them. */
static bool has_plain_values(const struct program_run *run, const struct find_word *word, size_t at)
{
    size_t next = find_next(run, word, at);
    for (size_t i = at + 1; word->kind != FIND_EXECUTE && i < next && i < run->arguments.count; i++) {
        const struct shell_field *value = &run->arguments.items[i];
        if (value->may_split || value->kind == FIELD_SET) {
            return false;
        }
    }
    return true;
}

/* ---- What can be found ---- */

/* All that an action meets has one of the names, globs; none: any name. */
struct find_limits {
    struct text_vector names;
    bool only_files; /* -type f */
};

/* The value of a -name as a glob that matches at least as much: what `?` is depends on the locale, and two
 * stars are one. False: it has a class or an escape. */
static bool read_name(const struct program_run *run, size_t at, struct text *ret_glob)
{
    struct builder glob;
    builder_init(&glob, run->walker->arena);
    if (at >= run->arguments.count || run->arguments.items[at].kind != FIELD_EXACT) {
        return false;
    }
    struct text text = run->arguments.items[at].text;
    for (size_t i = 0; i < text.size; i++) {
        bool is_wild = text.data[i] == '*' || text.data[i] == '?';
        if (text_find_char(TEXT("[\\/"), text.data[i]) != TEXT_NOT_FOUND) {
            return false;
        }
        if (!is_wild || glob.size == 0 || glob.data[glob.size - 1] != '*') {
            builder_add_char(&glob, is_wild ? '*' : text.data[i]);
        }
    }
    *ret_glob = builder_text(&glob);
    return ret_glob->size > 0;
}

/* A group, from its "(" to behind its ")". One of nothing but names is their union; what others find, and those
 * behind "!", is not looked at. 0: it is not closed before `end`. */
static size_t read_group(const struct program_run *run, size_t at, size_t end, struct text_vector *ret_names)
{
    struct text_vector names = {0};
    bool only_names = true;
    size_t depth = 0;
    while (at < end) {
        const struct find_word *word = find_word_at(run, at);
        struct text glob;
        if (word == NULL || !has_plain_values(run, word, at)) {
            return 0;
        }
        bool is_open = strcmp(word->name, "(") == 0;
        bool is_close = strcmp(word->name, ")") == 0;
        bool is_name = strcmp(word->name, "-name") == 0 && read_name(run, at + 1, &glob);
        bool is_or = strcmp(word->name, "-o") == 0 || strcmp(word->name, "-or") == 0;
        depth += is_open ? 1 : 0;
        depth -= is_close ? 1 : 0;
        only_names = only_names && (is_name || is_or || depth == 0 || (is_open && depth == 1));
        if (is_name) {
            VECTOR_PUSH(run->walker->arena, &names, glob);
        }
        at = find_next(run, word, at);
        if (depth == 0) {
            *ret_names = only_names ? names : (struct text_vector){0};
            return at;
        }
    }
    return 0;
}

static void limit(struct find_limits *limits, const struct text_vector *names)
{
    if (names->count > 0) {
        limits->names = *names; /* each of several tests holds: any of them will do */
    }
}

/* What the action at `end` meets: the tests in front of it in its own alternative all hold, those behind "!"
 * only take away. Nothing is limited where that is not certain. */
static struct find_limits find_limits(const struct program_run *run, size_t from, size_t end)
{
    static const char *const alternatives[] = {"-o", "-or", ","};
    struct find_limits limits = {0};
    bool is_negated = false;
    for (size_t at = from; at < end;) {
        const struct find_word *word = find_word_at(run, at);
        size_t next = word == NULL ? 0 : find_next(run, word, at);
        struct text_vector names = {0};
        struct text glob;
        if (word == NULL || next > end || strcmp(word->name, ")") == 0 || !has_plain_values(run, word, at)) {
            return (struct find_limits){0};
        }
        if (strcmp(word->name, "!") == 0 || strcmp(word->name, "-not") == 0) {
            is_negated = true;
            at = next;
            continue;
        }
        if (strcmp(word->name, "(") == 0) {
            next = read_group(run, at, end, &names);
            if (next == 0) {
                return (struct find_limits){0};
            }
        } else if (IS_ONE_OF(text_of(word->name), alternatives)) {
            limits = (struct find_limits){0};
        } else if (strcmp(word->name, "-name") == 0 && read_name(run, at + 1, &glob)) {
            VECTOR_PUSH(run->walker->arena, &names, glob);
        } else if (strcmp(word->name, "-type") == 0) {
            limits.only_files = limits.only_files || (!is_negated && is_exactly(run, at + 1, "f"));
        }
        if (!is_negated) {
            limit(&limits, &names);
        }
        is_negated = false;
        at = next;
    }
    return limits;
}

/* Whether the starting point itself may be found: -name looks at its last part, as written (find(1)). */
static bool may_find_start(const struct shell_field *start, const struct find_limits *limits)
{
    struct text name = start->text;
    while (text_ends_with(name, TEXT("/"))) {
        name.size--;
    }
    size_t slash = text_find_last_char(name, '/');
    name = slash == TEXT_NOT_FOUND ? name : text_after(name, slash + 1);
    bool is_found = limits->names.count == 0 || start->kind != FIELD_EXACT || name.size == 0;
    for (size_t i = 0; i < limits->names.count; i++) {
        is_found = is_found || glob_matches_text(limits->names.items[i], name);
    }
    return is_found;
}

/* All that is found below a starting point. */
static void push_below(const struct program_run *run, const struct shell_field *start,
                       const struct find_limits *limits, struct field_vector *fields)
{
    struct shell_field found = *start;
    found.kind = FIELD_SET;
    found.includes_hidden = true;
    if (limits->names.count == 0) {
        const char *everything = limits->only_files ? "**" : "**/*"; /* links too */
        found.text = text_format(run->walker->arena, "%.*s/%s", TEXT_ARG(start->text), everything);
        VECTOR_PUSH(run->walker->arena, fields, found);
    }
    for (size_t i = 0; i < limits->names.count; i++) {
        found.text = text_format(run->walker->arena, "%.*s/**/%.*s", TEXT_ARG(start->text),
                                 TEXT_ARG(limits->names.items[i]));
        VECTOR_PUSH(run->walker->arena, fields, found);
    }
}

/* All that is found, the starting points among it. */
static void push_found(const struct program_run *run, const struct field_vector *starts,
                       const struct find_limits *limits, struct field_vector *fields)
{
    for (size_t i = 0; i < starts->count; i++) {
        if (may_find_start(&starts->items[i], limits)) {
            VECTOR_PUSH(run->walker->arena, fields, starts->items[i]);
        }
        push_below(run, &starts->items[i], limits, fields);
    }
}

/* What find prints, where that is names. Without an action it prints as with -print, whatever alternative
 * holds. */
static void find_printed(struct program_run *run, size_t from, const struct field_vector *starts,
                         bool follows_links)
{
    static const char *const alternatives[] = {"-o", "-or", ","};
    static const char *const others[] = {"-printf", "-ls"};
    bool is_known = !follows_links && !run->walker->out->is_opaque;
    bool has_alternatives = false;
    size_t print_at = run->arguments.count;
    size_t prints[2] = {0}; /* -print, -print0 */
    for (size_t at = from; is_known && at < run->arguments.count;) {
        const struct find_word *word = find_word_at(run, at);
        struct text name = text_of(word == NULL ? "" : word->name);
        is_known = word != NULL &&
                   (word->kind == FIND_FLAG || word->kind == FIND_VALUE || word->kind == FIND_READ) &&
                   !IS_ONE_OF(name, others);
        bool has_nul = text_equal(name, TEXT("-print0"));
        if (has_nul || text_equal(name, TEXT("-print"))) {
            prints[has_nul]++;
            print_at = at;
        }
        has_alternatives = has_alternatives || IS_ONE_OF(name, alternatives);
        at = is_known ? find_next(run, word, at) : at;
    }
    for (size_t i = 0; i < starts->count; i++) {
        is_known = is_known && starts->items[i].kind == FIELD_EXACT;
    }
    size_t count = prints[0] + prints[1];
    if (!is_known || (prints[0] > 0 && prints[1] > 0)) {
        return;
    }
    struct find_limits limits = {0};
    if (count == 1 || (count == 0 && !has_alternatives)) {
        limits = find_limits(run, from, print_at);
    }
    run->walker->printed =
        (struct printed_names){.starts = *starts, .ends_with_nul = prints[1] > 0, .is_known = true};
    push_found(run, starts, &limits, &run->walker->printed.names);
}

/* ---- Actions ---- */

static void find_delete(struct program_run *run, const struct field_vector *starts,
                        const struct find_limits *limits)
{
    struct field_vector found = {0};
    for (size_t i = 0; i < starts->count; i++) {
        if (limits->names.count == 0) {
            demand_tree(run->walker, run->state, "file.delete", &starts->items[i], false);
            continue;
        }
        if (may_find_start(&starts->items[i], limits)) {
            demand_path(run->walker, run->state, "file.delete", &starts->items[i]);
        }
        push_below(run, &starts->items[i], limits, &found);
    }
    for (size_t i = 0; i < found.count; i++) {
        demand_path(run->walker, run->state, "file.delete", &found.items[i]);
    }
}

/* The command of an -exec, with fields for everything that is found. Words inside what is found cannot start
 * with a dash: find puts the starting point in front. */
static bool find_execute(struct program_run *run, size_t *at, const struct field_vector *starts, bool in_folder,
                         const struct find_limits *limits)
{
    struct field_vector fields = {0};
    size_t end = find_execute_end(run, *at);
    for (++*at; end != TEXT_NOT_FOUND && *at < end && fields.count <= LIMIT_SHELL_ARGUMENTS; ++*at) {
        struct shell_field field = run->arguments.items[*at];
        size_t braces = text_find(field.text, TEXT("{}"));
        if (braces != TEXT_NOT_FOUND && field.text.size == 2 && !in_folder) {
            push_found(run, starts, limits, &fields);
            continue;
        }
        if (braces != TEXT_NOT_FOUND) {
            field.kind = FIELD_UNKNOWN;
            field.text = text_slice(field.text, 0, braces);
            field.may_be_option = false;
        }
        VECTOR_PUSH(run->walker->arena, &fields, field);
    }
    if (end == TEXT_NOT_FOUND || *at < end) {
        run_opaque(run, "-exec without its end, or with too many words");
        return false;
    }
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

static bool find_action(struct program_run *run, const struct find_word *word, size_t *at,
                        const struct field_vector *starts, const struct find_limits *limits)
{
    struct walker *walker = run->walker;
    if (word->kind == FIND_FLAG) {
        return true;
    }
    if (word->kind == FIND_DELETE) {
        find_delete(run, starts, limits);
        return true;
    }
    if (word->kind == FIND_EXECUTE) {
        return find_execute(run, at, starts, text_ends_with(text_of(word->name), TEXT("dir")), limits);
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
    size_t from = at;
    for (; at < run->arguments.count; at++) {
        const struct shell_field *field = &run->arguments.items[at];
        const struct find_word *word = find_word_at(run, at);
        if (word == NULL) {
            demand_opaque(run->walker, field->range, "an expression of find that is not known here",
                          field->text);
            return;
        }
        follows_links = follows_links || text_equal(field->text, TEXT("-follow"));
        bool is_action = word->kind == FIND_DELETE || word->kind == FIND_EXECUTE;
        if (follows_links && is_action) {
            run_opaque(run, "an action on what links lead to");
        }
        struct find_limits limits = is_action ? find_limits(run, from, at) : (struct find_limits){0};
        if (!find_action(run, word, &at, &starts, &limits)) {
            return;
        }
    }
    find_printed(run, from, &starts, follows_links);
}
