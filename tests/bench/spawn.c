/* SPDX-License-Identifier: Apache-2.0 */
/* Times whole processes, from spawn to exit, side by side.
 *
 *   spawn [--rounds N] [--stdin FILE] [--between COMMAND] -- PROGRAM [WORD...] [-- PROGRAM [WORD...]]...
 *
 * Round after round each command runs once, in an order that turns with the rounds, so that what disturbs the
 * machine disturbs all of them alike. The first command is the baseline. Standard input is FILE (opened anew
 * each time) or nothing; output is thrown away. COMMAND (for sh) runs, untimed, before each round. Prints, for
 * each, the 50th, 90th and 99th percentile in microseconds, the peak memory in KiB (never
 * less than this program's own, about 1,300: Linux counts what a process had before exec), and the ratios to
 * the baseline. A command that cannot be run ends the measurement; exit statuses are shown, not judged. */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MOST_COMMANDS = 16, DEFAULT_ROUNDS = 500 };

struct subject {
    char **words;
    double *microseconds; /* one a round */
    long peak_kib;
    int status; /* of the last run */
};

struct bench {
    struct subject subjects[MOST_COMMANDS];
    size_t count;
    size_t rounds;
    const char *input;
    const char *between;
};

_Noreturn static void die(const char *what, int code)
{
    fprintf(stderr, "spawn: %s: %s\n", what, strerror(code));
    exit(2);
}

static double microseconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void run_once(const struct bench *bench, struct subject *subject, size_t round)
{
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, bench->input, O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    pid_t child;
    int status;
    struct rusage usage;
    double started = microseconds_now();
    int code = posix_spawnp(&child, subject->words[0], &actions, NULL, subject->words, environ);
    if (code != 0) {
        die(subject->words[0], code);
    }
    if (wait4(child, &status, 0, &usage) < 0) {
        die("wait4", errno);
    }
    subject->microseconds[round] = microseconds_now() - started;
    posix_spawn_file_actions_destroy(&actions);
    if (WIFSIGNALED(status)) {
        fprintf(stderr, "spawn: %s was ended by signal %d\n", subject->words[0], WTERMSIG(status));
        exit(2);
    }
    subject->status = WEXITSTATUS(status);
    if (usage.ru_maxrss > subject->peak_kib) {
        subject->peak_kib = usage.ru_maxrss;
    }
}

/* Run by a shell of its own, since it is set-up and not measured. */
static void run_between(const char *command)
{
    pid_t child;
    char *words[] = {(char[]){"sh"}, (char[]){"-c"}, strdup(command), NULL};
    int status = 0;
    int code = posix_spawn(&child, "/bin/sh", NULL, NULL, words, environ);
    if (code != 0 || waitpid(child, &status, 0) < 0 || status != 0) {
        die(command, code != 0 ? code : ECHILD);
    }
    free(words[2]);
}

static void run_rounds(struct bench *bench)
{
    for (size_t round = 0; round < bench->rounds; round++) {
        if (bench->between != NULL) {
            run_between(bench->between);
        }
        for (size_t i = 0; i < bench->count; i++) {
            run_once(bench, &bench->subjects[(i + round) % bench->count], round);
        }
    }
}

static int compare_doubles(const void *a, const void *b)
{
    double left = *(const double *)a;
    double right = *(const double *)b;
    return (left > right) - (left < right);
}

/* Of sorted values; the smallest that `percent` of them do not exceed. */
static double percentile(const struct bench *bench, const struct subject *subject, size_t percent)
{
    size_t rank = (bench->rounds * percent + 99) / 100;
    return subject->microseconds[rank == 0 ? 0 : rank - 1];
}

static void print_results(struct bench *bench)
{
    const struct subject *baseline = &bench->subjects[0];
    for (size_t i = 0; i < bench->count; i++) {
        qsort(bench->subjects[i].microseconds, bench->rounds, sizeof(double), compare_doubles);
    }
    printf("%zu rounds; ratios to %s\n", bench->rounds, baseline->words[0]);
    printf("%9s %9s %9s %9s %7s %7s %5s  %s\n", "p50 us", "p90 us", "p99 us", "peak KiB", "p50 x", "p99 x",
           "exit", "command");
    for (size_t i = 0; i < bench->count; i++) {
        const struct subject *subject = &bench->subjects[i];
        double middle = percentile(bench, subject, 50);
        double tail = percentile(bench, subject, 99);
        printf("%9.0f %9.0f %9.0f %9ld %7.2f %7.2f %5d ", middle, percentile(bench, subject, 90), tail,
               subject->peak_kib, middle / percentile(bench, baseline, 50),
               tail / percentile(bench, baseline, 99), subject->status);
        for (char **word = subject->words; *word != NULL; word++) {
            printf(" %s", *word);
        }
        printf("\n");
    }
}

_Noreturn static void complain_usage(void)
{
    fprintf(stderr,
            "usage: spawn [--rounds N] [--stdin FILE] [--between COMMAND] -- PROGRAM [WORD...] [-- ...]\n");
    exit(2);
}

static char **read_options(struct bench *bench, char **words)
{
    for (; *words != NULL && strcmp(*words, "--") != 0; words += 2) {
        if (words[1] == NULL) {
            complain_usage();
        }
        if (strcmp(*words, "--rounds") == 0) {
            bench->rounds = strtoul(words[1], NULL, 10);
        } else if (strcmp(*words, "--stdin") == 0) {
            bench->input = words[1];
        } else if (strcmp(*words, "--between") == 0) {
            bench->between = words[1];
        } else {
            complain_usage();
        }
    }
    return words;
}

/* Every "--" begins a command and ends the one before. */
static void read_commands(struct bench *bench, char **words)
{
    for (; *words != NULL; words++) {
        if (strcmp(*words, "--") != 0) {
            continue;
        }
        *words = NULL;
        if (words[1] == NULL || bench->count == MOST_COMMANDS) {
            complain_usage();
        }
        struct subject *subject = &bench->subjects[bench->count++];
        subject->words = words + 1;
        subject->microseconds = calloc(bench->rounds, sizeof(double));
        if (subject->microseconds == NULL) {
            die("memory", ENOMEM);
        }
    }
}

int main(int count, char **words)
{
    struct bench bench = {.rounds = DEFAULT_ROUNDS, .input = "/dev/null"};
    char **rest = read_options(&bench, words + (count > 0));
    if (bench.rounds == 0) {
        complain_usage();
    }
    read_commands(&bench, rest);
    if (bench.count == 0) {
        complain_usage();
    }
    run_rounds(&bench);
    print_results(&bench);
    for (size_t i = 0; i < bench.count; i++) {
        free(bench.subjects[i].microseconds);
    }
    return 0;
}
