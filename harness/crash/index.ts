// SPDX-License-Identifier: MIT
// The crash stage: console → what the kernel said → its places in the source.
export { type Cut, cutCrashes } from './cut.ts';
export { ruleOf } from './kinds.ts';
export { type Binutils, withPlaces } from './symbols.ts';
