FROM debian:trixie-slim
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends busybox \
    && rm -rf /var/lib/apt/lists/* \
    && ln -s /bin/busybox /usr/local/bin/wget \
    && install -d -o 1000 -g 1000 /data
COPY weed /usr/bin/weed
USER 1000:1000
ENTRYPOINT ["weed"]
