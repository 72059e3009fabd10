// SPDX-License-Identifier: Apache-2.0
// Command lines as agents write them, from a seed: the same seed gives the same lines everywhere.

let seed = 1;

export function setSeed(value) {
  seed = value;
}

function random(limit) {
  // A small generator of its own, so that a seed means the same everywhere.
  seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
  return (seed >>> 8) % limit;
}
const pick = (list) => list[random(list.length)];
const maybe = (text, odds = 2) => (random(odds) === 0 ? text : '');

// ---- What is generated ----

const files = ['a.txt', 'b.txt', 'src/c.c', 'src/d.c', './a.txt', 'docs/x.md', '"a.txt"', "'b.txt'", 'src/../a.txt', 'new.txt', 'sub/deep/e.txt'];
const globs = ['*.txt', 'src/*.c', './*.txt', 'docs/?.md', 'src/[cd].c', '[ab].txt', 'src/*', 'a**', 'src/**', '**/*.md', '[a-z]*.txt', '*[a-z].txt', '{a,b}.txt', 'src/{c,d}.c'];
const folders = ['src', 'docs', 'sub', '.', 'sub/deep', 'out'];
const file = () => pick(files);
const some = () => (random(3) === 0 ? pick(globs) : file());
const folder = () => pick(folders);
const word = () => pick(['foo', 'alpha', 'int', 'x', 'main', '"two words"', "'q'"]);
const number = () => String(1 + random(9));

const leaves = [
  () => `cat ${maybe('-n ')}${some()}`,
  () => `head -${number()} ${some()}`,
  () => `tail -n ${number()} ${some()}`,
  () => `wc -l ${file()}`,
  () => `ls ${maybe('-la ')}${folder()}`,
  () => `grep ${maybe('-n ')}${maybe('-i ')}${word()} ${some()}`,
  () => `grep -r ${word()} ${folder()}`,
  () => `rg ${word()} ${folder()}`,
  () => `find ${folder()} -name '*.${pick(['c', 'txt', 'md'])}'`,
  () => `find ${folder()} -type f -newer a.txt -delete`,
  () => `find ${folder()} -name '*.c' -exec ${pick(['cat', 'touch', 'wc -l', 'chmod 644', 'rm'])} {} ${pick(['\\;', '+'])}`,
  () => `find ${folder()} -type f -fprint list.out`,
  () => `find ${folder()} -name '*.c' | xargs ${pick(['grep int', 'rm -f', 'touch', 'cat', 'wc -l'])}`,
  () => `sed -n '${number()}p' ${file()}`,
  () => `sed ${pick(['', '-E '])}'s/${pick(['a', 'o+', 'int'])}/X/${pick(['', 'g', 'gI'])}' ${file()}`,
  () => `sed -i${maybe('.bak')} 's/alpha/beta/' ${file()}`,
  () => `sed -n 's/a/b/w sedout.txt' ${file()}`,
  () => `sed '${number()}w other.out' ${file()}`,
  () => `sed -e '/int/{w braces.out' -e '}' ${file()}`,
  () => `awk '{print $1}' ${file()}`,
  () => `awk 'BEGIN { print "x" > "awk.out" }'`,
  () => `awk '{ system("touch awk2.out") }' a.txt`,
  () => `awk '$1 > 1 { n++ } END { print n }' ${file()}`,
  () => `sort ${maybe('-r ')}${some()}`,
  () => `sort -o ${pick(['sorted.txt', 'a.txt'])} ${file()}`,
  () => `sort --outp=abbrev.txt ${file()}`,
  () => `uniq ${file()} ${maybe('uniq.out')}`,
  () => `cut -d' ' -f1 ${file()}`,
  () => `diff ${maybe('-u ')}${file()} ${file()}`,
  () => `diff -r src docs`,
  () => `echo ${word()}`,
  () => `printf '%s\\n' ${word()}`,
  () => `mkdir ${maybe('-p ')}${pick(['out', 'out/x', 'sub/new'])}`,
  () => `rmdir ${pick(['out', 'empty'])}`,
  () => `touch ${some()} ${maybe('extra.txt')}`,
  () => `cp ${file()} ${pick(['copy.txt', 'out/', 'docs', 'src/copy.c'])}`,
  () => `cp -r ${pick(['src', 'docs', 'src/'])} ${pick(['tree', 'out', 'sub/'])}`,
  () => `cp ${pick(globs)} docs`,
  () => `cp -t docs ${file()}`,
  () => `mv ${file()} ${pick(['moved.txt', 'docs', 'sub/', 'b.txt'])}`,
  () => `mv ${pick(['src', 'docs'])} ${pick(['renamed', 'sub'])}`,
  () => `rm ${maybe('-f ')}${some()}`,
  () => `rm -rf ${pick(['src', 'docs', 'sub', 'out', 'src/*'])}`,
  () => `ln ${maybe('-s ')}${pick(['a.txt', 'b.txt'])} ${pick(['link.txt', 'l2'])}`,
  () => `chmod ${pick(['644', '+x', 'u-w', '-w', 'a+r'])} ${file()}`,
  () => `chmod -R u+w ${folder()}`,
  () => `truncate -s ${number()} ${file()}`,
  () => `dd if=a.txt of=${pick(['dd.out', 'b.txt'])} bs=1 count=${number()}`,
  () => `tee ${maybe('-a ')}${pick(['tee.out', 'a.txt'])} < docs/x.md`,
  () => `tar cf ${pick(['t.tar', 'docs/t.tar'])} src`,
  () => `tar -czf t.tgz src docs`,
  () => `tar xf arch.tar ${maybe('-C out')}`,
  () => `tar tf arch.tar`,
  () => `stat ${file()}`,
  () => `file ${file()}`,
  () => `basename ${file()}`,
  () => `base64 ${file()}`,
  () => `md5sum ${some()}`,
  () => `xxd ${file()} ${maybe('xxd.out')}`,
  () => `od -c ${file()}`,
  () => `split -l 1 ${file()}`,
  () => `shuf ${file()} -o shuf.out`,
  () => `jq . data.json`,
  () => `git status ${maybe('--short')}`,
  () => `git add ${pick(['.', 'a.txt', '-A'])}`,
  () => `git diff ${maybe('--output=diff.out')}`,
  () => `git log ${maybe('--oneline ')}-${number()}`,
  () => `git commit -q -am ${word()}`,
  () => `git branch ${pick(['', '-a', 'feature', '-d feature'])}`,
  () => `git checkout -- ${pick(['a.txt', 'src'])}`,
  () => `git checkout -q -b ${pick(['f1', 'f2'])}`,
  () => `git rm -q ${pick(['a.txt', 'src/c.c', '-r src'])}`,
  () => `git mv a.txt ${pick(['mvd.txt', 'docs'])}`,
  () => `git restore ${pick(['a.txt', 'src', '--staged a.txt'])}`,
  () => `${pick(['cp * docs', 'cp *.txt docs/', 'wc -l *', 'rm -f *.txt', 'chmod u+r *', 'chmod *', 'grep x *', 'grep *', 'sort *', 'touch *', 'tar cf w.tar *', 'mv *.txt docs', 'git add *', 'git rm -q *.txt', 'xxd *.txt', 'uniq *.txt', 'head *', 'find . -name *.txt', 'find . -name *'])}`,
  () => `gcc ${pick(['-c', '-S', '-E', '-fsyntax-only', '-O2 -g -c', '-c -o out.o', '-Wall -Isrc -c', '-o prog', ''])} src/${pick(['c', 'd'])}.c`,
  () => `touch -- ${pick(['-r', '-n', 'src/-x', ':x'])}`,
  () => `git stash ${pick(['-q', 'push -m x', 'pop', 'apply', 'drop', 'list', '-u'])}`,
  () => `git reset ${pick(['', '--hard', '--hard other', 'HEAD a.txt'])}`,
  () => `git ${pick(['checkout', 'checkout -q', 'switch', 'switch -q', 'checkout -f', 'checkout -b f3', 'checkout --detach'])} ${pick(['other', 'other', 'HEAD', 'nosuch', 'a.txt', '.', 'src'])}`,
  () => `git merge ${pick(['', '--no-edit ', '--squash ', '--no-ff -m x '])}other`,
  () => `git checkout ${pick(['other', 'HEAD'])} -- ${pick(['.', 'a.txt', 'src', 'docs'])}`,
  () => `git restore ${pick(['.', '--source=other .', '--source=other src', '-SW .'])}`,
  () => `git clean ${pick(['-fd', '-n'])}`,
  () => `curl -s --max-time 1 http://127.0.0.1:9/${maybe('x -o curl.out')}`,
  () => `echo x > /dev/tcp/127.0.0.1/9`,
  () => `sh -c ${pick(["'touch inner.txt'", '"rm -f a.txt"', "'cat b.txt > sh.out'"])}`,
  () => `bash -c 'cd src && touch ${pick(['k', 'm'])}.c'`,
  () => `eval ${pick(["'touch evald.txt'", '"echo x" "> ev.out"'])}`,
  () => `env ${maybe('A=1 ')}touch env.txt`,
  () => `${pick(['nice', 'timeout 2', 'nohup', 'stdbuf -oL', 'command', 'time'])} touch wrapped.txt`,
  () => `test -f ${file()}`,
  () => `[[ -f ${file()} ]]`,
  () => `python3 -c 'open("py.out","w")'`,
  () => `perl -e 'open(F,">pl.out")'`,
  () => `./src/run.sh`,
  () => `trap 'touch trapped.txt' EXIT`,
  () => `seq ${number()}`,
  () => `date ${maybe('+%s')}`,
  () => `pwd`,
  () => `true`,
  () => `cd ${folder()}`,
  () => `gzip ${maybe('-c ')}${file()}`,
  () => `read -r line < ${file()}`,
  () => `mapfile -t lines < ${file()}`,
];

const redirect = () =>
  pick([() => ` > ${pick(['r1.out', 'out.txt', 'src/r.out', '"q q.out"'])}`, () => ` >> r2.out`, () => ` 2>/dev/null`, () => ` > r3.out 2>&1`, () => ` &> r4.out`,
        () => ` >| r5.out`, () => ` < ${file()}`, () => ` <<< text`, () => ` 2> err.out`, () => ` {fd}> fd.out`, () => ` <> rw.out`])();
const simple = () => pick(leaves)() + (random(4) === 0 ? redirect() : '');

export function line(depth) {
  const inner = () => (depth > 0 && random(3) === 0 ? line(depth - 1) : simple());
  return pick([
    simple, simple, simple,
    () => `${inner()} && ${inner()}`,
    () => `${inner()}; ${inner()}`,
    () => `${inner()} || ${inner()}`,
    () => `${inner()} | ${pick(['cat', 'wc -l', 'tee pipe.out', 'sort', 'head -2', 'grep a', 'xargs touch', 'xargs -I{} touch {}.x', 'sh', 'while read -r l; do touch "r_$l"; done'])}`,
    () => `(${inner()})`,
    () => `{ ${inner()}; }${maybe(' > group.out')}`,
    () => `if ${inner()}; then ${inner()}; else ${inner()}; fi`,
    () => `for f in ${pick(['a b c', '*.txt', 'src/*.c', '1 2'])}; do ${pick(['touch "$f.new"', 'cat $f', 'rm -f "$f"', 'echo $f > $f.out', inner()])}; done`,
    () => `x=${pick(['v1.txt', 'src/v2', 'a.txt'])}; ${pick(['touch $x', 'rm -f "$x"', 'echo hi > ${x}.out', 'cat "${x}"', 'x=other; touch $x'])}`,
    () => `f() { ${inner()}; }; f`,
    () => `cd ${folder()} && ${inner()}`,
    () => `cd ${pick(['nowhere', 'src'])}; ${inner()}`,
    () => `cat <<EOF > heredoc.out\n${inner()}\n$(${simple()})\nEOF`,
    () => `echo "$(${inner()})"`,
    () => `echo \`${simple().replace(/[`\\]/g, '')}\``,
    () => `case ${word()} in foo) ${inner()};; *) ${inner()};; esac`,
    () => `i=0; while [ $i -lt 2 ]; do touch loop$i.txt; i=$((i+1)); done`,
    () => `for ((i=0;i<2;i++)); do ${inner()}; done`,
    () => `${inner()} & wait`,
    () => `cat <(${inner()})`,
    () => `y=$(${inner()}); echo "$y" ${maybe('> subst.out')}`,
    () => `! ${simple()}`,
    () => `touch {p,q}{1,2}.txt`,
    () => `bash <<'EOF'\n${inner()}\nEOF`,
  ])();
}
