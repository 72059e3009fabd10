/* SPDX-License-Identifier: Apache-2.0 */
#include "state/checkpoint.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

#include "crypto/hmac.h"
#include "state/checkpoint_internal.h"

enum { LONGEST_NAME = 128 };

static const struct text schema = TEXT_INIT("aex/checkpoint@v1");

bool checkpoint_name_is_valid(struct text name)
{
    for (size_t i = 0; i < name.size; i++) {
        char c = name.data[i];
        bool is_fine =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
        if (!is_fine) {
            return false;
        }
    }
    return name.size > 0 && name.size <= LONGEST_NAME;
}

/* ---- Writing ---- */

/* Counts may be larger than the writer's signed numbers. */
static void member_count(struct json_writer *writer, struct text name, uint64_t count)
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%" PRIu64, count);
    json_key(writer, name);
    json_raw(writer, (struct text){digits, (size_t)length});
}

static void member_digest(struct json_writer *writer, struct text name, const struct digest *digest)
{
    char hex[DIGEST_HEX_SIZE];
    digest_to_hex(digest, hex);
    json_member_string(writer, name, (struct text){hex, sizeof hex});
}

void checkpoint_write_shares(struct json_writer *writer, const struct checkpoint_share_vector *shares)
{
    json_begin_object(writer);
    for (size_t i = 0; i < shares->count; i++) {
        member_count(writer, shares->items[i].session, shares->items[i].calls);
    }
    json_end_object(writer);
}

static void write_calls(struct json_writer *writer, const struct checkpoint_call_vector *calls)
{
    json_begin_array(writer);
    for (size_t i = 0; i < calls->count; i++) {
        const struct checkpoint_call *call = &calls->items[i];
        json_begin_object(writer);
        json_member_string(writer, TEXT("tool"), call->tool);
        json_member_string(writer, TEXT("timestamp"), call->timestamp);
        json_member_string(writer, TEXT("decision"), call->is_blocked ? TEXT("block") : TEXT("forward"));
        if (call->reason.size > 0) {
            json_member_string(writer, TEXT("reason"), call->reason);
        }
        json_end_object(writer);
    }
    json_end_array(writer);
}

/* What AEX writes. */
static void write_common(struct json_writer *writer, const struct checkpoint *checkpoint)
{
    json_member_string(writer, TEXT("name"), checkpoint->name);
    if (checkpoint->description.size > 0) {
        json_member_string(writer, TEXT("description"), checkpoint->description);
    }
    json_member_string(writer, TEXT("timestamp"), checkpoint->timestamp);
    member_count(writer, TEXT("callsUsed"), checkpoint->calls_used);
    if (checkpoint->has_budget) {
        member_count(writer, TEXT("budget"), checkpoint->budget);
    }
    json_key(writer, TEXT("toolHistory"));
    write_calls(writer, &checkpoint->calls);
}

static void write_own(struct json_writer *writer, const struct checkpoint *checkpoint)
{
    struct digest records = digest_sha256(checkpoint->records);
    json_member_string(writer, TEXT("schema"), schema);
    if (checkpoint->is_partial) {
        json_key(writer, TEXT("partial"));
        json_bool(writer, true);
    }
    json_member_string(writer, TEXT("session"), checkpoint->session);
    json_key(writer, TEXT("sessions"));
    checkpoint_write_shares(writer, &checkpoint->shares);
    member_digest(writer, TEXT("policy"), &checkpoint->policy);
    json_key(writer, TEXT("chain"));
    json_begin_object(writer);
    member_count(writer, TEXT("seq"), checkpoint->chain.seq);
    member_count(writer, TEXT("offset"), checkpoint->chain.offset);
    member_digest(writer, TEXT("hash"), &checkpoint->chain.hash);
    member_digest(writer, TEXT("log"), &checkpoint->chain.log);
    json_end_object(writer);
    member_digest(writer, TEXT("audit"), &records);
}

static struct text write_all(const struct checkpoint *checkpoint, const struct digest *mac, struct arena *arena)
{
    struct builder out;
    struct json_writer writer;
    builder_init(&out, arena);
    json_writer_init(&writer, &out, true);
    json_begin_object(&writer);
    write_common(&writer, checkpoint);
    write_own(&writer, checkpoint);
    if (mac != NULL) {
        member_digest(&writer, TEXT("mac"), mac);
    }
    json_end_object(&writer);
    builder_add_char(&out, '\n');
    return builder_text(&out);
}

/* Of everything but the mac itself, so that no member can be changed, added or taken away. */
static struct digest mac_of(const struct json *value, struct text key, struct arena *arena)
{
    struct json_member *members = ARENA_ARRAY(arena, struct json_member, value->count + 1);
    struct json rest = *value;
    rest.count = 0;
    for (size_t i = 0; i < value->count; i++) {
        if (!text_equal(value->members[i].name, TEXT("mac"))) {
            members[rest.count++] = value->members[i];
        }
    }
    rest.members = members;
    const struct text parts[] = {schema, TEXT("\n"), json_canonical_text(arena, &rest)};
    return hmac_sha256(key, parts, sizeof parts / sizeof parts[0]);
}

struct text checkpoint_format(const struct checkpoint *checkpoint, struct text key, struct arena *arena)
{
    struct json value = {0};
    bool is_json = json_parse(write_all(checkpoint, NULL, arena), arena, &value, NULL);
    assert(is_json);
    struct digest mac = mac_of(&value, key, arena);
    return write_all(checkpoint, &mac, arena);
}

/* ---- Reading ---- */

static bool get_digest(const struct json *object, struct text name, struct digest *ret_digest)
{
    struct text hex;
    return json_get_text(object, name, &hex) && digest_from_hex(hex, ret_digest);
}

bool checkpoint_read_shares(const struct json *value, struct arena *arena,
                            struct checkpoint_share_vector *ret_shares)
{
    struct checkpoint_share_vector shares = {0};
    if (value == NULL || value->type != JSON_OBJECT) {
        return false;
    }
    for (size_t i = 0; i < value->count; i++) {
        struct checkpoint_share share = {.session = value->members[i].name};
        if (value->members[i].value.type != JSON_NUMBER ||
            !text_to_u64(value->members[i].value.text, &share.calls)) {
            return false;
        }
        VECTOR_PUSH(arena, &shares, share);
    }
    *ret_shares = shares;
    return true;
}

static void read_calls(const struct json *value, struct arena *arena, struct checkpoint_call_vector *calls)
{
    const struct json *history = json_get(value, TEXT("toolHistory"));
    for (size_t i = 0; history != NULL && history->type == JSON_ARRAY && i < history->count; i++) {
        const struct json *item = &history->items[i];
        struct checkpoint_call call = {.tool = TEXT(""), .timestamp = TEXT(""), .reason = TEXT("")};
        struct text decision;
        if (!json_get_text(item, TEXT("tool"), &call.tool)) {
            continue;
        }
        (void)json_get_text(item, TEXT("timestamp"), &call.timestamp);
        (void)json_get_text(item, TEXT("reason"), &call.reason);
        call.is_blocked =
            !json_get_text(item, TEXT("decision"), &decision) || !text_equal(decision, TEXT("forward"));
        VECTOR_PUSH(arena, calls, call);
    }
}

/* What only aex writes. False when something is missing or not what it should be. */
static bool read_own(const struct json *value, struct arena *arena, struct checkpoint *checkpoint)
{
    struct text written_schema;
    const struct json *chain = json_get(value, TEXT("chain"));
    checkpoint->is_partial = json_is_true(value, TEXT("partial"));
    return json_get_text(value, TEXT("schema"), &written_schema) && text_equal(written_schema, schema) &&
           json_get_text(value, TEXT("session"), &checkpoint->session) &&
           checkpoint_read_shares(json_get(value, TEXT("sessions")), arena, &checkpoint->shares) &&
           get_digest(value, TEXT("policy"), &checkpoint->policy) &&
           json_get_u64(chain, TEXT("seq"), &checkpoint->chain.seq) &&
           json_get_u64(chain, TEXT("offset"), &checkpoint->chain.offset) &&
           get_digest(chain, TEXT("hash"), &checkpoint->chain.hash) &&
           get_digest(chain, TEXT("log"), &checkpoint->chain.log);
}

/* Why the checkpoint is not one that aex made here; empty when it is. */
static struct text find_mismatch(const struct json *value, const struct checkpoint *checkpoint, struct text key,
                                 bool is_own, struct arena *arena)
{
    struct digest mac;
    struct digest records;
    if (json_get(value, TEXT("mac")) == NULL) {
        return TEXT("it has no mac, as those that AEX makes");
    }
    if (key.size == 0) {
        return TEXT("its mac cannot be checked: no checkpoint was ever made here");
    }
    struct digest expected = mac_of(value, key, arena);
    if (!get_digest(value, TEXT("mac"), &mac) || !digest_equal(&mac, &expected)) {
        return TEXT("its mac does not verify: it was changed, or made on another machine");
    }
    struct digest actual = digest_sha256(checkpoint->records);
    if (!get_digest(value, TEXT("audit"), &records) || !digest_equal(&records, &actual)) {
        return TEXT("its audit.jsonl is not the one it was made with");
    }
    return is_own ? TEXT("") : TEXT("it is of a version that this aex does not know");
}

bool checkpoint_parse(struct text source, struct text records, struct text key, const char *shown,
                      struct arena *arena, struct checkpoint *ret_checkpoint, struct error *err)
{
    struct json value;
    struct checkpoint checkpoint = {
        .description = TEXT(""), .timestamp = TEXT(""), .session = TEXT(""), .records = records};
    if (!json_parse(source, arena, &value, err)) {
        return error_prefix(err, "%s is no checkpoint", shown);
    }
    if (!json_get_text(&value, TEXT("name"), &checkpoint.name) ||
        !json_get_u64(&value, TEXT("callsUsed"), &checkpoint.calls_used)) {
        return error_set(err, "%s is no checkpoint: it has no name, or no whole number of callsUsed", shown);
    }
    (void)json_get_text(&value, TEXT("description"), &checkpoint.description);
    (void)json_get_text(&value, TEXT("timestamp"), &checkpoint.timestamp);
    checkpoint.has_budget = json_get_u64(&value, TEXT("budget"), &checkpoint.budget);
    read_calls(&value, arena, &checkpoint.calls);
    bool is_own = read_own(&value, arena, &checkpoint);
    checkpoint.mismatch = find_mismatch(&value, &checkpoint, key, is_own, arena);
    checkpoint.is_genuine = checkpoint.mismatch.size == 0;
    checkpoint.digest = digest_sha256(json_canonical_text(arena, &value));
    *ret_checkpoint = checkpoint;
    return true;
}
