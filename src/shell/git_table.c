/* SPDX-License-Identifier: Apache-2.0 */
/* git's subcommands and their options (git-*(1) of 2.39), written as programs.h says. */
#include "shell/git.h"

#define DIFF_OPTIONS                                                                                           \
    "-[pusRabwzqDW] -I= -U,--unified= --patch --no-patch --raw --stat? --numstat --shortstat --dirstat? "      \
    "--summary --name-only --name-status --color? --no-color --word-diff? --word-diff-regex= --color-words? "  \
    "--color-moved? --no-renames --find-renames? --find-copies? --check --full-index --binary --abbrev? "      \
    "--diff-filter= -S= -G= --pickaxe-all --ignore-all-space --ignore-space-change --ignore-blank-lines "      \
    "--ignore-space-at-eol --text --exit-code --quiet --cached --staged --merge-base --minimal --patience "    \
    "--histogram --diff-algorithm= --relative? --src-prefix= --dst-prefix= --no-prefix --no-ext-diff "         \
    "--no-textconv --submodule? --function-context --inter-hunk-context= --compact-summary "                   \
    "--ita-invisible-in-index "                                                                                \
    "--ignore-submodules? -l= -O=< --output=> --no-index:n --ext-diff! --textconv -M? -C? -B? "

/* Of `git shortlog` too, where -n sorts. */
#define LOG_OPTIONS                                                                                            \
    "--max-count= -# --skip= --since=,--after= --after= --until= --before= --author= --committer= --grep= "    \
    "--all-match --invert-grep -i -E -F -P --oneline --graph --decorate? --no-decorate --format= --pretty? "   \
    "--abbrev-commit --no-abbrev-commit --date= --all --branches? --tags? --remotes? --merges --no-merges "    \
    "--first-parent --reverse --follow -L=:L --topo-order --date-order --author-date-order --source "          \
    "--left-right "                                                                                            \
    "--cherry-pick --cherry --cherry-mark --ancestry-path --boundary --simplify-by-decoration --full-history " \
    "--show-signature --notes? --no-notes --no-walk? -c --cc -m -g --walk-reflogs --children --parents "       \
    "--show-pulls "                                                                                            \
    "--no-patch --relative-date --log-size --no-expand-tabs --stdin! -t --encoding= --min-parents= "           \
    "--max-parents= "

/* "stash show" is a row of its own: what only looks, of a subcommand that does more. */
const struct subcommand git_subcommands[] = {
    {"add",
     "-[vN] -A,--all:A -u,--update:u -n,--dry-run:n -f,--force:f --intent-to-add --verbose --no-all --refresh "
     "--ignore-errors "
     "--renormalize --chmod= -p! -i! -e!",
     0, GIT_ADD},
    {"am", "", 0, GIT_TREE},
    {"apply",
     "--check:c --stat:c --numstat:c --summary:c -R,--reverse -p= -C= -[vqz] --verbose --quiet --directory= "
     "--include= --exclude= --recount --unidiff-zero --whitespace= --ignore-whitespace --ignore-space-change "
     "--allow-empty",
     0, GIT_APPLY},
    {"bisect", "", 0, GIT_TREE},
    {"blame",
     "-[wsetflbcp] -L= -C? -M? --date= --porcelain --line-porcelain --show-name --show-number --since= "
     "--abbrev= --color-lines --root",
     0, GIT_READS},
    {"branch",
     "-[avrliqf] --all --verbose --remotes --list --show-current -d:d -D:d --delete:d -m:m -M:m --move:m -c "
     "-C:f "
     "--copy --force:f --merged? --no-merged? --contains? --no-contains? --points-at= --sort= --format= "
     "--column? --no-column "
     "--color? --no-color --abbrev= -t --track? --no-track --quiet --ignore-case -u=:u --set-upstream-to=:u "
     "--unset-upstream:u --edit-description!",
     0, GIT_BRANCH},
    {"cat-file", "-[tspe] --batch! --batch-command! --batch-check? --batch-all-objects --textconv! --filters!",
     0, GIT_READS},
    {"check-ignore", "-[qvnz] --stdin --no-index --verbose --non-matching", 0, GIT_READS},
    {"checkout",
     "-q -f,--force:f -l -b=:b -B=:B --quiet --track? --no-track -t --orphan=:b --detach --ours --theirs "
     "--guess "
     "--no-guess",
     0, GIT_SWITCH},
    {"cherry-pick",
     "-n,--no-commit -x -e,--edit --no-edit -s,--signoff --ff --allow-empty --allow-empty-message "
     "--keep-redundant-commits --abort:a",
     0, GIT_PICK},
    {"clean", "-n,--dry-run:n -f,--force:f -x:x -X:X -[dq] --quiet -e=,--exclude=", 0, GIT_CLEAN},
    {"clone",
     "-[qvnl] --depth= -b= --branch= --single-branch --no-single-branch --quiet --verbose --progress "
     "--no-checkout --bare --filter= --no-tags -o= --origin= --shallow-since=",
     0, GIT_CLONE},
    {"commit",
     "-[aqvsneS] --all -m= --message= -F=< --file=< --author= --date= --amend:a --no-edit --edit --allow-empty "
     "--allow-empty-message "
     "--quiet --verbose --signoff --no-signoff --dry-run --short --porcelain --long --fixup= --squash= -C= -c= "
     "--reuse-message= --reset-author "
     "--no-gpg-sign --only --include -i -o --status --no-status --trailer= -u? --untracked-files? -n "
     "--no-verify",
     0, GIT_PLAIN},
    {"config",
     "--get,--get-all,--get-regexp,--get-urlmatch,-l,--list:g --show-origin --show-scope --local --global "
     "--system -z --null --name-only --type= --bool --int --path --includes --default= --worktree",
     PROGRAM_NO_PERMUTE, GIT_CONFIG},
    {"count-objects", "-[vH] --verbose --human-readable", 0, GIT_READS},
    {"describe",
     "--all --tags --contains --abbrev= --candidates= --exact-match --debug --long --match= --exclude= "
     "--always --first-parent --dirty? --broken?",
     0, GIT_READS},
    {"diff", DIFF_OPTIONS, 0, GIT_READS},
    {"diff-files", DIFF_OPTIONS, 0, GIT_READS},
    {"diff-index", DIFF_OPTIONS, 0, GIT_READS},
    {"diff-tree", DIFF_OPTIONS "-r -t --root --no-commit-id -m -c --cc --pretty? --format= -v", 0, GIT_READS},
    {"fetch",
     "-[qvatnpk46] --all --quiet --verbose --tags --no-tags --prune --prune-tags --depth= --deepen= "
     "--unshallow --dry-run --jobs= -j= --progress --force:f -f:f --no-recurse-submodules --append --atomic",
     0, GIT_FETCH},
    {"filter-branch", "", 0, GIT_TREE},
    {"for-each-ref",
     "--count= --format= --sort= --points-at= --merged? --no-merged? --contains? --shell --python", 0,
     GIT_READS},
    {"format-patch", "", 0, GIT_TREE},
    {"gc", "-q --quiet --auto", 0, GIT_PLAIN},
    {"grep",
     "-[niIlLcvwhHoEFGPqzWpar] -e=:e -f=<:e -A= -B= -C= -m= --and --or --not --cached --untracked:u "
     "--no-index:u "
     "--line-number --ignore-case --files-with-matches "
     "--name-only --count --break --heading --show-function --function-context --text --word-regexp "
     "--fixed-strings --extended-regexp --perl-regexp --invert-match --max-depth= --color? --no-color --column "
     "--only-matching",
     0, GIT_READS},
    {"init", "-q,--quiet -b=,--initial-branch=", 0, GIT_INIT},
    {"log", DIFF_OPTIONS LOG_OPTIONS "-n=", 0, GIT_READS},
    {"ls-files",
     "-[cdmoisukvztf] --cached --deleted --modified --others --ignored --stage --unmerged --killed -x= -X=< "
     "--exclude= --exclude-standard --exclude-from=< --error-unmatch --full-name --abbrev? --debug --eol "
     "--directory",
     0, GIT_READS},
    {"ls-remote", "-[htq] --heads --tags --refs --quiet --exit-code --symref --sort=", 0, GIT_FETCH},
    {"ls-tree", "-[drtlz] --name-only --name-status --long --full-name --full-tree --abbrev? --format=", 0,
     GIT_READS},
    {"merge",
     "-n --no-stat --stat --squash --no-squash --commit --no-commit --edit --no-edit -e --ff --no-ff --ff-only "
     "--log? --no-log --signoff --no-signoff -m= -F=< --file=< -q,--quiet -v,--verbose --progress "
     "--no-progress "
     "--verify --no-verify --no-gpg-sign --no-autostash --abort:a --quit:c --continue:c",
     0, GIT_MERGE},
    {"merge-base", "-a --all --octopus --is-ancestor --fork-point --independent", 0, GIT_READS},
    {"mv", "-[fknv] --force --dry-run --verbose", 0, GIT_MOVE},
    {"name-rev", "--name-only --tags --refs= --always", 0, GIT_READS},
    {"pull",
     "-[qvr] --rebase? --no-rebase --ff-only --ff --no-ff --quiet --verbose --tags --prune --autostash "
     "--no-edit --depth= --all",
     0, GIT_FETCH},
    {"push",
     "-[qvnu46] --quiet --verbose --dry-run --set-upstream --tags:t --follow-tags --progress --no-progress "
     "--porcelain --atomic --no-thin --thin "
     "--force:f -f:f --force-with-lease?:f --force-if-includes --delete:d -d:d --prune:f --mirror:f --all:a "
     "--no-verify --repo=! --receive-pack=! --exec=! --recurse-submodules=! --signed? -o=",
     0, GIT_PUSH},
    {"rebase",
     "-q,--quiet -v,--verbose --stat -n,--no-stat --no-autostash --no-autosquash --no-verify --keep-empty "
     "--no-fork-point --abort:a",
     0, GIT_REBASE},
    {"reflog", DIFF_OPTIONS LOG_OPTIONS "-n=", 0, GIT_REFLOG},
    {"remote", "-v --verbose", PROGRAM_NO_PERMUTE, GIT_REMOTE},
    {"reset", "-[qN] --quiet --mixed --soft --hard:h --merge:h --keep:h --no-refresh -p!", 0, GIT_RESET},
    {"restore",
     "-q --quiet -S,--staged:s -W,--worktree:w -s=:S --source=:S --ours --theirs --ignore-unmerged --progress "
     "--no-progress",
     0, GIT_RESTORE},
    {"rev-list",
     LOG_OPTIONS "-n= --count --objects --header --use-bitmap-index --disk-usage --left-only --right-only", 0,
     GIT_READS},
    {"rev-parse",
     "--show-toplevel --git-dir --abbrev-ref? --short? --verify -q --quiet --is-inside-work-tree "
     "--is-bare-repository --show-prefix --show-cdup "
     "--absolute-git-dir --git-common-dir --symbolic-full-name --all --branches? --tags? --remotes? "
     "--is-inside-git-dir --git-path= --show-superproject-working-tree --symbolic --show-object-format? --sq "
     "--default= --revs-only --flags --no-flags --no-revs",
     0, GIT_READS},
    {"revert", "-n,--no-commit -e,--edit --no-edit -s,--signoff --abort:a", 0, GIT_PICK},
    {"rm", "-[fnrq] --force --dry-run --cached:c --quiet --ignore-unmatch", 0, GIT_REMOVE},
    {"shortlog", "-[snec] --summary --numbered --email --group= -w? " LOG_OPTIONS, 0, GIT_READS},
    {"show", DIFF_OPTIONS LOG_OPTIONS "-n=", 0, GIT_READS},
    {"show-ref", "-[hdsq] --head --dereference --hash? --verify --quiet --tags --heads --abbrev?", 0,
     GIT_READS},
    {"stash", "", 0, GIT_STASH},
    {"stash list", DIFF_OPTIONS LOG_OPTIONS "-n=", 0, GIT_READS},
    {"stash show", DIFF_OPTIONS, 0, GIT_READS},
    {"status",
     "-[sbvz] --short --branch --show-stash --porcelain? --long --verbose -u? --untracked-files? "
     "--ignore-submodules? --ignored? --column? --no-column --ahead-behind --no-ahead-behind --renames "
     "--no-renames --find-renames?",
     0, GIT_READS},
    {"submodule", "", 0, GIT_TREE},
    {"switch",
     "-q -c=:b --create=:b -C=:B --force-create=:B --orphan=:b -f,--force,--discard-changes:f --track? "
     "--no-track --detach -d --guess --no-guess --quiet",
     0, GIT_SWITCH},
    {"tag",
     "-[laisf] --list -n? -m= --message= -F=< --annotate --sort= --format= --contains? --no-contains? "
     "--merged? --no-merged? --points-at= --column? -d:d --delete:d --force:f --color?",
     0, GIT_BRANCH},
    {"version", "--build-options", 0, GIT_READS},
    {"whatchanged", DIFF_OPTIONS LOG_OPTIONS "-n=", 0, GIT_READS},
    {"worktree", "", 0, GIT_TREE},
    {"worktree list", "-[vz] --verbose --porcelain --expire=", 0, GIT_READS},
};

const size_t git_subcommand_count = sizeof git_subcommands / sizeof *git_subcommands;
