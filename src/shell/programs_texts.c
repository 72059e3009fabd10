/* SPDX-License-Identifier: Apache-2.0 */
/* Searching, filtering, comparing and packing: grep, sed, awk, sort, diff, jq, tar and their like. */
#include "shell/programs.h"

#define SAFE PROGRAM_SAFE_OPTIONS
#define READING PROGRAM_READING_OPTIONS

#define GREP_OPTIONS                                                                                           \
    "-[EFGPivwxcLlqsbHhnoTUzyaI] -r,--recursive:R -R,--dereference-recursive:F -e=:e --regexp=:e -f=<:e "      \
    "--file=<:e -m,--max-count= -A,--after-context= -B,--before-context= -C,--context= -#? "                   \
    "--color?,--colour? --include=:I --exclude=:X --exclude-dir= --exclude-from=<:X --label= "                 \
    "-d,--directories=:d "                                                                                     \
    "-D= "                                                                                                     \
    "--extended-regexp --fixed-strings --basic-regexp --perl-regexp --ignore-case --no-ignore-case "           \
    "--invert-match --word-regexp --line-regexp --count --files-without-match --files-with-matches "           \
    "--only-matching --quiet --silent --no-messages --byte-offset --with-filename --no-filename "              \
    "--line-number --initial-tab --null --text --binary-files= --line-buffered --null-data --help --version "  \
    "-V"

#define GZIP_OPTIONS                                                                                           \
    "-c,--stdout,--to-stdout:c -k,--keep -t,--test:c -l,--list:c -f,--force -v,--verbose -q,--quiet "          \
    "-n,--no-name "                                                                                            \
    "-r:R "

static const struct shell_program rows[] = {
    {"awk", 0, PROGRAM_NO_PERMUTE, "-F,--field-separator= -v,--assign=", NULL, model_awk},
    {"column", OPERANDS_READ, SAFE, "-[etxnL] -s,--separator= -o,--output-separator= -c,--output-width=", NULL,
     NULL},
    {"comm", OPERANDS_READ, SAFE, "-[123z] --check-order --nocheck-order --output-delimiter= --total", NULL,
     NULL},
    {"cut", OPERANDS_READ, SAFE,
     "-b,--bytes= -c,--characters= -d,--delimiter= -f,--fields= -n --complement -s,--only-delimited "
     "--output-delimiter= -z,--zero-terminated",
     NULL, NULL},
    {"diff", 0, 0,
     "-[aBbcdEeiNnpqstTuwyZ] -r,--recursive -u -U= --unified? -C= --context? --color? -I= "
     "-L,--label= -W,--width= -x,--exclude= -X,--exclude-from=< --brief --ignore-all-space "
     "--ignore-blank-lines "
     "--ignore-space-change --ignore-case --minimal --new-file --report-identical-files --side-by-side "
     "--suppress-common-lines --text --strip-trailing-cr",
     NULL, model_diff},
    {"egrep", 0, READING, GREP_OPTIONS, NULL, model_grep},
    {"expand", OPERANDS_READ, SAFE, "-i,--initial -t,--tabs=", NULL, NULL},
    {"fgrep", 0, READING, GREP_OPTIONS, NULL, model_grep},
    {"fmt", OPERANDS_READ, SAFE, "-[csu] -w,--width= -p,--prefix= -g,--goal=", NULL, NULL},
    {"gawk", 0, PROGRAM_NO_PERMUTE, "-F,--field-separator= -v,--assign=", NULL, model_awk},
    {"grep", 0, READING, GREP_OPTIONS, NULL, model_grep},
    {"gunzip", 0, 0, GZIP_OPTIONS, NULL, model_archive},
    {"gzip", 0, 0, GZIP_OPTIONS "-d,--decompress,--uncompress:d -# --fast --best", NULL, model_archive},
    {"iconv", OPERANDS_READ, 0, "-f,--from-code= -t,--to-code= -c -s -l,--list -o,--output=>", NULL, NULL},
    {"join", OPERANDS_READ, SAFE, "-[iz] -a= -e= -j= -o= -t= -v= -1= -2= --header", NULL, NULL},
    {"jq", 0, PROGRAM_EXACT_LONG,
     "-[rcnsSeMCjaR] --raw-output --compact-output --null-input --slurp --sort-keys --exit-status "
     "--monochrome-output --color-output --join-output --ascii-output --raw-input --tab --indent= --stream "
     "--seq",
     NULL, model_jq},
    {"look", 0, 0, "", NULL, model_opaque},
    {"mawk", 0, PROGRAM_NO_PERMUTE, "-F= -v=", NULL, model_awk},
    {"nl", OPERANDS_READ, SAFE, "-b= -f= -h= -i= -l= -n= -p -s= -v= -w=", NULL, NULL},
    {"paste", OPERANDS_READ, SAFE, "-d,--delimiters= -s,--serial -z,--zero-terminated", NULL, NULL},
    {"pr", OPERANDS_READ, 0, "-[abcdfFmrtTJ] -l= -w= -h= -#", NULL, NULL},
    {"rev", OPERANDS_READ, SAFE, "", NULL, NULL},
    {"rg", 0, PROGRAM_EXACT_LONG,
     "-[inlcvwxoNHUPpasSqFbI0u.] -L,--follow:F --hidden:h --no-ignore -e=:e --regexp=:e -f=<:e --file=<:e "
     "-g,--glob=:g "
     "--iglob=:i "
     "-t,--type=:t -T,--type-not= -A,--after-context= -B,--before-context= -C,--context= -m,--max-count= "
     "--max-depth= -d= -j,--threads= -M,--max-columns= --color= --colors= --sort= --sortr= --heading "
     "--no-heading "
     "--line-number --no-line-number --ignore-case --smart-case --case-sensitive --files-with-matches "
     "--files-without-match --count --count-matches --invert-match --word-regexp --only-matching --multiline "
     "--multiline-dotall --pcre2 --pretty --text --fixed-strings --with-filename --no-filename --files:l "
     "--json "
     "--stats --vimgrep --column --trim --type-list:l --no-messages --quiet --null --no-config "
     "-r,--replace= --passthru --crlf --engine= --encoding= -E= --version:l --help:l --unrestricted",
     NULL, model_rg},
    {"sdiff", 0, 0, "", NULL, model_opaque},
    {"sed", 0, 0,
     "-n,--quiet,--silent -e,--expression=:e -f,--file=! -E,-r,--regexp-extended -i?:i --in-place?:i "
     "-l,--line-length= -s,--separate -u,--unbuffered -z,--null-data --posix --debug --sandbox "
     "--follow-symlinks",
     NULL, model_sed},
    {"shuf", 0, 0, "-e,--echo:w -i,--input-range= -n,--head-count= -o,--output=> -r,--repeat -z", NULL,
     model_shuf},
    {"sort", OPERANDS_READ, 0,
     "-[bcCdfghiMmnrRsuVz] -k,--key= -t,--field-separator= -o,--output=> -S,--buffer-size= --parallel= --sort= "
     "--batch-size= --check? --ignore-leading-blanks --dictionary-order --ignore-case --general-numeric-sort "
     "--human-numeric-sort --ignore-nonprinting --month-sort --numeric-sort --random-sort --reverse --merge "
     "--stable --unique --version-sort --zero-terminated --debug --random-source=< --compress-program=! "
     "--files0-from=! -T,--temporary-directory=!",
     NULL, NULL},
    {"split", 0, 0, "", NULL, model_opaque},
    {"tar", 0, 0, "", NULL, model_tar},
    {"tr", OPERANDS_IGNORE, SAFE, "-[cCdst] --complement --delete --squeeze-repeats --truncate-set1", NULL,
     NULL},
    {"unexpand", OPERANDS_READ, SAFE, "-a,--all --first-only -t,--tabs=", NULL, NULL},
    {"uniq", 0, 0,
     "-[cdDiuz] -f,--skip-fields= -s,--skip-chars= -w,--check-chars= --count --repeated --ignore-case --unique "
     "--all-repeated? --group? --zero-terminated",
     NULL, model_uniq},
    {"unzip", 0, 0, "-[lvtzZ]:l -[qonjCLa] -d=:d -x=", NULL, model_archive},
    {"wc", OPERANDS_READ, READING, "-[cmlLw] --bytes --chars --lines --max-line-length --words --total=", NULL,
     NULL},
    {"zcat", 0, 0, "-f", NULL, model_zcat},
    {"zip", 0, 0, "", NULL, model_opaque},
};

const struct program_table shell_texts = {rows, sizeof rows / sizeof *rows};
