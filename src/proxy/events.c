/* SPDX-License-Identifier: Apache-2.0 */
#include "proxy/events.h"

#include <inttypes.h>
#include <unistd.h>

#include "audit/log.h"
#include "base/limits.h"
#include "proxy/record.h"
#include "state/folder.h"

bool events_init(struct events *events, const struct proxy_options *options, struct arena *arena,
                 struct error *err)
{
    *events = (struct events){.options = options, .path = options->audit};
    sink_open(&events->sink, STDERR_FILENO);
    if (events->path.size == 0) {
        bool is_lost; /* the ledger's matter: the trail goes on */
        if (!state_folder_prepare(options->state_folder.data, &is_lost, err)) {
            return false;
        }
        events->path = state_folder_audit(arena, options->state_folder);
    }
    return true;
}

void events_tell(struct events *events, struct text members, struct arena *arena)
{
    sink_flush(&events->sink);
    if (events->sink.queue.size + members.size > LIMIT_MCP_EVENTS) {
        events->dropped++;
        return;
    }
    if (events->dropped > 0) {
        struct record record;
        record_begin(&record, "events.dropped", clock_now(), arena);
        json_member_integer(&record.writer, TEXT("count"), (int64_t)events->dropped);
        sink_send(&events->sink, record_line(record_members(&record), arena));
        events->dropped = 0;
    }
    sink_send(&events->sink, record_line(members, arena));
}

bool events_record(struct events *events, struct text members, struct arena *arena, struct error *err)
{
    if (!events->options->has_no_audit && !audit_append(events->path.data, members, arena, err)) {
        return false;
    }
    events_tell(events, members, arena);
    return true;
}
