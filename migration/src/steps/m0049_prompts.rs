//! Prompts, their versions and their labels.

use super::Sql;
use crate::{
    search::Names,
    tenancy::{COLUMNS, Tenancy},
};

const SEARCHED: Names<'_> = Names { table: "prompts", of: &["name", "description"] };

pub(super) fn step(tenancy: Tenancy<'_>) -> Sql {
    Sql {
        name: "m0049_prompts",
        up: [prompts(tenancy), versions(tenancy), labels(tenancy)].join("\n"),
        down: "DROP TABLE prompt_labels;
            ALTER TABLE prompts DROP CONSTRAINT prompts_shown_fkey;
            DROP TABLE prompt_versions;
            ALTER TABLE prompts NO INHERIT found_prompts;
            DROP TABLE found_prompts;
            DROP TABLE prompts;",
    }
}

/// `shown_version_id` names the version that lists show: that with the label `production`, where
/// `is_released`, else the newest one.
fn prompts(tenancy: Tenancy<'_>) -> String {
    format!(
        r#"
        CREATE TABLE prompts (
            {COLUMNS},
            {searched},
            name text COLLATE "C" NOT NULL CHECK (name ~ '^[a-z0-9._-]{{1,100}}$'),
            description text COLLATE "C" CHECK (char_length(description) <= 10000),
            tags text[] NOT NULL CHECK (cardinality(tags) <= 20)
                CHECK (octet_length(array_to_string(tags, '')) <= 4000),
            is_active boolean NOT NULL,
            protected_labels text[] NOT NULL CHECK (cardinality(protected_labels) <= 20)
                CHECK (octet_length(array_to_string(protected_labels, '')) <= 1000),
            versions smallint NOT NULL CHECK (versions BETWEEN 1 AND 1000),
            is_released boolean NOT NULL,
            shown_version_id uuid NOT NULL,
            UNIQUE (organization_id, name)
        );
        CREATE INDEX prompts_created_at_idx ON prompts (organization_id, created_at, id);
        CREATE INDEX prompts_updated_at_idx ON prompts (organization_id, updated_at, id);
        CREATE INDEX prompts_name_idx ON prompts (organization_id, name, id);
        CREATE INDEX prompts_shown_idx ON prompts (organization_id, shown_version_id);
        {protect}
        {found}
        "#,
        protect = tenancy.protect("prompts"),
        searched = SEARCHED.columns(),
        found = SEARCHED.found(tenancy),
    )
}

/// The application's role can only add versions; they go with their prompt. A prompt and its first
/// version refer to each other, hence the deferred constraint.
///
/// The templates have at most 256 KiB. As JSON, each of their characters has at most two bytes more.
fn versions(tenancy: Tenancy<'_>) -> String {
    format!(
        r#"
        CREATE TABLE prompt_versions (
            {COLUMNS},
            prompt_id uuid NOT NULL,
            number smallint NOT NULL CHECK (number BETWEEN 1 AND 1000),
            messages jsonb NOT NULL CHECK (jsonb_typeof(messages) = 'array')
                CHECK (jsonb_array_length(messages) BETWEEN 1 AND 50)
                CHECK (octet_length(messages::text) <= 655360),
            input_schema jsonb CHECK (jsonb_typeof(input_schema) = 'object')
                CHECK (octet_length(input_schema::text) <= 32768),
            output_schema jsonb CHECK (jsonb_typeof(output_schema) = 'object')
                CHECK (octet_length(output_schema::text) <= 32768),
            parameters jsonb NOT NULL CHECK (jsonb_typeof(parameters) = 'object')
                CHECK (octet_length(parameters::text) <= 32768),
            model_id uuid NOT NULL,
            fallbacks uuid[] NOT NULL CHECK (cardinality(fallbacks) <= 5),
            note text COLLATE "C" CHECK (char_length(note) BETWEEN 1 AND 1000),
            sha256 bytea NOT NULL CHECK (octet_length(sha256) = 32),
            created_by uuid NOT NULL REFERENCES users (id),
            UNIQUE (organization_id, prompt_id, number),
            FOREIGN KEY (organization_id, prompt_id)
                REFERENCES prompts (organization_id, id) ON DELETE CASCADE,
            FOREIGN KEY (organization_id, model_id) REFERENCES models (organization_id, id)
        );
        CREATE INDEX prompt_versions_model_idx ON prompt_versions (organization_id, model_id);
        ALTER TABLE prompts ADD CONSTRAINT prompts_shown_fkey
            FOREIGN KEY (organization_id, shown_version_id)
            REFERENCES prompt_versions (organization_id, id) DEFERRABLE INITIALLY DEFERRED;
        {protect}
        "#,
        protect = tenancy.protect_for("prompt_versions", "SELECT, INSERT"),
    )
}

fn labels(tenancy: Tenancy<'_>) -> String {
    format!(
        r#"
        CREATE TABLE prompt_labels (
            {COLUMNS},
            prompt_id uuid NOT NULL,
            label text COLLATE "C" NOT NULL
                CHECK (label ~ '^[a-z0-9._-]{{1,50}}$' AND label <> 'latest'),
            version_number smallint NOT NULL,
            UNIQUE (organization_id, prompt_id, label),
            FOREIGN KEY (organization_id, prompt_id)
                REFERENCES prompts (organization_id, id) ON DELETE CASCADE,
            FOREIGN KEY (organization_id, prompt_id, version_number)
                REFERENCES prompt_versions (organization_id, prompt_id, number) ON DELETE CASCADE
        );
        CREATE INDEX prompt_labels_version_idx
            ON prompt_labels (organization_id, prompt_id, version_number);
        {protect}
        "#,
        protect = tenancy.protect("prompt_labels"),
    )
}
