// SPDX-License-Identifier: MIT
// mutants: the suite against kernels broken on purpose.
import { architectures } from '../arch/index.ts';
import { demandPackages } from '../doctor/index.ts';
import { EXIT, infrastructureFailure, requestFailure } from '../outcome/failure.ts';
import type { CellReport } from '../outcome/report.ts';
import { writeRunFiles } from '../report/index.ts';
import { localEngine } from '../run/engine.ts';
import { makeRunFolder, pointLatest } from '../run/folder.ts';
import { chooseMutants, type MutantOutcome, runMutants } from '../run/mutants.ts';
import { reportOf } from './run-report.ts';
import { chooseArchitectures, defaultJobs, print, withSession } from './session.ts';

const FATE = {
  caught: 'caught',
  elsewhere: 'caught elsewhere',
  survived: 'survived',
  failed: 'could not be run',
} as const;

function fateOf(outcome: MutantOutcome): keyof typeof FATE {
  if (outcome.failed !== undefined) return 'failed';
  if (outcome.caughtBy.length === 0) return 'survived';
  return outcome.asSaid ? 'caught' : 'elsewhere';
}

function table(outcomes: readonly MutantOutcome[]): string {
  const width = Math.max(...outcomes.map(({ mutant }) => mutant.name.length));
  return outcomes
    .map((outcome) => {
      const by =
        outcome.failed ??
        (outcome.caughtBy.join(', ') || `nothing in behaviours of ${outcome.mutant.breaks.join(', ')}`);
      return [
        `${outcome.arch.padEnd(9)} ${outcome.mutant.name.padEnd(width)}  ${FATE[fateOf(outcome)].padEnd(16)}  ${by}`,
        `${' '.repeat(10)}${outcome.mutant.description}`,
      ].join('\n');
    })
    .join('\n');
}

export async function mutants(options: {
  arch?: string[];
  mutant?: string[];
  jobs?: number;
  install?: boolean;
}): Promise<void> {
  const asked = options.arch ? chooseArchitectures(options.arch, '') : architectures;
  const chosen = chooseMutants(options.mutant ?? []);
  const concerned = asked.filter(({ name }) => chosen.some((mutant) => mutant.architectures.includes(name)));
  if (concerned.length === 0) {
    throw requestFailure(
      'no-such-mutant',
      'none of these mutants is for these architectures',
      'Leave out --arch or --mutant',
    );
  }
  const started = new Date();
  const { outcomes, interrupted } = await withSession(async ({ signal, sink }) => {
    await demandPackages(concerned, { install: options.install ?? false, build: true }, sink);
    const folder = makeRunFolder(undefined, started);
    const engine = localEngine(options.jobs ?? defaultJobs());
    const all: MutantOutcome[] = [];
    const cells: CellReport[] = [];
    for (const architecture of concerned) {
      const ran = await runMutants(architecture, chosen, { engine, signal }, folder, sink);
      all.push(...ran.outcomes);
      cells.push(...ran.result.cells);
      // After each architecture: what is there is kept, whatever ends the rest.
      await writeRunFiles(folder.path, reportOf(folder, started, cells, !ran.result.interrupted));
      if (ran.result.interrupted) return { outcomes: all, interrupted: true };
    }
    pointLatest(folder);
    return { outcomes: all, interrupted: false };
  });
  print(table(outcomes));
  const count = (fate: keyof typeof FATE) => outcomes.filter((outcome) => fateOf(outcome) === fate).length;
  print(
    `\n${outcomes.length} mutants: ${count('caught')} caught, ${count('elsewhere')} caught elsewhere, ${count('survived')} survived, ${count('failed')} could not be run`,
  );
  if (interrupted) {
    process.exitCode = EXIT.interrupted;
    return;
  }
  const failed = outcomes.find((outcome) => outcome.failed !== undefined);
  if (failed)
    throw infrastructureFailure(
      'mutant-not-run',
      `${failed.mutant.name}: ${failed.failed}`,
      'Mend the patch or the machine, then run it with --mutant',
    );
  process.exitCode = count('survived') > 0 ? EXIT.notAsExpected : EXIT.expected;
}
