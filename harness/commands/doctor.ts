// SPDX-License-Identifier: MIT
// doctor: what this machine can do, and the one command that mends what is missing.
import { architectures } from '../arch/index.ts';
import { demandHealthy, demandPackages, examine, renderDoctor, requiredPackages } from '../doctor/index.ts';
import { chooseArchitectures, print, withSession } from './session.ts';

export async function doctor(options: { arch?: string[]; install?: boolean; packages?: boolean }): Promise<void> {
  const chosen = options.arch ? chooseArchitectures(options.arch, '') : architectures;
  // For a script or an image that installs them itself (images/host/Dockerfile): nothing is looked for.
  if (options.packages) {
    print(requiredPackages(chosen).join('\n'));
    return;
  }
  const findings = await withSession(async ({ signal, sink }) => {
    if (options.install) await demandPackages(chosen, { install: true, build: true }, sink);
    return examine(chosen, signal);
  });
  print(renderDoctor(findings));
  demandHealthy(findings);
}
