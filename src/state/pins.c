/* SPDX-License-Identifier: Apache-2.0 */
#include "state/pins.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/limits.h"
#include "state/pins_store.h"

/* Of one server's pins in memory: names and digests only. */
enum { PINS_MEMORY = 64 * 1024 * 1024 };

static int compare_pins(const void *a, const void *b)
{
    return text_compare(((const struct pin *)a)->tool, ((const struct pin *)b)->tool);
}

static struct pin *find_pin(const struct pin_vector *pins, struct text tool)
{
    struct pin wanted = {.tool = tool};
    return pins->count == 0 ? NULL
                            : bsearch(&wanted, pins->items, pins->count, sizeof pins->items[0], compare_pins);
}

static void sort_pins(struct pin_vector *pins)
{
    if (pins->count > 1) {
        qsort(pins->items, pins->count, sizeof pins->items[0], compare_pins);
    }
}

/* ---- What this process knows ---- */

static bool read_mark(const char *path, struct stat_mark *ret_mark, struct error *err)
{
    struct stat status;
    *ret_mark = (struct stat_mark){0};
    if (lstat(path, &status) != 0) {
        return errno == ENOENT || error_set_os(err, errno, "cannot inspect %s", path);
    }
    *ret_mark = (struct stat_mark){
        .inode = status.st_ino,
        .changed_at = (int64_t)status.st_ctim.tv_sec * 1000000000 + status.st_ctim.tv_nsec,
        .size = status.st_size,
    };
    return true;
}

static bool is_same_mark(const struct stat_mark *a, const struct stat_mark *b)
{
    return a->inode == b->inode && a->changed_at == b->changed_at && a->size == b->size;
}

static void copy_tools(struct pins *pins, const struct pinned_tool_vector *tools, struct pin_vector *ret_pins)
{
    for (size_t i = 0; i < tools->count; i++) {
        struct pin pin = {.tool = text_copy(&pins->arena, tools->items[i].name),
                          .digest = tools->items[i].digest};
        VECTOR_PUSH(&pins->arena, ret_pins, pin);
    }
    sort_pins(ret_pins);
}

/* Takes the store's word for everything but what this process saw. */
static void take_over(struct pins *pins, const struct pinned_server *server, const struct stat_mark *mark,
                      struct arena *scratch)
{
    struct pin_vector seen = {0};
    for (size_t i = 0; i < pins->seen.count; i++) {
        struct pin pin = {.tool = text_copy(scratch, pins->seen.items[i].tool),
                          .digest = pins->seen.items[i].digest};
        VECTOR_PUSH(scratch, &seen, pin);
    }
    arena_release(&pins->arena);
    pins->tools = (struct pin_vector){0};
    pins->waiting = (struct pin_vector){0};
    pins->seen = (struct pin_vector){0};
    for (size_t i = 0; i < seen.count; i++) {
        struct pin pin = {.tool = text_copy(&pins->arena, seen.items[i].tool), .digest = seen.items[i].digest};
        VECTOR_PUSH(&pins->arena, &pins->seen, pin);
    }
    if (server != NULL) {
        copy_tools(pins, &server->tools, &pins->tools);
        copy_tools(pins, &server->waiting, &pins->waiting);
    }
    pins->first = server != NULL ? server->first : (struct first_list){.is_complete = false};
    if (pins->first.pages == 0) {
        pins->cursor_count = 0; /* new, or forgotten: the next page is its first */
    }
    pins->mark = *mark;
}

/* Reads the store if it changed since. The mark is taken before: what is written meanwhile shows next time. */
static bool refresh(struct pins *pins, bool is_first, struct arena *scratch, struct error *err)
{
    struct stat_mark mark;
    struct pins_store store;
    if (!read_mark(pins_store_path(pins->root, pins->state_folder, scratch), &mark, err)) {
        return false;
    }
    if (!is_first && is_same_mark(&mark, &pins->mark)) {
        return true;
    }
    if (!pins_store_open(&store, pins->root, pins->state_folder, false, scratch, err)) {
        return false;
    }
    take_over(pins, pins_store_find(&store, pins->server, false, scratch), &mark, scratch);
    return true;
}

bool pins_init(struct pins *pins, struct text root, struct text state_folder, struct text server,
               struct error *err)
{
    AUTO_ARENA scratch;
    arena_init(&scratch, LIMIT_DOCUMENT_MEMORY);
    *pins = (struct pins){.root = root, .state_folder = state_folder, .server = server};
    arena_init(&pins->arena, PINS_MEMORY);
    return refresh(pins, true, &scratch, err);
}

void pins_release(struct pins *pins)
{
    arena_release(&pins->arena);
}

/* ---- The first list ---- */

/* Whether what comes now is new. A clock that was set back ends it too. */
static bool is_over(const struct first_list *first, clock_instant now)
{
    static const clock_instant longest = LIMIT_FIRST_LIST * INT64_C(1000000000);
    return first->is_complete || (first->since != 0 && (now < first->since || now - first->since > longest));
}

/* Which page of the list a cursor asks for. A server may give the same one with each page: the last counts. One
 * that it never gave begins anew. */
static uint64_t place_of(const struct pins *pins, uint64_t cursor)
{
    size_t known = pins->cursor_count < PINS_CURSORS ? pins->cursor_count : PINS_CURSORS;
    for (size_t i = 1; cursor != 0 && i <= known; i++) {
        const struct pins_cursor *given = &pins->cursors[(pins->cursor_count - i) % PINS_CURSORS];
        if (given->cursor == cursor) {
            return given->place;
        }
    }
    return 0;
}

static void note_cursor(struct pins *pins, uint64_t cursor, uint64_t place)
{
    if (cursor != 0) {
        pins->cursors[pins->cursor_count++ % PINS_CURSORS] =
            (struct pins_cursor){.cursor = cursor, .place = place};
    }
}

/* ---- Judging ---- */

/* A page that was read. */
struct listed {
    struct pinned_tool_vector tools;
    uint64_t place; /* in the list */
    bool is_last;
    clock_instant now;
};

/* Whether the first list goes on with this page. */
static bool is_taken(const struct first_list *first, const struct listed *page)
{
    return !is_over(first, page->now) && page->place == first->pages;
}

/* A tool by what is accepted. Before the first list was seen to its end, an unknown one is neither. */
static enum pin_status status_of(const struct pins *pins, struct text tool, const struct digest *digest)
{
    const struct pin *accepted = find_pin(&pins->tools, tool);
    if (accepted != NULL) {
        return digest_equal(&accepted->digest, digest) ? PIN_PINNED : PIN_CHANGED;
    }
    return pins->first.is_complete ? PIN_NEW : PIN_UNSEEN;
}

/* Remembers in which form a withheld tool was seen last. */
static bool note_seen(struct pins *pins, struct text tool, const struct digest *digest, bool is_withheld,
                      struct error *err)
{
    struct pin *seen = find_pin(&pins->seen, tool);
    if (seen != NULL) {
        seen->digest = *digest;
        return true;
    }
    if (!is_withheld) {
        return true;
    }
    if (pins->seen.count >= LIMIT_PINNED_TOOLS) {
        return error_set(err, "server %.*s: more than %d tools wait for a person", TEXT_ARG(pins->server),
                         LIMIT_PINNED_TOOLS);
    }
    struct pin pin = {.tool = text_copy(&pins->arena, tool), .digest = *digest};
    VECTOR_PUSH(&pins->arena, &pins->seen, pin);
    sort_pins(&pins->seen);
    return true;
}

/* Whether the store already says all that this page comes to. */
static bool is_written_down(const struct pins *pins, const struct listed *page)
{
    const struct first_list *first = &pins->first;
    bool is_end = page->is_last || is_over(first, page->now);
    bool is_written = first->is_complete || (!is_end && !is_taken(first, page));
    for (size_t i = 0; i < page->tools.count; i++) {
        const struct pinned_tool *tool = &page->tools.items[i];
        const struct pin *waiting = find_pin(&pins->waiting, tool->name);
        if (status_of(pins, tool->name, &tool->digest) == PIN_PINNED) {
            is_written = is_written && waiting == NULL;
        } else {
            is_written = is_written && waiting != NULL && digest_equal(&waiting->digest, &tool->digest);
        }
    }
    return is_written;
}

/* What a server's first list comes to: accepted, unless the workspace's file has the tool otherwise. */
static enum pin_status judge_first(const struct pinned_server *committed, const struct pinned_tool *tool)
{
    if (committed == NULL) {
        return PIN_PINNED;
    }
    const struct pinned_tool *known = pinned_tool_find(&committed->tools, tool->name);
    if (known == NULL) {
        return PIN_NEW;
    }
    return digest_equal(&known->digest, &tool->digest) ? PIN_PINNED : PIN_CHANGED;
}

static void take_page(struct pinned_server *server, const struct pinned_server *committed,
                      const struct listed *page, struct arena *scratch)
{
    struct first_list *first = &server->first;
    bool takes = is_taken(first, page);
    for (size_t i = 0; i < page->tools.count; i++) {
        const struct pinned_tool *tool = &page->tools.items[i];
        const struct pinned_tool *accepted = pinned_tool_find(&server->tools, tool->name);
        bool is_pinned = accepted != NULL ? digest_equal(&accepted->digest, &tool->digest)
                                          : takes && judge_first(committed, tool) == PIN_PINNED;
        if (!is_pinned) {
            pinned_tool_put(&server->waiting, tool, scratch);
            continue;
        }
        pinned_tool_remove(&server->waiting, tool->name);
        if (accepted == NULL) {
            VECTOR_PUSH(scratch, &server->tools, *tool);
        }
    }
    first->is_complete = page->is_last || is_over(first, page->now);
    first->pages += takes;
    first->since = takes && first->since == 0 ? page->now : first->since;
}

/* With the store locked: another process may have been first. */
static bool write_down_locked(struct pins *pins, struct pins_store *store, const struct listed *page,
                              struct arena *scratch, struct error *err)
{
    struct pinned_server_vector committed = {0};
    struct pinned_server *server = pins_store_find(store, pins->server, true, scratch);
    size_t accepted = server->tools.count;
    bool was_complete = server->first.is_complete;
    struct stat_mark mark;
    if (!was_complete && !pins_file_read(pins->root, scratch, &committed, err)) {
        return false;
    }
    take_page(server, pinned_server_find(&committed, pins->server), page, scratch);
    if (server->tools.count > LIMIT_PINNED_TOOLS || server->waiting.count > LIMIT_PINNED_TOOLS) {
        return error_set(err, "server %.*s lists more than %d tools", TEXT_ARG(pins->server),
                         LIMIT_PINNED_TOOLS);
    }
    if (!pins_store_write(store, scratch, err) || !read_mark(store->path, &mark, err)) {
        return false;
    }
    if (server->first.is_complete && (!was_complete || server->tools.count > accepted)) {
        /* For people; what counts is written. A workspace that cannot be written to has no such file. Not
         * before the first list is over: until then the file is the repository's word, which narrows the rest
         * of it. */
        (void)pins_file_update(pins->root, pins->server, server, scratch, NULL);
    }
    take_over(pins, server, &mark, scratch);
    return true;
}

/* What waits although the first list is not over is known by the store only. */
static enum pin_status final_status(const struct pins *pins, const struct pinned_tool *tool)
{
    enum pin_status status = status_of(pins, tool->name, &tool->digest);
    return status != PIN_UNSEEN || find_pin(&pins->waiting, tool->name) == NULL ? status : PIN_NEW;
}

/* Reads a page; with the tools' entries only where they are to be written down, since all but their digests is
 * memory for nothing: a page may have tens of megabytes. */
static bool read_page(const struct json *tools, bool with_entries, struct arena *scratch,
                      struct pinned_tool_vector *ret_page, struct error *err)
{
    AUTO_ARENA passing;
    arena_init(&passing, LIMIT_DOCUMENT_MEMORY);
    struct pin_vector names = {0};
    *ret_page = (struct pinned_tool_vector){0};
    if (tools->type != JSON_ARRAY || tools->count > LIMIT_PINNED_TOOLS) {
        return error_set(err, "the server's list of tools is no list, or longer than %d", LIMIT_PINNED_TOOLS);
    }
    for (size_t i = 0; i < tools->count; i++) {
        struct pinned_tool tool = {0};
        if (!pinned_tool_of(&tools->items[i], with_entries ? scratch : &passing, &tool, err)) {
            return false;
        }
        if (!with_entries) {
            tool.entry = TEXT("");
            (void)json_get_text(&tools->items[i], TEXT("name"), &tool.name);
            arena_reset(&passing);
        }
        struct pin name = {.tool = tool.name};
        VECTOR_PUSH(scratch, ret_page, tool);
        VECTOR_PUSH(scratch, &names, name);
    }
    sort_pins(&names);
    for (size_t i = 1; i < names.count; i++) {
        if (text_equal(names.items[i].tool, names.items[i - 1].tool)) {
            return error_set(err, "the server lists the tool %.*s twice", TEXT_ARG(names.items[i].tool));
        }
    }
    return true;
}

bool pins_check_page(struct pins *pins, const struct pins_page *page, clock_instant now,
                     enum pin_status *ret_statuses, struct arena *scratch, struct error *err)
{
    struct listed listed = {.is_last = page->next == 0, .now = now};
    if (!read_page(page->tools, false, scratch, &listed.tools, err) || !refresh(pins, false, scratch, err)) {
        return false;
    }
    listed.place = place_of(pins, page->cursor);
    if (!is_written_down(pins, &listed)) {
        struct pins_store store;
        if (!read_page(page->tools, true, scratch, &listed.tools, err) ||
            !pins_store_open(&store, pins->root, pins->state_folder, true, scratch, err)) {
            return false;
        }
        bool written = write_down_locked(pins, &store, &listed, scratch, err);
        pins_store_close(&store);
        if (!written) {
            return false;
        }
    }
    note_cursor(pins, page->next, listed.place + 1);
    for (size_t i = 0; i < listed.tools.count; i++) {
        const struct pinned_tool *tool = &listed.tools.items[i];
        ret_statuses[i] = final_status(pins, tool);
        if (!note_seen(pins, tool->name, &tool->digest, ret_statuses[i] != PIN_PINNED, err)) {
            return false;
        }
    }
    return true;
}

bool pins_check_call(struct pins *pins, struct text tool, clock_instant now, enum pin_status *ret_status,
                     struct arena *scratch, struct error *err)
{
    if (!refresh(pins, false, scratch, err)) {
        return false;
    }
    const struct pin *seen = find_pin(&pins->seen, tool);
    /* What the server was last seen with, here or by a process before: it is the same server until it says
     * otherwise. */
    bool is_waiting = find_pin(&pins->waiting, tool) != NULL;
    if (seen != NULL) {
        *ret_status = status_of(pins, tool, &seen->digest);
        *ret_status = *ret_status == PIN_UNSEEN ? PIN_NEW : *ret_status;
    } else if (find_pin(&pins->tools, tool) != NULL) {
        *ret_status = is_waiting ? PIN_CHANGED : PIN_PINNED;
    } else {
        *ret_status = is_over(&pins->first, now) || is_waiting ? PIN_NEW : PIN_UNSEEN;
    }
    return true;
}

struct text pins_explain(const struct pins *pins, struct text tool, enum pin_status status, struct arena *arena)
{
    switch (status) {
    case PIN_NEW:
    case PIN_CHANGED:
        return text_format(
            arena,
            "%.*s %s since server %.*s was accepted; a person can look at it with `aex pins diff "
            "%.*s` and accept it with `aex pins accept %.*s`",
            TEXT_ARG(tool), status == PIN_NEW ? "was added" : "changed its description or schema",
            TEXT_ARG(pins->server), TEXT_ARG(pins->server), TEXT_ARG(pins->server));
    case PIN_PINNED:
    case PIN_UNSEEN:
        break;
    }
    return TEXT("");
}
