# These packages, and none that they depend on: no shell, no dpkg.
ARG DEBIAN
FROM ${DEBIAN} AS packages
ARG PACKAGES
WORKDIR /packages
# hadolint ignore=DL4006,SC2086
RUN apt-get update \
    && apt-get download ${PACKAGES} \
    && mkdir /root-of-image \
    && dpkg-deb -x base-files_*.deb /root-of-image \
    && for package in *.deb; do dpkg-deb -x "$package" /root-of-image || exit 1; done

FROM scratch
COPY --from=packages /root-of-image /
COPY . /
USER 65532:65532
WORKDIR /home/nonroot
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt
