/* SPDX-License-Identifier: Apache-2.0 */
#include "setup/servers.h"

#include "os/path.h"

struct text_vector server_proxy_words(const struct setup_options *options, struct text name, bool names_root,
                                      struct arena *arena)
{
    struct text_vector words = {0};
    const struct text all[] = {TEXT_INIT("proxy"),
                               TEXT_INIT("--name"),
                               name,
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
