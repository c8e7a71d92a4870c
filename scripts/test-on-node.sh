#!/usr/bin/env bash
# Usage: scripts/test-on-node.sh VERSION [tap's options], e.g. `scripts/test-on-node.sh 24`
# Runs `npm test` on another version of Node, from 22 on. Nothing is compiled for it: it loads another version of the SQLite
# library, which comes as a binary (see src/db/sqlite.ts). The npm package `node` brings that Node.
set -eu
version=$1
shift
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

echo '{ "private": true, "allowScripts": { "node": true } }' > "$folder/package.json"
npm install --no-audit --no-fund --prefix "$folder" "node@$version"
export PATH="$folder/node_modules/node/bin:$PATH"
cd "$(dirname "$0")/.."
echo "Node $(node --version)"
# What an install by an older Node left out.
npm install --no-save --ignore-scripts --no-audit --no-fund
npm test -- "$@"
