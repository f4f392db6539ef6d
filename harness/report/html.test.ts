// SPDX-License-Identifier: MIT
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { resultKey } from '../outcome/report.ts';
import { fullReport, HOSTILE, hostileReport } from './fixture.ts';
import { renderHtml, VERDICT_LETTERS } from './html.ts';
import { ASSETS } from './page/assets.fixture.ts';

/** The embedded data of an element, as the page's script reads it. */
function data(page: string, id: string): Record<string, unknown> {
  const found = new RegExp(`<script type="application/json" id="${id}">(.*?)</script>`, 's').exec(page)?.[1];
  return JSON.parse(found ?? 'null');
}

describe('the coverage report', () => {
  const report = fullReport();
  const page = renderHtml(report, ASSETS);

  it('needs nothing from elsewhere', () => {
    const own = page.replace(/<script type="application\/json".*?<\/script>/gs, '');
    expect(own).not.toMatch(/\b(?:src|href)="(?!data:,)[^"]/);
    expect(own).not.toMatch(/@import|url\(/);
  });

  it('lets no script and no style run but its own', () => {
    const policy = /Content-Security-Policy" content="([^"]+)"/.exec(page)?.[1] ?? '';
    const script = /<script>(.*)<\/script>/s.exec(page)?.[1] ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`script-src 'sha256-${createHash('sha256').update(script).digest('base64')}'`);
    expect(policy).not.toContain('unsafe');
  });

  it('has every result of every cell, and a letter for every verdict', () => {
    report.cells.forEach((cell, number) => {
      expect((data(page, `cell-${number}`).clauses as unknown[]).length).toBe(cell.clauses.length);
    });
    expect(new Set(Object.values(VERDICT_LETTERS)).size).toBe(Object.keys(VERDICT_LETTERS).length);
  });

  it('shows nothing that was not exercised as conforming', () => {
    const cells = data(page, 'index').cells as { label: string; summary: { verdict: string; conforming: number }[] }[];
    const without = cells.find(({ label }) => label === 'without');
    for (const tally of without?.summary ?? []) expect(tally).toMatchObject({ verdict: 'absent', conforming: 0 });
  });

  it('keeps what lies beside the verdicts with its clause', () => {
    const [cell] = report.cells;
    const [clause] = cell?.clauses ?? [];
    if (!cell || !clause) throw new Error('an empty fixture');
    const moments = new Map([[resultKey(clause), { console: 'printed here', code: '401000: nop <== pc' }]]);
    const shown = renderHtml(report, ASSETS, [{ profile: { types: ['w'] }, console: 'the end', moments }]);
    const content = data(shown, 'cell-0');
    expect(content).toMatchObject({ profile: { types: ['w'] }, console: 'the end' });
    expect((content.clauses as unknown[])[0]).toMatchObject({ console: 'printed here', code: '401000: nop <== pc' });
  });
});

it('takes no tag, no end of a script and no comment from a guest', () => {
  const console = `${HOSTILE}</script><script>document.title = 'owned'</script><!--`;
  const report = hostileReport();
  const page = renderHtml(report, ASSETS, [{ profile: {}, console, moments: new Map() }]);
  // One element for the index, one for the cell, one for the script, and no other.
  expect(page.match(/<script/g)?.length).toBe(3);
  expect(page.match(/<\/script>/g)?.length).toBe(3);
  expect(page).not.toContain('<!--');
  expect(data(page, 'cell-0').console).toBe(console);
  const markup = page.replace(/<(script|style)[^>]*>.*?<\/\1>/gs, '');
  expect(markup.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
});
