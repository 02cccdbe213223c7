//! Migrations up and down, on empty and filled databases, alone and concurrently.

use std::time::Duration;

use plinth_migration::{Error, Options, down, status, up};
use plinth_testkit::TestDatabase;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    seed,
    session::{admin, application, number, options, run},
};

/// Tables and functions in `public` that belong to no extension.
const OBJECTS: &str = "
    SELECT (SELECT count(*) FROM pg_class c WHERE relnamespace = 'public'::regnamespace
            AND relname NOT LIKE 'seaql_migrations%'
            AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e'))
        + (SELECT count(*) FROM pg_proc p WHERE pronamespace = 'public'::regnamespace
            AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e'))";

#[tokio::test]
async fn from_empty_up_takes_seconds_and_down_leaves_nothing() {
    let database = TestDatabase::empty().await;
    let (url, options) = (database.url(), options());

    let first = up(url, &options).await.unwrap();
    println!("up from empty: {:?}, steps: {:?}", first.took, first.applied);
    assert!(first.took < Duration::from_secs(10), "{:?}", first.took);
    assert_eq!(up(url, &options).await.unwrap().applied, [], "there is nothing left to do");

    let back = down(url, &options, None).await.unwrap();
    let names = |report: &plinth_migration::Report| -> Vec<String> {
        report.applied.iter().map(|step| step.name.clone()).collect()
    };
    let mut reversed = names(&back);
    reversed.reverse();
    assert_eq!(reversed, names(&first));
    assert_eq!(number(&mut admin(url).await, OBJECTS).await, 0);

    assert_eq!(names(&up(url, &options).await.unwrap()), names(&first));
    database.drop().await;
}

#[tokio::test]
async fn a_database_whose_encoding_cannot_hold_every_text_is_refused() {
    let database = TestDatabase::empty().await;
    let name = format!("{}_ascii", &database.name()[..40]);
    let create =
        format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'");
    run(&mut admin(database.url()).await, &create).await.unwrap();
    let refused = up(&database.url().replace(database.name(), &name), &options()).await;
    let is_it = matches!(&refused, Err(Error::Encoding { found }) if found == "SQL_ASCII");
    assert!(is_it, "{refused:?}");
    run(&mut admin(database.url()).await, &format!("DROP DATABASE {name}")).await.unwrap();
    database.drop().await;
}

#[tokio::test]
async fn a_filled_database_goes_down_and_up_again() {
    let database = TestDatabase::empty().await;
    let (url, options) = (database.url(), options());
    up(url, &options).await.unwrap();
    seed::organization(&mut application(url).await, 1).await;
    seed::organization(&mut application(url).await, 2).await;

    down(url, &options, None).await.unwrap();
    assert_eq!(number(&mut admin(url).await, OBJECTS).await, 0);
    up(url, &options).await.unwrap();

    seed::organization(&mut application(url).await, 1).await;
    database.drop().await;
}

#[tokio::test]
async fn each_step_can_be_taken_back_alone_and_applied_again() {
    let database = TestDatabase::empty().await;
    let (url, options) = (database.url(), options());
    let steps = up(url, &options).await.unwrap().applied.len();

    for back in 1..=steps {
        let gone = down(url, &options, Some(u32::try_from(back).unwrap())).await.unwrap().applied;
        assert_eq!(gone.len(), back);
        let known = status(url, &options).await.unwrap();
        assert_eq!(known.iter().filter(|step| !step.applied).count(), back);
        assert_eq!(up(url, &options).await.unwrap().applied.len(), back);
    }

    database.drop().await;
}

#[tokio::test]
async fn two_replicas_that_start_at_once_both_succeed() {
    let database = TestDatabase::empty().await;
    let (url, options) = (database.url(), options());

    let (one, other) = tokio::join!(up(url, &options), up(url, &options));

    let (one, other) = (one.unwrap(), other.unwrap());
    let steps = status(url, &options).await.unwrap().len();
    assert_eq!(one.applied.len() + other.applied.len(), steps, "each step ran once");
    assert!(one.applied.is_empty() || other.applied.is_empty(), "one did all the work");
    database.drop().await;
}

#[tokio::test]
async fn a_run_waits_for_another_one_only_until_the_timeout() {
    let database = TestDatabase::empty().await;
    let mut other = admin(database.url()).await;
    run(&mut other, "SELECT pg_advisory_lock(x'506c696e7468'::bigint)").await.unwrap();
    let options = Options { lock_wait: Duration::from_millis(300), ..options() };

    let error = up(database.url(), &options).await.unwrap_err();

    assert!(matches!(error, Error::Locked { .. }), "{error:?}");
    database.drop().await;
}

/// Later statements on the table wait behind DDL that waits for a lock.
#[tokio::test]
async fn a_step_fails_when_a_table_stays_locked() {
    let database = TestDatabase::empty().await;
    let options = Options { lock_timeout: Duration::from_millis(200), ..options() };
    up(database.url(), &options).await.unwrap();
    let mut other = admin(database.url()).await;
    // One of them is that of the newest step.
    let tables = seed::TENANT_TABLES.join(", ");
    let lock = format!("BEGIN; LOCK TABLE organizations, {tables} IN ACCESS SHARE MODE");
    run(&mut other, &lock).await.unwrap();

    let error = down(database.url(), &options, None).await.unwrap_err();

    let all = status(database.url(), &options).await.unwrap();
    let newest = &all.iter().rfind(|step| step.applied).unwrap().name;
    let rolled_back = matches!(&error, Error::Step { name, .. } if name == newest);
    assert!(rolled_back, "{error:?}, and the newest is {newest}");
    database.drop().await;
}

#[tokio::test]
async fn status_shows_the_steps_before_there_is_anything_and_changes_nothing() {
    let database = TestDatabase::empty().await;

    let steps = status(database.url(), &options()).await.unwrap();

    assert!(steps.iter().all(|step| !step.applied));
    assert_eq!(steps[0].name, "m0001_organizations");
    let tables = "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace";
    assert_eq!(number(&mut admin(database.url()).await, tables).await, 0);
    database.drop().await;
}

#[tokio::test]
async fn a_database_newer_than_the_build_is_not_changed() {
    let database = TestDatabase::empty().await;
    let (url, options) = (database.url(), options());
    up(url, &options).await.unwrap();
    let future = "INSERT INTO seaql_migrations VALUES ('m9999_future', 0)";
    run(&mut admin(url).await, future).await.unwrap();

    for result in [up(url, &options).await, down(url, &options, None).await] {
        let error = result.unwrap_err();
        assert!(error.to_string().contains("m9999_future"), "{error}");
    }

    database.drop().await;
}

#[tokio::test]
async fn keys_and_invitations_that_exist_get_the_key_that_created_them() {
    let database = TestDatabase::empty().await;
    let (url, options) = (database.url(), options());
    up(url, &options).await.unwrap();
    let names: Vec<_> = status(url, &options).await.unwrap().into_iter().map(|s| s.name).collect();
    let later = names.len() - names.iter().position(|n| n == "m0013_api_key_parents").unwrap();
    down(url, &options, Some(u32::try_from(later).unwrap())).await.unwrap();
    let organization = seed::earlier_organization(&mut application(url).await, 1).await;
    let (root, child, grandchild) = (organization, seed::id(21), seed::id(22));
    let mut superuser = admin(url).await;
    for (key, parent) in [(child, root), (grandchild, child)] {
        run(
            &mut superuser,
            &seed::insert("api_keys", organization, key)
                .replace(&format!("'member', '{key}'"), &format!("'member', '{organization}'")),
        )
        .await
        .unwrap();
        run(&mut superuser, &created(organization, "api_key", key, parent)).await.unwrap();
    }
    run(&mut superuser, &created(organization, "invitation", organization, child)).await.unwrap();
    run(&mut superuser, "UPDATE api_keys SET expires_at = '2040-01-01Z'").await.unwrap();
    let end = format!("UPDATE api_keys SET revoked_at = now() WHERE id = '{child}'");
    run(&mut superuser, &end).await.unwrap();
    let sooner = format!("UPDATE api_keys SET expires_at = '2030-01-01Z' WHERE id = '{root}'");
    run(&mut superuser, &sooner).await.unwrap();

    up(url, &options).await.unwrap();
    for (expected, condition) in [
        (1, format!("id = '{root}' AND parent_id IS NULL AND revoked_at IS NULL")),
        (1, format!("id = '{child}' AND parent_id = '{root}' AND revoked_at IS NOT NULL")),
        (1, format!("id = '{grandchild}' AND parent_id = '{child}' AND revoked_at IS NOT NULL")),
        (3, "expires_at = '2030-01-01Z'".to_owned()),
    ] {
        let count = format!("SELECT count(*) FROM api_keys WHERE {condition}");
        assert_eq!(number(&mut superuser, &count).await, expected, "{condition}");
    }
    let count = format!("SELECT count(*) FROM invitations WHERE api_key_id = '{child}'");
    assert_eq!(number(&mut superuser, &count).await, 1);
    database.drop().await;
}

#[tokio::test]
async fn members_and_tokens_that_exist_are_kept_by_the_step_that_gives_them_their_organization() {
    let database = TestDatabase::empty().await;
    let (url, options) = (database.url(), options());
    up(url, &options).await.unwrap();
    let names: Vec<_> = status(url, &options).await.unwrap().into_iter().map(|s| s.name).collect();
    let later = names.len() - names.iter().position(|n| n == "m0027_tenant_keys").unwrap();
    let later = u32::try_from(later).unwrap();
    down(url, &options, Some(later)).await.unwrap();
    for n in [1, 2] {
        seed::earlier_organization(&mut application(url).await, n).await;
    }

    for _ in 0..2 {
        up(url, &options).await.unwrap();
        let mut superuser = admin(url).await;
        let copied = "SELECT count(*) FROM memberships m JOIN users u ON u.id = m.user_id
            WHERE (m.email, m.name) = (u.email, u.name)";
        assert_eq!(number(&mut superuser, copied).await, 2);
        for table in ["sessions", "api_keys", "invitations"] {
            let earlier = format!("SELECT count(*) FROM {table} WHERE NOT names_organization");
            assert_eq!(number(&mut superuser, &earlier).await, 2, "{table}");
        }
        drop(superuser);
        down(url, &options, Some(later)).await.unwrap();
    }
    database.drop().await;
}

#[tokio::test]
async fn the_prefix_of_invoice_numbers_becomes_a_pattern_and_is_restored() {
    let database = TestDatabase::empty().await;
    let (url, options) = (database.url(), options());
    up(url, &options).await.unwrap();
    let names: Vec<_> = status(url, &options).await.unwrap().into_iter().map(|s| s.name).collect();
    let later = names.len() - names.iter().position(|n| n == "m0032_number_patterns").unwrap();
    let later = u32::try_from(later).unwrap();
    down(url, &options, Some(later)).await.unwrap();
    let mut superuser = admin(url).await;
    for (n, settings) in [
        (1, r#"{"locale": "de", "invoice_numbering": {"prefix": "R/2.", "digits": 10}}"#),
        (2, r#"{"invoice_numbering": {"prefix": "", "digits": 3}}"#),
        (3, r#"{"locale": "en"}"#),
    ] {
        let insert = format!(
            "INSERT INTO organizations (id, name, slug, settings)
            VALUES ('{}', 'Org {n}', 'org-{n}', '{settings}')",
            seed::id(n)
        );
        run(&mut superuser, &insert).await.unwrap();
    }
    for _ in 0..2 {
        up(url, &options).await.unwrap();
        for (n, settings) in [
            (1, r#"{"locale": "de", "number_patterns": {"invoice": "R/2.{number:010}"}}"#),
            (2, r#"{"number_patterns": {"invoice": "{number:03}"}}"#),
            (3, r#"{"locale": "en"}"#),
        ] {
            assert_settings(&mut superuser, n, settings).await;
        }
        down(url, &options, Some(later)).await.unwrap();
        let before = r#"{"locale": "de", "invoice_numbering": {"prefix": "R/2.", "digits": 10}}"#;
        assert_settings(&mut superuser, 1, before).await;
    }
    // What the version before cannot have is left out.
    up(url, &options).await.unwrap();
    let new = r#"{"number_patterns": {"invoice": "RE-{year}-{number:05}"}, "seller": {}, "locale": "de"}"#;
    let update =
        format!("UPDATE organizations SET settings = '{new}' WHERE id = '{}'", seed::id(1));
    run(&mut superuser, &update).await.unwrap();
    down(url, &options, Some(later)).await.unwrap();
    assert_settings(&mut superuser, 1, r#"{"locale": "de"}"#).await;
    drop(superuser);
    database.drop().await;
}

async fn assert_settings(superuser: &mut PgConnection, organization: u128, settings: &str) {
    let id = seed::id(organization);
    let count =
        format!("SELECT count(*) FROM organizations WHERE id = '{id}' AND settings = '{settings}'");
    assert_eq!(number(superuser, &count).await, 1, "{organization}: {settings}");
}

/// The audit record of what an API key created.
fn created(organization: Uuid, kind: &str, subject: Uuid, key: Uuid) -> String {
    format!(
        "INSERT INTO audit_logs (organization_id, actor_kind, actor_id, action, subject_kind,
            subject_id, outcome, request_id)
        VALUES ('{organization}', 'api_key', '{key}', '{kind}.created', '{kind}', '{subject}',
            'succeeded', 'r')"
    )
}
