/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/output.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/visible.h"

void print_text(FILE *stream, struct text text)
{
    fwrite(text.data, 1, text.size, stream);
}

struct text print_safely(struct arena *arena, struct text text)
{
    struct builder out;
    builder_init(&out, arena);
    builder_add_visible(&out, text);
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
