// SPDX-License-Identifier: MIT
// Where gdb stops, in a program whose functions are called as a kernel's are.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { DEBUGGER } from '../doctor/index.ts';
import { onPath } from '../process/requirements.ts';
import { STOPS } from './stops.ts';

const PROGRAM = `
__attribute__((noipa)) void send_sig_perf(void) { __asm__ volatile("nop; nop"); }
__attribute__((noipa)) void __x64_sys_rt_sigreturn(void) { __asm__ volatile("nop; nop; nop"); }
void __ia32_sys_rt_sigreturn(void) __attribute__((alias("__x64_sys_rt_sigreturn")));
void __do_sys_rt_sigreturn(void) __attribute__((alias("__x64_sys_rt_sigreturn")));
__attribute__((noipa)) void __ia32_compat_sys_rt_sigreturn(void) { __asm__ volatile("nop; nop; nop; nop"); }
int main(void)
{
	send_sig_perf();
	__do_sys_rt_sigreturn();
	__ia32_compat_sys_rt_sigreturn();
	return 0;
}
`;

test.skipIf(!onPath(DEBUGGER.tool))(
  'one breakpoint for each address, and each says what it is',
  { timeout: 30_000 },
  () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'trapline-stops-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const at = (name: string) => path.join(folder, name);
    writeFileSync(at('toy.c'), PROGRAM);
    execFileSync('gcc', ['-O1', '-o', at('toy'), at('toy.c')]);
    writeFileSync(at('commands'), `define trapline-registers\necho all registers\\n\nend\n${STOPS}info breakpoints\n`);
    const args = ['-q', '-nx', '-batch', '-x', at('commands'), at('toy')];
    const said = execFileSync(DEBUGGER.tool, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    const listed = said.split('\n').filter((line) => /^\d+ +breakpoint/.test(line));
    expect(listed).toHaveLength(3);
    expect(new Set(listed.map((line) => /0x[0-9a-f]+/.exec(line)?.[0])).size).toBe(3);
    expect(said.match(/^Breakpoint \d+: \w+ 0x[0-9a-f]+$/gm)).toHaveLength(3);
    expect(said.match(/the kernel is about to raise the SIGTRAP/g)).toHaveLength(1);
    expect(said.match(/the context is about to be restored/g)).toHaveLength(2);
    expect(said.match(/^ +trapline-registers$/gm)).toHaveLength(3);
  },
);
