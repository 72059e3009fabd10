/* SPDX-License-Identifier: Apache-2.0 */
/* Runs golden cases: folders with a command and what it must print.
 *
 *   golden --aex PROGRAM [--bless] [--share I/N] TESTS [PATTERN]
 *
 * Every folder TESTS/golden/NAME holds `cmd` (a sh script), and optionally `in/` (the working folder it starts
 * with), `stdout`, `stderr` (missing: nothing) and `exit` (missing: 0). It runs in a copy of `in/` with nothing
 * but PATH (the program's folder first), HOME (empty), TESTS, TZ and LC_ALL in its environment. Before
 * comparing, what differs between runs is replaced: paths by @CWD@, @HOME@ and @TESTS@, times by @TIME@,
 * SHA-256 digests by
 * @DIGEST@. Prints TAP. --bless writes what was printed into the case instead. --share 2/4 runs the second
 * quarter; PATTERN, those whose names contain it. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/builder.h"
#include "base/vector.h"
#include "os/file.h"

enum {
    MOST_OUTPUT = 64 * 1024 * 1024,
    DIGEST_DIGITS = 64,
};

static const char TIME_LIMIT[] = "60"; /* seconds a case may take; generous, for sanitizers on a busy machine */

struct suite {
    const char *tests; /* absolute */
    const char *aex;   /* absolute */
    const char *pattern;
    bool bless;
    size_t share;
    size_t shares;
};

/* Where one case runs. */
struct scratch {
    char root[PATH_MAX];
    char home[PATH_MAX + 8];
    char work[PATH_MAX + 8];
};

VECTOR_DECLARE(name_vector, const char *);

static void die(const char *what)
{
    printf("Bail out! %s: %s\n", what, strerror(errno));
    exit(2);
}

static int run_words(const char *const *words)
{
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        execvp(words[0], (char *const *)(uintptr_t)words);
        _exit(127);
    }
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) < 0) {
        die(words[0]);
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void make_scratch(struct scratch *scratch, const char *case_folder)
{
    const char *temporary = getenv("TMPDIR");
    char pattern[PATH_MAX];
    snprintf(pattern, sizeof pattern, "%s/aex-golden-XXXXXX", temporary == NULL ? "/tmp" : temporary);
    /* Resolved, since programs print where they are as the kernel sees it. */
    if (mkdtemp(pattern) == NULL || realpath(pattern, scratch->root) == NULL) {
        die("cannot make a scratch folder");
    }
    snprintf(scratch->home, sizeof scratch->home, "%s/home", scratch->root);
    snprintf(scratch->work, sizeof scratch->work, "%s/work", scratch->root);
    char input[PATH_MAX + 8];
    snprintf(input, sizeof input, "%s/in", case_folder);
    if (mkdir(scratch->home, 0700) != 0 || mkdir(scratch->work, 0755) != 0) {
        die("cannot make a scratch folder");
    }
    if (access(input, F_OK) == 0) {
        snprintf(input, sizeof input, "%s/in/.", case_folder);
        const char *copy[] = {"cp", "-RPp", input, scratch->work, NULL};
        if (run_words(copy) != 0) {
            die("cannot copy in/");
        }
    }
}

static void remove_scratch(const struct scratch *scratch)
{
    /* A case may have taken permissions away. */
    const char *open_up[] = {"chmod", "-R", "u+rwX", scratch->root, NULL};
    const char *remove[] = {"rm", "-rf", scratch->root, NULL};
    if (run_words(remove) != 0) {
        run_words(open_up);
        run_words(remove);
    }
}

static void redirect(const char *folder, const char *name, int to)
{
    char path[PATH_MAX + 16];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (fd < 0 || dup2(fd, to) < 0) {
        _exit(126);
    }
    close(fd);
}

static void keep_variable(const char *name, char *buffer, size_t size)
{
    const char *value = getenv(name);
    snprintf(buffer, size, "%s=%s", name, value == NULL ? "" : value);
}

_Noreturn static void become_command(const struct suite *suite, const struct scratch *scratch,
                                     const char *case_folder)
{
    char script[PATH_MAX + 8];
    char path[PATH_MAX + 64];
    char home[PATH_MAX + 64];
    char tests[PATH_MAX + 64];
    char address_options[1024];
    char undefined_options[1024];
    snprintf(script, sizeof script, "%s/cmd", case_folder);
    snprintf(path, sizeof path, "PATH=%.*s:/usr/local/bin:/usr/bin:/bin",
             (int)(strrchr(suite->aex, '/') - suite->aex), suite->aex);
    snprintf(home, sizeof home, "HOME=%s", scratch->home);
    snprintf(tests, sizeof tests, "TESTS=%s", suite->tests);
    keep_variable("ASAN_OPTIONS", address_options, sizeof address_options);
    keep_variable("UBSAN_OPTIONS", undefined_options, sizeof undefined_options);
    const char *environment[] = {
        path, home, tests, "TZ=UTC", "LC_ALL=C.UTF-8", address_options, undefined_options, NULL};
    const char *words[] = {"timeout", "-k", "1", TIME_LIMIT, "sh", script, NULL};
    redirect(scratch->root, "stdout", STDOUT_FILENO);
    redirect(scratch->root, "stderr", STDERR_FILENO);
    int nothing = open("/dev/null", O_RDONLY);
    if (nothing < 0 || dup2(nothing, STDIN_FILENO) < 0 || chdir(scratch->work) != 0) {
        _exit(126);
    }
    close(nothing);
    execvpe(words[0], (char *const *)(uintptr_t)words, (char *const *)(uintptr_t)environment);
    _exit(127);
}

static int run_command(const struct suite *suite, const struct scratch *scratch, const char *case_folder)
{
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        become_command(suite, scratch, case_folder);
    }
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) < 0) {
        die("cannot run the case");
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* Whether `text` starts with the shape: '0' any digit, everything else itself. Returns the length, or 0. */
static size_t match_shape(struct text text, const char *shape)
{
    size_t size = strlen(shape);
    for (size_t i = 0; i < size; i++) {
        if (i == text.size ||
            (shape[i] == '0' ? !isdigit((unsigned char)text.data[i]) : shape[i] != text.data[i])) {
            return 0;
        }
    }
    return size;
}

/* The length of an ISO 8601 time at the start of `text`, or 0. */
static size_t match_time(struct text text)
{
    size_t size = match_shape(text, "0000-00-00T00:00:00");
    if (size == 0) {
        return 0;
    }
    if (size < text.size && text.data[size] == '.') {
        size++;
        while (size < text.size && isdigit((unsigned char)text.data[size])) {
            size++;
        }
    }
    if (size < text.size && text.data[size] == 'Z') {
        return size + 1;
    }
    struct text zone = text_after(text, size);
    return size + match_shape(zone, "+00:00") + match_shape(zone, "-00:00");
}

static size_t match_digest(struct text text)
{
    size_t size = 0;
    while (size < text.size && strchr("0123456789abcdef", text.data[size]) != NULL && text.data[size] != '\0') {
        size++;
    }
    return size == DIGEST_DIGITS ? size : 0;
}

struct replacement {
    struct text found;
    const char *by;
};

/* Adds what stands for the front of `rest`, and returns how much of it that was. */
static size_t add_neutral(struct builder *out, struct text rest, bool inside_word,
                          const struct replacement *paths)
{
    for (; paths->by != NULL; paths++) {
        if (text_starts_with(rest, paths->found)) {
            builder_add_c(out, paths->by);
            return paths->found.size;
        }
    }
    size_t size = match_time(rest);
    if (size > 0) {
        builder_add_c(out, "@TIME@");
        return size;
    }
    size = inside_word ? 0 : match_digest(rest);
    if (size > 0) {
        builder_add_c(out, "@DIGEST@");
        return size;
    }
    builder_add_char(out, *rest.data);
    return 1;
}

static struct text neutralise(const struct suite *suite, const struct scratch *scratch, struct arena *arena,
                              struct text text)
{
    const struct replacement paths[] = {
        {text_of(scratch->work), "@CWD@"},
        {text_of(scratch->home), "@HOME@"},
        {text_of(suite->tests), "@TESTS@"},
        {.by = NULL},
    };
    struct builder out;
    builder_init(&out, arena);
    bool inside_word = false;
    while (text.size > 0) {
        size_t used = add_neutral(&out, text, inside_word, paths);
        inside_word = isalnum((unsigned char)text.data[used - 1]);
        text = text_after(text, used);
    }
    return builder_text(&out);
}

static struct text read_or_nothing(const char *folder, const char *name, struct arena *arena)
{
    char path[PATH_MAX + 16];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    struct text text = TEXT("");
    struct error err = {0};
    if (!file_read_path(AT_FDCWD, path, MOST_OUTPUT, arena, &text, &err) && err.os_code != ENOENT) {
        printf("Bail out! %s\n", err.message);
        exit(2);
    }
    return text;
}

static void write_file(const char *folder, const char *name, struct text text)
{
    char path[PATH_MAX + 16];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    struct error err;
    if (text.size == 0) {
        unlink(path);
    } else if (!file_replace(AT_FDCWD, path, text, 0644, &err)) {
        printf("Bail out! %s\n", err.message);
        exit(2);
    }
}

/* Shows how the two differ, and says whether they do. */
static bool compare(const char *name, struct text expected, struct text actual, const struct scratch *scratch)
{
    if (text_equal(expected, actual)) {
        return true;
    }
    char expected_path[PATH_MAX + 32];
    char actual_path[PATH_MAX + 32];
    write_file(scratch->root, "expected", expected);
    write_file(scratch->root, "actual", actual);
    snprintf(expected_path, sizeof expected_path, "%s/%s", scratch->root, "expected");
    snprintf(actual_path, sizeof actual_path, "%s/%s", scratch->root, "actual");
    printf("# %s differs:\n", name);
    const char *words[] = {"diff",    "-a",     "-N",          "-u",        "--label", "expected",
                           "--label", "actual", expected_path, actual_path, NULL};
    run_words(words);
    return false;
}

static bool run_case(const struct suite *suite, const char *case_folder, struct arena *arena)
{
    struct scratch scratch;
    make_scratch(&scratch, case_folder);
    int code = run_command(suite, &scratch, case_folder);
    struct text output = neutralise(suite, &scratch, arena, read_or_nothing(scratch.root, "stdout", arena));
    struct text errors = neutralise(suite, &scratch, arena, read_or_nothing(scratch.root, "stderr", arena));
    struct text exit_code = code == 0 ? TEXT("") : text_format(arena, "%d\n", code);
    bool same = true;
    if (suite->bless) {
        write_file(case_folder, "stdout", output);
        write_file(case_folder, "stderr", errors);
        write_file(case_folder, "exit", exit_code);
    } else {
        struct text wanted = text_trim_space(read_or_nothing(case_folder, "exit", arena));
        same = compare("stdout", read_or_nothing(case_folder, "stdout", arena), output, &scratch);
        same = compare("stderr", read_or_nothing(case_folder, "stderr", arena), errors, &scratch) && same;
        if (!text_equal(wanted.size == 0 ? TEXT("0") : wanted, text_format(arena, "%d", code))) {
            printf("# exit differs: expected %.*s, got %d\n", TEXT_ARG(wanted.size == 0 ? TEXT("0") : wanted),
                   code);
            same = false;
        }
    }
    remove_scratch(&scratch);
    return same;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static struct name_vector list_cases(const struct suite *suite, struct arena *arena)
{
    struct name_vector names = {0};
    DIR *folder = opendir(text_format(arena, "%s/golden", suite->tests).data);
    if (folder == NULL) {
        die("cannot open tests/golden");
    }
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        if (entry->d_name[0] != '.' &&
            (suite->pattern == NULL || strstr(entry->d_name, suite->pattern) != NULL)) {
            VECTOR_PUSH(arena, &names, text_copy(arena, text_of(entry->d_name)).data);
        }
    }
    closedir(folder);
    if (names.count > 0) {
        qsort(names.items, names.count, sizeof *names.items, compare_names);
    }
    return names;
}

static bool read_words(struct suite *suite, int count, char **words)
{
    int at = 1;
    for (; at < count && strncmp(words[at], "--", 2) == 0; at++) {
        if (strcmp(words[at], "--bless") == 0) {
            suite->bless = true;
        } else if (strcmp(words[at], "--aex") == 0 && at + 1 < count) {
            suite->aex = realpath(words[++at], NULL);
        } else if (strcmp(words[at], "--share") == 0 && at + 1 < count) {
            if (sscanf(words[++at], "%zu/%zu", &suite->share, &suite->shares) != 2) {
                return false;
            }
        } else {
            return false;
        }
    }
    if (at == count) {
        return false;
    }
    suite->tests = realpath(words[at], NULL);
    suite->pattern = at + 1 < count ? words[at + 1] : NULL;
    return suite->aex != NULL && suite->tests != NULL && suite->share > 0 && suite->share <= suite->shares;
}

int main(int count, char **words)
{
    struct suite suite = {.share = 1, .shares = 1};
    if (!read_words(&suite, count, words)) {
        fprintf(stderr, "usage: golden --aex PROGRAM [--bless] [--share I/N] TESTS [PATTERN]\n");
        return 2;
    }
    AUTO_ARENA names_arena;
    AUTO_ARENA arena;
    arena_init(&names_arena, MOST_OUTPUT);
    arena_init(&arena, (size_t)16 * MOST_OUTPUT);
    struct name_vector names = list_cases(&suite, &names_arena);
    size_t number = 0;
    size_t failed = 0;
    for (size_t i = suite.share - 1; i < names.count; i += suite.shares) {
        const char *folder = text_format(&names_arena, "%s/golden/%s", suite.tests, names.items[i]).data;
        bool same = run_case(&suite, folder, &arena);
        printf("%sok %zu - %s\n", same ? "" : "not ", ++number, names.items[i]);
        failed += !same;
        arena_reset(&arena);
    }
    printf("1..%zu\n", number);
    return failed > 0;
}
