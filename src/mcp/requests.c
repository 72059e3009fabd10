/* SPDX-License-Identifier: Apache-2.0 */
#include "mcp/requests.h"

#include "base/memory.h"
#include "json/writer.h"

enum { FIRST_CAPACITY = 64 };

void mcp_requests_release(struct mcp_requests *requests)
{
    memory_free(requests->slots);
    *requests = (struct mcp_requests){0};
}

static uint32_t hash_of(const struct mcp_id *id)
{
    uint64_t hash = text_hash(id->value) + id->is_string;
    return (uint32_t)(hash ^ hash >> 32);
}

static size_t place_of(const struct mcp_requests *requests, uint32_t hash)
{
    return hash & (requests->capacity - 1);
}

/* Into the first free place behind its own. */
static void put(struct mcp_requests *requests, const struct mcp_request *request)
{
    size_t place = place_of(requests, request->hash);
    while (requests->slots[place].method != NULL) {
        place = (place + 1) & (requests->capacity - 1);
    }
    requests->slots[place] = *request;
}

static void resize(struct mcp_requests *requests, size_t capacity)
{
    struct mcp_requests larger = {.capacity = capacity, .count = requests->count};
    larger.slots = memory_resize(NULL, capacity, sizeof *larger.slots);
    memset(larger.slots, 0, capacity * sizeof *larger.slots);
    for (size_t i = 0; i < requests->capacity; i++) {
        if (requests->slots[i].method != NULL) {
            put(&larger, &requests->slots[i]);
        }
    }
    memory_free(requests->slots);
    *requests = larger;
}

/* Those whose senders no longer wait make room for those who do. */
static void forget_cancelled(struct mcp_requests *requests)
{
    for (size_t i = 0; i < requests->capacity;) {
        if (requests->slots[i].method != NULL && requests->slots[i].is_cancelled) {
            mcp_requests_remove(requests, &requests->slots[i]);
        } else {
            i++;
        }
    }
}

bool mcp_requests_have_room(struct mcp_requests *requests)
{
    if (requests->count == LIMIT_MCP_IN_FLIGHT) {
        forget_cancelled(requests);
    }
    return requests->count < LIMIT_MCP_IN_FLIGHT;
}

bool mcp_requests_add(struct mcp_requests *requests, const struct mcp_id *id, const struct mcp_request *request)
{
    if (!mcp_requests_have_room(requests) || id->value.size > LIMIT_MCP_ID) {
        return false;
    }
    if (requests->count * 2 >= requests->capacity) {
        resize(requests, requests->capacity == 0 ? FIRST_CAPACITY : requests->capacity * 2);
    }
    struct mcp_request added = *request;
    added.hash = hash_of(id);
    added.id_is_string = id->is_string;
    added.id_size = (uint8_t)id->value.size;
    if (id->value.size > 0) {
        memcpy(added.id, id->value.data, id->value.size);
    }
    put(requests, &added);
    requests->count++;
    return true;
}

struct mcp_request *mcp_requests_find(const struct mcp_requests *requests, const struct mcp_id *id)
{
    if (requests->capacity == 0) {
        return NULL;
    }
    uint32_t hash = hash_of(id);
    for (size_t place = place_of(requests, hash);; place = (place + 1) & (requests->capacity - 1)) {
        struct mcp_request *request = &requests->slots[place];
        if (request->method == NULL) {
            return NULL;
        }
        if (request->hash == hash && request->id_is_string == id->is_string &&
            text_equal((struct text){request->id, request->id_size}, id->value)) {
            return request;
        }
    }
}

/* Leaves no gap: those behind move up to where they are found. */
void mcp_requests_remove(struct mcp_requests *requests, struct mcp_request *request)
{
    size_t mask = requests->capacity - 1;
    size_t hole = (size_t)(request - requests->slots);
    for (size_t next = (hole + 1) & mask; requests->slots[next].method != NULL; next = (next + 1) & mask) {
        size_t home = place_of(requests, requests->slots[next].hash);
        if (((next - home) & mask) >= ((next - hole) & mask)) {
            requests->slots[hole] = requests->slots[next];
            hole = next;
        }
    }
    requests->slots[hole].method = NULL;
    requests->count--;
    if (requests->count == 0 && requests->capacity > FIRST_CAPACITY * 16) {
        mcp_requests_release(requests);
    }
}

struct text mcp_request_id(const struct mcp_request *request, struct arena *arena)
{
    struct builder out;
    struct json_writer writer;
    struct text value = {request->id, request->id_size};
    if (!request->id_is_string) {
        return text_copy(arena, value);
    }
    builder_init(&out, arena);
    json_writer_init(&writer, &out, false);
    json_string(&writer, value);
    return builder_text(&out);
}
