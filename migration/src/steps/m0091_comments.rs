//! Comments on records.

use super::Sql;
use crate::tenancy::{COLUMNS, Tenancy};

/// The subject has no reference, because it may be in any of several tables. A command that removes a
/// record removes its comments.
pub(super) fn step(tenancy: Tenancy<'_>) -> Sql {
    Sql {
        name: "m0091_comments",
        up: format!(
            r#"
            CREATE TABLE comments (
                {COLUMNS},
                subject_kind text COLLATE "C" NOT NULL
                    CHECK (char_length(subject_kind) BETWEEN 1 AND 100),
                subject uuid NOT NULL,
                author_id uuid NOT NULL REFERENCES users (id),
                body text NOT NULL CHECK (char_length(body) BETWEEN 1 AND 10000),
                mentions uuid[] NOT NULL CHECK (cardinality(mentions) <= 20)
            );
            CREATE INDEX comments_created_at_idx ON comments (organization_id, created_at, id);
            CREATE INDEX comments_subject_idx ON comments (organization_id, subject, created_at, id);
            {protect}
            "#,
            protect = tenancy.protect("comments"),
        ),
        down: "DROP TABLE comments",
    }
}
