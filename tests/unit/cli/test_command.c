/* SPDX-License-Identifier: Apache-2.0 */
/* Reading command lines against a table of commands; the table here is the test's own. */
#include "cli/command.h"

#include "support/folder.h"

static int run_nothing(struct invocation *invocation)
{
    (void)invocation;
    return STATUS_OK;
}

static const struct option_spec options[] = {
    {"check", NULL, NULL, "A flag"},
    {"format", "FORMAT", "text|json", "A choice"},
    {"policy", "FILE", NULL, "A value"},
    {0},
};

static const struct command audit = {.name = "audit", .summary = "s", .operands = "", .run = run_nothing};
static const struct command audit_verify = {
    .name = "audit verify", .summary = "s", .operands = "[FILE]", .options = options, .run = run_nothing};
static const struct command fmt = {.name = "fmt",
                                   .summary = "Lay out",
                                   .operands = "[FILE]...",
                                   .details = "More.\n",
                                   .options = options,
                                   .run = run_nothing};

const struct command *const command_table[] = {&audit, &audit_verify, &fmt, NULL};

static struct folder folder;

static int set_up(void **state)
{
    (void)state;
    folder_make(&folder);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    folder_remove(&folder);
    return 0;
}

/* Reads a command line of "fmt"; what it prints to stderr goes to `printed`. */
static bool parse(struct arena *arena, struct invocation *invocation, const char *const *words,
                  char printed[static 1024])
{
    char path[PATH_MAX];
    char *copies[16];
    size_t count = 0;
    for (; words[count] != NULL; count++) {
        copies[count] = ARENA_ARRAY(arena, char, strlen(words[count]) + 1);
        memcpy(copies[count], words[count], strlen(words[count]));
    }
    fflush(stderr);
    int saved = dup(STDERR_FILENO);
    int fd = open(folder_path(&folder, "stderr", path), O_RDWR | O_CREAT | O_TRUNC, 0600);
    assert_true(saved >= 0 && fd >= 0 && dup2(fd, STDERR_FILENO) >= 0);
    *invocation = (struct invocation){.command = &fmt, .arena = arena};
    bool parsed = invocation_parse(invocation, copies, count);
    fflush(stderr);
    dup2(saved, STDERR_FILENO);
    ssize_t size = pread(fd, printed, 1023, 0);
    printed[size < 0 ? 0 : size] = '\0';
    close(saved);
    close(fd);
    return parsed;
}

static void commands_are_found_by_their_longest_name(void **state)
{
    (void)state;
    static const struct {
        const char *words[3];
        const struct command *command;
        size_t taken;
    } cases[] = {
        {{"fmt", "x"}, &fmt, 1},
        {{"audit", "verify", "x"}, &audit_verify, 2},
        {{"audit", "show"}, &audit, 1},
        {{"audit"}, &audit, 1},
        {{"verify"}, NULL, 0},
        {{"fm"}, NULL, 0},
        {{"fmtx"}, NULL, 0},
        {{"FMT"}, NULL, 0},
        {{""}, NULL, 0},
        {{"audit verify"}, NULL, 0},
        {{NULL}, NULL, 0},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char words[3][32];
        char *pointers[3];
        size_t count = 0;
        for (; count < 3 && cases[i].words[count] != NULL; count++) {
            snprintf(words[count], sizeof words[count], "%s", cases[i].words[count]);
            pointers[count] = words[count];
        }
        size_t taken = 0;
        assert_ptr_equal(command_find(pointers, count, &taken), cases[i].command);
        assert_int_equal(taken, cases[i].taken);
    }
}

static void options_and_operands_mix(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    arena_init(&arena, 1024 * 1024);
    struct invocation invocation;
    char printed[1024];
    const char *const words[] = {"a", "--check", "-",       "--policy", "p", "--format=json",
                                 "b", "--",      "--check", "-x",       NULL};
    assert_true(parse(&arena, &invocation, words, printed));
    assert_string_equal(printed, "");
    assert_int_equal(invocation.operands.count, 5);
    assert_string_equal(invocation.operands.items[0], "a");
    assert_string_equal(invocation.operands.items[1], "-");
    assert_string_equal(invocation.operands.items[2], "b");
    assert_string_equal(invocation.operands.items[3], "--check");
    assert_string_equal(invocation.operands.items[4], "-x");
    assert_true(option_given(&invocation, "check"));
    assert_string_equal(option_text(&invocation, "policy"), "p");
    assert_string_equal(option_text(&invocation, "format"), "json");
    assert_false(option_given(&invocation, "help"));
    const char *const last[] = {"--policy", "one", "--policy=two=2", "--help", NULL};
    assert_true(parse(&arena, &invocation, last, printed));
    assert_string_equal(option_text(&invocation, "policy"), "two=2");
    assert_true(option_given(&invocation, "help"));
    assert_null(option_text(&invocation, "format"));
    const char *const dashes[] = {"--policy", "--check", NULL}; /* a value may look like an option */
    assert_true(parse(&arena, &invocation, dashes, printed));
    assert_string_equal(option_text(&invocation, "policy"), "--check");
    assert_false(option_given(&invocation, "check"));
    const char *const empty[] = {"--policy=", "", NULL};
    assert_true(parse(&arena, &invocation, empty, printed));
    assert_string_equal(option_text(&invocation, "policy"), "");
    assert_int_equal(invocation.operands.count, 1);
}

static void mistakes_say_what_is_known(void **state)
{
    (void)state;
    static const struct {
        const char *words[3];
        const char *said;
    } cases[] = {
        {{"--chekc"}, "unknown option --chekc; did you mean --check?"},
        {{"--polic=x"}, "did you mean --policy?"},
        {{"--zzzzzzzzz"}, "`aex fmt --help` lists what it takes"},
        {{"--Check"}, "did you mean --check?"},
        {{"--policy"}, "--policy needs a value: --policy FILE"},
        {{"--check=yes"}, "--check takes no value"},
        {{"--check="}, "--check takes no value"},
        {{"--help=x"}, "--help takes no value"},
        {{"--format", "xml"}, "--format takes one of text|json, not \"xml\""},
        {{"--format="}, "--format takes one of text|json"},
        {{"--format=text|json"}, "--format takes one of text|json"},
        {{"--format=tex"}, "--format takes one of text|json"},
        {{"-c"}, "unknown option -c; options are spelled out"},
        {{"-check"}, "unknown option -check"},
        {{"--=x"}, "unknown option --=x"},
        {{"---check"}, "unknown option ---check"},
        {{"a", "--no"}, "unknown option --no"},
    };
    AUTO_ARENA arena;
    arena_init(&arena, 1024 * 1024);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct invocation invocation;
        char printed[1024];
        assert_case(!parse(&arena, &invocation, cases[i].words, printed), cases[i].words[0]);
        if (strstr(printed, cases[i].said) == NULL) {
            fail_msg("%s printed %s", cases[i].words[0], printed);
        }
        assert_case(strchr(printed, '\n') == printed + strlen(printed) - 1, printed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commands_are_found_by_their_longest_name),
        cmocka_unit_test(options_and_operands_mix),
        cmocka_unit_test(mistakes_say_what_is_known),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
