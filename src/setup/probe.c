/* SPDX-License-Identifier: Apache-2.0 */
#include "setup/probe.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/limits.h"
#include "os/child.h"
#include "os/file.h"
#include "json/writer.h"

static struct text spell_call(enum setup_agent agent, struct text root, const char *tool, struct text argument,
                              struct text value, struct arena *arena)
{
    struct builder out;
    struct json_writer writer;
    builder_init(&out, arena);
    json_writer_init(&writer, &out, false);
    json_begin_object(&writer);
    json_member_string(&writer, TEXT("session_id"), TEXT("aex-doctor"));
    if (agent == SETUP_CODEX) {
        json_member_string(&writer, TEXT("turn_id"), TEXT("aex-doctor"));
        json_member_string(&writer, TEXT("model"), TEXT("none"));
    }
    json_member_string(&writer, TEXT("cwd"), root);
    json_member_string(&writer, TEXT("permission_mode"), TEXT("default"));
    json_member_string(&writer, TEXT("hook_event_name"), TEXT("PreToolUse"));
    json_member_string(&writer, TEXT("tool_name"), text_of(tool));
    json_key(&writer, TEXT("tool_input"));
    json_begin_object(&writer);
    if (argument.size > 0) {
        json_member_string(&writer, argument, value);
    }
    json_end_object(&writer);
    json_member_string(&writer, TEXT("tool_use_id"), TEXT("aex-doctor"));
    json_end_object(&writer);
    return builder_text(&out);
}

struct text probe_refused_call(enum setup_agent agent, struct text root, struct arena *arena)
{
    if (agent == SETUP_CLAUDE) {
        struct text path = text_format(arena, "%.*s/.claude/settings.json", TEXT_ARG(root));
        return spell_call(agent, root, "Write", TEXT("file_path"), path, arena);
    }
    return spell_call(agent, root, "apply_patch", TEXT("command"),
                      TEXT("*** Begin Patch\n*** Delete File: .codex/hooks.json\n*** End Patch\n"), arena);
}

struct text probe_harmless_call(enum setup_agent agent, struct text root, struct arena *arena)
{
    return spell_call(agent, root, agent == SETUP_CLAUDE ? "TodoRead" : "update_plan", TEXT(""), TEXT(""),
                      arena);
}

struct text probe_settings_change(struct text root, struct arena *arena)
{
    struct builder out;
    struct json_writer writer;
    struct text path = text_format(arena, "%.*s/.claude/settings.aex-doctor.json", TEXT_ARG(root));
    builder_init(&out, arena);
    json_writer_init(&writer, &out, false);
    json_begin_object(&writer);
    json_member_string(&writer, TEXT("session_id"), TEXT("aex-doctor"));
    json_member_string(&writer, TEXT("cwd"), root);
    json_member_string(&writer, TEXT("hook_event_name"), TEXT("ConfigChange"));
    json_member_string(&writer, TEXT("source"), TEXT("project_settings"));
    json_member_string(&writer, TEXT("file_path"), path);
    json_end_object(&writer);
    return builder_text(&out);
}

/* Pipes of the child: input, output, complaints. */
struct ends {
    int read[3];
    int write[3];
};

static void close_ends(struct ends *ends)
{
    for (size_t i = 0; i < 3; i++) {
        file_close(&ends->read[i]);
        file_close(&ends->write[i]);
    }
}

static bool open_ends(struct ends *ends, struct error *err)
{
    *ends = (struct ends){{-1, -1, -1}, {-1, -1, -1}};
    for (size_t i = 0; i < 3; i++) {
        int pair[2];
        if (pipe2(pair, O_CLOEXEC) != 0) {
            return error_set_os(err, errno, "cannot make a pipe");
        }
        ends->read[i] = pair[0];
        ends->write[i] = pair[1];
    }
    return true;
}

/* coreutils' timeout ends what hangs; the shell inside is the agent's. */
static pid_t start(const struct setup_options *options, struct text command, const struct ends *ends,
                   struct arena *arena, struct error *err)
{
    bool has_bash = access("/bin/bash", X_OK) == 0;
    const char *shell = options->agent == SETUP_CODEX && has_bash ? "/bin/bash" : "/bin/sh";
    const char *const words[] = {"timeout", "-k", "1", "30", shell, "-c", text_to_c(arena, command), NULL};
    const char *const environment[] = {
        "PATH=/usr/local/bin:/usr/bin:/bin",
        text_format(arena, "HOME=%.*s", TEXT_ARG(options->home)).data,
        text_format(arena, "CLAUDE_PROJECT_DIR=%.*s", TEXT_ARG(options->root)).data,
        NULL,
    };
    const struct child_start start = {
        "/usr/bin/timeout", words,          environment,   text_to_c(arena, options->root),
        ends->read[0],      ends->write[1], ends->write[2]};
    return child_start(&start, err);
}

bool probe_run(const struct setup_options *options, struct text command, struct text input, struct arena *arena,
               struct probe_answer *ret_answer, struct error *err)
{
    struct ends ends;
    struct probe_answer answer = {0};
    /* The input fits into the pipe, and what a gate prints does too: one after the other is enough. */
    bool is_fed = open_ends(&ends, err) && file_write_all(ends.write[0], "a pipe", input, err);
    pid_t child = is_fed ? start(options, command, &ends, arena, err) : -1;
    if (child < 0) {
        close_ends(&ends);
        return false;
    }
    file_close(&ends.write[0]);
    file_close(&ends.write[1]);
    file_close(&ends.write[2]);
    bool is_read =
        file_read_all(ends.read[1], "the hook's answer", LIMIT_DOCUMENT, arena, &answer.output, err) &&
        file_read_all(ends.read[2], "the hook's complaint", LIMIT_DOCUMENT, arena, &answer.message, err);
    close_ends(&ends);
    int status = 0;
    if (!child_wait(child, "the hook", &status, err)) {
        return false;
    }
    answer.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    if (is_read) {
        *ret_answer = answer;
    }
    return is_read;
}

bool probe_is_refusal(enum setup_agent agent, const struct probe_answer *answer, struct arena *arena)
{
    struct json value;
    struct text decision;
    bool is_blocking = answer->status == 2 && text_trim_space(answer->message).size > 0;
    if (agent == SETUP_CODEX) {
        return is_blocking && answer->output.size == 0;
    }
    return is_blocking && json_parse(answer->output, arena, &value, NULL) &&
           json_get_text(json_get(&value, TEXT("hookSpecificOutput")), TEXT("permissionDecision"), &decision) &&
           text_equal(decision, TEXT("deny"));
}

bool probe_is_consent(enum setup_agent agent, const struct probe_answer *answer)
{
    struct text output = text_trim_space(answer->output);
    return answer->status == 0 && (agent == SETUP_CODEX ? output.size == 0 : text_equal(output, TEXT("{}")));
}
