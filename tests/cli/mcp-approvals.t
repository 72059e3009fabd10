# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# Questions that `aex proxy` asks a person, and what is no answer to them; the cases are in mcp-approvals.mjs.
exec node tests/cli/mcp-approvals.mjs
