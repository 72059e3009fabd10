# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2016,SC2102,SC2119,SC2120,SC1003
# Attacks through git, in a real repository: pathspecs that stand for other files than they spell, contents named by a revision,
# repositories inside the workspace whose settings would run programs.
. tests/cli/gate_support.sh
real_repository
# policy RULES...: the workspace's policy from now on.
policy() {
	printf 'policy cases v0\n\ngoal "Keep the agent in bounds."\n\n' >"$ws/.aex/policy.aex"
	printf '%s\n' "$@" >>"$ws/.aex/policy.aex"
	accept
}
# expect VERDICT TITLE COMMAND...: of each command.
expect() {
	verdict=$1
	title=$2
	shift 2
	for command; do
		escaped=$(printf '%s' "$command" | sed 's/[\\"]/\\&/g')
		is "$title: $(printf '%s' "$command" | tr '\\' '|')" "$(decide Bash "{\"command\":\"$escaped\"}")" "$verdict"
	done
}
mkdir -p "$ws/private" "$ws/config"
echo a >"$ws/src/a.c"
echo n >"$ws/notes.md"
echo c >"$ws/private/c.txt"
printf '.env\n' >"$ws/.gitignore"
git -C "$ws" add -A
git -C "$ws" commit -qm first

# git's own wildcards, its escapes, and its magic: "sr[c]/a.c" and "sr\c/a.c" are src/a.c to it.
policy 'allow file.read, file.write, file.delete, git.*, history.rewrite' 'deny file.write:src/**, file.delete:src/**'
expect deny 'what a pathspec changes' 'git checkout -- "sr[c]/a.c"' 'git restore "sr[c]/a.c"' 'git restore "sr\c/a.c"' 'git restore "sr?/a.c"' 'git restore "src?a.c"' 'git restore "src[!x]a.c"' 'git restore "[s]rc/a.c"' 'git restore "src/[a"' \
	'git checkout HEAD -- "s*.c"' 'git checkout -- s*.c' 'git rm s*.c' 'git rm -qf "sr[c]/a.c"' 'git rm -f "sr\c/a.c"' 'git rm -f "./sr[c]/a.c"' \
	'git rm ":/src/a.c"' 'git restore ":(top)src/a.c"' 'cd docs && git restore "../sr[c]/a.c"'
expect allow 'what it may change' 'git checkout -- notes.md' 'git restore notes.md docs' 'git rm -q notes.md' 'git rm --cached "src/*.c"' \
	'git restore --staged src/a.c' 'git rm docs/*.md' 'git restore "docs/[id]/page.c"' 'git checkout -- docs/*.md'

# A secret that git does not ignore, named by a pathspec.
echo KEY=x >"$ws/config/.env"
printf '/.env\n' >"$ws/.gitignore"
policy 'allow file.read, file.write, file.delete, git.*'
expect deny 'what a pathspec adds' 'git add "config/.en\v"' 'git add "co*.env"' 'git add co*.env' 'git add "config/.en[v]"' 'git add "config/*"' \
	'git add ":(top)config/.env"' 'git add "*.env"' 'git add "conf?g/.env"'
expect allow 'what it may add' 'git add "*.md"' 'git add *.md' 'git add "src/*.c"' 'git add "n*.md"' 'git add "docs/[id]/page.c"' 'git add docs/[id]/page.c'
rm "$ws/config/.env"
printf '.env\n' >"$ws/.gitignore"

# Contents by revision: the path starts behind the colon that git takes, which braces may hide.
policy 'allow file.read, file.write, file.delete, git.*' 'deny file.read:private/**'
expect deny 'a path behind braces' 'git show "HEAD^{/:*}:private/c.txt"' 'git show "HEAD@{0:00}:private/c.txt"' 'git cat-file -p "HEAD^{/:*}:private/c.txt"' \
	'git show "HEAD~1^{/:*}:.env"' 'git show "HEAD^{tree}:private/c.txt"' 'git show "HEAD@{0}:private/c.txt"' 'git show ":/first:private/c.txt"' \
	'git show "HEAD:private/c.txt"' 'git show "HEAD:docs/../private/c.txt"' 'git show "HEAD:private/"' 'git show "HEAD:private"' 'git ls-tree HEAD:private'
expect allow 'a path that may be read' 'git show HEAD:src/a.c' 'git show "HEAD@{0}:src/a.c"' 'git show "HEAD^{tree}"' 'git show "HEAD@{2 days ago}"' \
	'git log "HEAD@{10:00}"' 'git diff "stash@{0}"' 'git show ":/first"' 'git show HEAD:'

# Pathspecs of commands that print contents.
echo KEY=x >"$ws/.env"
expect deny 'what a pathspec shows' 'git diff HEAD~1 HEAD -- ":(glob).e*"' 'git log -p -- "*.env"' 'git log -p -- ":(top)private"' 'git grep -h "" -- "privat?/*"' \
	'git diff ":(top)private"' 'git show HEAD -- "priv*"' 'git show HEAD -- priv*.txt' 'git log -p -- "privat\e"' 'git grep -h "" -- ":/private"' \
	'git whatchanged -p -- "*.pem"' 'git diff -- "private/[c].txt"' 'git diff HEAD "p*t"' 'cd docs && git diff -- "d*/../../private/c*"' 'git grep -h x HEAD -- "private/*"'
expect allow 'what it may show' 'git diff -- "*.c"' 'git log -p -- "src/*.c"' 'git diff HEAD -- src docs' 'git grep -n "a[bc]*" -- "*.c"' 'git grep "a.*b"' \
	'git grep -n x -- "*.md" src' 'git log --oneline -- .' 'git diff -- . ":!docs"' 'git diff -- . ":(exclude)docs/*.md"' 'git diff HEAD^ HEAD' 'git diff HEAD -- "docs/[id]/page.c"' 'git show "HEAD:docs/[id]/page.c"' 'git log main..HEAD -- src'

# What is staged can be shown.
printf 'other\n' >"$ws/.gitignore"
policy 'allow file.read, file.write, file.delete, git.*'
expect deny 'a secret that is added with all' 'git add -A && git diff --cached' 'git add -A' 'git add .' 'git add --all' 'git add -- .' 'git add -Av' 'git add ":/"' 'cd src && git add -A' 'git add *'
expect allow 'none that is added' 'git add src' 'git add -u' 'git add -A src' 'cd src && git add .' 'git commit -am x' 'git add -n .' 'git add notes.md src/a.c' 'touch src/b.c && git add src'
printf '.env\n' >"$ws/.gitignore"
real=$aex
aex=$build/tests/support/aex-faulty
AEX_HOME=$scratch/me
export AEX_HOME
mkdir -p "$AEX_HOME"
rm "$ws/.gitignore"
expect deny 'one that is ignored nowhere' 'git add -A'
echo .env >"$AEX_HOME/ignored"
printf '[core]\n\texcludesFile = ~/ignored\n' >"$AEX_HOME/.gitconfig"
expect allow 'one that the person ignores everywhere' 'git add -A'
unset AEX_HOME
aex=$real
printf '.env\n' >"$ws/.gitignore"
expect allow 'one that git ignores' 'git add -A' 'git add .' 'git add -A && git commit -m x' 'git checkout -b x && git add -A' 'echo x > notes.md && git add -A' \
	'sed -i s/a/b/ src/*.c && git add -A' 'mkdir -p docs/new && git add docs'
expect deny 'one that is ignored no longer' 'echo x > .gitignore && git add -A' 'rm .gitignore; git add .' 'echo x > .git/info/exclude; git add -A'
rm "$ws/.env"

# A folder that looks like a repository: git takes it for one as soon as it has HEAD, and objects or a commondir.
mkdir -p "$ws/bare/sub" "$ws/store/objects" "$ws/store/refs"
expect allow 'an ordinary folder' 'cd bare && git status'
echo 'ref: refs/heads/main' >"$ws/bare/HEAD"
expect allow 'a folder with a HEAD' 'cd bare && git status'
echo ../store >"$ws/bare/commondir"
expect deny 'a folder that shares another repository' 'cd bare && git status' 'git -C bare status' 'cd bare/sub && git log'
rm "$ws/bare/commondir"
ln -s missing "$ws/bare/objects"
expect deny 'a folder with objects' 'cd bare && git status'
rm -r "$ws/bare" "$ws/store"

# A repository below a folder that is added becomes a submodule, into which git status goes.
expect allow 'adding a folder' 'git add build' 'git add docs src' 'git add -A'
mkdir -p "$ws/build/x/.git/objects" "$ws/build/x/.git/refs"
echo 'ref: refs/heads/main' >"$ws/build/x/.git/HEAD"
expect deny 'adding a repository' 'git add build/x' 'git add build/x/' 'git add build' 'git add .' 'git add -A' 'git add *' 'git add "buil*"' 'cd build && git add x' 'git add -A build' \
	'git -C build add .' 'git stash -u'
expect allow 'adding beside it' 'git add docs' 'git add notes.md' 'git add -u' 'git add "*.md"'
printf '/build/\n' >"$ws/.gitignore"
expect allow 'one that git ignores' 'git add .' 'git add -A' 'git add docs'
printf '.env\n' >"$ws/.gitignore"
rm -r "$ws/build/x/.git"
echo 'gitdir: ../../store' >"$ws/build/x/.git"
mkdir -p "$ws/store/objects" "$ws/store/refs"
echo 'ref: refs/heads/main' >"$ws/store/HEAD"
expect deny 'a file that names a repository' 'git add build/x' 'git add -A'
expect deny 'a repository that another part brings' 'tar xf a.tar -C build && git add build/x' 'rm build/x/.git; tar xf a.tar -C docs; git add docs' \
	'mv build/x y && git add y' 'cp -r build/x y && git add -A' 'git add y; git clone https://example.com/x y; git add y'

# Before there is a repository git can say nothing.
rm -rf "$ws/.git"
expect deny 'a repository that lies there already' 'git init && git add -A'
rm -r "$ws/build/x/.git"
expect allow 'a first commit' 'git init && git add -A && git commit -m x' 'git init -q; git add .'
echo KEY=x >"$ws/.env"
expect deny 'a first commit with a secret' 'git init && git add -A'
done_testing
