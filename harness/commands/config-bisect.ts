// SPDX-License-Identifier: MIT
// bisect --config-bisect: which option of a configuration changed a clause's verdict.
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { findArchitecture } from '../arch/index.ts';
import { bisectConfig } from '../bisect/config-bisect.ts';
import { beginConfigState, type ConfigState, type Configurations, loadConfigState } from '../bisect/config-state.ts';
import { alone, treeGone } from '../bisect/state.ts';
import { configSummaryOf } from '../bisect/summary.ts';
import { absoluteRequest, demandTree, parseKernelRequest, withConfigs } from '../kernel/index.ts';
import { withEmulatorFrom } from '../machine/emulator.ts';
import { infrastructureFailure, requestFailure } from '../outcome/failure.ts';
import { makeRunFolder } from '../run/folder.ts';
import { type BisectOptions, demand, resumable, stepOf, trialBench } from './bisection.ts';
import { print, withSession } from './session.ts';

function readConfigFile(file: string): string {
  if (existsSync(file) && statSync(file).isFile()) return readFileSync(file, 'utf8');
  throw requestFailure(
    'no-such-file',
    `there is no configuration ${file}`,
    'Name two files, e.g. a run’s kernel.config',
  );
}

function configurationsOf([good, bad, ...more]: readonly string[]): Configurations {
  if (good !== undefined && bad !== undefined && more.length === 0) {
    return { good: readConfigFile(good), bad: readConfigFile(bad) };
  }
  throw requestFailure(
    'two-configurations',
    '--config-bisect takes two files, the good one first',
    './trapline bisect --help has examples',
  );
}

function requestOf(options: BisectOptions): ConfigState['request'] {
  const architecture = findArchitecture(demand(options.arch, '--arch'));
  const step = stepOf(architecture, options);
  const selector = options.tree === undefined ? (options.kernel ?? 'with') : `tree:${options.tree}`;
  const kernel = withConfigs(parseKernelRequest(`with=${selector}`), options.config ?? []);
  return {
    kernel: `with=${absoluteRequest(kernel).selector}`,
    arch: architecture.name,
    clause: step.clause.id,
    trigger: step.trigger,
    mechanism: step.mechanism,
    times: options.times ?? 1,
    accel: options.accel,
    builder: options.builder,
    ...(options.qemu === undefined ? {} : { qemu: path.resolve(options.qemu) }),
  };
}

export async function bisectOptions(options: BisectOptions): Promise<void> {
  const known = options.resume === undefined ? undefined : loadConfigState(options.resume);
  const configurations = known?.configurations ?? configurationsOf(options.configBisect ?? []);
  const request = known?.state.request ?? requestOf(options);
  const { source } = parseKernelRequest(request.kernel);
  if (source.kind === 'tree') {
    if (known && !existsSync(source.directory)) throw treeGone(`the tree ${source.directory} is gone`);
    demandTree(source.directory);
  }
  const architecture = withEmulatorFrom(request.qemu, findArchitecture(request.arch));
  const step = stepOf(architecture, request);
  const { shown, result } = await withSession(async (session) => {
    const trial = await trialBench(architecture, step, { ...request, install: options.install ?? false }, session);
    const folder = path.resolve(options.resume ?? makeRunFolder(options.out, new Date()).path);
    const typed = options.resume ?? options.out ?? path.relative(process.cwd(), folder);
    const work = (signal: AbortSignal) => {
      // What it was before is old by now, if another one was at work on it.
      const begun = known ? loadConfigState(folder).state : beginConfigState(folder, request, configurations);
      return bisectConfig(begun, configurations, folder, { ...trial, signal });
    };
    return { shown: typed, result: await resumable(typed, () => alone(folder, session.signal, work)) };
  });
  const setting = `clause ${request.clause} (${request.trigger}, ${request.mechanism}) on ${architecture.name}`;
  print(configSummaryOf(result, setting, shown));
  if (result.left.length === 1) return;
  throw infrastructureFailure(
    'bisection-undecided',
    `no part of the ${result.left.length} options that are left tells more`,
    'Kconfig lets them be only together, or the kernels between do not build or boot',
  );
}
