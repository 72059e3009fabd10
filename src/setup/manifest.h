/* SPDX-License-Identifier: Apache-2.0 */
/* What install did to each file, kept in the state folder: install/NAME.json, and install/NAME.before with the
 * file's bytes from before. NAME comes from the file's path and from whom it was installed for: several
 * installations may share a file. */
#ifndef AEX_SETUP_MANIFEST_H
#define AEX_SETUP_MANIFEST_H

#include "crypto/digest.h"
#include "setup/draft.h"

struct manifest {
    enum draft_format format;
    struct text agent; /* "claude" */
    struct text scope; /* "project" */
    struct text root;  /* of the workspace it was installed for; empty for wider scopes */
    struct text path;  /* as the file was called */
    struct text target;
    bool wraps_servers; /* it was installed with --mcp */
    bool existed;
    struct text before;  /* its bytes then; empty when it did not exist */
    struct digest after; /* of the bytes that install left */
    struct change_vector changes;
    struct text made_folder; /* the topmost folder that install made for it; empty: none */
};

VECTOR_DECLARE(manifest_vector, struct manifest);

/* The file as it would be without what the installation did: `now` is what it holds. */
struct text manifest_undo(const struct manifest *manifest, struct text now, struct arena *arena);

/* Whether `now` are the bytes that install left. */
bool manifest_is_untouched(const struct manifest *manifest, struct text now);

/* The manifest with the agent, scope, root and target of `wanted`; `ret_found` says whether there is one. One
 * that cannot be understood is an error. */
bool manifest_read(const char *state_folder, const struct manifest *wanted, struct arena *arena,
                   bool *ret_found, struct manifest *ret_manifest, struct error *err);

/* All of them, by their files' paths. */
bool manifest_list(const char *state_folder, struct arena *arena, struct manifest_vector *ret_manifests,
                   struct error *err);

/* Writes it, the bytes from before first. The state folder exists. */
bool manifest_write(const char *state_folder, const struct manifest *manifest, struct arena *arena,
                    struct error *err);

/* Forgets it, when the file is as it was before. */
bool manifest_remove(const char *state_folder, const struct manifest *manifest, struct arena *arena,
                     struct error *err);

#endif
