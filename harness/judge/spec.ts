// SPDX-License-Identifier: MIT
// What a spec file is written with: `judge('4.1', …)` registers a vitest test for every cell and setting.
import { readFileSync } from 'node:fs';
import { test } from 'vitest';
import { findArchitecture } from '../arch/index.ts';
import type { Architecture, Profile } from '../arch/record.ts';
import type { Verdict } from '../outcome/verdict.ts';
import { blame } from './blame.ts';
import { type Evidence, judgeInputSchema, type Observation } from './observation.ts';
import { NoVerdictOfTheSpec, verdictBefore, verdictOfError } from './verdict.ts';

export { hex } from './observation.ts';

/** What the judging function of a clause is given. */
export interface Case {
  readonly architecture: Architecture;
  readonly profile: Profile;
  readonly label: string;
  readonly trigger: Evidence['trigger'];
  readonly mechanism: Evidence['mechanism'];
  readonly observations: readonly Observation[];
  /** The only record of that kind; a probe that recorded none (or several) was not able to exercise the clause. */
  one(what: string): Observation;
  all(what: string): Observation[];
  /** Ends the judging with another verdict than `conforms` or `deviates`; the reason is kept. */
  verdict(verdict: Exclude<Verdict, 'conforms' | 'deviates'>, reason: string): never;
}

/** What travels from a test to the reporter: see judge.ts. */
export interface JudgedMeta {
  cell: number;
  evidence: number;
  verdict: Verdict;
  reason: string;
}

declare module 'vitest' {
  interface TaskMeta {
    judged?: JudgedMeta;
  }
}

const inputFile = process.env.TRAPLINE_JUDGE_INPUT;
const cells = inputFile ? judgeInputSchema.parse(JSON.parse(readFileSync(inputFile, 'utf8'))) : [];

/**
 * Registers the judging of a clause. `decide` makes vitest assertions on the observations:
 * passing is `conforms`, a failed assertion is `deviates` with the assertion's message.
 * The test itself always reports its verdict; whether it was expected is the run's question.
 */
export function judge(clause: string, decide: (judged: Case) => void): void {
  if (!inputFile) {
    test.skip(`${clause}: no observations (specs are run by ./trapline run, or ./trapline report RUN --judge)`);
    return;
  }
  // vitest takes a file without any test for a mistake.
  if (!cells.some((cell) => cell.evidence.some((evidence) => evidence.clause === clause))) {
    test.skip(`${clause}: not part of this run`);
    return;
  }
  cells.forEach((cell, cellIndex) => {
    const architecture = findArchitecture(cell.arch);
    cell.evidence.forEach((evidence, evidenceIndex) => {
      if (evidence.clause !== clause) return;
      const name = `${clause} ${cell.arch}/${cell.label} ${evidence.trigger} ${evidence.mechanism}`;
      test(name, ({ task }) => {
        const settle = (first: Verdict, why: string) => {
          const { verdict, reason } = blame({ verdict: first, reason: why }, evidence, cell.control);
          task.meta.judged = { cell: cellIndex, evidence: evidenceIndex, verdict, reason };
        };
        const early = verdictBefore(evidence);
        if (early) return settle(early.verdict, early.reason);
        try {
          decide(caseOf(architecture, cell.label, evidence));
          settle('conforms', '');
        } catch (error) {
          const { verdict, reason } = verdictOfError(error);
          settle(verdict, reason);
        }
      });
    });
  });
}

function caseOf(architecture: Architecture, label: string, evidence: Evidence): Case {
  const all = (what: string) => evidence.observations.filter((observation) => observation.what === what);
  return {
    architecture,
    profile: architecture.profile,
    label,
    trigger: evidence.trigger,
    mechanism: evidence.mechanism,
    observations: evidence.observations,
    all,
    one(what) {
      const found = all(what);
      const [only] = found;
      if (only && found.length === 1) return only;
      throw new NoVerdictOfTheSpec('not-run', `the probe recorded ${found.length} "${what}" where the judge needs one`);
    },
    verdict(verdict, reason) {
      throw new NoVerdictOfTheSpec(verdict, reason);
    },
  };
}
