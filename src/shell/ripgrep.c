/* SPDX-License-Identifier: Apache-2.0 */
#include "shell/ripgrep.h"

#include "base/vector.h"

struct type {
    const char *name;
    const char *globs; /* a blank between them */
};

#define C_GLOBS "*.c *.h *.H *.C *.c.in *.h.in *.H.in *.C.in *.cats"
#define CPP_GLOBS                                                                                              \
    "*.C *.h *.H *.C.in *.h.in *.H.in *.cpp *.hpp *.cpp.in *.hpp.in *.cxx *.hxx *.cxx.in *.hxx.in *.cc "       \
    "*.cc.in "                                                                                                 \
    "*.hh *.hh.in *.inl"
#define MARKDOWN_GLOBS "*.markdown *.md *.mdown *.mdwn *.mdx *.mkd *.mkdn"

static const struct type types[] = {
    {"c", C_GLOBS},
    {"cpp", CPP_GLOBS},
    {"cs", "*.cs"},
    {"csharp", "*.cs"},
    {"css", "*.css *.scss"},
    {"dart", "*.dart"},
    {"elixir", "*.eex *.ex *.exs *.heex *.leex *.livemd"},
    {"go", "*.go"},
    {"h", "*.h *.hh *.hpp"},
    {"html", "*.ejs *.htm *.html"},
    {"java", "*.java *.jsp *.jspx *.properties"},
    {"js", "*.cjs *.js *.jsx *.mjs *.vue"},
    {"kotlin", "*.kt *.kts"},
    {"lua", "*.lua"},
    {"markdown", MARKDOWN_GLOBS},
    {"md", MARKDOWN_GLOBS},
    {"php", "*.php *.php3 *.php4 *.php5 *.php7 *.php8 *.pht *.phtml"},
    {"py", "*.py *.pyi"},
    {"python", "*.py *.pyi"},
    {"ruby", "*.gemspec *.rake *.rb *.rbw .irbrc Gemfile Rakefile config.ru"},
    {"rust", "*.rs"},
    {"scala", "*.sbt *.scala"},
    {"sql", "*.psql *.sql"},
    {"svelte", "*.svelte *.svelte.ts"},
    {"swift", "*.swift"},
    {"ts", "*.cts *.mts *.ts *.tsx"},
    {"typescript", "*.cts *.mts *.ts *.tsx"},
    {"vue", "*.vue"},
    {"zig", "*.zig"},
};

bool ripgrep_type(struct arena *arena, struct text type, struct text_vector *ret_names)
{
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        struct text rest = text_of(types[i].globs);
        struct text glob;
        if (!text_equal(type, text_of(types[i].name))) {
            continue;
        }
        while (text_next(&rest, ' ', &glob)) {
            VECTOR_PUSH(arena, ret_names, glob);
        }
        return true;
    }
    return false;
}

bool ripgrep_name(struct text glob, struct text *ret_name)
{
    for (size_t i = 0; i < glob.size; i++) {
        bool is_printable = glob.data[i] > ' ' && glob.data[i] <= '~'; /* blanks at the end are cut off */
        if (!is_printable || text_find_char(TEXT("[]{}\\"), glob.data[i]) != TEXT_NOT_FOUND) {
            return false;
        }
    }
    size_t slash = text_find_last_char(glob, '/');
    *ret_name = slash == TEXT_NOT_FOUND ? glob : text_after(glob, slash + 1);
    bool is_comment = glob.size > 0 && (glob.data[0] == '#' || glob.data[0] == '!');
    return !is_comment && ret_name->size > 0;
}
