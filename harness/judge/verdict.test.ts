// SPDX-License-Identifier: MIT
import { AssertionError } from 'node:assert';
import { describe, expect, it, test } from 'vitest';
import type { Mechanism } from '../outcome/verdict.ts';
import type { Ending, Evidence, Observation } from './observation.ts';
import { NoVerdictOfTheSpec, verdictBefore, verdictOfError } from './verdict.ts';

const ENDED: Ending = { kind: 'exited', status: 0, seconds: 1 };

const evidence = (observations: Observation[], ending: Ending = ENDED, mechanism: Mechanism = 'sigtrap'): Evidence => ({
  clause: '1.1',
  trigger: 'hw-breakpoint',
  mechanism,
  observations,
  ending,
});

const refused = (errno: number, errnoWithoutSigtrap?: number): Observation => ({
  what: 'refused',
  call: 'perf_event_open',
  errno,
  error: 'its name',
  ...(errnoWithoutSigtrap === undefined ? {} : { errnoWithoutSigtrap }),
});

describe('a refusal becomes a verdict by its errno', () => {
  // The errno, the errno of the same event without sigtrap, and what that means for sigtrap.
  it.each([
    ['EINVAL, and it opens without', 22, 0, 'absent'],
    ['E2BIG, and it opens without', 7, 0, 'absent'],
    ['EINVAL, and nothing was tried without', 22, undefined, 'deviates'],
    ['EINVAL, and EINVAL without', 22, 22, 'deviates'],
    ['EINVAL, and ENOENT without', 22, 2, 'unsupported'],
    ['EINVAL, and EOPNOTSUPP without', 22, 95, 'unsupported'],
    ['ENOENT', 2, 2, 'unsupported'],
    ['ENODEV', 19, undefined, 'unsupported'],
    ['ENOSPC', 28, 0, 'unsupported'],
    ['ENOSYS', 38, undefined, 'unsupported'],
    ['ENOSYS of SPARC', 90, undefined, 'unsupported'],
    ['EOPNOTSUPP', 95, undefined, 'unsupported'],
    ['EOPNOTSUPP of SPARC', 45, undefined, 'unsupported'],
    ['ENOSYS of MIPS', 89, undefined, 'unsupported'],
    ['EOPNOTSUPP of MIPS', 122, undefined, 'unsupported'],
    ['EACCES: nothing documents it', 13, 0, 'deviates'],
    ['EPERM', 1, 0, 'deviates'],
    ['EFAULT', 14, 0, 'deviates'],
  ])('%s', (_, errno, without, verdict) => {
    const judged = verdictBefore(evidence([refused(errno, without)]));
    expect(judged?.verdict).toBe(verdict);
    expect(judged?.reason).toContain(`errno ${errno}`);
  });

  it.each(['fasync', 'poll', 'ptrace'] as const)('%s has no sigtrap that could be absent', (mechanism) => {
    expect(verdictBefore(evidence([refused(22, 0)], ENDED, mechanism))?.verdict).toBe('deviates');
  });
});

test.each<[string, Ending, string]>([
  ['timed out', { kind: 'timed-out', seconds: 5 }, 'hung'],
  ['died of a signal', { kind: 'signalled', signal: 11, seconds: 1 }, 'crashed'],
  ['lost in a panic', { kind: 'guest-lost', how: 'panic', detail: 'd' }, 'crashed'],
  ['lost in an oops', { kind: 'guest-lost', how: 'oops', detail: 'd' }, 'crashed'],
  ['lost in silence', { kind: 'guest-lost', how: 'silent', detail: 'd' }, 'hung'],
  ['never started', { kind: 'not-started', reason: 'why' }, 'not-run'],
  ['ended with a status', { kind: 'exited', status: 3, seconds: 1 }, 'not-run'],
])('a probe that was %s', (_, ending, verdict) => {
  const judged = verdictBefore(evidence([{ what: 'hit', pc: '0x1' }], ending));
  expect(judged?.verdict).toBe(verdict);
  expect(judged?.reason).not.toBe('');
});

test('a probe that ended well is left to its spec, with or without records', () => {
  expect(verdictBefore(evidence([{ what: 'hit' }]))).toBeUndefined();
  expect(verdictBefore(evidence([]))).toBeUndefined();
});

test('a loop that the guest stopped is one, however the probe ended', () => {
  const looped = { what: 'looped', stops: 1000, pc: '0x40' };
  expect(verdictBefore(evidence([looped]))).toEqual({
    verdict: 'looped',
    reason: '1000 stops at pc 0x40 without any progress',
  });
  expect(verdictBefore(evidence([looped], { kind: 'timed-out', seconds: 1 }))?.verdict).toBe('looped');
});

test('a record that was cut is not judged, nor a probe that could not work', () => {
  expect(verdictBefore(evidence([{ what: 'hits', truncated: true }]))?.verdict).toBe('not-run');
  expect(verdictBefore(evidence([{ what: 'hits', truncated: false }]))).toBeUndefined();
  expect(verdictBefore(evidence([{ what: 'broken', call: 'mmap', error: 'e' }]))?.verdict).toBe('not-run');
});

test('a failed assertion deviates by its message; a bug of the spec is none', () => {
  const failed = (() => {
    try {
      expect(1).toBe(2);
    } catch (error) {
      return error;
    }
    return undefined;
  })();
  expect(verdictOfError(failed)).toEqual({ verdict: 'deviates', reason: 'expected 1 to be 2' });
  expect(verdictOfError(new AssertionError({ message: 'm' })).verdict).toBe('deviates');
  expect(verdictOfError(new NoVerdictOfTheSpec('not-emulated', 'r'))).toEqual({ verdict: 'not-emulated', reason: 'r' });
  expect(() => verdictOfError(new TypeError('x is undefined'))).toThrow(TypeError);
});
