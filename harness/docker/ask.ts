// SPDX-License-Identifier: MIT
// What the programs of an image say of themselves: an image is asked once.
import { inCache } from '../config/paths.ts';
import { readJson } from '../store/hash.ts';
import { writeFileAtomically } from '../store/temporary.ts';
import type { Engine } from './engine.ts';
import { Sandbox } from './sandbox.ts';

const LIMITS = { memoryBytes: 512 * 2 ** 20, processes: 100 };

/**
 * Stdout of each command; undefined for one that failed or is not there.
 * @param image content hash of the image
 * @throws Failure of the engine
 */
export async function askImage(
  engine: Engine,
  image: string,
  commands: readonly (readonly string[])[],
): Promise<(string | undefined)[]> {
  const memory = inCache('docker-programs.json');
  const remembered = (): Record<string, string> => readJson<Record<string, string>>(memory) ?? {};
  const keyOf = (command: readonly string[]): string => `${image} ${command.join(' ')}`;
  const known = remembered();
  if (commands.some((command) => known[keyOf(command)] === undefined)) {
    const sandbox = await Sandbox.open(engine, { ...LIMITS, image });
    try {
      for (const command of commands) {
        const { exitCode, stdout } = await sandbox.run(command);
        if (exitCode === 0) known[keyOf(command)] = stdout;
      }
    } finally {
      await sandbox.close();
    }
    writeFileAtomically(memory, JSON.stringify({ ...remembered(), ...known }));
  }
  return commands.map((command) => known[keyOf(command)]);
}
