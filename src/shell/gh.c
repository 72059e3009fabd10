/* SPDX-License-Identifier: Apache-2.0 */
/* GitHub's gh: `gh GROUP VERB` demands gh.GROUP.VERB, which stands for its use of the network as git.* does for
 * git's. What opens a browser or an editor, checks out, or is not listed is opaque. */
#include "shell/programs.h"

#define SHOWING                                                                                                \
    "-R,--repo= --json= -q,--jq=:j -t,--template= -L,--limit= -s,--state= -a= --author= --assignee= -A= "      \
    "-l,--label= -B,--base= -H,--head= -S,--search= -c,--comments --name-only --patch --log --log-failed "     \
    "--exit-status -j,--job= -v,--verbose --attempt= --color= --branch= -b= --workflow= --required --yaml "    \
    "-w! "                                                                                                     \
    "--web! --watch"

/* Of titles, bodies and files with them; without a body it starts an editor, unless nobody can answer. */
#define WRITING                                                                                                \
    "-R,--repo= -t,--title= -b,--body= -F,--body-file=< -B,--base= -H,--head= -a,--assignee= --add-assignee= " \
    "-l,--label= --add-label= --remove-label= -r,--reviewer= --add-reviewer= -m,--milestone= -p,--project= "   \
    "-d,--draft -f,--fill --fill-first --fill-verbose --no-maintainer-edit --approve --request-changes "       \
    "-c,--comment= --reason= --edit-last --undo -w! --web! -e! --editor! --recover=!"

const struct subcommand gh_subcommands[] = {
    {"issue close", WRITING, 0, 0},
    {"issue comment", WRITING, 0, 0},
    {"issue create", WRITING, 0, 0},
    {"issue edit", WRITING, 0, 0},
    {"issue list", SHOWING, 0, 0},
    {"issue reopen", WRITING, 0, 0},
    {"issue status", SHOWING, 0, 0},
    {"issue view", SHOWING, 0, 0},
    {"label list", SHOWING, 0, 0},
    {"pr checks", SHOWING, 0, 0},
    {"pr close", WRITING, 0, 0},
    {"pr comment", WRITING, 0, 0},
    {"pr create", WRITING, 0, 'p'},
    {"pr diff", SHOWING, 0, 0},
    {"pr edit", WRITING, 0, 0},
    {"pr list", SHOWING, 0, 0},
    {"pr merge",
     "-R,--repo= --merge --squash --rebase -m -s -r -t,--subject= -b,--body= -F,--body-file=< --auto "
     "--disable-auto --match-head-commit=",
     0, 0},
    {"pr ready", WRITING, 0, 0},
    {"pr reopen", WRITING, 0, 0},
    {"pr review", "-R,--repo= -a,--approve -r,--request-changes -c,--comment -b,--body= -F,--body-file=<", 0,
     0},
    {"pr status", SHOWING, 0, 0},
    {"pr view", SHOWING, 0, 0},
    {"release list", SHOWING, 0, 0},
    {"release view", SHOWING, 0, 0},
    {"repo list", SHOWING, 0, 0},
    {"repo view", SHOWING, 0, 0},
    {"run list", SHOWING, 0, 0},
    {"run view", SHOWING, 0, 0},
    {"search code", SHOWING, 0, 0},
    {"search issues", SHOWING, 0, 0},
    {"search prs", SHOWING, 0, 0},
    {"workflow list", SHOWING, 0, 0},
    {"workflow view", SHOWING, 0, 0},
};

const size_t gh_subcommand_count = sizeof gh_subcommands / sizeof *gh_subcommands;

/* "@file" as a field's value is sent. */
static void api_field(struct program_run *run, const struct shell_field *field)
{
    size_t equals = text_find_char(field->text, '=');
    struct shell_field file = *field;
    if (equals == TEXT_NOT_FOUND || (field->kind != FIELD_EXACT && equals + 1 >= field->text.size)) {
        demand_opaque(run->walker, field->range, "a value that may name a file to send", TEXT(""));
        return;
    }
    file.text = text_after(field->text, equals + 1);
    if (text_starts_with(file.text, TEXT("@")) && !text_equal(file.text, TEXT("@-"))) {
        file.text = text_after(file.text, 1);
        demand_path(run->walker, run->state, "file.read", &file);
    }
}

/* Its filters know the environment, with gh's token. */
static void check_filters(struct program_run *run)
{
    for (size_t i = 0; i < run->options.count; i++) {
        const struct program_option *option = &run->options.items[i];
        if (option->tag == 'j' && (option->value.kind != FIELD_EXACT || jq_may_read_more(option->value.text))) {
            demand_opaque(run->walker, option->value.range, "a filter that may read the environment",
                          option->value.text);
        }
    }
}

/* `gh api ENDPOINT`: gh.api to look, gh.api.write when something is sent. */
static void gh_api(struct program_run *run)
{
    if (!options_parse(
            run,
            "-q,--jq=:j -t,--template= -H,--header= -i,--include --paginate --slurp --silent --cache= "
            "-p,--preview= -X,--method=:X -f,--raw-field=:w -F,--field=:f --input=<:w --verbose "
            "--hostname=:h",
            PROGRAM_EXACT_LONG)) {
        return;
    }
    check_filters(run);
    const struct program_option *method = run_option(run, 'X');
    const struct program_option *host = run_option(run, 'h');
    bool only_looks = method != NULL ? method->value.kind == FIELD_EXACT &&
                                           text_equal_ignoring_case(method->value.text, TEXT("GET"))
                                     : !run_has(run, 'w') && !run_has(run, 'f');
    for (size_t i = 0; i < run->options.count; i++) {
        if (run->options.items[i].tag == 'f') {
            api_field(run, &run->options.items[i].value);
        }
    }
    if (host != NULL) {
        demand_host(run->walker, host->value.kind == FIELD_EXACT ? host->value.text : TEXT(""), "443",
                    host->value.range);
    }
    for (size_t i = 0; i < run->operands.count; i++) {
        const struct shell_field *endpoint = &run->operands.items[i];
        bool is_known = endpoint->kind == FIELD_EXACT;
        demand_add(run->walker, only_looks ? TEXT("gh.api") : TEXT("gh.api.write"),
                   is_known ? SHELL_RESOURCE_KNOWN : SHELL_RESOURCE_UNKNOWN,
                   is_known ? endpoint->text : TEXT(""), endpoint->range);
        if (!is_known || text_contains(endpoint->text, TEXT("://"))) {
            run_opaque(run, "an address that is not GitHub's, or only known when it runs");
        }
    }
}

void model_gh(struct program_run *run, const struct shell_program *program)
{
    struct text words[2] = {TEXT(""), TEXT("")};
    (void)program;
    for (size_t i = 0; i < 2 && i < run->arguments.count && run->arguments.items[i].kind == FIELD_EXACT; i++) {
        words[i] = run->arguments.items[i].text;
    }
    struct program_run inner = *run;
    inner.arguments = (struct field_vector){0};
    if (text_equal(words[0], TEXT("--version")) || text_equal(words[0], TEXT("version"))) {
        return;
    }
    git_set_repository(run, TEXT(".")); /* it asks git which repository this is */
    bool is_api = text_equal(words[0], TEXT("api"));
    for (size_t i = is_api ? 1 : 2; i < run->arguments.count; i++) {
        VECTOR_PUSH(run->walker->arena, &inner.arguments, run->arguments.items[i]);
    }
    if (is_api) {
        gh_api(&inner);
        return;
    }
    struct text name = text_format(run->walker->arena, "%.*s %.*s", TEXT_ARG(words[0]), TEXT_ARG(words[1]));
    const struct subcommand *row = subcommand_find(gh_subcommands, gh_subcommand_count, name);
    if (row == NULL) {
        run_opaque(run, "a subcommand that is not known here");
        return;
    }
    demand_add(run->walker,
               text_format(run->walker->arena, "gh.%.*s.%.*s", TEXT_ARG(words[0]), TEXT_ARG(words[1])),
               SHELL_RESOURCE_NONE, TEXT(""), run->range);
    options_parse(&inner, row->options, row->flags);
    check_filters(&inner);
    if (row->kind == 'p') {
        demand_add(run->walker, TEXT("git.push"), SHELL_RESOURCE_UNKNOWN, TEXT(""), run->range);
    }
}
