/* SPDX-License-Identifier: Apache-2.0 */
/* Programs that lie in the workspace and are what a name stands for: `node_modules/.bin/eslint` is what `npx
 * eslint` runs, `.venv/bin/pytest` what `pytest` does, `./gradlew` what `gradle` does. They are the workspace's
 * own code, as what the others run is. Other scripts are opaque. */
#include "shell/builds.h"

/* Whether the path's ".." stand in front only: behind a name that is a link they lead elsewhere. */
static bool only_starts_with_parents(struct text path)
{
    struct text rest = path;
    struct text segment;
    bool has_name = false;
    while (rest.data != NULL && text_next(&rest, '/', &segment)) {
        bool is_parent = text_equal(segment, TEXT(".."));
        if (is_parent && has_name) {
            return false;
        }
        has_name = has_name || (!is_parent && !text_equal(segment, TEXT(".")));
    }
    return true;
}

/* Whether `folder` is `wanted`, or ends with it behind a slash. */
static bool is_such_folder(struct text folder, const char *wanted)
{
    size_t size = text_of(wanted).size;
    return text_ends_with(folder, text_of(wanted)) &&
           (folder.size == size || folder.data[folder.size - size - 1] == '/');
}

bool run_workspace_program(struct program_run *run)
{
    struct shell_field path = {.kind = FIELD_EXACT, .text = run->name, .range = run->range};
    size_t slash = text_find_last_char(run->name, '/');
    struct text folder = text_slice(run->name, 0, slash);
    struct shell_field name = {
        .kind = FIELD_EXACT, .text = text_after(run->name, slash + 1), .range = run->range};
    bool is_gradle = text_equal(name.text, TEXT("gradlew"));
    size_t first = run->walker->out->demands.count;
    const struct shell_program *program = program_find(name.text);
    bool is_agent = program != NULL && program->model == model_agent; /* they are known by any path */
    if (is_agent || !is_build_folder_inside(run, &path) || !only_starts_with_parents(run->name)) {
        return false;
    }
    struct program_run inner = *run;
    inner.arguments = (struct field_vector){0};
    VECTOR_PUSH(run->walker->arena, &inner.arguments, name);
    for (size_t i = 0; i < run->arguments.count; i++) {
        VECTOR_PUSH(run->walker->arena, &inner.arguments, run->arguments.items[i]);
    }
    if (is_such_folder(folder, "node_modules/.bin")) {
        demand_node_tool(&inner, 0, NODE_LOCAL);
    } else if (is_such_folder(folder, ".venv/bin") || is_such_folder(folder, "venv/bin")) {
        if (!demand_python_tool(&inner, 0)) {
            return false;
        }
    } else if (is_gradle || text_equal(name.text, TEXT("mvnw"))) {
        inner = run_of_tool(&inner, 0);
        inner.name = name.text = is_gradle ? TEXT("gradle") : TEXT("mvn");
        model_make(&inner, program_find(inner.name));
    } else {
        return false;
    }
    demand_at_least_build(run, first, name.text);
    return true;
}
