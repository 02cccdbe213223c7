//! Projects: a record with more than the generator writes (search, metadata, days).

use super::Sql;
use crate::tenancy::{COLUMNS, Tenancy};

pub(super) fn step(tenancy: Tenancy<'_>) -> Sql {
    Sql {
        name: "m0009_projects",
        // Sorted columns have COLLATE "C", so that every server and the in-memory store sort alike.
        // Case is folded in the database's locale, which includes more than ASCII.
        //
        // There is no trigram index yet: row level security forbids the planner to use one for the
        // application's role, unless it is asked as m0025_search does.
        //
        // ORDER BY code uses the unique index.
        up: format!(
            r#"
            CREATE TABLE projects (
                {COLUMNS},
                code text COLLATE "C" NOT NULL CHECK (char_length(code) BETWEEN 1 AND 32),
                name text COLLATE "C" NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
                description text COLLATE "C" CHECK (char_length(description) <= 10000),
                status text NOT NULL
                    CHECK (status IN ('planned', 'active', 'on_hold', 'completed', 'archived')),
                starts_on date,
                ends_on date,
                metadata jsonb NOT NULL DEFAULT '{{}}' CHECK (jsonb_typeof(metadata) = 'object'),
                search text COLLATE "C" NOT NULL GENERATED ALWAYS AS (lower(
                    (code || ' ' || name || ' ' || coalesce(description, '')) COLLATE "default"
                )) STORED,
                UNIQUE (organization_id, code),
                CONSTRAINT projects_dates_check CHECK (ends_on >= starts_on)
            );
            CREATE INDEX projects_created_at_idx ON projects (organization_id, created_at, id);
            CREATE INDEX projects_updated_at_idx ON projects (organization_id, updated_at, id);
            CREATE INDEX projects_name_idx ON projects (organization_id, name, id);
            {protect}
            "#,
            protect = tenancy.protect("projects"),
        ),
        down: "DROP TABLE projects",
    }
}
