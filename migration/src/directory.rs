//! The tables of the directory, which cells share: docs/cells.md. The directory is a small database of
//! its own. It has no row level security: its login is that of the cells.

use sqlx::{Connection, Executor, PgConnection};

/// One run at a time. Tables that are there stay as they are.
const SCHEMA: &str = r#"
    SELECT pg_advisory_xact_lock(7308329148117904);
    CREATE TABLE IF NOT EXISTS cells (
        name text COLLATE "C" PRIMARY KEY CHECK (name ~ '^[a-z_][a-z0-9_]{0,62}$'),
        url text NOT NULL CHECK (char_length(url) BETWEEN 8 AND 500)
    );
    -- `confirmed_at` is null while a cell has only claimed the address, and has not committed yet.
    -- `position` orders the changes that cells read.
    CREATE TABLE IF NOT EXISTS users (
        id uuid PRIMARY KEY,
        email text COLLATE "C" NOT NULL CONSTRAINT users_email_key UNIQUE,
        name text COLLATE "C" NOT NULL,
        password_hash text,
        password_version bigint NOT NULL,
        status text NOT NULL,
        email_verified_at timestamptz,
        version bigint NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        -- The cell that told last.
        cell text COLLATE "C" NOT NULL REFERENCES cells (name),
        claimed_at timestamptz NOT NULL DEFAULT now(),
        confirmed_at timestamptz,
        position bigint GENERATED ALWAYS AS IDENTITY
    );
    -- Later than the table.
    ALTER TABLE users ADD COLUMN IF NOT EXISTS locale text COLLATE "C",
        ADD COLUMN IF NOT EXISTS time_zone text COLLATE "C",
        ADD COLUMN IF NOT EXISTS second_factor jsonb;
    CREATE INDEX IF NOT EXISTS users_position_idx ON users (position);
    -- `destination` is the cell that an organization is moving to, and `was_active` whether it gets
    -- access when the move ends.
    CREATE TABLE IF NOT EXISTS organizations (
        id uuid PRIMARY KEY,
        slug text COLLATE "C" NOT NULL CONSTRAINT organizations_slug_key UNIQUE,
        cell text COLLATE "C" NOT NULL REFERENCES cells (name),
        destination text COLLATE "C" REFERENCES cells (name),
        was_active boolean NOT NULL DEFAULT true,
        claimed_at timestamptz NOT NULL DEFAULT now(),
        confirmed_at timestamptz
    );
    CREATE TABLE IF NOT EXISTS memberships (
        user_id uuid NOT NULL,
        organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
        PRIMARY KEY (user_id, organization_id)
    );
    CREATE INDEX IF NOT EXISTS memberships_organization_id_idx ON memberships (organization_id);
"#;

/// Creates what is missing of the directory's tables.
///
/// # Errors
/// When the server cannot be reached, or refuses a statement.
pub async fn prepare(url: &str) -> sqlx::Result<()> {
    let mut connection = PgConnection::connect(url).await?;
    let mut transaction = connection.begin().await?;
    transaction.execute(SCHEMA).await?;
    transaction.commit().await?;
    connection.close().await
}
