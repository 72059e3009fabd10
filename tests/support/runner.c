/* SPDX-License-Identifier: Apache-2.0 */
/* Runs test jobs side by side and adds up what they report.
 *
 *   runner [--jobs N] [--limit SECONDS] < JOBS
 *
 * A line of JOBS is KIND, NAME and COMMAND (for sh -c), with tabs between. KIND `tap`: the command prints TAP
 * and every "ok" and "not ok" line is a test. KIND `status`: the command is one test, passed when it exits with
 * 0, skipped with 77 (its last line is the reason). Jobs have no standard input. A job that outlives the limit
 * is ended with everything in its process group. The last line printed is the sum. */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    MOST_WORKERS = 64,
    SLOWEST_SHOWN = 10,
    OUTPUT_SHOWN = 16 * 1024,                /* of a failed job; the rest is rarely read */
    WAKE_UP_NANOSECONDS = 200 * 1000 * 1000, /* to look for jobs past their limit */
    SKIPPED = 77,                            /* as automake's test drivers have it */
};

struct job {
    bool is_tap;
    const char *name;
    const char *command;
    double seconds;
};

struct worker {
    struct job *job;
    pid_t process;
    int output;
    double started;
    bool timed_out;
};

struct counts {
    size_t passed;
    size_t failed;
    size_t skipped;
};

struct run {
    struct job *jobs;
    size_t job_count;
    size_t next_job;
    struct worker workers[MOST_WORKERS];
    size_t worker_count;
    double limit;
    sigset_t signals;
    struct counts counts;
    bool is_terminal;
};

static void die(const char *what)
{
    perror(what);
    exit(2);
}

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static char *read_stream(FILE *stream)
{
    size_t size = 0;
    size_t capacity = (size_t)64 * 1024;
    char *text = malloc(capacity);
    while (text != NULL) {
        size += fread(text + size, 1, capacity - size - 1, stream);
        if (size + 1 < capacity) {
            text[size] = '\0';
            return text;
        }
        capacity *= 2;
        text = realloc(text, capacity);
    }
    die("memory");
    return NULL;
}

static void read_jobs(struct run *run)
{
    char *rest = read_stream(stdin);
    for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
        char *kind = strsep(&line, "\t");
        char *name = strsep(&line, "\t");
        if (line == NULL) {
            if (*kind != '\0') {
                fprintf(stderr, "runner: not a job: %s\n", kind);
                exit(2);
            }
            continue;
        }
        run->jobs = reallocarray(run->jobs, run->job_count + 1, sizeof *run->jobs);
        if (run->jobs == NULL) {
            die("memory");
        }
        run->jobs[run->job_count++] =
            (struct job){.is_tap = strcmp(kind, "tap") == 0, .name = name, .command = line};
    }
}

static void start_job(struct run *run, struct worker *worker)
{
    assert(run->jobs != NULL && run->next_job < run->job_count);
    struct job *job = &run->jobs[run->next_job++];
    int output = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (output < 0) {
        die("cannot make a temporary file in /tmp");
    }
    fflush(stdout);
    pid_t process = fork();
    if (process < 0) {
        die("fork");
    }
    if (process == 0) {
        setpgid(0, 0);
        sigprocmask(SIG_UNBLOCK, &run->signals, NULL);
        int nothing = open("/dev/null", O_RDONLY);
        dup2(nothing, STDIN_FILENO);
        dup2(output, STDOUT_FILENO);
        dup2(output, STDERR_FILENO);
        execl("/bin/sh", "sh", "-c", job->command, (char *)NULL);
        _exit(127);
    }
    setpgid(process, process); /* here too: whoever comes first */
    *worker = (struct worker){.job = job, .process = process, .output = output, .started = seconds_now()};
}

/* What follows "ok" or "not ok", without number and dash. */
static const char *test_name(const char *line)
{
    line += strspn(line, " ");
    line += strspn(line, "0123456789");
    line += strspn(line, " -");
    return line;
}

static bool is_skip(const char *line, const char **ret_reason)
{
    const char *mark = strcasestr(line, "# skip");
    if (mark != NULL) {
        mark += strlen("# skip");
        *ret_reason = mark + strspn(mark, " :");
    }
    return mark != NULL;
}

static void count_tap_line(const struct job *job, const char *line, struct counts *counts, long *planned)
{
    bool ok = strncmp(line, "ok ", 3) == 0 || strcmp(line, "ok") == 0;
    bool not_ok = strncmp(line, "not ok", 6) == 0;
    const char *reason;
    if (strncmp(line, "1..", 3) == 0) {
        *planned = strtol(line + 3, NULL, 10);
        if (*planned == 0 && is_skip(line, &reason)) {
            counts->skipped++;
            printf("skipped  %s: %s\n", job->name, reason);
        }
    } else if ((ok || not_ok) && is_skip(line, &reason)) {
        counts->skipped++;
        printf("skipped  %s: %s\n", job->name, reason);
    } else if (not_ok) {
        counts->failed++;
        printf("FAILED   %s: %s\n", job->name, test_name(line + 6));
    } else if (ok) {
        counts->passed++;
    }
}

/* Prints a failed job's output, without the lines of tests that passed. */
static void print_output(char *output)
{
    size_t shown = 0;
    for (char *line; (line = strsep(&output, "\n")) != NULL && shown < OUTPUT_SHOWN;) {
        if (strncmp(line, "ok ", 3) != 0 && (*line != '\0' || output != NULL)) {
            printf("    %s\n", line);
            shown += strlen(line);
        }
    }
    if (output != NULL) {
        printf("    (more is left out)\n");
    }
}

static struct counts judge_tap(const struct worker *worker, int status, const char *output)
{
    struct counts counts = {0};
    long planned = -1;
    char *copy = strdup(output);
    char *rest = copy;
    for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
        count_tap_line(worker->job, line, &counts, &planned);
    }
    free(copy);
    size_t seen = counts.passed + counts.failed + counts.skipped;
    if (!worker->timed_out && WIFEXITED(status) && seen == 0) {
        counts.failed++;
        printf("FAILED   %s: it ran no test (exit %d)\n", worker->job->name, WEXITSTATUS(status));
    } else if (planned > 0 && (size_t)planned != seen) {
        counts.failed++;
        printf("FAILED   %s: %ld tests were planned, %zu reported\n", worker->job->name, planned, seen);
    } else if (status != 0 && counts.failed == 0 && !worker->timed_out && WIFEXITED(status)) {
        counts.failed++;
        printf("FAILED   %s: exit %d though no test failed\n", worker->job->name, WEXITSTATUS(status));
    }
    return counts;
}

static struct counts judge_status(const struct worker *worker, int status, const char *output)
{
    struct counts counts = {0};
    if (WIFEXITED(status) && WEXITSTATUS(status) == SKIPPED) {
        size_t end = strlen(output);
        while (end > 0 && output[end - 1] == '\n') {
            end--;
        }
        size_t start = end;
        while (start > 0 && output[start - 1] != '\n') {
            start--;
        }
        printf("skipped  %s: %.*s\n", worker->job->name, (int)(end - start), output + start);
        counts.skipped = 1;
    } else if (status == 0) {
        counts.passed = 1;
    } else if (WIFEXITED(status)) {
        printf("FAILED   %s: exit %d\n", worker->job->name, WEXITSTATUS(status));
        counts.failed = 1;
    }
    return counts;
}

static void finish_job(struct run *run, struct worker *worker, int status)
{
    struct job *job = worker->job;
    job->seconds = seconds_now() - worker->started;
    kill(-worker->process, SIGKILL); /* what the job left behind in its group */
    lseek(worker->output, 0, SEEK_SET);
    FILE *stream = fdopen(worker->output, "r");
    if (stream == NULL) {
        die("fdopen");
    }
    char *output = read_stream(stream);
    fclose(stream);

    if (run->is_terminal) {
        printf("\r\033[K");
    }
    struct counts counts =
        job->is_tap ? judge_tap(worker, status, output) : judge_status(worker, status, output);
    if (worker->timed_out) {
        printf("FAILED   %s: not finished after %.0f s\n", job->name, run->limit);
        counts.failed++;
    } else if (WIFSIGNALED(status)) {
        printf("FAILED   %s: ended by signal %d (%s)\n", job->name, WTERMSIG(status),
               strsignal(WTERMSIG(status)));
        counts.failed++;
    }
    if (counts.failed > 0) {
        print_output(output);
    }
    free(output);
    run->counts.passed += counts.passed;
    run->counts.failed += counts.failed;
    run->counts.skipped += counts.skipped;
    worker->job = NULL;
}

static void end_all(struct run *run)
{
    for (size_t i = 0; i < run->worker_count; i++) {
        if (run->workers[i].job != NULL) {
            kill(-run->workers[i].process, SIGKILL);
        }
    }
}

/* Sleeps until a child ends, a limit passes or somebody interrupts. */
static void wait_a_little(struct run *run)
{
    struct timespec limit = {.tv_nsec = WAKE_UP_NANOSECONDS};
    int signal_number = sigtimedwait(&run->signals, NULL, &limit);
    if (signal_number == SIGINT || signal_number == SIGTERM || signal_number == SIGHUP) {
        end_all(run);
        printf("\ninterrupted\n");
        exit(130);
    }
    double now = seconds_now();
    for (size_t i = 0; i < run->worker_count; i++) {
        struct worker *worker = &run->workers[i];
        if (worker->job != NULL && now - worker->started > run->limit) {
            worker->timed_out = true;
            kill(-worker->process, SIGKILL);
        }
    }
}

static void reap(struct run *run)
{
    for (size_t i = 0; i < run->worker_count; i++) {
        struct worker *worker = &run->workers[i];
        int status;
        if (worker->job != NULL && waitpid(worker->process, &status, WNOHANG) == worker->process) {
            finish_job(run, worker, status);
        }
    }
}

/* Gives every idle worker a job; false when none is running any more. */
static bool employ(struct run *run)
{
    bool busy = false;
    for (size_t i = 0; i < run->worker_count; i++) {
        struct worker *worker = &run->workers[i];
        if (worker->job == NULL && run->next_job < run->job_count) {
            start_job(run, worker);
        }
        busy = busy || worker->job != NULL;
    }
    if (run->is_terminal) {
        printf("\r\033[K%zu of %zu jobs started", run->next_job, run->job_count);
        fflush(stdout);
    }
    return busy;
}

static int compare_seconds(const void *a, const void *b)
{
    double left = ((const struct job *)a)->seconds;
    double right = ((const struct job *)b)->seconds;
    return (left < right) - (left > right);
}

static void print_summary(struct run *run)
{
    if (run->is_terminal) {
        printf("\r\033[K");
    }
    if (run->job_count > 0) {
        qsort(run->jobs, run->job_count, sizeof *run->jobs, compare_seconds);
        printf("slowest of %zu jobs:\n", run->job_count);
    }
    for (size_t i = 0; i < run->job_count && i < SLOWEST_SHOWN; i++) {
        printf("%8.2f s  %s\n", run->jobs[i].seconds, run->jobs[i].name);
    }
    printf("%zu passed, %zu failed", run->counts.passed, run->counts.failed);
    if (run->counts.skipped > 0) {
        printf(", %zu skipped", run->counts.skipped);
    }
    printf("\n");
}

static void read_options(struct run *run, int count, char **words)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    run->limit = 300;
    for (int i = 1; i + 1 < count; i += 2) {
        long value = strtol(words[i + 1], NULL, 10);
        if (strcmp(words[i], "--jobs") == 0) {
            processors = value;
        } else if (strcmp(words[i], "--limit") == 0 && value > 0) {
            run->limit = (double)value;
        } else {
            fprintf(stderr, "usage: runner [--jobs N] [--limit SECONDS] < JOBS\n");
            exit(2);
        }
    }
    run->worker_count = processors < 1 ? 1 : processors > MOST_WORKERS ? MOST_WORKERS : (size_t)processors;
}

int main(int count, char **words)
{
    struct run run = {.is_terminal = isatty(STDOUT_FILENO)};
    setvbuf(stdout, NULL, _IOLBF, 0);
    read_options(&run, count, words);
    read_jobs(&run);
    sigemptyset(&run.signals);
    sigaddset(&run.signals, SIGCHLD);
    sigaddset(&run.signals, SIGINT);
    sigaddset(&run.signals, SIGTERM);
    sigaddset(&run.signals, SIGHUP);
    sigprocmask(SIG_BLOCK, &run.signals, NULL);
    while (employ(&run)) {
        wait_a_little(&run);
        reap(&run);
    }
    print_summary(&run);
    free(run.jobs);
    return run.counts.failed > 0 || run.counts.passed == 0;
}
