// SPDX-License-Identifier: MIT
import { spawn } from 'node:child_process';
import { expect, onTestFinished, test } from 'vitest';
import type { Engine } from '../docker/engine.ts';
import { OWNER, ownLabels } from '../docker/labels.ts';
import { parseRepository } from '../docker/registry.ts';
import type { CellPlace } from '../run/engine.ts';
import { startOf } from '../store/temporary.ts';
import type { Ordered } from './cell-order.ts';
import { Deliveries } from './deliveries.ts';

/** What is removed at the end of a run that found its cell in the registry, and in the engine under this owner's label. */
async function removedOf(owner: string): Promise<string[]> {
  const removed: string[] = [];
  const getImage = (name: string) => ({
    distribution: async () => ({ Descriptor: { digest: 'sha256:0' } }),
    inspect: async () => ({ Id: 'the image', Config: { Labels: { [OWNER]: owner } } }),
    remove: async () => void removed.push(name),
  });
  const engine = { docker: { getImage } } as unknown as Engine;
  const deliveries = new Deliveries(engine, { name: 'worker', id: 'w' }, parseRepository('localhost:5000/cells'));
  const place = { progress: () => {}, signal: new AbortController().signal } as unknown as CellPlace;
  await deliveries.deliver({ sha256: 'c', files: [] } as unknown as Ordered, place);
  await deliveries.close();
  return removed;
}

test('at the end images are removed, but not those of another run that lives', async () => {
  const own = ownLabels()[OWNER] ?? '';
  expect(await removedOf(own)).toEqual(['the image']);
  const other = spawn('sleep', ['600']);
  onTestFinished(() => void other.kill());
  const [host, boot] = own.split(' ');
  expect(await removedOf(`${host} ${boot} ${other.pid} ${startOf(other.pid ?? 0)}`)).toEqual([]);
});
