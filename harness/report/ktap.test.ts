// SPDX-License-Identifier: MIT
import { type FinalResults, Parser } from 'tap-parser';
import { describe, expect, it } from 'vitest';
import type { RunReport } from '../outcome/report.ts';
import { VERDICTS } from '../outcome/verdict.ts';
import { cellReport, clauseResult, fullReport, hostileReport, runReport } from './fixture.ts';
import { renderKtap } from './ktap.ts';

interface Point {
  ok: boolean;
  id: number;
  name: string;
  skip: boolean | string;
  todo: boolean | string;
}

/** KTAP is TAP but for its version line and its nesting: each level by itself must be strict TAP. */
function parseLevel(lines: string[]): { points: Point[]; results: FinalResults } {
  expect(lines[0]).toBe('KTAP version 1');
  const points: Point[] = [];
  let results: FinalResults | undefined;
  const parser = new Parser({ strict: true }, (final) => {
    results = final;
  });
  parser.on('assert', (point: Point) => points.push(point));
  parser.end(`${['TAP version 14', ...lines.slice(1)].join('\n')}\n`);
  if (!results) throw new Error('tap-parser did not finish');
  return { points, results };
}

function parse(report: RunReport) {
  const text = renderKtap(report);
  expect(text.endsWith('\n')).toBe(true);
  const lines = text.slice(0, -1).split('\n');
  const subtests: string[][] = [];
  for (const line of lines.filter((candidate) => candidate.startsWith('  '))) {
    if (line === '  KTAP version 1') subtests.push([]);
    subtests.at(-1)?.push(line.slice(2));
  }
  return {
    top: parseLevel(lines.filter((line) => !line.startsWith('  '))),
    cells: subtests.map(parseLevel),
    text,
  };
}

/** Failures that tap-parser itself found: a plan that is not met, a number out of order, a line that is no TAP. */
const faults = (results: FinalResults) => results.failures.filter((failure) => failure.tapError);

describe('the full report', () => {
  const report = fullReport();
  const { top, cells } = parse(report);

  it('has valid plans and numbers on both levels', () => {
    expect(faults(top.results)).toEqual([]);
    for (const cell of cells) expect(faults(cell.results)).toEqual([]);
    expect(cells.map((cell) => cell.points.length)).toEqual(report.cells.map((cell) => cell.clauses.length));
    expect(top.points.map((point) => point.id)).toEqual([1, 2]);
  });
  it('fails the cell that has something unexpected, and skips the one where nothing conforms', () => {
    expect(top.points.map((point) => [point.ok, Boolean(point.skip)])).toEqual([
      [false, false],
      [true, true],
    ]);
  });
  it('names hung a time-out, and says how to see it again', () => {
    const { text } = parse(report);
    expect(text).toMatch(/^ {2}not ok \d+ 2\.6 .* # TIMEOUT unexpected failure: hung, expected conforms$/m);
    expect(text).toContain('  # 2.6 again: ./trapline reproduce results/r1 2.6 --arch x86_64');
  });
});

it('passes an expected conforms and nothing else', () => {
  const pairs = VERDICTS.flatMap((verdict) => VERDICTS.map((expected) => ({ verdict, expected })));
  const { cells } = parse(
    runReport([
      cellReport(
        'a',
        'b',
        pairs.map((pair) => clauseResult('1.1', pair)),
      ),
    ]),
  );
  pairs.forEach(({ verdict, expected }, index) => {
    const point = cells[0]?.points[index];
    const skipped = verdict === expected && verdict !== 'conforms';
    expect([verdict, expected, point?.ok, Boolean(point?.skip), point?.todo]).toEqual([
      verdict,
      expected,
      verdict === expected,
      skipped,
      false,
    ]);
  });
});

it('takes no directive, line or number from a guest', () => {
  const { top, cells, text } = parse(hostileReport());
  expect(faults(top.results)).toEqual([]);
  expect(cells.flatMap((cell) => faults(cell.results))).toEqual([]);
  expect(cells[0]?.points.map((point) => [point.ok, Boolean(point.skip), point.todo])).toEqual([
    [true, false, false],
    [false, false, false],
    [true, true, false],
    [true, true, false],
    [false, false, false],
  ]);
  expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
});

it('fails a cell that has no verdict', () => {
  const { top } = parse(runReport([cellReport('a', 'b', [])]));
  expect(faults(top.results)).toEqual([]);
  expect(top.points[0]).toMatchObject({ ok: false });
});
