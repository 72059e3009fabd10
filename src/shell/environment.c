/* SPDX-License-Identifier: Apache-2.0 */
/* Variables that programs take orders from. */
#include "shell/programs.h"

/* Names whose value decides what code runs, or where programs look for it. A trailing "*" is a prefix. */
static const char *const dangerous_names[] = {
    "ALL_PROXY",
    "all_proxy",
    "AEX_*",
    "ANTHROPIC_*",
    "AR",
    "ARFLAGS",
    "AWS_*",
    "BASHOPTS",
    "BASH_*",
    "BC_*",
    "BROWSER",
    "BZIP*",
    "CARGO*",
    "CC",
    "CDPATH",
    "CFLAGS",
    "CGO_*",
    "CPPFLAGS",
    "CCC_*",
    "CLAUDE*",
    "CODEX*",
    "COLLECT_*",
    "COMPILER_PATH",
    "CPLUS_INCLUDE_PATH",
    "C_INCLUDE_PATH",
    "DEPENDENCIES_OUTPUT",
    "SUNPRO_DEPENDENCIES",
    "GCC_*",
    "LIBRARY_PATH",
    "GH_*",
    "GITHUB_*",
    "CPATH",
    "CURL_*",
    "CXX",
    "CXXFLAGS",
    "COMPOSE_*",
    "DOCKER_*",
    "EDITOR",
    "ENV",
    "EXECIGNORE",
    "FCEDIT",
    "FIGNORE",
    "FTP_PROXY",
    "FUNCNEST",
    "GCONV_PATH",
    "GEM_*",
    "GETCONF_DIR",
    "GIT_*",
    "GLOBIGNORE",
    "GO*",
    "GREP_*",
    "GZIP",
    "HISTFILE",
    "HOME",
    "HOSTALIASES",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "https_proxy",
    "http_proxy",
    "IFS",
    "INPUTRC",
    "JAVA_*",
    "JDK_*",
    "KUBECONFIG",
    "LDFLAGS",
    "LDLIBS",
    "LD_*",
    "DYLD_*",
    "LESS*",
    "LOCPATH",
    "LS_COLORS",
    "MAGIC",
    "MAKE*",
    "MANOPT",
    "MANPAGER",
    "MANPATH",
    "MAVEN_*",
    "MFLAGS",
    "NETRC",
    "NIS_PATH",
    "NLSPATH",
    "NODE_*",
    "BUN_*",
    "DENO_*",
    "GLIBC_*",
    "GCOV_*",
    "LLVM_*",
    "NO_PROXY_*",
    "OPENSSL_*",
    "PAGER",
    "PATH",
    "PERL*",
    "PIP_*",
    "PROMPT_COMMAND",
    "PS0",
    "PS1",
    "PS2",
    "PS4",
    "PYTHON*",
    "PYTEST_*",
    "RES_OPTIONS",
    "RESOLV_*",
    "RIPGREP_*",
    "RSYNC_*",
    "RUBY*",
    "RUSTC*",
    "RUSTUP_*",
    "RUSTFLAGS",
    "RUSTDOC*",
    "SHELL",
    "SPEC_OPTS",
    "SHELLOPTS",
    "SSH_*",
    "SSL*",
    "SUDO_*",
    "SYSTEMD_*",
    "TAPE",
    "TAR_*",
    "TEXTDOMAIN*",
    "TMPDIR",
    "TOX_*",
    "TMP",
    "TEMP",
    "UV_*",
    "VISUAL",
    "WGETRC",
    "XDG_*",
    "XZ_*",
    "YARN_*",
    "ZDOTDIR",
    "ZIPOPT",
    "ZSTD_*",
    "ASAN_OPTIONS",
    "LSAN_OPTIONS",
    "MSAN_OPTIONS",
    "TSAN_OPTIONS",
    "UBSAN_OPTIONS",
    "ftp_proxy",
    "UNZIP",
    "_JAVA_OPTIONS",
    "CLASSPATH",
    "GRADLE_*",
    "LUA_*",
    "CMAKE_*",
    "PKG_CONFIG*",
    "OLDPWD",
    "PWD",
    "OPTIND",
    "POSIX*",
    "TZDIR",
    "TERMINFO*",
    "MALLOC_*",
};

/* Exceptions: values that only switch something on or off, or choose what is built. */
struct harmless_value {
    const char *name;
    const char *value; /* NULL: any */
};

static const struct harmless_value harmless_values[] = {
    {"CGO_ENABLED", "0"},
    {"CGO_ENABLED", "1"},
    {"EDITOR", "true"},
    {"GIT_EDITOR", ":"},
    {"GIT_EDITOR", "true"},
    {"GIT_OPTIONAL_LOCKS", "0"},
    {"GIT_PAGER", ""},
    {"GIT_PAGER", "cat"},
    {"GIT_TERMINAL_PROMPT", "0"},
    {"GOARCH", "386"},
    {"GOARCH", "amd64"},
    {"GOARCH", "arm"},
    {"GOARCH", "arm64"},
    {"GOARCH", "wasm"},
    {"GOOS", "darwin"},
    {"GOOS", "freebsd"},
    {"GOOS", "js"},
    {"GOOS", "linux"},
    {"GOOS", "wasip1"},
    {"GOOS", "windows"},
    {"LESS", "-R"},
    {"LESS", "FRX"},
    {"NODE_ENV", NULL},
    {"NODE_NO_WARNINGS", NULL},
    {"MANPAGER", "cat"},
    {"PAGER", ""},
    {"PAGER", "cat"},
    {"PYTHONDONTWRITEBYTECODE", NULL},
    {"PYTHONHASHSEED", NULL},
    {"PYTHONIOENCODING", NULL},
    {"PYTHONUNBUFFERED", NULL},
    {"PYTHONUTF8", NULL},
    {"CARGO_TERM_COLOR", NULL},
    {"RUSTFLAGS", "-D warnings"},
    {"RUSTFLAGS", "-Dwarnings"},
    {"SYSTEMD_PAGER", ""},
    {"VISUAL", "true"},
};

/* Options of node that load nothing, with single blanks between them. */
static bool are_harmless_node_options(struct text options)
{
    static const char *const flags[] = {"--experimental-vm-modules", "--no-warnings", "--enable-source-maps"};
    struct text size = TEXT("--max-old-space-size=");
    struct text rest = options;
    struct text word;
    while (rest.data != NULL && text_next(&rest, ' ', &word)) {
        uint64_t megabytes;
        bool is_size = text_starts_with(word, size) && text_to_u64(text_after(word, size.size), &megabytes);
        if (!is_size && !IS_ONE_OF(word, flags)) {
            return false;
        }
    }
    return options.size > 0;
}

bool value_is_switch(struct text value)
{
    static const char *const words[] = {"yes", "no", "true", "false"};
    uint64_t number;
    return text_to_u64(value, &number) || IS_ONE_OF(value, words);
}

bool assignment_is_dangerous(struct text name, const struct shell_value *value)
{
    for (size_t i = 0; i < sizeof harmless_values / sizeof *harmless_values; i++) {
        const struct harmless_value *row = &harmless_values[i];
        if (text_equal(name, text_of(row->name)) &&
            (row->value == NULL ||
             (value->kind == VALUE_EXACT && text_equal(value->text, text_of(row->value))))) {
            return false;
        }
    }
    if (text_equal(name, TEXT("NODE_OPTIONS")) && value->kind == VALUE_EXACT &&
        are_harmless_node_options(value->text)) {
        return false;
    }
    /* npm and pnpm take their settings from names in any case. */
    if (text_equal_ignoring_case(text_slice(name, 0, 4), TEXT("npm_")) ||
        text_equal_ignoring_case(text_slice(name, 0, 5), TEXT("pnpm_"))) {
        return true;
    }
    for (size_t i = 0; i < sizeof dangerous_names / sizeof *dangerous_names; i++) {
        struct text row = text_of(dangerous_names[i]);
        bool is_prefix = text_ends_with(row, TEXT("*"));
        if (is_prefix ? text_starts_with(name, text_slice(row, 0, row.size - 1)) : text_equal(name, row)) {
            return true;
        }
    }
    return false;
}

bool assignment_is_setting(struct text name, const struct shell_value *value)
{
    static const char *const plain[] = {"CI",   "CLICOLOR", "COLUMNS",        "DEBUG",    "FORCE_COLOR",
                                        "LANG", "LC_ALL",   "LC_CTYPE",       "NODE_ENV", "TERM",
                                        "TZ",   "VERBOSE",  "CLICOLOR_FORCE", "NO_COLOR"};
    if (value->kind == VALUE_EXACT && value_is_switch(value->text)) {
        return false; /* no command, and no path that leads anywhere */
    }
    if (!IS_ONE_OF(name, plain) || value->kind != VALUE_EXACT) {
        return true;
    }
    for (size_t i = 0; i < value->text.size; i++) {
        char c = value->text.data[i];
        bool is_word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!is_word && c != '_' && c != '-' && c != '.' && c != '/') {
            return true;
        }
    }
    return false;
}
