#!/usr/bin/env bash
# Usage: scripts/wait-until-ready.sh LOG
# Waits until the log of a server says that it is ready, for 30 seconds at most, and prints that line; else the whole log.
for _ in $(seq 150); do
  grep 'Parley is ready' "$1" && exit 0
  sleep 0.2
done
cat "$1"
exit 1
