//! Uploads that are joined (tus: concatenation). `joins` names the parts of an upload, in order; a
//! part leads to no document of its own. `joined_by` names the upload that joins a partial one.
//! `reserved` is what an upload without a length may have stored.

use super::Sql;

pub(super) fn step() -> Sql {
    Sql {
        name: "m0028_partial_uploads",
        // A process of the version before takes a part for a version of a document that does not
        // exist, and answers 404.
        up: "ALTER TABLE uploads ADD COLUMN is_partial boolean NOT NULL DEFAULT false,
                ADD COLUMN joins uuid[] NOT NULL DEFAULT '{}',
                ADD COLUMN joined_by uuid,
                ADD COLUMN reserved bigint NOT NULL DEFAULT 0;
            ALTER TABLE uploads
                ADD CONSTRAINT uploads_reserved_check CHECK (reserved >= 0),
                ADD CONSTRAINT uploads_joins_check CHECK (cardinality(joins) <= 256),
                ADD CONSTRAINT uploads_part_check
                    CHECK (NOT (is_partial AND (is_new OR cardinality(joins) > 0)));"
            .to_owned(),
        // What is joined cannot be continued before this step.
        down: "ALTER TABLE uploads NO FORCE ROW LEVEL SECURITY;
            UPDATE uploads SET state = 'abandoned', expires_at = now()
                WHERE state = 'open' AND (is_partial OR cardinality(joins) > 0);
            ALTER TABLE uploads FORCE ROW LEVEL SECURITY;
            ALTER TABLE uploads DROP CONSTRAINT uploads_part_check,
                DROP CONSTRAINT uploads_joins_check, DROP COLUMN is_partial, DROP COLUMN joins,
                DROP COLUMN joined_by, DROP COLUMN reserved",
    }
}
