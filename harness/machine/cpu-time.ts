// SPDX-License-Identifier: MIT
// How busy is a process? It tells a guest that loops from one that waits.
import { readFileSync } from 'node:fs';

/** USER_HZ: the kernel shows times to programs in hundredths of a second on every architecture but alpha and ia64. */
const TICKS_PER_SECOND = 100;

/** CPU seconds that a process has used, user and system (/proc/PID/stat, fields 14 and 15); 0 when it is gone. */
export function cpuSeconds(pid: number | undefined): number {
  if (pid === undefined) return 0;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  } catch {
    return 0;
  }
}
