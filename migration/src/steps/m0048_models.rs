//! Models of providers, what they cost, and secrets.

use std::fmt::Write;

use super::Sql;
use crate::{
    search::Names,
    tenancy::{COLUMNS, Tenancy},
};

const SEARCHED: Names<'_> = Names { table: "models", of: &["name", "provider_model"] };

pub(super) fn step(tenancy: Tenancy<'_>) -> Sql {
    Sql {
        name: "m0048_models",
        up: [secrets(tenancy), SEALED.to_owned(), models(tenancy), prices(tenancy)].join("\n"),
        down: "DROP TABLE model_prices;
            ALTER TABLE models NO INHERIT found_models;
            DROP TABLE found_models;
            DROP TABLE models;
            DROP TABLE secrets;
            DROP FUNCTION keep_secret();",
    }
}

fn secrets(tenancy: Tenancy<'_>) -> String {
    format!(
        r#"
        CREATE TABLE secrets (
            {COLUMNS},
            master_key text COLLATE "C" NOT NULL CHECK (master_key ~ '^[A-Za-z0-9._-]{{1,40}}$'),
            wrapped_key bytea NOT NULL CHECK (octet_length(wrapped_key) BETWEEN 1 AND 256),
            sealed bytea NOT NULL CHECK (octet_length(sealed) BETWEEN 1 AND 8192)
        );
        {protect}
        "#,
        protect = tenancy.protect("secrets"),
    )
}

/// What is sealed never changes, also for the application's role: only its key is encrypted anew.
const SEALED: &str = r"
    CREATE FUNCTION keep_secret() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.sealed <> OLD.sealed THEN
            RAISE EXCEPTION 'what is sealed never changes' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END $$;
    REVOKE EXECUTE ON FUNCTION keep_secret() FROM PUBLIC;
    CREATE TRIGGER secrets_kept AFTER UPDATE ON secrets
        FOR EACH ROW EXECUTE FUNCTION keep_secret();";

/// Fallbacks are columns, at most five, so that each is a foreign key.
fn models(tenancy: Tenancy<'_>) -> String {
    let (mut columns, mut keys, mut indexes) = (String::new(), String::new(), String::new());
    for place in 1..=5 {
        let name = format!("fallback_{place}_id");
        // Writing to a string does not fail.
        let _ = write!(columns, "{name} uuid CHECK ({name} <> id), ");
        let _ = write!(
            keys,
            "FOREIGN KEY (organization_id, {name}) REFERENCES models (organization_id, id), "
        );
        let _ = write!(
            indexes,
            "CREATE INDEX models_fallback_{place}_idx ON models (organization_id, {name}); "
        );
    }
    format!(
        r#"
        CREATE TABLE models (
            {COLUMNS},
            {searched},
            name text COLLATE "C" NOT NULL CHECK (name ~ '^[a-z0-9][a-z0-9._/-]{{0,99}}$'),
            provider text COLLATE "C" NOT NULL
                CHECK (provider IN ('openai', 'anthropic', 'huggingface', 'custom')),
            provider_model text COLLATE "C" NOT NULL
                CHECK (char_length(provider_model) BETWEEN 1 AND 200),
            base_url text COLLATE "C" CHECK (char_length(base_url) BETWEEN 1 AND 500),
            kind text COLLATE "C" NOT NULL CHECK (kind IN ('chat', 'embedding')),
            capabilities text[] NOT NULL CHECK (capabilities <@ ARRAY['streaming', 'tools',
                'structured_output', 'vision', 'documents', 'reasoning', 'caching']::text[])
                CHECK (cardinality(capabilities) <= 7),
            connect_ms integer NOT NULL CHECK (connect_ms BETWEEN 100 AND 30000),
            first_token_ms integer NOT NULL CHECK (first_token_ms BETWEEN 100 AND 600000),
            idle_ms integer NOT NULL CHECK (idle_ms BETWEEN 100 AND 600000),
            total_ms integer NOT NULL CHECK (total_ms BETWEEN 1000 AND 3600000),
            {columns}
            config jsonb NOT NULL CHECK (jsonb_typeof(config) = 'object')
                CHECK (octet_length(config::text) <= 32768),
            status text COLLATE "C" NOT NULL CHECK (status IN ('active', 'disabled')),
            secret_id uuid,
            secret_last_four text COLLATE "C" CHECK (char_length(secret_last_four) <= 4),
            flagged_at timestamptz,
            UNIQUE (organization_id, name),
            UNIQUE (organization_id, provider, name),
            UNIQUE (organization_id, secret_id),
            {keys}
            FOREIGN KEY (organization_id, secret_id) REFERENCES secrets (organization_id, id),
            CONSTRAINT models_secret_check
                CHECK ((secret_id IS NULL) = (secret_last_four IS NULL)),
            CONSTRAINT models_custom_check
                CHECK (provider <> 'custom' OR base_url IS NOT NULL)
        );
        CREATE INDEX models_created_at_idx ON models (organization_id, created_at, id);
        CREATE INDEX models_updated_at_idx ON models (organization_id, updated_at, id);
        {indexes}
        {protect}
        {found}
        "#,
        protect = tenancy.protect("models"),
        searched = SEARCHED.columns(),
        found = SEARCHED.found(tenancy),
    )
}

/// The application's role can only add rows; they go with their model.
fn prices(tenancy: Tenancy<'_>) -> String {
    let rate = "bigint NOT NULL CHECK";
    let range = "BETWEEN 0 AND 1000000000000000";
    format!(
        r"
        CREATE TABLE model_prices (
            {COLUMNS},
            model_id uuid NOT NULL,
            valid_from timestamptz NOT NULL,
            input_nano {rate} (input_nano {range}),
            output_nano {rate} (output_nano {range}),
            cache_read_nano {rate} (cache_read_nano {range}),
            cache_write_nano {rate} (cache_write_nano {range}),
            UNIQUE (organization_id, model_id, valid_from),
            FOREIGN KEY (organization_id, model_id)
                REFERENCES models (organization_id, id) ON DELETE CASCADE
        );
        {protect}
        ",
        protect = tenancy.protect_for("model_prices", "SELECT, INSERT"),
    )
}
