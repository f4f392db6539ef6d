// SPDX-License-Identifier: MIT
// One table for each behaviour in the shape of the kernel's Documentation/features: architecture and ok, TODO or "..".
import { BEHAVIOUR_TITLES, BEHAVIOURS, type Behaviour } from '../outcome/behaviour.ts';
import type { CellReport, RunReport } from '../outcome/report.ts';
import { visible } from '../outcome/visible.ts';
import { type Tally, tallyOf } from './summary.ts';
import { cellName } from './wording.ts';

const RULE = `    ${'-'.repeat(71)}`;

/** `ok` only where every clause result that applies conforms; `..` where the kernel or the emulator cannot be asked. */
export function supportWord(tally: Pick<Tally, 'verdict' | 'judged'>): 'ok' | 'TODO' | '..' {
  if (tally.judged === 0 || tally.verdict === 'not-run' || tally.verdict === 'not-emulated') return '..';
  return tally.verdict === 'conforms' ? 'ok' : 'TODO';
}

function line(cell: CellReport, behaviour: Behaviour): string {
  const tally = tallyOf(cell, behaviour, 'sigtrap');
  const remark = tally.judged === 0 ? 'nothing was judged' : `${tally.verdict}, ${tally.conforming} of ${tally.judged}`;
  const name = visible(`${cellName(cell)} ${cell.kernel.version}`).slice(0, 44);
  return `    | ${name.padStart(44)}: | ${supportWord(tally).padStart(4)} |  ${remark}`;
}

export function renderArchSupport(report: RunReport): string {
  return BEHAVIOURS.map((behaviour) =>
    [
      '#',
      `# Feature name:          sigtrap-${behaviour}`,
      '#         Kconfig:          PERF_EVENTS',
      `#         description:      ${BEHAVIOUR_TITLES[behaviour]}`,
      '#         ok: every clause conforms; TODO: not all do; ..: not exercised',
      '#',
      RULE,
      `    | ${'arch/kernel version'.padStart(44)}  |status|  worst verdict, conforming results`,
      RULE,
      ...report.cells.map((cell) => line(cell, behaviour)),
      RULE,
      '',
    ].join('\n'),
  ).join('\n');
}
