#!/bin/sh
# SPDX-License-Identifier: MIT
# Builds strace for a guest; see busybox.sh. Its decoders for programs of another word length need compilers for those,
# and kernel headers of other versions than its own do not always fit: sched_attr is its own, which glibc 2.41 has by them.
set -eu
flags='-O1 -D_LINUX_SCHED_TYPES_H -DSCHED_ATTR_SIZE_VER0=48'
# si_trapno is the kernel's on some processors whose C library does not name it; what lies there it calls si_addr_lsb.
if ! printf '#include <signal.h>\nint trap(siginfo_t *s) { return s->si_trapno; }\n' | $CC -x c -c -o /dev/null - 2>/dev/null; then
	flags="$flags -Dsi_trapno=si_addr_lsb"
fi
./configure --quiet --host="$HOST" --enable-mpers=no --enable-bundled=yes --disable-gcc-Werror --disable-dependency-tracking CC="$CC" CFLAGS="$flags" LDFLAGS=-static
make -s -j"$JOBS"
"$STRIP" -o "$OUT/strace" src/strace
