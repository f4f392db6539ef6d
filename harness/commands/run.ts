// SPDX-License-Identifier: MIT
// run: the main job.
import path from 'node:path';
import { type BuilderChoice, parseKernelRequest, withConfigs } from '../kernel/index.ts';
import { withEmulatorFrom } from '../machine/emulator.ts';
import { EXIT, Failure, infrastructureFailure } from '../outcome/failure.ts';
import { type CellReport, isUnexpected } from '../outcome/report.ts';
import type { Mechanism, Trigger } from '../outcome/verdict.ts';
import { answerSignals } from '../process/signals.ts';
import { renderers, writeReport, writeRunFiles } from '../report/index.ts';
import { discardEmpty, makeRunFolder, pointLatest } from '../run/folder.ts';
import { type RunResult, runPipeline } from '../run/pipeline.ts';
import { demandSteps } from '../run/plan.ts';
import { type Shard, shareOf } from '../run/shard.ts';
import { demandCache } from '../store/cache.ts';
import { demandBuilders } from './builders.ts';
import { chooseEngine, demandEngineOptions, type EngineOptions } from './engines.ts';
import { reportOf } from './run-report.ts';
import { chooseArchitectures, mainArchitecture, print, screen, withSession } from './session.ts';

export interface RunOptions extends EngineOptions {
  arch?: string[];
  kernel?: string[];
  config?: string[];
  clause?: string[];
  trigger?: string[];
  mechanism?: string[];
  qemu?: string;
  builder?: BuilderChoice;
  shard?: Shard;
  out?: string;
  install?: boolean;
}

/** What kept the run from being one, if anything did: for the one line on stderr and the exit code. */
function troubleOf(result: RunResult, folder: string): Failure | undefined {
  if (result.interrupted) {
    return new Failure('interrupted', 'interrupted', 'the run was interrupted', `What was done is in ${folder}`);
  }
  const [failure, ...more] = result.failures;
  if (failure) {
    const others = more.length > 0 ? ` (and ${more.length} more like it: see the report)` : '';
    return new Failure(failure.kind, failure.name, failure.what + others, failure.remedy, { cause: failure });
  }
  const dead = result.cells.find((cell) => cell.machines > 0 && cell.boot.outcome !== 'booted');
  if (!dead) return undefined;
  const seen = dead.boot.detail ? `: ${dead.boot.detail}` : '';
  return infrastructureFailure(
    'no-boot',
    `no guest came up for ${dead.arch}/${dead.kernel.label} (${dead.boot.outcome}${seen})`,
    `See ${path.join(folder, dead.folder, 'console.log')}; is ${dead.kernel.selector} a whole kernel for ${dead.arch}?`,
  );
}

function exitCodeOf(result: RunResult): number {
  const surprised = result.cells.some((cell) => cell.clauses.some(isUnexpected));
  return surprised ? EXIT.notAsExpected : EXIT.expected;
}

export async function run(options: RunOptions): Promise<void> {
  demandEngineOptions(options);
  const asked = chooseArchitectures(options.arch, mainArchitecture());
  const architectures = shareOf(asked, options.shard).map((one) => withEmulatorFrom(options.qemu, one));
  const kernels = (options.kernel ?? ['with', 'without'])
    .map(parseKernelRequest)
    .map((kernel) => withConfigs(kernel, options.config ?? []));
  const filter = {
    clauses: options.clause ?? [],
    triggers: (options.trigger ?? []) as Trigger[],
    mechanisms: (options.mechanism ?? []) as Mechanism[],
  };
  // By all of them: a share may be empty, and is no mistake then.
  demandSteps(asked, filter);
  demandCache();
  const started = new Date();
  const { result, folder } = await withSession(async ({ signal, sink }) => {
    const builderOf = await demandBuilders(architectures, options, sink);
    const { close, ...engine } = await chooseEngine(options);
    const made = makeRunFolder(options.out, started);
    // Whatever ends the harness, even SIGKILL: from here on there is a report to judge the observations by.
    const begun = (cells: readonly CellReport[]) => writeReport(made.path, reportOf(made, started, cells, false));
    const request = {
      architectures,
      kernels,
      filterOf: () => filter,
      accel: options.accel,
      builderOf,
      ...engine,
      signal,
      begun,
    };
    try {
      return { result: await runPipeline(request, made, sink), folder: made };
    } catch (error) {
      discardEmpty(made.path);
      throw error;
    } finally {
      await close();
    }
  });
  const report = reportOf(folder, started, result.cells, !result.interrupted);
  // As it was typed, so that it can be typed again.
  const shown = options.out ?? path.relative(process.cwd(), folder.path);
  const trouble = troubleOf(result, shown);
  // It takes a moment: whoever interrupts now has it whole.
  const noMoreSignals = answerSignals(() => {});
  try {
    await writeRunFiles(folder.path, report);
  } catch (error) {
    // A full disk ended the cells too: said once, and what was found is shown all the same.
    print(renderers.terminal(report, { ...screen(), folder: shown }));
    throw trouble ?? error;
  } finally {
    noMoreSignals();
  }
  pointLatest(folder);
  print(renderers.terminal(report, { ...screen(), folder: shown }));
  if (trouble) throw trouble;
  process.exitCode = exitCodeOf(result);
}
