/* SPDX-License-Identifier: Apache-2.0 */
/* Which server a command starts, by the words the operator wrote. */
#include <sys/stat.h>

#include "demand/server.h"
#include "demand/server_kinds.h"
#include "os/path.h"

enum origin { ORIGIN_NONE, ORIGIN_NPM, ORIGIN_PYTHON, ORIGIN_IMAGE, ORIGIN_PROGRAM, ORIGIN_SCRIPT };

/* What a command starts: a package without its version, an image without its tag, a program's name. */
struct started {
    enum origin origin;
    struct text name;
    size_t operands; /* where the server's own arguments start */
};

/* A command's words, and how far they are read. */
struct words {
    const char *const *items;
    size_t count;
    size_t at;
};

static struct text peek(const struct words *words)
{
    return words->at < words->count ? text_of(words->items[words->at]) : (struct text){0};
}

static bool take(struct words *words, const char *word)
{
    if (words->at < words->count && text_equal(peek(words), text_of(word))) {
        words->at++;
        return true;
    }
    return false;
}

static bool is_option(struct text word)
{
    return word.size > 1 && word.data[0] == '-';
}

/* Moves over options. Those in `flags` stand alone, those in `valued` take the next word, or their value behind
 * "="; lists end with NULL. False at any other: it might name another package. */
static bool skip_options(struct words *words, const char *const *flags, const char *const *valued)
{
    while (is_option(peek(words))) {
        struct text word = peek(words);
        struct text name = text_slice(word, 0, text_find_char(word, '='));
        bool is_known = false;
        words->at++;
        for (size_t i = 0; !is_known && flags[i] != NULL; i++) {
            is_known = text_equal(word, text_of(flags[i]));
        }
        for (size_t i = 0; !is_known && valued[i] != NULL; i++) {
            is_known = text_equal(name, text_of(valued[i]));
            words->at += is_known && name.size == word.size;
        }
        if (!is_known || words->at > words->count) {
            return false;
        }
    }
    return true;
}

/* ---- Packages ---- */

/* A version, tag or range; not an alias (npm:other), a URL or a file. */
static bool is_version(struct text version)
{
    for (size_t i = 0; i < version.size; i++) {
        char c = version.data[i];
        bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                        text_find_char(TEXT(".-_+^~<>=*"), c) != TEXT_NOT_FOUND;
        if (!is_plain) {
            return false;
        }
    }
    return version.size > 0;
}

/* [@SCOPE/]NAME[@VERSION] without the version; empty for anything else. */
static struct text npm_package(struct text spec)
{
    size_t start = text_starts_with(spec, TEXT("@")) ? 1 : 0;
    size_t at = text_find_char(text_after(spec, start), '@');
    struct text name = at == TEXT_NOT_FOUND ? spec : text_slice(spec, 0, start + at);
    if (at != TEXT_NOT_FOUND && !is_version(text_after(spec, start + at + 1))) {
        return (struct text){0};
    }
    size_t slash = text_find_char(name, '/');
    bool is_path = start == 0 ? slash != TEXT_NOT_FOUND
                              : slash == TEXT_NOT_FOUND || text_find_last_char(name, '/') != slash;
    bool is_other = is_path || text_starts_with(name, TEXT(".")) || text_starts_with(name, TEXT("~")) ||
                    text_find_char(name, ':') != TEXT_NOT_FOUND;
    return is_other ? (struct text){0} : name;
}

/* NAME, NAME==VERSION, NAME@VERSION, NAME[EXTRA]; empty for anything else. */
static struct text python_package(struct text spec)
{
    size_t end = 0;
    while (end < spec.size && text_find_char(TEXT("=@<>~[!"), spec.data[end]) == TEXT_NOT_FOUND) {
        end++;
    }
    struct text name = text_slice(spec, 0, end);
    struct text rest = text_after(spec, end);
    bool is_plain = text_find_char(name, '/') == TEXT_NOT_FOUND &&
                    text_find_char(name, ':') == TEXT_NOT_FOUND && !text_starts_with(name, TEXT("."));
    for (size_t i = 0; i < rest.size; i++) {
        is_plain = is_plain && rest.data[i] != '/' && rest.data[i] != ':' && rest.data[i] != ' ';
    }
    return is_plain ? name : (struct text){0};
}

/* [REGISTRY/]PATH[:TAG][@DIGEST] without tag and digest. */
static struct text image_name(struct text image)
{
    image = text_slice(image, 0, text_find_char(image, '@'));
    size_t slash = text_find_last_char(image, '/');
    size_t colon = text_find_last_char(image, ':');
    bool has_tag = colon != TEXT_NOT_FOUND && (slash == TEXT_NOT_FOUND || colon > slash);
    image = has_tag ? text_slice(image, 0, colon) : image;
    static const struct text hub = TEXT_INIT("docker.io/");
    return text_starts_with(image, hub) ? text_after(image, hub.size) : image;
}

/* ---- Launchers ---- */

static const char *const no_options[] = {NULL};

static struct started start_npm(struct words *words, const char *const *flags,
                                const char *const *package_options)
{
    struct text package = {0};
    while (is_option(peek(words))) {
        struct text word = peek(words);
        struct text name = text_slice(word, 0, text_find_char(word, '='));
        struct text spec = text_after(word, name.size + 1);
        bool names_package = false;
        for (size_t i = 0; package_options[i] != NULL; i++) {
            names_package = names_package || text_equal(name, text_of(package_options[i]));
        }
        if (!names_package) {
            const char *one_flag[] = {NULL, NULL};
            for (size_t i = 0; flags[i] != NULL; i++) {
                one_flag[0] = text_equal(word, text_of(flags[i])) ? flags[i] : one_flag[0];
            }
            if (one_flag[0] == NULL && !take(words, "--")) {
                return (struct started){0};
            }
            words->at += one_flag[0] != NULL;
            continue;
        }
        words->at++;
        if (name.size == word.size) {
            spec = peek(words);
            words->at++;
        }
        if (package.size > 0) {
            return (struct started){0}; /* which of them the program is from is not said */
        }
        package = npm_package(spec);
        if (package.size == 0) {
            return (struct started){0};
        }
    }
    struct text word = peek(words);
    words->at++;
    if (package.size == 0) {
        package = npm_package(word);
    }
    return (struct started){package.size > 0 && word.size > 0 ? ORIGIN_NPM : ORIGIN_NONE, package, words->at};
}

static struct started start_python(struct words *words)
{
    static const char *const flags[] = {"-q", "--quiet", "--isolated", "--no-cache", "--refresh", NULL};
    struct text package = {0};
    while (is_option(peek(words))) {
        if (take(words, "--from") || take(words, "--spec")) {
            package = python_package(peek(words));
            words->at++;
            if (package.size == 0) {
                return (struct started){0};
            }
        } else if (take(words, "--python") || take(words, "-p")) {
            words->at++;
        } else {
            size_t before = words->at;
            for (size_t i = 0; words->at == before && flags[i] != NULL; i++) {
                (void)take(words, flags[i]);
            }
            if (words->at == before) {
                return (struct started){0};
            }
        }
    }
    struct text word = peek(words);
    words->at++;
    if (package.size == 0) {
        package = python_package(word);
    }
    return (struct started){package.size > 0 && word.size > 0 ? ORIGIN_PYTHON : ORIGIN_NONE, package,
                            words->at};
}

static struct started start_container(struct words *words)
{
    static const char *const flags[] = {
        "-i",    "-t",           "-it",         "-ti", "--rm",    "--init", "--interactive",
        "--tty", "--privileged", "--read-only", "-q",  "--quiet", NULL};
    static const char *const valued[] = {
        "-e",         "--env",          "--env-file", "-v",        "--volume",  "--mount",   "--name",
        "--network",  "--net",          "-w",         "--workdir", "-p",        "--publish", "-u",
        "--user",     "--memory",       "-m",         "--cpus",    "--pull",    "--label",   "-l",
        "--platform", "--add-host",     "--cap-drop", "--dns",     "--cap-add", "--tmpfs",   "--runtime",
        "--restart",  "--security-opt", NULL};
    if (!take(words, "run") || !skip_options(words, flags, valued)) {
        return (struct started){0};
    }
    struct text image = image_name(peek(words));
    words->at++;
    return (struct started){image.size > 0 ? ORIGIN_IMAGE : ORIGIN_NONE, image, words->at};
}

/* A script of a package, or one of its own. */
static struct started start_node(struct words *words)
{
    static const char *const flags[] = {"--no-warnings", "--enable-source-maps", NULL};
    static const struct text modules = TEXT_INIT("node_modules/");
    if (!skip_options(words, flags, no_options)) {
        return (struct started){0};
    }
    struct text script = peek(words);
    words->at++;
    struct text rest = script;
    struct text package = {0};
    for (size_t at = text_find(rest, modules); at != TEXT_NOT_FOUND; at = text_find(rest, modules)) {
        rest = text_after(rest, at + modules.size);
        size_t end = text_find_char(rest, '/');
        if (end != TEXT_NOT_FOUND && text_starts_with(rest, TEXT("@"))) {
            size_t more = text_find_char(text_after(rest, end + 1), '/');
            end = more == TEXT_NOT_FOUND ? more : end + 1 + more;
        }
        package = text_slice(rest, 0, end);
    }
    bool goes_up = text_contains(rest, TEXT(".."));
    static const struct text bin = TEXT_INIT(".bin/");
    struct text program = text_equal(package, TEXT(".bin")) ? text_after(rest, bin.size) : (struct text){0};
    if (program.size > 0 && !goes_up && text_find_char(program, '/') == TEXT_NOT_FOUND) {
        return (struct started){ORIGIN_PROGRAM, program, words->at}; /* as if it were started by itself */
    }
    if (package.size > 0 && !text_equal(package, TEXT(".bin")) && !goes_up) {
        return (struct started){ORIGIN_NPM, package, words->at};
    }
    return (struct started){script.size > 0 ? ORIGIN_SCRIPT : ORIGIN_NONE, script, words->at};
}

static struct started start_interpreter(struct words *words)
{
    if (take(words, "-m")) {
        struct text module = peek(words);
        words->at++;
        return (struct started){module.size > 0 ? ORIGIN_PYTHON : ORIGIN_NONE, module, words->at};
    }
    struct text script = peek(words);
    words->at++;
    bool is_script = script.size > 0 && !is_option(script);
    return (struct started){is_script ? ORIGIN_SCRIPT : ORIGIN_NONE, script, words->at};
}

static bool is_assignment(struct text word)
{
    return text_find_char(word, '=') != TEXT_NOT_FOUND && !is_option(word);
}

/* What the program's name is short for, without folder. */
static bool is_one_of(struct text name, const char *const *names)
{
    for (size_t i = 0; names[i] != NULL; i++) {
        if (text_equal(name, text_of(names[i]))) {
            return true;
        }
    }
    return false;
}

static struct started start(const char *const *argv, size_t count)
{
    static const char *const npx_flags[] = {"-y",        "--yes",        "-q", "--quiet", "--prefer-offline",
                                            "--offline", "--no-install", NULL};
    static const char *const npx_packages[] = {"-p", "--package", NULL};
    static const char *const pythons[] = {"python", "python3", NULL};
    static const char *const containers[] = {"docker", "podman", NULL};
    struct words words = {argv, count, 0};
    if (take(&words, "env")) {
        while (is_assignment(peek(&words))) {
            words.at++;
        }
    }
    struct text program = path_base_name(peek(&words));
    words.at++;
    if (text_equal(program, TEXT("npx")) || (text_equal(program, TEXT("npm")) && take(&words, "exec"))) {
        return start_npm(&words, npx_flags, npx_packages);
    }
    if (text_equal(program, TEXT("bunx")) ||
        ((text_equal(program, TEXT("pnpm")) || text_equal(program, TEXT("yarn"))) && take(&words, "dlx"))) {
        return start_npm(&words, npx_flags, no_options);
    }
    if (text_equal(program, TEXT("uvx")) ||
        (text_equal(program, TEXT("uv")) && take(&words, "tool") && take(&words, "run")) ||
        (text_equal(program, TEXT("pipx")) && take(&words, "run"))) {
        return start_python(&words);
    }
    if (is_one_of(program, containers)) {
        return start_container(&words);
    }
    if (text_equal(program, TEXT("node"))) {
        return start_node(&words);
    }
    if (is_one_of(program, pythons)) {
        return start_interpreter(&words);
    }
    return (struct started){program.size > 0 ? ORIGIN_PROGRAM : ORIGIN_NONE, program, words.at};
}

/* ---- Kinds ---- */

/* Python packages' names do not tell "-" from "_" and ".", nor case (PEP 503). */
static bool is_same_python_name(struct text a, struct text b)
{
    if (a.size != b.size) {
        return false;
    }
    for (size_t i = 0; i < a.size; i++) {
        char c = a.data[i] == '_' || a.data[i] == '.' ? '-' : a.data[i];
        char lower = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
        if (lower != b.data[i]) {
            return false;
        }
    }
    return true;
}

static bool is_from(const struct server_kind *kind, const struct started *started)
{
    const char *const *names = started->origin == ORIGIN_NPM      ? kind->npm
                               : started->origin == ORIGIN_PYTHON ? kind->python
                               : started->origin == ORIGIN_IMAGE  ? kind->images
                                                                  : kind->programs;
    for (size_t i = 0; i < SERVER_PACKAGES && names[i] != NULL; i++) {
        struct text name = text_of(names[i]);
        if (started->origin == ORIGIN_PYTHON ? is_same_python_name(started->name, name)
                                             : text_equal(started->name, name)) {
            return true;
        }
    }
    return false;
}

static const struct server_kind *kind_of(const struct started *started)
{
    if (started->origin == ORIGIN_NONE || started->origin == ORIGIN_SCRIPT) {
        return NULL;
    }
    for (const struct server_kind *kind = server_kinds; kind->name != NULL; kind++) {
        if (is_from(kind, started)) {
            return started->origin == ORIGIN_IMAGE && kind->takes_paths ? NULL : kind;
        }
    }
    return NULL;
}

/* ---- Names ---- */

bool server_name_is_valid(struct text name)
{
    for (size_t i = 0; i < name.size; i++) {
        char c = name.data[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
              c == '-')) {
            return false;
        }
    }
    return name.size > 0;
}

/* Without "mcp" and "server" as whole words at either end. */
static struct text without_common_words(struct text name)
{
    static const char *const words[] = {"mcp", "server"};
    for (bool has_changed = true; has_changed;) {
        has_changed = false;
        for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
            struct text word = text_of(words[i]);
            bool starts =
                text_starts_with(name, word) &&
                (name.size == word.size || name.data[word.size] == '-' || name.data[word.size] == '_');
            bool ends =
                name.size > word.size && text_ends_with(name, word) &&
                (name.data[name.size - word.size - 1] == '-' || name.data[name.size - word.size - 1] == '_');
            if (starts) {
                name = text_after(name, word.size + 1);
            } else if (ends) {
                name = text_slice(name, 0, name.size - word.size - 1);
            }
            has_changed = has_changed || starts || ends;
        }
    }
    return name;
}

/* A script's name, or its folder's where all scripts are called so. */
static struct text script_name(struct text path)
{
    static const char *const common[] = {"index", "main", "server", "cli", "app", "__main__", "build", "dist",
                                         "src",   "lib",  "bin",    "out", ".",   "..",       NULL};
    for (;;) {
        size_t slash = text_find_last_char(path, '/');
        struct text name = slash == TEXT_NOT_FOUND ? path : text_after(path, slash + 1);
        size_t dot = text_find_last_char(name, '.');
        name = dot == TEXT_NOT_FOUND || dot == 0 ? name : text_slice(name, 0, dot);
        if (slash == TEXT_NOT_FOUND || slash == 0 || !is_one_of(name, common)) {
            return is_one_of(name, common) ? (struct text){0} : name;
        }
        path = text_slice(path, 0, slash);
    }
}

static struct text package_name(struct text package)
{
    size_t slash = text_find_last_char(package, '/');
    struct text own = without_common_words(slash == TEXT_NOT_FOUND ? package : text_after(package, slash + 1));
    if (own.size > 0 || slash == TEXT_NOT_FOUND) {
        return own;
    }
    /* "@playwright/mcp": what it is for is said in front. */
    struct text scope = text_slice(package, 0, slash);
    size_t start = text_find_last_char(scope, '/');
    scope = start == TEXT_NOT_FOUND ? scope : text_after(scope, start + 1);
    return without_common_words(text_starts_with(scope, TEXT("@")) ? text_after(scope, 1) : scope);
}

static struct text name_of(const struct started *started, struct arena *arena)
{
    const struct server_kind *kind = kind_of(started);
    if (started->origin == ORIGIN_NONE) {
        return TEXT("server");
    }
    struct text name = kind != NULL                       ? text_of(kind->name)
                       : started->origin == ORIGIN_SCRIPT ? without_common_words(script_name(started->name))
                                                          : package_name(started->name);
    if (name.size == 0) {
        return TEXT("server");
    }
    char *bytes = arena_alloc(arena, name.size + 1);
    for (size_t i = 0; i < name.size; i++) {
        bytes[i] = server_name_is_valid(text_slice(name, i, i + 1)) ? name.data[i] : '_';
    }
    bytes[name.size] = '\0';
    return (struct text){bytes, name.size};
}

/* SHELL -c TEXT, also with other options in front. */
static bool is_shell_text(const char *const *argv, size_t count)
{
    static const char *const shells[] = {"sh", "bash", "dash", "zsh", "ksh", "ash", "fish", NULL};
    bool is_shell = false;
    for (size_t i = 0; i < count; i++) {
        struct text word = text_of(argv[i]);
        bool is_letters = is_option(word) && word.data[1] != '-';
        if (is_shell && is_letters && text_find_char(word, 'c') != TEXT_NOT_FOUND) {
            return true;
        }
        is_shell = is_one_of(path_base_name(word), shells) || (is_shell && is_option(word));
    }
    return false;
}

struct mcp_server server_of_command(const char *const *argv, size_t count, struct text name,
                                    const struct server_kind *kind, struct text working_folder,
                                    struct arena *arena)
{
    struct started started = start(argv, count);
    struct text_vector folders = {0};
    for (size_t i = started.origin == ORIGIN_NONE ? 0 : started.operands; i < count; i++) {
        struct text word = text_of(argv[i]);
        struct stat status;
        if (word.size == 0 || is_option(word)) {
            continue;
        }
        struct text folder = path_normalise(arena, working_folder, word);
        if (stat(text_to_c(arena, folder), &status) == 0 && S_ISDIR(status.st_mode)) {
            VECTOR_PUSH(arena, &folders, folder);
        }
    }
    return (struct mcp_server){
        .name = name.size > 0 ? name : name_of(&started, arena),
        .kind = kind != NULL ? kind : kind_of(&started),
        .folders = folders.items,
        .folder_count = folders.count,
        .has_unknown_folders = kind != NULL && is_shell_text(argv, count),
    };
}
