// SPDX-License-Identifier: MIT
// reproduce: one result of a past run again, beside what was recorded.
import path from 'node:path';
import { buildGuestPrograms } from '../initramfs/guest-programs.ts';
import { canGoBack } from '../machine/recording.ts';
import { step } from '../outcome/events.ts';
import { EXIT, Failure } from '../outcome/failure.ts';
import { visible } from '../outcome/visible.ts';
import { shellWord } from '../process/shell-word.ts';
import { readReport } from '../report/index.ts';
import { triggerOf } from '../reproduce/backwards.ts';
import { demandBundle, writeBundle } from '../reproduce/bundle.ts';
import { debug } from '../reproduce/debugger.ts';
import type { Difference } from '../reproduce/difference.ts';
import { confidenceInterval } from '../reproduce/differences.ts';
import { findRecorded, type Narrowing, type RecordedResult } from '../reproduce/recorded.ts';
import { demandRecording, forRecording, readNote, record, replayRecording } from '../reproduce/recording.ts';
import { restore, type Try, tryAgain } from '../reproduce/reproduce.ts';
import { reportFile } from '../run/again.ts';
import { demandFreshFolder, makeRunFolder } from '../run/folder.ts';
import { shellOnConsole } from '../shell/shell.ts';
import { demandTerminal, ownTerminal } from '../shell/terminal.ts';
import { withScratch } from '../store/temporary.ts';
import { buildTools } from '../tools/build.ts';
import { lostGuestStatus } from './lost-guest.ts';
import { print, withSession } from './session.ts';

export interface ReproduceOptions extends Narrowing {
  times: number;
  qemu?: string;
  bundle?: string;
  gdb?: boolean;
  shell?: boolean;
  record?: string;
  replay?: string;
  out?: string;
}

/** Differences that are shown of one try; the rest is counted. */
const SHOWN = 12;

const shown = (value: unknown): string => (value === undefined ? 'not there' : visible(JSON.stringify(value)));

function differenceLines(differences: readonly Difference[]): string[] {
  const telling = differences.filter(({ varies, told }) => !varies || told !== undefined);
  const lines = telling.slice(0, SHOWN).map(({ where, recorded, seen, told }) => {
    const why = told === undefined ? '' : ` (${told})`;
    return `    ${visible(where)}: recorded ${shown(recorded)}, seen ${shown(seen)}${why}`;
  });
  return telling.length > SHOWN ? [...lines, `    and ${telling.length - SHOWN} more`] : lines;
}

function tryLines({ same, verdict, reason, differences }: Try, number: number, times: number): string[] {
  const name = times === 1 ? 'seen' : `try ${number}`;
  const said = reason === '' ? verdict : `${verdict}: ${visible(reason)}`;
  return [`  ${name.padEnd(9)} ${same ? 'same' : 'different'} (${said})`, ...differenceLines(differences)];
}

function conclusion(tries: readonly Try[]): string {
  const same = tries.filter((one) => one.same).length;
  const word = same === tries.length ? 'same' : same === 0 ? 'different' : 'flaky';
  if (tries.length === 1) return word;
  const { low, high } = confidenceInterval(same, tries.length);
  const percent = (rate: number) => `${(rate * 100).toFixed(0)} %`;
  return `${word}: ${same} of ${tries.length} tries are the same (${percent(same / tries.length)}; 95 % confidence: ${percent(low)} to ${percent(high)})`;
}

function heading({ cell, clause, result, others }: RecordedResult): string[] {
  const more = `one of ${others + 1} results in this run: --arch, --kernel, --trigger, --mechanism choose another`;
  const said = result.reason === '' ? result.verdict : `${result.verdict}: ${visible(result.reason)}`;
  return [
    `${clause.id} ${clause.title} (${result.trigger}, ${result.mechanism})`,
    `  on        ${cell.arch}/${cell.kernel.label}: Linux ${cell.kernel.version} (${cell.kernel.selector}), ${cell.emulator.version} ${cell.emulator.machine} ${cell.emulator.accel}`,
    ...(others > 0 ? [`            ${more}`] : []),
    `  recorded  ${said}`,
  ];
}

async function underDebugger(recorded: RecordedResult, { qemu, replay }: ReproduceOptions): Promise<void> {
  const usual = await withSession(({ sink, signal }) => restore(recorded, qemu, sink, signal));
  const restored = replay === undefined ? usual : forRecording(usual);
  if (replay !== undefined) demandRecording(replay, recorded, restored);
  const recording = replay === undefined ? undefined : { folder: replay, trigger: triggerOf(recorded.evidence) };
  await withScratch((folder) => debug(restored, folder, recording));
}

const resultName = ({ cell }: RecordedResult): string => `${cell.arch}/${cell.kernel.label}`;

/** How a result of a run is asked for again, as it was this time. */
function again(run: string, { cell, clause, result }: RecordedResult, ...more: string[]): string {
  const which = ['--arch', cell.arch, '--kernel', cell.kernel.label, '--trigger', result.trigger];
  const words = ['reproduce', run, clause.id, ...which, '--mechanism', result.mechanism, ...more];
  return `./trapline ${words.map(shellWord).join(' ')}`;
}

async function makeRecording(run: string, folder: string, recorded: RecordedResult, options: ReproduceOptions) {
  const { seen, back } = await withSession(async ({ sink, signal }) => {
    const restored = forRecording(await restore(recorded, options.qemu, sink, signal));
    const made = await step(sink, resultName(recorded), `record ${recorded.clause.id}`, (detail) =>
      record(folder, recorded, restored, detail, signal),
    );
    return { seen: made, back: canGoBack(restored.architecture) };
  });
  const under = back ? 'Backwards: ' : 'Under gdb: ';
  const next = [
    `Again:     ${again(run, recorded, '--replay', folder)}`,
    `${under}${again(run, recorded, '--replay', folder, '--gdb')}${back ? '' : '   (forwards only: its channel is no serial port)'}`,
  ];
  print([...heading(recorded), ...tryLines(seen, 1, 1), '', conclusion([seen]), ...next].join('\n'));
  if (!seen.same) process.exitCode = EXIT.notAsExpected;
}

async function runRecording(folder: string, recorded: RecordedResult, options: ReproduceOptions): Promise<void> {
  const seen = await withSession(({ sink, signal }) =>
    withScratch(async (scratch) => {
      const restored = forRecording(await restore(recorded, options.qemu, sink, signal));
      return step(sink, resultName(recorded), `replay ${recorded.clause.id}`, (detail) =>
        replayRecording(folder, scratch, recorded, restored, detail, signal),
      );
    }),
  );
  const console = seen.sameConsole ? 'the same bytes' : 'other bytes';
  const same = seen.sameConsole && seen.differences.length === 0;
  const lines = differenceLines(seen.differences.map((one) => ({ ...one, varies: false })));
  const values = seen.differences.length === 0 ? 'every value the same' : 'not every value the same';
  print(
    [
      ...heading(recorded),
      `  replay    ${values}; the console: ${console}`,
      ...lines,
      '',
      same ? 'same' : 'different',
    ].join('\n'),
  );
  if (!same) process.exitCode = EXIT.notAsExpected;
}

/** In the guest of the result, before its probe has run. */
async function inShell(recorded: RecordedResult, { qemu }: ReproduceOptions): Promise<void> {
  const terminal = ownTerminal();
  demandTerminal(terminal);
  const end = await withSession(async ({ sink, signal }) => {
    const restored = await restore(recorded, qemu, sink, signal);
    const { architecture, kernel, accel, emulator, step } = restored;
    const programs = await buildGuestPrograms(architecture, sink, signal);
    const guest = {
      architecture,
      name: resultName(recorded),
      kernelImage: kernel.image,
      programs,
      probes: restored.programs,
      tools: await buildTools(architecture, false, sink, signal),
      accel,
      sandbox: emulator.sandbox,
    };
    const greeting = (): string =>
      `${heading(recorded).join('\n')}\nThe probe:  probe ${step.clause.id} ${step.trigger} ${step.mechanism}\n`;
    return withScratch((folder) => shellOnConsole(guest, { terminal, folder, greeting, sink, signal }));
  });
  if (end.kind === 'lost') process.exitCode = lostGuestStatus(end);
}

export async function reproduce(run: string, clause: string, options: ReproduceOptions): Promise<void> {
  if (options.bundle !== undefined) await demandBundle(options.bundle);
  if (options.record !== undefined) demandFreshFolder(options.record, '--record');
  if (options.replay !== undefined) readNote(options.replay);
  if (options.out !== undefined) demandFreshFolder(options.out, '--out');
  const recorded = findRecorded(run, await readReport(reportFile(run)), clause, options);
  if (options.gdb) return underDebugger(recorded, options);
  if (options.shell) return inShell(recorded, options);
  if (options.record !== undefined) return makeRecording(run, options.record, recorded, options);
  if (options.replay !== undefined) return runRecording(options.replay, recorded, options);
  const name = resultName(recorded);
  const tries = await withSession(({ sink, signal }) =>
    withScratch(async (scratch) => {
      const restored = await restore(recorded, options.qemu, sink, signal);
      if (options.bundle !== undefined) {
        const { bundle } = options;
        await step(sink, name, `write ${bundle}`, () => writeBundle(bundle, recorded, restored, signal));
        return [];
      }
      const folder = options.out === undefined ? scratch : makeRunFolder(options.out, new Date()).path;
      const done: Try[] = [];
      for (let number = 1; number <= options.times && !signal.aborted; number++) {
        const what = options.times === 1 ? `${clause} again` : `${clause} again, ${number} of ${options.times}`;
        const one = await step(sink, name, what, (detail) =>
          tryAgain(recorded, restored, path.join(folder, String(number)), detail, signal),
        );
        if (!signal.aborted) done.push(one);
      }
      if (signal.aborted && done.length === 0) {
        throw new Failure('interrupted', 'interrupted', 'reproduce was interrupted', 'Nothing was tried to its end');
      }
      return done;
    }),
  );
  if (options.bundle !== undefined) {
    print(`${options.bundle}: unpack it anywhere, and run its reproduce.sh`);
    return;
  }
  const lines = tries.flatMap((one, index) => tryLines(one, index + 1, options.times));
  print([...heading(recorded), ...lines, '', conclusion(tries)].join('\n'));
  if (tries.length < options.times) process.exitCode = EXIT.interrupted;
  else if (!tries.every(({ same }) => same)) process.exitCode = EXIT.notAsExpected;
}
