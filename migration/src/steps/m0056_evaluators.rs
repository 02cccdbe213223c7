//! Evaluators.

use super::Sql;
use crate::tenancy::{COLUMNS, Tenancy};

pub(super) fn step(tenancy: Tenancy<'_>) -> Sql {
    Sql {
        name: "m0056_evaluators",
        up: format!(
            r#"
            CREATE TABLE evaluators (
                {COLUMNS},
                name text COLLATE "C" NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
                description text COLLATE "C" CHECK (char_length(description) <= 10000),
                kind text NOT NULL CHECK (kind IN ('exact', 'contains', 'regex', 'json_schema',
                    'numeric', 'similarity', 'judge')),
                number bigint NOT NULL CHECK (number > 0),
                definition jsonb NOT NULL CHECK (jsonb_typeof(definition) = 'object')
                    CHECK (octet_length(definition::text) <= 65536),
                model_id uuid,
                prompt_id uuid,
                UNIQUE (organization_id, name),
                FOREIGN KEY (organization_id, model_id) REFERENCES models (organization_id, id),
                FOREIGN KEY (organization_id, prompt_id) REFERENCES prompts (organization_id, id)
            );
            CREATE INDEX evaluators_created_at_idx ON evaluators (organization_id, created_at, id);
            CREATE INDEX evaluators_name_idx ON evaluators (organization_id, name, id);
            CREATE INDEX evaluators_model_idx ON evaluators (organization_id, model_id);
            CREATE INDEX evaluators_prompt_idx ON evaluators (organization_id, prompt_id);
            {protect}
            "#,
            protect = tenancy.protect("evaluators"),
        ),
        down: "DROP TABLE evaluators",
    }
}
