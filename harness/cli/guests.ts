// SPDX-License-Identifier: MIT
// Guests that somebody uses by hand.
import type { Command } from 'commander';
import {
  accelOption,
  collect,
  configOption,
  count,
  installOption,
  list,
  qemuOption,
  runInOption,
  single,
} from './options.ts';

export function guestVerbs(cli: Command): void {
  cli.commandsGroup('Guests to use by hand:');

  cli
    .command('exec')
    .description('run any static program in a guest; its exit status is passed on')
    .addOption(single('--arch <name>', 'the guest’s architecture'))
    .addOption(single('--kernel <selector>', 'the guest’s kernel').default('with'))
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
    .addOption(single('--console <file>', 'keep the console there'))
    .addOption(
      single('--guest <name>', 'a guest that is up (shell --ssh) instead of a new one').conflicts([
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
Standard input is not passed on: the program finds it at its end.
Exit: the program’s own status (128 + N when signal N ended it), and
      121 the kernel panicked · 122 the guest was lost otherwise · 124 --timeout · 2, 3 as elsewhere

Examples:
  ./trapline exec --arch arm64 --kernel with -- ./a.out --verbose
  ./trapline exec --arch x86_64 --kernel debian:6.12 --file data.bin -- ./reader data.bin
  ./trapline exec --guest x86_64 --file a.out --fetch trace -- strace -f -o trace ./a.out     in a guest that is up`,
    )
    .action(async (programName, args, options) =>
      (await import('../commands/exec.ts')).exec(programName, args, options),
    );

  cli
    .command('shell')
    .description('a guest to sit in: a shell, the everyday tools and the probes, in this terminal')
    .addOption(single('--arch <name>', 'the guest’s architecture').makeOptionMandatory())
    .addOption(single('--kernel <selector>', 'the guest’s kernel').default('with'))
    .addOption(configOption())
    .option('--with <packages>', 'Debian packages for the guest, with what they depend on: gdbserver,linux-perf', list)
    .addOption(accelOption())
    .addOption(qemuOption())
    .option('--cpus <n>', 'CPUs of the guest (default: the architecture’s)', count)
    .addOption(single('--console <file>', 'keep the console there'))
    .option('--ssh', 'by ssh instead of the console; others get in too, and exec --guest')
    .addOption(
      single('--name <name>', 'name of the guest for exec --guest (default: the architecture’s)').implies({
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
    .action(async (options) => (await import('../commands/shell.ts')).shell(options));
}
