use plinth_domain::{EntryId, Timestamp};
use plinth_ports::{
    Actor, Direction, JournalEntry, JournalFilter, JournalRecord, JournalSort, Limit, Origin,
    Outcome, PageRequest, Sort, Store, Subject, SystemStore,
};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use crate::support::{Tenant, World, id, now, until};

pub fn entry(at: Timestamp) -> JournalEntry {
    JournalEntry {
        id: EntryId::from_uuid(id::<()>().uuid()),
        at,
        actor: Actor::System,
        action: "project.created",
        subject: Subject { kind: "project", id: None },
        project: None,
        before: None,
        after: None,
        outcome: Outcome::Succeeded,
        audit_only: false,
        origin: Origin { request_id: "req-1".to_owned(), ..Origin::default() },
    }
}

async fn append(world: &World, tenant: &Tenant, entry: &JournalEntry) {
    let mut unit = Store::begin(&world.store, tenant.scope).await.unwrap();
    unit.journal().append(entry).await.unwrap();
    unit.commit().await.unwrap();
}

async fn list(world: &World, tenant: &Tenant, filter: &JournalFilter) -> Vec<JournalRecord> {
    let sort = Sort { by: JournalSort::CreatedAt, direction: Direction::Ascending };
    let page = PageRequest::first(200, sort);
    let mut unit = world.store.read(tenant.scope).await.unwrap();
    unit.journal().list(filter, &page).await.unwrap().items
}

#[tokio::test]
async fn what_is_written_stays_as_it_is() {
    let world = World::new().await;
    let tenant = world.tenant().await;
    append(&world, &tenant, &entry(now())).await;

    let mut connection = PgConnection::connect(world.database.url()).await.unwrap();
    connection.execute("SET ROLE plinth_app").await.unwrap();
    for change in
        ["UPDATE audit_logs SET action = 'x'", "DELETE FROM audit_logs", "TRUNCATE audit_logs"]
    {
        let organization = tenant.scope.organization();
        let begin = format!(
            "BEGIN; SELECT set_config('app.organization_id', '{organization}', true),
                set_config('app.scope', 'system', true)"
        );
        connection.execute(AssertSqlSafe(begin)).await.unwrap();
        let error = connection.execute(change).await.unwrap_err();
        let code = error.into_database_error().unwrap().code().unwrap().into_owned();
        assert_eq!(code, "42501", "{change}");
        connection.execute("ROLLBACK").await.unwrap();
    }
    assert_eq!(list(&world, &tenant, &JournalFilter::default()).await.len(), 1);
}

#[tokio::test]
async fn an_entry_is_in_the_partition_of_its_month() {
    let world = World::new().await;
    let tenant = world.tenant().await;
    let at = now();
    append(&world, &tenant, &entry(at)).await;
    let partition: String = sqlx::query_scalar("SELECT tableoid::regclass::text FROM audit_logs")
        .fetch_one(&mut world.admin().await)
        .await
        .unwrap();
    assert_eq!(partition, format!("audit_logs_{}", at.format("%Y_%m")));
}

#[tokio::test]
async fn the_housekeeping_makes_the_partitions_ahead() {
    let world = World::new().await;
    let mut admin = world.admin().await;
    let partitions = "SELECT count(*) FROM pg_inherits WHERE inhparent = 'audit_logs'::regclass";
    let before: i64 = sqlx::query_scalar(partitions).fetch_one(&mut admin).await.unwrap();
    let month = now().checked_add_months(chrono::Months::new(3)).unwrap().format("%Y_%m");
    admin.execute(AssertSqlSafe(format!("DROP TABLE audit_logs_{month}"))).await.unwrap();
    assert_eq!(world.store.sweep(now()).await.unwrap(), 0);
    let after: i64 = sqlx::query_scalar(partitions).fetch_one(&mut admin).await.unwrap();
    assert_eq!(after, before);
}

#[tokio::test]
async fn a_page_at_the_start_of_many_numbers_reads_no_more_than_the_page() {
    let world = World::new().await;
    let tenant = world.tenant().await;
    let mut admin = world.admin().await;
    let numbers = format!(
        "INSERT INTO journal_sequence (organization_id, id, number, hash)
        SELECT '{}', gen_random_uuid(), n, sha256(n::text::bytea)
        FROM generate_series(1, 100000) n; ANALYZE journal_sequence",
        tenant.scope.organization()
    );
    admin.execute(AssertSqlSafe(numbers)).await.unwrap();
    let before = read_numbers(&mut admin).await;
    for page in 0..10 {
        let mut unit = world.store.read(tenant.scope).await.unwrap();
        let limit = Limit { items: 100, bytes: usize::MAX };
        let read = unit.feed().after(page * 100, limit).await.unwrap();
        assert_eq!((read.items.len(), read.has_more), (100, true));
        assert_eq!(read.items[0].number, page * 100 + 1);
    }
    // The server reports what its sessions have read with a delay.
    until("the reads are reported", async || read_numbers(&mut admin).await >= before + 1000).await;
    assert!(read_numbers(&mut admin).await < before + 2000);
}

/// How many rows of numbers were read.
async fn read_numbers(admin: &mut PgConnection) -> i64 {
    let sql = "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_user_tables
        WHERE relname = 'journal_sequence'";
    sqlx::query_scalar(sql).fetch_one(admin).await.unwrap()
}
