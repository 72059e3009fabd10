/* SPDX-License-Identifier: Apache-2.0 */
/* Demands, and the paths in them. */
#include <string.h>

#include "base/builder.h"
#include "shell/walk.h"

struct shell_range walker_range(const struct walker *walker, struct shell_range range)
{
    return walker->has_fixed_range ? walker->fixed_range : range;
}

size_t part_begin(struct walker *walker, struct shell_range range, struct text program)
{
    struct shell_part part = {.range = walker_range(walker, range), .program = program};
    VECTOR_PUSH(walker->arena, &walker->out->parts, part);
    walker->part = walker->out->parts.count - 1;
    return walker->part;
}

struct shell_demand *demand_add(struct walker *walker, struct text capability, enum shell_resource_kind kind,
                                struct text value, struct shell_range range)
{
    struct shell_demand demand = {.capability = capability,
                                  .kind = kind,
                                  .value = value,
                                  .range = walker_range(walker, range),
                                  .part = walker->part};
    VECTOR_PUSH(walker->arena, &walker->out->demands, demand);
    return &walker->out->demands.items[walker->out->demands.count - 1];
}

void demand_opaque(struct walker *walker, struct shell_range range, const char *reason, struct text detail)
{
    walker->out->is_opaque = true;
    /* One reason a part is enough: the first. */
    for (size_t i = walker->out->demands.count; i > 0; i--) {
        const struct shell_demand *earlier = &walker->out->demands.items[i - 1];
        if (earlier->part == walker->part && earlier->is_opaque) {
            return;
        }
        if (earlier->part < walker->part) {
            break;
        }
    }
    struct shell_demand *demand = demand_add(walker, TEXT("shell.exec"), SHELL_RESOURCE_NONE, TEXT(""), range);
    demand->is_opaque = true;
    demand->reason =
        detail.size == 0 ? text_of(reason) : text_format(walker->arena, "%s: %.*s", reason, TEXT_ARG(detail));
}

/* ---- Paths ---- */

/* Removes the last segment of an absolute path. */
static void drop_segment(struct builder *path)
{
    while (path->size > 0 && path->data[path->size - 1] != '/') {
        path->size--;
    }
    if (path->size > 0) {
        path->size--;
    }
}

struct text normalise_path(struct arena *arena, struct text base, struct text path)
{
    struct builder out;
    builder_init(&out, arena);
    bool is_absolute = path.size > 0 && path.data[0] == '/';
    if (!is_absolute && base.size > 1) {
        builder_add(&out, base);
    }
    struct text rest = path;
    struct text segment;
    while (rest.data != NULL && text_next(&rest, '/', &segment)) {
        if (segment.size == 0 || text_equal(segment, TEXT("."))) {
            continue;
        }
        if (text_equal(segment, TEXT(".."))) {
            drop_segment(&out);
        } else {
            builder_add_char(&out, '/');
            builder_add(&out, segment);
        }
    }
    if (out.size == 0) {
        builder_add_char(&out, '/');
    }
    return builder_text(&out);
}

bool path_is_inside(struct text path, struct text folder)
{
    return text_starts_with(path, folder) &&
           (path.size == folder.size || folder.size == 1 || path.data[folder.size] == '/');
}

static bool has_parent_segment(struct text path)
{
    struct text rest = path;
    struct text segment;
    while (rest.data != NULL && text_next(&rest, '/', &segment)) {
        if (text_equal(segment, TEXT(".."))) {
            return true;
        }
    }
    return false;
}

static bool is_all_digits(struct text text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return false;
        }
    }
    return text.size > 0;
}

/* Devices that hold nothing of anybody's. */
static bool is_harmless_device(struct text path)
{
    static const char *const devices[] = {"/dev/null", "/dev/stdin",   "/dev/stdout", "/dev/stderr", "/dev/tty",
                                          "/dev/zero", "/dev/urandom", "/dev/random", "/dev/full"};
    if (!text_starts_with(path, TEXT("/dev/"))) {
        return false;
    }
    for (size_t i = 0; i < sizeof devices / sizeof *devices; i++) {
        if (text_equal(path, text_of(devices[i]))) {
            return true;
        }
    }
    return text_starts_with(path, TEXT("/dev/fd/")) && is_all_digits(text_after(path, 8));
}

/* A path whose meaning depends on the process that opens it. */
static bool is_process_path(struct text path)
{
    return path_is_inside(path, TEXT("/proc")) || text_starts_with(path, TEXT("/dev/fd/"));
}

void demand_uncertain(struct walker *walker, struct shell_state *state, struct shell_range range)
{
    if (state->uncertain.size > 0) {
        demand_opaque(walker, range, "where this path leads may have been changed before", state->uncertain);
    }
}

static void demand_unknown_path(struct walker *walker, struct text capability, struct shell_range range,
                                const char *reason)
{
    demand_add(walker, capability, SHELL_RESOURCE_UNKNOWN, TEXT(""), range);
    demand_opaque(walker, range, reason, TEXT(""));
}

// The path with every `**` made one star. Bash takes both for the same and goes behind links there; zsh, and
// bash when told so, take `**/` for a tree, and do not.
static struct text with_single_stars(struct arena *arena, struct text path)
{
    struct builder out;
    builder_init(&out, arena);
    for (size_t i = 0; i < path.size; i++) {
        if (path.data[i] != '*' || i == 0 || path.data[i - 1] != '*') {
            builder_add_char(&out, path.data[i]);
        }
    }
    return builder_text(&out);
}

static void demand_in_folder(struct walker *walker, struct text capability, struct text folder,
                             const struct shell_field *field, bool is_tree, bool excludes_hidden)
{
    struct text path = normalise_path(walker->arena, folder, field->text);
    bool is_set = field->kind == FIELD_SET || is_tree;
    if (is_process_path(path)) {
        demand_unknown_path(walker, capability, field->range, "a path that each process sees differently");
        return;
    }
    if (is_tree) {
        path = text_format(walker->arena, "%.*s/**", TEXT_ARG(path.size == 1 ? TEXT("") : path));
    }
    struct shell_demand *demand =
        demand_add(walker, capability, is_set ? SHELL_RESOURCE_SET : SHELL_RESOURCE_KNOWN, path, field->range);
    demand->arrival = is_tree ? SHELL_ARRIVES_ANYTHING : SHELL_ARRIVES_NOTHING;
    demand->excludes_hidden =
        excludes_hidden || (field->kind == FIELD_SET && !is_tree && !field->includes_hidden);
    if (has_parent_segment(field->text)) {
        bool is_absolute = field->text.size > 0 && field->text.data[0] == '/';
        demand->walked = is_absolute
                             ? field->text
                             : text_format(walker->arena, "%.*s/%.*s", TEXT_ARG(folder), TEXT_ARG(field->text));
    }
}

static void demand_field(struct walker *walker, struct shell_state *state, const char *capability,
                         const struct shell_field *field, bool is_tree, bool excludes_hidden)
{
    struct text name = text_of(capability);
    if (field->kind == FIELD_UNKNOWN) {
        demand_unknown_path(walker, name, field->range, "a path that is only known when it runs");
        return;
    }
    if (field->text.size == 0 || (field->kind == FIELD_EXACT && is_harmless_device(field->text))) {
        return;
    }
    if (field->kind == FIELD_SET && has_parent_segment(field->text)) {
        demand_unknown_path(walker, name, field->range, "\"..\" behind a wildcard may lead through links");
        return;
    }
    bool is_absolute = field->text.data[0] == '/';
    struct shell_folders folders = folders_union(&state->cwd, &state->failed);
    if (is_absolute) {
        demand_in_folder(walker, name, TEXT("/"), field, is_tree, excludes_hidden);
    } else if (folders.count == 0) {
        demand_unknown_path(walker, name, field->range, "a path in a folder that is only known when it runs");
        return;
    }
    for (size_t i = 0; i < folders.count && !is_absolute; i++) {
        demand_in_folder(walker, name, folders.paths[i], field, is_tree, excludes_hidden);
    }
    if (field->kind == FIELD_SET && !field->includes_hidden && text_contains(field->text, TEXT("**"))) {
        struct shell_field flat = *field;
        flat.text = with_single_stars(walker->arena, field->text);
        demand_field(walker, state, capability, &flat, is_tree, excludes_hidden);
        return;
    }
    demand_uncertain(walker, state, field->range);
}

void demand_path(struct walker *walker, struct shell_state *state, const char *capability,
                 const struct shell_field *field)
{
    demand_field(walker, state, capability, field, false, false);
}

void demand_tree(struct walker *walker, struct shell_state *state, const char *capability,
                 const struct shell_field *field, bool excludes_hidden)
{
    demand_field(walker, state, capability, field, false, false);
    if (field->kind != FIELD_UNKNOWN) {
        demand_field(walker, state, capability, field, true, excludes_hidden);
    }
}

void demand_linked_tree(struct walker *walker, struct shell_state *state, const char *capability,
                        const struct shell_field *field)
{
    struct shell_demand_vector *demands = &walker->out->demands;
    size_t first = demands->count;
    demand_tree(walker, state, capability, field, false);
    for (size_t i = first; i < demands->count; i++) {
        demands->items[i].follows_links = demands->items[i].kind == SHELL_RESOURCE_SET;
    }
}

/* ---- What comes to lie in sets that are written ---- */

static bool is_written_set(const struct shell_demand *demand)
{
    return demand->kind == SHELL_RESOURCE_SET && text_equal(demand->capability, TEXT("file.write"));
}

/* The field's path as the kernel walks it from each folder; none when that is not known. */
static struct text_vector paths_of(struct walker *walker, const struct shell_state *state,
                                   const struct shell_field *field)
{
    struct text_vector paths = {0};
    struct shell_folders folders = folders_union(&state->cwd, &state->failed);
    if (field->kind == FIELD_UNKNOWN || field->text.size == 0 ||
        (field->kind == FIELD_SET && has_parent_segment(field->text))) {
        return paths;
    }
    if (field->text.data[0] == '/') {
        VECTOR_PUSH(walker->arena, &paths, field->text);
        return paths;
    }
    for (size_t i = 0; i < folders.count; i++) {
        struct text path =
            text_format(walker->arena, "%.*s/%.*s", TEXT_ARG(folders.paths[i]), TEXT_ARG(field->text));
        VECTOR_PUSH(walker->arena, &paths, path);
    }
    return paths;
}

static void add_origins(struct walker *walker, struct shell_demand *demand, const struct shell_origin *origin,
                        unsigned ways)
{
    for (unsigned way = ARRIVES_AS; way <= ARRIVES_IN; way <<= 1U) {
        struct shell_origin one = *origin;
        one.keeps_name = way == ARRIVES_IN;
        if ((ways & way) != 0) {
            VECTOR_PUSH(walker->arena, &demand->origins, one);
        }
    }
}

void demand_arrivals(struct walker *walker, struct shell_state *state, size_t first,
                     const struct shell_field *origin, const struct shell_field *place, unsigned ways)
{
    struct text_vector origins = paths_of(walker, state, origin);
    struct text_vector places = paths_of(walker, state, place);
    bool is_known = origins.count > 0 && places.count > 0 && place->kind == FIELD_EXACT;
    for (size_t i = first; i < walker->out->demands.count; i++) {
        struct shell_demand *demand = &walker->out->demands.items[i];
        if (!is_written_set(demand)) {
            continue;
        }
        demand->arrival = is_known ? SHELL_ARRIVES_COPY : SHELL_ARRIVES_ANYTHING;
        for (size_t j = 0; is_known && j < origins.count * places.count; j++) {
            struct shell_origin one = {.path = origins.items[j % origins.count],
                                       .is_glob = origin->kind == FIELD_SET,
                                       .excludes_hidden = !origin->includes_hidden,
                                       .place = places.items[j / origins.count]};
            add_origins(walker, demand, &one, ways);
        }
    }
}

void demand_no_arrivals(struct walker *walker, size_t first)
{
    for (size_t i = first; i < walker->out->demands.count; i++) {
        struct shell_demand *demand = &walker->out->demands.items[i];
        if (is_written_set(demand)) {
            demand->arrival = SHELL_ARRIVES_NOTHING;
        }
    }
}

void demand_path_text(struct walker *walker, struct shell_state *state, const char *capability,
                      struct text path, struct shell_range range)
{
    struct shell_field field = {.kind = FIELD_EXACT, .text = path, .range = range};
    demand_field(walker, state, capability, &field, false, false);
}

/* ---- Hosts ---- */

static struct text lower_case(struct arena *arena, struct text text)
{
    char *copy = arena_alloc(arena, text.size + 1);
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        copy[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    copy[text.size] = '\0';
    return (struct text){copy, text.size};
}

/* Four decimal numbers: other spellings of addresses (2852039166, 0177.1) would not be recognised by a rule. */
static bool is_plain_address(struct text name)
{
    struct text rest = name;
    struct text number;
    size_t numbers = 0;
    while (rest.data != NULL && text_next(&rest, '.', &number)) {
        if (!is_all_digits(number) || number.size > 3 || (number.size > 1 && number.data[0] == '0')) {
            return false;
        }
        numbers++;
    }
    return numbers == 4;
}

/* Names, IPv4 with four plain numbers, IPv6 in brackets, an optional port. */
static bool is_plain_host(struct text host)
{
    if (host.size == 0 || host.size > 260) {
        return false;
    }
    if (host.data[0] == '[') {
        size_t end = text_find_char(host, ']');
        if (end == TEXT_NOT_FOUND) {
            return false;
        }
        for (size_t i = 1; i < end; i++) {
            if (strchr("0123456789abcdef:", host.data[i]) == NULL) {
                return false;
            }
        }
        struct text port = text_after(host, end + 1);
        return port.size == 0 || (port.data[0] == ':' && is_all_digits(text_after(port, 1)));
    }
    size_t colon = text_find_char(host, ':');
    struct text name = text_slice(host, 0, colon == TEXT_NOT_FOUND ? host.size : colon);
    if (name.size == 0 || (colon != TEXT_NOT_FOUND && !is_all_digits(text_after(host, colon + 1)))) {
        return false;
    }
    for (size_t i = 0; i < name.size; i++) {
        char c = name.data[i];
        bool is_fine = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
        if (!is_fine) {
            return false;
        }
    }
    if (text_starts_with(name, TEXT("0x"))) {
        return false;
    }
    char last = name.data[name.size - 1];
    bool looks_numeric = is_all_digits(text_slice(name, 0, 1)) && last >= '0' && last <= '9';
    return !looks_numeric || text_contains(name, TEXT("-")) || is_plain_address(name);
}

void demand_host(struct walker *walker, struct text host, const char *default_port, struct shell_range range)
{
    struct text lower = lower_case(walker->arena, host);
    if (lower.size > 1 && lower.data[lower.size - 1] == '.') {
        lower.size--; /* "example.com." is the same host */
    }
    if (is_plain_host(lower)) {
        size_t name_end = lower.data[0] == '[' ? text_find_char(lower, ']') : 0;
        bool has_port = text_find_char(text_after(lower, name_end), ':') != TEXT_NOT_FOUND;
        if (default_port != NULL && !has_port) {
            lower = text_format(walker->arena, "%.*s:%s", TEXT_ARG(lower), default_port);
        }
        demand_add(walker, TEXT("network.fetch"), SHELL_RESOURCE_KNOWN, lower, range);
        return;
    }
    demand_add(walker, TEXT("network.fetch"), SHELL_RESOURCE_UNKNOWN, TEXT(""), range);
    demand_opaque(walker, range, "a host that is not plainly written", host);
}

/* The port that a URL means without saying so. Without scheme it is HTTP, unless the name looks like another
 * service's (curl(1), "URL"). NULL: not known. */
static const char *default_port(struct text scheme, struct text host)
{
    static const struct {
        const char *scheme;
        const char *port;
    } ports[] = {{"https", "443"}, {"http", "80"}, {"wss", "443"}, {"ws", "80"},
                 {"ftp", "21"},    {"ssh", "22"},  {"git", "9418"}};
    static const char *const services[] = {"ftp.", "dict.", "ldap.", "imap.", "smtp.", "pop3."};
    for (size_t i = 0; i < sizeof ports / sizeof ports[0]; i++) {
        if (text_equal_ignoring_case(scheme, text_of(ports[i].scheme))) {
            return ports[i].port;
        }
    }
    for (size_t i = 0; i < sizeof services / sizeof services[0]; i++) {
        size_t length = strlen(services[i]);
        if (text_equal_ignoring_case(text_slice(host, 0, length), text_of(services[i]))) {
            return NULL;
        }
    }
    return scheme.size == 0 ? "80" : NULL;
}

void demand_url(struct walker *walker, struct shell_state *state, const struct shell_field *field)
{
    struct text rest = field->text;
    size_t scheme = text_find(rest, TEXT("://"));
    if (scheme != TEXT_NOT_FOUND && text_equal_ignoring_case(text_slice(rest, 0, scheme), TEXT("file"))) {
        struct shell_field path = *field;
        path.text = text_after(rest, scheme + 3);
        if (text_contains(path.text, TEXT("%")) || path.kind != FIELD_EXACT ||
            !text_starts_with(path.text, TEXT("/"))) {
            path.kind = FIELD_UNKNOWN;
        }
        demand_path(walker, state, "file.read", &path);
        return;
    }
    struct text scheme_name = scheme == TEXT_NOT_FOUND ? TEXT("") : text_slice(rest, 0, scheme);
    if (scheme != TEXT_NOT_FOUND) {
        rest = text_after(rest, scheme + 3);
    }
    size_t end = 0;
    while (end < rest.size && strchr("/?#", rest.data[end]) == NULL) {
        end++;
    }
    struct text host = text_slice(rest, 0, end);
    size_t at = text_find_last_char(host, '@');
    if (at != TEXT_NOT_FOUND) {
        host = text_after(host, at + 1);
    }
    bool is_whole = field->kind == FIELD_EXACT || end < rest.size;
    if (!is_whole || field->may_split || text_contains(rest, TEXT("\\"))) {
        demand_add(walker, TEXT("network.fetch"), SHELL_RESOURCE_UNKNOWN, TEXT(""), field->range);
        demand_opaque(walker, field->range, "a host that is only known when it runs", TEXT(""));
        return;
    }
    demand_host(walker, host, default_port(scheme_name, host), field->range);
}
