#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What starting aex costs, next to the smallest program there is and to a scripting language.
set -eu
spawn --rounds "${BENCH_ROUNDS:-300}" -- /bin/true -- aex --version
spawn --rounds 20 -- /bin/true -- node -e 0
