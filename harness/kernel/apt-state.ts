// SPDX-License-Identifier: MIT
// apt with a state of its own below the cache. The machine's own state is read, never written: packages that its lists
// do not know, or of other Debian architectures, are looked up in that private one.
import { existsSync, mkdirSync, statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { inCache } from '../config/paths.ts';
import { infrastructureFailure } from '../outcome/failure.ts';
import { commandOutput } from '../process/command.ts';
import { demand } from '../process/requirements.ts';
import { diskFullFailure } from '../store/disk.ts';

/** Suites that hold kernels of the series asked for, newest Debian last; one that a mirror lacks is passed over. */
const ARCHIVE_SUITES = [
  'bullseye',
  'bookworm',
  'bookworm-updates',
  'bookworm-backports',
  'trixie',
  'trixie-updates',
  'trixie-backports',
  'sid',
];
const SECURITY_SUITES = ['bullseye-security', 'bookworm-security', 'trixie-security'];
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** Room for a package and the lists that it is looked up in. Asked beforehand: apt-get update hangs on a full disk. */
const NEEDED_BYTES = 500 * 1024 * 1024;

/** No list and no package takes this long, in seconds; apt has been seen to wait for ever. */
export const APT_SECONDS = 900;

/** Options for apt that belong to every call: as root it would drop to a user who cannot enter our folders. */
export const APT_OPTIONS = process.getuid?.() === 0 ? ['-o', 'APT::Sandbox::User=root'] : [];

/** The URIs that this machine's own sources name: of the archive, and of the security archive. */
export async function debianMirrors(): Promise<{ archive: string[]; security: string[] }> {
  const format = '$(REPO_URI)|$(RELEASE)|$(COMPONENT)|$(ORIGIN)';
  const lines = (await commandOutput('apt-get', ['indextargets', '--format', format])).trim().split('\n');
  const archive = new Set<string>();
  const security = new Set<string>();
  for (const [uri, release, component, origin] of lines.map((line) => line.split('|'))) {
    if (!uri || component !== 'main' || !/^Debian/i.test(origin ?? '')) continue;
    (release?.endsWith('-security') ? security : archive).add(uri);
  }
  if (archive.size === 0) {
    // Where nobody has run apt-get update yet, no list says what the sources are; their addresses do.
    for (const { uri, suite } of sourcesOf(await commandOutput('apt-get', ['update', '--print-uris']))) {
      (suite.endsWith('-security') ? security : archive).add(uri);
    }
  }
  return { archive: [...archive], security: [...security] };
}

/** The sources of Debian's own suites among what `apt-get update --print-uris` would fetch. */
export function sourcesOf(printed: string): { uri: string; suite: string }[] {
  return printed.split('\n').flatMap((line) => {
    const [, uri, suite] = /^'(\S+\/)dists\/([^/]+)\/InRelease'/.exec(line) ?? [];
    return uri && suite && [...ARCHIVE_SUITES, ...SECURITY_SUITES].includes(suite) ? [{ uri, suite }] : [];
  });
}

export interface PrivateState {
  /** Folder below the cache. */
  readonly name: string;
  /** `deb`: packages; `deb-src`: their sources. */
  readonly type: 'deb' | 'deb-src';
  /** Suites of the archive; every one that holds kernels, those of security among them, by default. */
  readonly suites?: readonly string[];
  /** Debian's name of the architecture, where it is not this machine's. */
  readonly architecture?: string | undefined;
}

/** Options that move all of apt's state below the cache, with sources of our own. @throws Failure `no-debian-mirror` */
export async function privateState({ name, type, suites, architecture }: PrivateState): Promise<string[]> {
  const root = inCache(name);
  for (const folder of ['state/lists/partial', 'cache/archives/partial', 'sources.d']) {
    mkdirSync(path.join(root, folder), { recursive: true });
  }
  // Nothing is installed as far as this apt knows; its locks lie beside the file that says so.
  const status = path.join(root, 'state', 'status');
  writeFileSync(status, '');
  const { archive, security } = await debianMirrors();
  if (archive.length === 0) {
    throw infrastructureFailure(
      'no-debian-mirror',
      "apt's sources name no Debian mirror with the component main",
      'Add one to /etc/apt and run apt-get update',
    );
  }
  if (!existsSync(KEYRING)) {
    throw infrastructureFailure(
      'missing-tool',
      `there is no ${KEYRING} (Debian: debian-archive-keyring)`,
      'Install with ./trapline doctor --install',
    );
  }
  const entries = [
    ...archive.flatMap((uri) => (suites ?? ARCHIVE_SUITES).map((suite) => [uri, suite])),
    ...security.flatMap((uri) => (suites ? [] : SECURITY_SUITES).map((suite) => [uri, suite])),
  ];
  const sources = path.join(root, 'sources.list');
  const lines = entries.map(([uri, suite]) => `${type} [signed-by=${KEYRING}] ${uri} ${suite} main\n`);
  writeFileSync(sources, lines.join(''));
  const settings = {
    'Dir::State': path.join(root, 'state'),
    'Dir::State::status': status,
    'Dir::Cache': path.join(root, 'cache'),
    'Dir::Etc::sourcelist': sources,
    'Dir::Etc::sourceparts': path.join(root, 'sources.d'),
    'Dir::Etc::preferences': '/dev/null',
    'Dir::Etc::preferencesparts': '/dev/null',
    'Acquire::Languages': 'none',
    ...(architecture === undefined ? {} : { 'APT::Architecture': architecture, 'APT::Architectures::': architecture }),
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
}

export function downloadFailure(what: string, output: string): Error {
  const error = output.split('\n').find((line) => line.startsWith('E:')) ?? output.trimEnd().split('\n').at(-1) ?? '';
  // Messages never contain a mirror's name: it says nothing about the mistake and differs between machines.
  const said = error.replace(/\b[a-z+]+:\/\/\S+/g, 'the mirror').slice(0, 200);
  return infrastructureFailure(
    'download-failed',
    `apt could not download ${what}: ${said}`,
    'Check the network and the space on the disk, then run it again',
  );
}

/** apt is there, and there is room. */
export async function demandApt(purpose: string, folder: string): Promise<void> {
  const tool = (tool: string, deb: string) =>
    ({ kind: 'command', tool, package: deb, purpose: 'fetching Debian’s packages' }) as const;
  await demand([tool('apt-get', 'apt'), tool('apt-cache', 'apt'), tool('dpkg', 'dpkg')], purpose);
  mkdirSync(folder, { recursive: true });
  const disk = statfsSync(folder);
  if (disk.bavail * disk.bsize < NEEDED_BYTES) throw diskFullFailure(folder);
}
