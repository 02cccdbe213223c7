FROM debian:trixie-slim
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends prometheus-postgres-exporter \
    && rm -rf /var/lib/apt/lists/*
USER 65534:65534
ENTRYPOINT ["prometheus-postgres-exporter"]
