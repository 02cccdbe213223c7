//! Every statement of the adapter names the organization of each table of tenants, or stands on a
//! short list: so the tables can be spread over several servers later.
//!
//! The statements are those that the tests of the contract and of this adapter run. A statement in
//! the source that none of them runs is a failure, too.

mod bound;
mod exceptions;
mod literals;
mod part;
mod sources;

use std::{collections::BTreeSet, process::Command};

use sqlx::{Connection, PgConnection};

use self::exceptions::{EXCEPTIONS, POLICIES, Reason, is_lock_free};
use crate::recorder;

/// The tests that run every statement, by a part of their names.
const TESTS: [&str; 9] = [
    "cells::",
    "contract::",
    "journal::",
    "owners::",
    "single::",
    "clock::",
    "jobs_wait_for_later",
    "vectors::",
    "tenant_archive::",
];

#[tokio::test]
async fn every_statement_names_the_organization_or_is_a_known_exception() {
    let tables = tenant_tables().await;
    let statements = recorded();
    let (mut needed, mut faults) = (BTreeSet::new(), Vec::new());
    for sql in &statements {
        let (found, text) = (bound::check(sql, &tables), plain(sql));
        if found.assigns_key {
            faults.push(format!("assigns organization_id: {text}"));
        }
        for (table, part) in found.unbound {
            match EXCEPTIONS.iter().find(|(known, _)| *known == part) {
                Some((_, Reason::Who)) if !is_lock_free(&text) => {
                    faults.push(format!("locks or writes across organizations: {text}"));
                }
                Some((known, _)) => drop(needed.insert(*known)),
                None if POLICIES.contains(&&*table) => {}
                None => faults.push(format!("{table} without an organization: {part}")),
            }
        }
    }
    let known = EXCEPTIONS.iter().map(|(part, _)| part);
    let unneeded = known.filter(|part| !needed.contains(*part));
    faults.extend(unneeded.map(|part| format!("no statement needs the exception {part:?}")));
    let unseen = not_run(&tables, &statements).into_iter();
    faults.extend(unseen.map(|text| format!("no test runs this statement: {text}")));
    assert!(statements.len() > 200, "only {} statements were run", statements.len());
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

/// The tables of the schema with an organization.
async fn tenant_tables() -> BTreeSet<String> {
    let database = plinth_testkit::TestDatabase::create().await;
    let mut connection = PgConnection::connect(database.url()).await.unwrap();
    let names = "SELECT table_name::text FROM information_schema.columns
        WHERE table_schema = 'public' AND column_name = 'organization_id'";
    let names: Vec<String> = sqlx::query_scalar(names).fetch_all(&mut connection).await.unwrap();
    assert!(names.len() > 10, "{names:?}");
    names.into_iter().collect()
}

/// Runs tests of this program in another process, which writes down their statements.
fn recorded() -> BTreeSet<String> {
    let path = std::env::temp_dir().join(format!("plinth-statements-{}", std::process::id()));
    let mut tests = Command::new(std::env::current_exe().unwrap());
    // `apart` has the same statements inside of another.
    tests.args(TESTS).args(["--skip", "apart::", "--test-threads", "3"]);
    let output = tests.env(recorder::VARIABLE, &path).output().unwrap();
    let all = std::fs::read_to_string(&path).unwrap_or_default();
    let _ = std::fs::remove_file(&path);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    let is_sql = |text: &&str| !text.is_empty() && !["BEGIN", "COMMIT", "ROLLBACK"].contains(text);
    all.split('\0').filter(is_sql).map(str::to_owned).collect()
}

/// The texts in the source that name a table of tenants, and that no test has run.
fn not_run(tables: &BTreeSet<String>, statements: &BTreeSet<String>) -> Vec<String> {
    let statements: Vec<String> = statements.iter().map(|sql| unnumbered(&plain(sql))).collect();
    let has_table = |text: &String| text.split(' ').any(|word| tables.contains(word));
    let is_sql = |text: &String| {
        ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "FROM"]
            .iter()
            .any(|verb| text.contains(verb))
    };
    let texts = literals::all().into_iter().map(|text| plain(&text));
    let texts = texts.filter(|text| is_sql(text) && has_table(text));
    // Of the units that a statement stores, the first has the number 0.
    let of_first = |text: &String| unnumbered(&text.replace("# AS ", "0 AS ").replace("#)", "0)"));
    texts.filter(|text| !statements.iter().any(|sql| sql.contains(&of_first(text)))).collect()
}

/// The text without the numbers of parameters: a part of a statement has others than the whole.
fn unnumbered(text: &str) -> String {
    let parts = text.split('$').enumerate();
    let parts = parts.map(|(place, part)| match place {
        0 => part,
        _ => part.trim_start_matches(|c: char| c.is_ascii_digit()),
    });
    parts.collect::<Vec<_>>().join("$")
}

/// The text with single blanks, and without quotation marks of names.
fn plain(sql: &str) -> String {
    sql.replace('"', "").split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_lint_sees_a_table_that_no_organization_bounds() {
    let tables: BTreeSet<String> = ["jobs", "uploads"].map(str::to_owned).into();
    let unbound = |sql| {
        let found = bound::check(sql, &tables).unbound.into_iter();
        found.map(|(table, _)| table).collect::<Vec<_>>()
    };
    let none: [&str; 0] = [];
    for sql in [
        "SELECT 1 FROM jobs WHERE organization_id = $1",
        "SELECT 1 FROM jobs j JOIN uploads u ON u.organization_id = j.organization_id \
            WHERE (j.organization_id, j.id) = ($1, $2)",
        "UPDATE jobs j SET state = s.state FROM unnest($1::uuid[]) s (organization_id) \
            WHERE j.organization_id = s.organization_id",
        "DELETE FROM jobs WHERE organization_id = ANY ($1)",
        "DELETE FROM jobs WHERE organization_id IN ($1, $2::uuid)",
        "DELETE FROM jobs WHERE (organization_id, id) IN (($1, $2), ($3, $4))",
        "SELECT 1 FROM users u LEFT JOIN jobs j ON j.organization_id = $1 AND j.owner = u.id",
        "SELECT 1 FROM uploads u LEFT JOIN jobs j ON j.organization_id = u.organization_id \
            WHERE u.organization_id = $1",
        "WITH a AS (UPDATE uploads SET state = $1 WHERE organization_id = $2 \
            RETURNING organization_id, id) \
            DELETE FROM jobs j USING a WHERE j.organization_id = a.organization_id",
        "DELETE FROM jobs WHERE (organization_id, id) IN (SELECT u.organization_id, u.id \
            FROM uploads u WHERE u.organization_id = $1)",
        "SELECT 1 FROM (SELECT organization_id AS o FROM uploads WHERE organization_id = $1) u \
            JOIN jobs j ON j.organization_id = u.o",
        "INSERT INTO jobs (organization_id, id) VALUES ($1, $2)",
    ] {
        assert_eq!(unbound(sql), none, "{sql}");
    }
    for sql in [
        "SELECT 1 FROM jobs WHERE organization_id > $1",
        "SELECT 1 FROM jobs WHERE organization_id = $1 OR id = $2",
        "SELECT 1 FROM jobs j JOIN uploads u ON u.organization_id = j.organization_id",
        "SELECT 1 FROM organizations o JOIN jobs j ON j.organization_id = o.id",
        "SELECT 1 WHERE EXISTS (SELECT FROM jobs WHERE id = $1)",
        "UPDATE jobs SET state = $1 WHERE id = $2",
        "INSERT INTO jobs (id) VALUES ($1)",
        "WITH a AS (SELECT id FROM jobs) SELECT id FROM a",
        "SELECT 1 FROM uploads u JOIN jobs j ON j.organization_id = u.id \
            WHERE u.organization_id = $1",
        "SELECT 1 FROM users u JOIN jobs j ON j.organization_id = u.organization_id",
        "SELECT 1 FROM jobs WHERE organization_id = organization_id",
        "SELECT 1 FROM jobs WHERE organization_id = gen_random_uuid()",
        "SELECT 1 FROM jobs WHERE organization_id IN (SELECT id FROM users)",
        "DELETE FROM jobs WHERE (id, organization_id) IN (SELECT u.organization_id, u.id \
            FROM uploads u WHERE u.organization_id = $1)",
        "SELECT 1 FROM jobs WHERE organization_id = ANY (SELECT id FROM users)",
        "SELECT 1 FROM jobs j LEFT JOIN uploads u ON u.organization_id = $1 \
            AND j.organization_id = u.organization_id",
        "SELECT 1 FROM jobs j LEFT JOIN uploads u ON j.organization_id = $1",
        "SELECT 1 FROM (SELECT id AS organization_id FROM uploads WHERE organization_id = $1) u \
            JOIN jobs j ON j.organization_id = u.organization_id",
    ] {
        assert!(unbound(sql).contains(&"jobs".to_owned()), "{sql}");
    }
    assert!(bound::check("UPDATE jobs SET organization_id = $1", &tables).assigns_key);
}
