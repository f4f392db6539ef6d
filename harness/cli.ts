// SPDX-License-Identifier: MIT
// The command line: what can be said. Each verb's work is in commands/, loaded only when it is called.
import { Command, CommanderError } from 'commander';
import { guestVerbs } from './cli/guests.ts';
import { kernelVerbs } from './cli/kernels.ts';
import { EXIT_CODES } from './cli/options.ts';
import { PROJECT_GROUP, projectVerbs } from './cli/project.ts';
import { resultVerbs } from './cli/results.ts';
import { runVerbs } from './cli/run.ts';
import { treeVerbs } from './cli/trees.ts';
import { EXIT, Failure, infrastructureFailure } from './outcome/failure.ts';
import { visible } from './outcome/visible.ts';
import { catchSignals } from './process/signals.ts';

export function program(): Command {
  const cli = new Command('trapline')
    .description(
      'Says, clause by clause and with evidence, whether a kernel lets a program stop itself on a hardware breakpoint and go on where it chooses.',
    )
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

  for (const verbs of [runVerbs, resultVerbs, guestVerbs, treeVerbs, kernelVerbs, projectVerbs]) verbs(cli);
  cli.addHelpCommand(
    new Command('help').argument('[command]').description('what can be said to a command').helpGroup(PROJECT_GROUP),
  );
  pointToHelp(cli, './trapline');
  return cli;
}

/** Whatever is wrong with what was said to a verb, its own help is where to look. */
function pointToHelp(command: Command, words: string): void {
  command.showHelpAfterError(`(${words} --help shows what can be said)`);
  for (const one of command.commands) pointToHelp(one, `${words} ${one.name()}`);
}

/** `help VERB` of none there is: commander would show all of them, and not say why. */
function demandVerb(cli: Command, [help, verb]: readonly string[]): void {
  if (help !== 'help' || verb === undefined || cli.commands.some((one) => one.name() === verb)) return;
  cli.error(`error: unknown command '${verb}'`, { exitCode: EXIT.request });
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

catchSignals();

// Whoever reads us may stop early (`| head`): that is no failure. Nor is a terminal that was closed: SIGHUP tells us.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EIO') return;
  if (error.code === 'EPIPE') process.exit();
  const what = `what was to be printed could not be written: ${error.message}`;
  process.exit(complain(infrastructureFailure('not-printed', what, 'Is the disk full that it goes to?', error)));
});

try {
  const cli = program();
  if (process.argv.length <= 2) {
    cli.outputHelp();
  } else {
    demandVerb(cli, process.argv.slice(2));
    await cli.parseAsync();
  }
} catch (error) {
  process.exitCode = complain(error);
}
