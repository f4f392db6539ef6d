// SPDX-License-Identifier: MIT
// zstd's compression by Debian's program: Node.js has none of its own before 22.15.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { pipeline } from 'node:stream/promises';
import { infrastructureFailure } from '../outcome/failure.ts';

/** A bundle is sent to somebody: a bit smaller than by zstd's own choice, for a second more. */
const LEVEL = '-10';

/** What comes, compressed: a stage of a pipeline. @throws Failure `zstd-failed` */
export async function* zstdCompressed(source: AsyncIterable<unknown>): AsyncGenerator<Buffer> {
  // A group of its own: Ctrl-C is for us, who end it.
  const zstd = spawn('zstd', ['--quiet', '--stdout', LEVEL], { stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  const ended = once(zstd, 'close');
  let complaint = '';
  zstd.stderr.on('data', (chunk) => {
    complaint += chunk;
  });
  const fed = pipeline(source as AsyncIterable<Uint8Array>, zstd.stdin);
  // Both are waited for below, unless something else fails first.
  for (const one of [ended, fed]) one.catch(() => {});
  try {
    yield* zstd.stdout;
    const [status, signal] = await ended;
    if (status !== 0) {
      const how = signal === null ? `ended with ${status}` : `was ended by ${signal}`;
      const what = `zstd ${how}${complaint === '' ? '' : `: ${complaint.trim().split('\n')[0]}`}`;
      throw infrastructureFailure('zstd-failed', what, 'Try it again, or name the file .tar.gz');
    }
    await fed;
  } finally {
    zstd.kill('SIGKILL');
  }
}
