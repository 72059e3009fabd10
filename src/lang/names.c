/* SPDX-License-Identifier: Apache-2.0 */
#include "lang/names.h"

static struct name_entry *slot_of(struct name_entry *entries, size_t capacity, struct text name, uint64_t hash)
{
    size_t at = (size_t)(hash ^ hash >> 32) & (capacity - 1);
    while (entries[at].name.data != NULL && (entries[at].hash != hash || !text_equal(entries[at].name, name))) {
        at = (at + 1) & (capacity - 1);
    }
    return &entries[at];
}

/* FNV-1a, a byte at a time, so that all prefixes of a name are hashed in one go. */
static const uint64_t hash_start = 14695981039346656037U;

static uint64_t hash_byte(uint64_t hash, char c)
{
    return (hash ^ (unsigned char)c) * 1099511628211U;
}

static uint64_t hash_name(struct text name)
{
    uint64_t hash = hash_start;
    for (size_t i = 0; i < name.size; i++) {
        hash = hash_byte(hash, name.data[i]);
    }
    return hash;
}

static struct name_entry *find_hashed(const struct names *names, struct text name, uint64_t hash)
{
    struct name_entry *entry = slot_of(names->entries, names->capacity, name, hash);
    return entry->name.data == NULL ? NULL : entry;
}

struct name_entry *names_find(const struct names *names, struct text name)
{
    return names->count == 0 ? NULL : find_hashed(names, name, hash_name(name));
}

struct name_entry *names_find_prefix(const struct names *names, struct text name)
{
    uint64_t hash = hash_start;
    for (size_t i = 0; i <= name.size && names->count > 0; i++) {
        if (i == name.size || name.data[i] == '.') {
            struct name_entry *entry = find_hashed(names, text_slice(name, 0, i), hash);
            if (entry != NULL) {
                return entry;
            }
        }
        hash = i == name.size ? hash : hash_byte(hash, name.data[i]);
    }
    return NULL;
}

static void grow(struct names *names, struct arena *arena)
{
    size_t capacity = names->capacity == 0 ? 16 : names->capacity * 2;
    struct name_entry *entries = ARENA_ARRAY(arena, struct name_entry, capacity);
    for (size_t i = 0; i < names->capacity; i++) {
        const struct name_entry *old = &names->entries[i];
        if (old->name.data != NULL) {
            *slot_of(entries, capacity, old->name, old->hash) = *old;
        }
    }
    names->entries = entries;
    names->capacity = capacity;
}

bool names_add(struct names *names, struct text name, size_t value, struct arena *arena)
{
    if (names->count * 2 >= names->capacity) {
        grow(names, arena);
    }
    uint64_t hash = hash_name(name);
    struct name_entry *entry = slot_of(names->entries, names->capacity, name, hash);
    if (entry->name.data != NULL) {
        return false;
    }
    *entry = (struct name_entry){.hash = hash, .name = name, .value = value};
    names->count++;
    return true;
}
