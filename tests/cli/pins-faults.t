# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2016
# Accepting a server's tools with every system call broken in every way: what counts is as it was or as it was accepted,
# whole, and what was said to be accepted is.
aex=$PWD/build/aex
TESTS=$PWD/tests
[ -z "${BUILD:-}" ] || aex=$(cd "$BUILD" && pwd)/aex
export aex TESTS
exec tests/support/faults.sh --calls 'openat|write|rename|mkdir|flock' '
	mkdir -m 700 -p state/pins state/sessions ws/.aex && printf x >state/sessions/index &&
	store=state/pins/$(printf %s "$PWD/ws" | sha256sum | cut -c 1-32).json &&
	cp "$TESTS/fixtures/pins/store.json" "$store" && chmod 600 "$store" &&
	echo "{\"schema\":\"aex/tools-lock@v1\",\"servers\":{\"other\":{\"tools\":{}}}}" >ws/.aex/tools.lock || exit 9
	exec aex-faulty pins accept fs --yes --root ws --state-dir state' '
	case $STATUS in 0 | 2 | 134 | 137) ;; *) echo "status $STATUS"; exit 1 ;; esac
	"$aex" pins list fs --json --root ws --state-dir state >list || exit 1
	if grep -q "\"status\": \"added\"" list; then
		grep -q "\"status\": \"changed\"" list || { echo "half of it was accepted"; exit 1; }
		[ "$STATUS" != 0 ] || { echo "said to be accepted, and is not"; exit 1; }
	else
		! grep -q "\"status\": \"changed\"" list || { echo "half of it was accepted"; exit 1; }
	fi
	# Told that there is no such file, nobody can know better.
	case $FAULT in *=ENOENT) ;; *)
		grep -q "\"other\"" ws/.aex/tools.lock || { echo "the file lost another server"; exit 1; } ;;
	esac
	[ "$(tail -c 2 ws/.aex/tools.lock)" = "}" ] || { echo "the file is cut"; exit 1; }
	[ "$STATUS" != 0 ] || grep -q "\"fileDiffers\": false" list || { echo "accepted, but not in the file"; exit 1; }
	"$aex" pins accept fs --yes --root ws --state-dir state >again 2>&1 || { cat again; exit 1; }
	"$aex" pins list fs --json --root ws --state-dir state | grep -q "\"status\": \"added\"" && exit 1
	exit 0'
