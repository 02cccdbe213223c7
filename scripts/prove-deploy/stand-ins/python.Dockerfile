ARG PACKAGES
FROM ${PACKAGES}
COPY . /
RUN ln -s python3.11 /usr/bin/python && rm /usr/lib/python3.11/EXTERNALLY-MANAGED
