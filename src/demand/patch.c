/* SPDX-License-Identifier: Apache-2.0 */
/* The files an apply_patch text touches. Codex trims the lines that name files, so an indented marker counts
 * too; a marker inside added text does not, since every added line starts with "+". */
#include "demand/build.h"

static const struct {
    struct text marker;
    const char *more_exactly; /* besides file.write */
} markers[] = {
    {TEXT_INIT("*** Add File:"), NULL},
    {TEXT_INIT("*** Update File:"), NULL},
    {TEXT_INIT("*** Delete File:"), "file.delete"},
    {TEXT_INIT("*** Move to:"), NULL},
};

static bool build_line(struct demand_build *build, struct text line, size_t *files)
{
    struct text trimmed = text_trim_space(line);
    for (size_t i = 0; i < sizeof markers / sizeof markers[0]; i++) {
        if (!text_starts_with(trimmed, markers[i].marker)) {
            continue;
        }
        struct text names[2] = {TEXT("file.write")};
        size_t name_count = 1;
        if (markers[i].more_exactly != NULL) {
            names[name_count++] = text_of(markers[i].more_exactly);
        }
        ++*files;
        return build_file(build, names, name_count,
                          text_trim_space(text_after(trimmed, markers[i].marker.size)));
    }
    return true;
}

bool build_patch(struct demand_build *build, struct text patch)
{
    struct text rest = patch;
    struct text line;
    size_t files = 0;
    while (text_next(&rest, '\n', &line)) {
        if (!build_line(build, line, &files)) {
            return false;
        }
    }
    return files > 0 || error_set(build->err, "apply_patch: the patch names no file");
}
