/* SPDX-License-Identifier: Apache-2.0 */
#include "demand/secrets.h"

#include "unit/demand/calls.h"

/* A path for every line of the list, and one that is nearly it. */
static const struct {
    const char *line;
    const char *secret;
    const char *other;
} samples[] = {
    {".env", "/ws/.env", "/ws/env"},
    {".env.*", "/ws/a/.env.production", "/ws/x.env.production"},
    {"*.pem", "/ws/server.pem", "/ws/server.pem.md"},
    {"*.key", "/ws/server.key", "/ws/keys"},
    {"*.p12", "/a.p12", "/a.p123"},
    {"*.pfx", "/a.pfx", "/a.pfxx"},
    {"*.jks", "/a.jks", "/jks"},
    {"*.keystore", "/a.keystore", "/keystore.c"},
    {"*.kdbx", "/a.kdbx", "/a.kdb"},
    {"id_rsa", "/x/id_rsa", "/x/id_rsa.pub"},
    {"id_dsa", "/x/id_dsa", "/x/id_dsa.pub"},
    {"id_ecdsa", "/x/id_ecdsa", "/x/id_ecdsa.pub"},
    {"id_ed25519", "/x/id_ed25519", "/x/id_ed25519.pub"},
    {".netrc", "/h/.netrc", "/h/netrc"},
    {"_netrc", "/h/_netrc", "/h/__netrc"},
    {".npmrc", "/h/.npmrc", "/h/npmrc"},
    {".yarnrc.yml", "/ws/.yarnrc.yml", "/ws/.yarnrc"},
    {".pypirc", "/h/.pypirc", "/h/pypirc"},
    {".pgpass", "/h/.pgpass", "/h/pgpass"},
    {".my.cnf", "/h/.my.cnf", "/h/my.cnf"},
    {".git-credentials", "/h/.git-credentials", "/h/git-credentials"},
    {".htpasswd", "/ws/.htpasswd", "/ws/htpasswd.c"},
    {"kubeconfig", "/ws/kubeconfig", "/ws/kubeconfigs"},
    {"*.kubeconfig", "/ws/a.kubeconfig", "/ws/a.kubeconfig.md"},
    {".vault-token", "/h/.vault-token", "/h/vault-token"},
    {".bash_history", "/h/.bash_history", "/h/bash_history"},
    {".zsh_history", "/h/.zsh_history", "/h/zsh_history"},
    {".ssh", "/h/.ssh/known_hosts", "/h/ssh/known_hosts"},
    {".aws", "/h/.aws/config", "/h/aws/config"},
    {".azure", "/h/.azure/x/y", "/h/azure/x"},
    {".gnupg", "/h/.gnupg/pubring.kbx", "/h/gnupg/x"},
    {".kube", "/h/.kube/config", "/h/kube/config"},
    {".docker/config.json", "/h/.docker/config.json", "/h/.docker/x/config.json"},
    {".config/gcloud/credentials.db", "/h/.config/gcloud/credentials.db", "/h/gcloud/credentials.db"},
    {".config/gcloud/access_tokens.db", "/h/.config/gcloud/access_tokens.db", "/h/.config/access_tokens.db"},
    {".config/gcloud/application_default_credentials.json",
     "/h/.config/gcloud/application_default_credentials.json", "/h/application_default_credentials.json"},
    {".config/gh/hosts.yml", "/h/.config/gh/hosts.yml", "/h/.config/gh/config.yml"},
    {".config/git/credentials", "/h/.config/git/credentials", "/h/.config/git/ignore"},
    {".cargo/credentials", "/h/.cargo/credentials", "/h/.cargo/config"},
    {".cargo/credentials.toml", "/h/.cargo/credentials.toml", "/h/x.cargo/credentials.toml"},
    {".gem/credentials", "/h/.gem/credentials", "/h/gem/credentials"},
    {".m2/settings.xml", "/h/.m2/settings.xml", "/h/m2/settings.xml"},
    {".terraform.d/credentials.tfrc.json", "/h/.terraform.d/credentials.tfrc.json", "/h/.terraform.d/x.json"},
    {".claude/.credentials.json", "/h/.claude/.credentials.json", "/h/.claude/credentials.json"},
    {".codex/auth.json", "/h/.codex/auth.json", "/h/.codex/authors.json"},
    {"etc/shadow", "/etc/shadow", "/etc/shadow.md"},
    {"etc/gshadow", "/etc/gshadow", "/etc/gshadow1"},
};

static const char *const secret_lines[] = {
#define SECRET_NAME(name) name,
#define SECRET_FOLDER(name) name,
#define SECRET_PATH(path) path,
#define NOT_SECRET(name)
#include "demand/secrets.def"
#undef NOT_SECRET
};

static const char *const exceptions[] = {
#undef SECRET_NAME
#undef SECRET_FOLDER
#undef SECRET_PATH
#define SECRET_NAME(name)
#define SECRET_FOLDER(name)
#define SECRET_PATH(path)
#define NOT_SECRET(name) name,
#include "demand/secrets.def"
};

static void every_line_names_a_secret(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    arena_init(&arena, 1024 * 1024);
    for (size_t i = 0; i < COUNT_OF(secret_lines); i++) {
        bool has_sample = false;
        for (size_t j = 0; j < COUNT_OF(samples); j++) {
            has_sample = has_sample || strcmp(samples[j].line, secret_lines[i]) == 0;
        }
        assert_case(has_sample, secret_lines[i]);
    }
    assert_int_equal(COUNT_OF(samples), COUNT_OF(secret_lines));
    for (size_t i = 0; i < COUNT_OF(samples); i++) {
        assert_case(secrets_names(&arena, text_of(samples[i].secret)), samples[i].secret);
        assert_case(!secrets_names(&arena, text_of(samples[i].other)), samples[i].other);
    }
}

/* A file system that ignores case, normalises or drops invisible characters takes these for the same file. */
static void no_other_spelling_slips_past(void **state)
{
    (void)state;
    static const char *const others[] = {"/ws/.ENV",
                                         "/ws/.Env.Local",
                                         "/h/.SSH/x",
                                         "/ws/SERVER.PEM",
                                         "/etc/SHADOW",
                                         "/ws/.e\xE2\x80\x8Bnv",
                                         "/ws/\xE2\x80\x8D.env",
                                         "/ws/.env\xEF\xBB\xBF",
                                         "/h/.\xC5\xBF\xC5\xBFh/x"};
    AUTO_ARENA arena;
    arena_init(&arena, 1024 * 1024);
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        assert_case(secrets_names(&arena, text_of(others[i])), others[i]);
    }
}

static void samples_of_env_files_are_no_secrets(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    arena_init(&arena, 1024 * 1024);
    assert_int_equal(COUNT_OF(exceptions), 3);
    for (size_t i = 0; i < COUNT_OF(exceptions); i++) {
        assert_false(secrets_names(&arena, text_format(&arena, "/ws/%s", exceptions[i])));
        /* In a folder of secrets it is one all the same. */
        assert_true(secrets_names(&arena, text_format(&arena, "/h/.aws/%s", exceptions[i])));
    }
    assert_true(secrets_names(&arena, TEXT("/ws/.env.example.bak")));
}

static void globs_aimed_at_secrets_are_told_apart(void **state)
{
    (void)state;
    static const struct {
        const char *glob;
        bool is_aimed;
    } cases[] = {
        {"/ws/.env", true},         {"/ws/**/.env*", true},
        {"/ws/**/.en*", true},      {"/ws/*.pem", true},
        {"/ws/**/*.key", true},     {"/h/.ssh/*", true},
        {"/h/.aws/**", true},       {"/ws/id_*", true},
        {"/ws/id_rs?", true},       {"/ws/.np*", true},
        {"/ws/**/.ENV*", true},     {"/h/.kube/conf*", true},
        {"/ws/**", false},          {"/ws/*", false},
        {"/ws/*.json", false},      {"/ws/src/*.c", false},
        {"/ws/test*", false},       {"/ws/**/.*", false},
        {"/ws/.env.exampl?", true}, {"/ws/.env.example", false},
        {"/ws/.git*", true},        {"/ws/.github/*", false},
        {"/ws/Makefile", false},
    };
    AUTO_ARENA arena;
    arena_init(&arena, 16 * 1024 * 1024);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_case(secrets_aimed_at(&arena, text_of(cases[i].glob)) == cases[i].is_aimed, cases[i].glob);
    }
}

/* Through every tool that reads, in either form of the path. */
static void reading_a_secret_demands_it(void **state)
{
    (void)state;
    struct calls calls;
    calls_init(&calls);
    folder_add_file(&calls.folder, "ws/.env", "");
    folder_add_link(&calls.folder, "ws/notes", ".env");
    folder_add_folder(&calls.folder, "ws/plain");
    folder_add_link(&calls.folder, "ws/.ssh", "plain");
    static const char *const reading[][2] = {
        {"Read", "{\"file_path\":\".env\"}"},     {"Read", "{\"file_path\":\"notes\"}"},
        {"Read", "{\"file_path\":\".ssh/x\"}"},   {"NotebookRead", "{\"notebook_path\":\"@/ws/.env\"}"},
        {"Grep", "{\"path\":\"notes\"}"},         {"Grep", "{\"path\":\".env\"}"},
        {"LSP", "{\"filePath\":\"@/ws/.env\"}"},  {"Glob", "{\"pattern\":\".en*\"}"},
        {"Read", "{\"file_path\":\"~/.netrc\"}"}, {"file.read", "{\"path\":\".env\"}"},
    };
    for (size_t i = 0; i < COUNT_OF(reading); i++) {
        assert_case(calls_demand(&calls, &agent_claude, reading[i][0], reading[i][1], "secrets.read"),
                    reading[i][1]);
    }
    assert_true(calls_demand(&calls, &agent_codex, "view_image", "{\"path\":\".env\"}", "secrets.read"));
    assert_false(calls_demand(&calls, &agent_claude, "Write", "{\"file_path\":\".env\"}", "secrets.read"));
    assert_false(calls_demand(&calls, &agent_claude, "Read", "{\"file_path\":\"a.c\"}", "secrets.read"));
    calls_release(&calls);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_line_names_a_secret),
        cmocka_unit_test(no_other_spelling_slips_past),
        cmocka_unit_test(samples_of_env_files_are_no_secrets),
        cmocka_unit_test(globs_aimed_at_secrets_are_told_apart),
        cmocka_unit_test(reading_a_secret_demands_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
