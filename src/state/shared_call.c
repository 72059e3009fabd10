/* SPDX-License-Identifier: Apache-2.0 */
#include "state/shared_call.h"

#include <fcntl.h>

#include "os/file.h"
#include "os/private.h"
#include "json/json.h"
#include "json/writer.h"

enum { PLACES = 4096, LARGEST = 16 * 1024 };

/* The same file for every 4096th call. */
static struct text path_of(const char *state_folder, struct text id, struct arena *arena)
{
    struct digest digest = digest_sha256(id);
    unsigned place = ((unsigned)digest.bytes[0] << 8 | digest.bytes[1]) % PLACES;
    return text_format(arena, "%s/calls/%03x.json", state_folder, place);
}

bool shared_call_write(const char *state_folder, const struct shared_call *call, struct arena *arena,
                       struct error *err)
{
    struct builder out;
    struct json_writer writer;
    struct text path = path_of(state_folder, call->id, arena);
    struct text folder = text_format(arena, "%s/calls", state_folder);
    builder_init(&out, arena);
    json_writer_init(&writer, &out, false);
    json_begin_object(&writer);
    json_member_string(&writer, TEXT("id"), call->id);
    json_member_string(&writer, TEXT("session"), call->session);
    json_member_string(&writer, TEXT("tool"), call->tool);
    json_member_string(&writer, TEXT("arguments"), digest_hex(arena, &call->arguments));
    json_member_string(&writer, TEXT("policy"), digest_hex(arena, &call->policy));
    json_key(&writer, TEXT("asked"));
    json_bool(&writer, call->was_asked);
    json_end_object(&writer);
    /* Longer old content behind it would make it unreadable. */
    AUTO_CLOSE fd = private_open(path.data, O_WRONLY | O_CREAT | O_TRUNC, err);
    if (fd < 0 && private_make_folder(folder.data, err)) {
        fd = private_open(path.data, O_WRONLY | O_CREAT | O_TRUNC, err);
    }
    return fd >= 0 && file_write_all(fd, path.data, builder_text(&out), err);
}

static bool parse(struct text source, struct arena *arena, struct shared_call *ret_call)
{
    struct json value;
    struct text arguments;
    struct text policy;
    struct shared_call call = {.was_asked = false};
    if (!json_parse(source, arena, &value, NULL) || !json_get_text(&value, TEXT("id"), &call.id) ||
        !json_get_text(&value, TEXT("session"), &call.session) ||
        !json_get_text(&value, TEXT("tool"), &call.tool) ||
        !json_get_text(&value, TEXT("arguments"), &arguments) || !digest_from_hex(arguments, &call.arguments) ||
        !json_get_text(&value, TEXT("policy"), &policy) || !digest_from_hex(policy, &call.policy)) {
        return false;
    }
    call.was_asked = json_is_true(&value, TEXT("asked"));
    *ret_call = call;
    return true;
}

bool shared_call_read(const char *state_folder, struct text id, struct arena *arena,
                      struct shared_call *ret_call)
{
    struct text source;
    struct shared_call call;
    bool exists = false;
    if (!private_read(path_of(state_folder, id, arena).data, LARGEST, arena, &exists, &source, NULL) ||
        !exists || !parse(source, arena, &call) || !text_equal(call.id, id)) {
        return false;
    }
    *ret_call = call;
    return true;
}

static char sanitised(char c)
{
    bool stays = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    return stays ? c : '_';
}

bool shared_call_is_tool(struct text hook_tool, struct text tool)
{
    static const struct text prefix = TEXT_INIT("mcp__");
    static const struct text separator = TEXT_INIT("__");
    if (!text_starts_with(hook_tool, prefix) || hook_tool.size < prefix.size + 1 + separator.size + tool.size) {
        return false;
    }
    struct text end = text_after(hook_tool, hook_tool.size - tool.size);
    for (size_t i = 0; i < tool.size; i++) {
        if (end.data[i] != sanitised(tool.data[i])) {
            return false;
        }
    }
    return text_ends_with(text_slice(hook_tool, 0, hook_tool.size - tool.size), separator);
}
