//! What people and programs think of executions.

use super::Sql;
use crate::tenancy::{COLUMNS, Tenancy};

/// A number is in millionths; yes is one, and no is none. The prompt is that of the execution, which has
/// the reference.
pub(super) fn step(tenancy: Tenancy<'_>) -> Sql {
    Sql {
        name: "m0065_execution_scores",
        up: format!(
            r#"
            CREATE TABLE execution_scores (
                {COLUMNS},
                execution_id uuid NOT NULL,
                prompt uuid,
                prompt_version smallint,
                name text COLLATE "C" NOT NULL CHECK (name ~ '^[a-z0-9._-]{{1,50}}$'),
                kind text COLLATE "C" NOT NULL CHECK (kind IN ('boolean', 'category', 'number')),
                number bigint CHECK (number BETWEEN -1000000000 AND 1000000000),
                category text COLLATE "C" CHECK (char_length(category) BETWEEN 1 AND 64),
                comment text COLLATE "C" CHECK (char_length(comment) BETWEEN 1 AND 2000),
                source text NOT NULL CHECK (source IN ('person', 'key', 'evaluator')),
                author uuid NOT NULL,
                CONSTRAINT execution_scores_name_key
                    UNIQUE (organization_id, execution_id, name, author),
                FOREIGN KEY (organization_id, execution_id)
                    REFERENCES executions (organization_id, id) ON DELETE CASCADE,
                CONSTRAINT execution_scores_value_check
                    CHECK ((kind = 'category') = (category IS NOT NULL)
                        AND (kind = 'category') = (number IS NULL)),
                CONSTRAINT execution_scores_prompt_check
                    CHECK ((prompt IS NULL) = (prompt_version IS NULL))
            );
            CREATE INDEX execution_scores_prompt_idx
                ON execution_scores (organization_id, prompt, execution_id)
                WHERE prompt IS NOT NULL;
            {protect}
            "#,
            protect = tenancy.protect("execution_scores"),
        ),
        down: "DROP TABLE execution_scores",
    }
}
