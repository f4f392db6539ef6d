// SPDX-License-Identifier: MIT
// The main job, and its shares put together.
import { type Command, Option } from 'commander';
import { MECHANISMS, TRIGGERS } from '../outcome/verdict.ts';
import {
  accelOption,
  archOption,
  builderOption,
  configOption,
  count,
  EXIT_CODES,
  installOption,
  kernelOption,
  list,
  MAIN_ARCHITECTURE,
  nodeLabel,
  oneOf,
  outOption,
  qemuOption,
  runInOption,
  SELECTORS,
  shard,
} from './options.ts';

export function runVerbs(cli: Command): void {
  cli.commandsGroup('Running the specification:');

  cli
    .command('run')
    .description('build kernels, boot them, exercise the specification, judge and report')
    .addOption(archOption(MAIN_ARCHITECTURE))
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
    .addOption(outOption('the results'))
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
    .action(async (options) => (await import('../commands/run.ts')).run(options));

  cli
    .command('merge')
    .description('put the runs of several machines (run --shard) together as one')
    .argument('<runs...>', 'folders of the runs')
    .addOption(outOption('the results'))
    .action(async (runs, options) => (await import('../commands/merge.ts')).merge(runs, options));
}
