// SPDX-License-Identifier: MIT
// Kernels in the store, and the images that they are built in.
import { type Command, Option } from 'commander';
import {
  archOption,
  builderOption,
  configOption,
  count,
  installOption,
  kernelOption,
  MAIN_ARCHITECTURE,
  SELECTORS,
  single,
  suite,
} from './options.ts';

export function kernelVerbs(cli: Command): void {
  cli.commandsGroup('Kernels, and what they are built in:');

  const kernel = cli.command('kernel').description('build, list and remove kernels');
  kernel
    .command('build')
    .description('build kernels without running anything; prints where each lies')
    .addOption(archOption(MAIN_ARCHITECTURE))
    .addOption(kernelOption())
    .addOption(configOption())
    .addOption(builderOption())
    .addOption(installOption())
    .addHelpText('after', SELECTORS)
    .action(async (options) => (await import('../commands/kernel.ts')).kernelBuild(options));
  kernel
    .command('source')
    .description('print the folder of a kernel’s patched source tree, e.g. for its selftests')
    .addOption(single('--arch <name>', `the architecture (default: ${MAIN_ARCHITECTURE})`))
    .addOption(single('--kernel <selector>', 'the kernel').default('with'))
    .action(async (options) => (await import('../commands/kernel.ts')).kernelSource(options));
  kernel
    .command('list')
    .description('the kernels that are built')
    .action(async () => (await import('../commands/kernel.ts')).kernelList());
  kernel
    .command('export')
    .description('write built kernels to one archive, for another machine')
    .argument('[fingerprints...]', 'beginnings of fingerprints (kernel list); all kernels when none is named')
    .requiredOption('--output <file>', 'the archive, e.g. kernels.tar.gz')
    .action(async (names, options) => (await import('../commands/kernel.ts')).kernelExport(names, options));
  kernel
    .command('import')
    .description('take the kernels of such an archive into the store; prints their fingerprints')
    .argument('<file>', 'what kernel export wrote')
    .action(async (file) => (await import('../commands/kernel.ts')).kernelImport(file));
  kernel
    .command('push')
    .description('put built kernels into a registry, each under its fingerprint')
    .argument('<repository>', 'HOST[:PORT]/NAME; the Docker engine carries it, with what docker login keeps')
    .argument('[fingerprints...]', 'beginnings of fingerprints (kernel list); all kernels when none is named')
    .action(async (repository, names) => (await import('../commands/kernel.ts')).kernelPush(repository, names));
  kernel
    .command('pull')
    .description('take kernels out of such a registry into the store; prints their fingerprints')
    .argument('<repository>', 'HOST[:PORT]/NAME')
    .argument('[fingerprints...]', 'whole fingerprints; else those of --arch and --kernel')
    .addOption(archOption(MAIN_ARCHITECTURE))
    .addOption(kernelOption())
    .addOption(builderOption())
    .action(async (repository, names, options) =>
      (await import('../commands/kernel.ts')).kernelPull(repository, names, options),
    );
  kernel
    .command('prune')
    .description('remove build trees that were left over, and with a limit built kernels too')
    .option('--all', 'everything, sources and downloads included')
    .option('--older-than <days>', 'what was not used for so many days', count)
    .option('--max-size <megabytes>', 'keep the kernels used last up to this size', count)
    .action(async (options) => (await import('../commands/kernel.ts')).kernelPrune(options));

  const images = cli.command('images').description('the image that kernels are built in, in a Docker engine');
  images
    .command('build')
    .description('make it: Debian 13 with the cross compilers and QEMU, in pinned versions')
    .addOption(archOption('all'))
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
    .action(async (options) => (await import('../commands/images.ts')).imagesBuild(options));

  cli
    .command('clean')
    .description('remove what killed runs left in the Docker engine, and in the swarm that it manages')
    .option('--all', 'remove everything of trapline there: build trees and images too')
    .action(async (options) => (await import('../commands/images.ts')).clean(options));
}
