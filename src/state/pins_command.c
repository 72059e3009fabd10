/* SPDX-License-Identifier: Apache-2.0 */
#include "state/pins_command.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/file.h"
#include "os/path.h"
#include "redact/redact.h"
#include "state/pins_store.h"

/* A command line as it would be started. */
struct command {
    struct text_vector words;
    struct text program; /* absolute, links resolved */
    struct text folder;
};

/* Digests of the program and of every word that names a file, by absolute resolved path, in the words' order.
 */
struct sealed_file {
    struct text path;
    struct digest digest;
};

VECTOR_DECLARE(sealed_file_vector, struct sealed_file);

static bool digest_file(const char *path, struct digest *ret_digest, struct error *err)
{
    enum { PIECE = 64 * 1024 };
    char piece[PIECE];
    struct digest_stream stream;
    struct stat status;
    AUTO_CLOSE fd = file_open(AT_FDCWD, path, O_RDONLY | O_NOCTTY | O_NONBLOCK, 0, err);
    if (fd < 0) {
        return false;
    }
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
        return error_set(err, "%s is not a regular file", path);
    }
    digest_stream_init(&stream);
    for (;;) {
        ssize_t got = read(fd, piece, sizeof piece);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return error_set_os(err, errno, "cannot read %s", path);
        }
        if (got == 0) {
            break;
        }
        digest_stream_add(&stream, (struct text){piece, (size_t)got});
    }
    *ret_digest = digest_stream_finish(&stream);
    return true;
}

static bool is_file(struct text path)
{
    struct stat status;
    return path.size > 0 && !text_has_nul(path) && stat(path.data, &status) == 0 && S_ISREG(status.st_mode);
}

/* Every word is tried: `node server.js`, `--config=...` is none. The program stands first. */
static bool digest_files(const struct command *command, struct arena *arena,
                         struct sealed_file_vector *ret_files, struct error *err)
{
    for (size_t i = 0; i < command->words.count; i++) {
        struct text path =
            i == 0 ? command->program : path_normalise(arena, command->folder, command->words.items[i]);
        struct sealed_file file = {0};
        bool is_known = false;
        if (i == 0 && !is_file(path)) {
            return error_set(err, "there is no program %.*s", TEXT_ARG(path));
        }
        if (command->words.items[i].size == 0 || !is_file(path)) {
            continue;
        }
        if (!path_resolve(arena, path, &file.path, err) || !digest_file(file.path.data, &file.digest, err)) {
            return false;
        }
        for (size_t j = 0; j < ret_files->count; j++) {
            is_known = is_known || text_equal(ret_files->items[j].path, file.path);
        }
        if (!is_known) {
            VECTOR_PUSH(arena, ret_files, file);
        }
    }
    return true;
}

static struct text write_command(const struct command *command, const struct sealed_file_vector *files,
                                 struct arena *arena)
{
    struct builder out;
    struct json_writer writer;
    builder_init(&out, arena);
    json_writer_init(&writer, &out, false);
    json_begin_object(&writer);
    json_key(&writer, TEXT("words"));
    json_begin_array(&writer);
    for (size_t i = 0; i < command->words.count; i++) {
        json_string(&writer, command->words.items[i]);
    }
    json_end_array(&writer);
    json_member_string(&writer, TEXT("program"), command->program);
    if (files == NULL) {
        json_member_string(&writer, TEXT("folder"), command->folder);
    } else {
        json_key(&writer, TEXT("files"));
        json_begin_object(&writer);
        for (size_t i = 0; i < files->count; i++) {
            json_member_string(&writer, files->items[i].path, digest_hex(arena, &files->items[i].digest));
        }
        json_end_object(&writer);
    }
    json_end_object(&writer);
    struct json value = {0};
    return json_parse(builder_text(&out), arena, &value, NULL) ? json_canonical_text(arena, &value) : TEXT("");
}

static bool read_command(struct text seen, struct arena *arena, struct command *ret_command)
{
    struct json value;
    struct command command = {0};
    if (!json_parse(seen, arena, &value, NULL) || !json_get_text(&value, TEXT("program"), &command.program) ||
        !json_get_text(&value, TEXT("folder"), &command.folder)) {
        return false;
    }
    const struct json *words = json_get(&value, TEXT("words"));
    for (size_t i = 0; words != NULL && words->type == JSON_ARRAY && i < words->count; i++) {
        VECTOR_PUSH(arena, &command.words, text_copy(arena, words->items[i].text));
    }
    command.program = text_copy(arena, command.program);
    *ret_command = command;
    return true;
}

bool pins_command_seal(struct text seen, struct arena *arena, struct text *ret_sealed, struct error *err)
{
    struct command command;
    struct sealed_file_vector files = {0};
    if (!read_command(seen, arena, &command)) {
        return error_set(err, "what is known of the server's command is damaged");
    }
    if (!digest_files(&command, arena, &files, err)) {
        return false;
    }
    *ret_sealed = write_command(&command, &files, arena);
    return true;
}

/* A file whose name gives a value away ("token") has a digest all the same. */
struct text pins_public_command(struct text sealed, struct arena *arena)
{
    const struct redact_limits limits = {.longest_string = SIZE_MAX, .longest_value = SIZE_MAX};
    struct json value;
    struct json_writer writer;
    struct builder out;
    if (sealed.size == 0 || !json_parse(sealed, arena, &value, NULL)) {
        return TEXT("");
    }
    builder_init(&out, arena);
    json_writer_init(&writer, &out, false);
    json_begin_object(&writer);
    for (size_t i = 0; value.type == JSON_OBJECT && i < value.count; i++) {
        json_key(&writer, value.members[i].name);
        if (text_equal(value.members[i].name, TEXT("files"))) {
            json_tree(&writer, &value.members[i].value);
        } else {
            redact_json(&writer, &value.members[i].value, &limits);
        }
    }
    json_end_object(&writer);
    return builder_text(&out);
}

/* ---- Before a start ---- */

/* As execvp(3) looks a program up, without its fallbacks. */
static bool find_program(struct text word, struct text path, struct text folder, struct arena *arena,
                         struct text *ret_program, struct error *err)
{
    struct text rest = path;
    struct text part;
    if (text_find_char(word, '/') != TEXT_NOT_FOUND) {
        struct text program = path_normalise(arena, folder, word);
        return is_file(program) ? path_resolve(arena, program, ret_program, err)
                                : error_set(err, "there is no program %.*s", TEXT_ARG(program));
    }
    while (word.size > 0 && rest.size > 0 && text_next(&rest, ':', &part)) {
        struct text program =
            path_normalise(arena, folder, path_join(arena, part.size > 0 ? part : TEXT("."), word));
        if (is_file(program) && access(program.data, X_OK) == 0) {
            return path_resolve(arena, program, ret_program, err);
        }
    }
    return error_set(err, "there is no program %.*s in PATH", TEXT_ARG(word));
}

/* For people to accept. */
static bool note(const struct pins *pins, struct text seen, struct arena *arena, struct error *err)
{
    struct pins_store store;
    if (!pins_store_open(&store, pins->root, pins->state_folder, true, arena, err)) {
        return false;
    }
    pins_store_find(&store, pins->server, true, arena)->seen_command = seen;
    bool noted = pins_store_write(&store, arena, err);
    pins_store_close(&store);
    return noted;
}

bool pins_check_command(struct pins *pins, const char *const *words, size_t count, struct text path,
                        struct text folder, struct arena *arena, struct text *ret_program, struct error *err)
{
    struct command command = {.folder = folder};
    struct pins_store store;
    struct text sealed = TEXT("");
    for (size_t i = 0; i < count; i++) {
        VECTOR_PUSH(arena, &command.words, text_of(words[i]));
    }
    if (count == 0) {
        return error_set(err, "the server's command is empty");
    }
    if (!find_program(command.words.items[0], path, folder, arena, &command.program, err) ||
        !pins_store_open(&store, pins->root, pins->state_folder, false, arena, err)) {
        return false;
    }
    struct text seen = write_command(&command, NULL, arena);
    const struct pinned_server *server = pins_store_find(&store, pins->server, false, arena);
    if ((server == NULL || !text_equal(server->seen_command, seen)) && !note(pins, seen, arena, err)) {
        return false;
    }
    if (server != NULL && server->command.size > 0) {
        if (!pins_command_seal(seen, arena, &sealed, err)) {
            return false;
        }
        if (!text_equal(sealed, server->command)) {
            return error_set(
                err,
                "the command of server %.*s is not the one that was accepted (its words, its program or a "
                "file it names changed); a person can look at it with `aex pins diff --command %.*s` and "
                "accept "
                "it with `aex pins accept --command %.*s`",
                TEXT_ARG(pins->server), TEXT_ARG(pins->server), TEXT_ARG(pins->server));
        }
    }
    *ret_program = command.program;
    return true;
}
