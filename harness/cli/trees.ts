// SPDX-License-Identifier: MIT
// Kernel trees that change: which commit was it, and is it right now?
import { type Command, Option } from 'commander';
import { MECHANISMS, TRIGGERS } from '../outcome/verdict.ts';
import {
  accelOption,
  builderOption,
  confidence,
  configOption,
  count,
  installOption,
  list,
  MAIN_ARCHITECTURE,
  oneOf,
  outOption,
  qemuOption,
  single,
} from './options.ts';

export function treeVerbs(cli: Command): void {
  cli.commandsGroup('Kernels that change:');

  cli
    .command('bisect')
    .description('which commit of a kernel tree changed a clause: git’s bisection, each step built, booted and judged')
    .addOption(
      single('--tree <dir>', 'a git repository of kernel sources; neither its checkout nor its refs are touched'),
    )
    .addOption(single('--good <ref>', 'a commit where the clause is as it should be'))
    .addOption(single('--bad <ref>', 'one where it is not'))
    .addOption(single('--clause <id>', 'the clause, e.g. 5.4'))
    .addOption(single('--arch <name>', 'the architecture'))
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
    .addOption(single('--kernel <selector>', 'the kernel whose configurations they are (default: with, or --tree)'))
    .addOption(
      // All the rest is as it was begun with.
      new Option('--resume <dir>', 'go on with a bisection, of either kind, from its folder').conflicts(
        'tree good bad clause arch trigger mechanism times confidence config qemu kernel out'.split(' '),
      ),
    )
    .addOption(outOption('the bisection'))
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
    .action(async (options) => (await import('../commands/bisect.ts')).bisect(options));

  cli
    .command('watch')
    .description('build and run the clauses chosen again whenever a kernel tree changes, until Ctrl-C')
    .addOption(single('--tree <dir>', 'the source tree; it is read, never written to').makeOptionMandatory())
    .addOption(single('--arch <name>', `the architecture (default: ${MAIN_ARCHITECTURE})`))
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
    .action(async (options) => (await import('../commands/watch.ts')).watch(options));
}
