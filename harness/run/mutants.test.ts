// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest';
import { clauses } from '../../specs/clauses.ts';
import { expectations } from '../../specs/expectations.ts';
import { architectures } from '../arch/index.ts';
import { listMutants, parseMutant } from '../kernel/mutants.ts';
import type { CellReport } from '../outcome/report.ts';
import type { Trigger, Verdict } from '../outcome/verdict.ts';
import { compare } from './mutants.ts';

/** Is there nothing to break, since the whole kernel cannot do it there? */
const isUnsupported = (id: string, trigger: Trigger, name: string): boolean =>
  expectations.some(
    ({ clauses: concerned, architectures: where, triggers, verdict, label, mechanisms }) =>
      verdict === 'unsupported' &&
      !label &&
      !mechanisms &&
      concerned.includes(id) &&
      (where?.includes(name) ?? false) &&
      (triggers?.includes(trigger) ?? false),
  );

describe('mutants', () => {
  test('a header names what it breaks, where, and says so in words', () => {
    const patch =
      'SPDX-License-Identifier: GPL-2.0\nBreaks: 5.8, 6.1\nArchitectures: one two\n\nA mutant: all is\nlost.\n\n--- a/x\n+++ b/x\n';
    expect(parseMutant('m', patch)).toEqual({
      name: 'm',
      breaks: ['5.8', '6.1'],
      architectures: ['one', 'two'],
      description: 'all is lost.',
    });
    expect(() => parseMutant('m', '--- a/x\n')).toThrow(/Breaks/);
  });

  test('every one of the project names clauses and architectures that exist', () => {
    for (const mutant of listMutants()) {
      for (const id of mutant.breaks) expect(clauses.map((clause) => clause.id)).toContain(id);
      for (const name of mutant.architectures) expect(architectures.map((one) => one.name)).toContain(name);
    }
  });

  test('there is at least one for each behaviour that an architecture can have', () => {
    for (const architecture of architectures) {
      const broken = listMutants()
        .filter((mutant) => mutant.architectures.includes(architecture.name))
        .flatMap((mutant) => mutant.breaks.map((id) => id.split('.')[0]));
      const possible = clauses.filter(({ id, triggers }) =>
        triggers.some((one) => architecture.triggers.includes(one) && !isUnsupported(id, one, architecture.name)),
      );
      const wanted = new Set(possible.map(({ id }) => id.split('.')[0]));
      for (const behaviour of wanted) expect(broken, architecture.name).toContain(behaviour);
    }
  });
});

describe('a mutant beside the whole kernel', () => {
  const mutant = { name: 'm', breaks: ['3.1'], architectures: ['one'], description: '' };
  const cell = (verdicts: Readonly<Record<string, Verdict>>): CellReport => ({
    arch: 'one',
    kernel: { label: 'm', selector: 'with+m', version: '6.1', fingerprint: '' },
    emulator: { version: '', machine: '', cpu: '', accel: 'tcg' },
    boot: { outcome: 'booted', seconds: 1 },
    folder: '',
    machines: 1,
    seconds: 1,
    clauses: Object.entries(verdicts).map(([id, verdict]) => ({
      id,
      behaviour: 3,
      title: '',
      trigger: 'hw-breakpoint',
      mechanism: 'sigtrap',
      verdict,
      expected: 'conforms',
      outcome: verdict === 'conforms' ? 'expected' : 'unexpected-failure',
      reason: verdict === 'not-run' ? 'the run was interrupted' : '',
      observed: {},
      reproduce: '',
    })),
  });
  const whole = cell({ '3.1': 'conforms', '3.2': 'deviates', '3.3': 'not-run' });
  const fateOf = (verdicts: Readonly<Record<string, Verdict>>) => compare(mutant, 'one', whole, cell(verdicts));

  test('another verdict catches it, as said or elsewhere', () => {
    expect(fateOf({ '3.1': 'hung', '3.2': 'deviates' })).toMatchObject({ caughtBy: ['3.1 hung'], asSaid: true });
    expect(fateOf({ '3.1': 'conforms', '3.2': 'conforms' })).toMatchObject({
      caughtBy: ['3.2 conforms'],
      asSaid: false,
    });
  });

  test('the same verdicts let it survive', () => {
    const fate = fateOf({ '3.1': 'conforms', '3.2': 'deviates', '3.3': 'deviates' });
    expect(fate.caughtBy).toEqual([]);
    expect(fate.failed).toBeUndefined();
  });

  test('what was not run has not caught it', () => {
    expect(fateOf({ '3.1': 'not-run', '3.2': 'deviates' })).toMatchObject({
      caughtBy: [],
      failed: 'the run was interrupted',
    });
    expect(fateOf({ '3.1': 'not-run', '3.2': 'hung' })).toMatchObject({ caughtBy: ['3.2 hung'], asSaid: false });
  });
});
