# The image of Parley. Build: docker build --tag parley .
# `scripts/check-image.sh` runs these instructions without a container engine.

FROM node:24-bookworm-slim AS build
WORKDIR /parley
COPY package.json package-lock.json ./
# Nothing has to be compiled: on this Node each native module comes as a binary.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build
RUN npm prune --omit=dev --ignore-scripts --no-audit --no-fund
# The sources of SQLite, for a version of the library that this Node does not load.
RUN rm -rf node_modules/better-sqlite3/deps

FROM node:24-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3080 DATABASE_PATH=/data/parley.db
WORKDIR /parley
COPY --from=build /parley/package.json ./
COPY --from=build /parley/node_modules ./node_modules
COPY --from=build /parley/dist ./dist
COPY --from=build /parley/data/migrations ./data/migrations
# Any user may be given with --user.
RUN mkdir --mode=1777 /data
USER 1000
VOLUME /data
EXPOSE 3080
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/readyz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--v8-pool-size=1", "dist/src/cli/main.js", "serve"]
