/* SPDX-License-Identifier: Apache-2.0 */
#include "os/clock.h"

#include <stdio.h>
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
    time_t seconds = (time_t)(instant / NANOSECONDS_A_SECOND);
    struct tm parts;
    gmtime_r(&seconds, &parts);
    return text_format(arena, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", parts.tm_year + 1900, parts.tm_mon + 1,
                       parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                       (int)(instant % NANOSECONDS_A_SECOND / 1000000));
}

bool clock_parse(struct text text, clock_instant *ret_instant)
{
    char copy[32];
    if (text.size == 0 || text.size >= sizeof copy || text.data[text.size - 1] != 'Z') {
        return false;
    }
    snprintf(copy, sizeof copy, "%.*s", TEXT_ARG(text));
    struct tm parts = {0};
    int milliseconds = 0;
    int fields = sscanf(copy, "%4d-%2d-%2dT%2d:%2d:%2d.%3d", &parts.tm_year, &parts.tm_mon, &parts.tm_mday,
                        &parts.tm_hour, &parts.tm_min, &parts.tm_sec, &milliseconds);
    if (fields < 6) {
        return false;
    }
    parts.tm_year -= 1900;
    parts.tm_mon -= 1;
    *ret_instant = (int64_t)timegm(&parts) * NANOSECONDS_A_SECOND + (int64_t)milliseconds * 1000000;
    return true;
}
