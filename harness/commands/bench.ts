// SPDX-License-Identifier: MIT
// bench: the design's figures, the bare commands beside the harness. It measures and never fails for a figure.
import { cpus, loadavg } from 'node:os';
import { chooseFigures, type Measurement, reached, scoreOf } from '../bench/index.ts';
import { inProject } from '../config/paths.ts';
import { step } from '../outcome/events.ts';
import { withScratch } from '../store/temporary.ts';
import { defaultJobs, print, withSession } from './session.ts';

export interface BenchOptions {
  only?: string[];
  cold?: boolean;
  json?: boolean;
  jobs?: number;
  times: number;
}

interface Line extends Measurement {
  readonly figure: string;
  readonly score: number;
  readonly reached: boolean | undefined;
}

function outcome({ against, score, limit, reached: met }: Line, value: (amount: number) => string): string {
  const word = met ? 'reached' : 'MISSED';
  if (against)
    return limit === undefined ? `ratio ${score.toFixed(2)}` : `${word}: ratio ${score.toFixed(2)}, to reach ${limit}`;
  return limit === undefined ? 'nothing is asked of it' : `${word}: to reach ${value(limit)}`;
}

function shown(line: Line): string {
  const value = (amount: number) => `${amount.toFixed(line.unit === 's' ? 2 : 0)} ${line.unit}`;
  const rows = [`  ${value(line.measured.value).padStart(10)}  ${line.measured.what}`];
  if (line.against) rows.push(`  ${value(line.against.value).padStart(10)}  ${line.against.what}`);
  const note = line.note ? ` (${line.note})` : '';
  rows.push(`  ${''.padStart(10)}  ${outcome(line, value)}${note}`);
  return rows.join('\n');
}

export async function bench(options: BenchOptions): Promise<void> {
  const figures = chooseFigures(options.only ?? [], options.cold ?? false);
  const jobs = options.jobs ?? defaultJobs();
  const load = loadavg()[0] ?? 0;
  const lines = await withSession(async ({ signal, sink }) => {
    if (load > 0.5) {
      const message = `the machine is not quiet (load ${load.toFixed(1)} on ${cpus().length} CPUs): ratios will be noisy`;
      sink({ type: 'notice', level: 'warning', message });
    }
    const taken: Line[] = [];
    for (const figure of figures) {
      const measurements = await step(sink, 'bench', figure.title, (tell) =>
        withScratch((scratch) =>
          figure.measure({ trapline: inProject('trapline'), scratch, jobs, times: options.times, signal, tell }),
        ),
      );
      for (const one of measurements) {
        const line = { figure: figure.name, ...one, score: scoreOf(one), reached: reached(one) };
        taken.push(line);
        if (!options.json) print(`${figure.title}\n${shown(line)}`);
      }
    }
    return taken;
  });
  if (options.json) print(JSON.stringify({ schema: 'trapline-bench/1', jobs, load, figures: lines }, null, 2));
}
