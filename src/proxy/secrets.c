/* SPDX-License-Identifier: Apache-2.0 */
#include "proxy/secrets.h"

#include "base/limits.h"
#include "load/dotenv.h"
#include "proxy/fingerprint.h"

/* So often looking costs nothing. */
#define LOOK_INTERVAL INT64_C(1000000)

void secrets_init(struct secrets *secrets)
{
    *secrets = (struct secrets){0};
    arena_init(&secrets->arena, LIMIT_DOCUMENT_MEMORY);
}

void secrets_release(struct secrets *secrets)
{
    arena_release(&secrets->arena);
}

void secrets_forget(struct secrets *secrets)
{
    secrets->values = NULL;
    secrets->fingerprint = 0;
}

static struct fingerprint look(const struct secrets *secrets)
{
    struct fingerprint print = {.hash = 1};
    for (size_t i = 0; i < secrets->places.count; i++) {
        fingerprint_add_file(&print, secrets->places.items[i].data);
    }
    return print;
}

static bool read_files(struct secrets *secrets, struct text root, struct error *err)
{
    struct text_vector sources = {0};
    struct error failure = {0};
    arena_reset(&secrets->arena);
    (void)dotenv_read(root, &secrets->arena, &secrets->places, &sources, &failure);
    secrets->values = secret_values_of(sources.items, sources.count, &secrets->arena);
    bool is_said =
        failure.message[0] == '\0' || text_equal(text_of(failure.message), text_of(secrets->failure.message));
    secrets->failure = failure;
    return is_said || error_pass(err, &failure);
}

bool secrets_refresh(struct secrets *secrets, struct text root, struct error *err)
{
    clock_instant now = clock_steady();
    bool is_read = secrets->values != NULL;
    if (is_read && now - secrets->looked_at < LOOK_INTERVAL) {
        return true;
    }
    secrets->looked_at = now;
    if (is_read && secrets->fingerprint != 0 && look(secrets).hash == secrets->fingerprint) {
        return true;
    }
    clock_instant read_at = clock_now();
    bool is_fine = read_files(secrets, root, err);
    struct fingerprint print = look(secrets);
    secrets->fingerprint = fingerprint_is_too_fresh(&print, read_at) ? 0 : print.hash;
    return is_fine;
}
