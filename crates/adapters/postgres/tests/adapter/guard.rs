//! A database that refuses every `UPDATE` that assigns `organization_id`, even if no row matches or the
//! value stays. A database that is divided by organization cannot run such a statement: the row would
//! move. The contracts run on it.

use plinth_testkit::TestDatabase;
use sqlx::{Connection, Executor, PgConnection};

/// A trigger for each statement, not for each row: it fires by the columns that the statement names.
const GUARD: &str = "
    CREATE FUNCTION forbid_moves() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        RAISE EXCEPTION 'an update of % assigns organization_id', TG_TABLE_NAME;
    END $$;
    DO $$ DECLARE tenant regclass; BEGIN
        FOR tenant IN SELECT c.oid FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
                AND NOT c.relispartition AND a.attname = 'organization_id'
        LOOP
            EXECUTE format('CREATE TRIGGER forbid_moves BEFORE UPDATE OF organization_id ON %s
                FOR EACH STATEMENT EXECUTE FUNCTION forbid_moves()', tenant);
        END LOOP;
    END $$";

/// A database with the guard.
pub async fn guarded() -> TestDatabase {
    let database = TestDatabase::create().await;
    owner(&database).await.execute(GUARD).await.unwrap();
    database
}

async fn owner(database: &TestDatabase) -> PgConnection {
    PgConnection::connect(database.url()).await.unwrap()
}

#[tokio::test]
async fn an_update_that_assigns_the_organization_is_noticed() {
    let database = guarded().await;
    let mut owner = owner(&database).await;
    for moved in [
        "UPDATE sessions SET organization_id = organization_id",
        "UPDATE projects SET name = 'x', organization_id = gen_random_uuid() WHERE false",
        "INSERT INTO api_keys (organization_id) VALUES (gen_random_uuid())
            ON CONFLICT (organization_id, id) DO UPDATE SET organization_id = excluded.organization_id",
    ] {
        let refused = owner.execute(moved).await.unwrap_err();
        assert!(refused.to_string().contains("assigns organization_id"), "{moved}: {refused}");
    }
    owner.execute("UPDATE projects SET name = 'x'").await.unwrap();
    database.drop().await;
}
