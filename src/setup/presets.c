/* SPDX-License-Identifier: Apache-2.0 */
/* What each line lets through and holds back has its calls in tests/data/presets.tsv. */
#include "setup/presets.h"

const struct preset preset_default = {
    "default",
    "the six statements of AEX's documents",
    TEXT_INIT("policy workspace v0\n"
              "\n"
              "goal \"Default security boundary for this repository.\"\n"
              "\n"
              "allow file.read, file.write, tests.run, git.*\n"
              "deny network.*, secrets.read\n"
              "\n"
              "budget calls=100\n"
              "\n"
              "confirm before file.write\n"),
};

const struct preset presets[] = {
    {"strict", "look around freely, be asked about every change and every run",
     TEXT_INIT(
         "policy workspace v0\n"
         "\n"
         "goal \"Look around freely; a person agrees to every change and every run.\"\n"
         "\n"
         "# Files in this repository may be read and searched. What lies outside needs a rule of\n"
         "# its own, with a scope: allow file.read:/usr/include/**\n"
         "allow file.read\n"
         "# Edits, new files, deletions and renames in this repository: asked about, see below.\n"
         "allow file.write\n"
         "# What git only shows.\n"
         "allow git.status, git.diff, git.log, git.show, git.blame, git.grep, git.ls-files, git.rev-parse\n"
         "# Staging and committing; every commit is asked about.\n"
         "allow git.add, git.commit\n"
         "# The tests. They run this repository's code, so they are asked about too.\n"
         "allow tests.run\n"
         "# Nothing is fetched or sent.\n"
         "deny network.*\n"
         "# No .env files, keys, credentials.\n"
         "deny secrets.read\n"
         "# No other agents, and nothing that runs later: what they do is harder to follow.\n"
         "deny agent.spawn, agent.schedule\n"
         "\n"
         "# So many calls a session; then a person has to look.\n"
         "budget calls=100\n"
         "\n"
         "# Every change of a file.\n"
         "confirm before file.write\n"
         "\n"
         "# Every commit.\n"
         "confirm before git.commit\n"
         "\n"
         "# Every run of the tests.\n"
         "confirm before tests.run\n")},
    {"work", "everyday work, asked about what leaves the repository or cannot be undone",
     TEXT_INIT("policy workspace v0\n"
               "\n"
               "goal \"Everyday work in this repository; what leaves it or cannot be undone is asked about.\"\n"
               "\n"
               "# Reading, searching, editing and deleting in this repository. What lies outside needs a\n"
               "# rule of its own, with a scope: allow file.read:/usr/include/**\n"
               "allow file.read, file.write\n"
               "# All of git: branches, commits, merges. Pushes are asked about, see below.\n"
               "allow git.*\n"
               "# Tests and builds. They run this repository's code: only a sandbox holds what that does.\n"
               "allow tests.run, build.run\n"
               "# Helpers that the agent starts inside itself: their calls are judged by this policy too.\n"
               "allow agent.spawn, agent.skill\n"
               "# Forced pushes, amended and dropped commits: asked about.\n"
               "allow history.rewrite\n"
               "# Packages: asked about.\n"
               "allow package.install\n"
               "# Addresses and searches: asked about.\n"
               "allow network.fetch, network.search\n"
               "# No .env files, keys, credentials.\n"
               "deny secrets.read\n"
               "\n"
               "# So many calls a session; then a person has to look.\n"
               "budget calls=1000\n"
               "\n"
               "# Others see it, and it cannot be taken back.\n"
               "confirm before git.push\n"
               "\n"
               "# Work can get lost.\n"
               "confirm before history.rewrite\n"
               "\n"
               "# Runs code that somebody else wrote.\n"
               "confirm before package.install\n"
               "\n"
               "# Anything can leave through an address.\n"
               "confirm before network.*\n")},
    {"open", "everything but secrets, asked about what cannot be taken back",
     TEXT_INIT(
         "policy workspace v0\n"
         "\n"
         "goal \"Let the agent work; hold on to secrets, and ask about what cannot be taken back.\"\n"
         "\n"
         "# Whatever the agent's own tools and the shell can do, programs that aex does not know included.\n"
         "# Its file tools stay in this repository without a rule like allow file.write:/tmp/** for more;\n"
         "# the shell does not.\n"
         "allow *\n"
         "# No .env files, keys, credentials. This binds what aex sees a command do; a program of its own can\n"
         "# still open them: only a sandbox holds that.\n"
         "deny secrets.read\n"
         "\n"
         "# Others see it, and it cannot be taken back.\n"
         "confirm before git.push\n"
         "\n"
         "# Work can get lost.\n"
         "confirm before history.rewrite\n"
         "\n"
         "# A page that others can open.\n"
         "confirm before network.publish\n")},
};

const size_t preset_count = sizeof presets / sizeof presets[0];

const struct preset *preset_find(struct text name)
{
    for (size_t i = 0; i < preset_count; i++) {
        if (text_equal(name, text_of(presets[i].name))) {
            return &presets[i];
        }
    }
    return text_equal(name, text_of(preset_default.name)) ? &preset_default : NULL;
}
