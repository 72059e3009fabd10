/* SPDX-License-Identifier: Apache-2.0 */
/* aex doctor. */
#include "setup/doctor.h"

#include <stdlib.h>
#include <unistd.h>

#include "cli/output.h"
#include "cli/setup_options.h"
#include "setup/canary.h"
#include "json/writer.h"

static const char *const state_names[] = {"closed", "open", "unknown"};
static const char *const place_names[] = {"absent", "read", "dropped", "failed"};

static void print_json(const struct doctor *doctor)
{
    struct builder out;
    struct json_writer writer;
    builder_init(&out, doctor->arena);
    json_writer_init(&writer, &out, true);
    json_begin_object(&writer);
    json_key(&writer, TEXT("agents"));
    json_begin_array(&writer);
    for (size_t i = 0; i < doctor->agents.count; i++) {
        const struct found_agent *found = &doctor->agents.items[i];
        json_begin_object(&writer);
        json_member_string(&writer, TEXT("agent"), text_of(setup_agent_name(found->agent)));
        json_member_string(&writer, TEXT("path"), found->path);
        json_member_string(&writer, TEXT("version"), found->version);
        json_end_object(&writer);
    }
    json_end_array(&writer);
    json_key(&writer, TEXT("places"));
    json_begin_array(&writer);
    for (size_t i = 0; i < doctor->places.count; i++) {
        const struct place *place = &doctor->places.items[i];
        json_begin_object(&writer);
        json_member_string(&writer, TEXT("agent"), text_of(place->agent));
        json_member_string(&writer, TEXT("path"), place->path);
        json_member_string(&writer, TEXT("state"), text_of(place_names[place->state]));
        json_member_string(&writer, TEXT("reason"), place->reason);
        json_end_object(&writer);
    }
    json_end_array(&writer);
    json_key(&writer, TEXT("findings"));
    json_begin_array(&writer);
    for (size_t i = 0; i < doctor->findings.count; i++) {
        const struct finding *finding = &doctor->findings.items[i];
        json_begin_object(&writer);
        json_member_string(&writer, TEXT("agent"), text_of(setup_agent_name(finding->agent)));
        json_member_string(&writer, TEXT("name"), text_of(finding->name));
        json_member_string(&writer, TEXT("state"), text_of(state_names[finding->state]));
        json_member_string(&writer, TEXT("what"), finding->what);
        json_member_string(&writer, TEXT("remedy"), finding->remedy);
        json_end_object(&writer);
    }
    json_end_array(&writer);
    json_end_object(&writer);
    builder_add_char(&out, '\n');
    print_text(stdout, builder_text(&out));
}

/* What a file or program said is not let loose on the terminal. */
static void print_clean(const struct doctor *doctor, struct text text)
{
    print_text(stdout, print_safely(doctor->arena, text));
}

static void print_agents(const struct doctor *doctor)
{
    if (doctor->agents.count == 0) {
        printf("No Claude Code or Codex was found.\n");
    }
    for (size_t i = 0; i < doctor->agents.count; i++) {
        const struct found_agent *found = &doctor->agents.items[i];
        printf("%-8s", setup_agent_name(found->agent));
        print_clean(doctor, found->path);
        printf("  ");
        print_clean(doctor, found->version.size > 0 ? found->version : TEXT("(it did not say its version)"));
        printf("\n");
    }
    printf("\nConfiguration:\n");
    for (size_t i = 0; i < doctor->places.count; i++) {
        const struct place *place = &doctor->places.items[i];
        bool has_gate = text_equal(text_of(place->agent), TEXT("claude")) ||
                        text_equal(text_of(place->agent), TEXT("codex"));
        printf("  %-8s", place_names[place->state]);
        print_clean(doctor, place->path);
        if (place->state == PLACE_DROPPED || place->state == PLACE_FAILED) {
            printf(": ");
            print_clean(doctor, place->reason);
        } else if (!has_gate) {
            printf(" (%s: aex has no hook there)", place->agent);
        }
        printf("\n");
    }
}

static void print_findings(const struct doctor *doctor, enum setup_agent agent)
{
    bool is_first = true;
    for (size_t i = 0; i < doctor->findings.count; i++) {
        const struct finding *finding = &doctor->findings.items[i];
        if (finding->agent != agent) {
            continue;
        }
        if (is_first) {
            printf("\n%s:\n", setup_agent_name(agent));
        }
        is_first = false;
        printf("  %-8s%s: ", state_names[finding->state], finding->name);
        print_clean(doctor, finding->what);
        printf("\n");
        if (finding->remedy.size > 0) {
            printf("          -> ");
            print_clean(doctor, finding->remedy);
            printf("\n");
        }
    }
}

static int status_of(const struct doctor *doctor)
{
    int status = STATUS_OK;
    for (size_t i = 0; i < doctor->findings.count; i++) {
        enum finding_state state = doctor->findings.items[i].state;
        if (state == FINDING_UNKNOWN) {
            return STATUS_USAGE;
        }
        status = state == FINDING_OPEN ? STATUS_FOUND : status;
    }
    for (size_t i = 0; i < doctor->places.count; i++) {
        if (doctor->places.items[i].state == PLACE_FAILED) {
            return STATUS_USAGE;
        }
    }
    return status;
}

/* Starts each agent once. It takes a second or some, so a person is told what they wait for. */
static void try_agents(struct doctor *doctor, struct text path)
{
    static const enum setup_agent agents[] = {SETUP_CLAUDE, SETUP_CODEX};
    for (size_t i = 0; i < sizeof agents / sizeof agents[0]; i++) {
        const struct found_agent *found = doctor_canary_agent(doctor, agents[i]);
        if (found == NULL) {
            continue;
        }
        if (isatty(STDERR_FILENO)) {
            fprintf(stderr,
                    "Starting %s with a model of our own, to see whether its hook fires: %d s at most ...\n",
                    setup_agent_name(agents[i]), CANARY_SECONDS);
        }
        doctor_try_canary(doctor, found, path);
    }
}

/* Each proxy is a process; where one hangs, a person is told which. */
static void try_servers(struct doctor *doctor)
{
    clock_instant deadline = clock_steady() + DOCTOR_SERVERS_SECONDS * INT64_C(1000000000);
    for (size_t i = 0; i < doctor->proxied.count; i++) {
        const struct found_server *server = &doctor->proxied.items[i];
        if (isatty(STDERR_FILENO)) {
            fprintf(stderr, "Trying the proxy before the server %.*s (%zu of %zu) ...\n",
                    TEXT_ARG(print_safely(doctor->arena, server->name)), i + 1, doctor->proxied.count);
        }
        doctor_try_server(doctor, server, deadline);
    }
}

static int run(struct invocation *invocation)
{
    struct setup_options options;
    struct error err;
    if (invocation->operands.count > 0) {
        complain("doctor: takes no operands; it looks at every agent it knows");
        return STATUS_USAGE;
    }
    if (!setup_options_read(invocation, &options, &err)) {
        complain("%s", err.message);
        return STATUS_USAGE;
    }
    struct doctor doctor = {.options = &options, .arena = invocation->arena};
    doctor_examine(&doctor, text_of(getenv("PATH")));
    try_servers(&doctor);
    if (!option_given(invocation, "no-probe")) {
        try_agents(&doctor, text_of(getenv("PATH")));
    }
    if (option_given(invocation, "json")) {
        print_json(&doctor);
    } else {
        print_agents(&doctor);
        print_findings(&doctor, SETUP_CLAUDE);
        print_findings(&doctor, SETUP_CODEX);
    }
    int status = status_of(&doctor);
    return output_finish() ? status : STATUS_USAGE;
}

static const struct option_spec options[] = {
    {"json", NULL, NULL, "One JSON object: agents, places, findings"},
    {"no-probe", NULL, NULL, "Do not start the agents to see whether their hooks fire"},
    SETUP_OPTIONS,
    {0},
};

const struct command command_doctor = {
    .name = "doctor",
    .summary = "Look for the agents, what holds them, and every known way around it",
    .operands = "",
    .details = "Runs the installed hooks with a recorded call, as the agents do. Exit status 0: all is closed; "
               "1: a way "
               "is\n"
               "open, with the command that closes it or what a person has to do; 2: something could not be "
               "looked at.\n",
    .options = options,
    .run = run,
};
