// SPDX-License-Identifier: MIT
// The end of a bisection for a person: the commit, what was seen on both sides of it, and where the log is.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Evidence } from '../judge/observation.ts';
import { visible } from '../outcome/visible.ts';
import { differences } from '../reproduce/differences.ts';
import { replay } from '../run/replay.ts';
import type { ConfigResult, ConfigStep } from './config-bisect.ts';
import { optionText } from './options.ts';
import type { BisectionState, StepRecord } from './state.ts';
import { costText } from './tries.ts';

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

/** What the confidence asked for cost, when one was. */
function cost({ request, bad, good, tries }: BisectionState): string[] {
  if (request.confidence === undefined || tries === undefined || !bad) return [];
  const usual = good?.verdicts[0]?.verdict;
  const failed = bad.verdicts.filter(({ verdict }) => verdict !== usual).length;
  const text = costText(failed, bad.verdicts.length, request.confidence, tries);
  return [`${text[0]?.toUpperCase()}${text.slice(1)}.`, ''];
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
    ...cost(state),
    ...(lastGood && firstBad ? observed(folder, lastGood, firstBad) : []),
    `Log for git bisect replay: ${path.join(folder, 'bisect.log')}`,
    `Console and observations of each try: ${folder}`,
  ].join('\n');
}

/** The end of a configuration's bisection: the option, and what Kconfig turned back on the way. */
export function configSummaryOf(
  { good, bad, left, ends, steps }: ConfigResult,
  setting: string,
  folder: string,
): string {
  const [only] = left;
  const verdicts = `${ends.good} with the good configuration, ${ends.bad.join(' or ')} with the bad one`;
  const head =
    left.length === 1 && only !== undefined
      ? `${optionText(only, good, bad)}: this makes the difference for ${setting}`
      : `These ${left.length} options could not be told apart for ${setting}:`;
  const turned = steps.filter(({ turnedBack }) => turnedBack.length > 0);
  const word = ({ mark, why }: ConfigStep): string => (why === undefined ? mark : `${mark}: ${visible(why)}`);
  return [
    head,
    ...(left.length === 1 ? [] : left.map((name) => `  ${optionText(name, good, bad)}`)),
    `It is ${verdicts}.`,
    '',
    ...steps.map(
      (one) =>
        `  ${`${one.asked.length} options`.padEnd(12)} ${word(one)}${one.verdicts.length > 0 ? ` (${one.verdicts.join(', ')})` : ''}`,
    ),
    ...(turned.length > 0 ? ['', 'Kconfig turned back, for what they depend on was not there, or selects them:'] : []),
    ...[...new Set(turned.flatMap(({ turnedBack }) => turnedBack))].map((name) => `  ${name}`),
    '',
    `What was asked for, console and observations of each step: ${folder}`,
  ].join('\n');
}
