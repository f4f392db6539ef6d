// SPDX-License-Identifier: MIT
// kernel.org:VERSION — a release's tarball, fetched from kernel.org or a mirror of it, and verified by the list of
// SHA-256 sums beside it. What was broken off is continued where it stopped.

import { createWriteStream, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventSink } from '../outcome/events.ts';
import { Failure, infrastructureFailure, requestFailure } from '../outcome/failure.ts';
import { sha256File } from '../store/hash.ts';
import { temporaryName } from '../store/temporary.ts';
import { type Download, type Fetch, keptDownload } from './downloads.ts';

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

/** @throws Failure `no-such-mirror` */
function mirror(): string {
  const named = process.env.TRAPLINE_KERNEL_MIRROR ?? KERNEL_ORG;
  if (/^https?:$/.test(URL.canParse(named) ? new URL(named).protocol : '')) return named.replace(/\/+$/, '');
  throw requestFailure(
    'no-such-mirror',
    `TRAPLINE_KERNEL_MIRROR is "${named}", which is no address`,
    'Set it to the URL of a mirror’s folder pub/linux/kernel: https://…',
  );
}

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

/** The sum of a file in a list of `sha256sum` lines; undefined when it is not in it. */
export function sumIn(list: string, name: string): string | undefined {
  for (const line of list.split('\n')) {
    const [, sum, file] = /^([0-9a-f]{64}) [ *](.+)$/.exec(line.trim()) ?? [];
    if (file === name) return sum;
  }
  return undefined;
}

async function fetchSums(url: string, folder: string, options: DownloadOptions): Promise<string> {
  const file = temporaryName(path.join(folder, 'sha256sums.asc'));
  try {
    await downloadFile(url, file, options);
    return readFileSync(file, 'utf8');
  } finally {
    rmSync(file, { force: true });
  }
}

/** Fetches a release into a folder and verifies it. @throws Failure `no-such-mirror`, `download-failed`, `checksum-mismatch`, `no-such-release` */
async function fetchRelease(version: string, folder: string, options: DownloadOptions): Promise<string> {
  const name = `linux-${version}.tar.xz`;
  const from = `${mirror()}/v${version.split('.')[0]}.x`;
  const file = path.join(folder, name);
  const partial = `${file}.part`;
  await downloadFile(`${from}/${name}`, partial, options);
  const wanted = sumIn(await fetchSums(`${from}/sha256sums.asc`, folder, options), name);
  if (wanted === undefined) throw failed(`${from}/sha256sums.asc has no sum of ${name}`);
  const found = sha256File(partial);
  if (found !== wanted) {
    rmSync(partial);
    throw infrastructureFailure(
      'checksum-mismatch',
      `${name} from ${from} has the SHA-256 ${found.slice(0, 16)}…, and its list says ${wanted.slice(0, 16)}…`,
      'It was removed: run again, or name another mirror by TRAPLINE_KERNEL_MIRROR',
    );
  }
  renameSync(partial, file);
  return file;
}

/** The verified tarball of a release. @throws as `fetchRelease`, and `keptDownload` */
export function releaseTarball(version: string, sink: EventSink, signal?: AbortSignal): Promise<Download> {
  const shown = { subject: `kernel.org:${version}`, title: 'download source' };
  const fetch: Fetch = async (folder, detail, held) => ({
    version,
    file: await fetchRelease(version, folder, { signal: held, detail }),
  });
  return keptDownload(`linux-${version}`, shown, fetch, sink, signal);
}
