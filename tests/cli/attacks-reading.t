# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2016,SC2086,SC2102,SC2119,SC2120
# Attacks that read what must not be read: by moving it, by searching with filters, by searching from above.
. tests/cli/gate_support.sh
echo KEY=x >"$ws/.env"
echo x >"$ws/src/a.c"

# A patch that moves a file makes it readable under another name.
agent=codex
patch() {
	decide apply_patch "{\"command\":\"*** Begin Patch\\n$1\\n*** End Patch\\n\"}"
}
is 'a patch that moves a secret' "$(patch '*** Update File: .env\n*** Move to: notes.txt\n@@\n+x')" deny
is 'one that names it with blanks' "$(patch '*** Update File:   .env  \n  *** Move to: notes.txt\n@@\n+x')" deny
is 'one that only changes it' "$(patch '*** Update File: .env\n@@\n+x')" allow
is 'one that moves an ordinary file' "$(patch '*** Update File: a.txt\n*** Move to: notes.txt\n@@\n+x')" allow
agent=claude

# A search takes several filters, with blanks or commas between them.
for filter in '*.c .env' '*.c,.env' '*.c,.e*' '{*.c,*.h} .env' '!*.h .env' '*.c\\t.env' '*.c\\u00a0.env' '!*.c' '' ' ' '{*.c,.env}'; do
	is "searching \"$filter\"" "$(decide Grep "{\"pattern\":\"x\",\"glob\":\"$filter\"}")" deny
done
for filter in '*.c *.h' '*.c,*.h' '*.{c,h}' '{*.c,*.h} *.md' '!*.h *.c'; do
	is "searching \"$filter\"" "$(decide Grep "{\"pattern\":\"x\",\"glob\":\"$filter\"}")" allow
done
rm "$ws/.env"
is 'an empty path is the working folder: searching' "$(decide Grep '{"pattern":"x","path":""}')" allow
is 'and listing' "$(decide Glob '{"pattern":"*","path":""}')" allow
is 'not the top' "$(decide Glob '{"pattern":"../*","path":""}')" deny

# A policy in a nested folder also holds for what is done from above, and from a folder named through a link.
mkdir -p "$ws/sub/.aex" "$ws/sub/deep/er" "$ws/other"
printf 'policy sub v0\n\ngoal "x"\n\nallow file.read, git.status:x\ndeny file.read:secret/**\n' >"$ws/sub/.aex/policy.aex"
is 'listing from above what is not there' "$(decide Glob '{"pattern":"**/*.txt"}')" allow
is 'searching from above what is not there' "$(decide Grep '{"pattern":"x"}')" allow
mkdir "$ws/sub/secret"
echo x >"$ws/sub/secret/x.txt"
is 'reading' "$(decide Read "{\"file_path\":\"$ws/sub/secret/x.txt\"}")" deny
is 'searching from above' "$(decide Grep '{"pattern":"x"}')" deny
is 'searching all of it' "$(decide Grep "{\"pattern\":\"x\",\"path\":\"$ws/sub\"}")" deny
is 'searching beside it' "$(decide Grep "{\"pattern\":\"x\",\"path\":\"$ws/other\"}")" allow
is 'listing from above' "$(decide Glob '{"pattern":"**/*.txt"}')" deny
is 'listing what does not reach it' "$(decide Glob '{"pattern":"docs/*.txt"}')" allow
is 'listing another folder' "$(decide Glob '{"pattern":"src/**/*.c"}')" allow
mkdir -p "$ws/sub/deep/er/.aex"
printf 'policy deep v0\n\ngoal "x"\n\nallow *\nconfirm before file.read\n' >"$ws/sub/deep/er/.aex/policy.aex"
rm -r "$ws/sub/secret"
is 'one more level down' "$(decide Grep '{"pattern":"x"}')" ask
# Deeper than anybody looks there may be one, whichever way the listing names it.
deepest=$ws/sub/deep$(seq -f '/%g' 60 | tr -d '\n')
mkdir -p "$deepest"
rm -r "$ws/sub/deep/er"
is 'a deep folder' "$(decide Glob '{"pattern":"sub/deep/**/*"}')" allow
mkdir -p "$deepest/61/62/63/64/65/.aex"
printf 'policy deep v0\n\ngoal "x"\n\ndeny file.read\n' >"$deepest/61/62/63/64/65/.aex/policy.aex"
is 'one too deep to be found' "$(decide Glob '{"pattern":"sub/deep/**/*"}')" deny
is 'from the top' "$(decide Glob '{"pattern":"**/*"}')" deny
is 'beside it' "$(decide Glob '{"pattern":"src/**/*"}')" allow
rm -r "$ws/sub/deep"
ln -s "$ws" "$scratch/alias"
ws_cwd=$scratch/alias/sub
is 'a working folder behind a link' "$(decide git.diff '{}' --root "$scratch/alias")" deny
ws_cwd=$ws
ln -s sub "$ws/linked"
ws_cwd=$ws/linked
is 'a link inside the workspace' "$(decide git.diff '{}')" deny
ws_cwd=$ws
is 'outside of it' "$(decide git.diff '{}')" allow

# Links behind wildcards: without globstar `**` is `*`, and a shell gives a link's name like any other.
mkdir -p "$scratch/private" "$ws/wild/in" "$ws/wild/plain"
echo x >"$scratch/private/note.txt"
echo x >"$ws/wild/plain/note.md"
ln -s "$scratch/private/note.txt" "$ws/wild/abc"
ln -s "$scratch/private" "$ws/wild/in/dir"
ln -s ../../.aex/policy.aex "$ws/wild/in/rules"
for command in 'cat wild/abc' 'cat wild/a*' 'cat wild/a**' 'cat wild/**' 'cat wild/[a-z]*' 'cat wild/*[a-z]' 'cat wild/[a]**' 'cat wild/a{b,x}**' \
	'cd wild && cat **' 'for f in wild/a**; do cat \"$f\"; done' 'x=wild/a**; cat $x' 'cat wild/in/**/note.txt' 'cat wild/in/[a-z]*/note.txt' \
	'cat wild/in/d**/*' 'cat wild/**/dir/*' 'tee wild/a**' 'tee wild/in/r**' 'tee wild/in/**' 'tee wild/in/[a-z]*' 'cat wild/**/**/note.txt' 'head -1 wild/***'; do
	is "a link behind a wildcard: $command" "$(decide Bash "{\"command\":\"$command\"}")" deny
done
for command in 'cat wild/plain/**' 'cat wild/plain/[a-z]*' 'cat wild/**/note.md' 'cat wild/p**/note.md' 'grep -r x wild/plain/**' 'wc -l wild/[p]lain/*' \
	'find wild -name \"*.md\" -exec cat {} +' 'ls wild/plain/**' 'tee wild/plain/n**' 'grep -r x wild/p**'; do
	is "no link: $command" "$(decide Bash "{\"command\":\"$command\"}")" allow
done

# Claude Code takes white space off the ends of paths (JavaScript's trim), so one with such ends is two.
for blank in ' ' '\t' '\n' '\u00a0' '\u2003' '\u3000' '\ufeff' '\u2028'; do
	for path in "$blank$scratch/private" "$scratch/private$blank" "$blank$ws/src"; do
		is "searching in \"$path\"" "$(decide Grep "{\"pattern\":\".\",\"path\":\"$path\"}")" deny
		is "listing \"$path\"" "$(decide Glob "{\"pattern\":\"*\",\"path\":\"$path\"}")" deny
		is "reading \"$path/note.txt\"" "$(decide Read "{\"file_path\":\"$path/note.txt$blank\"}")" deny
		is "writing \"$path/note.txt\"" "$(decide Write "{\"file_path\":\"$path/note.txt$blank\",\"content\":\"\"}")" deny
	done
done
mkdir "$ws/a b"
is 'a blank inside a name' "$(decide Grep '{"pattern":" x ","path":"a b"}')" allow
is 'and in a pattern' "$(decide Glob '{"pattern":" x*","path":"a b"}')" allow

# Of several secrets every one counts, in whatever order the system lists them.
certs() {
	rm -rf "$ws/certs"
	mkdir -p "$ws/certs"
	for name in "$@"; do echo x >"$ws/certs/$name.pem"; done
}
rules() {
	printf 'policy cases v0\n\ngoal "x"\n\nallow file.read, file.write, file.delete, %s\n%s\n' "$1" "$2" >"$ws/.aex/policy.aex"
	accept
}
both() {
	echo "$(decide Grep '{"pattern":".","path":"certs"}') $(decide Bash '{"command":"cat certs/*.pem"}') $(decide Bash '{"command":"grep -r x certs"}') $(decide Bash '{"command":"cp -r certs x"}')"
}
many=$(seq -f 'c%g' 1 100)
rules secrets.read:certs/dev.pem ''
certs dev
is 'one secret, allowed by name' "$(both)" 'allow allow allow allow'
for name in aaa prod zzz; do
	certs dev $name
	is "another one: $name" "$(both)" 'deny deny deny deny'
done
rules secrets.read 'deny secrets.read:certs/prod.pem'
certs dev
is 'all are allowed but one that is not there' "$(both)" 'allow allow allow allow'
certs dev prod aaa
is 'and is there' "$(both)" 'deny deny deny deny'
certs $many
is 'many, all allowed' "$(both)" 'allow allow allow allow'
certs $many prod
is 'one of many is denied' "$(both)" 'deny deny deny deny'
rules secrets.read:certs/c1.pem ''
is 'one of many is allowed' "$(both)" 'deny deny deny deny'
rules 'secrets.read:certs/**' 'deny secrets.read:certs/other.pem'
is 'many that one scope allows' "$(both)" 'allow allow allow allow'

# A secret does not hide a link behind it.
certs dev
rules 'secrets.read:certs/dev.pem' ''
ln -s "$scratch/private/note.txt" "$ws/certs/aaa.pem"
is 'a link beside a secret' "$(decide Bash '{"command":"cat certs/*.pem"}')" deny
rm "$ws/certs/aaa.pem"
done_testing
