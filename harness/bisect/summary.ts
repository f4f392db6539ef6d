// SPDX-License-Identifier: MIT
// The end of a bisection for a person: the commit, what was seen on both sides of it, and where the log is.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Evidence } from '../judge/observation.ts';
import { visible } from '../outcome/visible.ts';
import { differences } from '../run/differences.ts';
import { replay } from '../run/replay.ts';
import type { BisectionState, StepRecord } from './state.ts';

/** Differences between two observations that are shown. */
const MOST = 12;

const WORDS = { 0: 'good', 1: 'bad', 125: 'skipped' } as const;

/** The last try of a step: of a bad one that is the one that failed. */
function evidenceOf(folder: string, { folder: place, verdicts }: StepRecord): Evidence | undefined {
  const file = path.join(folder, place, `try-${verdicts.length}`, 'observations.jsonl');
  return existsSync(file) ? replay(readFileSync(file, 'utf8')).evidence.at(-1) : undefined;
}

function said(record: StepRecord): string {
  const last = record.verdicts.at(-1);
  if (record.why !== undefined || !last) return visible(record.why ?? '');
  const times = record.verdicts.length > 1 ? ` in try ${record.verdicts.length}` : '';
  return visible(`${last.verdict}${times}${last.reason === '' ? '' : `: ${last.reason}`}`);
}

const line = (record: StepRecord): string =>
  `  ${WORDS[record.code].padEnd(8)} ${visible(record.commit.text)}: ${said(record)}`;

/** What differs between what was seen on the last good commit and on the first bad one. */
function observed(folder: string, good: StepRecord, bad: StepRecord): string[] {
  const [before, after] = [evidenceOf(folder, good), evidenceOf(folder, bad)];
  if (!before || !after) return [];
  const found = differences(before, after).filter(({ varies }) => !varies);
  const value = (one: unknown): string => (one === undefined ? 'not there' : visible(JSON.stringify(one)));
  return [
    'What was seen, good and bad:',
    ...found.slice(0, MOST).map(({ where, recorded, seen }) => `  ${where}: ${value(recorded)} and ${value(seen)}`),
    ...(found.length > MOST ? [`  and ${found.length - MOST} more differences`] : []),
  ];
}

/** @param details what git says of the commit that was found */
export function summaryOf(state: BisectionState, folder: string, details: string): string {
  const { request, good, bad, steps, result } = state;
  const [first] = result?.commits ?? [];
  const all = [...(good ? [good] : []), ...(bad ? [bad] : []), ...steps];
  const lastGood = steps.findLast(({ code }) => code === 0) ?? good;
  const firstBad = all.find(({ commit, code }) => code === 1 && commit.sha === first?.sha) ?? bad;
  const setting = `clause ${request.clause} (${request.trigger}, ${request.mechanism}) on ${request.arch}`;
  const head =
    result?.found && first
      ? [
          `${visible(first.text)} is the first bad commit: ${setting}`,
          '',
          ...details.split('\n').map((each) => `    ${visible(each)}`.trimEnd()),
          '',
        ]
      : [
          `It could not be decided which commit changed ${setting}. It is one of:`,
          ...(result?.commits ?? []).map(({ text }) => `  ${visible(text)}`),
          '',
        ];
  return [
    ...head,
    ...all.map(line),
    '',
    ...(lastGood && firstBad ? observed(folder, lastGood, firstBad) : []),
    `Log for git bisect replay: ${path.join(folder, 'bisect.log')}`,
    `Console and observations of each try: ${folder}`,
  ].join('\n');
}
