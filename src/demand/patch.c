/* SPDX-License-Identifier: Apache-2.0 */
/* The files an apply_patch text touches, as Codex's parsers read it (codex-rs/apply-patch: parser.rs, and
 * streaming_parser.rs that follows it). Lines that name files are trimmed, so an indented marker counts too; a
 * marker inside added text does not, since every added line starts with "+". */
#include "base/utf8.h"
#include "demand/build.h"
#include "os/path.h"

static const struct {
    struct text marker;
    const char *more_exactly; /* besides file.write */
} markers[] = {
    {TEXT_INIT("*** Add File:"), NULL},
    {TEXT_INIT("*** Update File:"), NULL},
    {TEXT_INIT("*** Delete File:"), "file.delete"},
    {TEXT_INIT("*** Move to:"), NULL},
};

/* Unicode's White_Space, which is what Rust's str::trim takes off. */
static bool is_white_space(uint32_t c)
{
    return (c >= '\t' && c <= '\r') || c == ' ' || c == 0x85 || c == 0xA0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
           c == 0x3000;
}

static struct text trim_start(struct text text)
{
    uint32_t c;
    while (text.size > 0 && utf8_decode(text, 0, &c) != 0 && is_white_space(c)) {
        text = text_after(text, utf8_decode(text, 0, &c));
    }
    return text;
}

static struct text trim_end(struct text text)
{
    for (;;) {
        size_t last = text.size;
        uint32_t c;
        while (last > 0 && ((unsigned char)text.data[--last] & 0xC0U) == 0x80) {
        }
        if (text.size == 0 || utf8_decode(text, last, &c) != text.size - last || !is_white_space(c)) {
            return text;
        }
        text = text_slice(text, 0, last);
    }
}

/* One file. Versions of Codex differ in which blanks around a name belong to it: with all of them, as far as
 * they leave a name, and with none. */
static bool build_name(struct demand_build *build, const struct text *names, size_t name_count,
                       struct text name, bool keeps_end)
{
    struct text bare = trim_end(trim_start(name));
    struct text padded = text_starts_with(name, TEXT(" ")) ? text_after(name, 1) : name;
    if (!keeps_end) {
        padded = trim_end(padded);
    } else if (text_ends_with(padded, TEXT("\r"))) {
        padded = text_slice(padded, 0, padded.size - 1); /* of the line's end */
    }
    if (bare.size > 0 && !text_equal(padded, bare) && !build_file(build, names, name_count, padded)) {
        return false;
    }
    /* To some programs `~` is the home folder, to others a name like any other. */
    if (text_starts_with(bare, TEXT("~")) &&
        !build_file(build, names, name_count, path_join(build->arena, TEXT("."), bare))) {
        return false;
    }
    return build_file(build, names, name_count, bare);
}

/* What is moved can be read at its new place, and is gone from the old one. */
static bool build_moved(struct demand_build *build, struct text source)
{
    static const struct text reads[] = {TEXT_INIT("file.read")};
    static const struct text deletes[] = {TEXT_INIT("file.write"), TEXT_INIT("file.delete")};
    return build_name(build, reads, 1, source, false) && build_name(build, deletes, 2, source, false);
}

/* What has been read of a patch. */
struct reading {
    size_t files;
    struct text updated; /* the file that a "Move to" would move; empty: none */
};

static bool build_line(struct demand_build *build, struct text line, struct reading *reading)
{
    static const struct text environment = TEXT_INIT("*** Environment ID:");
    static const struct text update = TEXT_INIT("*** Update File:");
    static const struct text move = TEXT_INIT("*** Move to:");
    struct text start = trim_start(line);
    if (text_starts_with(start, environment)) {
        build_unknown_file(build, TEXT("file.write")); /* its files are another machine's */
    }
    for (size_t i = 0; i < sizeof markers / sizeof markers[0]; i++) {
        if (!text_starts_with(start, markers[i].marker)) {
            continue;
        }
        struct text names[2] = {TEXT("file.write")};
        size_t name_count = 1;
        if (markers[i].more_exactly != NULL) {
            names[name_count++] = text_of(markers[i].more_exactly);
        }
        struct text name = text_after(start, markers[i].marker.size);
        bool moves = text_equal(markers[i].marker, move);
        if (moves && reading->updated.size > 0 && !build_moved(build, reading->updated)) {
            return false;
        }
        reading->files++;
        reading->updated = text_equal(markers[i].marker, update) ? name : (struct text){0};
        return build_name(build, names, name_count, name, moves);
    }
    return true;
}

bool build_patch(struct demand_build *build, struct text patch)
{
    struct text rest = patch;
    struct text line;
    struct reading reading = {0};
    while (text_next(&rest, '\n', &line)) {
        if (!build_line(build, line, &reading)) {
            return false;
        }
    }
    return reading.files > 0 || error_set(build->err, "apply_patch: the patch names no file");
}
