// SPDX-License-Identifier: MIT
// How far a cell came, in the words of its line: what ran, which an interrupt or a lost guest makes less than was planned.
import type { CellEvidence } from './cell.ts';

export function ranWords({ boot, evidence, machines }: Pick<CellEvidence, 'boot' | 'evidence' | 'machines'>): string {
  const ran = evidence.filter(({ ending }) => ending.kind !== 'not-started').length;
  const probes = `${ran === evidence.length ? ran : `${ran} of ${evidence.length}`} probes`;
  // QEMU was started as often, which is not the same.
  if (machines > 0 && boot.outcome !== 'booted') return `${probes}: no guest came up (${boot.outcome})`;
  return `${probes} in ${machines} machine${machines === 1 ? '' : 's'}`;
}
