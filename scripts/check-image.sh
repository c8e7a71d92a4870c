#!/usr/bin/env bash
# Checks the Dockerfile without a container engine: runs its instructions in empty folders, then starts the server from a
# read-only tree as a user without privileges, asks its health check, and stops it. Needs root, to become that user.
# It cannot check the base image, nor what only an engine does.
set -eu
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
chmod 755 "$folder"
server=
trap '[ -z "$server" ] || kill -KILL "$server" 2> /dev/null; rm -rf "$folder"' EXIT

# The Node of the base image, from the npm package `node`.
version=$(sed -n 's/^FROM node:\([0-9]*\).*/\1/p' Dockerfile | head -1)
mkdir "$folder/node" "$folder/context" "$folder/build" "$folder/final" "$folder/data"
echo '{ "private": true, "allowScripts": { "node": true } }' > "$folder/node/package.json"
npm install --no-audit --no-fund --silent --prefix "$folder/node" "node@$version"
export PATH="$folder/node/node_modules/node/bin:$PATH"
echo "Node $(node --version)"

# What is committed, or about to be, is the context; .dockerignore leaves out nothing of it that an instruction names.
git ls-files -z --cached --others --exclude-standard | tar --create --null --files-from=- | tar --extract --directory "$folder/context"

stage=
while read -r instruction rest; do
  case $instruction in
    FROM) [ -z "$stage" ] && stage=build || stage=final ;;
    COPY)
      echo "$instruction $rest"
      read -ra words <<< "$rest"
      from=$folder/context/
      if [ "${words[0]}" = --from=build ]; then
        words=("${words[@]:1}")
        from=$folder
        words=("${words[@]/#\/parley\//\/build\/}")
      fi
      target=$folder/$stage/${words[-1]}
      unset 'words[-1]'
      for source in "${words[@]}"; do
        [ -e "$from$source" ] || { echo "$source does not exist"; exit 1; }
        if [ -d "$from$source" ]; then mkdir -p "$target" && cp -a "$from$source/." "$target/"; else cp -a "$from$source" "$target"; fi
      done ;;
    RUN)
      echo "$instruction $rest"
      # The folder of the volume is made by this script.
      case $rest in mkdir*) continue ;; esac
      (cd "$folder/$stage" && bash -c "$rest" < /dev/null > "$folder/log" 2>&1) || { cat "$folder/log"; exit 1; } ;;
    ENV) read -ra settings <<< "$rest" ;;
    HEALTHCHECK) health=$(sed 's/.*CMD //' <<< "$rest") ;;
    CMD) command=$rest ;;
  esac
done < Dockerfile

chmod -R a-w,a+rX "$folder/final" "$folder/node"
chmod 1777 "$folder/data"
# As JSON arrays, which an engine runs without a shell.
readarray -t start < <(node -p 'JSON.parse(process.argv[1]).join("\n")' "$command")
readarray -t check < <(node -p 'JSON.parse(process.argv[1]).join("\n")' "$health")
# In a shell of its own, which becomes the program.
become() {
  cd "$folder/final"
  exec setpriv --reuid=65534 --regid=65534 --clear-groups env "${settings[@]}" HOST=127.0.0.1 PORT="$port" DATABASE_PATH="$folder/data/parley.db" "$@"
}

port=$(node -e 'const server = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(server.address().port); server.close() })')
become "${start[@]}" > "$folder/log" 2>&1 &
server=$!
scripts/wait-until-ready.sh "$folder/log"
(become "${check[@]}") && echo 'The health check passes'
kill -TERM "$server"
wait "$server" && echo 'SIGTERM stops it cleanly'
server=
! (become "${check[@]}") && echo 'The health check fails without a server'
du -sh "$folder/final" | sed 's/\t.*/ in the image, beside Node/'
