// SPDX-License-Identifier: MIT
// The root of an interactive guest: Debian's layout, busybox under all its names, and the probes in the path.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { inProject } from '../config/paths.ts';
import type { CpioEntry } from '../initramfs/cpio.ts';
import type { BuiltTool } from './build.ts';

const FOLDERS = [
  'usr',
  ...['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32'].map((name) => `usr/${name}`),
  'etc',
  'root',
  'run',
  'var',
  'var/log',
  'var/tmp',
];
/** /bin and the others are links into /usr: that is where packages of Debian's are unpacked (deb.ts). */
const LINKS = ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32'];

const USERS = 'root:*:0:0:root:/root:/bin/sh\nnobody:*:65534:65534:nobody:/tmp:/bin/sh\n';
const GROUPS = 'root:x:0:\ntty:x:5:\nnogroup:x:65534:\n';

const text = (name: string, content: string | Buffer, mode = 0o644): CpioEntry => ({
  kind: 'file',
  path: name,
  content: Buffer.from(content),
  mode,
});

/** A file of guest/shell/. */
const own = (name: string, target: string, mode?: number): CpioEntry =>
  text(target, readFileSync(inProject('guest/shell', name)), mode);

/** The names that busybox has, as it says them in busybox.links: `/bin/ls`, `/usr/bin/top`, … */
function busyboxLinks({ directory }: BuiltTool): CpioEntry[] {
  return readFileSync(path.join(directory, 'busybox.links'), 'utf8')
    .trim()
    .split('\n')
    .map((name) => `usr/${path.basename(path.dirname(name))}/${path.basename(name)}`)
    .filter((name) => /^usr\/s?bin\/./.test(name))
    .map((name): CpioEntry => ({ kind: 'link', path: name, to: '/usr/bin/busybox' }));
}

/**
 * What lies below the root beside init and the probes (initramfs.ts); to be put behind those.
 * @param name shown in the prompt, e.g. `sparc64/with`
 */
export function shellRoot(tools: readonly BuiltTool[], name: string): CpioEntry[] {
  const programs = tools.map(({ tool, directory }) =>
    text(`usr/bin/${tool}`, readFileSync(path.join(directory, tool)), 0o755),
  );
  return [
    ...FOLDERS.map((path): CpioEntry => ({ kind: 'folder', path })),
    ...LINKS.map((path): CpioEntry => ({ kind: 'link', path, to: `usr/${path}` })),
    ...programs,
    ...tools.filter(({ tool }) => tool === 'busybox').flatMap(busyboxLinks),
    text('etc/passwd', USERS),
    text('etc/group', GROUPS),
    text('etc/guest', `${name}\n`),
    own('profile', 'etc/profile'),
    own('probe', 'usr/bin/probe', 0o755),
    own('ssh-server', 'etc/ssh-server', 0o755),
  ];
}
