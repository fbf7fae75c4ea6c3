#!/bin/bash
# Installs the Debian packages of scripts/packages.txt that are missing. Run it as often as you like: with nothing
# missing it does nothing, and needs neither network nor rights. A program that is there from elsewhere (node, npm) is
# not replaced.
# Usage: setup.sh [browser] [office] [cross] [engines]    further lists of scripts/packages.txt
set -euo pipefail
cd "$(dirname "$0")/.."
export DEBIAN_FRONTEND=noninteractive

missing=() list=""
while read -r package _; do
    case $package in
    "" | "#"*) continue ;;
    "["*"]") list=$package && continue ;;
    esac
    [[ -z $list || " $* " == *" ${list:1:-1} "* ]] || continue
    [ -z "$list" ] || ! command -v "$package" >/dev/null || continue
    status=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
    [ "$status" = "install ok installed" ] || missing+=("$package")
done <scripts/packages.txt
if [ "${#missing[@]}" = 0 ]; then
    echo "setup: every package is there"
    exit 0
fi

as_root=()
if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || {
        echo "setup: these packages are missing, and there is no sudo to install them: ${missing[*]}" >&2
        exit 1
    }
    as_root=(sudo --preserve-env=DEBIAN_FRONTEND)
fi
echo "setup: installing ${missing[*]}"
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
echo "setup: done"
