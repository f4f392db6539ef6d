// SPDX-License-Identifier: MIT
// kernel.org:VERSION — a release's tarball, fetched from kernel.org or a mirror of it, and verified by the list of
// SHA-256 sums beside it. What was broken off is continued where it stopped.

import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { inCache } from '../config/paths.ts';
import { type EventSink, step } from '../outcome/events.ts';
import { Failure, infrastructureFailure, requestFailure } from '../outcome/failure.ts';
import { writingTo } from '../store/disk.ts';
import { withLock } from '../store/lock.ts';

/** Folder that holds v5.x, v6.x, …; TRAPLINE_KERNEL_MIRROR names another one (http, https or a proxy of it). */
const KERNEL_ORG = 'https://cdn.kernel.org/pub/linux/kernel';
const TRIES = 5;
/** Seconds without a byte after which a transfer counts as broken. */
const STALLED_SECONDS = 60;

export interface DownloadOptions {
  readonly signal?: AbortSignal | undefined;
  readonly detail?: (text: string) => void;
  /** Seconds between two tries. */
  readonly pauseSeconds?: number;
}

const mirror = (): string => (process.env.TRAPLINE_KERNEL_MIRROR ?? KERNEL_ORG).replace(/\/+$/, '');

const failed = (what: string, cause?: unknown): Failure =>
  infrastructureFailure(
    'download-failed',
    what,
    'Check the network, or name a mirror: TRAPLINE_KERNEL_MIRROR=URL of its folder pub/linux/kernel',
    cause,
  );

/** Aborts when nothing came for a while; `alive` begins the wait anew. */
function stallGuard(): { signal: AbortSignal; alive: () => void; end: () => void } {
  const abort = new AbortController();
  const stop = () => abort.abort(new Error(`no byte for ${STALLED_SECONDS} s`));
  let timer = setTimeout(stop, STALLED_SECONDS * 1000);
  return {
    signal: abort.signal,
    alive: () => {
      clearTimeout(timer);
      timer = setTimeout(stop, STALLED_SECONDS * 1000);
    },
    end: () => clearTimeout(timer),
  };
}

/** One try: appends to what is there, if the server can; redirects are followed. */
async function transfer(url: string, file: string, options: DownloadOptions): Promise<void> {
  const have = existsSync(file) ? statSync(file).size : 0;
  const guard = stallGuard();
  const signal = options.signal ? AbortSignal.any([options.signal, guard.signal]) : guard.signal;
  try {
    const response = await fetch(url, { signal, headers: have > 0 ? { range: `bytes=${have}-` } : {} });
    if (response.status === 404) {
      throw requestFailure('no-such-release', `${url} does not exist`, 'Name a release of kernel.org, such as 6.12.5');
    }
    // 416: all of it is there already; the sum says whether it is right.
    if (response.status === 416) return;
    if (!response.ok || response.body === null) throw new Error(`the server answered ${response.status}`);
    const appending = response.status === 206;
    const total = Number(response.headers.get('content-length') ?? 0) + (appending ? have : 0);
    let got = appending ? have : 0;
    const body = Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]);
    body.on('data', (chunk: Buffer) => {
      guard.alive();
      got += chunk.length;
      options.detail?.(`${(got / 1e6).toFixed(0)} of ${total > 0 ? (total / 1e6).toFixed(0) : '?'} MB`);
    });
    await pipeline(body, createWriteStream(file, { flags: appending ? 'a' : 'w' }), { signal });
  } finally {
    guard.end();
  }
}

/**
 * Fetches a file, continuing what was broken off, up to five times.
 * @throws Failure `download-failed`, `no-such-release`, `interrupted`
 */
export async function downloadFile(url: string, file: string, options: DownloadOptions = {}): Promise<void> {
  mkdirSync(path.dirname(file), { recursive: true });
  for (let tries = 1; ; tries++) {
    try {
      return await transfer(url, file, options);
    } catch (error) {
      if (options.signal?.aborted)
        throw new Failure(
          'interrupted',
          'interrupted',
          'the download was interrupted',
          'Run it again: it goes on where it stopped',
          { cause: error },
        );
      if (error instanceof Failure || (error as NodeJS.ErrnoException).code === 'ENOSPC') throw error;
      const cause = error instanceof Error ? error : new Error(String(error));
      const why = cause.cause instanceof Error ? cause.cause.message : cause.message;
      if (tries === TRIES) throw failed(`${url} could not be fetched in ${TRIES} tries: ${why}`, error);
      options.detail?.(`broken off (${why}): try ${tries + 1} of ${TRIES}`);
      await sleep(
        (options.pauseSeconds ?? 2) * 1000 * tries,
        undefined,
        options.signal ? { signal: options.signal } : {},
      ).catch(() => {});
    }
  }
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/** The sum of a file in a list of `sha256sum` lines; undefined when it is not in it. */
export function sumIn(list: string, name: string): string | undefined {
  for (const line of list.split('\n')) {
    const [, sum, file] = /^([0-9a-f]{64}) [ *](.+)$/.exec(line.trim()) ?? [];
    if (file === name) return sum;
  }
  return undefined;
}

async function fetchSums(url: string, options: DownloadOptions): Promise<string> {
  const file = inCache('downloads', `sums-${process.pid}.tmp`);
  try {
    rmSync(file, { force: true });
    await downloadFile(url, file, options);
    const chunks: Buffer[] = [];
    for await (const chunk of createReadStream(file)) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString('utf8');
  } finally {
    rmSync(file, { force: true });
  }
}

/**
 * The verified tarball of a release, in cache/downloads/. One that is there is used without a network.
 * @throws Failure `download-failed`, `checksum-mismatch`, `no-such-release`
 */
export function releaseTarball(version: string, sink: EventSink, signal?: AbortSignal): Promise<string> {
  const name = `linux-${version}.tar.xz`;
  const file = inCache('downloads', name);
  if (existsSync(file)) return Promise.resolve(file);
  const folder = `${mirror()}/v${version.split('.')[0]}.x`;
  return withLock('sources', sink, signal, async (held) => {
    if (existsSync(file)) return file;
    return step(sink, `kernel.org:${version}`, 'download source', (detail) =>
      writingTo(path.dirname(file), async () => {
        const options: DownloadOptions = { signal: held, detail };
        const partial = `${file}.part`;
        await downloadFile(`${folder}/${name}`, partial, options);
        const wanted = sumIn(await fetchSums(`${folder}/sha256sums.asc`, options), name);
        if (wanted === undefined) throw failed(`${folder}/sha256sums.asc has no sum of ${name}`);
        const found = await sha256Of(partial);
        if (found !== wanted) {
          rmSync(partial);
          throw infrastructureFailure(
            'checksum-mismatch',
            `${name} from ${folder} has the SHA-256 ${found.slice(0, 16)}…, and its list says ${wanted.slice(0, 16)}…`,
            'It was removed: run again, or name another mirror by TRAPLINE_KERNEL_MIRROR',
          );
        }
        renameSync(partial, file);
        return file;
      }),
    );
  });
}
