// SPDX-License-Identifier: MIT
// Versions of programs: numbers with dots between them.

/** Is `version` older than `than`? What follows the leading numbers is passed over; one that is missing counts as 0. */
export function isOlder(version: string, than: string): boolean {
  const [a = [], b = []] = [version, than].map((text) =>
    (/^\d+(\.\d+)*/.exec(text)?.[0] ?? '0').split('.').map(Number),
  );
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
