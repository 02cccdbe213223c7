//! The first reply to each `Idempotency-Key`, committed together with its effect.

use super::Sql;
use crate::tenancy::{COLUMNS, Tenancy};

pub(super) fn step(tenancy: Tenancy<'_>) -> Sql {
    Sql {
        name: "m0006_idempotency_keys",
        // Without a status the key is claimed and has no reply yet.
        up: format!(
            r#"
            CREATE TABLE idempotency_keys (
                {COLUMNS},
                principal text COLLATE "C" NOT NULL CHECK (char_length(principal) BETWEEN 1 AND 200),
                operation text COLLATE "C" NOT NULL CHECK (char_length(operation) BETWEEN 1 AND 200),
                key text COLLATE "C" NOT NULL CHECK (char_length(key) BETWEEN 1 AND 255),
                fingerprint bytea NOT NULL CHECK (octet_length(fingerprint) BETWEEN 1 AND 64),
                status integer CHECK (status BETWEEN 100 AND 599),
                headers jsonb,
                body bytea,
                expires_at timestamptz NOT NULL,
                UNIQUE (organization_id, principal, operation, key),
                CONSTRAINT idempotency_keys_answer_check
                    CHECK (status IS NOT NULL OR num_nonnulls(headers, body) = 0)
            );
            CREATE INDEX idempotency_keys_expires_at_idx ON idempotency_keys (expires_at);
            {protect}
            "#,
            protect = tenancy.protect("idempotency_keys"),
        ),
        down: "DROP TABLE idempotency_keys",
    }
}
