# plinth on Debian, which is also plinth-api and plinth-worker, and plinth-render, which they start to
# render invoices. Every target contains all of it, and starts one:
#
#     docker build -t plinth-api .                        serves
#     docker build -t plinth-worker --target worker .     runs jobs
#     docker build -t plinth --target cli .               migrates, checks
#
# See docs/containers.md: architectures, a cheaper build, how the same image is built again. BuildKit
# is not required.

# The version of rust-toolchain.toml; crates/settings/tests/settings/containers.rs compares them.
FROM rust:1.95.0-slim-trixie@sha256:e14e87345b4d5964ddcc3491d27ee046a0f23820f340c3c1e24da6880141f7c0 AS chef
# jemalloc is built by make, which leaves nothing of itself in the image.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends make \
    && rm -rf /var/lib/apt/lists/*
RUN cargo install --locked cargo-chef@0.1.77
WORKDIR /src

# The recipe lists the dependencies. It does not change while only code changes.
FROM chef AS plan
COPY . .
RUN cargo chef prepare --recipe-path recipe.json

# What browsers get. The version of scripts/node, which finds it on PATH.
FROM node:24.19.0-trixie-slim@sha256:0711b541c1c33a8a530ac4f0d391baa9a15b3d804695b1b24a47daa5fb60e74d AS console
WORKDIR /src
COPY docs/openapi.json docs/
COPY scripts/node scripts/node-packages scripts/
COPY scripts/console scripts/console
COPY console console
RUN scripts/console/build

FROM chef AS build
# A new volume takes the owner of the directory that it is mounted on.
RUN install -d -o 10001 -g 10001 /data/blobs /data/spool
# cargo reads these instead of the profile of Cargo.toml. docker-compose.yml sets cheaper values.
ARG CARGO_PROFILE_RELEASE_OPT_LEVEL=3
ARG CARGO_PROFILE_RELEASE_LTO=thin
ARG CARGO_PROFILE_RELEASE_CODEGEN_UNITS=4
# Backtraces lose the names of functions, and the image a tenth of its size.
ARG CARGO_PROFILE_RELEASE_STRIP=symbols
COPY --from=plan /src/recipe.json recipe.json
# Takes long, and is cached for the same recipe. Both builds name the same packages, so that the
# dependencies have the same features.
RUN cargo chef cook --release --locked --recipe-path recipe.json \
        -p plinth-cli -p plinth-render
COPY . .
COPY --from=console /src/crates/console/dist crates/console/dist
# The commit, which telemetry names. Here, since it changes with each one.
ARG REVISION=""
RUN PLINTH_REVISION="$REVISION" \
        cargo build --release --locked -p plinth-cli -p plinth-render
# By these names plinth is the servers: three programs of the same code would make the image twice as
# large.
RUN install -D -t /programs target/release/plinth target/release/plinth-render \
    && ln -s plinth /programs/plinth-api \
    && ln -s plinth /programs/plinth-worker

# The C library of the build's Debian, libgcc, and the certificates for TLS to database, bucket and
# collector: neither a shell nor a package manager.
FROM gcr.io/distroless/cc-debian13:nonroot@sha256:e792ab3d241a468a4fd7519ddbbebe66b49b5f365771716ea688ad40b6c6f1c2 AS runtime
COPY --from=build --chown=10001:10001 /data /var/lib/plinth
COPY --from=build /programs/ /usr/local/bin/
COPY LICENSE NOTICE /usr/share/doc/plinth/
# In production a missing setting ends the start.
ENV PLINTH_ENVIRONMENT=production
# A number, so that Kubernetes can verify that it is not root.
USER 10001:10001
# plinth.toml is read here.
WORKDIR /etc/plinth
# The release sets both.
ARG VERSION=development
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Plinth" \
      org.opencontainers.image.description="Multi-tenant backend: API, worker and command line" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"

FROM runtime AS cli
ENTRYPOINT ["plinth"]

FROM runtime AS worker
ENV PLINTH_WORKER__HEALTH_FILE=/tmp/plinth-worker.alive
ENV PLINTH_WORKER__SPOOL_PATH=/var/lib/plinth/spool
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["plinth-worker", "health"]
ENTRYPOINT ["plinth-worker"]

# The last target is the default.
FROM runtime AS api
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["plinth-api", "health"]
ENTRYPOINT ["plinth-api"]
