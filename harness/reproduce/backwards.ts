// SPDX-License-Identifier: MIT
// gdb's commands for going backwards in a recording, in gdb's own Python.
// QEMU has reverse-stepi and reverse-continue of its own, but what it does for them stands still where a debug
// register of the guest hits (7.2); its monitor's replay_seek does not. docs/findings/qemu-reverse-debugging.md
import type { Evidence } from '../judge/observation.ts';

/** Address of the instruction at which the probe was to be stopped, as it recorded it. */
export function triggerOf({ observations }: Pick<Evidence, 'observations'>): string | undefined {
  const addresses = observations.map(({ siteInstruction }) => siteInstruction);
  return addresses.find((one): one is string => typeof one === 'string' && /^0x[0-9a-f]+$/.test(one));
}

/**
 * @param socket path of a QMP socket of the machine, for gdb alone
 * @param trigger address of the instruction that was the trigger, where the probe recorded one
 */
export function backwardsCommands(socket: string, trigger: string | undefined): string {
  return `python
import json, re, socket, time

# Not by gdb's own connection: each packet on it would stop the machine on its way.
link = socket.socket(socket.AF_UNIX)
link.connect('${socket}')
lines = link.makefile('rw')
lines.readline()

def ask(command, **arguments):
    lines.write(json.dumps({'execute': command, 'arguments': arguments}) + '\\n')
    lines.flush()
    while True:
        said = json.loads(lines.readline())
        if 'error' in said:
            raise gdb.GdbError(said['error']['desc'])
        if 'return' in said:
            return said['return']

ask('qmp_capabilities')

def position():
    return ask('query-replay')['icount']

def seek(to):
    if position() != to:
        ask('replay-seek', icount=to)
    while position() != to or ask('query-status')['running']:
        time.sleep(0.02)
    gdb.execute('maintenance flush register-cache', to_string=True)

def show():
    gdb.write('instruction %d of the recording:\\n' % position())
    gdb.execute('x/i $pc')

class StepBack(gdb.Command):
    """Back by N instructions (1): trapline-step-back [N]"""
    def __init__(self):
        super().__init__('trapline-step-back', gdb.COMMAND_RUNNING)
    def invoke(self, words, terminal):
        if not re.fullmatch('[1-9][0-9]*', words or '1'):
            raise gdb.GdbError('usage: trapline-step-back [N], N being how many instructions: 1 and more')
        seek(max(1, position() - int(words or 1)))
        show()

class Back(gdb.Command):
    """Back to where the instruction at ADDRESS (the trigger) was last before: trapline-back [ADDRESS]"""
    def __init__(self):
        super().__init__('trapline-back', gdb.COMMAND_RUNNING)
    def invoke(self, words, terminal):
        address = words or '${trigger ?? ''}'
        if not address:
            raise gdb.GdbError('the probe recorded no trigger: name an address')
        try:
            gdb.parse_and_eval(address)
        except gdb.error as error:
            raise gdb.GdbError('usage: trapline-back [ADDRESS]: ' + str(error))
        now = position()
        others = [one for one in gdb.breakpoints() if one.enabled]
        for one in others:
            one.enabled = False
        ours = [gdb.Breakpoint('*' + place, internal=True) for place in (address, str(gdb.parse_and_eval('(unsigned long) $pc')))]
        for one in ours:
            one.silent = True
        last = None
        try:
            seek(1)
            while True:
                gdb.execute('continue', to_string=True)
                reached = position()
                if reached >= now:
                    break
                if gdb.parse_and_eval('(unsigned long) $pc') == gdb.parse_and_eval(address):
                    last = reached
        finally:
            for one in ours:
                one.delete()
            for one in others:
                one.enabled = True
        seek(now if last is None else last)
        if last is None:
            raise gdb.GdbError('the instruction at ' + address + ' was not executed before')
        show()

StepBack()
Back()
end
echo trapline: trapline-back and trapline-step-back go backwards, and "help" has a word on each\\n
`;
}
