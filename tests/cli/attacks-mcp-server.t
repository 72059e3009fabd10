# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# Attacks on `aex proxy` by a server that lies; the cases are in attacks-mcp-server.mjs.
exec node tests/cli/attacks-mcp-server.mjs
