# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# Servers that change after they were accepted, and budgets across checkpoints; the cases are in mcp-pins.mjs.
exec node tests/cli/mcp-pins.mjs
