//! Row level security, tested as the application's role.

use plinth_testkit::TestDatabase;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    seed::{self, TENANT_TABLES},
    session::{
        DENIED, NO_PARENT, admin, application, begin_system, begin_tenant, number, refusal, run,
    },
};

/// A database with two organizations, a row of each in every table, and a connection to it.
struct Tenants {
    database: TestDatabase,
    application: PgConnection,
    ours: Uuid,
    theirs: Uuid,
}

impl Tenants {
    async fn new() -> Self {
        let database = TestDatabase::create().await;
        let mut application = application(database.url()).await;
        let ours = seed::organization(&mut application, 1).await;
        let theirs = seed::organization(&mut application, 2).await;
        Self { database, application, ours, theirs }
    }

    /// Runs `sql` in a transaction of the first organization, which is rolled back.
    async fn attempt(&mut self, sql: &str) -> sqlx::Result<u64> {
        begin_tenant(&mut self.application, self.ours).await;
        let result = run(&mut self.application, sql).await;
        run(&mut self.application, "ROLLBACK").await.unwrap();
        result
    }

    async fn count(&mut self, table: &str) -> i64 {
        number(&mut self.application, &format!("SELECT count(*) FROM {table}")).await
    }
}

#[tokio::test]
async fn without_a_tenant_no_row_is_seen() {
    let mut t = Tenants::new().await;

    for table in TENANT_TABLES.iter().chain(&["organizations", "users"]) {
        assert_eq!(t.count(table).await, 0, "{table}");
    }

    t.database.drop().await;
}

/// After a tenant's transaction the setting is `''`, not null, on the connection; `''` is not a
/// valid uuid.
#[tokio::test]
async fn after_a_tenants_transaction_the_connection_sees_nothing_and_does_not_fail() {
    let mut t = Tenants::new().await;

    begin_tenant(&mut t.application, t.ours).await;
    assert_eq!(t.count("projects").await, 1);
    run(&mut t.application, "COMMIT").await.unwrap();

    for table in TENANT_TABLES.iter().chain(&["organizations", "users"]) {
        assert_eq!(t.count(table).await, 0, "{table}");
    }
    t.database.drop().await;
}

#[tokio::test]
async fn a_tenant_sees_its_own_rows_only() {
    let mut t = Tenants::new().await;

    begin_tenant(&mut t.application, t.ours).await;
    for table in TENANT_TABLES {
        assert_eq!(t.count(table).await, 1, "{table}");
        let foreign = format!("{table} WHERE organization_id = '{}'", t.theirs);
        assert_eq!(t.count(&foreign).await, 0, "{table}");
    }
    assert_eq!(t.count("organizations").await, 1);
    assert_eq!(t.count(&format!("organizations WHERE id = '{}'", t.ours)).await, 1);

    t.database.drop().await;
}

#[tokio::test]
async fn a_tenant_changes_no_row_of_another() {
    let mut t = Tenants::new().await;
    let theirs = t.theirs;

    let never_changed = ["audit_logs", "journal_sequence"];
    for table in TENANT_TABLES.iter().filter(|table| !never_changed.contains(table)) {
        let tenant = format!("WHERE organization_id = '{theirs}'");
        if *table != "journal_pending" {
            let update = format!("UPDATE {table} SET version = version + 1 {tenant}");
            assert_eq!(t.attempt(&update).await.unwrap(), 0, "{update}");
        }
        let delete = format!("DELETE FROM {table} {tenant}");
        assert_eq!(t.attempt(&delete).await.unwrap(), 0, "{delete}");
    }
    let update = format!("UPDATE organizations SET name = 'x' WHERE id = '{theirs}'");
    assert_eq!(t.attempt(&update).await.unwrap(), 0);

    t.database.drop().await;
}

#[tokio::test]
async fn a_tenant_puts_no_row_into_another() {
    let mut t = Tenants::new().await;
    let (ours, theirs) = (t.ours, t.theirs);

    for table in TENANT_TABLES {
        let insert = seed::insert(table, theirs, seed::id(9));
        assert_eq!(refusal(t.attempt(&insert).await), DENIED, "{insert}");
        let give = format!("UPDATE {table} SET organization_id = '{theirs}' WHERE id = '{ours}'");
        assert_eq!(refusal(t.attempt(&give).await), DENIED, "{give}");
    }

    t.database.drop().await;
}

/// Foreign keys apply even to a superuser, who bypasses policies.
#[tokio::test]
async fn a_foreign_key_accepts_no_parent_of_another_tenant() {
    let mut t = Tenants::new().await;
    let session = seed::insert("sessions", t.ours, seed::id(9)).replace(
        &format!("'{}', '{}', decode", seed::id(9), seed::id(9)),
        &format!("'{}', '{}', decode", t.ours, t.theirs),
    );

    assert_eq!(refusal(t.attempt(&session).await), NO_PARENT);
    let mut superuser = admin(t.database.url()).await;
    assert_eq!(refusal(run(&mut superuser, &session).await), NO_PARENT);

    t.database.drop().await;
}

#[tokio::test]
async fn the_journal_is_only_ever_added_to() {
    let mut t = Tenants::new().await;

    for deed in [
        "UPDATE audit_logs SET outcome = 'denied'",
        "DELETE FROM audit_logs",
        "TRUNCATE audit_logs",
        "ALTER TABLE audit_logs DISABLE ROW LEVEL SECURITY",
        "DROP TABLE audit_logs",
        "UPDATE journal_sequence SET number = number + 1",
        "DELETE FROM journal_sequence",
        "UPDATE journal_pending SET updated_at = now()",
    ] {
        assert_eq!(refusal(t.attempt(deed).await), DENIED, "{deed}");
        begin_system(&mut t.application).await;
        assert_eq!(refusal(run(&mut t.application, deed).await), DENIED, "{deed}");
        run(&mut t.application, "ROLLBACK").await.unwrap();
    }

    t.database.drop().await;
}

#[tokio::test]
async fn a_partition_of_the_journal_cannot_be_reached_directly() {
    let mut t = Tenants::new().await;
    let insert = seed::insert("audit_logs", t.ours, seed::id(9));

    for deed in [
        "SELECT * FROM audit_logs_default",
        "DELETE FROM audit_logs_default",
        &insert.replace("audit_logs", "audit_logs_default"),
    ] {
        assert_eq!(refusal(t.attempt(deed).await), DENIED, "{deed}");
    }

    t.database.drop().await;
}

#[tokio::test]
async fn the_system_scope_reaches_the_listed_tables_and_no_other() {
    let mut t = Tenants::new().await;

    begin_system(&mut t.application).await;
    for table in TENANT_TABLES.iter().chain(&["organizations", "users"]) {
        let listed = plinth_migration::SYSTEM_TABLES.contains(table);
        assert_eq!(t.count(table).await, if listed { 2 } else { 0 }, "{table}");
    }
    let entry = seed::insert("audit_logs", t.theirs, seed::id(9));
    assert_eq!(run(&mut t.application, &entry).await.unwrap(), 1, "it may add to any journal");
    let project = seed::insert("projects", t.theirs, seed::id(9));
    assert_eq!(refusal(run(&mut t.application, &project).await), DENIED);

    t.database.drop().await;
}

/// A user belongs to several organizations. Each has its own copy of the public values.
#[tokio::test]
async fn a_tenant_sees_and_changes_no_user() {
    let mut t = Tenants::new().await;

    begin_tenant(&mut t.application, t.ours).await;
    assert_eq!(t.count("users").await, 0);
    run(&mut t.application, "ROLLBACK").await.unwrap();
    assert_eq!(t.attempt("UPDATE users SET name = 'x'").await.unwrap(), 0);
    assert_eq!(t.attempt("DELETE FROM users").await.unwrap(), 0);
    let insert = "INSERT INTO users (email, name) VALUES ('new@example.com', 'New')";
    assert_eq!(refusal(t.attempt(insert).await), DENIED);

    t.database.drop().await;
}

#[tokio::test]
async fn a_tenant_reads_the_feature_flags_and_changes_its_own_overrides_only() {
    let mut t = Tenants::new().await;

    begin_tenant(&mut t.application, t.ours).await;
    assert_eq!(t.count("feature_flags").await, 1);
    run(&mut t.application, "ROLLBACK").await.unwrap();
    assert_eq!(t.attempt("UPDATE feature_flags SET enabled = false").await.unwrap(), 0);
    assert_eq!(t.attempt("DELETE FROM feature_flags").await.unwrap(), 0);
    assert_eq!(t.attempt("UPDATE feature_flag_overrides SET enabled = true").await.unwrap(), 1);
    let insert = "INSERT INTO feature_flags VALUES ('new.flag', '', true, 100)";
    assert_eq!(refusal(t.attempt(insert).await), DENIED);

    t.database.drop().await;
}

/// A session of the owner's role must set a tenant, too.
#[tokio::test]
async fn the_owner_of_the_tables_is_bound_as_well() {
    let t = Tenants::new().await;
    let mut owner = admin(t.database.url()).await;
    run(&mut owner, "SET ROLE plinth_owner").await.unwrap();

    for table in TENANT_TABLES {
        let rows = number(&mut owner, &format!("SELECT count(*) FROM {table}")).await;
        assert_eq!(rows, 0, "{table}");
    }

    t.database.drop().await;
}

/// Unique keys apply per tenant: the same code in two tenants is no conflict.
#[tokio::test]
async fn uniqueness_applies_within_one_tenant() {
    let mut t = Tenants::new().await;
    let theirs = seed::insert("projects", t.theirs, seed::id(9));
    let same_code = theirs.replace(&t.theirs.to_string(), &t.ours.to_string());

    begin_tenant(&mut t.application, t.theirs).await;
    run(&mut t.application, &theirs).await.unwrap();
    run(&mut t.application, "COMMIT").await.unwrap();

    assert_eq!(t.attempt(&same_code).await.unwrap(), 1);
    t.database.drop().await;
}
