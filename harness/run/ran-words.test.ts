// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest';
import type { Ending, Evidence } from '../judge/observation.ts';
import { ranWords } from './ran-words.ts';

const of = (ending: Ending): Evidence => ({
  clause: '1.1',
  trigger: 'hw-breakpoint',
  mechanism: 'sigtrap',
  observations: [],
  ending,
});
const ended = of({ kind: 'exited', status: 0, seconds: 1 });
const lost = of({ kind: 'guest-lost', how: 'panic', detail: '' });
const missed = of({ kind: 'not-started', reason: 'the run was interrupted' });
const boot = (outcome: string) => ({ outcome, seconds: 1, detail: '' });

test.each([
  [[ended, lost, ended], 'booted', 2, '3 probes in 2 machines'],
  [[ended, missed, missed], 'booted', 1, '1 of 3 probes in 1 machine'],
  [[missed, missed], 'emulator-failed', 1, '0 of 2 probes: no guest came up (emulator-failed)'],
  [[], 'not-needed', 0, '0 probes in 0 machines'],
] as const)('what ran is told, and not what was planned (%#)', (evidence, outcome, machines, words) => {
  expect(ranWords({ evidence, boot: boot(outcome), machines })).toBe(words);
});
