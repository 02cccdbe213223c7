//! `plinth migrate`.

use plinth_testkit::TestDatabase;

use crate::support::{Scratch, ended};

#[tokio::test]
async fn up_and_down_and_up_again() {
    let (scratch, database) = (Scratch::new(), TestDatabase::empty().await);
    let url = [("DATABASE_URL", database.url())];
    let run = |arguments: &[&str]| scratch.run(arguments, &url);
    let applied = || {
        let status = run(&["migrate", "status"]).well();
        status.lines().filter(|line| line.starts_with("applied  m")).count()
    };
    let status = run(&["migrate", "status"]).well();
    let all = status.lines().filter(|line| line.starts_with("pending  m")).count();
    assert!(status.ends_with(&format!("0 of {all} steps are applied\n")), "{status}");

    let up = run(&["migrate", "up"]);
    let shown: Vec<_> = up.stderr.lines().filter(|line| line.ends_with(" ms")).collect();
    assert_eq!(shown.len(), all, "a line a step with its time: {}", up.stderr);
    assert!(shown[0].contains("m0001_organizations"), "{}", up.stderr);
    assert!(up.well().starts_with(&format!("{all} steps applied (")));
    assert_eq!(applied(), all);
    assert!(run(&["migrate", "up"]).well().contains("up to date"));

    assert!(run(&["migrate", "down"]).well().starts_with("1 step undone"));
    assert_eq!(applied(), all - 1);
    assert!(run(&["migrate", "down", "--steps", "2"]).well().starts_with("2 steps undone"));
    assert_eq!(applied(), all - 3);
    assert!(run(&["migrate", "up"]).well().starts_with("3 steps applied"));

    let down = run(&["migrate", "down", "--all"]).well();
    assert!(down.starts_with(&format!("{all} steps undone")), "{down}");
    assert!(run(&["migrate", "down"]).well().contains("nothing to undo"));
    run(&["migrate", "up"]).well();
    assert_eq!(applied(), all);
    database.drop().await;
}

#[tokio::test]
async fn two_replicas_may_migrate_at_once() {
    let (scratch, database) = (Scratch::new(), TestDatabase::empty().await);
    let start = || {
        let mut command = scratch.plinth(&["migrate", "up"]);
        command.env("DATABASE_URL", database.url());
        std::thread::spawn(move || ended(command.output().unwrap()))
    };
    let (one, other) = (start(), start());
    let said = [one.join().unwrap().well(), other.join().unwrap().well()];
    let worked = said.iter().filter(|said| said.contains("steps applied")).count();
    let waited = said.iter().filter(|said| said.contains("nothing to do")).count();
    assert_eq!((worked, waited), (1, 1), "{said:?}");
    database.drop().await;
}

#[test]
fn an_unreachable_database_is_reported_without_its_password() {
    let scratch = Scratch::new();
    let url = [("DATABASE_URL", "postgres://ada:hidden-word@127.0.0.1:1/plinth")];
    let complaint = scratch.run(&["migrate", "up"], &url).badly(1);
    assert!(complaint.contains("no PostgreSQL answers at 127.0.0.1:1"), "{complaint}");
    assert!(complaint.contains("-> start it there, or correct"), "{complaint}");
    assert!(complaint.contains("DATABASE_URL"), "{complaint}");
    assert!(!complaint.contains("hidden-word"), "{complaint}");
}

/// The command on a URL like the database's, with another login or name.
fn complaint(command: &[&str], url: &str) -> String {
    Scratch::new().run(command, &[("DATABASE_URL", url), ("PORT", "0")]).badly(1)
}

#[tokio::test]
async fn a_login_that_is_refused_is_reported_with_a_remedy() {
    let database = TestDatabase::create().await;
    let (login, place) = database.url().split_once('@').unwrap();
    let host = place.split_once('/').unwrap().0;
    for command in [&["migrate", "up"][..], &["dev"]] {
        for (url, what) in [
            (format!("postgres://unknown_role:hidden-word@{place}"), "unknown_role"),
            (format!("{login}@{host}/not_there"), "has no database not_there"),
        ] {
            let complaint = complaint(command, &url);
            assert!(complaint.contains(host) && complaint.contains(what), "{complaint}");
            assert!(complaint.contains("\n  -> "), "{complaint}");
            assert!(!complaint.contains("hidden-word"), "{complaint}");
        }
    }
    database.drop().await;
}
