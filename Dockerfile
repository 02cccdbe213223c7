# plinth-api, plinth-worker and plinth, on Debian. Every target holds all three, and starts one:
#
#     docker build -t plinth-api .                        serves
#     docker build -t plinth-worker --target worker .     runs jobs
#     docker build -t plinth --target cli .               migrates, checks
#
# docs/containers.md says how to run them. BuildKit is not needed.

# The Rust of rust-toolchain.toml; crates/settings/tests/containers.rs holds the two together.
FROM rust:1.95.0-slim-bookworm AS chef
RUN cargo install --locked cargo-chef@0.1.77
WORKDIR /src

# The recipe names the dependencies, and stays the same while only code changes.
FROM chef AS plan
COPY . .
RUN cargo chef prepare --recipe-path recipe.json

FROM chef AS build
COPY --from=plan /src/recipe.json recipe.json
# Long, and done again only for another recipe. Both builds name the same packages, so that both
# build the dependencies with the same features.
RUN cargo chef cook --release --locked --recipe-path recipe.json \
        -p plinth-api -p plinth-worker -p plinth-cli
COPY . .
RUN cargo build --release --locked -p plinth-api -p plinth-worker -p plinth-cli

FROM debian:bookworm-slim AS runtime
# The certificates are for TLS to the database, the bucket, the collector: the newest are the right
# ones. A volume that is mounted on a folder takes over its owner.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && install -d -o 10001 -g 10001 /var/lib/plinth/blobs /var/lib/plinth/spool
COPY --from=build \
        /src/target/release/plinth-api \
        /src/target/release/plinth-worker \
        /src/target/release/plinth \
        /usr/local/bin/
# A setting that is missing is to end the start, not to be made up.
ENV PLINTH_ENVIRONMENT=production
# By number, so that Kubernetes can see that it is not root.
USER 10001:10001
# Where a plinth.toml would be read.
WORKDIR /etc/plinth

FROM runtime AS cli
ENTRYPOINT ["plinth"]

FROM runtime AS worker
ENV PLINTH_WORKER__HEALTH_FILE=/tmp/plinth-worker.alive
ENV PLINTH_WORKER__SPOOL_PATH=/var/lib/plinth/spool
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["plinth-worker", "health"]
ENTRYPOINT ["plinth-worker"]

# The last is what is built when no target is named.
FROM runtime AS api
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["plinth-api", "health"]
ENTRYPOINT ["plinth-api"]
