// SPDX-License-Identifier: MIT
// The coverage report: one file that needs nothing else. The index is read at once, a cell when it is looked at.
import { createHash } from 'node:crypto';
import { BEHAVIOUR_TITLES, BEHAVIOURS } from '../outcome/behaviour.ts';
import { type Crash, crashTitle, crashTrace } from '../outcome/crash.ts';
import type { CellExtra } from '../outcome/extra.ts';
import { type CellReport, type RunReport, resultKey } from '../outcome/report.ts';
import { MECHANISMS, TRIGGERS, type Verdict } from '../outcome/verdict.ts';
import { applies, tallyOf } from './summary.ts';
import { cellLine } from './wording.ts';

/** A letter beside the colour: nobody has to tell two of them apart. */
export const VERDICT_LETTERS: Readonly<Record<Verdict, string>> = {
  conforms: 'C',
  deviates: 'D',
  absent: 'A',
  unsupported: 'U',
  'not-emulated': 'E',
  looped: 'L',
  hung: 'H',
  crashed: 'X',
  'not-run': 'N',
};

/** JSON that cannot end the script element that it stands in, nor begin a comment there. */
const embed = (value: unknown): string =>
  JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

const escapeText = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`).replace(/\p{C}/gu, '\ufffd');

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

function indexOf(report: RunReport): unknown {
  const titles = Object.fromEntries(report.cells.flatMap((cell) => cell.clauses.map(({ id, title }) => [id, title])));
  return {
    letters: VERDICT_LETTERS,
    behaviours: BEHAVIOURS.map((behaviour) => BEHAVIOUR_TITLES[behaviour]),
    mechanisms: MECHANISMS,
    triggers: TRIGGERS,
    titles,
    cells: report.cells.map((cell, number) => ({
      number,
      arch: cell.arch,
      label: cell.kernel.label,
      version: cell.kernel.version,
      boot: cell.boot.seconds,
      seconds: cell.seconds,
      summary: BEHAVIOURS.map((behaviour) => {
        const { verdict, conforming, judged, unexpected } = tallyOf(cell, behaviour, 'sigtrap');
        return { verdict, conforming, judged, unexpected };
      }),
    })),
  };
}

const shownCrashes = (crashes: readonly Crash[] = []): unknown[] =>
  crashes.map((crash) => ({ title: crashTitle(crash), trace: crashTrace(crash).join('\n'), text: crash.text }));

function contentOf(cell: CellReport, extra: CellExtra | undefined): unknown {
  return {
    line: cellLine(cell),
    profile: extra?.profile ?? {},
    control: cell.control ?? [],
    console: extra?.console ?? '',
    noCode: extra?.noCode,
    crashes: shownCrashes(cell.boot.crashes),
    clauses: cell.clauses.map((clause) => {
      const { title: _, behaviour: __, crashes, ...rest } = clause;
      return {
        ...rest,
        crashes: shownCrashes(crashes),
        ...(applies(clause) ? {} : { elsewhere: true }),
        ...extra?.moments.get(resultKey(clause)),
      };
    }),
  };
}

/** The page's own style and script: page/page.css and page/page.js. */
export interface PageAssets {
  readonly style: string;
  readonly script: string;
}

/** @param extras by the cells' places; a cell without one is shown without console, code and profile */
export function renderHtml(
  report: RunReport,
  { style, script }: PageAssets,
  extras: readonly (CellExtra | undefined)[] = [],
): string {
  const policy = `default-src 'none'; style-src ${hashOf(style)}; script-src ${hashOf(script)}; img-src data:; base-uri 'none'; form-action 'none'`;
  const data = (id: string, value: unknown): string =>
    `<script type="application/json" id="${id}">${embed(value)}</script>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>trapline ${escapeText(report.run.id)}</title>
<style>${style}</style>
</head>
<body>
<header class="head">
<div>
<h1>trapline: what each kernel lets a program do</h1>
<p class="faint">${escapeText(report.run.startedAt)} · <code>${escapeText(report.run.command)}</code>${report.run.complete ? '' : ' · interrupted: some of it was not reached'}</p>
</div>
<button type="button" id="theme">light / dark</button>
</header>
<main>
<div class="filters" id="filters" role="search"></div>
<h2>Behaviours</h2>
<ul class="legend" id="legend"></ul>
<div id="matrix"></div>
<section id="cell" aria-live="polite"></section>
<h2>What each cell cost</h2>
<div id="chart"></div>
</main>
<noscript>This page is drawn by its own script, which is switched off here; ./trapline report RUN --format markdown needs none.</noscript>
${data('index', indexOf(report))}
${report.cells.map((cell, number) => data(`cell-${number}`, contentOf(cell, extras[number]))).join('\n')}
<script>${script}</script>
</body>
</html>
`;
}
