//! Feature flags of the installation, and their overrides by organizations.

use super::Sql;
use crate::tenancy::{COLUMNS, Rule, Tenancy};

pub(super) fn step(tenancy: Tenancy<'_>) -> Sql {
    let everyone_reads =
        Rule { command: "SELECT", condition: "true", privileges: "SELECT, INSERT, UPDATE, DELETE" };
    Sql {
        name: "m0008_feature_flags",
        up: format!(
            r#"
            CREATE TABLE feature_flags (
                key text COLLATE "C" PRIMARY KEY CHECK (key ~ '^[a-z][a-z0-9_.-]{{0,99}}$'),
                description text NOT NULL CHECK (char_length(description) <= 1000),
                enabled boolean NOT NULL,
                rollout_percent smallint NOT NULL CHECK (rollout_percent BETWEEN 0 AND 100),
                created_at timestamptz NOT NULL DEFAULT now(),
                updated_at timestamptz NOT NULL DEFAULT now(),
                version bigint NOT NULL DEFAULT 1
            );
            {flags}
            CREATE TABLE feature_flag_overrides (
                {COLUMNS},
                flag_key text COLLATE "C" NOT NULL REFERENCES feature_flags (key) ON DELETE CASCADE,
                enabled boolean NOT NULL,
                UNIQUE (organization_id, flag_key)
            );
            CREATE INDEX feature_flag_overrides_flag_key_idx ON feature_flag_overrides (flag_key);
            {overrides}
            -- The owner's role is bound by the policies as well.
            SELECT set_config('app.scope', 'system', true);
            INSERT INTO feature_flags (key, description, enabled, rollout_percent) VALUES
                ('projects.trigram_search',
                 'GET /projects?q= also finds words that are only similar to the query.', true, 100);
            "#,
            flags = tenancy.protect_by("feature_flags", everyone_reads),
            overrides = tenancy.protect("feature_flag_overrides"),
        ),
        down: "DROP TABLE feature_flag_overrides; DROP TABLE feature_flags;",
    }
}
