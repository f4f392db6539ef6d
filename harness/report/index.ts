// SPDX-License-Identifier: MIT
// Every rendering of a report, by the name that `--format` knows it under.
import type { RunReport } from '../outcome/report.ts';
import { renderArchSupport } from './arch-support.ts';
import { renderJson } from './json.ts';
import { renderJunit } from './junit.ts';
import { renderKtap } from './ktap.ts';
import { renderMarkdown } from './markdown.ts';
import { renderTerminal, type TerminalOptions } from './terminal.ts';

export { writeReport, writeRunFiles } from './files.ts';
export { parseReport, readReport } from './json.ts';
export { createLive, type Live } from './live.ts';
export { summarise } from './summary.ts';
export type { TerminalOptions } from './terminal.ts';

export const FORMATS = ['arch-support', 'json', 'junit', 'ktap', 'markdown', 'terminal'] as const;
export type Format = (typeof FORMATS)[number];

/** The options matter to `terminal` only; without them it renders for a file: no colour, 100 columns. */
export type Renderer = (report: RunReport, options?: Partial<TerminalOptions>) => string;

export const renderers: Record<Format, Renderer> = {
  'arch-support': renderArchSupport,
  json: renderJson,
  junit: renderJunit,
  ktap: renderKtap,
  markdown: renderMarkdown,
  terminal: (report, options) => renderTerminal(report, { colour: false, width: 100, ...options }),
};
