// SPDX-License-Identifier: MIT
// What watch says of a round: one line when all is as it was, and one more for each result that is not.
import { expectations } from '../../specs/expectations.ts';
import type { Architecture } from '../arch/index.ts';
import { expectedVerdict } from '../judge/expectation.ts';
import { crashTitle } from '../outcome/crash.ts';
import { resultKey } from '../outcome/report.ts';
import { outcomeOf, type Verdict } from '../outcome/verdict.ts';
import { visible } from '../outcome/visible.ts';
import type { Bench } from '../run/bench.ts';
import type { Single, StepResult } from '../run/single.ts';

export interface Round {
  readonly version: string;
  readonly single: Single;
}

export const clock = (): string => new Date().toTimeString().slice(0, 8);

function line(
  result: StepResult,
  architecture: Architecture,
  version: string,
  emulator: string,
  before: Verdict | undefined,
): string | undefined {
  const { clause, trigger, mechanism } = result.step;
  const versions = { emulator, kernel: version };
  const expected = expectedVerdict(clause, result.step, architecture, 'with', expectations, result, versions);
  const outcome = outcomeOf(result.verdict, expected.verdict);
  const changed = before !== undefined && before !== result.verdict;
  if (outcome === 'expected' && !changed) return undefined;
  const verdict = changed ? `${before} → ${result.verdict}` : result.verdict;
  const surprise =
    outcome === 'expected' ? ', as expected' : ` (${outcome.replace('-', ' ')}: expected ${expected.verdict})`;
  const crashes = result.crashes.map((crash) => `\n      the kernel: ${visible(crashTitle(crash))}`).join('');
  const reason = result.reason === '' ? '' : `: ${visible(result.reason)}`;
  return `  ${clause.id} ${trigger} ${mechanism}  ${verdict}${surprise}${reason}${crashes}`;
}

const count = (results: readonly StepResult[]): string => {
  const verdicts = results.map(({ verdict }) => verdict);
  return [...new Set(verdicts)].map((one) => `${verdicts.filter((each) => each === one).length} ${one}`).join(', ');
};

/** @param before the verdicts of earlier rounds, by result; those of this one are put in */
export function roundLines(
  { single, version }: Round,
  bench: Pick<Bench, 'architecture' | 'emulator'>,
  seconds: number,
  before: Map<string, Verdict>,
): string {
  const { results, boot } = single;
  const head = `${clock()}  ${bench.architecture.name} Linux ${version}, ${seconds.toFixed(1)} s: `;
  if (boot.outcome !== 'booted') {
    const crashes = single.bootCrashes.map((crash) => `\n      the kernel: ${visible(crashTitle(crash))}`);
    return `${head}it does not boot (${boot.outcome}: ${visible(boot.detail)})${crashes.join('')}`;
  }
  const named = results.map((result) => ({ result, key: resultKey({ id: result.step.clause.id, ...result.step }) }));
  const lines = named.flatMap(
    ({ result, key }) => line(result, bench.architecture, version, bench.emulator.version, before.get(key)) ?? [],
  );
  for (const { result, key } of named) before.set(key, result.verdict);
  return [`${head}${count(results)}${lines.length === 0 ? ', as expected' : ''}`, ...lines].join('\n');
}
