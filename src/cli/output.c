/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/output.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/builder.h"
#include "base/utf8.h"

void print_text(FILE *stream, struct text text)
{
    fwrite(text.data, 1, text.size, stream);
}

/* Invisible, or changing what stands around it: Unicode's controls, separators and bidirectional marks. */
static bool is_treacherous(uint32_t code_point)
{
    return code_point < 0x20 || (code_point >= 0x7F && code_point < 0xA0) || code_point == 0xAD ||
           code_point == 0x61C || (code_point >= 0x200B && code_point <= 0x200F) ||
           (code_point >= 0x2028 && code_point <= 0x202E) || (code_point >= 0x2060 && code_point <= 0x206F) ||
           code_point == 0xFEFF || (code_point >= 0xE0000 && code_point <= 0xE007F);
}

struct text print_safely(struct arena *arena, struct text text)
{
    struct builder out;
    builder_init(&out, arena);
    size_t offset = 0;
    while (offset < text.size) {
        uint32_t code_point;
        size_t length = utf8_decode(text, offset, &code_point);
        if (length == 0) {
            builder_format(&out, "\\x%02x", (unsigned char)text.data[offset]);
            length = 1;
        } else if (code_point == '\n') {
            builder_add_c(&out, "\\n");
        } else if (is_treacherous(code_point)) {
            builder_format(&out, code_point < 0x100 ? "\\x%02x" : "\\u%04x", code_point);
        } else {
            builder_add(&out, text_slice(text, offset, offset + length));
        }
        offset += length;
    }
    return builder_text(&out);
}

void complain(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("aex: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
}

bool output_has_colour(FILE *stream)
{
    const char *no_colour = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");
    return (no_colour == NULL || *no_colour == '\0') && terminal != NULL && strcmp(terminal, "dumb") != 0 &&
           isatty(fileno(stream));
}

bool output_finish(void)
{
    if (fflush(stdout) == 0 && !ferror(stdout)) {
        return true;
    }
    complain("cannot write to standard output: %s", strerrordesc_np(errno));
    return false;
}
