// SPDX-License-Identifier: MIT
import type { Architecture } from '../arch/record.ts';
import type { EventSink } from '../outcome/events.ts';

export async function demandPackages(
  _architectures: readonly Architecture[],
  _options: { install: boolean; build: boolean },
  _sink: EventSink,
): Promise<void> {}
