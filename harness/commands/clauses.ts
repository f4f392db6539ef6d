// SPDX-License-Identifier: MIT
// clauses: the specification, and where each clause can be exercised.
import { clauses } from '../../specs/clauses.ts';
import { architectures } from '../arch/index.ts';
import { behaviourOf, settingsOf } from '../judge/clause.ts';
import { BEHAVIOUR_TITLES, type Behaviour } from '../outcome/behaviour.ts';
import { VERDICTS, type Verdict } from '../outcome/verdict.ts';
import { print } from './session.ts';

const MEANING: Readonly<Record<Verdict, string>> = {
  conforms: 'the clause was exercised and held',
  deviates: 'exercised, and did not hold: the kernel is wrong, or the hardware defines it otherwise',
  absent: 'the kernel does not know the feature and says so in the documented way (EINVAL, E2BIG)',
  unsupported: 'the kernel says that this architecture cannot, with the errno',
  'not-emulated': 'armed, and a control shows that the emulator does not trap here: the kernel cannot be judged',
  looped: 'the same PC trapped without end; the guest stopped it and lived',
  hung: 'no answer within the clause’s limit',
  crashed: 'oops, panic, or the probe died of what it should not die of',
  'not-run': 'not exercised, with the reason',
};

const NAME_WIDTH = Math.max(...architectures.map(({ name }) => name.length)) + 2;

export function clausesCommand(options: { verdicts?: boolean }): void {
  if (options.verdicts) {
    print(VERDICTS.map((verdict) => `${verdict.padEnd(14)}${MEANING[verdict]}`).join('\n'));
    return;
  }
  const lines: string[] = [];
  let behaviour = 0;
  for (const clause of clauses) {
    if (behaviourOf(clause.id) !== behaviour) {
      behaviour = behaviourOf(clause.id);
      lines.push('', `${behaviour} · ${BEHAVIOUR_TITLES[behaviour as Behaviour]}`);
    }
    lines.push(`  ${clause.id.padEnd(5)}${clause.title}`);
    for (const architecture of architectures) {
      const settings = settingsOf(clause, architecture);
      const triggers = [...new Set(settings.map(({ trigger }) => trigger))];
      const where = triggers.map((trigger) => {
        const mechanisms = settings.filter((setting) => setting.trigger === trigger).map(({ mechanism }) => mechanism);
        const possible = architecture.triggers.includes(trigger) ? '' : ' (refused: no such registers)';
        return `${trigger}: ${mechanisms.join(', ')}${possible}`;
      });
      lines.push(
        `         ${architecture.name.padEnd(NAME_WIDTH)}${where.length > 0 ? where.join('; ') : 'not defined there'}`,
      );
    }
  }
  print(lines.slice(1).join('\n'));
}
