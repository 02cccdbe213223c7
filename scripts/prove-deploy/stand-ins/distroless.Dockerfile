ARG PACKAGES
FROM ${PACKAGES}
COPY ca-certificates.crt /etc/ssl/certs/
USER 65532:65532
WORKDIR /home/nonroot
ENV SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt
