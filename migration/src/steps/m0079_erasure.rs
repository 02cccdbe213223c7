//! When an organization is removed, that it must be kept, and what is left of a removed one: a certificate
//! without personal data.

use super::Sql;
use crate::tenancy::{GLOBAL_COLUMNS, Tenancy};

pub(super) fn step(tenancy: Tenancy<'_>) -> Sql {
    Sql {
        name: "m0079_erasure",
        up: format!(
            "
            ALTER TABLE organizations
                ADD erase_at timestamptz,
                ADD legal_hold boolean NOT NULL DEFAULT false;
            CREATE TABLE erasure_certificates (
                {GLOBAL_COLUMNS},
                organization uuid NOT NULL UNIQUE,
                row_counts jsonb NOT NULL CHECK (jsonb_typeof(row_counts) = 'object')
                    CHECK (octet_length(row_counts::text) <= 65536),
                file_count bigint NOT NULL CHECK (file_count >= 0),
                journal_number bigint,
                journal_hash bytea
            );
            {protect}
            ",
            protect = tenancy.protect_global("erasure_certificates"),
        ),
        down: "DROP TABLE erasure_certificates;
            ALTER TABLE organizations DROP legal_hold, DROP erase_at;",
    }
}
