/* SPDX-License-Identifier: Apache-2.0 */
/* Paths and URLs in the arguments of servers' tools, as servers read them. What different programs read
 * differently is unknown. */
#include <sys/stat.h>

#include "demand/build.h"
#include "demand/server.h"
#include "os/path.h"
#include "pattern/glob.h"

const struct json *build_argument(const struct json *arguments, struct text name)
{
    static const struct json useless = {.type = JSON_FALSE};
    return json_has_variant(arguments, name) ? &useless : json_get(arguments, name);
}

static bool is_blank(char c)
{
    return c == ' ' || ((unsigned char)c < 0x20);
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The length of "scheme" in front of a ":", 0 when there is none (RFC 3986, 3.1). */
static size_t scheme_size(struct text uri)
{
    size_t size = 0;
    while (size < uri.size && (is_letter(uri.data[size]) ||
                               (size > 0 && ((uri.data[size] >= '0' && uri.data[size] <= '9') ||
                                             text_find_char(TEXT("+.-"), uri.data[size]) != TEXT_NOT_FOUND)))) {
        size++;
    }
    return size < uri.size && uri.data[size] == ':' ? size : 0;
}

/* Some servers take white space and quotes off the ends, turn backslashes around, or know drive letters and
 * URLs; the servers of our tables do some of it. A name that has such a thing is as good as none. */
static bool is_read_alike(struct text path)
{
    char first = path.data[0];
    char last = path.data[path.size - 1];
    if (is_blank(first) || is_blank(last) || first == '"' || first == '\'' || last == '"' || last == '\'') {
        return false;
    }
    for (size_t i = 0; i < path.size; i++) {
        unsigned char c = (unsigned char)path.data[i];
        if (c < 0x20 || c == 0x7F || c == '\\') {
            return false;
        }
    }
    size_t scheme = scheme_size(path);
    bool is_drive = scheme == 1;
    bool is_url = scheme > 1 && text_starts_with(text_after(path, scheme), TEXT("://"));
    bool is_file_url = text_equal_ignoring_case(text_slice(path, 0, scheme), TEXT("file"));
    return !is_drive && !is_url && !is_file_url;
}

static void add_reading(struct demand_build *build, struct path_readings *readings, struct text path)
{
    for (size_t i = 0; i < readings->paths.count; i++) {
        if (text_equal(readings->paths.items[i], path)) {
            return;
        }
    }
    VECTOR_PUSH(build->arena, &readings->paths, path);
}

bool build_read_path(struct demand_build *build, const struct mcp_server *server, struct text path,
                     struct path_readings *ret_readings)
{
    struct path_readings readings = {0};
    *ret_readings = readings;
    if (text_has_nul(path)) {
        return error_set(build->err, "a path holds a NUL");
    }
    if (path.size == 0 || !is_read_alike(path)) {
        return true;
    }
    const struct demand_context *context = build->context;
    if (path.data[0] == '/') {
        add_reading(build, &readings, path);
    } else if (path.data[0] == '~') {
        /* The file server knows "~" as shells do. To others it is a name like any other. */
        bool is_home = path.size == 1 || path.data[1] == '/';
        bool expands = server != NULL && server->kind == server_kind_find(TEXT("filesystem"));
        if (is_home && expands && server->kind != NULL) {
            add_reading(build, &readings, path);
        }
    } else if (server == NULL || !server->has_unknown_folders) {
        add_reading(build, &readings, path_join(build->arena, context->working_folder, path));
        add_reading(build, &readings, path_join(build->arena, context->root, path));
        for (size_t i = 0; server != NULL && i < server->folder_count; i++) {
            add_reading(build, &readings, path_join(build->arena, server->folders[i], path));
        }
    }
    *ret_readings = readings;
    return true;
}

bool build_file_or_tree(struct demand_build *build, const struct text *names, size_t name_count,
                        struct text path)
{
    struct both_forms forms = {0};
    struct stat status;
    if (!build_file(build, names, name_count, path) || !build_resolve(build, path, &forms)) {
        return false;
    }
    bool is_folder = !forms.is_unknown && stat(text_to_c(build->arena, forms.resolved), &status) == 0 &&
                     S_ISDIR(status.st_mode);
    if (!is_folder) {
        return true;
    }
    if (glob_has_wildcard(forms.lexical) || glob_has_wildcard(forms.resolved)) {
        build_unknown_file(build, names[0]);
        return true;
    }
    return build_file_set(build, &(struct file_set){
                                     .names = names,
                                     .name_count = name_count,
                                     .glob = path_join(build->arena, forms.lexical, TEXT("**")),
                                 });
}

/* ---- URLs ---- */

static int digit_of(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* The path of a file URL behind "file:" (RFC 8089). False where readers could disagree: a host, a query, an
 * escaped slash. */
static bool read_file_url(struct demand_build *build, struct text rest, struct text *ret_path)
{
    if (text_starts_with(rest, TEXT("//"))) {
        rest = text_after(rest, 2);
        struct text host = text_slice(rest, 0, text_find_char(rest, '/'));
        if (host.size > 0 && !text_equal_ignoring_case(host, TEXT("localhost"))) {
            return false;
        }
        rest = text_after(rest, host.size);
    }
    if (rest.size == 0 || rest.data[0] != '/' || text_starts_with(rest, TEXT("//"))) {
        return false;
    }
    struct builder path;
    builder_init(&path, build->arena);
    for (size_t i = 0; i < rest.size; i++) {
        char c = rest.data[i];
        if (c == '%' && i + 2 < rest.size && digit_of(rest.data[i + 1]) >= 0 &&
            digit_of(rest.data[i + 2]) >= 0) {
            c = (char)(digit_of(rest.data[i + 1]) * 16 + digit_of(rest.data[i + 2]));
            i += 2;
            if (c == '/' || c == '%') {
                return false;
            }
        } else if (c == '%' || c == '?' || c == '#' || c == '|') {
            return false;
        }
        if ((unsigned char)c < 0x20 || c == 0x7F || c == '\\') {
            return false;
        }
        builder_add_char(&path, c);
    }
    *ret_path = builder_text(&path);
    return true;
}

static bool build_file_url(struct demand_build *build, struct text rest)
{
    static const struct text read = TEXT_INIT("file.read");
    struct text path;
    if (!read_file_url(build, rest, &path)) {
        build_unknown_file(build, read);
        return true;
    }
    return build_file_or_tree(build, &read, 1, path);
}

/* Blanks at the ends and control characters are dropped by some readers, and then it may be another URL. */
static bool is_plain_uri(struct text uri)
{
    for (size_t i = 0; i < uri.size; i++) {
        unsigned char c = (unsigned char)uri.data[i];
        if (c < 0x20 || c == 0x7F || ((i == 0 || i + 1 == uri.size) && c == ' ')) {
            return false;
        }
    }
    return true;
}

static bool is_one_of(struct text scheme, const char *const *schemes)
{
    for (size_t i = 0; schemes[i] != NULL; i++) {
        if (text_equal_ignoring_case(scheme, text_of(schemes[i]))) {
            return true;
        }
    }
    return false;
}

static const char *const web_schemes[] = {"http", "https", "ws", "wss", NULL};

bool build_opened_url(struct demand_build *build, struct text name, struct text url)
{
    static const char *const harmless[] = {"data", NULL};
    const struct resource unknown = {.kind = RESOURCE_UNKNOWN};
    struct text scheme = text_slice(url, 0, scheme_size(url));
    bool is_port = scheme.size + 1 < url.size && digit_of(url.data[scheme.size + 1]) >= 0 &&
                   digit_of(url.data[scheme.size + 1]) < 10;
    if (is_plain_uri(url) && is_one_of(scheme, web_schemes)) {
        build_url(build, name, url);
        return true;
    }
    build_add(build, name, unknown);
    if (is_plain_uri(url) && text_equal_ignoring_case(scheme, TEXT("file"))) {
        return build_file_url(build, text_after(url, scheme.size + 1));
    }
    /* "localhost:3000" is a host; what else a browser opens (view-source:file:..., chrome:) may be a file. */
    bool is_host = scheme.size == 0 || is_port;
    if (!is_plain_uri(url) ||
        (!is_host && !is_one_of(scheme, harmless) && !text_equal(url, TEXT("about:blank")))) {
        build_unknown_file(build, TEXT("file.read"));
    }
    return true;
}

/* What has no scheme is no URI (RFC 3986, 3), but a path to servers that do not look. Nobody can say which
 * where it has what only URIs have. */
static bool build_without_scheme(struct demand_build *build, const struct mcp_server *server,
                                 struct text reference)
{
    static const struct text read = TEXT_INIT("file.read");
    struct path_readings readings = {0};
    bool is_plain = true;
    for (size_t i = 0; i < reference.size; i++) {
        is_plain = is_plain && text_find_char(TEXT("%?#{"), reference.data[i]) == TEXT_NOT_FOUND;
    }
    if (is_plain && !build_read_path(build, server, reference, &readings)) {
        return false;
    }
    if (readings.paths.count == 0) {
        build_unknown_file(build, read);
    }
    for (size_t i = 0; i < readings.paths.count; i++) {
        if (!build_file_or_tree(build, &read, 1, readings.paths.items[i])) {
            return false;
        }
    }
    return true;
}

bool build_resource_uri(struct demand_build *build, const struct mcp_server *server, struct text uri)
{
    struct text scheme = text_slice(uri, 0, scheme_size(uri));
    bool is_of_some_host = text_starts_with(uri, TEXT("//"));
    if (text_has_nul(uri)) {
        return error_set(build->err, "a URI holds a NUL");
    }
    if (!is_plain_uri(uri) || is_of_some_host) {
        build_unknown_file(build, TEXT("file.read"));
        build_add(build, TEXT("network.fetch"), (struct resource){.kind = RESOURCE_UNKNOWN});
        return true;
    }
    if (scheme.size == 0) {
        return build_without_scheme(build, server, uri);
    }
    if (text_equal_ignoring_case(scheme, TEXT("file"))) {
        return build_file_url(build, text_after(uri, scheme.size + 1));
    }
    if (is_one_of(scheme, web_schemes)) {
        build_url(build, TEXT("network.fetch"), uri);
    }
    return true;
}

bool build_resource_template(struct demand_build *build, const struct mcp_server *server, struct text uri)
{
    static const struct text read = TEXT_INIT("file.read");
    size_t brace = text_find_char(uri, '{');
    struct text scheme = text_slice(uri, 0, scheme_size(uri));
    if (brace == TEXT_NOT_FOUND || !is_plain_uri(uri) || !text_equal_ignoring_case(scheme, TEXT("file"))) {
        return build_resource_uri(build, server, uri);
    }
    struct text fixed = text_slice(uri, scheme.size + 1, brace);
    size_t slash = text_find_last_char(fixed, '/');
    struct text folder;
    if (slash == TEXT_NOT_FOUND || !read_file_url(build, text_slice(fixed, 0, slash + 1), &folder) ||
        glob_has_wildcard(folder)) {
        build_unknown_file(build, read);
        return true;
    }
    return build_listing(build, read, folder, TEXT("**"), false);
}
