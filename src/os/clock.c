/* SPDX-License-Identifier: Apache-2.0 */
#include "os/clock.h"

#include <time.h>

#define NANOSECONDS_A_SECOND INT64_C(1000000000)
#define SECONDS_A_DAY INT64_C(86400)

clock_instant clock_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * NANOSECONDS_A_SECOND + now.tv_nsec;
}

clock_instant clock_steady(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * NANOSECONDS_A_SECOND + now.tv_nsec;
}

void clock_sleep(int64_t nanoseconds)
{
    const struct timespec pause = {.tv_sec = nanoseconds / NANOSECONDS_A_SECOND,
                                   .tv_nsec = nanoseconds % NANOSECONDS_A_SECOND};
    nanosleep(&pause, NULL);
}

/* Year, month and day of a day counted from 1970-01-01, in the proleptic Gregorian calendar. Our own, because
 * the C library reads /etc/localtime first even for UTC. Years are counted from March, so that leap days come
 * last; 400 years have 146,097 days. */
struct date {
    int year;
    int month;
    int day;
};

static struct date date_of(int64_t days)
{
    days += 719468; /* from 0000-03-01 */
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t day_of_era = days - era * 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t shifted_month = (5 * day_of_year + 2) / 153;
    int month = (int)(shifted_month < 10 ? shifted_month + 3 : shifted_month - 9);
    return (struct date){.year = (int)(year_of_era + era * 400 + (month <= 2)),
                         .month = month,
                         .day = (int)(day_of_year - (153 * shifted_month + 2) / 5 + 1)};
}

static int64_t days_of(struct date date)
{
    int64_t year = date.year - (date.month <= 2);
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * (date.month + (date.month > 2 ? -3 : 9)) + 2) / 5 + date.day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

struct text clock_format(struct arena *arena, clock_instant instant)
{
    int64_t seconds = instant / NANOSECONDS_A_SECOND - (instant % NANOSECONDS_A_SECOND < 0);
    int64_t days = seconds / SECONDS_A_DAY - (seconds % SECONDS_A_DAY < 0);
    int second_of_day = (int)(seconds - days * SECONDS_A_DAY);
    int64_t nanoseconds = (instant % NANOSECONDS_A_SECOND + NANOSECONDS_A_SECOND) % NANOSECONDS_A_SECOND;
    int milliseconds = (int)(nanoseconds / 1000000);
    struct date date = date_of(days);
    return text_format(arena, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", date.year, date.month, date.day,
                       second_of_day / 3600, second_of_day / 60 % 60, second_of_day % 60, milliseconds);
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

/* Whether the calendar has such a day: 30 February comes back as 1 or 2 March. */
static bool is_date(struct date date)
{
    struct date normal = date_of(days_of(date));
    return date.month >= 1 && date.month <= 12 && normal.year == date.year && normal.month == date.month &&
           normal.day == date.day;
}

bool clock_parse(struct text text, clock_instant *ret_instant)
{
    struct date date = {0};
    int hour = 0;
    int minute = 0;
    int second = 0;
    struct text rest = text;
    int64_t nanoseconds;
    int64_t instant;
    if (!read_number(&rest, 4, TEXT("-"), &date.year) || !read_number(&rest, 2, TEXT("-"), &date.month) ||
        !read_number(&rest, 2, TEXT("T"), &date.day) || !read_number(&rest, 2, TEXT(":"), &hour) ||
        !read_number(&rest, 2, TEXT(":"), &minute) || !read_number(&rest, 2, TEXT(""), &second) ||
        !text_ends_with(rest, TEXT("Z")) || !read_fraction(text_slice(rest, 0, rest.size - 1), &nanoseconds)) {
        return false;
    }
    if (!is_date(date) || hour > 23 || minute > 59 || second > 59) {
        return false;
    }
    int64_t seconds = days_of(date) * SECONDS_A_DAY + hour * 3600 + minute * 60 + second;
    if (__builtin_mul_overflow(seconds, NANOSECONDS_A_SECOND, &instant) ||
        __builtin_add_overflow(instant, nanoseconds, &instant)) {
        return false;
    }
    *ret_instant = instant;
    return true;
}
