#!/bin/sh
# SPDX-License-Identifier: MIT
# Builds busybox for a guest, in its unpacked source. The harness calls the scripts of this folder with
#   HERE (this folder) CC (compiler and flags) AR NM RANLIB STRIP HOST (triplet) JOBS OUT (where the program goes)
# and they are as good by hand.
set -eu
asked=$(grep CONFIG_ "$HERE/busybox.config")
make -s allnoconfig >/dev/null
# Of two lines about an option the first counts. What belongs to a program gets its default by being asked for anew.
names=$(echo "$asked" | grep -o 'CONFIG_[A-Z0-9_]*')
{ grep -v 'CONFIG_\(FEATURE\|ASH\)_' .config | grep -vwF "$names" && echo "$asked"; } >wanted
mv wanted .config
yes '' | make -s oldconfig >/dev/null
if missing=$(echo "$asked" | grep -vxFf .config); then
  echo "error: busybox's configuration lacks:" $missing >&2
  exit 1
fi
make -s -j"$JOBS" CC="$CC" AR="$AR" NM="$NM" STRIP="$STRIP" busybox busybox.links
cp busybox busybox.links "$OUT"
