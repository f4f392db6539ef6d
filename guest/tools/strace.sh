#!/bin/sh
# SPDX-License-Identifier: MIT
# Builds strace for a guest; see busybox.sh. Its decoders for programs of another word length need compilers for those,
# and kernel headers of other versions than its own do not always fit.
set -eu
./configure --quiet --host="$HOST" --enable-mpers=no --enable-bundled=yes --disable-dependency-tracking CC="$CC" CFLAGS=-O1 LDFLAGS=-static
make -s -j"$JOBS"
"$STRIP" -o "$OUT/strace" src/strace
