// SPDX-License-Identifier: MIT
// One .deb of Debian's linux-source, verified by apt itself, whatever suite it is in. The machine's own apt state is
// read, never written: packages that its lists do not know are looked up in a private state below the cache.
import { existsSync, mkdirSync, readdirSync, statfsSync, writeFileSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import path from 'node:path';
import { inCache } from '../config/paths.ts';
import { infrastructureFailure } from '../outcome/failure.ts';
import { commandOutput, runCommand } from '../process/command.ts';
import { demand } from '../process/requirements.ts';
import { diskFullFailure } from '../store/disk.ts';
import { removeTree, temporaryName } from '../store/temporary.ts';

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
const LIMIT = 900;

export interface DebianPackage {
  /** Version of the Debian package, e.g. "6.1.192-2". */
  readonly version: string;
  /** Where the .deb lies, absolute. */
  readonly file: string;
}

/** Options for apt that belong to every call: as root it would drop to a user who cannot enter our folders. */
const COMMON = process.getuid?.() === 0 ? ['-o', 'APT::Sandbox::User=root'] : [];

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

/** Options that move all of apt's state below the cache, with sources of our own; of another Debian architecture. */
async function privateState(foreign?: string): Promise<string[]> {
  const root = inCache(foreign === undefined ? 'apt' : `apt-${foreign}`);
  for (const folder of ['state/lists/partial', 'cache/archives/partial', 'sources.d']) {
    mkdirSync(path.join(root, folder), { recursive: true });
  }
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
    ...archive.flatMap((uri) => ARCHIVE_SUITES.map((suite) => [uri, suite])),
    ...security.flatMap((uri) => SECURITY_SUITES.map((suite) => [uri, suite])),
  ];
  const sources = path.join(root, 'sources.list');
  writeFileSync(sources, entries.map(([uri, suite]) => `deb [signed-by=${KEYRING}] ${uri} ${suite} main\n`).join(''));
  const settings = {
    'Dir::State': path.join(root, 'state'),
    'Dir::State::status': '/dev/null',
    'Dir::Cache': path.join(root, 'cache'),
    'Dir::Etc::sourcelist': sources,
    'Dir::Etc::sourceparts': path.join(root, 'sources.d'),
    'Dir::Etc::preferences': '/dev/null',
    'Dir::Etc::preferencesparts': '/dev/null',
    'Acquire::Languages': 'none',
    ...(foreign === undefined ? {} : { 'APT::Architecture': foreign, 'APT::Architectures::': foreign }),
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
}

/** The newest of packages that apt, with these options, can download; one question, since each one reads all lists. */
async function newestOf(
  names: readonly string[],
  options: readonly string[],
): Promise<{ name: string; version: string } | undefined> {
  if (names.length === 0) return undefined;
  const { stdout } = await runCommand('apt-cache', [...COMMON, ...options, 'madison', ...names]);
  let newest: { name: string; version: string } | undefined;
  const asked = new Set<string>();
  for (const line of stdout.split('\n').filter((line) => line.trimEnd().endsWith('Packages'))) {
    const [name = '', version = ''] = line.split('|').map((field) => field.trim());
    if (!/^[0-9A-Za-z.+~:-]+$/.test(version) || asked.has(version)) continue;
    asked.add(version);
    const later =
      newest === undefined ||
      (await runCommand('dpkg', ['--compare-versions', version, 'gt', newest.version])).exitCode === 0;
    if (later) newest = { name, version };
  }
  return newest;
}

async function newestVersion(name: string, options: readonly string[]): Promise<string | undefined> {
  return (await newestOf([name], options))?.version;
}

/** Lets apt put packages into an empty folder, each named as apt has it: NAME=VERSION or NAME/SUITE. Their files. */
async function fetchPackages(
  wanted: readonly string[],
  options: readonly string[],
  folder: string,
  signal?: AbortSignal,
): Promise<string[]> {
  const result = await runCommand('apt-get', [...COMMON, ...options, 'download', ...wanted], {
    cwd: folder,
    signal,
    timeoutSeconds: LIMIT,
  });
  const found = readdirSync(folder).filter((file) => file.endsWith('.deb'));
  if (result.exitCode === 0 && found.length === wanted.length) return found.map((file) => path.join(folder, file));
  throw downloadFailure(wanted.join(', ').replaceAll('=', ' '), result.tail);
}

async function download(
  name: string,
  version: string,
  options: readonly string[],
  folder: string,
  signal?: AbortSignal,
): Promise<DebianPackage> {
  mkdirSync(folder, { recursive: true });
  const temporary = temporaryName(path.join(folder, name));
  mkdirSync(temporary);
  try {
    const [deb = ''] = await fetchPackages([`${name}=${version}`], options, temporary, signal);
    const file = path.join(folder, path.basename(deb));
    await rename(deb, file);
    return { version, file };
  } finally {
    await removeTree(temporary);
  }
}

function downloadFailure(what: string, output: string): Error {
  const error = output.split('\n').find((line) => line.startsWith('E:')) ?? output.trimEnd().split('\n').at(-1) ?? '';
  // Messages never contain a mirror's name: it says nothing about the mistake and differs between machines.
  const said = error.replace(/\b[a-z+]+:\/\/\S+/g, 'the mirror').slice(0, 200);
  return infrastructureFailure(
    'download-failed',
    `apt could not download ${what}: ${said}`,
    'Check the network and the space on the disk, then run it again',
  );
}

/** Names of the kernel packages of a series and flavour: 6.1 is no 6.12, and debug, headers and the like are others. */
export function imagePackagesIn(names: readonly string[], series: string, flavour: string): string[] {
  const wanted = new RegExp(`^linux-image-${series.replaceAll('.', '\\.')}[.-][0-9a-z.+~-]*-${flavour}(-unsigned)?$`);
  // Signed or not the kernel is the same; some architectures and suites have only one of the two.
  const other = /-(rt|cloud)-/;
  return names.filter((name) => wanted.test(name) && !other.test(name));
}

/**
 * Downloads the newest linux-image package of a series for a Debian architecture, whatever this machine's is.
 * @throws Failure `no-stock-kernel`, `download-failed`
 */
export async function downloadImagePackage(
  series: string,
  architecture: string,
  flavour: string,
  folder: string,
  signal?: AbortSignal,
): Promise<DebianPackage> {
  await demandApt(`downloading a kernel of Debian's for ${architecture}`, folder);
  const options = await privateState(architecture);
  await runCommand('apt-get', [...COMMON, ...options, 'update'], { signal, timeoutSeconds: LIMIT });
  const { stdout } = await runCommand('apt-cache', [...COMMON, ...options, 'pkgnames', `linux-image-${series}`], {
    signal,
    keepBytes: 1024 * 1024,
  });
  const newest = await newestOf(imagePackagesIn(stdout.split('\n'), series, flavour), options);
  if (!newest) {
    throw infrastructureFailure(
      'no-stock-kernel',
      `no Debian suite that apt can reach has a linux-image-${series}…-${flavour} for ${architecture}`,
      'Take a series that Debian has: 5.10, 6.1, 6.12',
    );
  }
  return download(newest.name, newest.version, options, folder, signal);
}

/** apt is there, and there is room. */
async function demandApt(purpose: string, folder: string): Promise<void> {
  const tool = (tool: string, deb: string) =>
    ({ kind: 'command', tool, package: deb, purpose: 'fetching Debian’s packages' }) as const;
  await demand([tool('apt-get', 'apt'), tool('apt-cache', 'apt'), tool('dpkg', 'dpkg')], purpose);
  mkdirSync(folder, { recursive: true });
  const disk = statfsSync(folder);
  if (disk.bavail * disk.bsize < NEEDED_BYTES) throw diskFullFailure(folder);
}

/**
 * Downloads a package into a folder.
 * @throws Failure `kernel-source-not-found`, `download-failed`
 */
export async function downloadPackage(name: string, folder: string, signal?: AbortSignal): Promise<DebianPackage> {
  await demandApt(`downloading ${name}`, folder);
  const installed = await newestVersion(name, []);
  if (installed !== undefined) {
    try {
      return await download(name, installed, [], folder, signal);
    } catch (error) {
      // Old lists may name a version that the mirror has replaced; fresh ones below say which.
      if (signal?.aborted) throw error;
    }
  }
  const options = await privateState();
  const update = await runCommand('apt-get', [...COMMON, ...options, 'update'], { signal, timeoutSeconds: LIMIT });
  const version = await newestVersion(name, options);
  if (version !== undefined) return download(name, version, options, folder, signal);
  const reached = /^(Get|Hit):/m.test(update.tail);
  if (!reached) throw downloadFailure(`the package lists for ${name}`, update.tail);
  throw infrastructureFailure(
    'kernel-source-not-found',
    `no Debian suite that apt can reach has the package ${name}`,
    'Take a version that Debian has: 5.10, 6.1, 6.12',
  );
}

/**
 * Downloads packages of one suite, whatever this machine's is, into an empty folder.
 * @returns their files @throws Failure `download-failed`
 */
export async function downloadOfSuite(
  names: readonly string[],
  suite: string,
  folder: string,
  signal?: AbortSignal,
): Promise<string[]> {
  await demandApt(`downloading ${names.join(', ')}`, folder);
  const options = await privateState();
  await runCommand('apt-get', [...COMMON, ...options, 'update'], { signal, timeoutSeconds: LIMIT });
  const wanted = names.map((name) => `${name}/${suite}`);
  return fetchPackages(wanted, options, folder, signal);
}
