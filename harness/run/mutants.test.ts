// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest';
import { clauses } from '../../specs/clauses.ts';
import { architectures } from '../arch/index.ts';
import { listMutants, parseMutant } from '../kernel/mutants.ts';

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
      const wanted = architecture.triggers.includes('hw-breakpoint') ? '123456' : '23456';
      for (const behaviour of wanted) expect(broken, architecture.name).toContain(behaviour);
    }
  });
});
