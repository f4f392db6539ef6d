// SPDX-License-Identifier: MIT
// What the tasks of services print: the manager's log API, which fetches it from whatever node they are on.
import type { Readable } from 'node:stream';
import type Docker from 'dockerode';

export interface ServiceLogs {
  readonly stdout: Buffer;
  readonly stderr: string;
  /** Why it is not all: a node that is gone, for one. */
  readonly trouble: string;
}

/** Of stream, three zeros and a length of four bytes: pkg/stdcopy of moby. */
const HEADER = 8;
const STDOUT = 1;
const STDERR = 2;

/** Takes the two streams apart that an engine puts into one; what is cut off at the end is left out. */
export function demultiplexed(content: Buffer): ServiceLogs {
  const parts: Record<'stdout' | 'stderr' | 'trouble', Buffer[]> = { stdout: [], stderr: [], trouble: [] };
  for (let at = 0; at + HEADER <= content.length; ) {
    const length = content.readUInt32BE(at + 4);
    const stream = content[at];
    const name = stream === STDOUT ? 'stdout' : stream === STDERR ? 'stderr' : 'trouble';
    if (at + HEADER + length > content.length) break;
    parts[name].push(content.subarray(at + HEADER, at + HEADER + length));
    at += HEADER + length;
  }
  const text = (name: 'stderr' | 'trouble'): string => Buffer.concat(parts[name]).toString('utf8').trim();
  return { stdout: Buffer.concat(parts.stdout), stderr: text('stderr'), trouble: text('trouble') };
}

/** More is not taken: whoever printed it is not to fill our memory. */
const LARGEST_LOG = 256 * 2 ** 20;

/**
 * Everything that a task has printed. A node that does not answer within `seconds` is as one that printed nothing.
 * @throws what the engine says
 */
export async function serviceLogs(docker: Docker, task: string, seconds = 60): Promise<ServiceLogs> {
  // Not by task.logs(), which takes what is not followed for text.
  const stream = await new Promise<Readable>((resolve, reject) => {
    docker.modem.dial(
      {
        path: `/tasks/${task}/logs?`,
        method: 'GET',
        isStream: true,
        statusCodes: { 200: true, 404: 'no such task', 500: 'server error', 503: 'node is no manager' },
        options: { stdout: true, stderr: true },
      },
      (error: unknown, data: unknown) => (error ? reject(error) : resolve(data as Readable)),
    );
  });
  const chunks: Buffer[] = [];
  let bytes = 0;
  const timer = setTimeout(() => stream.destroy(), seconds * 1000);
  try {
    for await (const chunk of stream) {
      bytes += chunk.length;
      if (bytes > LARGEST_LOG) break;
      chunks.push(chunk as Buffer);
    }
  } catch (error) {
    // Ended by our own clock: what came until then is all there is.
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  } finally {
    clearTimeout(timer);
  }
  return demultiplexed(Buffer.concat(chunks));
}
