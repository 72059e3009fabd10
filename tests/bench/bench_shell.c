/* SPDX-License-Identifier: Apache-2.0 */
/* How fast command lines are parsed and modelled: commands a second, and the median of one. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "shell/shell.h"

static const char *const commands[] = {
    "git status",
    "git status --short | head -20",
    "git add -A && git commit -m \"Fix the parser\" && git status",
    "git diff --stat HEAD~1 -- src/",
    "git log --oneline -10",
    "ls -la src tests 2>/dev/null",
    "cat src/main.c | head -100",
    "grep -rn \"struct foo\" src --include='*.c'",
    "rg -n 'fn main' src",
    "find . -type f -name '*.py' | head -20",
    "sed -n '10,60p' src/main.c",
    "npm test 2>&1 | tail -40",
    "cd /ws/repo && pytest -x tests/test_a.py",
    "for f in src/*.c; do wc -l \"$f\"; done",
    "mkdir -p src/new && touch src/new/a.c",
    "echo \"hello $USER\" > src/out.txt",
    "cp src/a.c src/b.c && rm -f src/a.c",
    "if [ -f package.json ]; then npm run test:unit; else make test; fi",
    "curl -s https://api.example.com/v1/things -H 'Accept: application/json' -o src/x.json",
    "cat > src/a.c <<'EOF'\nint main(void)\n{\n    return 0;\n}\nEOF",
};

enum { COMMANDS = sizeof commands / sizeof *commands, ROUNDS = 20000 };

static uint64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000U + (uint64_t)time.tv_nsec;
}

static int compare(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a;
    uint64_t right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

int main(void)
{
    static const struct shell_context context = {
        .cwd = TEXT_INIT("/ws/repo"), .home = TEXT_INIT("/home/me"), .root = TEXT_INIT("/ws/repo")};
    static uint64_t times[COMMANDS * ROUNDS];
    AUTO_ARENA arena;
    arena_init(&arena, (size_t)64 * 1024 * 1024);
    size_t demands = 0;
    uint64_t start = now();
    uint64_t before = start;
    for (size_t i = 0; i < (size_t)COMMANDS * ROUNDS; i++) {
        struct shell_analysis analysis;
        if (!shell_analyse(text_of(commands[i % COMMANDS]), &context, &arena, &analysis, NULL)) {
            return EXIT_FAILURE;
        }
        demands += analysis.demands.count;
        arena_reset(&arena);
        uint64_t after = now();
        times[i] = after - before;
        before = after;
    }
    double seconds = (double)(before - start) / 1e9;
    qsort(times, (size_t)COMMANDS * ROUNDS, sizeof *times, compare);
    size_t median = (size_t)COMMANDS * ROUNDS / 2;
    size_t last_hundredth = (size_t)COMMANDS * ROUNDS / 100 * 99;
    printf("shell: %.0f command lines/s, p50 %.2f us, p99 %.2f us (%zu demands)\n",
           (double)COMMANDS * ROUNDS / seconds, (double)times[median] / 1e3,
           (double)times[last_hundredth] / 1e3, demands);
    return EXIT_SUCCESS;
}
