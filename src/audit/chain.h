/* SPDX-License-Identifier: Apache-2.0 */
/* The chain's parts as bytes: how a line is sealed and checked, how a head is spelled. No files here. */
#ifndef AEX_AUDIT_CHAIN_H
#define AEX_AUDIT_CHAIN_H

#include "base/builder.h"
#include "crypto/digest.h"

/* Where a chain stands: behind record `seq`, whose line ends at `offset` and has this hash. All zeros before
 * the first record. */
struct audit_link {
    uint64_t seq;
    uint64_t offset;
    struct digest hash;
};

/* What the end of a line says about itself. */
struct audit_seal {
    uint64_t seq;
    struct digest prev;
    struct digest hash;
    bool is_genuine; /* the hash fits the line's bytes */
};

/* Appends one whole line, newline included, made of `members` and the seal that continues `link`; moves `link`
 * over it (its offset by the line's size). */
void audit_seal_line(struct builder *out, struct text members, struct audit_link *link);

/* Reads the seal of a line (without newline) and computes whether it is genuine. False when the line does not
 * end in one. What stands before the seal is not parsed. */
bool audit_read_seal(struct text line, struct audit_seal *ret_seal);

/* Whether the record may stand behind `link`. */
bool audit_seal_continues(const struct audit_seal *seal, const struct audit_link *link);

/* A head as one line of always the same size: decimal seq, decimal offset, hash, and the beginning of the
 * SHA-256 of these, which tells a line that was half written. */
enum { AUDIT_CHECK_SIZE = 16, AUDIT_HEAD_SIZE = 20 + 1 + 20 + 1 + DIGEST_HEX_SIZE + 1 + AUDIT_CHECK_SIZE + 1 };

/* AUDIT_HEAD_SIZE bytes, without a closing NUL. */
void audit_format_head(const struct audit_link *head, char *ret_line);
bool audit_parse_head(struct text line, struct audit_link *ret_head);

#endif
