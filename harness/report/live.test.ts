// SPDX-License-Identifier: MIT
import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { step } from '../outcome/events.ts';
import { HOSTILE } from './fixture.ts';
import { createLive, duration } from './live.ts';

/** A terminal that knows the two sequences the renderer may use, and refuses every other. */
class Screen {
  readonly lines: string[] = [''];
  row = 0;
  columns: number | undefined = 60;
  rows: number | undefined = 10;
  raw = '';
  write(text: string): void {
    this.raw += text;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is read here.
    for (const [token] of text.matchAll(/\x1b\[\d*[A-Za-z]|\n|[^\x1b\n]+|\x1b/g)) {
      if (token === '\n') {
        this.row += 1;
        this.lines[this.row] ??= '';
      } else if (/^.\[\d+A$/.test(token)) {
        this.row -= Number(token.slice(2, -1));
        if (this.row < 0) throw new Error('moved above what was drawn');
      } else if (token === '\x1b[0J') {
        this.lines.length = this.row + 1;
        this.lines[this.row] = '';
      } else if (token.startsWith('\x1b')) {
        if (!/^.\[\d+m$/.test(token)) throw new Error(`sequence ${JSON.stringify(token)}`);
      } else {
        this.lines[this.row] += token;
      }
    }
  }
  get shown(): string[] {
    return this.lines.filter((line) => line !== '');
  }
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

describe('on a terminal', () => {
  const begin = (colour = false) => {
    const screen = new Screen();
    return { screen, live: createLive(screen, { isTTY: true, colour }) };
  };

  it('rewrites one line per subject in place, with the elapsed time', () => {
    const { screen, live } = begin();
    live.sink({ type: 'step-started', subject: 'x86_64/with', step: 'boot' });
    live.sink({ type: 'step-started', subject: 'arm64/with', step: 'build' });
    live.sink({ type: 'step-progress', subject: 'arm64/with', step: 'build', detail: '41%' });
    vi.advanceTimersByTime(3000);
    expect(screen.shown).toEqual(['  x86_64/with  boot  3.0 s', '  arm64/with  build  3.0 s: 41%']);
    live.close();
  });

  it('leaves one line for a finished step, above the live ones', () => {
    const { screen, live } = begin();
    live.sink({ type: 'step-started', subject: 'a', step: 'boot' });
    live.sink({ type: 'step-started', subject: 'b', step: 'build' });
    live.sink({ type: 'step-finished', subject: 'a', step: 'boot', seconds: 75.2, detail: 'Linux 6.1' });
    vi.advanceTimersByTime(1000);
    expect(screen.shown).toEqual(['a: boot finished in 1 min 15 s: Linux 6.1', '  b  build  1.0 s']);
    live.sink({ type: 'notice', level: 'warning', message: 'no KVM' });
    expect(screen.shown[1]).toBe('warning: no KVM');
    live.close();
    expect(screen.shown.slice(0, 2)).toEqual(['a: boot finished in 1 min 15 s: Linux 6.1', 'warning: no KVM']);
  });

  it('takes its lines off at close, names what did not finish, and is quiet afterwards', () => {
    const { screen, live } = begin();
    live.sink({ type: 'step-started', subject: 'a', step: 'boot' });
    vi.advanceTimersByTime(2000);
    live.close();
    live.close();
    expect(screen.shown).toEqual(['a: boot not finished after 2.0 s']);
    live.sink({ type: 'step-started', subject: 'a', step: 'again' });
    vi.advanceTimersByTime(2000);
    expect(screen.shown).toHaveLength(1);
    expect(screen.lines.at(-1)).toBe('');
  });

  it('shows the inner step while it lasts, and the outer one again after', () => {
    const { screen, live } = begin();
    live.sink({ type: 'step-started', subject: 'a', step: 'cell' });
    live.sink({ type: 'step-started', subject: 'a', step: 'boot' });
    expect(screen.shown).toEqual(['  a  boot  0.0 s']);
    live.sink({ type: 'step-finished', subject: 'a', step: 'boot', seconds: 1 });
    expect(screen.shown.at(-1)).toBe('  a  cell  0.0 s');
    live.sink({ type: 'step-finished', subject: 'a', step: 'cell', seconds: 1 });
    expect(screen.shown.filter((line) => line.startsWith(' '))).toEqual([]);
    live.close();
  });

  it('never draws a line wider, or more lines, than the terminal has', () => {
    const { screen, live } = begin();
    for (let index = 0; index < 30; index += 1) {
      live.sink({ type: 'step-started', subject: `cell ${index} ${'漢'.repeat(100)}`, step: 'boot' });
    }
    expect(screen.shown).toHaveLength(8);
    expect(screen.shown.at(-1)).toBe('  … and 23 more');
    expect(screen.shown.every((line) => line.length < 60)).toBe(true);
    live.close();
    expect(screen.shown.every((line) => line.includes('not finished'))).toBe(true);
  });

  it.each([true, false])('passes on nothing that a guest printed (colour %s)', (colour) => {
    const { screen, live } = begin(colour);
    live.sink({ type: 'step-started', subject: HOSTILE, step: HOSTILE });
    live.sink({ type: 'step-progress', subject: HOSTILE, step: HOSTILE, detail: HOSTILE });
    vi.advanceTimersByTime(500);
    live.sink({ type: 'notice', level: 'info', message: HOSTILE });
    live.sink({ type: 'step-finished', subject: HOSTILE, step: HOSTILE, seconds: 1, detail: HOSTILE });
    live.close();
    expect(screen.raw.includes('\x1b[2J') || screen.raw.includes('\x07') || screen.raw.includes('\r')).toBe(false);
    expect(stripVTControlCharacters(screen.raw).replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  });
});

describe('without a terminal', () => {
  it('logs starts and ends, and progress every ten seconds at most', () => {
    const written: string[] = [];
    const live = createLive({ write: (text) => written.push(text) }, { isTTY: false, colour: false });
    live.sink({ type: 'step-started', subject: 'a', step: 'build' });
    for (let second = 1; second <= 25; second += 1) {
      vi.advanceTimersByTime(1000);
      live.sink({ type: 'step-progress', subject: 'a', step: 'build', detail: `${second}\x1b[2J` });
    }
    live.sink({ type: 'step-finished', subject: 'a', step: 'build', seconds: 25 });
    live.close();
    expect(written).toEqual([
      'a: build started\n',
      'a: build, 10.0 s: 10\\x1b[2J\n',
      'a: build, 20.0 s: 20\\x1b[2J\n',
      'a: build finished in 25.0 s\n',
    ]);
  });

  it('names a step that tells nothing now and then', () => {
    const written: string[] = [];
    const live = createLive({ write: (text) => written.push(text) }, { isTTY: false, colour: false });
    live.sink({ type: 'step-started', subject: 'test', step: 'boots' });
    vi.advanceTimersByTime(5000);
    live.sink({ type: 'step-progress', subject: 'test', step: 'boots', detail: 'the first' });
    vi.advanceTimersByTime(146_000);
    live.sink({ type: 'step-finished', subject: 'test', step: 'boots', seconds: 151 });
    live.close();
    expect(written).toEqual([
      'test: boots started\n',
      'test: boots, 1 min 0 s: the first\n',
      'test: boots, 2 min 0 s: the first\n',
      'test: boots finished in 2 min 31 s\n',
    ]);
  });

  it('tells at once what failed, the innermost step alone, and no more of it at the end', async () => {
    const written: string[] = [];
    const live = createLive({ write: (text) => written.push(text) }, { isTTY: false, colour: false });
    const failing = step(live.sink, 'a', 'cell', () =>
      step(live.sink, 'a', 'build', async (detail) => {
        vi.advanceTimersByTime(2000);
        detail('3 files');
        throw new Error('no compiler');
      }),
    );
    await expect(failing).rejects.toThrow('no compiler');
    vi.advanceTimersByTime(5000);
    live.close();
    expect(written).toEqual([
      'a: cell started\n',
      'a: build started\n',
      'a: build not finished after 2.0 s: 3 files\n',
    ]);
  });
});

it.each([
  [0.04, '0.0 s'],
  [59.94, '59.9 s'],
  [59.96, '1 min 0 s'],
  [119.6, '2 min 0 s'],
])('duration(%d) is %s', (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});
