// SPDX-License-Identifier: MIT
// Behaviour 4 where there is a next program counter: straight lines, delay slots, annulled slots.
import { expect } from 'vitest';
import { type Case, judge } from '../harness/judge/spec.ts';
import { judgeSites, KIND, nameOf, sitesOf } from './next-pc.ts';

/** The poller has no registers, so one site of each kind is all that the probe looks at there. */
const least = (judged: Case, sites: number) => (judged.mechanism === 'poll' ? 1 : sites);

judge('4.6', (judged) => {
  judgeSites(judged, sitesOf(judged, 'site', least(judged, 4)));
});

judge('4.7', (judged) => {
  judgeSites(judged, sitesOf(judged, 'site', least(judged, 5)));
});

judge('4.8', (judged) => {
  const sites = sitesOf(judged, 'site', least(judged, 8));
  // The control: with the same annul bit, the slot of a taken branch runs and triggers.
  expect(
    sites.filter((site) => site.kind === KIND.annulTaken).length,
    'slots that must trigger, beside those that must not',
  ).toBeGreaterThan(0);
  judgeSites(judged, sites);
});

judge('4.9', (judged) => {
  judgeSites(judged, sitesOf(judged, 'site', least(judged, 5)), (site) => {
    if (site.at !== 'branch' || (site.shape !== 'call' && site.shape !== 'jmpl')) return;
    // Out of line or not, a call notes its own address.
    expect(site.link, `${nameOf(site)}: address that the call noted`).toBe(site.branch);
  });
});
