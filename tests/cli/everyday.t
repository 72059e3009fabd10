# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2016,SC2119
# Everyday lines, each next to what looks like it and must not pass: copies onto files, searches and cleaning in a repository that
# holds secrets, through the real gate.
. tests/cli/gate_support.sh

HOME=$scratch/home
export HOME
mkdir -p "$HOME"

# A repository with sources, secrets, and what builds leave behind.
rm -rf "$ws"
mkdir -p "$ws/src/deep" "$ws/node_modules/foo" "$ws/src/__pycache__" "$ws/docs"
git -C "$ws" init -q -b main
for file in src/index.ts src/app.ts src/deep/a.ts src/app.py src/app.pyc src/__pycache__/a.pyc package.json package.json.bak .env.example README.md; do
	echo '// x' >"$ws/$file"
done
echo KEY=canary >"$ws/.env"
echo KEY >"$ws/node_modules/foo/t.pem"

# under RULES: the policy from here on.
under() {
	mkdir -p "$ws/.aex"
	printf 'policy everyday v0\n\ngoal "Everyday lines."\n\n%s\n' "$1" >"$ws/.aex/policy.aex"
	accept
}

# bash LINE: the verdict on it.
bash_line() {
	decide Bash "$(printf '%s' "$1" | node -e 'process.stdout.write(JSON.stringify({ command: require("fs").readFileSync(0, "utf8") }))')"
}

# passes LINE... and refused LINE...
passes() {
	for passes_line; do
		is "$passes_line" "$(bash_line "$passes_line")" allow
	done
}

refused() {
	for refused_line; do
		is "refused: $refused_line" "$(bash_line "$refused_line")" deny
	done
}

# ---- Copies onto what is there ----

under 'allow file.read, file.write, file.delete
deny secrets.read, file.write:src/locked/**'
passes 'cp src/index.ts src/app.ts' 'cp src/index.ts src/new.ts' 'cp package.json.bak package.json' 'mv src/index.ts src/app.ts' \
	'[ -f .env ] || cp .env.example .env' 'cp -r src/index.ts src/app.ts' 'cp src/inde*.ts src/app.ts'
refused 'cp .env src/app.ts' 'cp .env src/new.ts' 'rm README.md; mkdir README.md; cp .env README.md'
passes 'cp src/index.ts out.txt && cp src/app.ts out.txt' 'touch README.md; cp src/app.ts README.md'
under 'allow file.read, file.write:src/app.ts, file.delete, file.write:*.d'
passes 'cp src/index.ts src/app.ts'
refused 'cp src/index.ts src/index.ts' 'cp src/index.ts src/app.ts/index.ts' 'cp src/index.ts src' 'cp src/index.ts src/app.ts/'
under 'allow file.read, file.write, file.delete
deny file.write:README.md/**'
refused 'rm README.md; mkdir README.md; cp src/app.ts README.md' 'cp src/app.ts README.md/x'

# ---- Cleaning with find ----

under 'allow file.read, file.write, file.delete
deny secrets.read'
passes "find src -name '*.pyc' -delete" "find . -name '*.pyc' -delete" 'find . -type d -name __pycache__ -exec rm -rf {} +' \
	"find . -name node_modules -type d -prune -exec rm -rf '{}' +" "find . -name '*.log' -mtime +7 -delete" \
	"find . -name '*.pyc' -not -path './node_modules/*' -delete" "find . -name '*.pyc' ! -name a.pyc -delete" \
	"find . -name node_modules -prune -o -name '*.pyc' -delete" "find . -type f \( -name '*.pyc' -o -name '*.pyo' \) -delete" \
	"find . \( -path ./node_modules -o -path ./.git \) -prune -o -name '*.pyc' -exec rm {} \;" "find ./ -name '*.pyc' -delete" \
	"find . -name '*.ts' -newer package.json -exec grep -n x {} +" "find . -name '*.ts' -exec grep -n x {} \; -exec wc -l {} +"
refused "find . -name hooks -exec rm -rf {} +" "find . -name config -delete" "find . -name '.g*' -delete" "find . -name '*' -delete" \
	"find . -name '?*' -delete" "find . -name '**' -delete" 'find . -delete -name x' 'find . -not -name x -delete' 'find . ! -name x -delete' \
	'find . -name x -o -delete' "find . -name '*.pyc' , -delete" 'find . -name x -or -delete' "find . \( -name x -o -true \) -delete" \
	"find . \( -name x -o -not -name y \) -delete" "find . \( -not -name x \) -delete" "find . -not \( -name x \) -delete" \
	"find . \( -name '*.pyc' -o -delete \)" "find . -name '[.]git' -exec rm -rf {} +" "find . -name '\\.git' -exec rm -rf {} +" \
	"find . -iname .GIT -exec rm -rf {} +" "find . -name '.' -exec rm -rf {} +" "find . -name '.*' -exec rm -rf {} +" \
	"find . -name '*.pyc' -exec true {} \; -o -exec rm -rf {} \;" "find . -name .git -prune -exec rm -rf {} +" \
	"find . -name hooks -type d -exec rm -rf {} +"
# Where values stand in for tests, and commands for expressions.
touch -d '2001-01-01' "$ws/-name"
refused "find . -newer -name -a -delete" "find . -newer -name -a -exec rm -rf {} +" "find . -path -name -name x -o -delete" \
	"find . -exec true + -name \; -delete" "find . -ok true {} + -name \; -delete" "find . -exec echo -name x \; -delete" \
	'find . -name "*.pyc" -path * -delete' 'find . -exec true $(cat README.md) {} \;' 'x=$(cat README.md); find . -exec true "$x" -delete -exec true \;' \
	'find . -exec echo * {} \;'
rm -- "$ws/-name"

# ---- Wildcards and listings next to a file that is denied ----

rm "$ws/node_modules/foo/t.pem"
denied_env() {
	passes 'wc -l *' 'grep -n foo * 2>/dev/null' 'for f in *; do wc -l "$f"; done' 'rg foo' 'ls -a' 'wc -l src/**/*.ts'
	refused 'wc -l .*' 'wc -l .e*' 'wc -l {.,}*' 'cat .env' 'rg --hidden foo' 'rg -uu foo' 'rg -g ".e*" foo' 'rg foo .env' 'grep -r foo .' \
		'GLOBIGNORE=x; wc -l *' 'bash -O dotglob -c "wc -l *"' 'cd src; wc -l ../.e*' 'cp -r . src/copy'
	is 'searching' "$(decide Grep '{"pattern":"x"}')" deny
}
under 'allow file.read, file.write
deny file.read:.env'
denied_env
for glob in '**/*' '*' '**/*.ts' '.*' 'src/**'; do
	is "listing $glob" "$(decide Glob "{\"pattern\":\"$glob\"}")" allow
done
for glob in '.e*' '.env' '**/.env' '.env*' '{.e*,*.ts}'; do
	is "listing $glob" "$(decide Glob "{\"pattern\":\"$glob\"}")" deny
done
printf '!.env\n' >"$ws/.ignore"
refused 'rg foo'
rm "$ws/.ignore"
under 'allow file.read
deny file.read:src/**'
for glob in '**/*' 'src/*' 'src/**' 'src/deep/*.ts' '**/deep/*'; do
	is "listing $glob where a folder is denied" "$(decide Glob "{\"pattern\":\"$glob\"}")" deny
done
ln -s src "$ws/named"
is 'listing it by a link' "$(decide Glob '{"pattern":"named/*"}')" deny
is 'listing beside it, by a link' "$(decide Glob "{\"pattern\":\"*\",\"path\":\"$ws/docs\"}")" allow
rm "$ws/named"
is 'listing beside it' "$(decide Glob '{"pattern":"docs/**"}')" allow
refused 'wc -l src/*' 'wc -l */*' 'rg foo'
under 'allow file.read
deny file.read:**/*.pem'
is 'listing names that are denied' "$(decide Glob '{"pattern":"**/*.pem"}')" deny
is 'listing all names' "$(decide Glob '{"pattern":"**/*"}')" allow
echo KEY >"$ws/docs/t.pem"
refused 'wc -l docs/*'
rm "$ws/docs/t.pem"
# What is not understood may change what a wildcard takes.
under 'allow file.read, shell.exec
deny file.read:.env'
passes 'wc -l *'
refused 'shopt -s dotglob; wc -l *' 'GLOBIGNORE=x; wc -l *' 'eval "$x"; wc -l *'

# ---- Searches through a repository that holds secrets ----

echo KEY >"$ws/node_modules/foo/t.pem"
under 'allow file.read
deny secrets.read'
passes 'grep -rn TODO . --include="*.ts"' 'grep -rn TODO --include="*.py"' 'grep -rn --include=*.ts --include=*.tsx TODO .' \
	'grep -rn TODO . --include=*.{ts,tsx}' 'grep -rn TODO --include="*.ts" --exclude-dir=node_modules' 'grep -Rn TODO --include="*.ts" .' \
	'grep -rn TODO . --include "?.ts"' 'grep -rn TODO --include="*.ts" --exclude="a*" .' 'cd src && grep -rn TODO .. --include="*.ts"' \
	'find . -type f -name "*.ts" -not -path "./node_modules/*" -exec grep -n foo {} +'
refused 'grep -rn KEY .' 'grep -rn KEY . --include="*"' 'grep -rn KEY . --include=".e*"' 'grep -rn KEY . --include=.env' 'grep -rn KEY . --include="*.pem"' \
	'grep -rn KEY . --exclude="*.ts"' 'grep -rn KEY . --exclude=x --include="*.ts"' 'grep -rn KEY --exclude-from=package.json --include="*.ts" .' \
	'grep -rn KEY . --include="[.]env"' 'grep -rn KEY . --include="\.env"' 'grep -rn KEY . --include="*.ts" --include=".e?v"' \
	'grep -rn KEY --include="*.ts" .env' 'grep -rn KEY . --include="!*.ts"' 'grep -rn KEY $OPTIONS . --include="*.ts"' 'grep -rn KEY * --include="*.ts"' \
	'grep -rn KEY . --include="$x"' 'grep -rn KEY --ex*=a --include="*.ts" .' 'grep -n KEY --label .e* README.md' 'grep -n KEY --include .e* README.md' \
	'grep -rn KEY . -- --include="*.ts"' 'grep -rn KEY -e x --include="*.ts" ./.env .'
passes "rg -n TODO -g '*.ts'" 'rg TODO -t ts' "rg TODO -g 'src/**/*.ts'" "rg TODO --type py -g '!*.md'" "rg --hidden TODO -g '*.ts'" \
	"rg TODO -tts -tpy" "rg -uuu TODO -t rust" 'rg TODO -t ts src .' "rg -l TODO -g '*.ts' | head"
refused 'rg -n TODO' "rg KEY -g '*'" "rg KEY -g '**'" "rg KEY -g 'foo/**'" "rg KEY -g '*.pem'" "rg KEY -g '!*.ts'" "rg KEY -g '#x'" "rg KEY -g '*.pe[m]'" \
	"rg KEY -g '*.pem '" "rg KEY -g '*.{ts,pem}'" "rg KEY -t ts -g '*.pem'" "rg KEY -t ts -g '*.p?m'" 'rg KEY -t all' 'rg KEY -t sh' 'rg KEY -T ts' \
	"rg KEY --iglob '*.ts'" "rg KEY -g '*.ts' node_modules/foo/t.pem" "rg KEY -g '*.ts' node_modules/foo/*" 'rg KEY -t ts $MORE' "rg KEY -g \"\$x\"" \
	"rg KEY -g '*.ts' -g 'foo/'" "rg KEY --type-add 'ts:*' -t ts" "RIPGREP_CONFIG_PATH=x rg KEY -t ts" "export RIPGREP_CONFIG_PATH=x; rg KEY -t ts"
# The agent's own search.
for arguments in '"type":"ts"' '"glob":"**/*.ts"' '"glob":"src/**/*.ts"' '"glob":"*.ts"' '"type":"py","glob":"!*.md"' '"glob":"*.ts #x"' '"glob":"src/*.{ts,tsx}"'; do
	is "searching $arguments" "$(decide Grep "{\"pattern\":\"TODO\",$arguments}")" allow
done
for arguments in '"type":"all"' '"type":"sh"' '"type":""' '"glob":"**/*"' '"glob":"**"' '"glob":"src/**"' '"glob":"**/*.pem"' '"glob":"a/.e*"' '"glob":"#x"' \
	'"glob":"[.]env"' '"glob":"x/[.]env"' '"type":"ts","glob":".env"' '"type":"ts","glob":"**/.env"' '"glob":"foo/"' '"glob":".env\u0085"' '"glob":"a/\\.env"' \
	'"type":"ts","path":".env"' '"glob":"{src/*.ts,**/*.pem}"'; do
	is "refused: searching $arguments" "$(decide Grep "{\"pattern\":\"KEY\",$arguments}")" deny
done
ln -s ../.env "$ws/src/link.ts"
refused 'grep -Rn KEY --include="*.ts" .' 'rg -L KEY -g "*.ts"' "find . -name '*.ts' -exec grep KEY {} +" 'cat **/*.ts' \
	'grep -rn KEY src/* --include="*.ts"' "rg KEY -g '*.ts' src/link.ts"
passes 'grep -rn KEY --include="*.ts" .' "rg KEY -g '*.ts'"
rm "$ws/src/link.ts"
done_testing
