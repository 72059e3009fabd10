/* SPDX-License-Identifier: Apache-2.0 */
#include "lang/names.h"

static struct text name_of(const struct name_entry *entry)
{
    return (struct text){entry->data, entry->size};
}

static struct name_entry *slot_of(struct name_entry *entries, size_t capacity, struct text name, uint32_t hash)
{
    size_t at = hash & (capacity - 1);
    while (entries[at].data != NULL && (entries[at].hash != hash || !text_equal(name_of(&entries[at]), name))) {
        at = (at + 1) & (capacity - 1);
    }
    return &entries[at];
}

static uint32_t fold(uint64_t hash)
{
    return (uint32_t)(hash ^ hash >> 32);
}

static uint32_t hash_name(struct text name)
{
    return fold(text_hash(name));
}

static struct name_entry *find_hashed(const struct names *names, struct text name, uint32_t hash)
{
    struct name_entry *entry = slot_of(names->entries, names->capacity, name, hash);
    return entry->data == NULL ? NULL : entry;
}

struct name_entry *names_find(const struct names *names, struct text name)
{
    return names->count == 0 ? NULL : find_hashed(names, name, hash_name(name));
}

struct name_entry *names_find_prefix(const struct names *names, struct text name)
{
    uint64_t hash = TEXT_HASH_START;
    for (size_t i = 0; i <= name.size && names->count > 0; i++) {
        if (i == name.size || name.data[i] == '.') {
            struct name_entry *entry = find_hashed(names, text_slice(name, 0, i), fold(hash));
            if (entry != NULL) {
                return entry;
            }
        }
        hash = i == name.size ? hash : text_hash_byte(hash, name.data[i]);
    }
    return NULL;
}

static void grow(struct names *names, struct arena *arena)
{
    size_t capacity = names->capacity == 0 ? 16 : names->capacity * 2;
    struct name_entry *entries = ARENA_ARRAY(arena, struct name_entry, capacity);
    for (size_t i = 0; i < names->capacity; i++) {
        const struct name_entry *old = &names->entries[i];
        if (old->data != NULL) {
            *slot_of(entries, capacity, name_of(old), old->hash) = *old;
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
    uint32_t hash = hash_name(name);
    struct name_entry *entry = slot_of(names->entries, names->capacity, name, hash);
    if (entry->data != NULL) {
        return false;
    }
    *entry = (struct name_entry){.data = name.data, .size = (uint32_t)name.size, .hash = hash, .value = value};
    names->count++;
    return true;
}
