//! `plinth-worker`: signals, exit codes and the health check.

use std::{
    env,
    fs::File,
    process::{Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

use plinth_testkit::TestDatabase;
use tempfile::TempDir;

/// `plinth-worker` with only these settings.
fn plinth_worker(directory: &TempDir, variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_plinth-worker"));
    command.current_dir(directory.path()).stdin(Stdio::null()).env_clear();
    command.env("PATH", env::var_os("PATH").unwrap_or_default()).envs(variables.iter().copied());
    command
}

/// The exit code and the message of `plinth-worker health` for a file.
fn health(directory: &TempDir, file: &str) -> (Option<i32>, String) {
    let variables =
        [("DATABASE_URL", "postgres://localhost/plinth"), ("PLINTH_WORKER__HEALTH_FILE", file)];
    let variables = if file.is_empty() { &variables[..1] } else { &variables[..] };
    let output = plinth_worker(directory, variables).arg("health").output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn the_age_of_the_file_tells_whether_the_worker_is_healthy() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("alive");
    let file = path.to_str().unwrap();
    let (code, why) = health(&directory, "");
    assert!(code == Some(1) && why.contains("names no file"), "{why}");
    let (code, why) = health(&directory, file);
    assert!(code == Some(1) && why.contains("no sign of life"), "{why}");
    let touched = File::create(&path).unwrap();
    assert_eq!(health(&directory, file), (Some(0), String::new()));
    let now = touched.metadata().unwrap().modified().unwrap();
    touched.set_modified(now - Duration::from_mins(1)).unwrap();
    let (code, why) = health(&directory, file);
    assert!(code == Some(1) && why.contains("old"), "{why}");
}

#[tokio::test]
async fn a_worker_that_works_is_healthy_and_ends_well_when_asked_to() {
    let (database, directory) = (TestDatabase::create().await, tempfile::tempdir().unwrap());
    let path = directory.path().join("alive");
    let file = path.to_str().unwrap();
    let variables = [("DATABASE_URL", database.url()), ("PLINTH_WORKER__HEALTH_FILE", file)];
    let log = directory.path().join("stderr");
    let mut worker =
        plinth_worker(&directory, &variables).stderr(File::create(&log).unwrap()).spawn().unwrap();
    let deadline = Instant::now() + Duration::from_secs(30);
    while health(&directory, file).0 != Some(0) {
        let said = || std::fs::read_to_string(&log).unwrap();
        assert!(Instant::now() < deadline, "it never becomes healthy: {}", said());
        thread::sleep(Duration::from_millis(100));
    }
    let kill = ["-c", "kill -s TERM \"$0\"", &worker.id().to_string()];
    assert!(Command::new("sh").args(kill).status().unwrap().success());
    assert_eq!(worker.wait().unwrap().code(), Some(0));
    database.drop().await;
}

#[test]
fn wrong_settings_end_the_start_with_every_fault() {
    let directory = tempfile::tempdir().unwrap();
    let variables = [
        ("PLINTH_WORKER__CONCURRENCY", "many"),
        ("PLINTH_WORKR__LEASE_SECONDS", "3"),
        ("REDIS_URL", "http://:hidden-word@localhost"),
    ];
    for arguments in [&[][..], &["health"]] {
        let output = plinth_worker(&directory, &variables).args(arguments).output().unwrap();
        let Output { status, stderr, stdout } = output;
        assert_eq!(status.code(), Some(78));
        assert_eq!(stdout, b"");
        let message = String::from_utf8(stderr).unwrap();
        for fault in [
            "the settings have 4 faults:",
            "worker.concurrency from PLINTH_WORKER__CONCURRENCY",
            "database.url is missing",
            "redis.url from REDIS_URL",
            "PLINTH_WORKR__LEASE_SECONDS is not a setting",
        ] {
            assert!(message.contains(fault), "{fault} is not in: {message}");
        }
        assert!(!message.contains("hidden-word"), "{message}");
    }
}

/// Otherwise every job of a document would use its attempts up.
#[tokio::test]
async fn a_worker_that_cannot_write_its_spool_ends_at_once() {
    let (database, directory) = (TestDatabase::create().await, tempfile::tempdir().unwrap());
    let file = directory.path().join("a file");
    File::create(&file).unwrap();
    let variables =
        [("DATABASE_URL", database.url()), ("PLINTH_WORKER__SPOOL_PATH", file.to_str().unwrap())];
    let output = plinth_worker(&directory, &variables).output().unwrap();
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(78), "{message}");
    assert!(message.contains("worker.spool_path"), "{message}");
    database.drop().await;
}
