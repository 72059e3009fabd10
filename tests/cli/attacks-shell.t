# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2016,SC2119
# Command lines through the real gate, under a policy that does not open the shell: attacks refused, everyday work let through.
# tests/data/shell-attacks.tsv has a line for each: the decision, and the command as a JSON string.
. tests/cli/gate_support.sh
rm -rf "$ws/.git"
git -C "$ws" init -q
git -C "$ws" remote add origin https://example.com/x.git
echo KEY=x >"$ws/.env"
echo .env >"$ws/.git/info/exclude"
ln -s /etc/shadow "$ws/src/link.c"
mkdir -p "$ws/docs/inner/sub" "$ws/docs/links"
ln -s "$scratch/outside" "$ws/docs/inner/sub/file"
ln -s /etc "$ws/docs/links/folder"

tab=$(printf '\t')
line=0
while IFS=$tab read -r want command; do
	line=$((line + 1))
	is "line $line: $want" "$(decide Bash "{\"command\":$command}")" "$want"
done <tests/data/shell-attacks.tsv

# What ripgrep searches though its name starts with a dot.
is 'a hidden secret' "$(decide Bash '{"command":"rg KEY"}')" allow
mkdir "$ws/sub/shown"
echo KEY=x >"$ws/sub/shown/.env"
printf '# searched all the same\n!.env\n' >"$ws/sub/.ignore"
is 'a hidden secret that an ignore file shows' "$(decide Bash '{"command":"rg KEY sub"}')" deny
printf '!.env.example\n' >"$ws/sub/.ignore"
is 'an ignore file that shows another' "$(decide Bash '{"command":"rg KEY sub"}')" allow
rm -r "$ws/sub/shown" "$ws/sub/.ignore"

# A wildcard that takes a name with a dash, in one of two folders the line may be in; the first is not there.
is 'only names' "$(decide Bash '{"command":"cd missing; sort *"}')" allow
is 'only names in a loop' "$(decide Bash '{"command":"for f in *; do sort \"$f\"; done"}')" allow
touch "$ws/-oa.txt"
is 'an option' "$(decide Bash '{"command":"sort *"}')" deny
is 'an option in a loop' "$(decide Bash '{"command":"for f in *; do sort \"$f\"; done"}')" deny
is 'an option behind a folder that is not there' "$(decide Bash '{"command":"cd missing; sort *"}')" deny
rm -- "$ws/-oa.txt"

# Names that xargs would take apart, and the line that would make one.
is 'plain names' "$(decide Bash '{"command":"find sub docs/inner -type f | xargs grep -l KEY"}')" allow
is 'a name that is made' "$(decide Bash '{"command":"cp a.txt \"build/a .env\"; find build -type f | xargs cat"}')" deny
is 'a tree of names that are made' "$(decide Bash '{"command":"cp -r docs build; find build -type f | xargs cat"}')" deny
touch "$ws/sub/a .env"
is 'a name of two words' "$(decide Bash '{"command":"find sub -type f | xargs cat"}')" deny
is 'which stays one' "$(decide Bash '{"command":"find sub -type f -name a -print0 | xargs -0 cat"}')" allow
rm "$ws/sub/a .env"
mkdir "$ws/sub/it's"
is 'a quote in a folder' "$(decide Bash '{"command":"find sub -name x | xargs cat"}')" deny
rmdir "$ws/sub/it's"
ln -s .. "$ws/sub/up"
touch "$ws/a b"
is 'a link that find does not follow' "$(decide Bash '{"command":"find sub -name x | xargs cat"}')" allow
is 'a link that it follows' "$(decide Bash '{"command":"find sub/up/ -name x | xargs cat"}')" deny
is 'a folder that is left' "$(decide Bash '{"command":"find sub/up/../sub -name x | xargs cat"}')" deny
rm "$ws/sub/up" "$ws/a b"

# The shell opened: what is not understood runs, what is denied, secret or the boundary does not.
sed -i 's/^allow /allow shell.exec, /' "$ws/.aex/policy.aex"
accept
is 'an unknown program' "$(decide Bash '{"command":"some-program x"}')" allow
is 'a denied part' "$(decide Bash '{"command":"some-program; curl https://example.com"}')" deny
is 'a part that asks' "$(decide Bash '{"command":"some-program; git push origin main"}')" ask
is 'a secret' "$(decide Bash '{"command":"some-program; cat .env"}')" deny
is 'the boundary' "$(decide Bash '{"command":"some-program; echo x > .aex/policy.aex"}')" deny
is 'its commands' "$(decide Bash '{"command":"aex trust --yes"}')" deny
sed -i 's/^deny /deny shell.exec:*sudo*, /' "$ws/.aex/policy.aex"
accept
is 'a deny on the line' "$(decide Bash '{"command":"sudo ls"}')" deny
done_testing
