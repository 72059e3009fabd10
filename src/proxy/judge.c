/* SPDX-License-Identifier: Apache-2.0 */
#include "proxy/judge.h"

#include "base/limits.h"
#include "os/clock.h"
#include "os/path.h"
#include "proxy/fingerprint.h"

void judge_init(struct judge *judge, const struct proxy_options *options)
{
    *judge = (struct judge){.options = options};
    arena_init(&judge->arena, LIMIT_DOCUMENT_MEMORY);
}

void judge_release(struct judge *judge)
{
    arena_release(&judge->arena);
}

/* ---- The policy's files ---- */

static void add_below(struct fingerprint *print, struct arena *arena, struct text folder, const char *name)
{
    fingerprint_add_file(print, path_join(arena, folder, text_of(name)).data);
}

/* Where calls are made from, links resolved; empty when that cannot be told. */
static struct text resolve_start(const struct judge *judge, struct arena *arena)
{
    struct text resolved;
    bool is_found = path_resolve_below(arena, judge->workspace.root, judge->options->start, &resolved, NULL);
    return is_found ? resolved : TEXT("");
}

/* Everything that workspace_load looks at, as far as anyone can change it. What was accepted is replaced by
 * renaming, which the folder's time shows. */
static struct fingerprint look(struct judge *judge)
{
    const struct proxy_options *options = judge->options;
    AUTO_ARENA arena;
    arena_init(&arena, LIMIT_DOCUMENT_MEMORY);
    struct fingerprint print = {.hash = 1};
    struct text root = judge->workspace.root;
    fingerprint_add_file(&print, WORKSPACE_MANAGED_POLICY);
    add_below(&print, &arena, options->home, WORKSPACE_USER_POLICY);
    add_below(&print, &arena, options->state_folder, "trust");
    add_below(&print, &arena, options->state_folder, "pins");
    add_below(&print, &arena, root, ".aex/policy.aex");
    add_below(&print, &arena, root, "aex.policy.aex");
    for (size_t i = 0; i < judge->workspace.boundary_files.count; i++) {
        fingerprint_add_file(&print, judge->workspace.boundary_files.items[i].data);
    }
    fingerprint_add_bytes(&print, resolve_start(judge, &arena));
    return print;
}

void judge_forget_known(struct judge *judge)
{
    memset(judge->known, 0, sizeof judge->known);
    judge->known_count = 0;
}

static struct workspace_options workspace_options_of(const struct proxy_options *options)
{
    return (struct workspace_options){
        .policy = options->policy,
        .contract = options->contract,
        .start = options->start,
        .home = options->home,
        .state_folder = options->state_folder,
        .requires_trust = true,
    };
}

bool judge_check_options(struct judge *judge, struct error *err)
{
    const struct proxy_options *options = judge->options;
    struct workspace_options named = workspace_options_of(options);
    if (judge->is_loaded) {
        return true;
    }
    if (judge->workspace.root.size == 0) {
        return options->root.size == 0 || error_pass(err, &judge->failure);
    }
    AUTO_ARENA arena;
    arena_init(&arena, LIMIT_DOCUMENT_MEMORY);
    return workspace_check_named(&judge->workspace, &named, &arena, err);
}

static bool load(struct judge *judge, struct error *err)
{
    const struct proxy_options *options = judge->options;
    struct text named = options->root.size > 0 ? options->root : options->project_folder;
    if (!workspace_find_root(&judge->workspace, named, options->start, &judge->arena, err)) {
        return false;
    }
    struct workspace_options workspace_options = workspace_options_of(options);
    return workspace_load(&judge->workspace, &workspace_options, &judge->arena, err);
}

/* Whether a policy of a folder below the root can have a say in what has no place of its own, and so counts
 * for the folder that calls are made from. */
static bool starts_below_root(const struct judge *judge)
{
    AUTO_ARENA arena;
    arena_init(&arena, LIMIT_DOCUMENT_MEMORY);
    struct text root = judge->workspace.root;
    struct text names[] = {judge->options->start, resolve_start(judge, &arena)};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        bool is_below = path_is_within(names[i], root) && !text_equal(names[i], root);
        if (names[i].size == 0 || is_below) {
            return true;
        }
    }
    return false;
}

/* A change of the policy counts for what comes this much later; so often looking costs nothing. */
#define LOOK_INTERVAL INT64_C(1000000)

void judge_refresh(struct judge *judge)
{
    clock_instant now = clock_steady();
    /* What changed just now may change again without a trace, and is read for each round. */
    bool is_settled = judge->generation > 0 && (judge->fingerprint != 0 || !judge->is_loaded);
    if (is_settled && now - judge->looked_at < LOOK_INTERVAL) {
        return;
    }
    judge->looked_at = now;
    if (judge->fingerprint != 0 && look(judge).hash == judge->fingerprint) {
        return;
    }
    arena_reset(&judge->arena);
    judge->workspace = (struct workspace){0};
    judge_forget_known(judge);
    judge->generation++;
    clock_instant read_at = clock_now();
    judge->is_loaded = load(judge, &judge->failure);
    judge->starts_below_root = !judge->is_loaded || starts_below_root(judge);
    judge->has_maps = false;
    for (size_t i = 0; i < judge->workspace.layers.count; i++) {
        judge->has_maps = judge->has_maps || judge->workspace.layers.items[i].maps.count > 0;
    }
    struct fingerprint print = look(judge);
    bool may_change_unseen = fingerprint_is_too_fresh(&print, read_at);
    judge->fingerprint = judge->is_loaded && !may_change_unseen ? print.hash : 0;
}

/* ---- Decisions ---- */

static struct demand_context context_of(const struct judge *judge)
{
    const struct proxy_options *options = judge->options;
    const struct workspace *workspace = &judge->workspace;
    return (struct demand_context){
        .root = workspace->root,
        .root_as_named = workspace->root_as_named,
        .working_folder = options->start,
        .home = options->home,
        .state_folder = options->state_folder,
        .audit = options->audit,
        .program = options->program,
        .boundary_files = workspace->boundary_files.items,
        .boundary_file_count = workspace->boundary_files.count,
        .boundary_folders = options->boundary_folders,
        .boundary_folder_count = options->boundary_folder_count,
    };
}

bool judge_request(struct judge *judge, const struct mcp_step *step, struct arena *arena,
                   struct call_judgement *ret_judgement, struct error *err)
{
    if (!judge->is_loaded) {
        return error_set(err, "%s", judge->failure.message);
    }
    struct demand_context context = context_of(judge);
    return analyse_mcp_request(&judge->options->server, step->message.method, step->message.params,
                               &judge->workspace, &context, arena, ret_judgement, err);
}

bool judge_could_allow(struct judge *judge, struct text list, struct text name, struct arena *arena)
{
    if (!judge->is_loaded) {
        return false;
    }
    const struct mcp_server *server = &judge->options->server;
    const struct policy *policy = judge->workspace.policy;
    struct demand_context context = context_of(judge);
    if (text_equal(list, TEXT("tools/list"))) {
        return demand_mcp_tool_could_be_allowed(server, name, policy, &context, arena);
    }
    if (text_equal(list, TEXT("prompts/list"))) {
        return demand_mcp_prompt_could_be_allowed(server, name, policy, &context, arena);
    }
    bool is_template = text_equal(list, TEXT("resources/templates/list"));
    return demand_mcp_resource_could_be_allowed(server, name, is_template, policy, &context, arena);
}

bool judge_allows_plainly(struct judge *judge, const struct demand *demand, struct arena *arena)
{
    struct demand plain = *demand;
    plain.allowed_unless_denied = false;
    return judge->is_loaded && policy_judge(judge->workspace.policy, &plain, 1, arena).verdict == VERDICT_ALLOW;
}

/* ---- Decisions that are the same again ---- */

enum { MOST_KNOWN = 1024 }; /* a client that makes up names must not fill the memory */

bool judge_knows_all(const struct judge *judge, const struct mcp_step *step)
{
    const struct json *arguments = json_get(step->message.params, TEXT("arguments"));
    return judge->is_loaded && !judge->has_maps && judge->options->server.kind == NULL &&
           text_equal(step->message.method, TEXT("tools/call")) &&
           (arguments == NULL || arguments->type == JSON_OBJECT) && !judge->starts_below_root;
}

const struct known_call *judge_find_known(const struct judge *judge, struct text tool)
{
    const struct known_call *known = judge->known[text_hash(tool) % JUDGE_BUCKETS];
    while (known != NULL && !text_equal(known->tool, tool)) {
        known = known->next;
    }
    return known;
}

/* With the texts of its names; the rules and layers are the policy's own. */
static struct demand copy_demand(struct arena *arena, const struct demand *demand)
{
    struct demand copy = *demand;
    for (size_t i = 0; i < copy.name_count; i++) {
        copy.names[i] = text_copy(arena, copy.names[i]);
    }
    copy.note = text_copy(arena, copy.note);
    copy.resource.value = text_copy(arena, copy.resource.value);
    copy.resource.resolved = text_copy(arena, copy.resource.resolved);
    return copy;
}

void judge_keep_known(struct judge *judge, const struct known_call *known)
{
    struct arena *arena = &judge->arena;
    struct known_call **bucket = &judge->known[text_hash(known->tool) % JUDGE_BUCKETS];
    if (judge->known_count == MOST_KNOWN) {
        return;
    }
    struct known_call *kept = ARENA_NEW(arena, struct known_call);
    *kept = *known;
    kept->tool = text_copy(arena, known->tool);
    kept->session = text_copy(arena, known->session);
    kept->client = text_copy(arena, known->client);
    kept->common = text_copy(arena, known->common);
    kept->judgement.demands = (struct demand_vector){0};
    const struct call_judgement *judgement = &known->judgement;
    for (size_t i = 0; i < judgement->demands.count; i++) {
        VECTOR_PUSH(arena, &kept->judgement.demands, copy_demand(arena, &judgement->demands.items[i]));
    }
    const struct demand *settled = judgement->decision.demand;
    if (settled != NULL) {
        kept->judgement.decision.demand = &kept->judgement.demands.items[settled - judgement->demands.items];
    }
    kept->next = *bucket;
    *bucket = kept;
    judge->known_count++;
}
