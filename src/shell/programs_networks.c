/* SPDX-License-Identifier: Apache-2.0 */
/* Programs that talk to other hosts. */
#include "shell/programs.h"

static const struct shell_program rows[] = {
    {"curl", 0, PROGRAM_EXACT_LONG,
     "-[fgiIkLsSvNGj#46lMaBqRZ] --fail --fail-with-body --globoff --include --head:n --insecure --location "
     "--silent "
     "--show-error --verbose --no-buffer --get --compressed --http1.1 --http2 --ipv4 --ipv6 "
     "--no-progress-meter "
     "--progress-bar --remote-name:O -O:O --remote-name-all:O -o=:o --output=:o --output-dir=:D -H=:@ "
     "--header=:@ "
     "-d=:@ --data=:@ --data-ascii=:@ --data-binary=:@ --data-urlencode=:u --json=:@ --data-raw= -F=:f "
     "--form=:f "
     "--form-string= -T=<:T --upload-file=<:T -X= --request= -A= --user-agent= -e= --referer= -u= --user= -m= "
     "--max-time= --connect-timeout= --retry= --retry-delay= --retry-max-time= -w=:w --write-out=:w -r= "
     "--range= "
     "-b=:b --cookie=:b -c=> --cookie-jar=> -D=> --dump-header=> --cacert=< -E=< --cert=< --key=< --url=:U "
     "--max-redirs= "
     "--retry-all-errors --retry-connrefused --create-dirs --version:V -V:V --url-query=:u --limit-rate= "
     "--oauth2-bearer=",
     NULL, model_curl},
    {"dig", 0, 0, "", NULL, model_opaque},
    {"ftp", 0, 0, "", NULL, model_opaque},
    {"host", OPERANDS_REFUSE, 0, "", NULL, model_host},
    {"http", 0, 0, "", NULL, model_opaque},
    {"lftp", 0, 0, "", NULL, model_opaque},
    {"nc", 0, 0, "-[46nruvz] -w=", NULL, model_host_port},
    {"ncat", 0, 0, "", NULL, model_opaque},
    {"netcat", 0, 0, "-[46nruvz] -w=", NULL, model_host_port},
    {"nslookup", 0, 0, "", NULL, model_host},
    {"ping", 0, 0, "-[46bnqv] -c= -i= -s= -t= -w= -W=", NULL, model_host},
    {"rsync", 0, PROGRAM_EXACT_LONG,
     "-[aAcEghHlmnopqrtuvWxXzP] -R,--relative:P -[kL]:F --archive --verbose --compress --delete:d --dry-run "
     "--exclude= "
     "--include= "
     "--progress --stats --recursive --human-readable --checksum --update --times --perms --partial "
     "--itemize-changes",
     NULL, model_copy_remote},
    {"scp", 0, 0, "-[346BCpqTv] -r:F -P=:p -l= -i=<", NULL, model_copy_remote},
    {"sftp", 0, 0, "", NULL, model_opaque},
    {"socat", 0, 0, "", NULL, model_opaque},
    {"ssh", 0, PROGRAM_NO_PERMUTE, "-[46AaCfGgKkMNnqsTtVvXxYy] -p=:p -l= -i=<", NULL, model_ssh},
    {"telnet", 0, 0, "", NULL, model_host_port},
    {"wget", 0, 0,
     "-[qvcNdnS46] -nv --quiet --verbose --no-verbose --continue --timestamping -O=:O "
     "--output-document=:O "
     "-P=:P --directory-prefix=:P --no-check-certificate --header= -U= --user-agent= -T= --timeout= -t= "
     "--tries= "
     "--post-data= --spider:s --show-progress --no-clobber --content-disposition -S --server-response "
     "--method=",
     NULL, model_wget},
};

const struct program_table shell_networks = {rows, sizeof rows / sizeof *rows};
