/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/terminal.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/output.h"

bool terminal_refuse_agents(const char *command)
{
    static const char *const marks[] = {"CLAUDECODE", "CLAUDE_CODE_ENTRYPOINT", "CODEX_SANDBOX",
                                        "CODEX_SANDBOX_NETWORK_DISABLED", "CODEX_THREAD_ID"};
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        if (getenv(marks[i]) != NULL) {
            complain("%s: only a person may do this, and this is an agent's shell (%s is set)", command,
                     marks[i]);
            return false;
        }
    }
    return true;
}

bool terminal_confirm(const char *command, const char *question)
{
    fflush(stdout); /* what is asked about comes before the question, and before a complaint */
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
        complain("%s: this needs a person at a terminal", command);
        return false;
    }
    printf("%s [y/N] ", question);
    fflush(stdout);
    char line[16];
    if (fgets(line, sizeof line, stdin) == NULL) {
        printf("\n");
        return false;
    }
    struct text answer = text_trim_space(text_of(line));
    return text_equal_ignoring_case(answer, TEXT("y")) || text_equal_ignoring_case(answer, TEXT("yes"));
}
