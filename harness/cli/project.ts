// SPDX-License-Identifier: MIT
// What the machine, the specification and the project are like.
import { type Command, Option } from 'commander';
import { archOption, count, installOption, list } from './options.ts';

/** Heading of these in --help. */
export const PROJECT_GROUP = 'What there is:';

export function projectVerbs(cli: Command): void {
  cli.commandsGroup(PROJECT_GROUP);

  cli
    .command('doctor')
    .description('what this machine can do, and the one command that mends what is missing')
    .addOption(archOption('all'))
    .addOption(installOption())
    .addOption(
      new Option('--packages', 'only print the Debian packages that are needed, installed or not').conflicts('install'),
    )
    .action(async (options) => (await import('../commands/doctor.ts')).doctor(options));

  cli
    .command('arch')
    .description('the architectures: debug registers, triggers, emulator, toolchain')
    .action(async () => (await import('../commands/arch.ts')).arch());

  cli
    .command('clauses')
    .description('the specification: each clause, and where it can be exercised')
    .option('--verdicts', 'explain the verdicts instead')
    .action(async (options) => (await import('../commands/clauses.ts')).clausesCommand(options));

  cli
    .command('mutants')
    .description('the suite against kernels broken on purpose: what catches them?')
    .addOption(archOption('all'))
    .option('--mutant <names>', 'only these', list)
    .option('--jobs <n>', 'machines side by side', count)
    .addOption(installOption())
    .action(async (options) => (await import('../commands/mutants.ts')).mutants(options));

  cli
    .command('bench')
    .description('measure the design’s figures: bare commands beside the harness, and the ratio')
    .option(
      '--only <names>',
      'only these figures: help, check, exec, run, all, memory, prompt, prompts, cold, watch',
      list,
    )
    .option('--cold', 'also what takes long: building from an empty cache, the prompt on every architecture')
    .option('--jobs <n>', 'machines side by side (default: one for each CPU of the host)', count)
    .option('--times <n>', 'how often each is taken, in turn; the median counts', count, 3)
    .option('--json', 'for a program to read')
    .action(async (options) => (await import('../commands/bench.ts')).bench(options));

  cli
    .command('test')
    .description('the project’s own tests: types, linter, import directions, units, real boots')
    .option('--quick', 'without the real boots')
    .option('--all', 'every boot test: without it, the longest take turns by the commit')
    .addOption(installOption())
    .action(async (options) => (await import('../commands/test.ts')).test(options));
}
