/* SPDX-License-Identifier: Apache-2.0 */
/* How `aex pins` shows servers and their tools. What a server wrote is printed with everything spelled out that
 * could hide in it. */
#include "cli/output.h"
#include "cli/pins.h"
#include "setup/line_diff.h"

size_t pins_count(const struct pin_server *server, enum pin_difference difference)
{
    size_t count = 0;
    for (size_t i = 0; i < server->tools.count; i++) {
        count += server->tools.items[i].difference == difference ? 1 : 0;
    }
    return count;
}

bool pins_tools_wait(const struct pin_server *server)
{
    return pins_count(server, PIN_SAME) < server->tools.count;
}

enum command_status pins_command_status(const struct pin_server *server)
{
    if (server->accepted_command.size == 0) {
        return server->seen_command.size == 0 ? COMMAND_UNKNOWN : COMMAND_NOT_PINNED;
    }
    return text_equal(server->accepted_command, server->sealed_command) ? COMMAND_PINNED : COMMAND_CHANGED;
}

static const char *const command_names[] = {
    [COMMAND_UNKNOWN] = "unknown",
    [COMMAND_NOT_PINNED] = "not pinned",
    [COMMAND_PINNED] = "pinned",
    [COMMAND_CHANGED] = "changed",
};

static const char *const difference_names[] = {
    [PIN_SAME] = "accepted", [PIN_ADDED] = "added", [PIN_DIFFERENT] = "changed"};

void pins_print_server(const struct pin_server *server, struct arena *arena)
{
    size_t added = pins_count(server, PIN_ADDED);
    size_t changed = pins_count(server, PIN_DIFFERENT);
    printf("%.*s: %zu tool%s accepted", TEXT_ARG(print_safely(arena, server->name)),
           server->tools.count - added, server->tools.count - added == 1 ? "" : "s");
    if (added > 0) {
        printf(", %zu added", added);
    }
    if (changed > 0) {
        printf(", %zu changed", changed);
    }
    printf("%s, command %s\n", server->is_complete ? "" : ", not all seen yet",
           command_names[pins_command_status(server)]);
    for (size_t i = 0; i < server->tools.count; i++) {
        const struct pin_entry *entry = &server->tools.items[i];
        if (entry->difference != PIN_SAME) {
            printf("  waits: %.*s (%s)\n", TEXT_ARG(print_safely(arena, entry->tool)),
                   difference_names[entry->difference]);
        }
    }
    if (server->file_differs && server->tools.count > 0) {
        printf("  " PINS_FILE " does not say the same; what is accepted here counts\n");
    }
}

/* Line by line, so that what is spelled out stays readable. */
static void add_lines(struct builder *out, const char *indent, struct text text, struct arena *arena)
{
    struct text line;
    while (text_next(&text, '\n', &line)) {
        builder_format(out, "%s%.*s\n", indent, TEXT_ARG(print_safely(arena, line)));
    }
}

/* An entry as text to compare: strings with their lines, everything else as JSON. */
static struct text spell_entry(struct text entry, struct arena *arena)
{
    struct builder out;
    struct json value;
    builder_init(&out, arena);
    if (entry.size == 0 || !json_parse(entry, arena, &value, NULL)) {
        return TEXT("");
    }
    for (size_t i = 0; i < value.count && value.type == JSON_OBJECT; i++) {
        const struct json_member *member = &value.members[i];
        struct builder json;
        struct json_writer writer;
        builder_format(&out, "%.*s:\n", TEXT_ARG(print_safely(arena, member->name)));
        if (member->value.type == JSON_STRING) {
            add_lines(&out, "  ", member->value.text, arena);
            continue;
        }
        builder_init(&json, arena);
        json_writer_init(&writer, &json, true);
        json_tree(&writer, &member->value);
        add_lines(&out, "  ", builder_text(&json), arena);
    }
    return builder_text(&out);
}

/* A command as text to compare: its words as JSON, its files as sha256sum(1) has them. */
static struct text spell_command(struct text sealed, struct arena *arena)
{
    struct builder out;
    struct builder words;
    struct json_writer writer;
    struct json value;
    struct text program = TEXT("");
    struct text shown = pins_public_command(sealed, arena);
    builder_init(&out, arena);
    if (shown.size == 0 || !json_parse(shown, arena, &value, NULL)) {
        return TEXT("");
    }
    (void)json_get_text(&value, TEXT("program"), &program);
    builder_format(&out, "program:\n  %.*s\nwords:\n", TEXT_ARG(print_safely(arena, program)));
    builder_init(&words, arena);
    json_writer_init(&writer, &words, true);
    const struct json *list = json_get(&value, TEXT("words"));
    if (list != NULL) {
        json_tree(&writer, list);
    }
    add_lines(&out, "  ", builder_text(&words), arena);
    builder_add_c(&out, "files:\n");
    const struct json *files = json_get(&value, TEXT("files"));
    for (size_t i = 0; files != NULL && files->type == JSON_OBJECT && i < files->count; i++) {
        builder_format(&out, "  %.*s  %.*s\n", TEXT_ARG(print_safely(arena, files->members[i].value.text)),
                       TEXT_ARG(print_safely(arena, files->members[i].name)));
    }
    return builder_text(&out);
}

static void add_command_diff(struct builder *out, const struct pin_server *server)
{
    struct arena *arena = out->arena;
    struct text title = text_format(arena, "%.*s (command)", TEXT_ARG(print_safely(arena, server->name)));
    if (server->sealed_command.size == 0) {
        builder_format(out, "%.*s: %.*s\n", TEXT_ARG(title),
                       TEXT_ARG(print_safely(arena, server->seal_failure)));
        return;
    }
    struct text accepted = spell_command(server->accepted_command, arena);
    struct text waiting = spell_command(server->sealed_command, arena);
    line_diff(out, title, accepted, waiting);
    if (text_equal(accepted, waiting) && !text_equal(server->accepted_command, server->sealed_command)) {
        builder_format(out, "%.*s: differs in what is masked as a secret\n", TEXT_ARG(title));
    }
}

void pins_print_diff(const struct pin_server *server, bool with_command, struct arena *arena)
{
    struct builder out;
    builder_init(&out, arena);
    for (size_t i = 0; i < server->tools.count; i++) {
        const struct pin_entry *entry = &server->tools.items[i];
        struct text name = text_format(arena, "%.*s/%.*s", TEXT_ARG(server->name), TEXT_ARG(entry->tool));
        if (entry->difference != PIN_SAME) {
            line_diff(&out, print_safely(arena, name), spell_entry(entry->accepted, arena),
                      spell_entry(entry->waiting, arena));
        }
    }
    if (with_command) {
        add_command_diff(&out, server);
    }
    print_text(stdout, builder_text(&out));
}

static void write_entry(struct json_writer *writer, const struct pin_entry *entry, bool with_entries,
                        struct arena *arena)
{
    struct digest digest = digest_sha256(entry->accepted.size > 0 ? entry->accepted : entry->waiting);
    json_begin_object(writer);
    json_member_string(writer, TEXT("name"), entry->tool);
    json_member_string(writer, TEXT("status"), text_of(difference_names[entry->difference]));
    json_member_string(writer, TEXT("digest"), digest_hex(arena, &digest));
    if (with_entries && entry->accepted.size > 0) {
        json_key(writer, TEXT("accepted"));
        json_raw(writer, entry->accepted);
    }
    if (with_entries && entry->waiting.size > 0) {
        json_key(writer, TEXT("waiting"));
        json_raw(writer, entry->waiting);
    }
    json_end_object(writer);
}

void pins_write_server(struct json_writer *writer, const struct pin_server *server, struct pins_view view,
                       struct arena *arena)
{
    json_begin_object(writer);
    json_member_string(writer, TEXT("server"), server->name);
    json_key(writer, TEXT("complete"));
    json_bool(writer, server->is_complete);
    json_key(writer, TEXT("fileDiffers"));
    json_bool(writer, server->file_differs);
    json_member_string(writer, TEXT("command"), text_of(command_names[pins_command_status(server)]));
    const struct text commands[] = {server->accepted_command, server->sealed_command};
    static const struct text names[] = {TEXT_INIT("acceptedCommand"), TEXT_INIT("waitingCommand")};
    for (size_t i = 0; view.has_command && i < 2; i++) {
        struct text shown = pins_public_command(commands[i], arena);
        if (shown.size > 0) {
            json_key(writer, names[i]);
            json_raw(writer, shown);
        }
    }
    json_key(writer, TEXT("tools"));
    json_begin_array(writer);
    for (size_t i = 0; i < server->tools.count; i++) {
        if (!view.has_entries || server->tools.items[i].difference != PIN_SAME) {
            write_entry(writer, &server->tools.items[i], view.has_entries, arena);
        }
    }
    json_end_array(writer);
    json_end_object(writer);
}
