// SPDX-License-Identifier: MIT
// What verbs use of the doctor.
export {
  demandHealthy,
  demandPackages,
  examine,
  type Finding,
  type Findings,
  missingOf,
  problemsIn,
} from './doctor.ts';
export { installCommand, installPackages, missingPackages, offerInstall, requiredPackages } from './install.ts';
export { DEBUGGER, SNAPSHOTS, ZSTD } from './optional.ts';
export { renderDoctor } from './render.ts';
export { requirementsOf } from './requirements.ts';
