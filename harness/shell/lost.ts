// SPDX-License-Identifier: MIT
// A guest whose end nobody asked for.

const TAIL_LINES = 30;

/** The end of a console, which ends its lines as a terminal wants them. */
export const consoleTail = (console: string): string => console.trimEnd().split(/\r*\n/).slice(-TAIL_LINES).join('\n');
