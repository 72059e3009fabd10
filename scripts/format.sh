#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Lays out all C and shell code.
set -eu
cd "$(dirname "$0")/.."
find src tests -name '*.[ch]' -not -path '*/node_modules/*' -exec clang-format -i {} +
find scripts tests \( -name '*.sh' -o -name '*.t' \) -not -path '*/node_modules/*' -exec shfmt -w {} +
shfmt -w tests/run .ci/run
