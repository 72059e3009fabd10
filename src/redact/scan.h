/* SPDX-License-Identifier: Apache-2.0 */
/* Finding secrets in a text; only for src/redact/. */
#ifndef AEX_REDACT_SCAN_H
#define AEX_REDACT_SCAN_H

#include "base/builder.h"
#include "base/vector.h"

/* A secret's place. */
struct secret_span {
    size_t start;
    size_t end;
    struct text kind;
};

VECTOR_DECLARE(secret_span_vector, struct secret_span);

/* Walks over a text once. Zeroed except for the text and what it is to give. */
struct scanner {
    struct text text;
    size_t at;
    struct builder *out;              /* gets the text with its secrets masked; NULL: nobody asks */
    struct secret_span_vector *spans; /* gets their places, in order; NULL: nobody asks */
    struct arena *arena;              /* for the spans */
    bool is_in_curl;                  /* behind the word "curl", before the end of the line */
};

/* Scans until the end, or until more than `enough` bytes came out. True at the end. */
bool secret_scan(struct scanner *scanner, size_t enough);

/* "[redacted:KIND]" */
void secret_mask(struct builder *out, struct text kind);

#endif
