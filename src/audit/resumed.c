/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/resumed.h"

bool audit_resumed_read(const struct json *record, struct audit_resumed *ret_resumed)
{
    struct audit_resumed resumed = {.session = TEXT("")};
    struct text event;
    struct text hash;
    const struct json *checkpoint = json_get(record, TEXT("checkpoint"));
    const struct json *chain = json_get(checkpoint, TEXT("chain"));
    if (!json_get_text(record, TEXT("event"), &event) || !text_equal(event, TEXT("checkpoint.resumed")) ||
        !json_get_text(checkpoint, TEXT("name"), &resumed.name)) {
        return false;
    }
    resumed.is_foreign = json_is_true(checkpoint, TEXT("foreign"));
    resumed.was_found = json_is_true(chain, TEXT("found"));
    bool is_known = json_get_text(checkpoint, TEXT("session"), &resumed.session) &&
                    json_get_u64(chain, TEXT("seq"), &resumed.link.seq) &&
                    json_get_u64(chain, TEXT("offset"), &resumed.link.offset) &&
                    json_get_text(chain, TEXT("hash"), &hash) && digest_from_hex(hash, &resumed.link.hash);
    if (!is_known && !resumed.is_foreign) {
        return false;
    }
    *ret_resumed = resumed;
    return true;
}
