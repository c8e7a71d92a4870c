#!/usr/bin/env bash
# Usage: scripts/test-on-node.sh VERSION [tap's options], e.g. `scripts/test-on-node.sh 22`
# Runs `npm test` on another version of Node, on a copy of this folder with an install of its own, because native modules
# are compiled for one version. The npm package `node` brings the binary and the headers to compile against.
set -eu
version=$1
shift
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

mkdir "$folder/node"
echo '{ "private": true, "allowScripts": { "node": true } }' > "$folder/node/package.json"
npm install --no-audit --no-fund --prefix "$folder/node" "node@$version"
mkdir "$folder/parley"
git ls-files -z --cached --others --exclude-standard | tar --create --null --files-from=- --ignore-failed-read | tar --extract --directory "$folder/parley"

header=$(find "$folder/node" -name node_api.h)
npm_config_nodedir=${header%/include/node/node_api.h}
export npm_config_nodedir PATH="$folder/node/node_modules/node/bin:$PATH"
cd "$folder/parley"
echo "Node $(node --version)"
npm ci --no-audit --no-fund
npm test -- "$@"
