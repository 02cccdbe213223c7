//! Leases of the installation: which process leads, and which ones run alone.

use super::Sql;
use crate::tenancy::Tenancy;

pub(super) fn step(tenancy: Tenancy<'_>) -> Sql {
    Sql {
        name: "m0022_leases",
        // Few rows, each updated every few seconds.
        up: format!(
            r#"
            CREATE TABLE leases (
                name text COLLATE "C" PRIMARY KEY CHECK (char_length(name) BETWEEN 1 AND 100),
                holder uuid NOT NULL,
                until timestamptz NOT NULL
            ) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 200);
            {protect}
            "#,
            protect = tenancy.protect_global("leases"),
        ),
        down: "DROP TABLE leases",
    }
}
