// SPDX-License-Identifier: MIT
// Which option of two configurations makes the difference. Halves of what differs are put from the bad one into the
// good one; what Kconfig then makes of it is tried, and is the new good or bad one, until one option is left.
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseKernelRequest, withConfigs } from '../kernel/index.ts';
import { step } from '../outcome/events.ts';
import { requestFailure } from '../outcome/failure.ts';
import type { Verdict } from '../outcome/verdict.ts';
import { interrupted } from '../process/command.ts';
import { sha256 } from '../store/hash.ts';
import { writeFileAtomically } from '../store/temporary.ts';
import { type ConfigState, type ConfigTrial, type Configurations, saveConfigState } from './config-state.ts';
import { differing, fragmentText, mixed, notHeld, type Options, parts, readOptions } from './options.ts';
import type { Mark } from './repository.ts';
import { type TrialBench, tryKernel } from './trial.ts';
import { type Ends, markOf } from './tries.ts';

export interface ConfigStep {
  /** Options that were to be as in the bad configuration. */
  readonly asked: readonly string[];
  /** Those of them that Kconfig made something else of. */
  readonly turnedBack: readonly string[];
  /** `same`: what Kconfig made of it is one of the two that are known. */
  readonly mark: Mark | 'same';
  readonly verdicts: readonly Verdict[];
  readonly why?: string;
}

export interface ConfigResult {
  /** Between these two lies what makes the difference: one option, when it was found. */
  readonly good: Options;
  readonly bad: Options;
  readonly left: readonly string[];
  readonly ends: Ends;
  readonly steps: readonly ConfigStep[];
}

/** How a configuration did, and what Kconfig made of it. */
interface Tried {
  readonly kind: 'tried';
  readonly options: Options;
  readonly verdicts: readonly Verdict[];
}
type Outcome = Tried | Extract<ConfigTrial['outcome'], { kind: 'untestable' }>;

class Search {
  private number = 0;
  readonly steps: ConfigStep[] = [];

  constructor(
    private state: ConfigState,
    private readonly configurations: Configurations,
    private readonly folder: string,
    private readonly bench: TrialBench,
  ) {}

  /** What is known of a trial from before: of that number, and with the same asked for. */
  private known(asked: string, made: string): Outcome | undefined {
    const trial = this.state.trials[this.number - 1];
    if (trial?.asked !== asked) return undefined;
    const { outcome } = trial;
    if (outcome.kind === 'untestable') return outcome;
    return existsSync(made) ? { ...outcome, options: readOptions(readFileSync(made, 'utf8')) } : undefined;
  }

  private async try(text: string, name: string, enough: (verdict: Verdict) => boolean): Promise<Outcome> {
    const place = path.join(this.folder, 'steps', `${++this.number}`);
    const made = path.join(place, 'kernel.config');
    const asked = sha256(text);
    const known = this.known(asked, made);
    if (known) return known;
    // Always the same file: the build tree is named by it, and is to be the same for all.
    const file = path.join(this.folder, 'candidate.config');
    writeFileAtomically(file, text);
    mkdirSync(place, { recursive: true });
    writeFileAtomically(path.join(place, 'asked.config'), text);
    const { kernel, times } = this.state.request;
    const wish = { most: times, enough: ({ verdict }: { verdict: Verdict }) => enough(verdict) };
    const outcome = await step(this.bench.sink, 'bisect', name, async (detail): Promise<Outcome> => {
      const trial = await tryKernel(withConfigs(parseKernelRequest(kernel), [file]), place, wish, this.bench);
      detail(trial.kind === 'tried' ? trial.tries.map(({ verdict }) => verdict).join(', ') : trial.why);
      if (trial.kind === 'untestable') return trial;
      copyFileSync(trial.kernel.config, made);
      const options = readOptions(readFileSync(made, 'utf8'));
      return { kind: 'tried', options, verdicts: trial.tries.map(({ verdict }) => verdict) };
    });
    const kept: ConfigTrial['outcome'] =
      outcome.kind === 'tried' ? { kind: 'tried', verdicts: [...outcome.verdicts] } : outcome;
    const trials = this.state.trials.toSpliced(this.number - 1, 1, { asked, outcome: kept });
    this.state = { ...this.state, trials };
    saveConfigState(this.folder, this.state);
    return outcome;
  }

  /** @throws Failure `good-not-testable`, `bad-not-testable` */
  async end(which: 'good' | 'bad', enough: (verdict: Verdict) => boolean): Promise<Tried> {
    const text = fragmentText(readOptions(this.configurations[which]));
    const trial = await this.try(text, `the ${which} configuration`, enough);
    if (trial.kind === 'tried') return trial;
    throw requestFailure(
      `${which}-not-testable`,
      `the ${which} configuration cannot be tried: ${trial.why}`,
      'Name one that builds and boots',
    );
  }

  /** Tries parts of what differs until one tells more; undefined when none does. */
  async narrow(good: Options, bad: Options, ends: Ends): Promise<{ good: Options; bad: Options } | undefined> {
    const between = differing(good, bad);
    for (const asked of parts(between)) {
      if (this.bench.signal.aborted) throw interrupted('the bisection');
      const wished = mixed(good, bad, asked);
      const name = `${asked.length} of ${between.length} options`;
      const trial = await this.try(fragmentText(wished), name, (verdict) => ends.bad.includes(verdict));
      if (trial.kind === 'untestable') {
        this.steps.push({ asked, turnedBack: [], mark: 'skip', verdicts: [], why: trial.why });
        continue;
      }
      const { options: made, verdicts } = trial;
      const isKnown = differing(good, made).length === 0 || differing(made, bad).length === 0;
      const mark = isKnown ? 'same' : markOf(verdicts, ends);
      this.steps.push({ asked, turnedBack: notHeld(wished, made, asked), mark, verdicts });
      const next = mark === 'good' ? { good: made, bad } : mark === 'bad' ? { good, bad: made } : undefined;
      // What Kconfig adds of its own may be more than what was taken away.
      if (next && differing(next.good, next.bad).length < between.length) return next;
    }
    return undefined;
  }
}

/**
 * Goes on from the state to the end. The state is saved after every trial.
 * @param folder an existing one, with what `beginConfigState` puts there
 * @throws Failure `interrupted`, `same-configuration`, `good-is-bad`, `good-is-flaky`, `good-not-testable`, `bad-not-testable`
 */
export async function bisectConfig(
  begun: ConfigState,
  configurations: Configurations,
  folder: string,
  bench: TrialBench,
): Promise<ConfigResult> {
  const { clause } = begun.request;
  const search = new Search(begun, configurations, folder, bench);
  const atGood = await search.end('good', () => false);
  const [verdict, ...more] = atGood.verdicts;
  if (verdict === undefined) throw new Error('a trial without a verdict');
  if (more.some((one) => one !== verdict)) {
    throw requestFailure(
      'good-is-flaky',
      `clause ${clause} is not always the same with the good configuration: ${[verdict, ...more].join(', ')}`,
      'Name one where it never fails',
    );
  }
  const atBad = await search.end('bad', (one) => one !== verdict);
  const ends: Ends = { good: verdict, bad: [...new Set(atBad.verdicts)].filter((one) => one !== verdict) };
  let { options: good } = atGood;
  let { options: bad } = atBad;
  if (differing(good, bad).length === 0) {
    throw requestFailure('same-configuration', 'Kconfig makes the same of both configurations', 'Name two that differ');
  }
  if (ends.bad.length === 0) {
    throw requestFailure(
      'good-is-bad',
      `clause ${clause} is ${verdict} with both configurations`,
      'Name two that differ in it; a flaky clause needs more --times',
    );
  }
  while (differing(good, bad).length > 1) {
    const next = await search.narrow(good, bad, ends);
    if (!next) break;
    ({ good, bad } = next);
  }
  return { good, bad, left: differing(good, bad), ends, steps: search.steps };
}
