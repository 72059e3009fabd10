/* SPDX-License-Identifier: Apache-2.0 */
/* What the files that follow a command line share: the shell's state, fields, demands. Private to this room. */
#ifndef AEX_SHELL_WALK_H
#define AEX_SHELL_WALK_H

#include "base/limits.h"
#include "shell/parse.h"
#include "shell/shell.h"

/* ---- The state of the shell (state.c) ---- */

enum value_kind {
    VALUE_EXACT,
    VALUE_SET,      /* one of the names a glob stands for */
    VALUE_NUMBER,   /* digits, perhaps with a sign, and blanks in front */
    VALUE_REVISION, /* a commit's name in hexadecimal digits, or nothing */
    VALUE_UNKNOWN,  /* anything */
};

struct shell_value {
    enum value_kind kind;
    bool is_no_option; /* VALUE_SET: no name starts with a dash; noted in the part that expanded it */
    bool may_be_empty; /* VALUE_NUMBER: or nothing */
    bool is_own_job;   /* processes that this shell started in the background, by their numbers, or nothing */
    struct text text;
};

/* Newest first; lists share their tails, so that a state is copied by copying the struct. */
struct shell_variable {
    struct text name;
    struct shell_value value;
    const struct shell_variable *older;
};

struct shell_function {
    struct text name;
    const struct shell_node *body;
    bool is_certain;      /* defined on every way that leads here */
    bool has_fixed_range; /* as the walker's when it was defined */
    struct shell_range fixed_range;
    const struct shell_function *older;
};

/* Folders the shell may be in; `count` 0 = unknown. */
struct shell_folders {
    struct text paths[SHELL_FOLDERS];
    size_t count;
};

struct shell_state {
    const struct shell_variable *variables;
    const struct shell_function *functions;
    struct shell_folders cwd;    /* where it is after the last command succeeded */
    struct shell_folders failed; /* where it is after it failed */
    bool is_foreign_environment; /* variables that were never assigned may hold anything */
    bool exports_settings;       /* see assignment_is_setting */
    struct text uncertain;       /* what may have changed where paths lead; empty: nothing did */
    /* Something else than the workspace's own code did: links were made, files unpacked or checked out. Without
     * that, folders that builds run in are what their names say: code that has run could have started by itself
     * what lies elsewhere. */
    bool has_moved_folders;
    bool runs_beside;    /* a process was started in the background, and may still be at work */
    bool changed_beside; /* and paths may have become others since */
};

/* The same value on both ways, as far as it is known. */
bool value_equal(const struct shell_value *a, const struct shell_value *b);
/* Digits, and surely some. */
bool value_is_number(const struct shell_value *value);
struct shell_value value_merge(const struct shell_value *a, const struct shell_value *b);
/* NULL when it was never assigned in this line. */
const struct shell_variable *state_variable(const struct shell_state *state, struct text name);
void state_assign(struct shell_state *state, struct arena *arena, struct text name, struct shell_value value);
/* `body` NULL: there may be one. */
struct shell_function *state_define(struct shell_state *state, struct arena *arena, struct text name,
                                    const struct shell_node *body);
const struct shell_function *state_function(const struct shell_state *state, struct text name);
/* What holds after either of two ways that started from `base`. */
void state_merge(struct shell_state *state, const struct shell_state *other, const struct shell_state *base,
                 struct arena *arena);
struct shell_folders folders_union(const struct shell_folders *a, const struct shell_folders *b);
bool folders_equal(const struct shell_folders *a, const struct shell_folders *b);

/* ---- Fields: what a program gets as arguments ---- */

enum field_kind {
    FIELD_EXACT,
    FIELD_SET,     /* names that the glob `text` stands for; as written when there are none */
    FIELD_UNKNOWN, /* starts with `text` */
};

struct shell_field {
    enum field_kind kind;
    struct text text;
    bool may_split;       /* FIELD_UNKNOWN: any number of fields, options among them */
    bool includes_hidden; /* FIELD_SET: its wildcards match leading dots, unlike the shell's */
    bool may_be_option;   /* its first character is not known, or a dash */
    bool is_numeric;      /* FIELD_UNKNOWN: digits, as VALUE_NUMBER, or nothing */
    bool is_list;         /* FIELD_UNKNOWN: "name=( elements )" */
    bool is_number;       /* FIELD_UNKNOWN: digits that a command printed, never nothing */
    bool is_own_job;      /* as in shell_value */
    bool is_revision;     /* FIELD_UNKNOWN: a commit or a range, or no word where it may split */
    struct shell_range range;
};

VECTOR_DECLARE(field_vector, struct shell_field);

/* Names that find prints into a pipe. */
struct printed_names {
    struct field_vector names;
    struct field_vector starts; /* what they begin with: exact */
    bool ends_with_nul;         /* each of them (-print0), else with a new line */
    bool is_known;
};

/* ---- Walking ---- */

struct program_run;

VECTOR_DECLARE(name_vector, struct text);

struct walker {
    struct arena *arena;
    const struct shell_context *context;
    struct shell_analysis *out;
    struct shell_range fixed_range; /* of the word that holds an inner command line */
    bool has_fixed_range;
    size_t steps;       /* commands that may still be followed */
    size_t values_left; /* bytes of values that may still be put together */
    size_t assignments_left;
    struct name_vector arrays; /* names that were made arrays anywhere so far */
    bool is_exhausted;
    size_t depth;                 /* command lines inside command lines, calls of functions */
    size_t part;                  /* the one that demands now */
    size_t rounds;                /* loops, and programs like find and xargs, around what is followed now */
    size_t backgrounds;           /* processes that were started with "&" */
    bool has_unordered;           /* something runs at a time that the walk does not tell */
    bool reads_pipe;              /* standard input of what is followed now is surely a pipe of this line */
    struct printed_names piped;   /* what comes through that pipe */
    struct printed_names printed; /* what was just followed prints, and nothing else */
    bool has_jumped;              /* break, continue, return, exit: state after it is that of a merge */
};

void walk_list(struct walker *walker, const struct shell_node *first, struct shell_state *state);
/* A command line inside a word: eval, sh -c, trap. `state` is the state it starts in and leaves. */
void walk_text(struct walker *walker, struct text text, struct shell_range range, bool is_posix,
               struct shell_state *state);
void walk_simple(struct walker *walker, const struct shell_node *node, struct shell_state *state);
/* Every substitution in the word, each in a copy of the state. */
void walk_substitutions(struct walker *walker, const struct shell_word *word, struct shell_state *state);
/* Whether standard input is another one behind these. */
bool redirects_input(const struct shell_redirect *redirect);
void walk_redirects(struct walker *walker, const struct shell_redirect *redirect, struct shell_state *state);
/* Takes `bytes` from what may be put together; false when there is too little left. */
bool walker_spend(struct walker *walker, size_t bytes);
struct shell_range walker_range(const struct walker *walker, struct shell_range range);

/* ---- Words become fields (fields.c, parameters.c, braces.c, arithmetic.c) ---- */

/* The word's fields, appended. Substitutions are not walked. */
void expand_word(struct walker *walker, const struct shell_word *word, struct shell_state *state,
                 struct field_vector *fields);
/* Without splitting, globbing and braces: assignments, here-strings, [[ ]]. */
struct shell_value expand_value(struct walker *walker, const struct shell_word *word,
                                struct shell_state *state);
struct shell_value parameter_value(struct walker *walker, const struct shell_parameter *parameter,
                                   struct shell_state *state, bool *ret_splits);
/* outputs.c: what a substitution prints. Notes in the part what has to be asked for that. */
struct shell_value output_value(struct walker *walker, const struct shell_state *state,
                                const struct shell_node *list);
/* Whether a word is a commit's name and what makes a range of it. */
bool word_is_revision(struct walker *walker, const struct shell_word *word, struct shell_state *state);
/* Part sequences the word's braces stand for; false when that is not certain. */
VECTOR_DECLARE(part_vector, const struct shell_piece *);
VECTOR_DECLARE(part_vector_vector, struct part_vector);
bool expand_braces(struct walker *walker, const struct shell_word *word, struct part_vector_vector *ret_words);
/* Evaluating text as arithmetic runs what stands in subscripts of the values it meets: opaque unless they are
 * numbers. Assigned names become numbers. */
void check_arithmetic(struct walker *walker, const struct shell_word *expression, struct shell_state *state);
/* The same for an argument that a builtin of the shell takes for a number: zsh evaluates it. */
void check_number(struct program_run *run, const struct shell_field *field);
bool parameter_is_numeric(struct walker *walker, const struct shell_parameter *parameter,
                          struct shell_state *state);
bool is_number(struct text text);
/* Digits, or nothing: harmless where it is evaluated. */
bool value_is_numeric(const struct shell_value *value);
/* Evaluates the subscripts of an assignment and of its elements, and expands these. */
void check_elements(struct walker *walker, const struct shell_assignment *assignment,
                    struct shell_state *state);
bool is_identifier(struct text text);

/* ---- Variables (variables.c) ---- */

/* Those that the shell itself changes, or that keep no value given to them. */
bool variable_is_shells_own(struct text name);
/* Those with the integer attribute in Bash or zsh: assigning to them evaluates the value as arithmetic. */
bool variable_evaluates(struct text name);
/* Those that decide what zsh runs; `path` is its PATH. */
bool variable_steers_zsh(struct text name);
/* Functions that a shell calls without being told to. */
bool function_runs_itself(struct text name);
/* Those that the shell fills with text from the line, whatever was assigned to them. */
bool variable_may_hold_text(struct text name);
/* `declare name=value` takes a value in parentheses apart when the name may be that of an array. */
void walker_note_array(struct walker *walker, struct text name, struct shell_range range);
bool walker_has_array(const struct walker *walker, struct text name);

/* ---- Demands (demand.c) ---- */

size_t part_begin(struct walker *walker, struct shell_range range, struct text program);
struct shell_demand *demand_add(struct walker *walker, struct text capability, enum shell_resource_kind kind,
                                struct text value, struct shell_range range);
void demand_opaque(struct walker *walker, struct shell_range range, const char *reason, struct text detail);
void demand_path(struct walker *walker, struct shell_state *state, const char *capability,
                 const struct shell_field *field);
/* The path and everything below it. */
void demand_tree(struct walker *walker, struct shell_state *state, const char *capability,
                 const struct shell_field *field, bool excludes_hidden);
/* The same, where links in it are followed: programs that copy what links lead to, or write through them. */
void demand_linked_tree(struct walker *walker, struct shell_state *state, const char *capability,
                        const struct shell_field *field);
/* How what is copied comes to lie at its target: it gets that name, or lies in it under its own. */
enum { ARRIVES_AS = 1, ARRIVES_IN = 2 };
/* Says of the sets that are written, from the demand `first` on, that what arrives in them comes from `origin`;
 * left at anything where that is not certain. */
void demand_arrivals(struct walker *walker, struct shell_state *state, size_t first,
                     const struct shell_field *origin, const struct shell_field *place, unsigned ways);
/* And that they change what is there. */
void demand_no_arrivals(struct walker *walker, size_t first);
/* A path made of text that is known. */
void demand_path_text(struct walker *walker, struct shell_state *state, const char *capability,
                      struct text path, struct shell_range range);
/* "https://host:port/path", "host", "user@host:path": network.fetch, opaque when the host is not certain. */
void demand_url(struct walker *walker, struct shell_state *state, const struct shell_field *field);
/* `default_port` where the host has none; NULL: no port is known, and rules that name one do not allow it. */
void demand_host(struct walker *walker, struct text host, const char *default_port, struct shell_range range);
struct text normalise_path(struct arena *arena, struct text base, struct text path);
bool path_is_inside(struct text path, struct text folder);
/* Opaque when something may have changed where paths lead. */
void demand_uncertain(struct walker *walker, struct shell_state *state, struct shell_range range);
/* What ran may have changed where later paths lead, folders that builds run in among them. */
void state_set_uncertain(struct shell_state *state, struct text because);
/* Code of the workspace ran, or packages of its own were installed: later paths are uncertain, folders of
 * builds are not. */
void state_set_code_ran(struct shell_state *state, struct text because);
/* What became uncertain in a process that was followed in a state of its own. */
void state_take_uncertain(struct shell_state *state, const struct shell_state *inner);
/* Whether `now` is less certain than `before`. */
bool state_became_uncertain(const struct shell_state *before, const struct shell_state *now);

/* ---- One program's run (simple.c, options.c) ---- */

struct program_option {
    char tag;
    bool has_value;
    struct shell_field value;
};

VECTOR_DECLARE(option_vector, struct program_option);

struct program_run {
    struct walker *walker;
    struct shell_state *state;
    struct text name;
    struct shell_range range;
    struct field_vector arguments;  /* without the name */
    struct field_vector operands;   /* after options_parse */
    struct option_vector options;   /* those with a tag */
    const struct shell_word *input; /* text fed by a here-document or here-string, or NULL */
    bool reads_pipe;                /* standard input is surely a pipe, a here-document or a here-string */
    struct printed_names piped;     /* as in the walker */
    bool skips_functions;           /* behind `command`, `env` and other programs */
    size_t assignments;             /* how many stood before the command */
    bool has_settings;              /* one of them is such: see assignment_is_setting */
};

struct shell_program;

enum operand_use {
    OPERANDS_IGNORE,
    OPERANDS_READ,
    OPERANDS_READ_HERE, /* the same, and the current folder when there is none */
    OPERANDS_WRITE,
    OPERANDS_DELETE,
    OPERANDS_READ_AFTER_FIRST, /* the first is a pattern, unless option 'e' gave it */
    OPERANDS_WRITE_AFTER_FIRST,
    OPERANDS_REFUSE, /* any operand makes it opaque */
};

enum {
    PROGRAM_SAFE_OPTIONS = 1, /* no option, whatever it is, does harm: unknown words may be options */
    PROGRAM_NO_PERMUTE = 2,   /* options end at the first operand */
    PROGRAM_EXACT_LONG = 4,   /* long options are not abbreviated */
    PROGRAM_ONE_DASH = 8,     /* -name is one option (find, go, java) */
    PROGRAM_BUILTIN = 16,     /* the shell's own: functions and wrappers treat it apart */
    PROGRAM_READING_OPTIONS =
        32, /* options can at most read other files: the same for words that are unknown */
    PROGRAM_TAKES_REVISIONS = 64, /* a commit that a command printed may stand among the operands */
};

/* A row of the tables: see programs.h for how options are written. */
struct shell_program {
    const char *name;
    enum operand_use operands;
    unsigned flags;
    const char *options;
    const char *capability; /* demanded by every run; NULL: none */
    void (*model)(struct program_run *run, const struct shell_program *program);
};

const struct shell_program *program_find(struct text name);

/* Sorts the arguments into options (with their effects demanded) and operands. False when something is not
 * certain; the part is opaque then. */
bool options_parse(struct program_run *run, const char *options, unsigned flags);
/* Whether a field that may be an option is none as long as no file has such a name: notes that in the part. */
bool run_admits_wildcard(struct program_run *run, const struct shell_field *field);
const struct program_option *run_option(const struct program_run *run,
                                        char tag); /* the last; NULL: not given */
bool run_has(const struct program_run *run, char tag);
size_t run_count(const struct program_run *run, char tag);
/* Demands from `first` on go behind links when option 'F' was given. */
void run_mark_links(struct program_run *run, size_t first);
/* Demands what the row says of the operands. */
void run_operands(struct program_run *run, enum operand_use use);
/* Models the command made of `arguments`, as if it stood there itself: for wrappers. */
void run_command(struct program_run *outer, const struct shell_field *fields, size_t count);
/* The command made of the operands from `from` on, as another process: the state of this shell stays as it is.
 */
void run_apart(struct program_run *run, size_t from);
void run_opaque(struct program_run *run, const char *reason);
/* The exact text of a field, or false (and the part opaque). */
bool run_exact(struct program_run *run, const struct shell_field *field, const char *reason,
               struct text *ret_text);

#endif
