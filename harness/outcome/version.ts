// SPDX-License-Identifier: MIT
// Versions of programs and kernels: numbers with dots between them; what follows them is passed over.

/** Compares the leading numbers of two versions ("6.1.192" with "6.12"): negative, 0 or positive. A missing one is 0. */
export function compareVersions(a: string, b: string): number {
  const numbers = (text: string): number[] => (/^\d+(\.\d+)*/.exec(text)?.[0] ?? '0').split('.').map(Number);
  const left = numbers(a);
  const right = numbers(b);
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

export const isOlder = (version: string, than: string): boolean => compareVersions(version, than) < 0;
