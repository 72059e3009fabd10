/* SPDX-License-Identifier: Apache-2.0 */
#include "setup/servers.h"

#include "os/path.h"

struct text server_policy_name(enum setup_agent agent, struct text name, struct arena *arena)
{
    struct text made = text_sanitise(arena, name);
    if (agent != SETUP_CODEX) {
        return made;
    }
    char *bytes = arena_alloc(arena, made.size + 1);
    for (size_t i = 0; i < made.size; i++) {
        bytes[i] = made.data[i];
        if (bytes[i] == '-') {
            bytes[i] = '_';
        }
    }
    bytes[made.size] = '\0';
    return (struct text){bytes, made.size};
}

struct text server_name_problem(enum setup_agent agent, struct text name, const struct text_vector *all,
                                struct arena *arena)
{
    struct text made = server_policy_name(agent, name, arena);
    if (made.size == 0) {
        return TEXT("has no name");
    }
    for (size_t i = 0; i < all->count; i++) {
        struct text other = all->items[i];
        if (!text_equal(other, name) && text_equal(server_policy_name(agent, other, arena), made)) {
            return text_format(arena, "has the same name for policies, %.*s, as the server %.*s",
                               TEXT_ARG(made), TEXT_ARG(other));
        }
    }
    return TEXT("");
}

struct text_vector server_proxy_words(const struct setup_options *options, struct text name, bool names_root,
                                      struct arena *arena)
{
    struct text_vector words = {0};
    const struct text all[] = {TEXT_INIT("proxy"),
                               TEXT_INIT("--name"),
                               server_policy_name(options->agent, name, arena),
                               names_root ? TEXT("--root") : TEXT(""),
                               names_root ? options->root : TEXT(""),
                               options->names_state_folder ? TEXT("--state-dir") : TEXT(""),
                               options->names_state_folder ? options->state_folder : TEXT(""),
                               TEXT_INIT("--")};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        if (all[i].size > 0) {
            VECTOR_PUSH(arena, &words, all[i]);
        }
    }
    return words;
}

bool server_is_behind_proxy(struct text command, const struct text_vector *arguments)
{
    return text_equal(path_base_name(command), TEXT("aex")) && arguments->count > 0 &&
           text_equal(arguments->items[0], TEXT("proxy"));
}

size_t server_count_proxy_words(const struct text_vector *arguments)
{
    static const struct text known[] = {TEXT_INIT("--name"), TEXT_INIT("--root"), TEXT_INIT("--state-dir"),
                                        TEXT_INIT("--server-kind")};
    for (size_t at = 1; at < arguments->count; at += 2) {
        bool is_known = false;
        if (text_equal(arguments->items[at], TEXT("--"))) {
            return at + 1;
        }
        for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
            is_known = is_known || text_equal(arguments->items[at], known[i]);
        }
        if (!is_known) {
            return 0;
        }
    }
    return 0;
}

size_t server_find_refused_name(const struct text_vector *arguments, struct arena *arena)
{
    size_t count = server_count_proxy_words(arguments);
    for (size_t at = 1; at + 1 < count; at += 2) {
        struct text value = arguments->items[at + 1];
        bool is_fit = value.size > 0 && text_equal(text_sanitise(arena, value), value);
        if (text_equal(arguments->items[at], TEXT("--name")) && !is_fit) {
            return at + 1;
        }
    }
    return 0;
}
