//! Webhooks, how far each is in the event stream, and what was sent to it.

use super::Sql;
use crate::tenancy::{COLUMNS, Tenancy};

pub(super) fn step(tenancy: Tenancy<'_>) -> Sql {
    Sql {
        name: "m0082_webhooks",
        up: [webhooks(tenancy), cursors(tenancy), deliveries(tenancy), attempts(tenancy)]
            .join("\n"),
        down: "DROP TABLE webhook_attempts;
            DROP TABLE webhook_deliveries;
            DROP TABLE webhook_cursors;
            DROP TABLE webhooks;",
    }
}

fn webhooks(tenancy: Tenancy<'_>) -> String {
    format!(
        r#"
        CREATE TABLE webhooks (
            {COLUMNS},
            url text COLLATE "C" NOT NULL CHECK (char_length(url) BETWEEN 1 AND 2000),
            description text CHECK (char_length(description) BETWEEN 1 AND 1000),
            events text[] NOT NULL CHECK (cardinality(events) BETWEEN 1 AND 50),
            api_version text COLLATE "C" NOT NULL CHECK (api_version IN ('v1')),
            paused text COLLATE "C" CHECK (paused IN ('disabled', 'failing', 'gone')),
            header_names text[] NOT NULL CHECK (cardinality(header_names) <= 10),
            headers_secret_id uuid,
            secret_id uuid NOT NULL,
            secret_last_four text COLLATE "C" NOT NULL CHECK (char_length(secret_last_four) <= 4),
            previous_secret_id uuid,
            previous_last_four text COLLATE "C" CHECK (char_length(previous_last_four) <= 4),
            previous_until timestamptz,
            UNIQUE (organization_id, headers_secret_id),
            UNIQUE (organization_id, secret_id),
            UNIQUE (organization_id, previous_secret_id),
            FOREIGN KEY (organization_id, headers_secret_id)
                REFERENCES secrets (organization_id, id),
            FOREIGN KEY (organization_id, secret_id) REFERENCES secrets (organization_id, id),
            FOREIGN KEY (organization_id, previous_secret_id)
                REFERENCES secrets (organization_id, id),
            CONSTRAINT webhooks_headers_check
                CHECK ((cardinality(header_names) = 0) = (headers_secret_id IS NULL)),
            CONSTRAINT webhooks_previous_check CHECK (num_nonnulls(
                previous_secret_id, previous_last_four, previous_until) IN (0, 3))
        );
        CREATE INDEX webhooks_created_at_idx ON webhooks (organization_id, created_at, id);
        CREATE INDEX webhooks_updated_at_idx ON webhooks (organization_id, updated_at, id);
        {protect}
        "#,
        protect = tenancy.protect("webhooks"),
    )
}

/// A row has the id of its webhook, and changes many times a second. `number` is the last event that
/// was looked at, `position` that of the last delivery.
fn cursors(tenancy: Tenancy<'_>) -> String {
    format!(
        "
        CREATE TABLE webhook_cursors (
            {COLUMNS},
            number bigint NOT NULL CHECK (number >= 0),
            position bigint NOT NULL CHECK (position >= 0),
            enabled boolean NOT NULL,
            due_at timestamptz,
            failing_since timestamptz,
            holder uuid,
            until timestamptz,
            CHECK ((holder IS NULL) = (until IS NULL)),
            FOREIGN KEY (organization_id, id) REFERENCES webhooks (organization_id, id)
                ON DELETE CASCADE
        ) WITH (fillfactor = 50);
        CREATE INDEX webhook_cursors_enabled_idx ON webhook_cursors (organization_id, id)
            WHERE enabled;
        {protect}
        ",
        protect = tenancy.protect("webhook_cursors"),
    )
}

/// A pending delivery is `ready` unless an earlier one about the same subject is pending.
fn deliveries(tenancy: Tenancy<'_>) -> String {
    format!(
        r#"
        CREATE TABLE webhook_deliveries (
            {COLUMNS},
            webhook_id uuid NOT NULL,
            position bigint NOT NULL CHECK (position > 0),
            message uuid NOT NULL,
            number bigint CHECK (number > 0),
            event text COLLATE "C" NOT NULL CHECK (char_length(event) BETWEEN 1 AND 100),
            subject_kind text COLLATE "C" CHECK (char_length(subject_kind) BETWEEN 1 AND 100),
            subject uuid,
            body json NOT NULL CHECK (octet_length(body::text) <= 1048576),
            cause text COLLATE "C" NOT NULL
                CHECK (cause IN ('event', 'test', 'resend', 'replay')),
            status text COLLATE "C" NOT NULL
                CHECK (status IN ('pending', 'delivered', 'failed')),
            attempts smallint NOT NULL CHECK (attempts >= 0),
            due_at timestamptz,
            ready boolean NOT NULL,
            UNIQUE (organization_id, webhook_id, position),
            CONSTRAINT webhook_deliveries_due_check
                CHECK ((due_at IS NOT NULL) = (status = 'pending')),
            FOREIGN KEY (organization_id, webhook_id) REFERENCES webhooks (organization_id, id)
                ON DELETE CASCADE
        );
        CREATE INDEX webhook_deliveries_created_at_idx
            ON webhook_deliveries (organization_id, webhook_id, created_at, id);
        CREATE INDEX webhook_deliveries_updated_at_idx
            ON webhook_deliveries (organization_id, webhook_id, updated_at, id);
        CREATE INDEX webhook_deliveries_due_idx
            ON webhook_deliveries (organization_id, webhook_id, due_at)
            WHERE status = 'pending' AND ready;
        CREATE INDEX webhook_deliveries_subject_idx ON webhook_deliveries
            (organization_id, webhook_id, subject_kind, subject, position)
            WHERE status = 'pending';
        {protect}
        "#,
        protect = tenancy.protect("webhook_deliveries"),
    )
}

fn attempts(tenancy: Tenancy<'_>) -> String {
    format!(
        "
        CREATE TABLE webhook_attempts (
            {COLUMNS},
            delivery_id uuid NOT NULL,
            number smallint NOT NULL CHECK (number > 0),
            milliseconds integer NOT NULL CHECK (milliseconds >= 0),
            status smallint CHECK (status BETWEEN 100 AND 999),
            excerpt text CHECK (octet_length(excerpt) <= 4096),
            error text CHECK (char_length(error) <= 500),
            UNIQUE (organization_id, delivery_id, number),
            CONSTRAINT webhook_attempts_outcome_check CHECK (
                (status IS NULL) = (excerpt IS NULL) AND (status IS NULL) = (error IS NOT NULL)),
            FOREIGN KEY (organization_id, delivery_id)
                REFERENCES webhook_deliveries (organization_id, id) ON DELETE CASCADE
        );
        {protect}
        ",
        protect = tenancy.protect("webhook_attempts"),
    )
}
