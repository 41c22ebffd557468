#!/usr/bin/env bash
# Installs the Debian packages that Offprint is built from, if any of them is missing.
# With "tests" as argument, those that its tests need too; with "fuzz", those for fuzzing.
set -euo pipefail
packages="g++ cmake ninja-build ccache mold pkg-config libcurl4-openssl-dev libgumbo-dev libboost1.81-dev libzstd-dev
  libexpected-dev libsqlite3-dev libtomlplusplus-dev libcli11-dev nlohmann-json3-dev libfmt-dev libicu-dev libuchardet-dev
  libpsl-dev libre2-dev libcld2-dev libssl-dev libxxhash-dev libzip-dev libc-ares-dev zlib1g-dev"
[ "${1:-}" = tests ] && packages="$packages catch2 python3 zstd"
[ "${1:-}" = fuzz ] && packages="$packages catch2 clang libclang-rt-14-dev"
missing=""
for p in $packages; do
  dpkg-query -W -f='${Status}' "$p" 2>/dev/null | grep -q 'install ok installed' || missing="$missing $p"
done
[ -z "$missing" ] && exit 0
echo "offprint: installing Debian packages:$missing" >&2
sudo=""
if [ "$(id -u)" != 0 ]; then
  command -v sudo >/dev/null || { echo "offprint: these packages are missing, and there is no sudo to install them with" >&2; exit 1; }
  sudo=sudo
fi
export DEBIAN_FRONTEND=noninteractive
$sudo apt-get update -qq >&2
$sudo apt-get install -y -qq --no-install-recommends $missing >/dev/null
