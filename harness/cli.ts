// SPDX-License-Identifier: MIT
// The command line: what can be said. Each verb's work is in commands/, loaded only when it is called.
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { EXIT, Failure } from './outcome/failure.ts';
import { MECHANISMS, TRIGGERS } from './outcome/verdict.ts';
import { visible } from './outcome/visible.ts';
import { parseShard, type Shard } from './run/shard.ts';

const list = (word: string, before: string[] = []): string[] => [...before, ...word.split(',').filter(Boolean)];
const collect = (word: string, before: string[] = []): string[] => [...before, word];

/** Like commander's choices(), which would not collect. */
const oneOf =
  (allowed: readonly string[]) =>
  (word: string, before: string[] = []): string[] => {
    if (!allowed.includes(word)) throw new InvalidArgumentError(`Allowed choices are ${allowed.join(', ')}.`);
    return [...before, word];
  };

function shard(word: string): Shard {
  const parsed = parseShard(word);
  if (!parsed) throw new InvalidArgumentError('NUMBER/OF is needed, e.g. 2/5');
  return parsed;
}

function count(word: string): number {
  if (!/^[1-9]\d{0,3}$/.test(word)) throw new InvalidArgumentError('a whole number of at least 1 is needed');
  return Number(word);
}

function suite(word: string): string {
  if (!/^[a-z]+$/.test(word)) throw new InvalidArgumentError('a Debian release is needed, e.g. bookworm');
  return word;
}

function place(word: string): string {
  if (!/^(host|docker(:[\w./:@-]+)?)$/.test(word)) {
    throw new InvalidArgumentError('host, docker or docker:IMAGE is needed');
  }
  return word;
}

/** The surest that one may ask to be: the rate is not known that well, and each further 9 costs as much as the first. */
const SUREST = 0.999;

function confidence(word: string): number {
  const value = Number(word);
  if (!(value > 0 && value <= SUREST)) {
    throw new InvalidArgumentError(
      `a number above 0 and up to ${SUREST} is needed, e.g. 0.95; bisect --help says what it costs`,
    );
  }
  return value;
}

function nodeLabel(word: string, before: string[] = []): string[] {
  if (!/^[\w.-]+=[\w./:-]+$/.test(word)) throw new InvalidArgumentError('LABEL=VALUE is needed, e.g. disk=fast');
  return [...before, word];
}

const archOption = () => new Option('--arch <names>', 'architectures, or all').argParser(list);
const kernelOption = () =>
  new Option('--kernel <[label=]selector>', 'a kernel; may be given several times').argParser(collect);
const accelOption = () =>
  new Option('--accel <how>', 'how guests are run').choices(['auto', 'tcg', 'kvm']).default('auto');
const qemuOption = () => new Option('--qemu <dir>', 'take QEMU from this folder (its bin/ or usr/bin/)');
const runInOption = () =>
  new Option('--run-in <where>', 'where QEMU runs: host, docker (the builder image), docker:IMAGE')
    .argParser(place)
    .default('host')
    .conflicts('qemu');
const builderOption = () =>
  new Option('--builder <where>', 'where kernels are built').choices(['auto', 'host', 'docker']).default('auto');
const configOption = () =>
  new Option('--config <names>', 'add a fragment to every kernel: kasan, lockdep, debug, or FILE.config').argParser(
    list,
  );
const installOption = () => new Option('--install', 'install missing Debian packages without asking');

const SELECTORS = `
Kernels ([LABEL=]SELECTOR[+PATCH…]):
  with, without      the default tree as it is, and with the feature taken out by a patch
  debian:VERSION     Debian's linux-source package: 5.10, 6.1, 6.12, 7.3, …
  kernel.org:VERSION a release's tarball: 6.12.5 (TRAPLINE_KERNEL_MIRROR names a mirror)
  tree:DIR           a source tree (never written to)     git:DIR@REF  a revision of a repository
  tar:FILE           a source tarball                     image:FILE   a kernel that is built already
  image:debian:VERSION  the newest stock kernel of Debian's: 6.1, 6.12; image:FILE.deb is one that you have
  +NAME, +FILE.patch adds a patch: one of kernel-config/patches/ or mutants/, or a file
  +NAME.config       adds a configuration fragment: one of kernel-config/debug/, or a file`;

const EXIT_CODES = `
Exit: 0 every verdict as expected · 1 at least one is not · 2 the request is wrong ·
      3 infrastructure (no tool, build failed, no VM came up) · 130 interrupted`;

export function program(): Command {
  const cli = new Command('trapline')
    .description(
      'Says, clause by clause and with evidence, whether a kernel lets a program stop itself\non a hardware breakpoint and go on where it chooses.',
    )
    .showHelpAfterError('(./trapline --help shows what can be said)')
    .exitOverride()
    .enablePositionalOptions()
    .configureOutput({ outputError: (text, write) => write(`trapline: ${text.replace(/^error: /, '')}`) })
    .addHelpText(
      'after',
      `
Examples:
  ./trapline run                                        the main job: x86_64, kernels with and without the feature
  ./trapline run --arch arm64,sparc64 --clause 4        behaviour 4 on two architectures
  ./trapline run --kernel mine=tree:../linux            a kernel of yours
  ./trapline doctor                                     what is missing here
${EXIT_CODES}`,
    );

  cli
    .command('run')
    .description('build kernels, boot them, exercise the specification, judge and report')
    .addOption(archOption())
    .addOption(kernelOption())
    .addOption(configOption())
    .option('--clause <ids>', 'behaviours (4) or clauses (4.7)', list)
    .addOption(new Option('--trigger <name>', `only this trigger: ${TRIGGERS.join(', ')}`).argParser(oneOf(TRIGGERS)))
    .addOption(
      new Option('--mechanism <name>', `only this mechanism: ${MECHANISMS.join(', ')}`).argParser(oneOf(MECHANISMS)),
    )
    .addOption(accelOption())
    .addOption(qemuOption())
    .addOption(runInOption())
    .addOption(builderOption())
    .option(
      '--shard <i/n>',
      'only this share of the architectures, for several machines (merge puts them together)',
      shard,
    )
    .addOption(
      new Option('--engine <where>', 'where cells are run: on this machine, or on the nodes of a Docker Swarm')
        .choices(['local', 'swarm'])
        .default('local'),
    )
    .option('--registry <repository>', 'HOST[:PORT]/NAME where the nodes of a swarm fetch the cells')
    .addOption(
      new Option(
        '--place <label=value>',
        'only nodes of the swarm with this label; may be given several times',
      ).argParser(nodeLabel),
    )
    .option('--jobs <n>', 'machines side by side (default: one for each CPU, of this host or of the swarm)', count)
    .option('--out <dir>', 'folder of the results (default: results/<run id>)')
    .addOption(installOption())
    .addHelpText(
      'after',
      `${SELECTORS}

Examples:
  ./trapline run --arch x86_64 --clause 5.4 --kernel with
  ./trapline run --kernel with=git:../linux@my-branch --kernel without
  ./trapline run --arch all --jobs 2 --out /tmp/everything
  ./trapline run --arch all --shard 2/5 --out /tmp/share-2     the second of five machines
  ./trapline run --arch x86_64 --clause 1.10 --qemu /opt/qemu-10
  ./trapline run --arch all --engine swarm --registry registry.lan:5000/cells
  ./trapline run --engine swarm --registry registry.lan:5000/cells --place pool=kernel --accel kvm
${EXIT_CODES}`,
    )
    .action(async (options) => (await import('./commands/run.ts')).run(options));

  cli
    .command('doctor')
    .description('what this machine can do, and the one command that mends what is missing')
    .addOption(archOption())
    .addOption(installOption())
    .addOption(
      new Option('--packages', 'only print the Debian packages that are needed, installed or not').conflicts('install'),
    )
    .action(async (options) => (await import('./commands/doctor.ts')).doctor(options));

  const images = cli.command('images').description('the image that kernels are built in, in a Docker engine');
  images
    .command('build')
    .description('make it: Debian 13 with the cross compilers and QEMU, in pinned versions')
    .addOption(archOption())
    .option('--from-debootstrap', "make Debian's base with mmdebstrap, where no registry of images is reached")
    .option('--newest', 'take the newest versions of the packages instead of the pinned ones')
    .addOption(
      new Option('--emulator <suite>', 'make trapline-emulator-SUITE instead: QEMU alone, of that Debian release')
        .argParser(suite)
        .conflicts('newest'),
    )
    .addOption(
      new Option('--worker', 'make trapline-worker instead: QEMU and Node.js, what cells of a swarm run in').conflicts(
        'emulator',
      ),
    )
    .action(async (options) => (await import('./commands/images.ts')).imagesBuild(options));

  cli
    .command('clean')
    .description('remove what killed runs left in the Docker engine, and in the swarm that it manages')
    .option('--all', 'remove everything of trapline there: build trees and images too')
    .action(async (options) => (await import('./commands/images.ts')).clean(options));

  cli
    .command('arch')
    .description('the architectures: debug registers, triggers, emulator, toolchain')
    .action(async () => (await import('./commands/arch.ts')).arch());

  cli
    .command('clauses')
    .description('the specification: each clause, and where it can be exercised')
    .option('--verdicts', 'explain the verdicts instead')
    .action(async (options) => (await import('./commands/clauses.ts')).clausesCommand(options));

  const kernel = cli.command('kernel').description('build, list and remove kernels');
  kernel
    .command('build')
    .description('build kernels without running anything; prints where each lies')
    .addOption(archOption())
    .addOption(kernelOption())
    .addOption(configOption())
    .addOption(builderOption())
    .addOption(installOption())
    .addHelpText('after', SELECTORS)
    .action(async (options) => (await import('./commands/kernel.ts')).kernelBuild(options));
  kernel
    .command('source')
    .description('print the folder of a kernel’s patched source tree, e.g. for its selftests')
    .addOption(archOption())
    .addOption(new Option('--kernel <selector>', 'the kernel').default('with'))
    .action(async (options) => (await import('./commands/kernel.ts')).kernelSource(options));
  kernel
    .command('list')
    .description('the kernels that are built')
    .action(async () => (await import('./commands/kernel.ts')).kernelList());
  kernel
    .command('export')
    .description('write built kernels to one archive, for another machine')
    .argument('[fingerprints...]', 'beginnings of fingerprints (kernel list); all kernels when none is named')
    .requiredOption('--output <file>', 'the archive, e.g. kernels.tar.gz')
    .action(async (names, options) => (await import('./commands/kernel.ts')).kernelExport(names, options));
  kernel
    .command('import')
    .description('take the kernels of such an archive into the store; prints their fingerprints')
    .argument('<file>', 'what kernel export wrote')
    .action(async (file) => (await import('./commands/kernel.ts')).kernelImport(file));
  kernel
    .command('push')
    .description('put built kernels into a registry, each under its fingerprint')
    .argument('<repository>', 'HOST[:PORT]/NAME; the Docker engine carries it, with what docker login keeps')
    .argument('[fingerprints...]', 'beginnings of fingerprints (kernel list); all kernels when none is named')
    .action(async (repository, names) => (await import('./commands/kernel.ts')).kernelPush(repository, names));
  kernel
    .command('pull')
    .description('take kernels out of such a registry into the store; prints their fingerprints')
    .argument('<repository>', 'HOST[:PORT]/NAME')
    .argument('[fingerprints...]', 'whole fingerprints; else those of --arch and --kernel')
    .addOption(archOption())
    .addOption(kernelOption())
    .addOption(builderOption())
    .action(async (repository, names, options) =>
      (await import('./commands/kernel.ts')).kernelPull(repository, names, options),
    );
  kernel
    .command('prune')
    .description('remove built kernels and their build trees')
    .option('--all', 'everything, sources and downloads included')
    .option('--older-than <days>', 'what was not used for so many days', count)
    .option('--max-size <megabytes>', 'keep the kernels used last up to this size', count)
    .action(async (options) => (await import('./commands/kernel.ts')).kernelPrune(options));

  cli
    .command('exec')
    .description('run any static program in a guest; its exit status is passed on')
    .option('--arch <name>', 'the guest’s architecture')
    .addOption(new Option('--kernel <selector>', 'the guest’s kernel').default('with'))
    .addOption(configOption())
    .option('--file <path>', 'a file for its working directory; may be given several times', collect)
    .addOption(accelOption())
    .addOption(qemuOption())
    .addOption(runInOption())
    .option('--cpus <n>', 'CPUs of the guest (default: the architecture’s)', count)
    .option(
      '--timeout <seconds>',
      'end the guest after so long; with --guest: the program, and copying in and out each',
      count,
    )
    .option('--console <file>', 'keep the console there')
    .addOption(
      new Option('--guest <name>', 'a guest that is up (shell --ssh) instead of a new one').conflicts([
        'arch',
        'config',
        'qemu',
        'runIn',
        'cpus',
        'console',
      ]),
    )
    .option('--fetch <path>', 'with --guest: copy a file out afterwards, to here; may be given several times', collect)
    .addOption(installOption())
    .argument('[program]', 'a static program of the guest’s architecture, or the name of a --file')
    .argument('[arguments...]')
    .passThroughOptions()
    .addHelpText(
      'after',
      `
Each file lies in the working directory under its base name; the program is run there. A guest of its own has no loader,
no libraries and no shell: link with -static. One that is up may have them (shell --ssh --with libc6).
Exit: the program’s own status (128 + N when signal N ended it), and
      121 the kernel panicked · 122 the guest was lost otherwise · 124 --timeout · 2, 3 as elsewhere

Examples:
  ./trapline exec --arch arm64 --kernel with -- ./a.out --verbose
  ./trapline exec --arch x86_64 --kernel debian:6.12 --file data.bin -- ./reader data.bin
  ./trapline exec --guest x86_64 --file a.out --fetch trace -- strace -f -o trace ./a.out     in a guest that is up`,
    )
    .action(async (programName, args, options) =>
      (await import('./commands/exec.ts')).exec(programName, args, options),
    );

  cli
    .command('shell')
    .description('a guest to sit in: a shell, the everyday tools and the probes, in this terminal')
    .addOption(new Option('--arch <name>', 'the guest’s architecture').makeOptionMandatory())
    .addOption(new Option('--kernel <selector>', 'the guest’s kernel').default('with'))
    .addOption(configOption())
    .option('--with <packages>', 'Debian packages for the guest, with what they depend on: gdbserver,linux-perf', list)
    .addOption(accelOption())
    .addOption(qemuOption())
    .option('--cpus <n>', 'CPUs of the guest (default: the architecture’s)', count)
    .option('--console <file>', 'keep the console there')
    .option('--ssh', 'by ssh instead of the console; others get in too, and exec --guest')
    .addOption(
      new Option('--name <name>', 'name of the guest for exec --guest (default: the architecture’s)').implies({
        ssh: true,
      }),
    )
    .addOption(installOption())
    .addHelpText(
      'after',
      `
In the guest: busybox under all its names, strace, and "probe CLAUSE TRIGGER MECHANISM".
"exit", "poweroff" or Ctrl-] ends it; every other key goes to the guest, Ctrl-C too.
Exit: 0 it was left · 121 the kernel panicked · 122 the guest was lost otherwise · 2, 3 as elsewhere

Examples:
  ./trapline shell --arch sparc64
  ./trapline shell --arch x86_64 --kernel tree:../linux --with gdbserver,linux-perf
  ./trapline shell --arch sparc64 --ssh --name box           then, from another terminal:
  ./trapline exec --guest box -- dmesg                       or the ssh command that is printed`,
    )
    .action(async (options) => (await import('./commands/shell.ts')).shell(options));

  cli
    .command('report')
    .description('render a run again from its folder')
    .argument('<run>', 'folder of a run, e.g. results/latest')
    .addOption(
      new Option('--format <name>', 'rendering')
        .choices(['terminal', 'html', 'markdown', 'arch-support', 'json', 'junit', 'ktap'])
        .default('terminal'),
    )
    .option('--judge', 'judge the observations again first, with the specs and expectations of this checkout')
    .option('--output <file>', 'write it there instead of to stdout')
    .addHelpText(
      'after',
      `
Examples:
  ./trapline report results/latest --format html --output report.html    one page, for a browser
  ./trapline report results/latest --format arch-support                 as the kernel's Documentation/features
  ./trapline report results/latest --judge                               judged again by this checkout`,
    )
    .action(async (folder, options) => (await import('./commands/report.ts')).report(folder, options));

  cli
    .command('reproduce')
    .description('one result of a past run again: the same kernel, probe and emulator, beside what was recorded')
    .argument('<run>', 'folder of a run, e.g. results/latest')
    .argument('<clause>', 'e.g. 4.7')
    .option('--arch <name>', 'the architecture, where the run has several')
    .option('--kernel <label>', 'the kernel’s label, where the run has several')
    .addOption(new Option('--trigger <name>', 'the trigger').choices(TRIGGERS))
    .addOption(new Option('--mechanism <name>', 'the mechanism').choices(MECHANISMS))
    .addOption(new Option('--times <n>', 'try it so often, and give the rate').argParser(count).default(1))
    .addOption(qemuOption())
    .addOption(
      new Option('--bundle <file>', 'write it all to a .tar.gz with a script that needs QEMU and a shell').conflicts([
        'times',
        'out',
      ]),
    )
    .addOption(
      new Option('--gdb', 'the guest under gdb, with breakpoints where a SIGTRAP is raised and left').conflicts([
        'times',
        'out',
        'bundle',
      ]),
    )
    .addOption(
      new Option('--shell', 'sit in its guest, before the probe has run').conflicts(['times', 'out', 'bundle', 'gdb']),
    )
    .addOption(
      new Option(
        '--record <dir>',
        'count instructions, and keep all that comes into the guest: QEMU’s record and replay',
      ).conflicts(['times', 'out', 'bundle', 'gdb', 'shell']),
    )
    .addOption(
      new Option(
        '--replay <dir>',
        'the recording again, to the instruction; with --gdb one can go backwards',
      ).conflicts(['times', 'out', 'bundle', 'shell', 'record']),
    )
    .option('--out <dir>', 'keep console and observations of each try there')
    .addHelpText(
      'after',
      `
Of several results of the clause, the first that was not as expected is taken, else the first.
Exit: 0 the same · 1 different or flaky · 2, 3 as elsewhere

Examples:
  ./trapline reproduce results/latest 4.7 --arch arm64 --kernel with
  ./trapline reproduce results/latest 3.10 --mechanism poll --times 20
  ./trapline reproduce results/latest 4.7 --bundle retrap.tar.gz      to attach to a bug report
  ./trapline reproduce results/latest 4.7 --shell                     its guest, and the command of its probe
  ./trapline reproduce results/latest 4.7 --gdb                       best on a kernel of run --config debug
  ./trapline reproduce results/latest 4.7 --record recording
  ./trapline reproduce results/latest 4.7 --replay recording --gdb    from the signal back to the trigger`,
    )
    .action(async (folder, clause, options) =>
      (await import('./commands/reproduce.ts')).reproduce(folder, clause, options),
    );

  cli
    .command('bisect')
    .description('which commit of a kernel tree changed a clause: git’s bisection, each step built, booted and judged')
    .option('--tree <dir>', 'a git repository of kernel sources; neither its checkout nor its refs are touched')
    .option('--good <ref>', 'a commit where the clause is as it should be')
    .option('--bad <ref>', 'one where it is not')
    .option('--clause <id>', 'the clause, e.g. 5.4')
    .option('--arch <name>', 'the architecture')
    .addOption(new Option('--trigger <name>', 'the trigger').choices(TRIGGERS))
    .addOption(new Option('--mechanism <name>', 'the mechanism (default: sigtrap where it can be)').choices(MECHANISMS))
    .option('--times <n>', 'a flaky clause: a commit is good when none of so many tries is bad (default: 1)', count)
    .option(
      '--confidence <share>',
      'a flaky clause: so many tries that a bad commit is found out with this probability, e.g. 0.95, by the rate at the bad one (--times tries, default 10)',
      confidence,
    )
    .addOption(configOption())
    .addOption(accelOption())
    .addOption(qemuOption())
    .addOption(builderOption())
    .addOption(
      new Option(
        '--config-bisect <files...>',
        'two configurations instead, the good one first: which option is it?',
      ).conflicts(['good', 'bad', 'confidence', 'resume']),
    )
    .option('--kernel <selector>', 'the kernel whose configurations they are (default: with, or --tree)')
    .addOption(
      // All the rest is as it was begun with.
      new Option('--resume <dir>', 'go on with a bisection, of either kind, from its folder').conflicts(
        'tree good bad clause arch trigger mechanism times confidence config qemu kernel out'.split(' '),
      ),
    )
    .option('--out <dir>', 'folder of the bisection (default: results/<run id>)')
    .addOption(installOption())
    .addHelpText(
      'after',
      `
A confidence costs so many tries of each commit that does not fail, when of 10 tries of the bad one so many failed
(and at most 1000):
  --confidence      10 of 10   5 of 10   1 of 10
  0.9                      2         9       128
  0.95                     3        12       167
  0.99                     4        18       256
  0.999, the most          6        26       383

Both commits are tried first. A commit that does not build or boot is skipped (as by exit code 125 of git bisect run).
Exit: 0 the commit was found · 2 the request is wrong (a good commit that is bad, too) ·
      3 infrastructure, or only skipped commits are left · 130 interrupted: --resume goes on

Examples:
  ./trapline bisect --tree ../linux --good v6.1 --bad v6.2 --clause 5.4 --arch x86_64
  ./trapline bisect --tree ../linux --good HEAD~20 --bad HEAD --clause 3.3 --arch arm64 --confidence 0.99
  ./trapline bisect --resume results/2026-11-30-101500-4711
  ./trapline bisect --config-bisect good.config bad.config --clause 3.2 --arch arm64`,
    )
    .action(async (options) => (await import('./commands/bisect.ts')).bisect(options));

  cli
    .command('watch')
    .description('build and run the clauses chosen again whenever a kernel tree changes, until Ctrl-C')
    .requiredOption('--tree <dir>', 'the source tree; it is read, never written to')
    .option('--arch <name>', 'the architecture')
    .option('--clause <ids>', 'behaviours (4) or clauses (4.7)', list)
    .addOption(new Option('--trigger <name>', `only this trigger: ${TRIGGERS.join(', ')}`).argParser(oneOf(TRIGGERS)))
    .addOption(
      new Option('--mechanism <name>', `only this mechanism: ${MECHANISMS.join(', ')}`).argParser(oneOf(MECHANISMS)),
    )
    .addOption(configOption())
    .addOption(accelOption())
    .addOption(qemuOption())
    .addOption(builderOption())
    .addOption(installOption())
    .addHelpText(
      'after',
      `
What is not as expected is shown each time, and what is another verdict than the time before.

Examples:
  ./trapline watch --tree ../linux --clause 5.4,6
  ./trapline watch --tree ../linux --arch arm64 --mechanism sigtrap`,
    )
    .action(async (options) => (await import('./commands/watch.ts')).watch(options));

  cli
    .command('merge')
    .description('put the runs of several machines (run --shard) together as one')
    .argument('<runs...>', 'folders of the runs')
    .option('--out <dir>', 'folder of the results (default: results/<run id>)')
    .action(async (runs, options) => (await import('./commands/merge.ts')).merge(runs, options));

  cli
    .command('compare')
    .description('two runs: what was mended, what broke, what is new and what is gone')
    .argument('<before>', 'folder of a run')
    .argument('<after>', 'folder of a later one')
    .addOption(new Option('--format <name>', 'rendering').choices(['text', 'json', 'markdown']).default('text'))
    .addHelpText(
      'after',
      '\nExit: 0 nothing broke · 1 something did\n\nExample:\n  ./trapline compare results/2026-11-01-120000-1 results/latest',
    )
    .action(async (before, after, options) => (await import('./commands/compare.ts')).compare(before, after, options));

  cli
    .command('mutants')
    .description('the suite against kernels broken on purpose: what catches them?')
    .addOption(archOption())
    .option('--mutant <names>', 'only these', list)
    .option('--jobs <n>', 'machines side by side', count)
    .addOption(installOption())
    .action(async (options) => (await import('./commands/mutants.ts')).mutants(options));

  cli
    .command('bench')
    .description('measure the design’s figures: bare commands beside the harness, and the ratio')
    .option('--only <names>', 'only these figures: help, check, exec, run, all, memory, cold, watch', list)
    .option('--cold', 'also building from an empty cache (minutes)')
    .option('--jobs <n>', 'machines side by side (default: one for each CPU of the host)', count)
    .option('--times <n>', 'how often each is taken, in turn; the median counts', count, 3)
    .option('--json', 'for a program to read')
    .action(async (options) => (await import('./commands/bench.ts')).bench(options));

  cli
    .command('test')
    .description('the project’s own tests: types, linter, import directions, units, real boots')
    .option('--quick', 'without the real boots')
    .option('--all', 'every boot test: without it, the longest take turns by the commit')
    .addOption(installOption())
    .action(async (options) => (await import('./commands/test.ts')).test(options));

  return cli;
}

/** One line on stderr for a failure: what, where, how to mend it. */
function complain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.expected : EXIT.request;
  if (error instanceof Failure) {
    // A message may quote what a guest or a compiler printed.
    process.stderr.write(`trapline: ${visible(error.message.replaceAll('\n', ' '))}\n`);
    return error.exitCode;
  }
  process.stderr.write(`trapline: a bug in trapline itself: ${error instanceof Error ? error.stack : String(error)}\n`);
  return EXIT.infrastructure;
}

// Whoever reads us may stop early (`| head`): that is no failure. Nor is a terminal that was closed: SIGHUP tells us.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EIO') return;
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

try {
  const cli = program();
  if (process.argv.length <= 2) {
    cli.outputHelp();
  } else {
    await cli.parseAsync();
  }
} catch (error) {
  process.exitCode = complain(error);
}
