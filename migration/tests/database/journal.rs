//! The partitions of the audit log: created in advance, and created later if the sweep was late.

use plinth_migration::{down, status, up};
use plinth_testkit::TestDatabase;
use sqlx::PgConnection;

use crate::{
    catalogue, seed,
    session::{admin, application, begin_tenant, number, options, refusal, run},
};

const MONTHS: &str = "SELECT count(*) FROM pg_inherits i
    WHERE inhparent = 'audit_logs'::regclass AND inhrelid <> 'audit_logs_default'::regclass";

async fn ensure(connection: &mut PgConnection, months_ahead: &str) -> i64 {
    number(connection, &format!("SELECT ensure_journal_partitions({months_ahead})::bigint")).await
}

#[tokio::test]
async fn this_month_and_the_next_three_have_their_partitions() {
    let database = TestDatabase::create().await;
    let mut application = application(database.url()).await;
    let mut admin = admin(database.url()).await;

    assert_eq!(number(&mut admin, MONTHS).await, 4);
    assert_eq!(ensure(&mut application, "3").await, 0, "nothing is made twice");
    assert_eq!(ensure(&mut application, "5").await, 2, "and more are made when asked");
    assert_eq!(number(&mut admin, MONTHS).await, 6);

    catalogue::prepare(&mut admin).await;
    assert_eq!(catalogue::walk(&mut admin).await, [], "new partitions keep the rules");
    database.drop().await;
}

#[tokio::test]
async fn an_entry_goes_to_its_month_and_to_the_default_partition_when_there_is_none() {
    let database = TestDatabase::create().await;
    let mut application = application(database.url()).await;
    let organization = seed::organization(&mut application, 1).await;
    let mut admin = admin(database.url()).await;

    begin_tenant(&mut application, organization).await;
    let entry = "INSERT INTO audit_logs
        (organization_id, id, actor_kind, action, subject_kind, outcome, request_id)
        SELECT organization_id, id, actor_kind, action, subject_kind, outcome, request_id FROM (
            SELECT organization_id, actor_kind, action, subject_kind, outcome, request_id
            FROM audit_logs LIMIT 1) old";
    let now = entry.replace(" id,", "");
    run(&mut application, &now).await.unwrap();
    let far = entry.replace(
        "SELECT organization_id, id",
        "SELECT organization_id, '0fffffff-ffff-7000-8000-000000000001'::uuid",
    );
    run(&mut application, &far).await.unwrap();
    run(&mut application, "COMMIT").await.unwrap();

    let this_month = "SELECT count(*) FROM audit_logs
        WHERE tableoid = ('audit_logs_' || to_char(now() AT TIME ZONE 'UTC', 'YYYY_MM'))::regclass
            AND created_at > now() - interval '1 minute' AND substr(id::text, 15, 1) = '7'
            AND id >= uuid_v7_at(now() - interval '1 minute') AND id < uuid_v7_at(now())";
    assert_eq!(number(&mut admin, this_month).await, 1);
    let elsewhere =
        "SELECT count(*) FROM audit_logs_default WHERE id > '0fffffff-ffff-7000-8000-000000000000'";
    assert_eq!(number(&mut admin, elsewhere).await, 1);
    database.drop().await;
}

/// No worker has run for months: the entries of that time are in the default partition.
#[tokio::test]
async fn late_partitions_take_their_entries_out_of_the_default_one() {
    let database = TestDatabase::create().await;
    let mut application = application(database.url()).await;
    let organization = seed::organization(&mut application, 1).await;
    let mut admin = admin(database.url()).await;
    let late: uuid::Uuid = sqlx::query_scalar("SELECT uuid_v7_at(now() + interval '5 months')")
        .fetch_one(&mut admin)
        .await
        .unwrap();
    begin_tenant(&mut application, organization).await;
    run(&mut application, &seed::insert("audit_logs", organization, late)).await.unwrap();
    run(&mut application, "COMMIT").await.unwrap();
    let in_default = format!("SELECT count(*) FROM audit_logs_default WHERE id = '{late}'");
    assert_eq!(number(&mut admin, &in_default).await, 1);

    assert_eq!(ensure(&mut application, "5").await, 2);

    assert_eq!(number(&mut admin, &in_default).await, 0);
    let anywhere = format!("SELECT count(*) FROM audit_logs WHERE id = '{late}'");
    assert_eq!(number(&mut admin, &anywhere).await, 1, "the entry is still there");
    catalogue::prepare(&mut admin).await;
    assert_eq!(catalogue::walk(&mut admin).await, [], "row level security is forced again");
    database.drop().await;
}

#[tokio::test]
async fn an_absurd_number_of_partitions_is_refused() {
    let database = TestDatabase::create().await;
    let mut application = application(database.url()).await;

    for months in ["-1", "25", "NULL"] {
        let call = format!("SELECT ensure_journal_partitions({months})");
        assert_eq!(refusal(run(&mut application, &call).await), "22023", "{months}");
    }

    database.drop().await;
}

#[tokio::test]
async fn an_entry_waits_for_its_number_as_soon_as_it_is_committed_and_not_before() {
    let database = TestDatabase::create().await;
    let mut application = application(database.url()).await;
    let mut admin = admin(database.url()).await;
    let waiting =
        "SELECT count(*) FROM journal_pending JOIN audit_logs USING (organization_id, id)";

    let organization = seed::organization(&mut application, 1).await;
    assert_eq!(number(&mut admin, waiting).await, 1);
    begin_tenant(&mut application, organization).await;
    let entry = seed::insert("audit_logs", organization, seed::id(9));
    run(&mut application, &entry).await.unwrap();
    run(&mut application, "ROLLBACK").await.unwrap();

    assert_eq!(number(&mut admin, waiting).await, 1);
    database.drop().await;
}

#[tokio::test]
async fn entries_from_before_the_sequence_wait_for_a_number_in_their_order() {
    let database = TestDatabase::create().await;
    let mut application = application(database.url()).await;
    for n in [2, 1] {
        seed::organization(&mut application, n).await;
    }
    let options = options();
    let steps = status(database.url(), &options).await.unwrap();
    let since = steps.iter().skip_while(|step| step.name != "m0011_journal_sequence").count();
    down(database.url(), &options, u32::try_from(since).ok()).await.unwrap();
    up(database.url(), &options).await.unwrap();

    let waiting =
        "SELECT count(*) FROM journal_pending p JOIN audit_logs a USING (organization_id, id)
        WHERE position = 1 AND id = '019f0000-0000-7000-8000-000000000001'
            OR position = 2 AND id = '019f0000-0000-7000-8000-000000000002'";
    assert_eq!(number(&mut admin(database.url()).await, waiting).await, 2);
    database.drop().await;
}
