FROM debian:trixie-slim
# initdb asks who its user is.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends postgresql-client \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 999 postgres \
    && useradd --uid 999 --gid 999 --no-create-home postgres \
    && install -d -o 999 -g 999 /var/lib/postgresql/data
COPY . /opt/postgresql
ENV PATH=/opt/postgresql/bin:/usr/sbin:/usr/bin:/sbin:/bin PGDATA=/var/lib/postgresql/data
STOPSIGNAL SIGINT
USER 999:999
# What the image's entrypoint does with these variables.
ENTRYPOINT ["sh", "-euc", "\
    if [ ! -s \"$PGDATA/PG_VERSION\" ]; then \
        printf '%s' \"$POSTGRES_PASSWORD\" >/tmp/password; \
        initdb --username \"$POSTGRES_USER\" --pwfile /tmp/password --auth-host scram-sha-256 --auth-local trust; \
        echo 'host all all all scram-sha-256' >>\"$PGDATA/pg_hba.conf\"; \
        echo \"CREATE DATABASE $POSTGRES_DB\" | postgres --single -D \"$PGDATA\" postgres; \
    fi; \
    exec postgres -c listen_addresses='*' -c unix_socket_directories=/var/run/postgresql"]
