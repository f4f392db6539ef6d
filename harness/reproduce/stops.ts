// SPDX-License-Identifier: MIT
// gdb's breakpoints where the kernel raises a SIGTRAP and where a handler's context is restored, in gdb's own Python.

/**
 * The names are those of kernel/signal.c and kernel/events/core.c: send_sig_perf() since 5.17, force_sig_perf() before,
 * which perf_sigtrap() calls; and rt_sigreturn under whatever prefix system calls have. A system call has several names
 * for one address, and every breakpoint there would say the same again.
 */
export const STOPS = `python
taken = set()

def stop_at(pattern, commands):
    before = {one.number for one in gdb.breakpoints()}
    gdb.execute('rbreak ' + pattern, to_string=True)
    for one in [one for one in gdb.breakpoints() if one.number not in before]:
        # Before its version 13 gdb does not say where a breakpoint is: all are kept.
        places = {place.address for place in getattr(one, 'locations', ())}
        if places and places <= taken:
            one.delete()
            continue
        taken.update(places)
        one.commands = commands
        gdb.write('Breakpoint %d: %s %s\\n' % (one.number, one.location, ' '.join(hex(place) for place in sorted(places))))

stop_at(r'^\\(send_sig_perf\\|force_sig_perf\\)$', r'''echo \\ntrapline: the kernel is about to raise the SIGTRAP\\n
backtrace 8
trapline-registers''')
stop_at(r'rt_sigreturn$', r'''echo \\ntrapline: the handler has returned: the context is about to be restored\\n
trapline-registers''')
end
`;
