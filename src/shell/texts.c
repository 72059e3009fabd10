/* SPDX-License-Identifier: Apache-2.0 */
/* grep, rg, awk, jq, uniq, tar, gzip, unzip. */
#include <ctype.h>
#include <string.h>

#include "base/builder.h"
#include "pattern/glob.h"
#include "shell/programs.h"
#include "shell/ripgrep.h"

static struct shell_field here(const struct program_run *run)
{
    return (struct shell_field){.kind = FIELD_EXACT, .text = TEXT("."), .range = run->range};
}

/* ---- Searches that are limited to names ---- */

/* Whether a word of the line may be an option that nobody sees here. */
static bool has_unknown_options(const struct program_run *run)
{
    for (size_t i = 0; i < run->arguments.count; i++) {
        const struct shell_field *field = &run->arguments.items[i];
        struct text name = text_slice(field->text, 0, text_find_char(field->text, '='));
        bool is_seen = text_starts_with(name, TEXT("--")) && name.size < field->text.size &&
                       !glob_has_wildcard(name) && text_find_char(name, '[') == TEXT_NOT_FOUND;
        if (field->kind != FIELD_EXACT && (field->may_split || (field->may_be_option && !is_seen))) {
            return true;
        }
    }
    return false;
}

/* Whether a glob says the same to all who read it: letters, `*` and `?`. Unquoted ones that name something
 * become names that they match, which are globs again: without a bracket those match no more. */
static bool is_plain_name(const struct shell_field *glob)
{
    for (size_t i = 0; i < glob->text.size; i++) {
        if (text_find_char(TEXT("/[]\\{}!^"), glob->text.data[i]) != TEXT_NOT_FOUND) {
            return false;
        }
    }
    return glob->kind != FIELD_UNKNOWN && !glob->may_split && glob->text.size > 0;
}

/* The glob with each wildcard taken for any number of characters: what `?` is depends on the locale. */
static struct text any_characters(struct arena *arena, struct text glob)
{
    struct builder out;
    builder_init(&out, arena);
    for (size_t i = 0; i < glob.size; i++) {
        bool is_wild = glob.data[i] == '*' || glob.data[i] == '?';
        if (!is_wild || out.size == 0 || out.data[out.size - 1] != '*') {
            builder_add_char(&out, is_wild ? '*' : glob.data[i]);
        }
    }
    return builder_text(&out);
}

/* The names of --include. Files that match no option are left out only if the first of them is an --include
 * (grep(1), "--include"). None: all are searched. */
static struct text_vector grep_included(const struct program_run *run)
{
    struct text_vector names = {0};
    for (size_t i = 0; i < run->options.count; i++) {
        const struct program_option *option = &run->options.items[i];
        if (option->tag == 'X' && names.count == 0) {
            return names;
        }
        if (option->tag == 'I' && !is_plain_name(&option->value)) {
            return (struct text_vector){0};
        }
        if (option->tag == 'I') {
            VECTOR_PUSH(run->walker->arena, &names, any_characters(run->walker->arena, option->value.text));
        }
    }
    return has_unknown_options(run) ? (struct text_vector){0} : names;
}

/* Of the trees among the demands from `first` on, only what is called so is read. */
static void limit_trees(struct program_run *run, size_t first, const struct text_vector *names)
{
    struct arena *arena = run->walker->arena;
    struct shell_demand_vector *demands = &run->walker->out->demands;
    size_t end = demands->count;
    for (size_t i = first; i < end; i++) {
        struct shell_demand tree = demands->items[i];
        if (tree.kind != SHELL_RESOURCE_SET || !text_ends_with(tree.value, TEXT("/**"))) {
            continue;
        }
        for (size_t j = 0; j < names->count; j++) {
            struct shell_demand named = tree;
            named.passes_links = true;
            named.value = text_format(arena, "%.*s/%.*s", TEXT_ARG(tree.value), TEXT_ARG(names->items[j]));
            if (j == 0) {
                demands->items[i] = named;
            } else {
                VECTOR_PUSH(arena, demands, named);
            }
        }
    }
}

void model_grep(struct program_run *run, const struct shell_program *program)
{
    if (!options_parse(run, program->options, program->flags)) {
        return;
    }
    for (size_t i = 0; i < run->options.count; i++) {
        const struct program_option *option = &run->options.items[i];
        if (option->tag == 'd' &&
            !(option->value.kind == FIELD_EXACT &&
              (text_equal(option->value.text, TEXT("skip")) || text_equal(option->value.text, TEXT("read"))))) {
            run_opaque(run, "another spelling of -r");
        }
    }
    size_t start = run->walker->out->demands.count;
    run_operands(run, OPERANDS_READ_AFTER_FIRST);
    size_t files = run_has(run, 'e') ? 0 : 1;
    if ((run_has(run, 'R') || run_has(run, 'F')) && run->operands.count <= files) {
        struct shell_field folder = here(run);
        size_t first = run->walker->out->demands.count;
        demand_tree(run->walker, run->state, "file.read", &folder, false);
        run_mark_links(run, first);
    }
    struct text_vector included = grep_included(run);
    limit_trees(run, start, &included);
}

/* Of two folders it shows the files in them, also without -r (diff(1)); it follows links. */
void model_diff(struct program_run *run, const struct shell_program *program)
{
    if (!options_parse(run, program->options, program->flags)) {
        return;
    }
    struct shell_demand_vector *demands = &run->walker->out->demands;
    size_t first = demands->count;
    for (size_t i = 0; i < run->operands.count; i++) {
        if (!text_equal(run->operands.items[i].text, TEXT("-"))) {
            demand_linked_tree(run->walker, run->state, "file.read", &run->operands.items[i]);
        }
    }
    for (size_t i = first; i < demands->count; i++) {
        demands->items[i].only_of_folder = demands->items[i].kind == SHELL_RESOURCE_SET;
    }
}

/* The globs of -g and the types that name hidden files: they are searched without --hidden (ripgrep's GUIDE.md;
 * `rg --type-list`). */
static struct text_vector rg_shown(const struct program_run *run)
{
    struct text_vector shown = {0};
    for (size_t i = 0; i < run->options.count; i++) {
        const struct program_option *option = &run->options.items[i];
        struct text value = option->value.text;
        struct text glob = {0};
        if (option->tag == 'g' && option->value.kind == FIELD_EXACT) {
            glob = text_starts_with(value, TEXT("!")) ? glob : value;
        } else if (option->tag == 'g' || option->tag == 'i') {
            glob = TEXT("*");
        } else if (option->tag == 't') {
            bool is_known = option->value.kind == FIELD_EXACT && !text_equal(value, TEXT("sh")) &&
                            !text_equal(value, TEXT("all"));
            glob = !is_known ? TEXT("*") : text_equal(value, TEXT("yaml")) ? TEXT("*.yml") : glob;
        }
        if (glob.size > 0) {
            VECTOR_PUSH(run->walker->arena, &shown, glob);
        }
    }
    return shown;
}

/* The names that -g and -t leave: those of the types where no glob lets anything through, or else the globs'
 * (ripgrep's ignore crate, Ignore::matched). None: any. */
static struct text_vector rg_named(const struct program_run *run)
{
    const struct text_vector any = {0};
    struct arena *arena = run->walker->arena;
    struct text_vector globs = {0};
    struct text_vector types = {0};
    bool has_unknown_type = false;
    for (size_t i = 0; i < run->options.count; i++) {
        const struct program_option *option = &run->options.items[i];
        bool is_exact = option->value.kind == FIELD_EXACT;
        struct text name;
        if (option->tag == 't') {
            has_unknown_type =
                !(is_exact && ripgrep_type(arena, option->value.text, &types)) || has_unknown_type;
        }
        bool excludes = is_exact && text_starts_with(option->value.text, TEXT("!"));
        if (option->tag == 'i' || (option->tag == 'g' && !excludes)) {
            if (option->tag == 'i' || !is_exact || !ripgrep_name(option->value.text, &name)) {
                return any;
            }
            VECTOR_PUSH(arena, &globs, any_characters(arena, name));
        }
    }
    if (has_unknown_options(run)) {
        return any;
    }
    return globs.count > 0 ? globs : has_unknown_type ? any : types;
}

static void rg_mark_shown(struct program_run *run, size_t first)
{
    struct shell_demand_vector *demands = &run->walker->out->demands;
    for (size_t i = first; i < demands->count; i++) {
        if (demands->items[i].excludes_hidden) {
            demands->items[i].searches = true;
            demands->items[i].shown = rg_shown(run);
        }
    }
}

/* Without a path it searches its input when that is a pipe or a file, unless patterns came from there
 * ("-f -"). */
static bool searches_input(const struct program_run *run)
{
    for (size_t i = 0; i < run->options.count; i++) {
        const struct program_option *option = &run->options.items[i];
        if (option->tag == 'e' &&
            (option->value.kind != FIELD_EXACT || text_equal(option->value.text, TEXT("-")))) {
            return false;
        }
    }
    return run->reads_pipe;
}

void model_rg(struct program_run *run, const struct shell_program *program)
{
    if (!options_parse(run, program->options, program->flags)) {
        return;
    }
    bool only_lists = run_has(run, 'l');
    size_t first = run->walker->out->demands.count;
    bool excludes_hidden = !run_has(run, 'h');
    for (size_t i = 0; i < run->arguments.count; i++) {
        /* -u, -uu and "-." may stand in any cluster. */
        struct text word = run->arguments.items[i].text;
        bool is_cluster = word.size > 1 && word.data[0] == '-' && word.data[1] != '-';
        if (text_starts_with(word, TEXT("--unr")) ||
            (is_cluster && (text_contains(word, TEXT("u")) || text_contains(word, TEXT("."))))) {
            excludes_hidden = false;
        }
    }
    size_t from = run_has(run, 'e') || only_lists ? 0 : 1;
    bool is_first_many = run->operands.count > 0 &&
                         (run->operands.items[0].may_split || run->operands.items[0].kind == FIELD_SET);
    for (size_t i = is_first_many ? 0 : from; i < run->operands.count; i++) {
        demand_tree(run->walker, run->state, "file.read", &run->operands.items[i], excludes_hidden);
    }
    if (run->operands.count <= from && (only_lists || !searches_input(run))) {
        struct shell_field folder = here(run);
        if (only_lists) {
            demand_path(run->walker, run->state, "file.read", &folder);
        } else {
            demand_tree(run->walker, run->state, "file.read", &folder, excludes_hidden);
        }
    }
    struct text_vector named = rg_named(run);
    limit_trees(run, first, &named);
    run_mark_links(run, first);
    rg_mark_shown(run, first);
}

/* The program may run commands and open files. Words are looked for wherever they stand, so that what is a
 * string or a regular expression need not be told apart: a redirection needs "print" before its ">" or "|". */
static bool awk_is_harmless(struct text program)
{
    static const char *const words[] = {"system", "getline", "@", "ARGV", "ARGC", "SYMTAB", "ENVIRON", "\\\n"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (text_contains(program, text_of(words[i]))) {
            return false;
        }
    }
    size_t print = text_find(program, TEXT("print"));
    for (size_t i = 0; i < program.size; i++) {
        bool may_redirect = print != TEXT_NOT_FOUND && i > print;
        if (program.data[i] == '|' && i + 1 < program.size && program.data[i + 1] == '|') {
            i++;
        } else if (may_redirect && (program.data[i] == '|' || program.data[i] == '>')) {
            return false;
        }
    }
    return true;
}

void model_awk(struct program_run *run, const struct shell_program *program)
{
    if (!options_parse(run, program->options, program->flags) || run->operands.count == 0) {
        return;
    }
    struct text text;
    if (!run_exact(run, &run->operands.items[0], "an awk program that is only known when it runs", &text)) {
        return;
    }
    if (!awk_is_harmless(text)) {
        demand_opaque(run->walker, run->operands.items[0].range,
                      "an awk program that may run commands, or read or write other files", TEXT(""));
    }
    for (size_t i = 1; i < run->operands.count; i++) {
        const struct shell_field *operand = &run->operands.items[i];
        size_t equals = text_find_char(operand->text, '=');
        bool is_assignment = operand->kind == FIELD_EXACT && equals != TEXT_NOT_FOUND &&
                             is_identifier(text_slice(operand->text, 0, equals));
        if (!is_assignment && !text_equal(operand->text, TEXT("-"))) {
            demand_path(run->walker, run->state, "file.read", operand);
        }
    }
}

/* --arg NAME VALUE and its like take two words. */
static bool take_jq_arguments(struct program_run *run)
{
    struct field_vector rest = {0};
    for (size_t i = 0; i < run->arguments.count; i++) {
        const struct shell_field *field = &run->arguments.items[i];
        bool is_value = text_equal(field->text, TEXT("--arg")) || text_equal(field->text, TEXT("--argjson"));
        bool is_file =
            text_equal(field->text, TEXT("--slurpfile")) || text_equal(field->text, TEXT("--rawfile"));
        if (field->kind != FIELD_EXACT || (!is_value && !is_file)) {
            VECTOR_PUSH(run->walker->arena, &rest, *field);
            continue;
        }
        if (i + 2 >= run->arguments.count || run->arguments.items[i + 1].may_split ||
            run->arguments.items[i + 2].may_split) {
            run_opaque(run, "an option without its value");
            return false;
        }
        if (is_file) {
            demand_path(run->walker, run->state, "file.read", &run->arguments.items[i + 2]);
        }
        i += 2;
    }
    run->arguments = rest;
    return true;
}

bool jq_may_read_more(struct text filter)
{
    static const char *const words[] = {"env", "ENV", "import", "include", "modulemeta"};
    for (size_t start = 0, end = 0; start < filter.size; start = end + 1) {
        end = start;
        while (end < filter.size && (isalnum((unsigned char)filter.data[end]) || filter.data[end] == '_')) {
            end++;
        }
        /* ".env" is a field; "..env" is not. */
        bool is_field =
            start > 0 && filter.data[start - 1] == '.' && (start < 2 || filter.data[start - 2] != '.');
        if (IS_ONE_OF(text_slice(filter, start, end), words) && !is_field) {
            return true;
        }
    }
    return false;
}

void model_jq(struct program_run *run, const struct shell_program *program)
{
    if (!take_jq_arguments(run) || !options_parse(run, program->options, program->flags) ||
        run->operands.count == 0) {
        return;
    }
    struct text filter;
    if (!run_exact(run, &run->operands.items[0], "a filter that is only known when it runs", &filter)) {
        return;
    }
    if (jq_may_read_more(filter)) {
        run_opaque(run, "a filter that reads other files, or the environment");
    }
    run_operands(run, OPERANDS_READ_AFTER_FIRST);
}

/* With -e its operands are the lines. */
void model_shuf(struct program_run *run, const struct shell_program *program)
{
    if (options_parse(run, program->options, program->flags) && !run_has(run, 'w')) {
        run_operands(run, OPERANDS_READ);
    }
}

/* uniq [INPUT [OUTPUT]] */
void model_uniq(struct program_run *run, const struct shell_program *program)
{
    if (!options_parse(run, program->options, program->flags)) {
        return;
    }
    for (size_t i = 0; i < run->operands.count; i++) {
        if (run->operands.items[i].kind != FIELD_EXACT && run->operands.count == 1) {
            run_opaque(run, "words that may be an output file");
        }
        if (!text_equal(run->operands.items[i].text, TEXT("-"))) {
            demand_path(run->walker, run->state, i == 0 ? "file.read" : "file.write", &run->operands.items[i]);
        }
    }
}

/* ---- Archives ---- */

/* "xzf" in front, as `tar xzf` allows, gets its dash. There letters take the following words in turn: only with
 * "f" at the end is that the same as an option's value. */
static bool normalise_tar(struct program_run *run)
{
    if (run->arguments.count == 0 || run->arguments.items[0].kind != FIELD_EXACT ||
        run->arguments.items[0].text.size == 0 || run->arguments.items[0].text.data[0] == '-') {
        return true;
    }
    struct text bundle = run->arguments.items[0].text;
    size_t file = text_find_char(bundle, 'f');
    if (text_contains(bundle, TEXT("C")) || (file != TEXT_NOT_FOUND && file != bundle.size - 1)) {
        run_opaque(run, "a use of tar that is not understood");
        return false;
    }
    run->arguments.items[0].text = text_format(run->walker->arena, "-%.*s", TEXT_ARG(bundle));
    return true;
}

static void tar_extract(struct program_run *run)
{
    struct shell_field folder = here(run);
    const struct program_option *option = run_option(run, 'C');
    if (option != NULL) {
        folder = option->value;
    }
    demand_linked_tree(run->walker, run->state, "file.write", &folder);
    state_set_uncertain(run->state, TEXT("an archive was unpacked"));
}

/* -C is about the operands behind it: `tar czf FILE -C FOLDER .`. False when some stand in front. */
static bool tar_create(struct program_run *run)
{
    const struct program_option *folder = run_option(run, 'C');
    for (size_t i = 0; i < run->operands.count; i++) {
        struct shell_field operand = run->operands.items[i];
        if (folder != NULL &&
            (folder->value.kind != FIELD_EXACT || folder->value.range.start >= operand.range.start)) {
            return false;
        }
        if (folder != NULL && !text_starts_with(operand.text, TEXT("/"))) {
            operand.text = text_format(run->walker->arena, "%.*s/%.*s", TEXT_ARG(folder->value.text),
                                       TEXT_ARG(operand.text));
        }
        demand_tree(run->walker, run->state, "file.read", &operand, false);
    }
    return true;
}

void model_tar(struct program_run *run, const struct shell_program *program)
{
    (void)program;
    if (!normalise_tar(run) ||
        !options_parse(
            run,
            "-[zjJvkpm] -a --gzip --bzip2 --xz --zstd --auto-compress --verbose --keep-old-files "
            "-c,--create:c -x,--extract,--get:x -t,--list:t -f,--file=:f -C,--directory=:C --exclude= "
            "--strip-components= --no-same-owner --wildcards -O,--to-stdout:O",
            0)) {
        return;
    }
    const struct program_option *file = run_option(run, 'f');
    size_t modes =
        (run_has(run, 'c') ? 1U : 0U) + (run_has(run, 'x') ? 1U : 0U) + (run_has(run, 't') ? 1U : 0U);
    if (modes != 1 ||
        (file != NULL &&
         (file->value.kind != FIELD_EXACT || text_find_char(file->value.text, ':') != TEXT_NOT_FOUND)) ||
        run_count(run, 'C') > 1) {
        run_opaque(run, "a use of tar that is not understood");
        return;
    }
    if (file != NULL && !text_equal(file->value.text, TEXT("-"))) {
        demand_path(run->walker, run->state, run_has(run, 'c') ? "file.write" : "file.read", &file->value);
    }
    if (run_has(run, 'c') && !tar_create(run)) {
        run_opaque(run, "a use of tar that is not understood");
    }
    if (run_has(run, 'x') && !run_has(run, 'O')) {
        tar_extract(run);
    }
}

/* A name that is not there is looked for with the suffixes of gzip(1). */
static void read_compressed(struct program_run *run)
{
    static const char *const suffixes[] = {"", ".gz", ".z", "-gz", "-z", "_z", ".Z"};
    for (size_t i = 0; i < run->operands.count; i++) {
        for (size_t j = 0; j < sizeof suffixes / sizeof *suffixes; j++) {
            struct shell_field file = run->operands.items[i];
            file.text = text_format(run->walker->arena, "%.*s%s", TEXT_ARG(file.text), suffixes[j]);
            demand_path(run->walker, run->state, "file.read", &file);
        }
    }
}

/* gzip replaces files unless it writes to standard output; unzip unpacks. */
void model_archive(struct program_run *run, const struct shell_program *program)
{
    if (!options_parse(run, program->options, program->flags)) {
        return;
    }
    if (text_equal(run->name, TEXT("unzip"))) {
        if (run->operands.count > 0) {
            demand_path(run->walker, run->state, "file.read", &run->operands.items[0]);
        }
        if (!run_has(run, 'l')) {
            const struct program_option *option = run_option(run, 'd');
            struct shell_field folder = option != NULL ? option->value : here(run);
            demand_linked_tree(run->walker, run->state, "file.write", &folder);
            state_set_uncertain(run->state, TEXT("an archive was unpacked"));
        }
        return;
    }
    if (run->operands.count > 0 && (!run_has(run, 'c') || run_has(run, 'R'))) {
        run_opaque(run, "gzip on files replaces them");
    } else if (run_has(run, 'd') || text_equal(run->name, TEXT("gunzip"))) {
        read_compressed(run);
    } else {
        run_operands(run, OPERANDS_READ);
    }
}

void model_zcat(struct program_run *run, const struct shell_program *program)
{
    if (options_parse(run, program->options, program->flags)) {
        read_compressed(run);
    }
}
