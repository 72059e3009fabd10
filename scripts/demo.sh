#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Shows what aex does. Run by `make demo`, after the build.
set -eu
cd "$(dirname "$0")/.."
PATH=$PWD/build:$PATH
aex --version
