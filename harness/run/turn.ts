// SPDX-License-Identifier: MIT
// What one guest says and how far it gets. The guest is not trusted to send its records in order, or sparingly.
import type { GuestRecord } from '../guest/records.ts';
import type { Ending, Evidence, Observation } from '../judge/observation.ts';
import type { Step } from './plan.ts';

export interface Patience {
  /** Seconds from starting QEMU to init's first record; a healthy boot takes 1 to 5 under TCG. */
  readonly bootSeconds: number;
  /** Seconds beyond a step's own limit, which init enforces: the guest is lost when it does not. */
  readonly stepSeconds: number;
}

export const PATIENCE: Patience = { bootSeconds: 60, stepSeconds: 15 };

/** Kind of the observation that the harness adds: a line `WARNING: CPU: …` of the kernel. */
export const KERNEL_WARNING = 'kernel-warning';

/** Most characters of observations that are kept of one step, and of one cell; probes record some KiB. */
const STEP_CHARACTERS = 1024 * 1024;
const CELL_CHARACTERS = 8 * 1024 * 1024;

/** What a cell may still keep; shared by its guests. */
export class Budget {
  left = CELL_CHARACTERS;
}

export function evidenceOf(step: Step, observations: readonly Observation[], ending: Ending): Evidence {
  return {
    clause: step.clause.id,
    trigger: step.trigger,
    mechanism: step.mechanism,
    observations: [...observations],
    ending,
  };
}

/** How a step ended, by init's word. */
export function endingOf(record: GuestRecord & { record: 'end' }): Ending {
  const seconds = record.ms / 1000;
  if (record.timedOut) return { kind: 'timed-out', seconds };
  if (record.signal !== undefined) return { kind: 'signalled', signal: record.signal, seconds };
  return { kind: 'exited', status: record.status ?? -1, seconds };
}

interface Running {
  readonly step: Step;
  readonly observations: Observation[];
  characters: number;
}

/** One guest's turn at the steps of a cell. */
export class Turn {
  /** Evidence by the step's number. */
  readonly done = new Map<number, Evidence>();
  current: Running | undefined;
  release: string | undefined;
  finished = false;
  bootSeconds = 0;
  /** Says why, when the guest sends more than can be kept. */
  flooded: string | undefined;
  private last: Running | undefined;
  /** The step whose mark the console showed last. */
  private marked: Running | undefined;
  private charged: { running: Running; how: 'panic' | 'oops'; line: string } | undefined;
  private readonly started = performance.now();
  /** Of all steps, in their order. */
  private readonly runnings: ReadonlyMap<number, Running>;
  private readonly begun = new Set<number>();

  constructor(
    private readonly steps: readonly Step[],
    private readonly patienceFor: Patience,
    private readonly budget: Budget,
    private readonly progress: (detail: string) => void,
  ) {
    this.runnings = new Map(steps.map((step) => [step.number, { step, observations: [], characters: 0 }]));
  }

  /** True when the record brought the guest on. `characters`: its length on the channel. */
  take(record: GuestRecord, characters: number): boolean {
    switch (record.record) {
      case 'boot':
        if (this.release !== undefined) return false;
        this.release = record.release;
        this.bootSeconds = (performance.now() - this.started) / 1000;
        return true;
      case 'begin':
        return this.begin(record.step);
      case 'observation':
        if (this.current?.step.number === record.step) this.keep(this.current, record.seen, characters);
        return false;
      case 'end':
        if (this.current?.step.number !== record.step) return false;
        this.done.set(record.step, evidenceOf(this.current.step, this.current.observations, endingOf(record)));
        this.last = this.current;
        this.current = undefined;
        return true;
      case 'done':
        this.finished = true;
        return true;
      case 'output':
        return false;
    }
  }

  private begin(number: number): boolean {
    const running = this.runnings.get(number);
    // Not ours, not left, or while another one runs: init does none of these.
    if (!running || this.begun.has(number) || this.current || this.release === undefined) return false;
    this.begun.add(number);
    this.current = running;
    const { step } = running;
    this.progress(`clause ${step.clause.id} (${step.trigger}, ${step.mechanism})`);
    return true;
  }

  private keep(running: Running, seen: Observation, characters: number): void {
    if (running.characters + characters > STEP_CHARACTERS) {
      this.flooded = `the probe recorded more than ${STEP_CHARACTERS >> 20} MiB`;
      return;
    }
    if (this.budget.left < characters) {
      this.flooded = `the probes of this cell recorded more than ${CELL_CHARACTERS >> 20} MiB`;
      return;
    }
    running.characters += characters;
    this.budget.left -= characters;
    running.observations.push(seen);
  }

  /**
   * The console showed the mark of a step (guest/console-mark.ts): what the kernel says from there on is of this one,
   * however far the channel has been read. Returns whose it was before; false for a mark that init did not write.
   */
  mark(number: number): { before: number | undefined } | false {
    const running = this.runnings.get(number);
    const before = this.marked?.step.number;
    const place = (of: number) => this.steps.findIndex((step) => step.number === of);
    if (!running || (before !== undefined && place(number) <= place(before))) return false;
    this.marked = running;
    return { before };
  }

  /** Whose the kernel's words on the console are. Without marks: of what runs now, or has just ended. */
  private get speaking(): Running | undefined {
    return this.marked ?? this.current ?? this.last;
  }

  /** The kernel fell over, which costs the step that it speaks of, and all later ones another guest. */
  trouble(how: 'panic' | 'oops', line: string): void {
    const running = this.charged?.running ?? this.speaking;
    if (running) this.charged = { running, how, line };
  }

  /** The kernel warned and goes on: noted with what the step saw that it speaks of. Returns the step's number. */
  warn(line: string): number | undefined {
    const running = this.speaking;
    if (!running) return undefined;
    running.observations.push({ what: KERNEL_WARNING, line });
    const { number } = running.step;
    const done = this.done.get(number);
    if (done) this.done.set(number, { ...done, observations: [...running.observations] });
    return number;
  }

  patience(): number {
    if (this.release === undefined) return this.patienceFor.bootSeconds;
    return (this.current?.step.clause.limitSeconds ?? 0) + this.patienceFor.stepSeconds;
  }

  /** Settles what is open when the machine has ended. `how` and `detail` are the monitor's words. */
  close(how: string, detail: string): void {
    const lost = (running: Running, ending: { how: string; detail: string }) =>
      this.done.set(
        running.step.number,
        evidenceOf(running.step, running.observations, { kind: 'guest-lost', ...ending }),
      );
    if (this.charged) {
      const { running, how: trouble, line } = this.charged;
      lost(running, { how: trouble, detail: line });
      // A kernel that has oopsed is not to be trusted with another clause: the next guest runs them again.
      const later = this.steps.slice(this.steps.indexOf(running.step) + 1);
      for (const step of later) this.done.delete(step.number);
      return;
    }
    if (this.current && how !== 'stopped') {
      lost(this.current, { how, detail: detail || 'the guest said that it had finished while the probe ran' });
    }
  }
}
