/* SPDX-License-Identifier: Apache-2.0 */
/* Many gates at once, some of them killed at random moments: what a crowd of parallel hooks does to the state.
 *
 *   storm AEX ROOT STATE SESSION COUNT SEED
 *
 * Starts COUNT gates, 64 at a time, each with a call of its own on standard input, and kills about half of them
 * after a random time. Prints the call id of every gate that ended with status 0 and its whole answer, one a
 * line. */
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { AT_ONCE = 64, LONGEST_LIFE_MICROSECONDS = 4000 };

struct gate {
    pid_t process;
    int output;
    int call;
};

static uint64_t random_state;

/* xorshift64*: repeatable from the seed. */
static uint64_t next_random(void)
{
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return random_state * UINT64_C(2685821657736338717);
}

static void fail(const char *what)
{
    perror(what);
    exit(2);
}

static struct gate start(char **words, int call)
{
    int input[2];
    int output[2];
    if (pipe(input) != 0 || pipe(output) != 0) {
        fail("pipe");
    }
    pid_t process = fork();
    if (process < 0) {
        fail("fork");
    }
    if (process == 0) {
        dup2(input[0], STDIN_FILENO);
        dup2(output[1], STDOUT_FILENO);
        close(input[1]);
        close(output[0]);
        execl(words[1], "aex", "gate", "claude", "--root", words[2], "--state-dir", words[3], (char *)NULL);
        _exit(127);
    }
    close(input[0]);
    close(output[1]);
    char message[1024];
    int size = snprintf(
        message, sizeof message,
        "{\"session_id\":\"%s\",\"prompt_id\":\"p\",\"cwd\":\"%s\",\"hook_event_name\":\"PreToolUse\","
        "\"tool_name\":\"Read\",\"tool_input\":{\"file_path\":\"%s/a.txt\"},\"tool_use_id\":\"storm_%d\"}",
        words[4], words[2], words[2], call);
    if (write(input[1], message, (size_t)size) != size) {
        perror("write"); /* it was killed already, or will refuse what it got */
    }
    close(input[1]);
    return (struct gate){.process = process, .output = output[0], .call = call};
}

static void finish(struct gate *gate)
{
    char answer[64] = {0};
    ssize_t size = read(gate->output, answer, sizeof answer - 1);
    close(gate->output);
    int status;
    if (waitpid(gate->process, &status, 0) != gate->process) {
        fail("waitpid");
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0 && size == 3 && strcmp(answer, "{}\n") == 0) {
        printf("storm_%d\n", gate->call);
    } else if (WIFEXITED(status) && WEXITSTATUS(status) != 2) {
        fprintf(stderr, "storm_%d ended with status %d\n", gate->call, WEXITSTATUS(status));
        exit(1);
    }
}

int main(int count, char **words)
{
    if (count != 7) {
        fputs("usage: storm AEX ROOT STATE SESSION COUNT SEED\n", stderr);
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    int calls = atoi(words[5]);
    random_state = strtoull(words[6], NULL, 10) | 1;
    for (int first = 0; first < calls; first += AT_ONCE) {
        struct gate gates[AT_ONCE];
        int started = 0;
        while (started < AT_ONCE && first + started < calls) {
            gates[started] = start(words, first + started);
            started++;
        }
        for (int i = 0; i < started; i++) {
            if (next_random() % 2 == 0) {
                struct timespec life = {.tv_nsec =
                                            (long)(next_random() % LONGEST_LIFE_MICROSECONDS) * 1000 / AT_ONCE};
                nanosleep(&life, NULL);
                kill(gates[i].process, SIGKILL);
            }
        }
        for (int i = 0; i < started; i++) {
            finish(&gates[i]);
        }
    }
    return 0;
}
