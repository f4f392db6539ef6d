// SPDX-License-Identifier: MIT
// The findings as a person reads them: a short table per architecture, and the one command that mends the rest.
import { guestCompiler } from '../initramfs/guest-programs.ts';
import { knownPackages } from '../kernel/index.ts';
import { isOlder } from '../outcome/version.ts';
import { type ArchitectureFindings, type Finding, type Findings, missingOf, problemsIn } from './doctor.ts';
import { installCommand, missingPackages } from './install.ts';
import type { OptionalFinding } from './optional.ts';

type Row = readonly [mark: string, subject: string, found: string];

const MISSING = 'missing';

function table(rows: readonly Row[]): string[] {
  const width = Math.max(...rows.map(([, subject]) => subject.length));
  return rows.map(([mark, subject, found]) => `  ${mark} ${subject.padEnd(width)}  ${found}`.trimEnd());
}

/** What trapline fetches by itself, of another suite of Debian's, is no fault of the machine. */
const FETCHED = 'fetched when it is first needed';

const marked = (good: boolean, subject: string, found: string): Row => [good ? 'ok' : '--', subject, found];

function architectureRows(one: ArchitectureFindings, requirements: readonly Finding[]): Row[] {
  const { architecture, emulator, compiler, staticLibrary, accelerator, problems } = one;
  const { binary, machineName } = architecture.qemu;
  const tooOld = problems.find(({ name }) => name === 'qemu-too-old');
  const { oldest } = architecture.qemu;
  const fetches = oldest !== undefined && emulator.version !== undefined && isOlder(emulator.version, oldest);
  const version = fetches ? `${emulator.version}, too old for this: a newer one is ${FETCHED}` : emulator.version;
  const emulatorSays =
    version ?? (requirements.find(({ tool }) => tool === binary)?.present ? 'does not run' : MISSING);
  const rows = [
    marked(emulator.version !== undefined && !tooOld, binary, tooOld ? `qemu-too-old: ${tooOld.what}` : emulatorSays),
  ];
  if (emulator.machineKnown !== undefined) {
    rows.push(marked(emulator.machineKnown, `machine ${machineName}`, emulator.machineKnown ? 'known' : 'unknown'));
  }
  if (accelerator) rows.push(marked(true, 'accelerator', `${accelerator.accel}: ${accelerator.reason}`));
  const name = guestCompiler(architecture);
  rows.push(marked(compiler !== undefined, name, compiler ?? MISSING));
  const { compiler: unpacked, library } = architecture.toolchain;
  if (unpacked) {
    const there = knownPackages(unpacked) ? '' : `, ${FETCHED}`;
    rows.push(marked(true, 'in its place', `${unpacked.packages[0]} of ${unpacked.suite}${there}`));
  }
  const lacking = library ? `${library.packages[0]} of ${library.suite}, ${FETCHED}` : `${MISSING} (libc.a of ${name})`;
  rows.push(marked(staticLibrary || library !== undefined, 'static C library', staticLibrary ? 'there' : lacking));
  const compat = requirements.find(({ tool }) => tool === architecture.toolchain.compat32?.compiler && tool !== name);
  if (compat) rows.push(marked(compat.present, compat.tool, compat.present ? 'there' : MISSING));
  return rows;
}

const optionalRow = ({ what, present, found, neededFor, remedy }: OptionalFinding): Row =>
  marked(present, what, present ? found : `${found} (${neededFor}); mend it with: ${remedy}`);

/** Text of `./trapline doctor`, ending in a newline. */
export function renderDoctor(findings: Findings): string {
  const { requirements, architectures, optional } = findings;
  const lines: string[] = [];
  const shown = new Set<string>();
  for (const one of architectures) {
    const { name, title } = one.architecture;
    const rows = architectureRows(one, requirements);
    for (const [, subject] of rows) shown.add(subject);
    shown.add(`libc.a of ${guestCompiler(one.architecture)}`);
    lines.push(`${name} · ${title}`, ...table(rows), '');
  }
  const others = requirements.filter(({ tool }) => !shown.has(tool));
  const present = others.filter((one) => one.present);
  const rows = others
    .filter((one) => !one.present)
    .map(({ tool, neededFor }) => marked(false, tool, `${MISSING} (${neededFor})`));
  if (present.length > 0) rows.unshift(marked(true, 'there', present.map(({ tool }) => tool).join(' ')));
  if (rows.length > 0) lines.push('all architectures · building kernels and guest programs', ...table(rows), '');
  lines.push('optional · only some verbs need it', ...table(optional.map(optionalRow)), '');
  for (const { name, what, remedy } of problemsIn(findings)) lines.push(`${name}: ${what}. ${remedy}`);
  const packages = missingPackages(missingOf(findings));
  if (packages.length > 0) {
    lines.push(`Mend it with ./trapline doctor --install, which is: ${installCommand(packages)}`);
  } else if (problemsIn(findings).length === 0) {
    lines.push(`everything is there${optional.every(({ present }) => present) ? '' : ', but for what is optional'}`);
  }
  return `${lines.join('\n')}\n`;
}
