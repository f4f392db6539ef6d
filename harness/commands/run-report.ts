// SPDX-License-Identifier: MIT
// The report of a run: its cells, and what was asked, when and on which machine.
import { cpus, arch as hostArch, release, totalmem } from 'node:os';
import type { CellReport, RunReport } from '../outcome/report.ts';
import { shellWord } from '../process/shell-word.ts';
import { summarise } from '../report/index.ts';
import type { RunFolder } from '../run/folder.ts';

function hostFacts(): Record<string, unknown> {
  return {
    os: process.platform,
    release: release(),
    architecture: hostArch(),
    cpus: cpus().length,
    cpu: cpus()[0]?.model ?? 'unknown',
    memoryMegabytes: Math.round(totalmem() / 2 ** 20),
    node: process.version,
  };
}

/** The command as it was typed, for the report. */
function typedCommand(): string {
  return ['./trapline', ...process.argv.slice(2).map(shellWord)].join(' ');
}

/** @param complete false when cells or clauses are missing, since the run was ended before */
export function reportOf(folder: RunFolder, started: Date, cells: readonly CellReport[], complete: boolean): RunReport {
  return {
    schema: 'trapline-report/1',
    run: { id: folder.id, startedAt: started.toISOString(), command: typedCommand(), host: hostFacts(), complete },
    cells: [...cells],
    summary: summarise(cells),
  };
}
