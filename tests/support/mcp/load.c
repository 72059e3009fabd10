/* SPDX-License-Identifier: Apache-2.0 */
/* Measures MCP servers, and what stands in front of them, side by side.
 *
 *   mcp-load [OPTION NUMBER]... -- LABEL: PROGRAM [WORD...] [LABEL: PROGRAM [WORD...]]...
 *
 *   --rounds N      take turns N times (20); in a round every program does its share of everything
 *   --calls N       calls to a round, one after another
 *   --flight N      calls to a round, --width N (64) of them in flight
 *   --results N     calls to a round whose answer has a text of --size N bytes (10,000,000)
 *   --lists N       calls of tools/list to a round
 *   --starts N      starts to a round, up to the answer to the first tools/list
 *   --modern 1      in the era of 2026-07-28
 *
 * In every round each is started, measured and ended alone. Every answer is checked to be the one to the
 * request that is due. Prints one line a measurement, separated by tabs:
 *
 *   call LABEL P50 P99        microseconds; the same for result, list and start
 *   flight LABEL RATE         calls a second, median of the rounds
 *   memory LABEL IDLE LAST    KiB resident after the first tools/list, and at the end: the most of the rounds
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"

enum { MOST_SUBJECTS = 8, CALL_ROOM = 1024, WARM_UP = 200 };

static const char usual_arguments[] =
    "{\"path\":\"src/part7/main.c\",\"text\":\"some words that say what is to be done\"}";

struct series {
    double *values;
    size_t count;
};

struct subject {
    const char *label;
    char **words;
    struct client client;
    struct series calls, results, lists, starts, rates, idle_memory, last_memory;
};

struct load {
    struct subject subjects[MOST_SUBJECTS];
    size_t count;
    long rounds, calls, flight, width, results, size, lists, starts, modern;
};

static void add(struct series *series, double value)
{
    series->values = realloc(series->values, (series->count + 1) * sizeof(double));
    if (series->values == NULL) {
        client_die("no memory");
    }
    series->values[series->count++] = value;
}

static int compare_doubles(const void *a, const void *b)
{
    double left = *(const double *)a;
    double right = *(const double *)b;
    return (left > right) - (left < right);
}

static double percentile(struct series *series, size_t percent)
{
    qsort(series->values, series->count, sizeof(double), compare_doubles);
    size_t rank = (series->count * percent + 99) / 100;
    return series->values[rank == 0 ? 0 : rank - 1];
}

/* Sends one request and waits for its answer. */
static struct span round_trip(struct client *client, const char *tool, const char *arguments, double *ret_time)
{
    char call[CALL_ROOM];
    long id = client->next_id;
    size_t size = client_format_call(client, call, sizeof call, tool, arguments);
    double started = client_microseconds_now();
    client_send(client, call, size);
    struct span line = client_line(client);
    *ret_time = client_microseconds_now() - started;
    client_expect_answer(line, id);
    return line;
}

static void measure_calls(struct subject *subject, long count)
{
    for (long i = 0; i < count; i++) {
        double time;
        round_trip(&subject->client, "echo", usual_arguments, &time);
        add(&subject->calls, time);
    }
}

static void measure_results(struct subject *subject, long count, long size)
{
    char arguments[64];
    snprintf(arguments, sizeof arguments, "{\"size\":%ld}", size);
    for (long i = 0; i < count; i++) {
        double time;
        struct span line = round_trip(&subject->client, "blob", arguments, &time);
        if (line.size < (size_t)size) {
            client_die("a result that is too short");
        }
        add(&subject->results, time);
    }
}

/* Keeps `width` requests open; the answers must come in the order of the requests, as mcp-echo gives them. */
static void measure_flight(struct subject *subject, long count, long width)
{
    struct client *client = &subject->client;
    char *calls = malloc((size_t)width * CALL_ROOM);
    if (calls == NULL) {
        client_die("no memory");
    }
    long due = client->next_id;
    long behind = due + count;
    double started = client_microseconds_now();
    while (due < behind) {
        size_t size = 0;
        while (client->next_id < behind && client->next_id - due < width) {
            size += client_format_call(client, calls + size, CALL_ROOM, "echo", usual_arguments);
        }
        client_send(client, calls, size);
        do {
            client_expect_answer(client_line(client), due++);
        } while (client_has_line(client));
    }
    add(&subject->rates, (double)count * 1e6 / (client_microseconds_now() - started));
    free(calls);
}

static void measure_lists(struct subject *subject, long count)
{
    static const char list[] = "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"tools/list\"}\n";
    for (long i = 0; i < count; i++) {
        double started = client_microseconds_now();
        client_send(&subject->client, list, sizeof list - 1);
        struct span line = client_line(&subject->client);
        add(&subject->lists, client_microseconds_now() - started);
        client_expect_answer(line, 0);
    }
}

static void measure_starts(struct subject *subject, long count, bool is_modern)
{
    for (long i = 0; i < count; i++) {
        struct client client = {.is_modern = is_modern};
        double started = client_microseconds_now();
        client_start(&client, subject->words, -1);
        client_expect_answer(client_handshake(&client), 0);
        add(&subject->starts, client_microseconds_now() - started);
        if (client_stop(&client) != 0) {
            client_die("a program ended with an error");
        }
    }
}

/* One at a time, started for this round: where the scheduler puts the programs once is where they stay, and it
 * puts them differently when others wait beside them. */
static void measure(const struct load *load, struct subject *subject)
{
    struct client *client = &subject->client;
    double time;
    client->is_modern = load->modern != 0;
    client_start(client, subject->words, -1);
    client_expect_answer(client_handshake(client), 0);
    add(&subject->idle_memory, (double)client_memory(client));
    for (long i = 0; i < WARM_UP; i++) {
        round_trip(client, "echo", usual_arguments, &time);
    }
    measure_calls(subject, load->calls);
    if (load->flight > 0) {
        measure_flight(subject, load->flight, load->width);
    }
    measure_results(subject, load->results, load->size);
    measure_lists(subject, load->lists);
    add(&subject->last_memory, (double)client_memory(client));
    if (client_stop(client) != 0) {
        client_die("a program ended with an error");
    }
    measure_starts(subject, load->starts, load->modern != 0);
}

static void run(struct load *load)
{
    for (long round = 0; round < load->rounds; round++) {
        for (size_t i = 0; i < load->count; i++) {
            measure(load, &load->subjects[((size_t)round + i) % load->count]);
        }
    }
}

static void print_times(const char *name, const char *label, struct series *series)
{
    if (series->count > 0) {
        printf("%s\t%s\t%.1f\t%.1f\n", name, label, percentile(series, 50), percentile(series, 99));
    }
}

static void print_results(struct load *load)
{
    for (size_t i = 0; i < load->count; i++) {
        struct subject *subject = &load->subjects[i];
        print_times("call", subject->label, &subject->calls);
        print_times("result", subject->label, &subject->results);
        print_times("list", subject->label, &subject->lists);
        print_times("start", subject->label, &subject->starts);
        if (subject->rates.count > 0) {
            printf("flight\t%s\t%.0f\n", subject->label, percentile(&subject->rates, 50));
        }
        printf("memory\t%s\t%.0f\t%.0f\n", subject->label, percentile(&subject->idle_memory, 100),
               percentile(&subject->last_memory, 100));
    }
}

static void complain_usage(void)
{
    client_die("usage: mcp-load [OPTION NUMBER]... -- LABEL: PROGRAM [WORD...] [LABEL: ...]");
}

static char **read_options(struct load *load, char **words)
{
    const struct {
        const char *name;
        long *value;
    } options[] = {{"--rounds", &load->rounds}, {"--calls", &load->calls},   {"--flight", &load->flight},
                   {"--width", &load->width},   {"--size", &load->size},     {"--results", &load->results},
                   {"--lists", &load->lists},   {"--starts", &load->starts}, {"--modern", &load->modern}};
    for (; *words != NULL && strcmp(*words, "--") != 0; words += 2) {
        size_t i = 0;
        while (i < sizeof options / sizeof options[0] && strcmp(*words, options[i].name) != 0) {
            i++;
        }
        if (i == sizeof options / sizeof options[0] || words[1] == NULL) {
            complain_usage();
        }
        *options[i].value = strtol(words[1], NULL, 10);
    }
    return words;
}

/* Every word that ends in a colon begins a program: "--" may be one of a program's words. */
static void read_subjects(struct load *load, char **words)
{
    for (; *words != NULL; words++) {
        size_t size = strlen(*words);
        if (size < 2 || (*words)[size - 1] != ':') {
            continue;
        }
        (*words)[size - 1] = '\0';
        if (words[1] == NULL || load->count == MOST_SUBJECTS) {
            complain_usage();
        }
        load->subjects[load->count++] = (struct subject){.label = *words, .words = words + 1};
        *words = NULL; /* ends the words of the one before */
    }
}

int main(int count, char **words)
{
    struct load load = {.rounds = 20, .width = 64, .size = 10000000};
    signal(SIGPIPE, SIG_IGN);
    char **rest = read_options(&load, words + (count > 0));
    if (*rest == NULL) {
        complain_usage();
    }
    read_subjects(&load, rest + 1);
    if (load.count == 0) {
        complain_usage();
    }
    run(&load);
    print_results(&load);
    return 0;
}
