// SPDX-License-Identifier: MIT
// Content hashes: all of them SHA-256, in lower-case hexadecimal.
import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** Hash of a file's content, read in blocks so that its size does not matter. */
export function sha256File(file: string): string {
  const hash = createHash('sha256');
  const block = Buffer.allocUnsafe(1 << 20);
  const descriptor = openSync(file, 'r');
  try {
    for (;;) {
      const length = readSync(descriptor, block);
      if (length === 0) return hash.digest('hex');
      hash.update(block.subarray(0, length));
    }
  } finally {
    closeSync(descriptor);
  }
}

/** Hash of a value that JSON can hold; keys are sorted, so that the order in which they were set does not matter. */
export function sha256Json(value: unknown): string {
  const sorted = (_: string, part: unknown): unknown =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part;
  return sha256(JSON.stringify(value, sorted));
}

/** Parsed JSON of a file, or undefined when it is missing or damaged: what it says can always be made again. */
export function readJson<T>(file: string): T | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T;
  } catch {
    return undefined;
  }
}
