// SPDX-License-Identifier: MIT
// The specification as data: every clause of every behaviour, in order.
import type { ClauseDefinition } from '../harness/judge/clause.ts';
import { behaviour1 } from './behaviour-1.clauses.ts';
import { behaviour2 } from './behaviour-2.clauses.ts';
import { behaviour3 } from './behaviour-3.clauses.ts';
import { behaviour4 } from './behaviour-4.clauses.ts';
import { behaviour5 } from './behaviour-5.clauses.ts';
import { behaviour6 } from './behaviour-6.clauses.ts';

export const clauses: readonly ClauseDefinition[] = [
  ...behaviour1,
  ...behaviour2,
  ...behaviour3,
  ...behaviour4,
  ...behaviour5,
  ...behaviour6,
];
