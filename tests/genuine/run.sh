#!/bin/sh
# Compares the tool with an independent count of the folder of genuine files that TILT_GENUINE names:
# run.sh SCRIPT.py PROGRAM. Not run (exit status 77) where the variable is not set or there is no Python.
[ -n "$TILT_GENUINE" ] || { echo "TILT_GENUINE is not set"; exit 77; }
command -v python3 > /dev/null || { echo "no python3"; exit 77; }
exec python3 "$(dirname "$0")/$1" "$2" "$TILT_GENUINE"
