// SPDX-License-Identifier: MIT
// A compiler out of packages of another Debian suite, where this machine's own does not serve.
import type { Architecture } from '../arch/record.ts';
import type { EventSink } from '../outcome/events.ts';
import { unpackedPackages } from './unpacked.ts';

/**
 * The command of an architecture's compiler on this machine where it is unpacked rather than installed, fetched now if
 * it is not there; undefined where this machine's own is meant.
 * @throws Failure of unpackedPackages()
 */
export async function unpackedCompiler(
  { name, toolchain }: Architecture,
  sink: EventSink,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const { compiler } = toolchain;
  if (!compiler) return undefined;
  const { folder } = await unpackedPackages(compiler, name, sink, signal);
  return compiler.command.replaceAll('@', folder);
}
