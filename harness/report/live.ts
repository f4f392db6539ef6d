// SPDX-License-Identifier: MIT
// What a person sees while a run works: a line per subject, rewritten in place on a terminal, a plain log elsewhere.
import { styleText } from 'node:util';
import type { EventSink, TraplineEvent } from '../outcome/events.ts';
import { columnsOf, oneLine, visible } from './escape.ts';

/** The part of a stream that is used: stderr, or a file or pipe in its place. */
export interface LiveStream {
  write(text: string): unknown;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
  on?(event: 'error', listener: (error: Error) => void): unknown;
}

export interface Live {
  readonly sink: EventSink;
  /** Takes the live lines off the screen and stops the timer; steps that never finished are named. */
  close(): void;
}

/** Milliseconds between two drawings of the live lines. */
const REDRAW_INTERVAL = 200;
/** Milliseconds between two progress lines of one subject in the plain log. */
const PROGRESS_INTERVAL = 10_000;
/** Milliseconds after which a step that has nothing to tell is named again: it is still at work. */
const SIGN_OF_LIFE = 60_000;

interface ActiveStep {
  readonly step: string;
  readonly started: number;
  detail: string;
  /** A step inside it has failed, and that was told. */
  failed: boolean;
}

interface View {
  started(subject: string, active: ActiveStep): void;
  progressed(subject: string, active: ActiveStep): void;
  line(text: string): void;
  close(): void;
}

/** 0.42 → "0.4 s", 75 → "1 min 15 s". */
export function duration(seconds: number): string {
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

const elapsed = (active: ActiveStep): number => (performance.now() - active.started) / 1000;
const withDetail = (detail: string | undefined): string => (detail ? `: ${detail}` : '');

/**
 * Only cursor-up and erase-below are used, and only over lines this renderer drew: no hidden cursor, no other screen,
 * so that even a kill leaves the terminal usable.
 */
function terminalView(stream: LiveStream, colour: boolean, subjects: ReadonlyMap<string, ActiveStep[]>): View {
  let drawn: number[] = [];
  const width = () => Math.max(20, stream.columns ?? 80);

  const erase = (): string => {
    // A terminal made narrower since has wrapped what was drawn.
    const rows = drawn.reduce((sum, columns) => sum + Math.max(1, Math.ceil(columns / width())), 0);
    drawn = [];
    return rows === 0 ? '' : `\x1b[${rows}A\x1b[0J`;
  };
  const liveLines = (): string[] => {
    const all = [...subjects].flatMap(([subject, steps]) => {
      const active = steps.at(-1);
      if (!active) return [];
      return [
        oneLine(`  ${subject}  ${active.step}  ${duration(elapsed(active))}${withDetail(active.detail)}`, width() - 1),
      ];
    });
    // What scrolls off the top cannot be rewritten.
    const room = Math.max(1, (stream.rows ?? 24) - 2);
    return all.length <= room ? all : [...all.slice(0, room - 1), `  … and ${all.length - room + 1} more`];
  };
  const draw = (above = '') => {
    const cleared = erase();
    const lines = liveLines();
    drawn = lines.map(columnsOf);
    const text = lines.map((line) => `${colour ? styleText('dim', line, { validateStream: false }) : line}\n`).join('');
    if (cleared || above || text) stream.write(cleared + above + text);
  };
  const timer = setInterval(draw, REDRAW_INTERVAL);
  timer.unref();
  return {
    started: () => draw(),
    progressed: () => {},
    line: (text) => draw(`${text}\n`),
    close: () => {
      clearInterval(timer);
      const cleared = erase();
      if (cleared) stream.write(cleared);
    },
  };
}

function plainView(stream: LiveStream, subjects: ReadonlyMap<string, ActiveStep[]>): View {
  const told = new Map<string, number>();
  const line = (text: string) => stream.write(`${text}\n`);
  const tellAfter = (milliseconds: number, subject: string, active: ActiveStep) => {
    const now = performance.now();
    if (now - (told.get(subject) ?? 0) < milliseconds) return;
    told.set(subject, now);
    line(
      `${visible(subject)}: ${visible(active.step)}, ${duration(elapsed(active))}${oneLine(withDetail(active.detail), 200)}`,
    );
  };
  const timer = setInterval(() => {
    for (const [subject, steps] of subjects) {
      const active = steps.at(-1);
      if (active) tellAfter(SIGN_OF_LIFE, subject, active);
    }
  }, PROGRESS_INTERVAL);
  timer.unref();
  return {
    started: (subject, active) => {
      told.set(subject, active.started);
      line(`${visible(subject)}: ${visible(active.step)} started`);
    },
    progressed: (subject, active) => tellAfter(PROGRESS_INTERVAL, subject, active),
    line,
    close: () => clearInterval(timer),
  };
}

export function createLive(stream: LiveStream, options: { isTTY: boolean; colour: boolean }): Live {
  // Nobody reading the progress any more (a closed pipe) must not end the run.
  stream.on?.('error', () => {});
  const subjects = new Map<string, ActiveStep[]>();
  const view = options.isTTY ? terminalView(stream, options.colour, subjects) : plainView(stream, subjects);
  const paint = (style: 'green' | 'yellow' | 'red', text: string) =>
    options.colour ? styleText(style, text, { validateStream: false }) : text;
  let closed = false;

  const finish = (event: TraplineEvent & { type: 'step-finished' }) => {
    const steps = subjects.get(event.subject) ?? [];
    const index = steps.findLastIndex((active) => active.step === event.step);
    // Steps inside it that never told their end have ended with it.
    const left = index < 0 ? steps : steps.slice(0, index);
    if (left.length > 0) subjects.set(event.subject, left);
    else subjects.delete(event.subject);
    const said = `${event.subject}: ${event.step} finished in ${duration(event.seconds)}${withDetail(event.detail)}`;
    view.line(paint('green', oneLine(said, 300)));
  };

  const notFinished = (subject: string, { step, detail }: ActiveStep, seconds: number): string => {
    const said = `${subject}: ${step} not finished after ${duration(seconds)}${withDetail(detail)}`;
    return paint('red', oneLine(said, 300));
  };

  const fail = (event: TraplineEvent & { type: 'step-failed' }) => {
    const steps = subjects.get(event.subject) ?? [];
    const index = steps.findLastIndex((active) => active.step === event.step);
    const failed = steps[index];
    if (!failed) return;
    const outer = steps[index - 1];
    if (outer) outer.failed = true;
    if (index > 0) subjects.set(event.subject, steps.slice(0, index));
    else subjects.delete(event.subject);
    // The innermost step says most; what it was part of has failed with it.
    if (!failed.failed) view.line(notFinished(event.subject, failed, event.seconds));
  };

  const sink: EventSink = (event) => {
    if (event.type === 'notice') {
      const shown = visible(event.message);
      const line = event.level === 'warning' ? paint('yellow', `warning: ${shown}`) : shown;
      if (closed) stream.write(`${line}\n`);
      else view.line(line);
      return;
    }
    if (closed) return;
    if (event.type === 'step-finished') return finish(event);
    if (event.type === 'step-failed') return fail(event);
    const steps = subjects.get(event.subject) ?? [];
    if (event.type === 'step-progress') {
      const active = steps.findLast((candidate) => candidate.step === event.step);
      if (!active) return;
      active.detail = event.detail;
      return view.progressed(event.subject, active);
    }
    // The same step once more: the one before ended without saying so.
    const again = steps.findIndex((active) => active.step === event.step);
    const active = { step: event.step, started: performance.now(), detail: '', failed: false };
    subjects.set(event.subject, [...(again < 0 ? steps : steps.slice(0, again)), active]);
    view.started(event.subject, active);
  };

  const close = () => {
    if (closed) return;
    closed = true;
    view.close();
    for (const [subject, steps] of subjects) {
      const active = steps.at(-1);
      if (active && !active.failed) stream.write(`${notFinished(subject, active, elapsed(active))}\n`);
    }
    subjects.clear();
  };
  return { sink, close };
}
