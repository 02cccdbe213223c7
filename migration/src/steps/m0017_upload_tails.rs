//! The tails of an upload: stored bytes that do not fill a part yet, each under a number of its own.

use super::Sql;
use crate::tenancy::unforced;

/// `tail` becomes the sum of the lengths. A process of the version before still reads it beside
/// `second_tail`: it finds no blob there and refuses to go on with the upload, instead of
/// overwriting bytes.
pub(super) fn step() -> Sql {
    let known = "UPDATE uploads SET tail_numbers = ARRAY[second_tail::integer::bigint],
        tail_lengths = ARRAY[tail] WHERE tail > 0";
    Sql {
        name: "m0017_upload_tails",
        up: format!(
            "ALTER TABLE uploads ADD COLUMN tail_numbers bigint[] NOT NULL DEFAULT '{{}}',
                ADD COLUMN tail_lengths integer[] NOT NULL DEFAULT '{{}}',
                ALTER COLUMN second_tail SET DEFAULT false;
            {known}
            ALTER TABLE uploads ADD CONSTRAINT uploads_tails_check CHECK (
                cardinality(tail_numbers) <= 64
                AND cardinality(tail_numbers) = cardinality(tail_lengths));",
            known = unforced(&["uploads"], known),
        ),
        // What is stored in several tails cannot be continued before this step.
        down: "ALTER TABLE uploads NO FORCE ROW LEVEL SECURITY;
            UPDATE uploads SET state = 'abandoned', expires_at = now()
                WHERE state = 'open' AND tail > 0;
            ALTER TABLE uploads FORCE ROW LEVEL SECURITY;
            ALTER TABLE uploads DROP CONSTRAINT uploads_tails_check,
                ALTER COLUMN second_tail DROP DEFAULT,
                DROP COLUMN tail_numbers, DROP COLUMN tail_lengths",
    }
}
