# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2016,SC2102,SC2119,SC2120
# Attacks on what a person accepted: through files that a policy leans on, links, and the terminal it is shown on.
. tests/cli/gate_support.sh

# A JSON policy is accepted with all that it extends.
mkdir "$ws/shared"
echo '{"extends": "shared/base.json", "deny": ["network.*"]}' >"$ws/p.json"
echo '{"extends": {"extends": "deep.json"}, "allow": ["file.write"]}' >"$ws/shared/base.json"
echo '{"allow": ["file.read:src/**"]}' >"$ws/shared/deep.json"
accept p.json
has 'a person sees the base' "$(last accepted)" "It extends $ws/shared/base.json, which says:"
has 'and the base of the base' "$(last accepted)" '{"allow": ["file.read:src/**"]}'
is 'what the base allows' "$(decide Read "{\"file_path\":\"$ws/src/a\"}" --policy p.json)" allow
is 'what it does not' "$(decide Read "{\"file_path\":\"$ws/docs/a\"}" --policy p.json)" deny
is 'writing a base' "$(decide Write "{\"file_path\":\"$ws/shared/base.json\",\"content\":\"\"}" --policy p.json)" deny
is 'writing the base of a base' "$(decide Write "{\"file_path\":\"$ws/shared/deep.json\",\"content\":\"\"}" --policy p.json)" deny
is 'as a contract too' "$(decide Write "{\"file_path\":\"$ws/shared/deep.json\",\"content\":\"\"}" --contract p.json)" deny
echo '{"allow": ["*"]}' >"$ws/shared/deep.json"
is 'a base that was widened waits' "$(decide Read "{\"file_path\":\"$ws/docs/a\"}" --policy p.json)" deny
echo '{"deny": ["file.read:src/secret/**"], "allow": ["file.read:src/**"]}' >"$ws/shared/deep.json"
is 'one that was narrowed holds' "$(decide Read "{\"file_path\":\"$ws/src/secret/a\"}" --policy p.json)" deny
is 'and leaves the rest' "$(decide Read "{\"file_path\":\"$ws/src/a\"}" --policy p.json)" allow
rm "$ws/shared/deep.json"
is 'one that is gone' "$(decide Read "{\"file_path\":\"$ws/src/a\"}" --policy p.json)" deny
echo '{"extends": "../p.json"}' >"$ws/shared/deep.json"
is 'one that extends in a circle' "$(decide Read "{\"file_path\":\"$ws/src/a\"}" --policy p.json)" deny
has 'is refused as such' "$(last err)" 'more than 8 levels deep, or itself'
printf '{"allow": ["*"]}\0/x\0{}' >"$ws/nul.json"
"$aex" trust --yes --state-dir "$state" --root "$ws" --policy "$ws/nul.json" >/dev/null 2>"$scratch/err"
is 'a policy with a NUL is not accepted' $? 2
has 'and says so' "$(last err)" 'holds a NUL'

# What is named with --policy is the operator's own only where the workspace has no say in where it leads.
mkdir "$scratch/elsewhere"
printf 'policy open v0\n\ngoal "x"\n\nallow *\n' >"$scratch/elsewhere/open.aex"
ln -s "$scratch/elsewhere" "$ws/conf"
is 'a policy behind a link out of the workspace' "$(decide WebFetch '{"url":"https://example.com/","prompt":""}' --policy conf/open.aex)" deny
is 'the same by its own name' "$(decide WebFetch '{"url":"https://example.com/","prompt":""}' --policy "$scratch/elsewhere/open.aex")" allow

# A link to the policy that is cut does not make the workspace one without a policy.
mkdir "$scratch/linked" "$scratch/linked/.git" && mv "$ws/.aex" "$scratch/moved" && ln -s "$scratch/moved" "$scratch/linked/.aex"
"$aex" trust --yes --state-dir "$state" --root "$scratch/linked" >/dev/null 2>&1
hook_input WebFetch '{"url":"https://example.com/","prompt":""}' >"$scratch/input"
rm "$scratch/linked/.aex"
run_gate --root "$scratch/linked" --allow-no-policy <"$scratch/input"
is 'a policy whose link was cut' "$(verdict)" deny
mv "$scratch/moved" "$ws/.aex"

# What a person is shown is what there is.
printf 'policy p v0\n\ngoal "x"\n\nallow *\n# \033[1A\033[2Kallow file.read\n' >"$ws/.aex/policy.aex"
"$aex" trust --yes --state-dir "$scratch/other-state" --root "$ws" >"$scratch/shown" 2>&1
has 'escape sequences are spelled out' "$(last shown)" '# \x1b[1A\x1b[2Kallow file.read'
done_testing
