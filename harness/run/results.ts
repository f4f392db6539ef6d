// SPDX-License-Identifier: MIT
// Evidence and verdicts → the report's cell: expectations, outcomes, reasons, commands.
import path from 'node:path';
import { expectations } from '../../specs/expectations.ts';
import type { ClauseDefinition, Setting } from '../judge/clause.ts';
import { behaviourOf } from '../judge/clause.ts';
import { expectedVerdict, type Versions } from '../judge/expectation.ts';
import type { Evidence } from '../judge/observation.ts';
import type { Judged } from '../judge/verdict.ts';
import { isUnpacked, type KernelPlan } from '../kernel/index.ts';
import type { Crash } from '../outcome/crash.ts';
import { type CellReport, type ClauseResult, NOT_REACHED } from '../outcome/report.ts';
import { outcomeOf } from '../outcome/verdict.ts';
import { shellWord } from '../process/shell-word.ts';
import type { Bench, CellOutcome } from './bench.ts';
import { type ClauseFilter, clausesElsewhere, lackReason, type Step, whereDefined } from './plan.ts';

/** What a report says of a kernel before it has booted. */
export type PlannedKernel = Pick<KernelPlan, 'request' | 'version' | 'fingerprint'>;

export interface CellMaterial {
  readonly bench: Bench;
  readonly kernel: PlannedKernel;
  readonly steps: readonly Step[];
  readonly filter: ClauseFilter;
  readonly outcome: CellOutcome;
  readonly judgements: readonly Judged[];
  /** Below the run's folder. */
  readonly folder: string;
}

function versionsOf({ bench, kernel, outcome }: CellMaterial): Versions {
  const release = outcome.kind === 'ran' ? outcome.ran.release : undefined;
  return { emulator: bench.emulator.version, kernel: release ?? kernel.version };
}

/** A QEMU that was named by its folder or image is named again; one that was fetched is found as it was. */
function emulatorPlace({ architecture, emulator }: Bench): string[] {
  if (emulator.image !== undefined) return [`--run-in docker:${shellWord(emulator.image)}`];
  const { binary } = architecture.qemu;
  return binary.includes('/') && !isUnpacked(binary) ? [`--qemu ${shellWord(path.dirname(binary))}`] : [];
}

function reproduceCommand(material: CellMaterial, clause: ClauseDefinition, setting: Setting): string {
  const { label, selector } = material.kernel.request;
  const kernel = label === selector ? selector : `${label}=${selector}`;
  return [
    './trapline run',
    `--arch ${material.bench.architecture.name}`,
    ...emulatorPlace(material.bench),
    `--kernel ${shellWord(kernel)}`,
    `--clause ${clause.id} --trigger ${setting.trigger} --mechanism ${setting.mechanism}`,
  ].join(' ');
}

export function secondsOf(evidence: Evidence | undefined): { seconds?: number } {
  return evidence && 'seconds' in evidence.ending ? { seconds: evidence.ending.seconds } : {};
}

/**
 * The raw values of a probe by record: { hit: {…} }, and a list where a kind was recorded several times;
 * how the probe ended is kept with them.
 */
export function observedOf(evidence: Evidence | undefined): Record<string, unknown> {
  if (!evidence) return {};
  const observed: Record<string, unknown> = {};
  for (const { what, ...values } of evidence.observations) {
    const before = observed[what];
    if (before === undefined) observed[what] = values;
    else if (Array.isArray(before)) before.push(values);
    else observed[what] = [before, values];
  }
  return { ...observed, ended: evidence.ending };
}

function result(
  material: CellMaterial,
  clause: ClauseDefinition,
  setting: Setting,
  judged: Judged,
  evidence?: Evidence,
  crashes: readonly Crash[] = [],
): ClauseResult {
  const { architecture } = material.bench;
  const expected = expectedVerdict(
    clause,
    setting,
    architecture,
    material.kernel.request.label,
    expectations,
    judged,
    versionsOf(material),
  );
  return {
    id: clause.id,
    behaviour: behaviourOf(clause.id),
    title: clause.title,
    trigger: setting.trigger,
    mechanism: setting.mechanism,
    verdict: judged.verdict,
    expected: expected.verdict,
    outcome: outcomeOf(judged.verdict, expected.verdict),
    reason: judged.reason,
    ...(expected.reason === '' ? {} : { expectation: expected.reason }),
    observed: observedOf(evidence),
    ...(crashes.length > 0 ? { crashes: [...crashes] } : {}),
    ...secondsOf(evidence),
    reproduce: reproduceCommand(material, clause, setting),
  };
}

function clauseResults(material: CellMaterial): ClauseResult[] {
  const { architecture } = material.bench;
  const { outcome } = material;
  const ran = material.steps.map((step, index) => {
    const setting = { trigger: step.trigger, mechanism: step.mechanism };
    if (outcome.kind === 'failed') {
      const { kind, message, remedy } = outcome.failure;
      const reason = kind === 'interrupted' ? `${NOT_REACHED}. ${remedy}` : message;
      const judged: Judged = { verdict: 'not-run', reason };
      return result(material, step.clause, setting, judged);
    }
    const judged = material.judgements[index] ?? { verdict: 'not-run', reason: 'not judged' };
    const crashes = outcome.crashes.ofStep.get(step.number);
    return result(material, step.clause, setting, judged, outcome.ran.evidence[index], crashes);
  });
  const elsewhere = clausesElsewhere(architecture, material.filter).map(({ clause, ...setting }) => ({
    ...result(material, clause, setting, { verdict: 'not-run', reason: lackReason(architecture, clause) }),
    // Here it would show nothing.
    reproduce: whereDefined(clause),
  }));
  return [...ran, ...elsewhere].sort((a, b) => compareIds(a.id, b.id));
}

function compareIds(a: string, b: string): number {
  const [behaviourA = 0, clauseA = 0] = a.split('.').map(Number);
  const [behaviourB = 0, clauseB = 0] = b.split('.').map(Number);
  return behaviourA - behaviourB || clauseA - clauseB;
}

export function reportCell(material: CellMaterial): CellReport {
  const { bench, kernel, outcome } = material;
  const ran = outcome.kind === 'ran' ? outcome.ran : undefined;
  const crashes = outcome.kind === 'ran' ? outcome.crashes.ofBoot : [];
  const failed = outcome.kind === 'failed' ? outcome.failure.name : 'unknown';
  return {
    arch: bench.architecture.name,
    kernel: {
      label: kernel.request.label,
      selector: kernel.request.selector,
      version: ran?.release ?? kernel.version,
      fingerprint: kernel.fingerprint,
    },
    emulator: {
      version: `QEMU ${bench.emulator.version}`,
      machine: bench.architecture.qemu.machineName,
      cpu: bench.accelerator.accel === 'kvm' ? 'host' : bench.architecture.qemu.cpu,
      accel: bench.accelerator.accel,
      ...(bench.emulator.image === undefined ? {} : { image: bench.emulator.image }),
    },
    boot: {
      outcome: ran?.boot.outcome ?? failed,
      seconds: ran?.boot.seconds ?? 0,
      ...(ran?.boot.detail ? { detail: ran.boot.detail } : {}),
      ...(crashes.length > 0 ? { crashes: [...crashes] } : {}),
    },
    folder: material.folder,
    machines: ran?.machines ?? 0,
    seconds: ran?.seconds ?? 0,
    ...(ran && ran.control.length > 0 ? { control: [...ran.control] } : {}),
    clauses: clauseResults(material),
  };
}
