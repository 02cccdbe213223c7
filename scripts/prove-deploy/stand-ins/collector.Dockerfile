# Another collector, which does not read collector.yaml: it shows that what is sent arrives.
ARG DEBIAN
FROM ${DEBIAN}
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpython3.11 \
    && rm -rf /var/lib/apt/lists/*
COPY rotel-agent /usr/local/bin/
USER 10001:10001
ENTRYPOINT ["sh", "-c", "exec rotel-agent start --exporter=blackhole --otlp-http-endpoint=0.0.0.0:4318 --otlp-grpc-endpoint=0.0.0.0:4317 --debug-log=traces --debug-log=logs --debug-log-verbosity=detailed"]
