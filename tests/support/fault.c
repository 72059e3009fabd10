/* SPDX-License-Identifier: Apache-2.0 */
/* Fault injection for the test-only program aex-faulty: linked so that every call in fault_calls.def comes
 * through here first (ld --wrap).
 *
 *   AEX_FAULT=FAULT[,FAULT...]   what goes wrong, at which call
 *     write#3=ENOSPC             the third write fails so; write#*=ENOSPC: every one
 *     short@write#1              only half of it is done
 *     kill@rename#2              SIGKILL before the call; kill-after@rename#2: after it
 *     tear@write#1               half of it is done (all, where a kill cannot come in between), then SIGKILL
 *     abort@pwrite#1             abort() in the place of the call
 *     hang@flock#1               the call never returns (signals still arrive)
 *   AEX_FAULT_LOG=FILE           appends a line "NAME#N" for each call, and "hit FAULT" when one strikes
 *   AEX_NOW=TIME                 what clock_now says, as clock_format writes it
 *   AEX_HOME=FOLDER              what user_home says
 *
 * A mistake in these variables ends the program with status 125, which nothing under test uses. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/user.h"

enum { MOST_NAMES = 96, BROKEN_TEST = 125, LINE_SIZE = 256 };

enum action {
    ACT_NONE,
    ACT_FAIL,
    ACT_SHORT,
    ACT_TEAR,
    ACT_KILL,
    ACT_KILL_AFTER,
    ACT_ABORT,
    ACT_HANG,
};

/* How often each name was called so far. */
struct counter {
    const char *name;
    unsigned long calls;
};

static struct counter counters[MOST_NAMES];

/* Past the wrappers: the log must not be counted itself. */
static void log_line(const char *line)
{
    const char *path = getenv("AEX_FAULT_LOG");
    if (path == NULL) {
        return;
    }
    long fd = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd >= 0) {
        (void)syscall(SYS_write, fd, line, strlen(line));
        (void)syscall(SYS_close, fd);
    }
}

_Noreturn static void broken_test(const char *what)
{
    (void)syscall(SYS_write, STDERR_FILENO, "aex-faulty: ", 12);
    (void)syscall(SYS_write, STDERR_FILENO, what, strlen(what));
    (void)syscall(SYS_write, STDERR_FILENO, "\n", 1);
    _exit(BROKEN_TEST);
}

static unsigned long count_call(const char *name)
{
    size_t at = 0;
    while (at < MOST_NAMES && counters[at].name != NULL && strcmp(counters[at].name, name) != 0) {
        at++;
    }
    if (at == MOST_NAMES) {
        broken_test("too many names");
    }
    counters[at].name = name;
    return ++counters[at].calls;
}

static int errno_of(const char *name)
{
    for (int code = 1; code < 134; code++) {
        const char *known = strerrorname_np(code);
        if (known != NULL && strcmp(known, name) == 0) {
            return code;
        }
    }
    broken_test("AEX_FAULT names an unknown errno value");
}

static enum action action_of(const char *word)
{
    static const struct {
        const char *word;
        enum action action;
    } actions[] = {
        {"short", ACT_SHORT},           {"tear", ACT_TEAR},   {"kill", ACT_KILL},
        {"kill-after", ACT_KILL_AFTER}, {"abort", ACT_ABORT}, {"hang", ACT_HANG},
    };
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++) {
        if (strcmp(actions[i].word, word) == 0) {
            return actions[i].action;
        }
    }
    broken_test("AEX_FAULT names an unknown action");
}

/* Takes one fault apart, in place, and says whether it speaks of this call. */
static enum action read_fault(char *fault, const char *name, unsigned long number, int *ret_errno)
{
    char *code = strchr(fault, '=');
    char *action = strchr(fault, '@');
    char *call = fault;
    if (code != NULL) {
        *code++ = '\0';
    } else if (action != NULL) {
        *action++ = '\0';
        call = action;
    }
    char *which = strchr(call, '#');
    if (which == NULL || (code == NULL && action == NULL)) {
        broken_test("AEX_FAULT holds something else than CALL#N=ERRNO or ACTION@CALL#N");
    }
    *which++ = '\0';
    enum action wanted = code != NULL ? ACT_FAIL : action_of(fault);
    if (code != NULL) {
        *ret_errno = errno_of(code);
    }
    bool matches = strcmp(call, name) == 0 && (strcmp(which, "*") == 0 || strtoul(which, NULL, 10) == number);
    return matches ? wanted : ACT_NONE;
}

/* Counts and logs the call, and finds out what is to go wrong with it. */
static enum action next_action(const char *name, int *ret_errno)
{
    char line[LINE_SIZE];
    unsigned long number = count_call(name);
    snprintf(line, sizeof line, "%s#%lu\n", name, number);
    log_line(line);
    const char *faults = getenv("AEX_FAULT");
    while (faults != NULL && *faults != '\0') {
        char fault[LINE_SIZE];
        size_t size = strcspn(faults, ",");
        if (size >= sizeof fault) {
            broken_test("AEX_FAULT is too long");
        }
        memcpy(fault, faults, size);
        fault[size] = '\0';
        enum action action = read_fault(fault, name, number, ret_errno);
        if (action != ACT_NONE) {
            snprintf(line, sizeof line, "hit %.*s\n", (int)size, faults);
            log_line(line);
            return action;
        }
        faults += size + (faults[size] == ',');
    }
    return ACT_NONE;
}

static void die_now(void)
{
    (void)syscall(SYS_kill, syscall(SYS_getpid), SIGKILL);
}

/* What happens before the call. True when the call is not to be made; errno is set then. */
static bool strike(enum action action, int code)
{
    switch (action) {
    case ACT_FAIL:
        errno = code;
        return true;
    case ACT_KILL:
        die_now();
        return true;
    case ACT_ABORT:
        abort();
    case ACT_HANG:
        for (;;) {
            (void)syscall(SYS_pause);
        }
    case ACT_NONE:
    case ACT_SHORT:
    case ACT_TEAR:
    case ACT_KILL_AFTER:
        break;
    }
    return false;
}

static void strike_after(enum action action)
{
    int code = errno;
    if (action == ACT_KILL_AFTER || action == ACT_TEAR) {
        die_now();
    }
    errno = code;
}

int __real_fstat64(int fd, struct stat *status);

/* Linux copies into a page of the file's cache without looking at signals, so that a kill leaves the old bytes
 * or the new ones. It does not hold where a file grows: the disk may be full half way. */
static bool is_overwrite_of_one_page(int fd, size_t size, off_t at)
{
    const off_t page = 4096;
    struct stat status;
    return __real_fstat64(fd, &status) == 0 && at + (off_t)size <= status.st_size &&
           at / page == (at + (off_t)size - 1) / page;
}

#define CALL(type, name, symbol, failure, parameters, arguments)                                               \
    type __real_##symbol parameters;                                                                           \
    type __wrap_##symbol parameters;                                                                           \
    type __wrap_##symbol parameters                                                                            \
    {                                                                                                          \
        int code = 0;                                                                                          \
        int before = errno;                                                                                    \
        enum action action = next_action(#name, &code);                                                        \
        errno = before;                                                                                        \
        if (strike(action, code)) {                                                                            \
            return failure;                                                                                    \
        }                                                                                                      \
        type result = __real_##symbol arguments;                                                               \
        strike_after(action);                                                                                  \
        return result;                                                                                         \
    }

#define TRANSFER(name, symbol, whole, parameters, arguments, shortened)                                        \
    ssize_t __real_##symbol parameters;                                                                        \
    ssize_t __wrap_##symbol parameters;                                                                        \
    ssize_t __wrap_##symbol parameters                                                                         \
    {                                                                                                          \
        int code = 0;                                                                                          \
        int before = errno;                                                                                    \
        enum action action = next_action(#name, &code);                                                        \
        errno = before;                                                                                        \
        if (strike(action, code)) {                                                                            \
            return -1;                                                                                         \
        }                                                                                                      \
        bool half = size > 1 && (action == ACT_SHORT || (action == ACT_TEAR && !(whole)));                     \
        ssize_t result = half ? __real_##symbol shortened : __real_##symbol arguments;                         \
        strike_after(action);                                                                                  \
        return result;                                                                                         \
    }

#define CODE(name, symbol, parameters, arguments)                                                              \
    int __real_##symbol parameters;                                                                            \
    int __wrap_##symbol parameters;                                                                            \
    int __wrap_##symbol parameters                                                                             \
    {                                                                                                          \
        int code = 0;                                                                                          \
        enum action action = next_action(#name, &code);                                                        \
        if (strike(action, code)) {                                                                            \
            return code;                                                                                       \
        }                                                                                                      \
        int result = __real_##symbol arguments;                                                                \
        strike_after(action);                                                                                  \
        return result;                                                                                         \
    }

#include "fault_calls.def"

clock_instant __real_clock_now(void);
clock_instant __wrap_clock_now(void);
clock_instant __wrap_clock_now(void)
{
    const char *now = getenv("AEX_NOW");
    clock_instant instant;
    if (now == NULL) {
        return __real_clock_now();
    }
    if (!clock_parse(text_of(now), &instant)) {
        broken_test("AEX_NOW is no time");
    }
    return instant;
}

bool __real_user_home(struct arena *arena, struct text *ret_home, struct error *err);
bool __wrap_user_home(struct arena *arena, struct text *ret_home, struct error *err);
bool __wrap_user_home(struct arena *arena, struct text *ret_home, struct error *err)
{
    const char *home = getenv("AEX_HOME");
    if (home == NULL) {
        return __real_user_home(arena, ret_home, err);
    }
    *ret_home = text_copy(arena, text_of(home));
    return true;
}
