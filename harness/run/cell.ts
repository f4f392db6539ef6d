// SPDX-License-Identifier: MIT
// Cell → evidence: boots a guest for the steps of a cell, and another one for what is left when it is lost.
import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import type { Architecture } from '../arch/record.ts';
import { inCache } from '../config/paths.ts';
import { RecordReader } from '../guest/records.ts';
import type { GuestPrograms } from '../initramfs/guest-programs.ts';
import { packInitramfs } from '../initramfs/initramfs.ts';
import { CONTROL, controlClause } from '../judge/blame.ts';
import type { Ending, Evidence, Observation } from '../judge/observation.ts';
import { qemuCommand, shellCommand } from '../machine/argv.ts';
import { type StartEmulator, startUnmonitored } from '../machine/emulator-process.ts';
import { Machine, type MachineEnd, type MachineLimits } from '../machine/machine.ts';
import { type Execution, prepareRecording } from '../machine/recording.ts';
import { NOT_REACHED } from '../outcome/report.ts';
import { writingTo } from '../store/disk.ts';
import { bareControl } from './bare-control.ts';
import { executionIn, machineFile } from './folder.ts';
import { planLine, type Step } from './plan.ts';
import { Budget, evidenceOf, KERNEL_WARNING, PATIENCE, type Patience, Turn } from './turn.ts';

/** Guests in a row that come up and get nowhere: then the step they were at is charged with it. */
const TRIES_OF_A_STEP = 2;
/** Guests in a row that get nowhere, until the cell is given up. */
const FRUITLESS_LIMIT = 6;
/** Seconds that a kernel that oopsed may go on, so that the console has all of what it says. */
const OOPS_SECONDS = 0.3;

/** Lines of the channel that are no records; a healthy guest sends none. */
const GARBAGE_LINES = 10_000;

/** A cell whose kernel and programs are there: what it takes to run it, wherever that is. */
export interface ReadyCell {
  readonly architecture: Architecture;
  readonly kernelImage: string;
  readonly programs: GuestPrograms;
  /** The program of bare-control.ts; by default it is built when it is needed. */
  readonly bareProgram?: string | undefined;
  readonly accel: 'tcg' | 'kvm';
  readonly sandbox: boolean;
  /** Where QEMU runs; by default on this machine. */
  readonly start?: StartEmulator | undefined;
  readonly steps: readonly Step[];
}

export interface CellOptions extends ReadyCell {
  /** An existing folder; console, observations and command lines are written there. */
  readonly folder: string;
  readonly signal?: AbortSignal | undefined;
  readonly progress: (detail: string) => void;
  readonly patience?: Patience;
  readonly limits?: Partial<MachineLimits>;
  /** The machines are recorded in the folder, or replayed from another one; the control does not run then. */
  readonly recording?: Recording | undefined;
}

export interface Recording {
  readonly mode: Execution['mode'];
  readonly folder: string;
}

export interface CellEvidence {
  /** In the order of the steps. */
  readonly evidence: readonly Evidence[];
  /** What the control recorded (judge/blame.ts). */
  readonly control: readonly Observation[];
  /** `booted`, or the outcome of the machine that never said a word. */
  readonly boot: { readonly outcome: string; readonly seconds: number; readonly detail: string };
  /** `uname -r` of the guest; undefined when none came up. */
  readonly release?: string;
  readonly machines: number;
  readonly seconds: number;
}

interface Ended {
  readonly end: MachineEnd;
  readonly turn: Turn;
}

/** A guest cannot say itself that it was lost: noted beside its records, for a run that is judged from them alone. */
function noteLost(observations: number, step: Step, ending: Ending): void {
  const { number, clause, trigger, mechanism } = step;
  const lost = { record: 'lost', step: number, clause: clause.id, trigger, mechanism, ending };
  writeSync(observations, `${JSON.stringify(lost)}\n`);
}

/** Which part of the console is a step's: what a report shows of it beside the clause. */
const consoleLine = (step: number, when: 'begin' | 'end', at: number): string =>
  `${JSON.stringify({ record: 'console', step, when, at })}\n`;

async function takeTurn(
  options: CellOptions,
  steps: readonly Step[],
  number: number,
  budget: Budget,
  observations: number,
): Promise<Ended> {
  const { architecture, folder } = options;
  const initramfs = await writingTo(inCache('initramfs'), async () =>
    packInitramfs({ programs: options.programs, plan: steps.map(planLine) }),
  );
  const { recording } = options;
  const execution = recording && executionIn(recording, architecture, number);
  if (execution?.mode === 'record') await prepareRecording(execution);
  const command = qemuCommand(architecture, {
    kernel: options.kernelImage,
    initrd: initramfs.path,
    accel: options.accel,
    sandbox: options.sandbox,
    execution,
  });
  writeFileSync(path.join(folder, machineFile('qemu', 'argv', number)), shellCommand(command));
  const turn = new Turn(steps, options.patience ?? PATIENCE, budget, options.progress);
  const began = { record: 'machine', number, initramfs: initramfs.sha256, steps: steps.map((step) => step.number) };
  writeSync(observations, `${JSON.stringify(began)}\n`);
  let progress = false;
  const reader = new RecordReader((record, line) => {
    const brought = turn.take(record, line.length);
    progress = brought || progress;
    if (turn.flooded === undefined) writeSync(observations, `${line}\n`);
  });
  let oops: NodeJS.Timeout | undefined;
  const machine: Machine = new Machine(
    {
      command,
      consoleFile: path.join(folder, machineFile('console', 'log', number)),
      signal: options.signal,
      limits: options.limits,
      start: execution ? startUnmonitored : options.start,
    },
    {
      onChannel: (text) => {
        progress = false;
        reader.add(text);
        if (turn.flooded !== undefined) machine.stop('flooding', turn.flooded);
        else if (reader.dropped > GARBAGE_LINES) {
          machine.stop('flooding', `more than ${GARBAGE_LINES} lines on the channel are no records`);
        }
        return progress;
      },
      patience: () => turn.patience(),
      finished: () => turn.finished,
      onWarning: (line) => {
        const step = turn.warn(line);
        const seen = { what: KERNEL_WARNING, line };
        if (step !== undefined) writeSync(observations, `${JSON.stringify({ record: 'observation', step, seen })}\n`);
      },
      onMark: (step, from, to) => {
        const marked = turn.mark(step);
        if (!marked) return;
        if (marked.before !== undefined) writeSync(observations, consoleLine(marked.before, 'end', from));
        writeSync(observations, consoleLine(step, 'begin', to));
      },
      onTrouble: (kind, line) => {
        turn.trouble(kind, line);
        if (kind === 'oops') oops ??= setTimeout(() => machine.stop('oops', line), OOPS_SECONDS * 1000);
        // It may say more than an oops does, and ends by itself.
        else clearTimeout(oops);
      },
    },
  );
  try {
    const end = await machine.ended;
    turn.close(end.outcome, end.detail);
    for (const step of steps) {
      const ending = turn.done.get(step.number)?.ending;
      if (ending?.kind === 'guest-lost') noteLost(observations, step, ending);
    }
    return { end, turn };
  } finally {
    clearTimeout(oops);
  }
}

/**
 * Runs all steps of a cell. Never throws for what a guest does; interrupts end it with what is there.
 * @throws Failure `emulator-not-started`; what the file system says when the folder cannot be written
 */
export async function runCell(options: CellOptions): Promise<CellEvidence> {
  const observations = openSync(path.join(options.folder, 'observations.jsonl'), 'a');
  try {
    return await runTurns(options, observations);
  } finally {
    closeSync(observations);
  }
}

/** Adds what a program without any kernel saw, in the file too, as records of the control: `--judge` reads it there. */
async function withoutKernel(options: CellOptions, control: Step, observations: number): Promise<Observation[]> {
  if (options.signal?.aborted) return [];
  const seen = await bareControl(options);
  for (const one of seen) {
    writeSync(observations, `${JSON.stringify({ record: 'observation', step: control.number, seen: one })}\n`);
  }
  return seen;
}

/** The control comes before all clauses; its number follows theirs. */
export function withControl(steps: readonly Step[]): readonly Step[] {
  if (steps.length === 0) return steps;
  const number = Math.max(...steps.map((step) => step.number)) + 1;
  return [{ number, clause: controlClause, trigger: 'hw-breakpoint', mechanism: 'ptrace' }, ...steps];
}

async function runTurns(options: CellOptions, observations: number): Promise<CellEvidence> {
  const evidence = new Map<number, Evidence>();
  const budget = new Budget();
  // A recording is of a probe alone: whoever goes through it meets no other's signals.
  const steps = options.recording ? options.steps : withControl(options.steps);
  const control = steps.find(({ clause }) => clause.id === CONTROL);
  let left = steps;
  let machines = 0;
  let seconds = 0;
  let fruitless = 0;
  let first: Ended | undefined;
  let reason = '';
  while (left.length > 0 && fruitless < FRUITLESS_LIMIT) {
    machines++;
    const ended = await takeTurn(options, left, machines, budget, observations);
    const { end, turn } = ended;
    first ??= ended;
    seconds += end.seconds;
    for (const [number, one] of turn.done) evidence.set(number, one);
    if (options.signal?.aborted) {
      reason = NOT_REACHED;
      break;
    }
    reason = `no machine got to this clause (${end.outcome}: ${end.detail})`;
    // A kernel or emulator that never came up will not come up the next time; one that did may be lost to bad luck.
    if (machines === 1 && turn.release === undefined) break;
    const before = left.length;
    left = left.filter((step) => !evidence.has(step.number));
    fruitless = left.length === before ? fruitless + 1 : 0;
    const [next] = left;
    if (next && turn.release !== undefined && fruitless > 0 && fruitless % TRIES_OF_A_STEP === 0) {
      const detail = end.detail || 'the guest ended before the probe began';
      const ending: Ending = { kind: 'guest-lost', how: end.outcome, detail };
      evidence.set(next.number, evidenceOf(next, [], ending));
      noteLost(observations, next, ending);
      left = left.slice(1);
    }
  }
  const boot = first && {
    outcome: first.turn.release === undefined ? first.end.outcome : 'booted',
    seconds: first.turn.release === undefined ? first.end.seconds : first.turn.bootSeconds,
    detail: first.turn.release === undefined ? first.end.detail : '',
  };
  return {
    control: control
      ? [
          ...(evidence.get(control.number)?.observations ?? []),
          ...(await withoutKernel(options, control, observations)),
        ]
      : [],
    evidence: options.steps.map(
      (step) => evidence.get(step.number) ?? evidenceOf(step, [], { kind: 'not-started', reason }),
    ),
    boot: boot ?? { outcome: 'not-needed', seconds: 0, detail: '' },
    ...(first?.turn.release === undefined ? {} : { release: first.turn.release }),
    machines,
    seconds,
  };
}
