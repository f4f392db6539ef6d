// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest';
import { clauses } from '../../specs/clauses.ts';
import { expectations } from '../../specs/expectations.ts';
import { architectures } from '../arch/index.ts';
import type { Architecture } from '../arch/record.ts';
import { lackedBy, triggersOfRun } from '../judge/clause.ts';
import { expectedVerdict } from '../judge/expectation.ts';
import { type ClauseFilter, clausesElsewhere, demandSteps, lackReason, stepsFor } from './plan.ts';

const filter = (changes: Partial<ClauseFilter> = {}): ClauseFilter => ({
  clauses: [],
  triggers: [],
  mechanisms: [],
  ...changes,
});
const having = (wanted: boolean): Architecture => {
  const found = architectures.find(({ nextProgramCounter }) => nextProgramCounter === wanted);
  if (!found) throw new Error('no such architecture');
  return found;
};
const [one, two] = [having(false), having(true)];

describe('a request that exercises nothing is no success', () => {
  test('a clause of other architectures: the reason, and where it is defined', () => {
    const asked = filter({ clauses: ['4.6'] });
    expect(() => demandSteps([one], asked)).toThrow(
      expect.objectContaining({
        kind: 'request',
        name: 'nothing-to-run',
        what: expect.stringContaining(`4.6: not defined for ${one.name}: it has no next program counter`),
        remedy: `Run it where it is defined: ./trapline run --arch ${two.name} --clause 4.6`,
      }),
    );
    expect(() => demandSteps([one, two], asked)).not.toThrow();
  });

  test('a mechanism that does not go with the trigger, whatever other clauses an architecture lacks', () => {
    const asked = filter({ triggers: ['hw-breakpoint'], mechanisms: ['none'] });
    expect(() => demandSteps([one], asked)).toThrow(
      expect.objectContaining({
        name: 'nothing-to-run',
        remedy: 'There is --trigger hw-breakpoint with --mechanism sigtrap, fasync, poll, ptrace',
      }),
    );
    expect(clausesElsewhere(one, asked)).toEqual([]);
  });
});

describe.each(architectures)('clauses of other architectures in a report of $name', (architecture) => {
  test('have a trigger of its runs and the mechanism that was asked for', () => {
    const [none, all] = [filter({ mechanisms: ['none'] }), filter()].map((asked) =>
      clausesElsewhere(architecture, asked),
    );
    expect(all?.map(({ clause }) => clause)).toEqual(clauses.filter((clause) => lackedBy(architecture, clause)));
    expect(none?.filter(({ mechanism }) => mechanism !== 'none')).toEqual([]);
    for (const { trigger } of all ?? []) expect(triggersOfRun(architecture)).toContain(trigger);
    const ofSteps = stepsFor(architecture, filter()).map(({ trigger }) => trigger);
    for (const { trigger } of all ?? []) expect(ofSteps).toContain(trigger);
  });

  test.each(['with', 'without'])('are expected not to run, on a kernel %s the feature', (label) => {
    for (const { clause, ...setting } of clausesElsewhere(architecture, filter())) {
      const judged = { verdict: 'not-run', reason: lackReason(architecture, clause) } as const;
      const versions = { emulator: '7.2.22', kernel: '6.1.192' };
      const expected = expectedVerdict(clause, setting, architecture, label, expectations, judged, versions);
      expect(expected.verdict).toBe('not-run');
    }
  });
});
