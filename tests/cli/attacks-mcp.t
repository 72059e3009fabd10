# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# Attacks on `aex proxy` by either side; the cases are in attacks-mcp.mjs, since a client must answer to be one.
exec node tests/cli/attacks-mcp.mjs
