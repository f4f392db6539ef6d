// SPDX-License-Identifier: MIT
// What is done with the folder of a run.
import { type Command, Option } from 'commander';
import { MECHANISMS, TRIGGERS } from '../outcome/verdict.ts';
import { count, named, qemuOption, single } from './options.ts';

export function resultVerbs(cli: Command): void {
  cli.commandsGroup('Results of runs:');

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
    .addOption(new Option('--output <file>', 'write it there instead of to stdout').argParser(named))
    .addHelpText(
      'after',
      `
Examples:
  ./trapline report results/latest --format html --output report.html    one page, for a browser
  ./trapline report results/latest --format arch-support                 as the kernel's Documentation/features
  ./trapline report results/latest --judge                               judged again by this checkout

Exit: 0 it was shown, whatever the verdicts are · 2 there is no such run`,
    )
    .action(async (folder, options) => (await import('../commands/report.ts')).report(folder, options));

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
    .action(async (before, after, options) => (await import('../commands/compare.ts')).compare(before, after, options));

  cli
    .command('reproduce')
    .description('one result of a past run again: the same kernel, probe and emulator, beside what was recorded')
    .argument('<run>', 'folder of a run, e.g. results/latest')
    .argument('<clause>', 'e.g. 4.7')
    .addOption(single('--arch <name>', 'the architecture, where the run has several'))
    .addOption(single('--kernel <label>', 'the kernel’s label, where the run has several'))
    .addOption(new Option('--trigger <name>', 'the trigger').choices(TRIGGERS))
    .addOption(new Option('--mechanism <name>', 'the mechanism').choices(MECHANISMS))
    .addOption(new Option('--times <n>', 'try it so often, and give the rate').argParser(count).default(1))
    .addOption(qemuOption())
    .addOption(
      single(
        '--bundle <file>',
        'write it all to a .tar.gz or .tar.zst with a script that needs QEMU and a shell',
      ).conflicts(['times', 'out']),
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
      single(
        '--record <dir>',
        'count instructions, and keep all that comes into the guest: QEMU’s record and replay',
      ).conflicts(['times', 'out', 'bundle', 'gdb', 'shell']),
    )
    .addOption(
      single('--replay <dir>', 'the recording again, to the instruction; with --gdb one can go backwards').conflicts([
        'times',
        'out',
        'bundle',
        'shell',
        'record',
      ]),
    )
    .addOption(single('--out <dir>', 'keep console and observations of each try there'))
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
      (await import('../commands/reproduce.ts')).reproduce(folder, clause, options),
    );
}
