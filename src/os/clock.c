/* SPDX-License-Identifier: Apache-2.0 */
#include "os/clock.h"

#include <time.h>

#define NANOSECONDS_A_SECOND INT64_C(1000000000)

clock_instant clock_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * NANOSECONDS_A_SECOND + now.tv_nsec;
}

void clock_sleep(int64_t nanoseconds)
{
    const struct timespec pause = {.tv_sec = nanoseconds / NANOSECONDS_A_SECOND,
                                   .tv_nsec = nanoseconds % NANOSECONDS_A_SECOND};
    nanosleep(&pause, NULL);
}

struct text clock_format(struct arena *arena, clock_instant instant)
{
    /* Rounded down, before 1970 too: C rounds towards zero. */
    clock_instant nanoseconds = instant % NANOSECONDS_A_SECOND;
    time_t seconds = (time_t)(instant / NANOSECONDS_A_SECOND);
    if (nanoseconds < 0) {
        nanoseconds += NANOSECONDS_A_SECOND;
        seconds--;
    }
    struct tm parts;
    gmtime_r(&seconds, &parts);
    return text_format(arena, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", parts.tm_year + 1900, parts.tm_mon + 1,
                       parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec, (int)(nanoseconds / 1000000));
}

/* Takes a number of exactly `digits` digits and what must stand behind it off `rest`. */
static bool read_number(struct text *rest, size_t digits, struct text behind, int *ret_number)
{
    uint64_t number;
    if (!text_to_u64(text_slice(*rest, 0, digits), &number) || rest->size < digits ||
        !text_starts_with(text_after(*rest, digits), behind)) {
        return false;
    }
    *rest = text_after(*rest, digits + behind.size);
    *ret_number = (int)number;
    return true;
}

/* ".678" and shorter or longer ones, as nanoseconds; nothing is none. */
static bool read_fraction(struct text text, int64_t *ret_nanoseconds)
{
    enum { DIGITS = 9 };
    uint64_t number = 0;
    *ret_nanoseconds = 0;
    if (text.size == 0) {
        return true;
    }
    struct text digits = text_after(text, 1);
    if (text.data[0] != '.' || digits.size > DIGITS || !text_to_u64(digits, &number)) {
        return false;
    }
    for (size_t i = digits.size; i < DIGITS; i++) {
        number *= 10;
    }
    *ret_nanoseconds = (int64_t)number;
    return true;
}

bool clock_parse(struct text text, clock_instant *ret_instant)
{
    struct tm parts = {0};
    struct text rest = text;
    int64_t nanoseconds;
    int64_t instant;
    if (!read_number(&rest, 4, TEXT("-"), &parts.tm_year) || !read_number(&rest, 2, TEXT("-"), &parts.tm_mon) ||
        !read_number(&rest, 2, TEXT("T"), &parts.tm_mday) ||
        !read_number(&rest, 2, TEXT(":"), &parts.tm_hour) || !read_number(&rest, 2, TEXT(":"), &parts.tm_min) ||
        !read_number(&rest, 2, TEXT(""), &parts.tm_sec) || !text_ends_with(rest, TEXT("Z")) ||
        !read_fraction(text_slice(rest, 0, rest.size - 1), &nanoseconds)) {
        return false;
    }
    parts.tm_year -= 1900;
    parts.tm_mon -= 1;
    struct tm normal = parts;
    time_t seconds = timegm(&normal);
    /* timegm makes 1 March of 30 February: what it had to change was no date. */
    bool is_date = normal.tm_mon == parts.tm_mon && normal.tm_mday == parts.tm_mday &&
                   normal.tm_hour == parts.tm_hour && normal.tm_min == parts.tm_min &&
                   normal.tm_sec == parts.tm_sec;
    if (!is_date || __builtin_mul_overflow((int64_t)seconds, NANOSECONDS_A_SECOND, &instant) ||
        __builtin_add_overflow(instant, nanoseconds, &instant)) {
        return false;
    }
    *ret_instant = instant;
    return true;
}
