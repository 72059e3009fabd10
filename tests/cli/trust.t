# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2016,SC2119,SC2120
# Trust: a policy counts with the bytes a person accepted; what narrows bites at once, what widens waits.
. tests/cli/gate_support.sh
policy=$ws/.aex/policy.aex
cp "$policy" "$scratch/accepted.aex"
read_call="{\"file_path\":\"$ws/a.txt\"}"
fetch_call='{"url":"https://example.com/","prompt":""}'

is 'accepted' "$(decide Read "$read_call")" allow
sed -i 's/^deny network.*/deny secrets.read/' "$policy"
sed -i 's/^allow .*/allow */' "$policy"
is 'an edit that widens waits' "$(decide WebFetch "$fetch_call")" deny
has 'under the accepted rule' "$(last err)" 'deny network.*'
is 'and what was allowed still is' "$(decide Read "$read_call")" allow
shown=$(cd "$ws" && "$aex" trust --show --state-dir "$state")
has 'trust --show says what waits' "$shown" 'allows * (.aex/policy.aex:5)'
has 'and what is no longer denied' "$shown" 'no longer denies network.*'
has 'effective says it waits' "$(cd "$ws" && "$aex" effective --state-dir "$state")" 'Waiting:'
cp "$scratch/accepted.aex" "$policy"
sed -i 's/^\(policy .*\) v0/\1 v1/' "$policy"
echo 'map grab@s as file.read:args.path' >>"$policy"
is 'a map that was added waits' "$(decide mcp__s__grab '{"path":"a.txt"}')" deny
shown=$(cd "$ws" && "$aex" trust --show --state-dir "$state")
has 'trust --show says what is mapped' "$shown" 'maps grab@s as file.read:args.path'
cp "$scratch/accepted.aex" "$policy"
sed -i 's/^allow .*/allow git.*/' "$policy"
is 'an edit that narrows bites at once' "$(decide Read "$read_call")" deny
echo 'nonsense' >>"$policy"
is 'an edit that breaks it refuses' "$(decide Read "$read_call")" deny
has 'with the place' "$(last err)" '.aex/policy.aex:'
rm "$policy"
is 'deleted, the accepted one is in force' "$(decide Read "$read_call")" allow
is 'and still denies' "$(decide WebFetch "$fetch_call")" deny
is 'whatever --allow-no-policy says' "$(decide WebFetch "$fetch_call" --allow-no-policy)" deny
printf 'policy other v0\n\ngoal "x"\n\nallow *\n' >"$ws/aex.policy.aex"
is 'another place is another policy' "$(decide WebFetch "$fetch_call")" deny
rm "$ws/aex.policy.aex"
mkdir "$scratch/elsewhere" && printf 'policy open v0\n\ngoal "x"\n\nallow *\n' >"$scratch/elsewhere/policy.aex"
rm -r "$ws/.aex" && ln -s "$scratch/elsewhere" "$ws/.aex"
is 'a linked policy folder is not what was accepted' "$(decide WebFetch "$fetch_call")" deny
rm "$ws/.aex" && mkdir "$ws/.aex" && cp "$scratch/accepted.aex" "$policy"

# The user's own layer, in a home of the test's.
home=$scratch/person
mkdir -p "$home/.config/aex"
printf 'policy mine v0\n\ngoal "x"\n\nallow file.read, git.*\ndeny git.push\n' >"$home/.config/aex/policy.aex"
shown=$(cd "$ws" && AEX_HOME="$home" "$build/tests/support/aex-faulty" effective --state-dir "$state")
has 'effective names the layer of the user' "$shown" "User:     $home/.config/aex/policy.aex"
has 'and shows its rules apart' "$shown" "  user      $home/.config/aex/policy.aex
    allow    file.read
    allow    git.*
    deny     git.push"
has 'before those of the workspace' "${shown#*  user  }" '  workspace .aex/policy.aex'
lacks 'what it does not allow is left out of what they come to' "${shown%%Layers*}" 'file.write
  tests.run'

(cd "$ws" && "$aex" trust --revoke --state-dir "$state") >/dev/null
is 'revoked, every call is refused' "$(decide Read "$read_call")" deny
has 'with the command that accepts it' "$(last err)" '`aex trust`'
ok 'without a terminal nothing is accepted' sh -c "cd '$ws' && ! '$aex' trust --state-dir '$state' </dev/null"
ok 'nor by an agent' sh -c "cd '$ws' && ! CLAUDECODE=1 '$aex' trust --yes --state-dir '$state'"
is 'so it still counts for nothing' "$(decide Read "$read_call")" deny
script -qec "cd '$ws' && '$aex' trust --state-dir '$state'" /dev/null <<ANSWER >"$scratch/typed"
y
ANSWER
has 'a person at a terminal is shown it' "$(cat "$scratch/typed")" 'allow file.read'
is 'and accepts it' "$(decide Read "$read_call")" allow

# The policy of a revision, as continuous integration names its base.
rm -rf "$ws/.git" "$ws/notes.md"
git -C "$ws" init -q && git -C "$ws" add .aex && git -C "$ws" -c user.name=t -c user.email=t@example.com commit -qm base
sed -i 's/^deny network.*/deny secrets.read/; s/^allow .*/allow */' "$policy"
(cd "$ws" && "$aex" trust --yes --policy-ref HEAD --state-dir "$state") >/dev/null
is 'the base is in force' "$(decide WebFetch "$fetch_call")" deny
for store in "$state"/trust/*.aex; do echo x >"$store"; done
is 'a damaged store refuses' "$(decide Read "$read_call")" deny
accept
is 'and aex trust mends it' "$(decide WebFetch "$fetch_call")" allow
cp "$scratch/accepted.aex" "$policy"
accept

# A nested policy narrows where it stands, and nowhere else.
mkdir -p "$ws/sub/.aex" "$ws/sub/deep"
printf 'policy sub v0\n\ngoal "x"\n\nallow file.read\ndeny file.write\n' >"$ws/sub/.aex/policy.aex"
is 'writing below a nested deny' "$(decide Write "{\"file_path\":\"$ws/sub/deep/x\",\"content\":\"\"}")" deny
has 'names the nested rule' "$(last err)" 'sub/.aex/policy.aex:6'
is 'beside it' "$(decide Write "{\"file_path\":\"$ws/src/x\",\"content\":\"\"}")" allow
is 'reading below it' "$(decide Read "{\"file_path\":\"$ws/sub/deep/x\"}")" allow
ws_cwd=$ws/sub
is 'a command in it' "$(decide Bash '{"command":"touch x"}')" deny
ws_cwd=$ws
is 'a command beside it' "$(decide Bash '{"command":"touch src/x"}')" allow
is 'a command that goes there' "$(decide Bash '{"command":"cd sub && touch x"}')" deny
echo 'nonsense' >"$ws/sub/.aex/policy.aex"
is 'a broken nested policy refuses' "$(decide Read "{\"file_path\":\"$ws/sub/deep/x\"}")" deny
rm -r "$ws/sub/.aex"

# A contract narrows.
session=contract
printf 'task t v0\n\ngoal "x"\n\nuse file.read\n\nbudget calls=2\n\nreturn x\n' >"$ws/t.aex"
is 'within the contract' "$(decide Read "$read_call" --contract t.aex)" allow
is 'outside it' "$(decide Write "{\"file_path\":\"$ws/src/x\",\"content\":\"\"}" --contract t.aex)" deny
is 'the contract itself is part of the boundary' "$(decide Edit "{\"file_path\":\"$ws/t.aex\",\"old_string\":\"a\",\"new_string\":\"b\"}" --contract t.aex)" deny
done_testing
