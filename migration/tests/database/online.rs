//! Steps that are applied while the version before serves: docs/migrations.md.
//!
//! PostgreSQL's catalogue tells what a step has done to the tables that were there before it, so these
//! rules hold for steps in any form. Whether a table is rewritten does not depend on its rows.

use std::collections::BTreeSet;

use plinth_migration::{down, status, up};
use plinth_testkit::TestDatabase;
use sqlx::{AssertSqlSafe, PgConnection};

use crate::session::{admin, options, run};

/// The newest step of the newest release. A deployment applies the steps after it to tables full of
/// rows. There is no release yet: all steps up to this one are exempt, because no release had them.
const RELEASED: &str = "m0068_evaluations_by_keys";

/// Violations that are meant, as the test prints them, each with its step: what a step takes away after
/// a release has stopped using it, and indexes that operators build beforehand.
const MEANT: &[&str] = &[
    // m0094_organization_usage
    "no index is built on a table with rows: executions: executions_open_idx",
];

/// Each rule is a query for its violations. `was_tables`, `was_columns`, `was_indexes` and
/// `was_constraints` are the catalogue before; `watched` are the tables that may be large.
const RULES: &[(&str, &str)] = &[
    ("no table is rewritten", REWRITTEN),
    ("no index is built on a table with rows", INDEXES),
    ("no table is read to check a constraint", CHECKED),
    ("no statement changes the rows of a table", CHANGED),
    ("what the version before uses is there", GONE),
    ("what the version before inserts is accepted", REQUIRED),
];

const REWRITTEN: &str = "
    SELECT w.name FROM watched w JOIN pg_class c ON c.oid = w.oid WHERE c.relfilenode <> w.relfilenode";

/// `CREATE INDEX` locks out writers; an index of a unique constraint locks out readers, too.
const INDEXES: &str = "
    SELECT format('%s: %s', w.name, x.relname) FROM pg_index i
    JOIN watched w ON w.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid
    WHERE NOT w.relispartition AND i.indexrelid NOT IN (SELECT indexrelid FROM was_indexes)";

const CHECKED: &str = "
    SELECT format('%s: %s', w.name, c.conname) FROM pg_constraint c JOIN watched w ON w.oid = c.conrelid
    WHERE NOT w.relispartition AND c.contype IN ('c', 'f') AND c.convalidated
        AND c.oid NOT IN (SELECT oid FROM was_constraints)
    UNION ALL SELECT format('%s: %s NOT NULL', w.name, a.attname) FROM was_columns b
    JOIN watched w ON w.oid = b.attrelid
    JOIN pg_attribute a ON (a.attrelid, a.attnum) = (b.attrelid, b.attnum)
    WHERE NOT w.relispartition AND a.attnotnull AND NOT b.attnotnull AND NOT a.attisdropped";

const CHANGED: &str = "
    SELECT DISTINCT format('%s: %s', c.name, c.operation) FROM lint.changes c JOIN watched w USING (name)";

const GONE: &str = "
    SELECT w.name FROM was_tables w LEFT JOIN pg_class c ON c.oid = w.oid
    WHERE NOT w.relispartition AND c.relname::text IS DISTINCT FROM w.name
    UNION ALL SELECT format('%s.%s', w.name, b.name) FROM was_columns b
    JOIN was_tables w ON w.oid = b.attrelid JOIN pg_class c ON c.oid = w.oid
    JOIN pg_attribute a ON (a.attrelid, a.attnum) = (b.attrelid, b.attnum)
    WHERE NOT w.relispartition AND (a.attisdropped OR a.attname <> b.name OR a.atttypid <> b.atttypid)";

const REQUIRED: &str = "
    SELECT format('%s.%s', w.name, a.attname) FROM pg_attribute a JOIN was_tables w ON w.oid = a.attrelid
    WHERE NOT w.relispartition AND a.attnum > 0 AND NOT a.attisdropped AND a.attnotnull
        AND NOT a.atthasdef AND a.attidentity = ''
        AND (a.attrelid, a.attnum) NOT IN (SELECT attrelid, attnum FROM was_columns)";

/// Stores the catalogue as it is, and has each statement that changes rows noted. The tables that are
/// not watched have a few rows in every installation.
const PREPARE: &str = "
    CREATE TEMP TABLE was_tables AS
        SELECT c.oid, c.relname::text AS name, c.relfilenode, c.relispartition FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
            AND c.relname <> 'seaql_migrations';
    CREATE TEMP TABLE was_columns AS
        SELECT a.attrelid, a.attnum, a.attname::text AS name, a.atttypid, a.attnotnull
        FROM pg_attribute a JOIN was_tables w ON w.oid = a.attrelid
        WHERE a.attnum > 0 AND NOT a.attisdropped;
    CREATE TEMP TABLE was_indexes AS SELECT indexrelid FROM pg_index;
    CREATE TEMP TABLE was_constraints AS SELECT oid FROM pg_constraint;
    CREATE TEMP VIEW watched AS SELECT * FROM was_tables
        WHERE name NOT IN ('feature_flags', 'leases', 'schedule_ticks');
    CREATE SCHEMA lint;
    CREATE TABLE lint.changes (name text, operation text);
    GRANT USAGE ON SCHEMA lint TO PUBLIC;
    GRANT INSERT ON lint.changes TO PUBLIC;
    CREATE FUNCTION lint.note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO lint.changes VALUES (TG_TABLE_NAME, TG_OP);
        RETURN NULL;
    END $$;
    DO $$ DECLARE name text; BEGIN
        FOR name IN SELECT w.name FROM was_tables w WHERE NOT w.relispartition LOOP
            EXECUTE format('CREATE TRIGGER lint BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE
                ON public.%I FOR EACH STATEMENT EXECUTE FUNCTION lint.note()', name);
        END LOOP;
    END $$;";

/// What a step might do, and the violations that this is.
const STATEMENTS: &[(&str, &[&str])] = &[
    ("ALTER TABLE jobs ADD bad uuid DEFAULT gen_random_uuid()", &["no table is rewritten: jobs"]),
    (
        "CREATE INDEX bad_idx ON jobs (organization_id, worker_id)",
        &["no index is built on a table with rows: jobs: bad_idx"],
    ),
    (
        "ALTER TABLE jobs ADD CONSTRAINT bad CHECK (attempt < 9)",
        &["no table is read to check a constraint: jobs: bad"],
    ),
    (
        "ALTER TABLE jobs ALTER worker_id SET NOT NULL",
        &["no table is read to check a constraint: jobs: worker_id NOT NULL"],
    ),
    ("UPDATE jobs SET priority = 1", &["no statement changes the rows of a table: jobs: UPDATE"]),
    (
        "ALTER TABLE jobs DROP trace_parent",
        &["what the version before uses is there: jobs.trace_parent"],
    ),
    (
        "ALTER TABLE jobs RENAME trace_parent TO parent",
        &["what the version before uses is there: jobs.trace_parent"],
    ),
    (
        "ALTER TABLE schedule_ticks RENAME TO ticks",
        &["what the version before uses is there: schedule_ticks"],
    ),
    (
        "ALTER TABLE jobs ADD bad uuid NOT NULL",
        &["what the version before inserts is accepted: jobs.bad"],
    ),
    // The ways that docs/migrations.md recommends.
    ("ALTER TABLE jobs ADD good uuid, ADD also_good integer NOT NULL DEFAULT 0", &[]),
    ("ALTER TABLE jobs ADD CONSTRAINT good CHECK (attempt < 9) NOT VALID", &[]),
    (
        "CREATE TABLE good (id uuid PRIMARY KEY CHECK (id <> '00000000-0000-0000-0000-000000000000'))",
        &[],
    ),
    ("CREATE INDEX good_idx ON leases (until)", &[]),
];

async fn violations(connection: &mut PgConnection) -> Vec<String> {
    let mut all = Vec::new();
    for &(rule, sql) in RULES {
        let found: Vec<String> = sqlx::query_scalar(AssertSqlSafe(sql.to_owned()))
            .fetch_all(&mut *connection)
            .await
            .unwrap_or_else(|error| panic!("the rule {rule:?} cannot be checked: {error}"));
        all.extend(found.into_iter().map(|what| format!("{rule}: {what}")));
    }
    all
}

#[tokio::test]
async fn the_steps_since_the_release_can_be_applied_while_the_version_before_serves() {
    let database = TestDatabase::empty().await;
    let (url, options) = (database.url(), options());
    up(url, &options).await.unwrap();
    let steps = status(url, &options).await.unwrap();
    let newer = steps.iter().rev().take_while(|step| step.name != RELEASED).count();
    assert!(newer < steps.len(), "there is no step {RELEASED}");
    down(url, &options, Some(u32::try_from(newer).unwrap())).await.unwrap();
    let mut connection = admin(url).await;
    run(&mut connection, PREPARE).await.unwrap();

    up(url, &options).await.unwrap();

    let mut found = violations(&mut connection).await;
    found.retain(|violation| !MEANT.contains(&violation.as_str()));
    assert!(found.is_empty(), "see docs/migrations.md:\n  {}", found.join("\n  "));
    drop(connection);
    database.drop().await;
}

#[tokio::test]
async fn a_step_that_locks_out_the_version_before_is_named() {
    let database = TestDatabase::create().await;
    let mut connection = admin(database.url()).await;
    run(&mut connection, PREPARE).await.unwrap();
    let mut broken = BTreeSet::new();

    for &(statement, expected) in STATEMENTS {
        run(&mut connection, "BEGIN; SET LOCAL ROLE plinth_owner").await.unwrap();
        run(&mut connection, statement)
            .await
            .unwrap_or_else(|error| panic!("{statement}: {error}"));
        run(&mut connection, "RESET ROLE").await.unwrap();
        assert_eq!(violations(&mut connection).await, expected, "after {statement}");
        run(&mut connection, "ROLLBACK").await.unwrap();
        broken.extend(
            expected.iter().filter_map(|violation| violation.split_once(": ")).map(|it| it.0),
        );
    }

    let all: BTreeSet<_> = RULES.iter().map(|&(rule, _)| rule).collect();
    assert_eq!(broken, all, "a rule that no step breaks may be no rule at all");
    drop(connection);
    database.drop().await;
}
