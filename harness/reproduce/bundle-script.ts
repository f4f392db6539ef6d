// SPDX-License-Identifier: MIT
// reproduce.sh of a bundle: boots the probe again and compares, with nothing but QEMU and a POSIX shell.
import { visible } from '../outcome/visible.ts';
import { shellWord } from '../process/shell-word.ts';
import { KERNEL_WARNING } from '../run/turn.ts';
import { FIRST_REGISTER, VARYING, VARYING_RECORDS } from './differences.ts';
import type { RecordedResult } from './recorded.ts';
import { lastingParts, warningsIn } from './warnings.ts';

export interface ScriptFacts {
  /** The emulator's command, paths relative to the bundle, the program without a folder. */
  readonly command: readonly string[];
  /** Debian's package of the emulator. */
  readonly package: string;
  readonly version: string;
  readonly recorded: RecordedResult;
  /** Folder in guest/arch/ whose sources are in the bundle; undefined: they are not. */
  readonly withSources: string | undefined;
}

/** Seconds beyond the probe's own limit for the boot; a guest that takes longer is ended. */
const BOOT_SECONDS = 120;

/** One line of text in a shell's single quotes. */
const quoted = (text: string): string => `'${visible(text).replace(/\n/g, ' ').replaceAll("'", "'\\''")}'`;

/** sed's commands that leave out what differs from boot to boot (differences.ts). */
function forgetting(): string {
  const commands = [
    // The harness made it of the console, where the script looks for it (warningCalls).
    ...[...VARYING_RECORDS, KERNEL_WARNING].map((what) => `/"what":"${what}"/d`),
    // A whole array, or what is none: sed without extensions has no "or".
    ...VARYING.flatMap((name) =>
      [String.raw`\[[^]]*]`, '[^][,}]*'].map((value) => `s/"${name}":${value}/"${name}":"*"/g`),
    ),
    `s/"${FIRST_REGISTER}":"0x.*/"${FIRST_REGISTER}" and the general registers/`,
  ];
  return commands.map((command) => `  -e '${command}'`).join(' \\\n');
}

/**
 * A warning that was not recorded is not looked for: a kernel that had warned in an earlier clause was silent, and a
 * fresh one is not.
 */
const WARNED = `
# What the kernel warned of stands on its console alone: the same kind and place has to be there again.
warned() { # LINE PATTERN
  if LC_ALL=C grep -q -e "$2" "$seen/console"; then
    printf 'the kernel warned, and does again: %s\\n' "$1"
  else
    printf 'the kernel warned, and does not now: %s\\n' "$1"
    differ=1
  fi
}
`;

/** A regular expression of grep for what is said as it stands, and is there on any machine. */
const literally = (text: string): string => text.replace(/[.[\\*^$]/g, '\\$&').replace(/[^ -~]+/g, '.*');

/** The shell's calls that look for the warnings that were recorded: their kinds and places (warnings.ts). */
function warningCalls({ evidence }: RecordedResult): string {
  return [...warningsIn(evidence.observations).values()]
    .map((line) => `warned ${quoted(line)} ${shellWord(lastingParts(line).map(literally).join('.*'))}\n`)
    .join('');
}

export function reproduceScript(facts: ScriptFacts): string {
  const warnings = warningCalls(facts.recorded);
  const { clause, cell, result } = facts.recorded;
  const seconds = clause.limitSeconds + BOOT_SECONDS;
  const command = facts.command.map(shellWord).join(' \\\n  ');
  const where = `${cell.arch}, Linux ${cell.kernel.version} (${cell.kernel.selector}), ${cell.emulator.version}`;
  const build = facts.withSources
    ? `# The probe's source is in guest/probes/; make -C guest ARCH=${facts.withSources} CC=COMPILER builds it.\n`
    : '';
  return `#!/bin/sh
# Boots the guest with one probe and compares what it records with what was recorded in a run of trapline.
# Exit: 0 the same · 1 another · 3 it could not be tried.
${build}cd "$(dirname "$0")" || exit 3

echo 'clause    ' ${quoted(`${clause.id} ${clause.title} (${result.trigger}, ${result.mechanism})`)}
echo 'on        ' ${quoted(where)}
echo 'verdict   ' ${quoted(result.reason === '' ? result.verdict : `${result.verdict}: ${result.reason}`)}

command -v ${facts.command[0]} >/dev/null 2>&1 || {
  echo '${facts.command[0]} is not installed: on Debian, apt-get install ${facts.package}' >&2
  exit 3
}
echo 'emulator  ' "$(${facts.command[0]} --version | sed 1q)"

seen=$(mktemp -d) || exit 3
trap 'rm -rf "$seen"' EXIT
trap 'kill "$machine" 2>/dev/null; exit 3' HUP INT TERM

${command} \\
  3>"$seen/channel" </dev/null >"$seen/console" 2>&1 &
machine=$!
waited=0
while kill -0 "$machine" 2>/dev/null; do
  if [ "$waited" -ge ${seconds} ]; then
    echo 'the guest did not end within ${seconds} s and is ended' >&2
    kill -9 "$machine"
    break
  fi
  sleep 1
  waited=$((waited + 1))
done
wait "$machine" 2>/dev/null

# What a probe records, in an order that does not depend on the scheduler, and without what differs from boot to boot:
# processes, times, counts of a time's events.
records() {
  tr -d '\\r' <"$1" | sed -n \\
  -e 's/^{"record":"observation","step":[0-9]*,"seen":\\(.*\\)}$/\\1/p' \\
  -e 's/^{"record":"end","step":[0-9]*,/{"what":"ended",/p' | sed \\
${forgetting()} | LC_ALL=C sort
}
records recorded/probe.jsonl >"$seen/recorded"
records "$seen/channel" >"$seen/now"

echo
echo 'recorded:'
sed 's/^/  /' "$seen/recorded"
echo 'seen now:'
sed 's/^/  /' "$seen/now"
echo
cmp -s "$seen/recorded" "$seen/now"
differ=$?
${warnings === '' ? '' : WARNED + warnings}# Where the probe had been lost before it recorded anything, a machine that never came up would be the same.
if ! grep -q '"record":"boot"' "$seen/channel"; then
  echo 'no guest came up; what the console had to say:'
  status=3
elif [ "$differ" = 0 ]; then
  echo 'the same'
  exit 0
else
  echo 'another (what is above differs)'
  status=1
fi
sed 's/^/  /' "$seen/console" | tail -n 30
exit "$status"
`;
}
