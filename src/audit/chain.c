/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/chain.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void audit_seal_line(struct builder *out, struct text members, struct audit_link *link)
{
    size_t start = out->size;
    char hex[DIGEST_HEX_SIZE];
    digest_to_hex(&link->hash, hex);
    builder_add_char(out, '{');
    builder_add(out, members);
    builder_format(out, ",\"seq\":%" PRIu64 ",\"prev\":\"%.*s\"", link->seq + 1, DIGEST_HEX_SIZE, hex);
    struct text hashed[] = {text_after(builder_text(out), start), TEXT("}")};
    link->hash = digest_sha256_joined(hashed, 2);
    digest_to_hex(&link->hash, hex);
    builder_add(out, TEXT(",\"hash\":\""));
    builder_add(out, (struct text){hex, sizeof hex});
    builder_add(out, TEXT("\"}\n"));
    link->seq++;
    link->offset += out->size - start;
}

/* Takes `suffix` off the end of `line`. */
static bool strip_end(struct text *line, struct text suffix)
{
    if (!text_ends_with(*line, suffix)) {
        return false;
    }
    line->size -= suffix.size;
    return true;
}

static bool strip_digest(struct text *line, struct digest *ret_digest)
{
    if (line->size < DIGEST_HEX_SIZE ||
        !digest_from_hex(text_after(*line, line->size - DIGEST_HEX_SIZE), ret_digest)) {
        return false;
    }
    line->size -= DIGEST_HEX_SIZE;
    return true;
}

static bool strip_number(struct text *line, uint64_t *ret_number)
{
    size_t start = line->size;
    while (start > 0 && line->data[start - 1] >= '0' && line->data[start - 1] <= '9') {
        start--;
    }
    if (!text_to_u64(text_after(*line, start), ret_number)) {
        return false;
    }
    line->size = start;
    return true;
}

bool audit_read_seal(struct text line, struct audit_seal *ret_seal)
{
    struct audit_seal seal;
    struct text rest = line;
    if (!strip_end(&rest, TEXT("\"}")) || !strip_digest(&rest, &seal.hash) ||
        !strip_end(&rest, TEXT(",\"hash\":\""))) {
        return false;
    }
    struct text hashed[] = {rest, TEXT("}")};
    if (!strip_end(&rest, TEXT("\"")) || !strip_digest(&rest, &seal.prev) ||
        !strip_end(&rest, TEXT(",\"prev\":\"")) || !strip_number(&rest, &seal.seq) ||
        !strip_end(&rest, TEXT(",\"seq\":")) || !text_starts_with(rest, TEXT("{"))) {
        return false;
    }
    struct digest computed = digest_sha256_joined(hashed, 2);
    seal.is_genuine = digest_equal(&computed, &seal.hash);
    *ret_seal = seal;
    return true;
}

bool audit_seal_continues(const struct audit_seal *seal, const struct audit_link *link)
{
    return seal->is_genuine && link->seq < UINT64_MAX && seal->seq == link->seq + 1 &&
           digest_equal(&seal->prev, &link->hash);
}

void audit_format_head(const struct audit_link *head, char *ret_line)
{
    char hex[DIGEST_HEX_SIZE];
    char line[AUDIT_HEAD_SIZE + 1];
    digest_to_hex(&head->hash, hex);
    int size = snprintf(line, sizeof line, "%020" PRIu64 " %020" PRIu64 " %.*s ", head->seq, head->offset,
                        DIGEST_HEX_SIZE, hex);
    struct digest check = digest_sha256((struct text){line, (size_t)size});
    digest_to_hex(&check, hex);
    snprintf(line + size, sizeof line - (size_t)size, "%.*s\n", AUDIT_CHECK_SIZE, hex);
    memcpy(ret_line, line, AUDIT_HEAD_SIZE);
}

bool audit_parse_head(struct text line, struct audit_link *ret_head)
{
    struct audit_link head;
    char again[AUDIT_HEAD_SIZE];
    if (line.size != AUDIT_HEAD_SIZE || !text_to_u64(text_slice(line, 0, 20), &head.seq) ||
        !text_to_u64(text_slice(line, 21, 41), &head.offset) ||
        !digest_from_hex(text_slice(line, 42, 42 + DIGEST_HEX_SIZE), &head.hash)) {
        return false;
    }
    audit_format_head(&head, again);
    if (memcmp(again, line.data, sizeof again) != 0) {
        return false;
    }
    *ret_head = head;
    return true;
}
