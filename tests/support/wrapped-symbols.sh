#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Prints the symbols of fault_calls.def, one a line.
exec sed -nE 's/^(CALL\([^,]+, [a-z0-9_]+|TRANSFER\([a-z0-9_]+|CODE\([a-z0-9_]+), ([a-z0-9_]+), .*/\2/p' \
	"$(dirname "$0")/fault_calls.def"
