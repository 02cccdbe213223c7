FROM debian:trixie-slim
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends busybox prometheus-alertmanager \
    && rm -rf /var/lib/apt/lists/* \
    && ln -s /bin/busybox /usr/local/bin/wget \
    && install -d -o 65534 -g 65534 /alertmanager
USER 65534:65534
WORKDIR /alertmanager
ENTRYPOINT ["prometheus-alertmanager"]
