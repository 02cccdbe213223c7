//! The schema follows every rule of tenancy, and a table that violates one is reported.

use std::collections::BTreeSet;

use plinth_migration::tenancy;
use plinth_testkit::TestDatabase;

use crate::{
    bad, catalogue,
    rules::RULES,
    seed,
    session::{admin, application, number, run},
};

#[tokio::test]
async fn every_table_keeps_the_rules_of_tenancy() {
    let database = TestDatabase::create().await;
    let mut connection = admin(database.url()).await;
    catalogue::prepare(&mut connection).await;

    let violations = catalogue::walk(&mut connection).await;

    let list: Vec<String> = violations.iter().map(ToString::to_string).collect();
    assert!(list.is_empty(), "the schema breaks its rules:\n  {}", list.join("\n  "));
    database.drop().await;
}

/// Each rule is violated at least once, and the check must report exactly that violation.
#[tokio::test]
async fn a_table_that_breaks_a_rule_is_named() {
    let database = TestDatabase::create().await;
    let mut connection = admin(database.url()).await;
    catalogue::prepare(&mut connection).await;
    let mut broken = BTreeSet::new();

    for bad::Case { deed, rule, found } in bad::cases() {
        run(&mut connection, "BEGIN; SET LOCAL ROLE plinth_owner").await.unwrap();
        run(&mut connection, &deed).await.unwrap_or_else(|error| panic!("{deed}: {error}"));
        run(&mut connection, "RESET ROLE").await.unwrap();
        let violations = catalogue::walk(&mut connection).await;
        run(&mut connection, "ROLLBACK").await.unwrap();

        let expected = catalogue::Violation { rule, what: found.to_owned() };
        assert_eq!(violations, [expected], "after {deed}");
        broken.insert(rule);
    }

    let all: BTreeSet<_> = RULES.iter().map(|&(rule, _)| rule).collect();
    assert_eq!(broken, all, "a rule that no case breaks may be no rule at all");
    database.drop().await;
}

/// Under forced row level security, the check of a new foreign key finds no parent rows.
#[tokio::test]
async fn a_step_on_filled_tables_sees_their_rows_and_leaves_them_bound() {
    let database = TestDatabase::create().await;
    seed::organization(&mut application(database.url()).await, 1).await;
    let mut connection = admin(database.url()).await;
    catalogue::prepare(&mut connection).await;
    let step = "UPDATE projects SET lead_id = organization_id;
        ALTER TABLE projects ADD FOREIGN KEY (organization_id, lead_id)
            REFERENCES memberships (organization_id, id);
        CREATE INDEX ON projects (organization_id, lead_id)";

    run(
        &mut connection,
        "BEGIN; SET LOCAL ROLE plinth_owner; ALTER TABLE projects ADD lead_id uuid",
    )
    .await
    .unwrap();
    run(&mut connection, &tenancy::unforced(&["projects", "memberships"], step)).await.unwrap();
    run(&mut connection, "COMMIT").await.unwrap();

    let led = "SELECT count(*) FROM projects WHERE lead_id IS NOT NULL";
    assert_eq!(number(&mut connection, led).await, 1);
    assert_eq!(catalogue::walk(&mut connection).await, []);
    database.drop().await;
}
