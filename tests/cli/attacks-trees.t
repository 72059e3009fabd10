# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2016,SC2102,SC2119,SC2120
# Attacks with whole folders: what a rule forbids to write comes into being because a folder that holds it is copied,
# moved or linked into its place.
. tests/cli/gate_support.sh

# policy RULES...: the workspace's policy from now on.
policy() {
	printf 'policy cases v0\n\ngoal "Keep the agent in bounds."\n\n' >"$ws/.aex/policy.aex"
	printf '%s\n' "$@" >>"$ws/.aex/policy.aex"
	accept
}
line() {
	decide Bash "{\"command\":\"$1\"}"
}
mkdir -p "$ws/tpl/workflows" "$ws/tpl/docs" "$ws/plain" "$ws/build" "$ws/.github" "$ws/stubs/hook"
echo x >"$ws/tpl/workflows/x.yml"
echo x >"$ws/tpl/docs/a.md"
echo x >"$ws/plain/a.c"
echo x >"$ws/plain/.hidden"
ln -s ../tpl/workflows "$ws/stubs/workflows"

policy 'allow file.read, file.write, file.delete, git.*' 'deny file.write:.github/workflows/**'
for command in \
	'cp -r tpl/. .github' 'cp -r tpl/* .github' 'cp -r tpl/w* .github' 'cp -r tpl/[w]orkflows .github' 'mv tpl/workflows .github' \
	'cp -r tpl/workflows .github/' 'cp -rT tpl .github' 'mv -t .github tpl/workflows' 'rsync -a tpl/ .github' \
	'rsync -a tpl/workflows .github' 'git mv tpl/workflows .github' 'cp -r tpl/workflows/../. .github' \
	'cd tpl && cp -r . ../.github' 'cd tpl && mv workflows ../.github' 'cp -rL stubs/. .github' 'cp -r stubs/. .github' \
	'mv stubs/workflows .github' 'ln -s $PWD/tpl/workflows .github/' 'mkdir plain/workflows && mv plain/* .github' \
	'touch plain/workflows && cp -a plain/. .github' 'for d in docs workflows; do cp -r tpl/$d .github; done' \
	'tar xf a.tar -C .github' 'unzip -o a.zip -d .github' 'find tpl -exec cp -r {} .github ;' \
	'echo x | tee .github/workflows/*.yml'; do
	is "a folder that is there: $command" "$(line "$command")" deny
done
for command in \
	'cp -r tpl/docs .github' 'mv tpl/docs .github' 'cp -r plain/. .github' 'cp -r plain/* .github' 'mkdir -p build/x && cp -r plain build/x' \
	'cp -r tpl copy' 'mv tpl moved' 'cp -a tpl/workflows build/' 'rsync -a plain/ .github' 'rsync -a tpl build' 'tar xf a.tar -C build' \
	'cp -r .github build' 'git mv plain .github' 'chmod -R u+w .github' 'cp -r no-such-folder .github' 'touch build/a && cp -r build copy' \
	'touch .github/x && cp -r plain copy' 'sed -i s/x/y/ .github/*' 'rm -r .github' 'cp -r plain/a.c .github'; do
	is "harmless: $command" "$(line "$command")" allow
done
rm -r "$ws/.github"
for command in 'mv tpl .github' 'cp -r tpl .github' 'cp -a tpl .github' 'git mv tpl .github' 'mv -T tpl .github' 'cp -rL tpl .github' \
	'cp -r tpl/ .github/' 'mv tpl/ .github' 'ln -s tpl .github' 'ln -s tpl/workflows .github' 'cp -r stubs .github' 'mv st* .github' \
	'rsync -a tpl/ .github/' 'rsync -a tpl/* .github' 'scp -r tpl .github' 'mv plain x && mv tpl .github' \
	'mkdir plain/workflows && mv plain .github' 'cp -r tpl/workflows plain && mv plain .github'; do
	is "a folder to come: $command" "$(line "$command")" deny
done
for command in 'mv plain .github' 'cp -r plain .github' 'mkdir .github' 'ln -s plain .github' 'mv tpl/docs .github' 'cp -r plain/. .github/'; do
	is "harmless: $command" "$(line "$command")" allow
done

ln -s tpl "$ws/stand-in"
is 'behind a link that a wildcard names' "$(line 'cp -r stand*/workflows .github')" deny
is 'and at any depth' "$(line 'cp -r **/workflows .github')" deny
rm "$ws/stand-in"

# So does a server's tool that moves folders.
move_file() {
	(cd "$ws" && "$aex" explain --server-kind filesystem move_file "{\"source\":\"$1\",\"destination\":\"$2\"}") | sed -n '1s/.*: //p'
}
ln -s tpl "$ws/tplink"
is 'a server that moves a folder' "$(move_file tpl .github)" deny
is 'a part of it' "$(move_file tpl/workflows .github/workflows)" deny
is 'one by its whole path' "$(move_file "$ws/tpl" "$ws/.github")" deny
is 'a link to it' "$(move_file tplink .github)" deny
is 'an ordinary folder' "$(move_file plain .github)" allow
is 'to an ordinary place' "$(move_file tpl build/tpl)" allow
is 'a file' "$(move_file plain/a.c .github/a.c)" allow
rm "$ws/tplink"

# A relative link leads elsewhere from its new place.
mkdir -p "$ws/kit" "$ws/deploy/data" "$ws/bin-kit/.bin" "$ws/bin-kit/tool"
echo x >"$ws/data"
echo x >"$ws/deploy/data/release.yml"
echo x >"$ws/bin-kit/tool/run"
ln -s ../data "$ws/kit/workflows"
ln -s ../tool/run "$ws/bin-kit/.bin/run"
policy 'allow file.read, file.write, file.delete' 'deny file.write:deploy/.github/workflows/release.yml, file.write:deploy/bin-kit/.bin/run/x'
for command in 'mv kit deploy/.github' 'cp -a kit deploy/.github' 'mv kit/workflows deploy/.github/workflows' 'rsync -a kit/ deploy/.github' 'mv k* deploy/.github'; do
	is "a relative link: $command" "$(line "$command")" deny
done
is 'one that stays with what it leads to' "$(line 'cp -a bin-kit deploy/')" allow
is 'and by a wildcard' "$(line 'cp -a bin-k* deploy/')" allow
# Links between folders that come along, as package managers make them, are told by what is in them; others are not.
mkdir -p "$ws/store/one" "$ws/packages/store/one" "$ws/packages/links"
echo x >"$ws/packages/store/one/index.js"
ln -s ../store/one "$ws/packages/links/one"
ln -s . "$ws/packages/self"
policy 'allow file.read, file.write, file.delete' 'deny file.write:**/.env, file.write:deploy/links/one/secret.js'
is 'links that come along' "$(line 'cp -a packages/links packages/store deploy/')" deny
rm "$ws/packages/self"
is 'links that come along, under an unrelated rule' "$(line 'cp -a packages deploy')" allow
is 'moved' "$(line 'mv packages/ deploy')" allow
echo x >"$ws/packages/store/one/secret.js"
is 'and what they bring under another name' "$(line 'mv packages deploy')" deny
rm "$ws/packages/store/one/secret.js"
ln -s ../outside/../store/one "$ws/packages/links/winding"
is 'a link that winds' "$(line 'mv packages deploy')" deny
rm -r "$ws/packages" "$ws/store"
rm -r "$ws/kit" "$ws/deploy" "$ws/bin-kit" "$ws/data"

# A rule that asks is met in the same way.
policy 'allow file.read, file.write, file.delete, git.*' 'confirm before file.write:.github/workflows/**'
is 'a rule that asks' "$(line 'mv tpl .github')" ask
is 'and has no reason to' "$(line 'mv plain .github')" allow

# A place that the rules about reading or deleting name is no concern of this.
policy 'allow file.read, file.write, file.delete' 'deny file.read:keys/**' 'deny file.delete:keep/**'
is 'a folder in the place of unreadable ones' "$(line 'cp -r tpl keys')" allow
is 'and of such that stay' "$(line 'mv tpl keep')" allow

# What an agent or an editor would obey comes with a folder too.
mkdir -p "$ws/editor" "$ws/deep/x/.claude" "$ws/nested/.vscode"
echo '{}' >"$ws/editor/tasks.json"
echo '{}' >"$ws/deep/x/.claude/settings.json"
echo '{}' >"$ws/nested/.vscode/settings.json"
ln -s ../editor "$ws/nested/inner"
policy 'allow file.read, file.write, file.delete, git.*'
mkdir -p "$ws/named" "$ws/library"
ln -s ../deep/x "$ws/named/e"
for command in 'cp -r named/*/ library' 'cp -rH named/* library' 'rsync -a named/*/ library' 'cp -r named/e library'; do
	is "what a link named by a wildcard leads to: $command" "$(line "$command")" deny
done
rm -r "$ws/named" "$ws/library"
for command in 'mv editor .vscode' 'cp -r editor .vscode' 'cp -r editor/. .vscode' 'cp -r editor/* .vscode' 'ln -s editor .vscode' \
	'cp -r deep/x/.claude copy/.claude' 'cp -r deep copy' 'mv deep/x sub/' 'cp -r nested/. sub' 'rsync -a editor/ .vscode' 'mv editor sub/.vscode' \
	'tar xf a.tar -C .vscode' 'git mv editor .vscode' 'touch plain/tasks.json && mv plain .vscode'; do
	is "protected: $command" "$(line "$command")" deny
done
for command in 'mkdir .vscode' 'mkdir -p .vscode && cp -r plain/. .vscode' 'mv plain .vscode' 'cp -r editor copy' 'cp -r nested/* copy' \
	'mv editor sub/' 'touch .vscode/extensions.json' 'mkdir .cursor .gemini' 'tar xf a.tar -C build'; do
	is "harmless: $command" "$(line "$command")" allow
done
done_testing
