/* SPDX-License-Identifier: Apache-2.0 */
/* Coreutils and their like: programs that work on files and folders. */
#include "shell/programs.h"

#define SAFE PROGRAM_SAFE_OPTIONS

static const struct shell_program rows[] = {
    {"arch", OPERANDS_IGNORE, 0, "", NULL, NULL},
    {"b2sum", OPERANDS_READ, 0, "-b,--binary -l,--length= -t,--text --tag -z,--zero", NULL, NULL},
    {"base32", OPERANDS_READ, SAFE, "-d,--decode -i,--ignore-garbage -w,--wrap=", NULL, NULL},
    {"base64", OPERANDS_READ, SAFE, "-d,--decode -D -i,--ignore-garbage -w,--wrap=", NULL, NULL},
    {"basename", OPERANDS_IGNORE, SAFE, "-a,--multiple -s,--suffix= -z,--zero", NULL, NULL},
    {"cal", OPERANDS_IGNORE, 0, "-[13jmsy]", NULL, NULL},
    {"cat", OPERANDS_READ, SAFE,
     "-[AbeEnstTuv] --show-all --number-nonblank --show-ends --number --squeeze-blank --show-tabs "
     "--show-nonprinting --help --version",
     NULL, NULL},
    {"chgrp", OPERANDS_WRITE_AFTER_FIRST, 0, "-[cfhv] -R,--recursive:R", NULL, NULL},
    {"chmod", OPERANDS_WRITE_AFTER_FIRST, 0, "-c,--changes -f,--silent,--quiet -v,--verbose -R,--recursive:R",
     NULL, model_chmod},
    {"chown", OPERANDS_WRITE_AFTER_FIRST, 0, "-[cfhv] -R,--recursive:R", NULL, NULL},
    {"cksum", OPERANDS_READ, SAFE, "", NULL, NULL},
    {"clear", OPERANDS_IGNORE, 0, "-x", NULL, NULL},
    {"cmp", OPERANDS_READ, SAFE,
     "-b,--print-bytes -i,--ignore-initial= -l,--verbose -n,--bytes= -s,--quiet,--silent", NULL, NULL},
    {"cp", 0, 0,
     "-a,--archive:L -b --backup?:b -d:L -f,--force -i,--interactive -n,--no-clobber -P,--no-dereference:L -p "
     "--preserve? -L,--dereference:F -H -[rR]:L --recursive:L -t,--target-directory=:t "
     "-T,--no-target-directory:T -u,--update -v,--verbose -x,--one-file-system -l,--link:L "
     "-s,--symbolic-link:L "
     "--parents:P --remove-destination --sparse= --reflink? -S,--suffix=:b",
     NULL, model_cp},
    {"date", 0, 0,
     "-d,--date= -f,--file=< -I,--iso-8601? -R,--rfc-email --rfc-3339= -r,--reference=< -u,--utc,--universal",
     NULL, model_date},
    {"dd", 0, 0, "", NULL, model_dd},
    {"df", OPERANDS_READ, SAFE, "-[aBhHiklPTxv]", NULL, NULL},
    {"dir", OPERANDS_READ_HERE, SAFE, "", NULL, NULL},
    {"dirname", OPERANDS_IGNORE, SAFE, "-z,--zero", NULL, NULL},
    {"du", OPERANDS_READ_HERE, 0,
     "-[0abcDhHklLmPsSx] -d,--max-depth= -t,--threshold= --exclude= --all --apparent-size --bytes --total "
     "--human-readable --summarize --si --time?",
     NULL, NULL},
    {"expr", OPERANDS_IGNORE, 0, "", NULL, model_ignore},
    {"factor", OPERANDS_IGNORE, 0, "", NULL, NULL},
    {"file", OPERANDS_READ, 0,
     "-[bhikLnNprsv0] --brief --mime --mime-type --mime-encoding --dereference --keep-going -F,--separator=",
     NULL, NULL},
    {"fold", OPERANDS_READ, SAFE, "-b,--bytes -s,--spaces -w,--width=", NULL, NULL},
    {"free", OPERANDS_IGNORE, 0, "-[bkmghltw]", NULL, NULL},
    {"getconf", OPERANDS_IGNORE, 0, "-a", NULL, NULL},
    {"groups", OPERANDS_IGNORE, 0, "", NULL, NULL},
    {"head", OPERANDS_READ, SAFE,
     "-n,--lines= -c,--bytes= -q,--quiet,--silent -v,--verbose -z,--zero-terminated -#?", NULL, NULL},
    {"hexdump", OPERANDS_READ, 0, "-[bcCdovx] -n,--length= -s,--skip= -e,--format=", NULL, NULL},
    {"hostname", OPERANDS_REFUSE, 0, "-[sfiIdA]", NULL, NULL},
    {"id", OPERANDS_IGNORE, 0, "-[agGnruz]", NULL, NULL},
    {"install", 0, 0, "", NULL, model_opaque},
    {"link", 0, 0, "", NULL, model_ln},
    {"ln", 0, 0,
     "-s,--symbolic:s -f,--force -n,--no-dereference -r,--relative -v,--verbose -t,--target-directory=:t "
     "-T,--no-target-directory:T -i,--interactive -L,--logical -P,--physical",
     NULL, model_ln},
    {"logname", OPERANDS_IGNORE, 0, "", NULL, NULL},
    {"ls", OPERANDS_READ_HERE, SAFE,
     "-[aAbBcCdfFgGhHiklLmnNopqQrRsStuUvxXZ1] --all --almost-all --author --escape --block-size= "
     "--ignore-backups "
     "--color? --directory --classify? --format= --full-time --group-directories-first --no-group "
     "--human-readable --si --hide= --hyperlink? --indicator-style= -I,--ignore= --inode --kibibytes "
     "--dereference "
     "--numeric-uid-gid --literal --quote-name --quoting-style= --reverse --recursive --size --sort= --time= "
     "--time-style= -T,--tabsize= -w,--width= --context --zero --help --version",
     NULL, NULL},
    {"lsblk", OPERANDS_READ, 0, "-[abdDfilmno]", NULL, NULL},
    {"lscpu", OPERANDS_IGNORE, 0, "-[aJ]", NULL, NULL},
    {"md5sum", OPERANDS_READ, 0, "-b,--binary -t,--text --tag -z,--zero", NULL, NULL},
    {"mkdir", OPERANDS_WRITE, 0, "-p,--parents -v,--verbose -m,--mode=", NULL, NULL},
    {"mkfifo", OPERANDS_WRITE, 0, "-m,--mode=", NULL, NULL},
    {"mktemp", 0, 0, "", NULL, model_opaque},
    {"mv", 0, 0,
     "-b --backup?:b -f,--force -i,--interactive -n,--no-clobber -u,--update -v,--verbose "
     "-t,--target-directory=:t -T,--no-target-directory:T -S,--suffix=:b",
     NULL, model_mv},
    {"nm", 0, 0, "-[aACDgnprSuv] --defined-only --undefined-only --dynamic --extern-only --demangle?", NULL,
     model_strings},
    {"nproc", OPERANDS_IGNORE, 0, "--all --ignore=", NULL, NULL},
    {"numfmt", OPERANDS_IGNORE, 0, "--to= --from= --suffix= --format= -d,--delimiter= --field= --header?", NULL,
     NULL},
    {"od", OPERANDS_READ, SAFE,
     "-A,--address-radix= -j,--skip-bytes= -N,--read-bytes= -t,--format= -v -w? -[abcdfilosx]", NULL, NULL},
    {"pathchk", OPERANDS_IGNORE, 0, "-[pP]", NULL, NULL},
    {"pgrep", OPERANDS_IGNORE, 0, "-[aflnovx] -u= -P= -t= -d=", NULL, NULL},
    {"printenv", OPERANDS_IGNORE, 0, "", NULL, model_opaque},
    {"ps", OPERANDS_IGNORE, 0, "", NULL, model_ps},
    {"readlink", OPERANDS_READ, SAFE,
     "-[efmnqsvz] --canonicalize --canonicalize-existing --canonicalize-missing", NULL, NULL},
    {"realpath", OPERANDS_READ, SAFE, "-[ePLmqsz] --relative-to= --relative-base=", NULL, NULL},
    {"rm", OPERANDS_DELETE, 0,
     "-[rR]:R --recursive:R -d,--dir -f,--force -i -I --interactive? -v,--verbose --one-file-system "
     "--preserve-root?",
     NULL, NULL},
    {"rmdir", OPERANDS_DELETE, 0, "-p,--parents:p -v,--verbose --ignore-fail-on-non-empty", NULL, model_rmdir},
    {"seq", OPERANDS_IGNORE, 0, "", NULL, model_ignore},
    {"sha1sum", OPERANDS_READ, 0, "-b,--binary -t,--text --tag -z,--zero", NULL, NULL},
    {"sha256sum", OPERANDS_READ, 0, "-b,--binary -t,--text --tag -z,--zero", NULL, NULL},
    {"sha512sum", OPERANDS_READ, 0, "-b,--binary -t,--text --tag -z,--zero", NULL, NULL},
    {"shred", OPERANDS_WRITE, 0, "", NULL, model_opaque},
    {"sleep", OPERANDS_IGNORE, 0, "", NULL, model_ignore},
    {"stat", OPERANDS_READ, SAFE, "-L,--dereference -f,--file-system -c,--format= --printf= -t,--terse", NULL,
     NULL},
    {"strings", 0, 0, "-a,--all -n,--bytes= -t,--radix= -f,--print-file-name -e,--encoding= -#?", NULL,
     model_strings},
    {"stty", OPERANDS_IGNORE, 0, "-[ag]", NULL, NULL},
    {"sync", OPERANDS_IGNORE, 0, "", NULL, NULL},
    {"tac", OPERANDS_READ, SAFE, "-b,--before -r,--regex -s,--separator=", NULL, NULL},
    {"tail", OPERANDS_READ, SAFE,
     "-n,--lines= -c,--bytes= -f -F --follow? -q,--quiet,--silent -v,--verbose -s,--sleep-interval= --pid= "
     "--retry -#?",
     NULL, NULL},
    {"tee", OPERANDS_WRITE, 0, "-a,--append -i,--ignore-interrupts -p --output-error?", NULL, NULL},
    {"touch", OPERANDS_WRITE, 0, "-[acfhm] -d,--date= -r,--reference=< -t= --no-create --time=", NULL, NULL},
    {"tput", OPERANDS_IGNORE, 0, "", NULL, NULL},
    {"tree", OPERANDS_READ_HERE, 0,
     "-[adfilxsphugDFqNQrtcUXJnCAS] -L= -P= -I= --prune --dirsfirst --gitignore --noreport --filelimit= "
     "--charset= "
     "-o=>",
     NULL, NULL},
    {"truncate", OPERANDS_WRITE, 0, "-c,--no-create -s,--size= -r,--reference=<", NULL, NULL},
    {"tty", OPERANDS_IGNORE, 0, "-s", NULL, NULL},
    {"uname", OPERANDS_IGNORE, 0, "-[asnrvmpio]", NULL, NULL},
    {"unlink", OPERANDS_DELETE, 0, "", NULL, NULL},
    {"uptime", OPERANDS_IGNORE, 0, "-[ps]", NULL, NULL},
    {"vdir", OPERANDS_READ_HERE, SAFE, "", NULL, NULL},
    {"which", OPERANDS_IGNORE, 0, "-a", NULL, NULL},
    {"who", OPERANDS_READ, 0, "-[abdHlmqrstTu]", NULL, NULL},
    {"whoami", OPERANDS_IGNORE, 0, "", NULL, NULL},
    {"xxd", OPERANDS_REFUSE, 0, "-[abCeEhipu] -c= -g= -l= -s=", NULL, model_xxd},
    {"yes", OPERANDS_IGNORE, 0, "", NULL, model_ignore},
};

const struct program_table shell_files = {rows, sizeof rows / sizeof *rows};
