// SPDX-License-Identifier: MIT
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { silent } from '../outcome/events.ts';
import { downloadFile, releaseTarball, sumIn } from './source-download.ts';

const content = randomBytes(300_000);
const sum = createHash('sha256').update(content).digest('hex');
const TARBALL = '/v6.x/linux-6.12.5.tar.xz';

let cache = '';
let server: Server;
let requests: { url: string; range: string | undefined }[] = [];
let answer: (request: IncomingMessage, response: ServerResponse) => void;
const before = { cache: process.env.TRAPLINE_CACHE, mirror: process.env.TRAPLINE_KERNEL_MIRROR };

beforeEach(async () => {
  cache = mkdtempSync(path.join(tmpdir(), 'trapline-download-'));
  requests = [];
  server = createServer((request, response) => {
    requests.push({ url: request.url ?? '', range: request.headers.range });
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  process.env.TRAPLINE_CACHE = cache;
  process.env.TRAPLINE_KERNEL_MIRROR = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(cache, { recursive: true });
  for (const [name, value] of [
    ['TRAPLINE_CACHE', before.cache],
    ['TRAPLINE_KERNEL_MIRROR', before.mirror],
  ] as const) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

function serve(request: IncomingMessage, response: ServerResponse, list = `${sum}  linux-6.12.5.tar.xz\n`): void {
  if (request.url?.endsWith('/sha256sums.asc')) response.end(list);
  else if (request.url === TARBALL) {
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    response.writeHead(from > 0 ? 206 : 200, { 'content-length': content.length - from });
    response.end(content.subarray(from));
  } else {
    response.writeHead(404);
    response.end();
  }
}

describe('kernel.org', () => {
  test('a release is fetched, verified and kept, and then needs no network', async () => {
    answer = serve;
    const { file } = await releaseTarball('6.12.5', silent);
    expect(readFileSync(file).equals(content)).toBe(true);
    const asked = requests.length;
    expect((await releaseTarball('6.12.5', silent)).file).toBe(file);
    expect(requests.length).toBe(asked);
  });

  test('a wrong checksum is a failure, and the file is not kept', async () => {
    answer = (request, response) => serve(request, response, `${'0'.repeat(64)}  linux-6.12.5.tar.xz\n`);
    await expect(releaseTarball('6.12.5', silent)).rejects.toMatchObject({ name: 'checksum-mismatch' });
    expect(existsSync(path.join(cache, 'downloads/linux-6.12.5.tar.xz'))).toBe(false);
    expect(existsSync(path.join(cache, 'downloads/linux-6.12.5.tar.xz.part'))).toBe(false);
  });

  test('a list without the file is a failure', async () => {
    answer = (request, response) => serve(request, response, `${sum}  linux-6.12.4.tar.xz\n`);
    await expect(releaseTarball('6.12.5', silent)).rejects.toMatchObject({ name: 'download-failed' });
  });

  test('a release that does not exist is the request’s mistake', async () => {
    answer = serve;
    await expect(releaseTarball('6.99.1', silent)).rejects.toMatchObject({ name: 'no-such-release', kind: 'request' });
  });

  test('a redirect is followed', async () => {
    answer = (request, response) => {
      if (request.url?.startsWith('/v6.x/')) {
        response.writeHead(302, { location: `/elsewhere${request.url}` });
        response.end();
      } else {
        request.url = request.url?.slice('/elsewhere'.length);
        serve(request, response);
      }
    };
    expect(readFileSync((await releaseTarball('6.12.5', silent)).file).equals(content)).toBe(true);
    expect(requests.map(({ url }) => url)).toContain(`/elsewhere${TARBALL}`);
  });
});

test.each(['foo', 'file:///srv/kernels', 'mirror.lan/linux'])(
  'a mirror that is none is not tried: %s',
  async (named) => {
    process.env.TRAPLINE_KERNEL_MIRROR = named;
    const told: string[] = [];
    const sink = (event: { type: string; detail?: string }) => told.push(event.detail ?? '');
    await expect(releaseTarball('6.12.5', sink)).rejects.toMatchObject({ name: 'no-such-mirror', kind: 'request' });
    expect(told.join()).not.toContain('try');
  },
);

describe('downloadFile', () => {
  const url = () => `${process.env.TRAPLINE_KERNEL_MIRROR?.replace(/\/$/, '')}${TARBALL}`;

  test('a broken transfer goes on where it stopped', async () => {
    let broken = false;
    answer = (request, response) => {
      if (broken) return serve(request, response);
      broken = true;
      response.writeHead(200, { 'content-length': content.length });
      response.write(content.subarray(0, 100_000), () => setTimeout(() => response.destroy(), 50));
    };
    const file = path.join(cache, 'file');
    await downloadFile(url(), file, { pauseSeconds: 0.01 });
    expect(readFileSync(file).equals(content)).toBe(true);
    expect(requests.map(({ range }) => range !== undefined)).toEqual([false, true]);
  });

  test('a server that does not know ranges begins anew', async () => {
    const file = path.join(cache, 'file');
    writeFileSync(file, 'what was there');
    answer = (_, response) => response.end(content);
    await downloadFile(url(), file);
    expect(readFileSync(file).equals(content)).toBe(true);
  });

  test('what stays broken is given up with the server’s answer', async () => {
    answer = (_, response) => {
      response.writeHead(503);
      response.end();
    };
    const trying = downloadFile(url(), path.join(cache, 'file'), { pauseSeconds: 0.01 });
    await expect(trying).rejects.toMatchObject({ name: 'download-failed', what: expect.stringContaining('503') });
    expect(requests.length).toBe(5);
  });
});

test('sumIn finds a file’s own line', () => {
  const list = `-----BEGIN PGP SIGNED MESSAGE-----\n${sum}  linux-6.1.tar.xz\n${'1'.repeat(64)} *linux-6.1.1.tar.xz\n`;
  expect(sumIn(list, 'linux-6.1.tar.xz')).toBe(sum);
  expect(sumIn(list, 'linux-6.1.1.tar.xz')).toBe('1'.repeat(64));
  expect(sumIn(list, 'linux-6.1.2.tar.xz')).toBeUndefined();
});
