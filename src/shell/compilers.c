/* SPDX-License-Identifier: Apache-2.0 */
/* gcc, clang and their like. Compiling reads whatever the sources include, so it is a build (build.run); the
 * files it writes are demanded besides, and options that load code, run programs or write more files are opaque
 * (gcc(1), "Overall Options"; clang's ClangCommandLineReference). */
#include "shell/programs.h"

/* What follows the options that are listed here may be anything; "=" at the end: the value is part of the word.
 * A blank at the end: it is the next word. "<": the next word is a file that is read. */
static const char *const harmless[] = {"-E",
                                       "-v",
                                       "-s",
                                       "-w",
                                       "-P",
                                       "-C",
                                       "-H",
                                       "-M",
                                       "-MM",
                                       "-MP",
                                       "-ansi",
                                       "-pedantic",
                                       "-pedantic-errors",
                                       "-pipe",
                                       "-pthread",
                                       "-static",
                                       "-shared",
                                       "-rdynamic",
                                       "-pie",
                                       "-no-pie",
                                       "-nostdlib",
                                       "-nostdinc",
                                       "-ffreestanding",
                                       "-fopenmp",
                                       "-flto",
                                       "-fanalyzer",
                                       "-fcommon",
                                       "-fwrapv",
                                       "-fPIC",
                                       "-fPIE",
                                       "-fpic",
                                       "-fpie",
                                       "-ffast-math",
                                       "-fstrict-aliasing",
                                       "-fexceptions",
                                       "-fshort-enums",
                                       "-fsigned-char",
                                       "-funsigned-char",
                                       "-fomit-frame-pointer",
                                       "-ffunction-sections",
                                       "-fdata-sections",
                                       "-fcolor-diagnostics",
                                       "-fsyntax-only",
                                       "-m32",
                                       "-m64",
                                       "--version",
                                       "-dumpversion",
                                       "-dumpmachine",
                                       "-g",
                                       "-g0",
                                       "-g1",
                                       "-g2",
                                       "-g3",
                                       "-c",
                                       "-S"};

static const char *const harmless_starts[] = {"-ggdb",
                                              "-gdwarf",
                                              "-O",
                                              "-std=",
                                              "-D",
                                              "-U",
                                              "-I",
                                              "-L",
                                              "-l",
                                              "-fsanitize=",
                                              "-fno-",
                                              "-fstack-protector",
                                              "-fvisibility=",
                                              "-fdiagnostics-color",
                                              "-fmax-errors=",
                                              "-ferror-limit=",
                                              "-march=",
                                              "-mtune=",
                                              "-msse",
                                              "-mavx"};

static const char *const with_value[] = {"-I",       "-L",      "-l",         "-D",  "-U", "-x",
                                         "-isystem", "-iquote", "-idirafter", "-MT", "-MQ"};

#define COUNT(list) (sizeof(list) / sizeof *(list))

static bool starts_with_one_of(struct text text, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (text_starts_with(text, text_of(words[i]))) {
            return true;
        }
    }
    return false;
}

/* -W names more than warnings: -Wl, -Wa, and -Wp, pass options on. */
static bool is_harmless(struct text word)
{
    bool passes_on = text_starts_with(word, TEXT("-Wl,")) || text_starts_with(word, TEXT("-Wa,")) ||
                     text_starts_with(word, TEXT("-Wp,"));
    return !passes_on && (IS_ONE_OF(word, harmless) || text_starts_with(word, TEXT("-W")) ||
                          starts_with_one_of(word, harmless_starts, COUNT(harmless_starts)));
}

/* Other languages write more files, with names that their sources choose (modules of Fortran and Ada), and a
 * header becomes a precompiled one. */
static bool is_c_source(struct text name)
{
    static const char *const endings[] = {".c", ".cc", ".cpp", ".cxx", ".C", ".s",
                                          ".S", ".i",  ".ii",  ".o",   ".a", ".so"};
    for (size_t i = 0; i < COUNT(endings); i++) {
        if (text_ends_with(name, text_of(endings[i]))) {
            return true;
        }
    }
    return false;
}

struct compilation {
    struct program_run *run;
    struct field_vector sources;
    const struct shell_field *output;
    const struct shell_field *rules; /* -MF */
    bool writes_rules;               /* -MD, -MMD: for make */
    bool compiles;                   /* -c */
    bool assembles;                  /* -S */
    bool writes_nothing;
};

static bool compiler_option(struct compilation *compilation, size_t *at)
{
    struct program_run *run = compilation->run;
    const struct shell_field *field = &run->arguments.items[*at];
    struct text word = field->text;
    const struct shell_field *next = *at + 1 < run->arguments.count ? &run->arguments.items[*at + 1] : NULL;
    static const char *const languages[] = {"c", "c++", "assembler", "assembler-with-cpp", "none"};
    bool is_output = text_equal(word, TEXT("-o"));
    bool is_read = text_equal(word, TEXT("-include")) || text_equal(word, TEXT("-imacros"));
    bool is_rules = text_equal(word, TEXT("-MF"));
    if (is_output || is_read || is_rules || IS_ONE_OF(word, with_value)) {
        bool is_language = text_equal(word, TEXT("-x"));
        if (next == NULL || next->kind != FIELD_EXACT || (is_language && !IS_ONE_OF(next->text, languages))) {
            return false;
        }
        compilation->output = is_output ? next : compilation->output;
        compilation->rules = is_rules ? next : compilation->rules;
        if (is_read) {
            demand_path(run->walker, run->state, "file.read", next);
        }
        ++*at;
        return true;
    }
    if (text_equal(word, TEXT("-MD")) || text_equal(word, TEXT("-MMD"))) {
        compilation->writes_rules = true;
        return true;
    }
    compilation->compiles = compilation->compiles || text_equal(word, TEXT("-c"));
    compilation->assembles = compilation->assembles || text_equal(word, TEXT("-S"));
    static const char *const silent[] = {"-E",        "-M",           "-MM",         "-fsyntax-only",
                                         "--version", "-dumpversion", "-dumpmachine"};
    compilation->writes_nothing = compilation->writes_nothing || IS_ONE_OF(word, silent);
    return is_harmless(word);
}

/* "src/a.c" -> "a.o", in the folder where the compiler runs. */
static void write_beside(struct program_run *run, const struct shell_field *source, const char *suffix)
{
    struct shell_field output = *source;
    size_t slash = text_find_last_char(source->text, '/');
    struct text name = slash == TEXT_NOT_FOUND ? source->text : text_after(source->text, slash + 1);
    name = text_slice(name, 0, text_find_last_char(name, '.'));
    output.text = text_format(run->walker->arena, "%.*s%s", TEXT_ARG(name), suffix);
    demand_path(run->walker, run->state, "file.write", &output);
}

/* The rules for make: where -MF says, or beside the output (gcc(1), "-MD"). Linking names them otherwise. */
static void compiler_rules(const struct compilation *compilation)
{
    struct program_run *run = compilation->run;
    if (compilation->rules != NULL) {
        demand_path(run->walker, run->state, "file.write", compilation->rules);
    } else if (!compilation->writes_rules) {
        return;
    } else if (!compilation->compiles) {
        run_opaque(run, "rules for make whose file the compiler names");
    } else if (compilation->output == NULL) {
        for (size_t i = 0; i < compilation->sources.count; i++) {
            write_beside(run, &compilation->sources.items[i], ".d");
        }
    } else {
        struct shell_field file = *compilation->output;
        size_t dot = text_find_last_char(file.text, '.');
        size_t slash = text_find_last_char(file.text, '/');
        bool has_suffix = dot != TEXT_NOT_FOUND && (slash == TEXT_NOT_FOUND || dot > slash);
        file.text = text_format(run->walker->arena, "%.*s.d",
                                TEXT_ARG(text_slice(file.text, 0, has_suffix ? dot : file.text.size)));
        demand_path(run->walker, run->state, "file.write", &file);
    }
}

static void compiler_outputs(const struct compilation *compilation)
{
    struct program_run *run = compilation->run;
    if (compilation->output != NULL) {
        demand_path(run->walker, run->state, "file.write", compilation->output);
    } else if (compilation->writes_nothing) {
        return;
    } else if (compilation->compiles || compilation->assembles) {
        for (size_t i = 0; i < compilation->sources.count; i++) {
            write_beside(run, &compilation->sources.items[i], compilation->compiles ? ".o" : ".s");
        }
    } else {
        demand_path_text(run->walker, run->state, "file.write", TEXT("a.out"), run->range);
    }
    if (compilation->compiles && compilation->assembles) {
        run_opaque(run, "-c and -S together");
    }
}

void model_compiler(struct program_run *run, const struct shell_program *program)
{
    struct compilation compilation = {.run = run};
    (void)program;
    for (size_t i = 0; i < run->arguments.count; i++) {
        const struct shell_field *field = &run->arguments.items[i];
        bool is_source = field->text.size > 0 && field->text.data[0] != '-' && field->text.data[0] != '@' &&
                         field->kind != FIELD_UNKNOWN && !field->may_split && !field->may_be_option;
        if (is_source && !is_c_source(field->text)) {
            demand_opaque(run->walker, field->range, "a source whose outputs are not known", field->text);
            return;
        }
        if (is_source) {
            demand_path(run->walker, run->state, "file.read", field);
            VECTOR_PUSH(run->walker->arena, &compilation.sources, *field);
        } else if (field->kind != FIELD_EXACT || !compiler_option(&compilation, &i)) {
            demand_opaque(run->walker, field->range,
                          "an option of the compiler that loads code, runs programs, or is not known here",
                          field->text);
            return;
        }
    }
    if (compilation.sources.count > 0) {
        demand_add(run->walker, TEXT("build.run"), SHELL_RESOURCE_KNOWN, run->name, run->range);
        compiler_outputs(&compilation);
        compiler_rules(&compilation);
    }
}

/* clang-format rewrites its files with -i, and prints them without. */
void model_clang_format(struct program_run *run, const struct shell_program *program)
{
    if (options_parse(run, program->options, program->flags)) {
        const struct program_option *style = run_option(run, 's');
        if (style != NULL && text_starts_with(style->value.text, TEXT("file:"))) {
            struct shell_field file = style->value;
            file.text = text_after(file.text, 5);
            demand_path(run->walker, run->state, "file.read", &file);
        } else if (style != NULL && style->value.kind != FIELD_EXACT) {
            run_opaque(run, "a style that is only known when it runs");
        }
        run_operands(run, run_has(run, 'i') ? OPERANDS_WRITE : OPERANDS_READ);
    }
}
