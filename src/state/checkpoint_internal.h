/* SPDX-License-Identifier: Apache-2.0 */
/* checkpoint.json as text; only for src/state/. */
#ifndef AEX_STATE_CHECKPOINT_INTERNAL_H
#define AEX_STATE_CHECKPOINT_INTERNAL_H

#include "state/checkpoint.h"
#include "json/writer.h"

/* checkpoint.json, with its mac. */
struct text checkpoint_format(const struct checkpoint *checkpoint, struct text key, struct arena *arena);

/* Reads checkpoint.json; `records` is what stands in audit.jsonl, `key` empty when there is none. `shown` is
 * for messages. */
bool checkpoint_parse(struct text source, struct text records, struct text key, const char *shown,
                      struct arena *arena, struct checkpoint *ret_checkpoint, struct error *err);

/* A list of shares as an object, and back; false when it is none. */
void checkpoint_write_shares(struct json_writer *writer, const struct checkpoint_share_vector *shares);
bool checkpoint_read_shares(const struct json *value, struct arena *arena,
                            struct checkpoint_share_vector *ret_shares);

#endif
