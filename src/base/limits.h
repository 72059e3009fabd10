/* SPDX-License-Identifier: Apache-2.0 */
/* Every size that somebody else controls has its limit here, with the reason for it. */
#ifndef AEX_BASE_LIMITS_H
#define AEX_BASE_LIMITS_H

enum {
    /* One hook input. Agents send whole files in Write calls; 16 MiB is above any file an agent edits, and is
     * read and parsed well inside the hook's deadline. */
    LIMIT_HOOK_INPUT = 16 * 1024 * 1024,

    /* One .aex document. The largest real ones are a few KB; 5 MB is what `make bench` reads. */
    LIMIT_DOCUMENT = 16 * 1024 * 1024,

    /* Memory of one document, or of one run of a command: a hook's input or a file, its tree and all that is
     * made of it. Many times the limit of either, since a tree of many tiny values is larger than its text. */
    LIMIT_DOCUMENT_MEMORY = 1024 * 1024 * 1024,

    /* Nesting of `if` and `for` in a document, and of values in JSON: far above real use, far below what
     * a recursive descent can take from the stack. */
    LIMIT_NESTING = 128,

    /* Diagnostics reported for one document; later ones are counted, not kept. */
    LIMIT_DIAGNOSTICS = 1000,

    /* One path, as PATH_MAX in Linux. */
    LIMIT_PATH = 4096,

    /* Symbolic links followed in one path, as the kernel does (path_resolution(7)). */
    LIMIT_SYMLINKS = 40,

    /* Entries looked at when a tree (a Grep folder, a Glob) is walked for secrets and protected files; beyond
     * it the resource counts as unknown. */
    LIMIT_TREE_ENTRIES = 200000,
    LIMIT_TREE_DEPTH = 64,

    /* Names in a folder that is looked through for links; beyond it they are looked at one by one. */
    LIMIT_LISTING = 4096,

    /* A configuration file of an agent. Claude Code's .claude.json grows with use, to some MB. */
    LIMIT_CONFIGURATION = 16 * 1024 * 1024,

    /* One request of an agent that doctor started: its tools and instructions, some 100 KB. */
    LIMIT_MODEL_REQUEST = 8 * 1024 * 1024,
    LIMIT_MODEL_HEADERS = 64 * 1024,

    /* Demands of one call: a patch that touches more files than this is refused. */
    LIMIT_DEMANDS = 4096,

    /* One command line: agents write whole files through here-documents. */
    LIMIT_SHELL_COMMAND = 1024 * 1024,

    /* How often one command line may leave open whether "((" is arithmetic: each time it is read twice. */
    LIMIT_SHELL_ATTEMPTS = 64,

    /* Commands followed in one line, counted again for each call of a function and each round of a loop. */
    LIMIT_SHELL_STEPS = 10000,

    /* Fields one word may become by braces and lists of known values; beyond it they are unknown. */
    LIMIT_SHELL_FIELDS = 256,

    /* Fields of one command, bytes of values put into words (which can double with each assignment), and
     * assignments followed: each keeps the work for a hostile line within a fraction of a second. */
    LIMIT_SHELL_ARGUMENTS = 4096,
    LIMIT_SHELL_VALUES = 16 * 1024 * 1024,
    LIMIT_SHELL_ASSIGNMENTS = 1000,

    /* Command lines inside command lines: `sh -c`, `eval`, functions. */
    LIMIT_SHELL_WRAPPERS = 16,

    /* One message of an MCP client: above what the SDKs take (10 MiB), as Write calls of whole files are. */
    LIMIT_MCP_CLIENT_MESSAGE = 16 * 1024 * 1024,

    /* One message of an MCP server that has to be held whole before it goes on: lists, and results whose head
     * does not say what they answer. What streams has no limit. */
    LIMIT_MCP_HELD_MESSAGE = 64 * 1024 * 1024,

    /* A string that is a request's id. */
    LIMIT_MCP_ID = 128,

    /* Requests of one side that wait for their answers at once. */
    LIMIT_MCP_IN_FLIGHT = 65536,

    /* Calls held, and states of servers remembered, until the client's user has answered; bytes of one held
       call. */
    LIMIT_MCP_HELD_CALLS = 64,
    LIMIT_MCP_HELD_CALL = 1024 * 1024,

    /* Tasks of servers that are known to come from calls that were allowed. */
    LIMIT_MCP_TASKS = 4096,

    /* Memory of one message: its tree is several times its text. */
    LIMIT_MCP_MEMORY = 1024 * 1024 * 1024,

    /* Bytes that wait for a reader before nothing more is read from the other side. */
    LIMIT_MCP_QUEUE = 256 * 1024,

    /* Events that wait for a reader of standard error; later ones are counted and dropped. */
    LIMIT_MCP_EVENTS = 1024 * 1024,

    /* One line of the audit log, with its arguments cut to fit. */
    LIMIT_AUDIT_LINE = 64 * 1024,

    /* Each file of a checkpoint: AEX keeps every call and event of a session in them. */
    LIMIT_CHECKPOINT = 64 * 1024 * 1024,

    /* What a checkpoint of ours keeps of a session's records, and how much of the trail's end is looked through
     * for them: an agent waits for it. */
    LIMIT_CHECKPOINT_CALLS = 4096,
    LIMIT_CHECKPOINT_RECORDS = 8 * 1024 * 1024,
    LIMIT_CHECKPOINT_SEARCH = 64 * 1024 * 1024,

    /* Files that are looked at for a list of tasks, the size of each and of all. */
    LIMIT_TASKS = 1000,
    LIMIT_TASK_FILE = 1024 * 1024,
    LIMIT_TASKS_SIZE = 32 * 1024 * 1024,

    /* Tools of one server that can be pinned: far above any real server, and what a list of them costs to write
     * down stays bounded. */
    LIMIT_PINNED_TOOLS = 4096,

    /* For the pages of a server's first list, in seconds: clients ask for them one after the other, and the
     * SDKs give each a minute. What comes later is looked at by a person. */
    LIMIT_FIRST_LIST = 10 * 60,

    /* All pins of one workspace: tools' descriptions and schemas run to some hundred KB a server. */
    LIMIT_PINS = 32 * 1024 * 1024,
};

#endif
