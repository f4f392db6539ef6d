// SPDX-License-Identifier: MIT
// Toy kernels, by what the fake emulator does with them: the actions stand in the kernel itself.
import type { Action } from '../../machine/testdata/fake.ts';

const ABSENT = { what: 'refused', call: 'open', errno: 22, error: 'EINVAL', errnoWithoutSigtrap: 0 };
const UNSUPPORTED = { ...ABSENT, errno: 19, error: 'ENODEV' };
const kernel = (...actions: readonly Action[]): string => actions.map((one) => `${JSON.stringify(one)}\n`).join('');
/** The clause is `absent`. */
export const GOOD = kernel({ boot: null }, { allSee: ABSENT });
/** `unsupported`. */
export const BAD = kernel({ boot: null }, { allSee: UNSUPPORTED });
/** The one or the other, in turn. */
export const FLAKY = kernel({ boot: null }, { flaky: [2, UNSUPPORTED, ABSENT] });
export const NEITHER = kernel({ boot: null }, { allSee: { what: 'looped', stops: 9, pc: '0x1' } });
/** It panics before anything. */
export const DEAD = kernel({ console: 'Kernel panic - not syncing: No working init found.\n' }, { exit: [1] });
