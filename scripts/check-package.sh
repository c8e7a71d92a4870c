#!/usr/bin/env bash
# Checks the package that `npm pack` makes: it has no tests and no sources, installs without development dependencies in an empty
# folder, starts, makes an account by the command line, is ready, and stops at SIGTERM.
set -eu
cd "$(dirname "$0")/.."
scripts=$PWD/scripts
folder=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill -KILL "$server" 2> /dev/null; rm -rf "$folder"' EXIT

package=$(npm pack --silent --pack-destination "$folder" | tail -1)
tar --extract --file "$folder/$package" --directory "$folder"
cd "$folder/package"
unexpected=$(find . -name '*.ts' -o -name '*.test.*' -o -name '*.map' -o -path './test*' | head)
[ -z "$unexpected" ] || { echo "The package has $unexpected"; exit 1; }
npm ci --omit=dev --no-audit --no-fund

export DATABASE_PATH="$folder/data/parley.db" PORT=0
echo 'correct horse battery' | node dist/src/cli/main.js user add ada@example.com
node dist/src/cli/main.js serve > "$folder/log" 2>&1 &
server=$!
"$scripts/wait-until-ready.sh" "$folder/log"
url=$(grep -o 'http://127[^"]*' "$folder/log" | head -1)
node -e 'fetch(process.argv[1]).then(({ ok, status }) => { console.log("/readyz answers", status); process.exit(ok ? 0 : 1) })' "$url/readyz"
kill -TERM "$server"
wait "$server"
server=
ls -l "$folder/$package"
