/* SPDX-License-Identifier: Apache-2.0 */
/* A shell command line: the whole of it as shell.exec, and what its parts do, as src/shell/ understands them.
 * What the shell room says of paths is about names; here they meet the file system. How the whole and its parts
 * are judged together is settled in judge.c. */
#include <fcntl.h>
#include <sys/stat.h>

#include "demand/arrivals.h"
#include "demand/git_changes.h"
#include "os/file.h"
#include "os/path.h"
#include "shell/shell.h"

enum { LARGEST_CONFIGURATION = 1024 * 1024 };

/* Marks everything that was appended since `first` as a part of the line. */
static void mark_parts(struct demand_build *build, size_t first, struct demand_source source,
                       struct text command)
{
    for (size_t i = first; i < build->demands->count; i++) {
        build->demands->items[i].shell = SHELL_PART;
        build->demands->items[i].source = source;
        build->demands->items[i].command = command;
    }
}

/* The part that demands it. Of one that is a whole loop or a long command, only the words that say so. */
static struct demand_source source_of(struct text command, const struct shell_analysis *analysis,
                                      const struct shell_demand *demand)
{
    enum { LONGEST_PART = 44 }; /* as much as carets are put under */
    struct shell_range part = analysis->parts.items[demand->part].range;
    struct shell_range words = demand->range;
    struct text text = text_slice(command, part.start, part.end);
    bool is_short = text.size <= LONGEST_PART && text_find_char(text, '\n') == TEXT_NOT_FOUND;
    bool is_part = words.start >= words.end || (is_short && part.start <= words.start && words.end <= part.end);
    return is_part ? (struct demand_source){command, part.start, part.end}
                   : (struct demand_source){command, words.start, words.end};
}

/* ---- What comes to lie in sets ---- */

/* The path, or the folder in which all that a glob names lies, links resolved. */
static bool find_start(struct demand_build *build, struct text path, bool is_glob, struct text *ret_start)
{
    struct text folder = path;
    struct text glob;
    if (is_glob) {
        build_split_glob(path, &folder, &glob);
    }
    return path_resolve(build->arena, path_normalise(build->arena, TEXT("/"), folder), ret_start, NULL);
}

/* What one part of the line writes. */
struct written {
    size_t part;
    struct text start; /* see find_start; empty: nobody knows where */
    bool is_set;
};

VECTOR_DECLARE(written_vector, struct written);

/* Whether it matters to some demand what lies at another place than its own, or of what kind. */
static bool looks_at_files(const struct shell_analysis *analysis)
{
    for (size_t i = 0; i < analysis->demands.count; i++) {
        const struct shell_demand *demand = &analysis->demands.items[i];
        if (demand->origins.count > 0 || demand->only_of_folder) {
            return true;
        }
    }
    return false;
}

/* Everything that parts of the line write, where it matters to another part. */
static struct written_vector find_written(struct demand_build *build, const struct shell_analysis *analysis)
{
    struct written_vector all = {0};
    bool matters = analysis->parts.count > 1 && looks_at_files(analysis);
    for (size_t i = 0; matters && i < analysis->demands.count; i++) {
        const struct shell_demand *demand = &analysis->demands.items[i];
        struct written written = {.part = demand->part, .is_set = demand->kind == SHELL_RESOURCE_SET};
        if (!text_equal(demand->capability, TEXT("file.write"))) {
            continue;
        }
        bool is_known = written.is_set || demand->kind == SHELL_RESOURCE_KNOWN;
        if (!is_known || !find_start(build, demand->value, written.is_set, &written.start)) {
            written.start = (struct text){0};
        }
        VECTOR_PUSH(build->arena, &all, written);
    }
    return all;
}

/* Whether another part of the line may put something where this part looks. */
static bool is_added_to(struct demand_build *build, const struct written_vector *written, size_t part,
                        struct text path, bool is_glob)
{
    struct text start;
    if (!find_start(build, path, is_glob, &start)) {
        return true;
    }
    for (size_t i = 0; i < written->count; i++) {
        const struct written *other = &written->items[i];
        if (other->part != part && (other->start.size == 0 || path_is_within(other->start, start) ||
                                    (other->is_set && path_is_within(start, other->start)))) {
            return true;
        }
    }
    return false;
}

static const struct set_arrivals *arrivals_of(struct demand_build *build, const struct written_vector *written,
                                              const struct shell_demand *demand)
{
    if (demand->arrival == SHELL_ARRIVES_ANYTHING || !text_equal(demand->capability, TEXT("file.write"))) {
        return NULL;
    }
    struct set_arrivals *arrivals = ARENA_NEW(build->arena, struct set_arrivals);
    arrivals->changes_present = demand->arrival == SHELL_ARRIVES_NOTHING;
    bool is_tree = text_ends_with(demand->value, TEXT("/**"));
    if (demand->arrival == SHELL_ARRIVES_NOTHING && !is_tree &&
        !arrivals_add_name(build, arrivals, demand->value)) {
        return NULL;
    }
    for (size_t i = 0; i < demand->origins.count; i++) {
        const struct shell_origin *origin = &demand->origins.items[i];
        if (is_added_to(build, written, demand->part, origin->path, origin->is_glob) ||
            !arrivals_add(build, arrivals, origin->path, origin->is_glob, origin->excludes_hidden,
                          origin->place, origin->keeps_name)) {
            return NULL;
        }
    }
    return arrivals;
}

/* Whether the demand is about what lies below a path, which is a file: nothing does. */
static bool is_below_file(struct demand_build *build, const struct written_vector *written,
                          const struct shell_demand *demand)
{
    struct stat status;
    bool is_path = demand->kind == SHELL_RESOURCE_KNOWN || demand->kind == SHELL_RESOURCE_SET;
    if (!demand->only_of_folder || demand->walked.size > 0 || !is_path) {
        return false;
    }
    struct text path = path_parent(demand->value);
    return stat(text_to_c(build->arena, path), &status) == 0 && S_ISREG(status.st_mode) &&
           !is_added_to(build, written, demand->part, path, false);
}

static bool build_shell_file(struct demand_build *build, const struct written_vector *written,
                             const struct shell_demand *demand)
{
    struct text names[2];
    size_t count = build_file_names(demand->capability, names);
    if (is_below_file(build, written, demand)) {
        return true;
    }
    switch (demand->kind) {
    case SHELL_RESOURCE_KNOWN:
        return build_file(build, names, count, demand->walked.size > 0 ? demand->walked : demand->value);
    case SHELL_RESOURCE_SET:
        return build_file_set(build, &(struct file_set){.names = names,
                                                        .name_count = count,
                                                        .glob = demand->value,
                                                        .excludes_hidden = demand->excludes_hidden,
                                                        .searches = demand->searches,
                                                        .shown = demand->shown,
                                                        .passes_links = demand->passes_links,
                                                        .arrivals = arrivals_of(build, written, demand),
                                                        .follows_links = demand->follows_links});
    case SHELL_RESOURCE_NONE:
    case SHELL_RESOURCE_UNKNOWN:
    case SHELL_RESOURCE_CHANGED:
        break;
    }
    /* The line is opaque where it does something to a file nobody knows, and that is judged already: no more
     * than the rules about files has a say. */
    build_add(build, names[0], (struct resource){.kind = RESOURCE_UNKNOWN});
    return true;
}

static void build_shell_other(struct demand_build *build, const struct shell_demand *demand)
{
    static const enum resource_kind kinds[] = {
        [SHELL_RESOURCE_NONE] = RESOURCE_NONE,       [SHELL_RESOURCE_KNOWN] = RESOURCE_KNOWN,
        [SHELL_RESOURCE_SET] = RESOURCE_SET,         [SHELL_RESOURCE_UNKNOWN] = RESOURCE_UNKNOWN,
        [SHELL_RESOURCE_CHANGED] = RESOURCE_UNKNOWN,
    };
    struct demand other = {
        .names = {demand->capability},
        .name_count = 1,
        .resource = {.kind = kinds[demand->kind], .value = demand->value},
        .allowed_unless_denied = demand->allowed_unless_denied,
    };
    VECTOR_PUSH(build->arena, build->demands, other);
}

static bool exists(struct demand_build *build, struct text folder, struct text name)
{
    struct stat status;
    return lstat(path_join(build->arena, folder, name).data, &status) == 0;
}

bool build_finds_own_repository(struct demand_build *build, struct text folder)
{
    struct text resolved;
    if (!path_resolve(build->arena, folder, &resolved, NULL)) {
        return false;
    }
    for (struct text at = resolved;; at = path_parent(at)) {
        if (exists(build, at, TEXT(".git"))) {
            return text_equal(at, build->context->root);
        }
        /* With a commondir the objects and the configuration are those of another folder. */
        if (exists(build, at, TEXT("HEAD")) &&
            (exists(build, at, TEXT("objects")) || exists(build, at, TEXT("commondir")))) {
            return false;
        }
        if (text_equal(at, TEXT("/"))) {
            return true;
        }
    }
}

/* Whether the repository's configuration names the remote that git would talk to. One it does not name is a
 * folder, whose hooks would run. URLs demand the network besides. */
static bool is_known_remote(struct demand_build *build, const struct shell_demand *demand)
{
    static const struct text talking[] = {TEXT_INIT("git.push"), TEXT_INIT("git.fetch"), TEXT_INIT("git.pull"),
                                          TEXT_INIT("git.ls-remote")};
    bool talks = false;
    for (size_t i = 0; i < sizeof talking / sizeof talking[0]; i++) {
        talks = talks || text_equal(demand->capability, talking[i]);
    }
    if (!talks || demand->kind != SHELL_RESOURCE_KNOWN || text_contains(demand->value, TEXT("://"))) {
        return true;
    }
    struct text configuration;
    struct text file = path_join(build->arena, build->context->root, TEXT(".git/config"));
    if (!file_read_path(AT_FDCWD, file.data, LARGEST_CONFIGURATION, build->arena, &configuration, NULL)) {
        return false;
    }
    struct text remote = text_slice(demand->value, 0, text_find_char(demand->value, '/'));
    struct text section = text_format(build->arena, "[remote \"%.*s\"]", TEXT_ARG(remote));
    return text_contains(configuration, section);
}

/* ---- Files that git changes ---- */

static bool build_change(struct demand_build *build, const struct git_change *change)
{
    struct text names[] = {TEXT("file.write"), TEXT("file.write")};
    size_t count = 1;
    if (change->is_deleted) {
        names[0] = TEXT("file.delete");
        count = 2;
    }
    struct file_set below = {
        .names = names, .name_count = count, .glob = path_join(build->arena, change->path, TEXT("**"))};
    return build_file(build, names, count, change->path) && (!change->is_tree || build_file_set(build, &below));
}

/* Whether some part does more to the repository than git_changes_find could have seen: another git command that
 * changes it, or one that writes into .git. */
static bool has_other_change(const struct shell_analysis *analysis, size_t part)
{
    for (size_t i = 0; i < analysis->parts.count; i++) {
        if (i != part && analysis->parts.items[i].changes_repository) {
            return true;
        }
    }
    for (size_t i = 0; i < analysis->demands.count; i++) {
        const struct shell_demand *demand = &analysis->demands.items[i];
        bool is_write = text_equal(demand->capability, TEXT("file.write")) ||
                        text_equal(demand->capability, TEXT("file.delete"));
        if (is_write && demand->kind != SHELL_RESOURCE_CHANGED && demand->kind != SHELL_RESOURCE_KNOWN) {
            return true;
        }
        if (is_write && text_contains(demand->value, TEXT(".git"))) {
            return true;
        }
    }
    return false;
}

/* What git would change. Only one part can be told: see has_other_change. */
struct line_changes {
    const struct shell_demand *known;
    struct git_change_vector files;
    const struct shell_demand *unknown; /* makes the line opaque */
};

static struct line_changes find_changes(struct demand_build *build, const struct shell_analysis *analysis)
{
    struct line_changes changes = {0};
    for (size_t i = 0; i < analysis->demands.count; i++) {
        const struct shell_demand *demand = &analysis->demands.items[i];
        const struct shell_part *part = &analysis->parts.items[demand->part];
        if (demand->kind != SHELL_RESOURCE_CHANGED) {
            continue;
        }
        if (part->repository_count != 1 || has_other_change(analysis, demand->part) ||
            !build_finds_own_repository(build, part->repositories[0]) ||
            !git_changes_find(build, demand, part->repositories[0], &changes.files)) {
            changes.unknown = demand;
        } else {
            changes.known = demand;
        }
    }
    return changes;
}

/* Why a demand makes the line opaque; empty: it does not. */
static struct text demand_opacity(struct demand_build *build, struct text command,
                                  const struct shell_analysis *analysis, const struct line_changes *changes,
                                  const struct shell_demand *demand)
{
    struct demand_source source = source_of(command, analysis, demand);
    if (demand->is_opaque) {
        struct text words = text_slice(command, demand->range.start, demand->range.end);
        return text_format(build->arena, "\"%.*s\": %.*s", TEXT_ARG(words), TEXT_ARG(demand->reason));
    }
    if (demand == changes->unknown) {
        return text_format(build->arena, "\"%.*s\": git cannot say which files this changes",
                           TEXT_ARG(text_slice(command, source.start, source.end)));
    }
    if (!is_known_remote(build, demand)) {
        return text_format(build->arena, "\"%.*s\" is no remote of this repository", TEXT_ARG(demand->value));
    }
    return TEXT("");
}

/* The same for what a part takes for granted. */
static struct text part_opacity(struct demand_build *build, struct text command,
                                const struct shell_analysis *analysis, size_t index)
{
    const struct shell_part *part = &analysis->parts.items[index];
    struct text reason = build_part_opacity(build, analysis, index);
    return reason.size == 0 ? reason
                            : text_format(build->arena, "\"%.*s\": %.*s",
                                          TEXT_ARG(text_slice(command, part->range.start, part->range.end)),
                                          TEXT_ARG(reason));
}

static struct demand_source part_source(struct text command, const struct shell_part *part)
{
    return (struct demand_source){command, part->range.start, part->range.end};
}

/* Why the line is not understood, if it is not: the first reason, with the part that has it. */
static struct text find_opacity(struct demand_build *build, struct text command,
                                const struct shell_analysis *analysis, const struct line_changes *changes,
                                struct demand_source *ret_source)
{
    for (size_t i = 0; i < analysis->demands.count; i++) {
        struct text reason = demand_opacity(build, command, analysis, changes, &analysis->demands.items[i]);
        *ret_source = source_of(command, analysis, &analysis->demands.items[i]);
        if (reason.size > 0) {
            return reason;
        }
    }
    for (size_t i = 0; i < analysis->parts.count; i++) {
        struct text reason = part_opacity(build, command, analysis, i);
        *ret_source = part_source(command, &analysis->parts.items[i]);
        if (reason.size > 0) {
            return reason;
        }
    }
    /* What git would add is only asked when all else is understood. */
    for (size_t i = 0; i < analysis->parts.count; i++) {
        const struct shell_part *part = &analysis->parts.items[i];
        struct text reason = build_git_added(build, analysis, i);
        *ret_source = part_source(command, part);
        if (reason.size > 0) {
            return text_format(build->arena, "\"%.*s\": %.*s",
                               TEXT_ARG(text_slice(command, part->range.start, part->range.end)),
                               TEXT_ARG(reason));
        }
    }
    *ret_source = (struct demand_source){0};
    return analysis->is_opaque ? TEXT("not understood") : (struct text){0};
}

static bool is_redirection(char c)
{
    return c == '<' || c == '>';
}

/* Whether words of it are evaluated, so that a value may hold a command: arithmetic, subscripts and what stands
 * in braces (Bash, 3.5.3 and 3.5.5). */
static bool evaluates_words(struct text text)
{
    return text_contains(text, TEXT("$[")) || text_contains(text, TEXT("${")) ||
           text_contains(text, TEXT("((")) || text_contains(text, TEXT("$'")) ||
           text_contains(text, TEXT("[$"));
}

/* Whether the text of a part is one command and nothing more, however it is read: what an eval or a
 * substitution is made of has other commands in its words. */
static bool is_plain_command(struct text text)
{
    if (evaluates_words(text)) {
        return false;
    }
    for (size_t i = 0; i < text.size; i++) {
        switch (text.data[i]) {
        case '&':
            if ((i > 0 && is_redirection(text.data[i - 1])) ||
                (i + 1 < text.size && is_redirection(text.data[i + 1]))) {
                break; /* 2>&1, &>file */
            }
            return false;
        case ';':
        case '|':
        case '(':
        case ')':
        case '{':
        case '}':
        case '`':
        case '\n':
        case '\\':
            return false;
        default:
            break;
        }
    }
    return true;
}

static struct text text_of_part(struct text command, const struct shell_part *part)
{
    struct text text = text_slice(command, part->range.start, part->range.end);
    return is_plain_command(text) ? text : TEXT("");
}

/* The parts of an opaque line that are not understood, or that nobody asked about: what git would add is not
 * looked up then. All of them where it is the line as a whole that is not. */
static struct shell_command_vector find_commands(struct demand_build *build, struct text command,
                                                 const struct shell_analysis *analysis,
                                                 const struct line_changes *changes)
{
    struct shell_command_vector commands = {0};
    for (size_t i = 0; i < analysis->demands.count; i++) {
        const struct shell_demand *demand = &analysis->demands.items[i];
        struct shell_command opaque = {
            .text = text_of_part(command, &analysis->parts.items[demand->part]),
            .source = source_of(command, analysis, demand),
            .note = demand_opacity(build, command, analysis, changes, demand),
        };
        /* What is known of one part may hang on another that is not understood. */
        if (opaque.note.size == 0 && demand->kind == SHELL_RESOURCE_UNKNOWN) {
            opaque.note = text_format(build->arena, "\"%.*s\": nobody knows what this is about",
                                      TEXT_ARG(text_slice(command, opaque.source.start, opaque.source.end)));
        }
        if (opaque.note.size > 0) {
            VECTOR_PUSH(build->arena, &commands, opaque);
        }
    }
    for (size_t i = 0; i < analysis->parts.count; i++) {
        const struct shell_part *part = &analysis->parts.items[i];
        struct shell_command opaque = {
            .text = text_of_part(command, part),
            .source = part_source(command, part),
            .note = part_opacity(build, command, analysis, i),
        };
        if (opaque.note.size > 0 || part->added.count > 0) {
            VECTOR_PUSH(build->arena, &commands, opaque);
        }
    }
    for (size_t i = 0; commands.count == 0 && i < analysis->parts.count; i++) {
        const struct shell_part *part = &analysis->parts.items[i];
        struct shell_command opaque = {.text = text_of_part(command, part),
                                       .source = part_source(command, part)};
        VECTOR_PUSH(build->arena, &commands, opaque);
    }
    return commands;
}

bool build_command(struct demand_build *build, struct text name, struct text command)
{
    const struct demand_context *context = build->context;
    const struct shell_context where = {
        .cwd = context->working_folder, .home = context->home, .root = context->root};
    struct shell_analysis analysis;
    build->is_line = true;
    if (!shell_analyse(command, &where, build->arena, &analysis, build->err)) {
        return false;
    }
    struct demand line = {
        .names = {name},
        .name_count = 1,
        .resource = {.kind = RESOURCE_KNOWN, .value = command},
    };
    struct line_changes changes = find_changes(build, &analysis);
    line.note = find_opacity(build, command, &analysis, &changes, &line.source);
    line.shell = line.note.size > 0 ? SHELL_LINE_OPAQUE : SHELL_LINE;
    /* A line with a mistake in its grammar is one part too, whose program nobody knows. */
    line.is_one_command = analysis.parts.count == 1 && !evaluates_words(command) &&
                          (analysis.parts.items[0].program.size > 0 || is_plain_command(command));
    if (line.shell == SHELL_LINE_OPAQUE) {
        line.commands = find_commands(build, command, &analysis, &changes);
    }
    VECTOR_PUSH(build->arena, build->demands, line);
    build->is_opaque = line.shell == SHELL_LINE_OPAQUE;
    struct written_vector written = find_written(build, &analysis);
    for (size_t i = 0; i < analysis.demands.count; i++) {
        size_t first = build->demands->count;
        const struct shell_demand *demand = &analysis.demands.items[i];
        if (demand->is_opaque) {
            continue; /* the line's own demand stands for it */
        }
        if (demand == changes.known) {
            for (size_t j = 0; j < changes.files.count; j++) {
                if (!build_change(build, &changes.files.items[j])) {
                    return false;
                }
            }
        } else if (!text_starts_with(demand->capability, TEXT("file."))) {
            build_shell_other(build, demand);
        } else if (!build_shell_file(build, &written, demand)) {
            return false;
        }
        bool is_runner = text_equal(demand->capability, TEXT("tests.run")) ||
                         text_equal(demand->capability, TEXT("build.run"));
        struct shell_range words = analysis.parts.items[demand->part].range;
        if (is_runner && !build_runner_words(build, text_slice(command, words.start, words.end))) {
            return false;
        }
        mark_parts(build, first, source_of(command, &analysis, demand),
                   text_of_part(command, &analysis.parts.items[demand->part]));
    }
    return true;
}
