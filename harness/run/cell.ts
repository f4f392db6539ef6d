// SPDX-License-Identifier: MIT
// Cell → evidence: boots a guest for the steps of a cell, and another one for what is left when it is lost.
import { appendFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Architecture } from '../arch/record.ts';
import { type GuestRecord, RecordReader } from '../guest/records.ts';
import type { GuestPrograms } from '../initramfs/guest-programs.ts';
import { packInitramfs } from '../initramfs/initramfs.ts';
import type { Ending, Evidence, Observation } from '../judge/observation.ts';
import { qemuCommand, shellCommand } from '../machine/argv.ts';
import { Machine, type MachineEnd } from '../machine/machine.ts';
import { planLine, type Step } from './plan.ts';

/** Seconds from starting QEMU to init's first record; a healthy boot takes 1 to 5 under TCG. */
const BOOT_PATIENCE = 60;
/** Seconds beyond a step's own limit, which init enforces: the guest is lost when it does not. */
const STEP_PATIENCE = 15;
/** Guests that come up and get nowhere, one after the other, until the cell is given up. */
const FRUITLESS_LIMIT = 2;

export interface CellOptions {
  readonly architecture: Architecture;
  readonly kernelImage: string;
  readonly programs: GuestPrograms;
  readonly accel: 'tcg' | 'kvm';
  readonly sandbox: boolean;
  readonly steps: readonly Step[];
  /** An existing folder; console, observations and command lines are written there. */
  readonly folder: string;
  readonly signal?: AbortSignal | undefined;
  readonly progress: (detail: string) => void;
}

export interface CellEvidence {
  /** In the order of the steps. */
  readonly evidence: readonly Evidence[];
  /** `booted`, or the outcome of the machine that never said a word. */
  readonly boot: { readonly outcome: string; readonly seconds: number; readonly detail: string };
  /** `uname -r` of the guest; undefined when none came up. */
  readonly release?: string;
  readonly machines: number;
  readonly seconds: number;
}

interface Running {
  readonly step: Step;
  readonly observations: Observation[];
}

/** What one guest got done. */
interface Turn {
  readonly end: MachineEnd;
  readonly release?: string;
  readonly bootSeconds: number;
  readonly done: readonly Evidence[];
  /** The step during which the guest was lost. */
  readonly lost?: Running;
}

function evidenceOf({ step, observations }: Running, ending: Ending): Evidence {
  return { clause: step.clause.id, trigger: step.trigger, mechanism: step.mechanism, observations, ending };
}

function endingOf(record: GuestRecord & { record: 'end' }): Ending {
  const seconds = record.ms / 1000;
  if (record.timedOut) return { kind: 'timed-out', seconds };
  if (record.signal !== undefined) return { kind: 'signalled', signal: record.signal, seconds };
  return { kind: 'exited', status: record.status ?? -1, seconds };
}

/** Follows one guest's records; the guest is not trusted to send them in order. */
class Turning {
  readonly done: Evidence[] = [];
  current: Running | undefined;
  release: string | undefined;
  finished = false;
  bootSeconds = 0;
  private readonly started = performance.now();
  private readonly byNumber: Map<number, Step>;

  constructor(
    steps: readonly Step[],
    private readonly progress: (detail: string) => void,
  ) {
    this.byNumber = new Map(steps.map((step) => [step.number, step]));
  }

  take(record: GuestRecord): void {
    switch (record.record) {
      case 'boot':
        this.release ??= record.release;
        this.bootSeconds ||= (performance.now() - this.started) / 1000;
        break;
      case 'begin': {
        const step = this.byNumber.get(record.step);
        if (!step) return;
        this.byNumber.delete(record.step);
        this.current = { step, observations: [] };
        this.progress(`clause ${step.clause.id} (${step.trigger}, ${step.mechanism})`);
        break;
      }
      case 'observation':
        if (this.current?.step.number === record.step) this.current.observations.push(record.seen);
        break;
      case 'end':
        if (this.current?.step.number !== record.step) return;
        this.done.push(evidenceOf(this.current, endingOf(record)));
        this.current = undefined;
        break;
      case 'done':
        this.finished = true;
        break;
      case 'output':
        break;
    }
  }

  patience(): number {
    if (this.release === undefined) return BOOT_PATIENCE;
    return (this.current?.step.clause.limitSeconds ?? 0) + STEP_PATIENCE;
  }
}

async function takeTurn(options: CellOptions, steps: readonly Step[], number: number): Promise<Turn> {
  const { architecture, folder } = options;
  const initramfs = packInitramfs({ programs: options.programs, plan: steps.map(planLine) });
  const command = qemuCommand(architecture, {
    kernel: options.kernelImage,
    initrd: initramfs.path,
    accel: options.accel,
    sandbox: options.sandbox,
  });
  const suffix = number === 1 ? '' : `-${number}`;
  writeFileSync(path.join(folder, `qemu${suffix}.argv`), shellCommand(command));
  const turning = new Turning(steps, options.progress);
  const observations = path.join(folder, 'observations.jsonl');
  appendFileSync(observations, `${JSON.stringify({ record: 'machine', number, initramfs: initramfs.sha256 })}\n`);
  const reader = new RecordReader((record, line) => {
    appendFileSync(observations, `${line}\n`);
    turning.take(record);
  });
  let oops: string | undefined;
  const machine: Machine = new Machine(
    { command, consoleFile: path.join(folder, `console${suffix}.log`), signal: options.signal },
    {
      onChannel: (text) => {
        reader.add(text);
        // A kernel that has oopsed is not to be trusted with the next clause.
        if (oops !== undefined && !turning.current && turning.done.length > 0) machine.stop('oops', oops);
      },
      patience: () => turning.patience(),
      finished: () => turning.finished,
      onTrouble: (kind, line) => {
        if (kind === 'oops') oops = line;
      },
    },
  );
  const end = await machine.ended;
  const turn = { end, bootSeconds: turning.bootSeconds, done: turning.done };
  const released = turning.release === undefined ? {} : { release: turning.release };
  if (turning.current) return { ...turn, ...released, lost: turning.current };
  const last = turning.done.at(-1);
  if (end.outcome === 'oops' && last) {
    // The probe may have ended by itself, but the kernel fell over during its step.
    const marked: Evidence = { ...last, ending: { kind: 'guest-lost', how: 'oops', detail: end.detail } };
    return { ...turn, ...released, done: [...turning.done.slice(0, -1), marked] };
  }
  return { ...turn, ...released };
}

/** Runs all steps of a cell. Never throws for what a guest does; interrupts end it with what is there. */
export async function runCell(options: CellOptions): Promise<CellEvidence> {
  const evidence = new Map<number, Evidence>();
  const numberOf = new Map(options.steps.map((step) => [settingKey(step.clause.id, step), step.number]));
  let left = options.steps;
  let machines = 0;
  let seconds = 0;
  let fruitless = 0;
  let first: Turn | undefined;
  let reason = '';
  while (left.length > 0 && fruitless < FRUITLESS_LIMIT) {
    machines++;
    const turn = await takeTurn(options, left, machines);
    if (!first || (first.release === undefined && turn.release !== undefined)) first = turn;
    seconds += turn.end.seconds;
    for (const one of turn.done) evidence.set(numberOf.get(settingKey(one.clause, one)) ?? -1, one);
    if (turn.end.outcome === 'stopped') {
      reason = 'the run was interrupted';
      break;
    }
    if (turn.lost) {
      const { outcome: how, detail } = turn.end;
      evidence.set(turn.lost.step.number, evidenceOf(turn.lost, { kind: 'guest-lost', how, detail }));
    }
    const before = left.length;
    left = left.filter((step) => !evidence.has(step.number));
    fruitless = left.length === before ? fruitless + 1 : 0;
    reason = `no machine got to this clause (${turn.end.outcome}: ${turn.end.detail})`;
  }
  const boot = first && {
    outcome: first.release === undefined ? first.end.outcome : 'booted',
    seconds: first.release === undefined ? first.end.seconds : first.bootSeconds,
    detail: first.release === undefined ? first.end.detail : '',
  };
  return {
    evidence: options.steps.map(
      (step) => evidence.get(step.number) ?? evidenceOf({ step, observations: [] }, { kind: 'not-started', reason }),
    ),
    boot: boot ?? { outcome: 'not-needed', seconds: 0, detail: '' },
    ...(first?.release === undefined ? {} : { release: first.release }),
    machines,
    seconds,
  };
}

const settingKey = (clause: string, setting: { trigger: string; mechanism: string }): string =>
  `${clause} ${setting.trigger} ${setting.mechanism}`;
