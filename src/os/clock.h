/* SPDX-License-Identifier: Apache-2.0 */
/* The time of day. Read once at the edge and passed in as a value, so that everything below is repeatable. */
#ifndef AEX_OS_CLOCK_H
#define AEX_OS_CLOCK_H

#include <stdint.h>

#include "base/text.h"

/* Nanoseconds since 1970-01-01T00:00:00Z, leap seconds not counted. */
typedef int64_t clock_instant;

clock_instant clock_now(void);

/* The same from some unspecified start, never set back: for waiting, not for writing down. */
clock_instant clock_steady(void);

/* Waits that long, or until a signal comes. */
void clock_sleep(int64_t nanoseconds);

/* "2026-11-21T03:04:05.678Z": ISO 8601 / RFC 3339 in UTC, cut to milliseconds. */
struct text clock_format(struct arena *arena, clock_instant instant);

/* Reads what clock_format writes, with any fraction of up to nine digits or none. False for anything else, for
 * dates that no calendar has, and for instants outside the type (before 1677, after 2262). */
bool clock_parse(struct text text, clock_instant *ret_instant);

#endif
