// SPDX-License-Identifier: MIT
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import type { RunReport } from '../outcome/report.ts';
import { VERDICTS } from '../outcome/verdict.ts';
import { cellReport, clauseResult, fullReport, hostileReport, runReport } from './fixture.ts';
import { renderJunit } from './junit.ts';

interface Case {
  name: string;
  skipped?: { message: string };
  failure?: { message: string; type: string; '#text': string };
  error?: { message: string; type: string; '#text': string };
}
interface Suite {
  name: string;
  tests: string;
  failures: string;
  errors: string;
  skipped: string;
  testcase?: Case[];
}

function parse(report: RunReport): { suites: Suite[]; top: Suite } {
  const text = renderJunit(report);
  expect(XMLValidator.validate(text)).toBe(true);
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '',
    parseTagValue: false,
    isArray: (name) => name === 'testcase' || name === 'testsuite',
  });
  const top = parser.parse(text).testsuites;
  return { suites: top.testsuite ?? [], top };
}

const kindOf = (found: Case) =>
  (['failure', 'error', 'skipped'] as const).find((kind) => found[kind] !== undefined) ?? 'plain';

describe('the full report', () => {
  const report = fullReport();
  const { suites, top } = parse(report);

  it('has a suite a cell and a case a result', () => {
    expect(suites.map((suite) => [suite.name, suite.testcase?.length])).toEqual([
      ['x86_64/with', report.cells[0]?.clauses.length],
      ['x86_64/without', report.cells[1]?.clauses.length],
    ]);
  });
  it('counts what it holds', () => {
    for (const suite of suites) {
      const count = (kind: string) => String(suite.testcase?.filter((found) => kindOf(found) === kind).length);
      expect([suite.failures, suite.errors, suite.skipped]).toEqual([
        count('failure'),
        count('error'),
        count('skipped'),
      ]);
    }
    expect([top.tests, top.failures, top.errors]).toEqual([String(65 + 4 + 65), '2', '1']);
  });
  it('says why, what was seen and how to see it again', () => {
    const found = suites[0]?.testcase?.find((candidate) => candidate.name.startsWith('4.2'));
    expect(found?.failure?.message).toContain('deviates, expected conforms: PC is 0x401004');
    expect(found?.failure?.['#text']).toContain('hits=3');
    expect(found?.failure?.['#text']).toContain('./trapline reproduce results/r1 4.2');
  });
  it('shows an unexpected pass as a failure', () => {
    const found = suites[0]?.testcase?.find((candidate) => candidate.name.startsWith('5.4'));
    expect(found?.failure?.message).toContain('unexpected pass');
  });
});

it('has a plain case for an expected conforms and for nothing else', () => {
  const pairs = VERDICTS.flatMap((verdict) => VERDICTS.map((expected) => ({ verdict, expected })));
  const report = runReport([
    cellReport(
      'a',
      'b',
      pairs.map((pair) => clauseResult('1.1', pair)),
    ),
  ]);
  const kinds = parse(report).suites[0]?.testcase?.map(kindOf) ?? [];
  pairs.forEach(({ verdict, expected }, index) => {
    const unexpected = ['hung', 'crashed', 'not-run'].includes(verdict) ? 'error' : 'failure';
    const wanted = verdict === expected ? (verdict === 'conforms' ? 'plain' : 'skipped') : unexpected;
    expect([verdict, expected, kinds[index]]).toEqual([verdict, expected, wanted]);
  });
});

it('stays well-formed whatever the guest printed, and keeps the text', () => {
  const { suites } = parse(hostileReport());
  expect(suites[0]?.testcase?.map(kindOf)).toEqual(['plain', 'failure', 'skipped', 'skipped', 'error']);
  const text = renderJunit(hostileReport());
  // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these are forbidden in XML 1.0.
  expect(text).not.toMatch(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/);
  expect(text).not.toMatch(/\p{Cs}/u);
  expect(text).toContain(']]&gt; &lt;/failure&gt;');
});

it('has a suite without cases for a cell that has no verdict, and says why', () => {
  const cell = cellReport('a', 'b', []);
  cell.boot.outcome = 'silent';
  const text = renderJunit(runReport([cell]));
  expect(XMLValidator.validate(text)).toBe(true);
  expect(text).toContain('did not boot: silent');
});
