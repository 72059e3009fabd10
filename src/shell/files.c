/* SPDX-License-Identifier: Apache-2.0 */
/* Copying, moving, linking and removing: programs whose operands mean different things by their place. */
#include "base/builder.h"
#include "shell/programs.h"

static struct shell_field last_segment(const struct shell_field *source)
{
    struct shell_field name = *source;
    struct text text = source->text;
    while (text.size > 1 && text.data[text.size - 1] == '/') {
        text.size--;
    }
    size_t slash = text_find_last_char(text, '/');
    name.text = slash == TEXT_NOT_FOUND ? text : text_after(text, slash + 1);
    if (text_equal(name.text, TEXT("..")) || text_equal(name.text, TEXT(".")) ||
        source->kind == FIELD_UNKNOWN) {
        name.kind = FIELD_UNKNOWN;
    }
    return name;
}

/* "folder/name". */
static struct shell_field join(struct program_run *run, const struct shell_field *folder,
                               const struct shell_field *name)
{
    struct shell_field joined = *folder;
    joined.text = text_format(run->walker->arena, "%.*s/%.*s", TEXT_ARG(folder->text), TEXT_ARG(name->text));
    if (folder->kind == FIELD_UNKNOWN || name->kind == FIELD_UNKNOWN) {
        joined.kind = FIELD_UNKNOWN;
    } else if (folder->kind == FIELD_SET || name->kind == FIELD_SET) {
        joined.kind = FIELD_SET;
    }
    return joined;
}

static bool copies_contents(const struct shell_field *source)
{
    struct shell_field name = last_segment(source);
    return name.kind == FIELD_UNKNOWN && source->kind == FIELD_EXACT; /* cp -r a/. b */
}

static void demand_target(struct program_run *run, const struct shell_field *target,
                          const struct shell_field *source, bool is_folder, bool is_file, bool is_tree)
{
    struct shell_field name = last_segment(source);
    struct shell_field inside = join(run, target, &name);
    bool has_no_name = copies_contents(source);
    if (!is_folder) {
        demand_path(run->walker, run->state, "file.write", target);
        if (is_tree && (is_file || has_no_name)) {
            demand_linked_tree(run->walker, run->state, "file.write", target);
            return;
        }
        if (is_tree) {
            demand_tree(run->walker, run->state, "file.write", target, false);
        }
        if (is_tree && !text_equal(run->name, TEXT("cp"))) {
            return;
        }
    }
    /* cp writes through links that lie where it copies to; mv and ln take their place. */
    if (has_no_name) {
        demand_linked_tree(run->walker, run->state, "file.write", target);
    } else if (is_tree) {
        demand_linked_tree(run->walker, run->state, "file.write", &inside);
    } else if (!is_file) {
        struct shell_demand_vector *demands = &run->walker->out->demands;
        size_t first = demands->count;
        demand_path(run->walker, run->state, "file.write", &inside);
        for (size_t i = first; i < demands->count && !is_folder; i++) {
            demands->items[i].only_of_folder = true; /* a plain copy makes none of a file */
        }
    }
}

/* Whether the target is a folder is not known here: then the target and what would lie in it are written. */
static void write_target(struct program_run *run, const struct shell_field *target,
                         const struct shell_field *source, bool is_folder, bool is_file, bool is_tree)
{
    /* `cp -r a b/` makes b where it is not there yet; without -r that is an error. */
    is_folder = is_folder || (!is_tree && text_ends_with(target->text, TEXT("/")));
    size_t first = run->walker->out->demands.count;
    unsigned ways = is_file || copies_contents(source) ? ARRIVES_AS
                    : is_folder                        ? ARRIVES_IN
                                                       : ARRIVES_AS | ARRIVES_IN;
    demand_target(run, target, source, is_folder, is_file, is_tree);
    demand_arrivals(run->walker, run->state, first, source, target, ways);
}

/* Splits the operands into sources and target; false when there are too few. */
static bool find_target(struct program_run *run, struct shell_field *ret_target, size_t *ret_sources,
                        bool *ret_is_folder)
{
    const struct program_option *option = run_option(run, 't');
    size_t count = run->operands.count;
    for (size_t i = 0; i < count; i++) {
        if (run->operands.items[i].may_split) {
            run_opaque(run, "words that are only known when it runs");
            return false;
        }
    }
    if (option != NULL) {
        *ret_target = option->value;
        *ret_sources = count;
        *ret_is_folder = true;
        return count > 0;
    }
    if (count == 1 && run->operands.items[0].kind != FIELD_EXACT) {
        run_opaque(run, "a target that is a wildcard"); /* it may stand for several words */
        demand_path(run->walker, run->state, "file.read", &run->operands.items[0]);
        demand_add(run->walker, TEXT("file.write"), SHELL_RESOURCE_UNKNOWN, TEXT(""), run->range);
        return false;
    }
    if (count < 2) {
        return false;
    }
    *ret_target = run->operands.items[count - 1];
    *ret_sources = count - 1;
    struct text target = ret_target->text;
    *ret_is_folder = count > 2 || text_equal(target, TEXT(".")) || text_ends_with(target, TEXT("/."));
    if (ret_target->kind == FIELD_SET) {
        /* More than one name: the last of them is the target, and nobody knows which. */
        run_opaque(run, "a target that is a wildcard");
        return false;
    }
    return true;
}

/* What is not understood is opaque by now; a rule that denies writing still gets to see that it writes. */
static bool parse_copy(struct program_run *run, const struct shell_program *program,
                       struct shell_field *ret_target, size_t *ret_sources, bool *ret_is_folder)
{
    if (!options_parse(run, program->options, program->flags)) {
        demand_add(run->walker, TEXT("file.write"), SHELL_RESOURCE_UNKNOWN, TEXT(""), run->range);
        return false;
    }
    return find_target(run, ret_target, ret_sources, ret_is_folder);
}

void model_cp(struct program_run *run, const struct shell_program *program)
{
    struct shell_field target;
    size_t sources;
    bool is_folder;
    if (!parse_copy(run, program, &target, &sources, &is_folder)) {
        return;
    }
    if (run_has(run, 'P') || run_has(run, 'b')) {
        run_opaque(run, "options that write under other names");
        return;
    }
    bool is_tree = run_has(run, 'L') || run_has(run, 'F');
    for (size_t i = 0; i < sources; i++) {
        const struct shell_field *source = &run->operands.items[i];
        if (run_has(run, 'F')) {
            demand_linked_tree(run->walker, run->state, "file.read", source);
        } else if (is_tree) {
            demand_tree(run->walker, run->state, "file.read", source, false);
        } else {
            demand_path(run->walker, run->state, "file.read", source);
        }
        write_target(run, &target, source, is_folder, run_has(run, 'T'), is_tree);
    }
    if (is_tree) {
        state_set_uncertain(run->state, TEXT("cp may have copied links"));
    }
}

void model_mv(struct program_run *run, const struct shell_program *program)
{
    struct shell_field target;
    size_t sources;
    bool is_folder;
    if (!parse_copy(run, program, &target, &sources, &is_folder)) {
        return;
    }
    if (run_has(run, 'b')) {
        run_opaque(run, "options that write under other names");
        return;
    }
    for (size_t i = 0; i < sources; i++) {
        const struct shell_field *source = &run->operands.items[i];
        /* Under its new name a file may be read that could not be under its old one; a folder takes all with
         * it. */
        demand_tree(run->walker, run->state, "file.read", source, false);
        demand_tree(run->walker, run->state, "file.delete", source, false);
        write_target(run, &target, source, is_folder, run_has(run, 'T'), true);
    }
    state_set_uncertain(run->state, TEXT("mv may have moved links"));
}

/* A link to a file is a way to read and to write it. */
static void demand_linked(struct program_run *run, const struct shell_field *field)
{
    demand_tree(run->walker, run->state, "file.read", field, false);
    size_t first = run->walker->out->demands.count;
    demand_tree(run->walker, run->state, "file.write", field, false);
    demand_no_arrivals(run->walker, first);
}

/* What a symbolic link says is read from where it lies. */
static bool is_read_elsewhere(const struct program_run *run, const struct shell_field *source,
                              const struct shell_field *target, bool is_folder)
{
    bool is_relative = source->text.size > 0 && source->text.data[0] != '/';
    bool is_elsewhere = is_folder || text_find_char(target->text, '/') != TEXT_NOT_FOUND;
    return run_has(run, 's') && !run_has(run, 'r') && is_relative && is_elsewhere;
}

/* It lies in the target when that is a folder, else beside it. */
static void demand_relative_link(struct program_run *run, const struct shell_field *source,
                                 const struct shell_field *target, bool is_folder)
{
    bool is_named = !is_folder && !text_ends_with(target->text, TEXT("/"));
    if (is_named) {
        struct shell_field parent = *target;
        parent.text = text_slice(target->text, 0, text_find_last_char(target->text, '/'));
        struct shell_field beside = join(run, &parent, source);
        demand_linked(run, &beside);
    }
    if (!is_named || !run_has(run, 'T')) {
        struct shell_field inside = join(run, target, source);
        demand_linked(run, &inside);
    }
}

void model_ln(struct program_run *run, const struct shell_program *program)
{
    struct shell_field target;
    size_t sources;
    bool is_folder;
    if (!options_parse(run, program->options, program->flags)) {
        return;
    }
    if (run->operands.count == 1 && !run_has(run, 't')) {
        struct shell_field here = {.kind = FIELD_EXACT, .text = TEXT("."), .range = run->range};
        VECTOR_PUSH(run->walker->arena, &run->operands, here);
    }
    if (!find_target(run, &target, &sources, &is_folder)) {
        return;
    }
    for (size_t i = 0; i < sources; i++) {
        const struct shell_field *source = &run->operands.items[i];
        /* What lies in a folder lies under the link's name too. */
        if (is_read_elsewhere(run, source, &target, is_folder)) {
            demand_relative_link(run, source, &target, is_folder);
            demand_target(run, &target, source, is_folder, run_has(run, 'T'), true);
        } else {
            demand_linked(run, source);
            write_target(run, &target, source, is_folder, run_has(run, 'T'), true);
        }
    }
    state_set_uncertain(run->state, TEXT("ln made a link"));
}

/* -p removes the parents that are named too. */
void model_rmdir(struct program_run *run, const struct shell_program *program)
{
    if (!options_parse(run, program->options, program->flags)) {
        return;
    }
    run_operands(run, OPERANDS_DELETE);
    for (size_t i = 0; i < run->operands.count && run_has(run, 'p'); i++) {
        struct shell_field parent = run->operands.items[i];
        size_t slash = text_find_last_char(parent.text, '/');
        while (slash != TEXT_NOT_FOUND && slash > 0) {
            parent.text = text_slice(parent.text, 0, slash);
            demand_path(run->walker, run->state, "file.delete", &parent);
            slash = text_find_last_char(parent.text, '/');
        }
    }
}

/* "-x" and "u-w" may be modes rather than options. */
void model_chmod(struct program_run *run, const struct shell_program *program)
{
    if (run->arguments.count > 0 && run->arguments.items[0].kind == FIELD_EXACT) {
        struct text first = run->arguments.items[0].text;
        bool is_mode = first.size > 1 && first.data[0] == '-' &&
                       text_find_char(TEXT("rwxst"), first.data[1]) != TEXT_NOT_FOUND;
        if (is_mode) {
            run->arguments.items[0].text = text_after(first, 1);
        }
    }
    if (options_parse(run, program->options, program->flags)) {
        run_operands(run, OPERANDS_WRITE_AFTER_FIRST);
    }
}

/* Anything but a format would set the clock. */
void model_date(struct program_run *run, const struct shell_program *program)
{
    if (!options_parse(run, program->options, program->flags)) {
        return;
    }
    for (size_t i = 0; i < run->operands.count; i++) {
        if (!text_starts_with(run->operands.items[i].text, TEXT("+"))) {
            run_opaque(run, "sets the clock");
        }
    }
}

/* "@file" stands for words in a file (strings(1), nm(1)), which end up in messages. */
void model_strings(struct program_run *run, const struct shell_program *program)
{
    if (!options_parse(run, program->options, program->flags)) {
        return;
    }
    for (size_t i = 0; i < run->arguments.count; i++) {
        struct text word = run->arguments.items[i].text;
        bool may_be_file = run->arguments.items[i].kind != FIELD_EXACT &&
                           (word.size == 0 || text_find_char(TEXT("*?[{"), word.data[0]) != TEXT_NOT_FOUND);
        if (may_be_file || text_starts_with(word, TEXT("@"))) {
            demand_opaque(run->walker, run->arguments.items[i].range, "may take its options from a file", word);
        }
    }
    run_operands(run, OPERANDS_READ);
    if (run->operands.count == 0 && text_equal(run->name, TEXT("nm"))) {
        demand_path_text(run->walker, run->state, "file.read", TEXT("a.out"), run->range);
    }
}

void model_xxd(struct program_run *run, const struct shell_program *program)
{
    if (!options_parse(run, program->options, program->flags)) {
        return;
    }
    if (run->operands.count > 0) {
        demand_path(run->walker, run->state, "file.read", &run->operands.items[0]);
    }
    if (run->operands.count > 0 && run->operands.items[0].kind != FIELD_EXACT) {
        run_opaque(run, "words that may be an output file");
    }
    for (size_t i = 1; i < run->operands.count; i++) {
        demand_path(run->walker, run->state, "file.write", &run->operands.items[i]);
    }
}

void model_dd(struct program_run *run, const struct shell_program *program)
{
    static const char *const harmless[] = {
        "bs=", "count=", "skip=", "seek=", "ibs=", "obs=", "status=", "conv=", "iflag=", "oflag=", "cbs="};
    (void)program;
    for (size_t i = 0; i < run->arguments.count; i++) {
        const struct shell_field *field = &run->arguments.items[i];
        bool is_input = text_starts_with(field->text, TEXT("if="));
        bool is_output = text_starts_with(field->text, TEXT("of="));
        bool is_known = is_input || is_output;
        for (size_t j = 0; j < sizeof harmless / sizeof *harmless; j++) {
            is_known = is_known || text_starts_with(field->text, text_of(harmless[j]));
        }
        if (!is_known || field->may_split) {
            demand_opaque(run->walker, field->range, "an operand that is not known here", field->text);
            return;
        }
        struct shell_field path = *field;
        path.text = text_after(field->text, 3);
        if (is_input) {
            demand_path(run->walker, run->state, "file.read", &path);
        } else if (is_output) {
            demand_path(run->walker, run->state, "file.write", &path);
        }
    }
}
