/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "setup/model.h"
#include "json/json.h"

enum { MEMORY = 64 * 1024 * 1024 };

static struct text ask(struct arena *arena, const char *path, struct text body)
{
    return text_format(arena, "POST %s HTTP/1.1\r\nHost: x\r\nCONTENT-length: %zu\r\n\r\n%.*s", path, body.size,
                       TEXT_ARG(body));
}

static struct model make_model(enum setup_agent agent)
{
    return (struct model){.agent = agent, .secret = TEXT("s3cret"), .command = TEXT("touch \"x\"")};
}

static const char *path_of(enum setup_agent agent)
{
    return agent == SETUP_CLAUDE ? "/s3cret/v1/messages?beta=true" : "/s3cret/v1/responses";
}

static void requests_are_measured(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t size;
    } cases[] = {
        {"", 0},
        {"POST / HTTP/1.1\r\n", 0},
        {"GET / HTTP/1.1\r\n\r\n", 18},
        {"GET / HTTP/1.1\r\n\r\nmore", 18},
        {"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nab", 0},
        {"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcd", 41},
        {"POST / HTTP/1.1\r\nContent-Length: -3\r\n\r\n", SIZE_MAX},
        {"POST / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n", SIZE_MAX},
        {"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", SIZE_MAX},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(model_request_size(text_of(cases[i].bytes)), cases[i].size);
    }
}

/* Without the secret, at another place, or with something else than JSON: nothing is said. */
static void strangers_learn_nothing(void **state)
{
    (void)state;
    static const char *const paths[] = {
        "/",           "/v1/messages",          "/s3cre/v1/messages",
        "/s3cret",     "/s3cret/v1/messagesx",  "/s3cret/v1/messages/count_tokens",
        "/s3cretx/v1", "/x/s3cret/v1/messages", "/s3cret/v1/responses"};
    AUTO_ARENA arena;
    arena_init(&arena, MEMORY);
    struct text body = TEXT("{\"tools\":[{\"name\":\"Bash\"}],\"messages\":[]}");
    struct model model = make_model(SETUP_CLAUDE);
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        struct text answer = model_answer(&model, ask(&arena, paths[i], body), &arena);
        assert_true(text_starts_with(answer, TEXT("HTTP/1.1 404 ")));
        assert_false(model.was_offered);
    }
    struct text answer = model_answer(&model, ask(&arena, path_of(SETUP_CLAUDE), TEXT("{")), &arena);
    assert_true(text_starts_with(answer, TEXT("HTTP/1.1 400 ")));
}

/* Every "data: " line of an answer is JSON. */
static void assert_events(struct text answer, struct arena *arena)
{
    struct text rest = answer;
    struct text line;
    size_t count = 0;
    while (rest.size > 0 && text_next(&rest, '\n', &line)) {
        struct json value;
        if (text_starts_with(line, TEXT("data: "))) {
            assert_true(json_parse(text_after(line, sizeof "data: " - 1), arena, &value, NULL));
            count++;
        }
    }
    assert_true(count >= 4);
}

static void the_call_is_asked_for_until_its_result_is_told(void **state)
{
    (void)state;
    static const struct {
        enum setup_agent agent;
        const char *offer;
        const char *side;
        const char *result;
        const char *call;
    } agents[] = {
        {SETUP_CLAUDE, "{\"stream\":true,\"tools\":[{\"name\":\"Read\"},{\"name\":\"Bash\"}],\"messages\":[]}",
         "{\"stream\":true,\"tools\":[],\"messages\":[]}",
         "{\"stream\":true,\"tools\":[{\"name\":\"Bash\"}],\"messages\":[{\"role\":\"user\",\"content\":\"go\"}"
         ","
         "{\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"toolu_other\",\"content\":\"no\"},"
         "{\"type\":\"tool_result\",\"tool_use_id\":\"toolu_aex_doctor\",\"content\":[{\"type\":\"text\","
         "\"text\":\"told\"}]}]}]}",
         "touch \\\\\\\"x\\\\\\\""},
        {SETUP_CODEX, "{\"tools\":[{\"name\":\"exec_command\"}],\"input\":[]}", "{\"input\":[]}",
         "{\"tools\":[{\"name\":\"exec_command\"}],\"input\":[{\"type\":\"function_call_output\",\"call_id\":"
         "\"toolu_aex_doctor\",\"output\":\"told\"}]}",
         "touch \\\\\\\"x\\\\\\\""},
    };
    for (size_t i = 0; i < sizeof agents / sizeof agents[0]; i++) {
        AUTO_ARENA arena;
        arena_init(&arena, MEMORY);
        struct model model = make_model(agents[i].agent);
        const char *path = path_of(agents[i].agent);
        struct text answer = model_answer(&model, ask(&arena, path, text_of(agents[i].side)), &arena);
        assert_false(model.was_offered);
        assert_false(text_contains(answer, text_of(agents[i].call)));
        assert_events(answer, &arena);
        for (int round = 0; round < 2; round++) {
            answer = model_answer(&model, ask(&arena, path, text_of(agents[i].offer)), &arena);
            assert_true(model.was_offered);
            assert_true(text_contains(answer, text_of(agents[i].call)));
            assert_events(answer, &arena);
        }
        assert_false(model.has_result);
        answer = model_answer(&model, ask(&arena, path, text_of(agents[i].result)), &arena);
        assert_true(model.has_result);
        assert_true(text_starts_with(model.result, TEXT("told")));
        assert_false(text_contains(answer, text_of(agents[i].call)));
        assert_events(answer, &arena);
    }
}

static void without_a_stream_the_answer_is_one_message(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    arena_init(&arena, MEMORY);
    struct model model = make_model(SETUP_CLAUDE);
    struct text answer = model_answer(
        &model, ask(&arena, path_of(SETUP_CLAUDE), TEXT("{\"tools\":[{\"name\":\"Bash\"}],\"messages\":[]}")),
        &arena);
    struct text body = text_after(answer, text_find(answer, TEXT("\r\n\r\n")) + 4);
    struct json value;
    struct text command;
    assert_true(json_parse(body, &arena, &value, NULL));
    const struct json *content = json_get(&value, TEXT("content"));
    assert_int_equal(content->count, 1);
    assert_true(json_get_text(json_get(&content->items[0], TEXT("input")), TEXT("command"), &command));
    assert_true(text_equal(command, TEXT("touch \"x\"")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_are_measured),
        cmocka_unit_test(strangers_learn_nothing),
        cmocka_unit_test(the_call_is_asked_for_until_its_result_is_told),
        cmocka_unit_test(without_a_stream_the_answer_is_one_message),
    };
    return cmocka_run_group_tests_name("setup/model", tests, NULL, NULL);
}
