#!/bin/sh
# SPDX-License-Identifier: MIT
# Builds dropbear's server for a guest; see busybox.sh. Keys alone open it, and there is no log of logins in a guest.
set -eu
echo '#define DROPBEAR_SVR_PASSWORD_AUTH 0' >localoptions.h
./configure --quiet --host="$HOST" --enable-static --enable-bundled-libtom --disable-zlib --disable-syslog \
  --disable-lastlog --disable-utmp --disable-utmpx --disable-wtmp --disable-wtmpx --disable-pututline \
  --disable-pututxline CC="$CC" CFLAGS=-O1
make -s -j"$JOBS" PROGRAMS=dropbear
"$STRIP" -o "$OUT/dropbear" dropbear
