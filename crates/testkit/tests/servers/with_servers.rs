//! The program `with-servers`, under which every test runs.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Output, Stdio};

use plinth_testkit::{admin_url, redis_url, s3_url};
use sqlx::{Connection, PgConnection};

/// `with-servers` on this run's servers, as if a developer had named them.
fn with_given_servers(script: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_with-servers"));
    command
        .args(["sh", "-c", script])
        .env("DATABASE_URL", admin_url())
        .env("REDIS_URL", redis_url())
        .env("S3_URL", s3_url())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn output_of(script: &str) -> Output {
    with_given_servers(script).output().unwrap()
}

#[test]
fn it_ends_with_the_commands_exit_code() {
    assert_eq!(output_of("exit 0").status.code(), Some(0));
    assert_eq!(output_of("exit 7").status.code(), Some(7));
    assert_eq!(output_of("kill -KILL $$").status.code(), Some(128 + 9));
}

#[test]
fn the_command_sees_the_tests_servers_only() {
    let output = output_of(
        "echo $PLINTH_TEST_DATABASE_URL $PLINTH_TEST_REDIS_URL $PLINTH_TEST_S3_URL \
         ${DATABASE_URL-none} ${REDIS_URL-none} ${S3_URL-none}",
    );
    let expected = format!("{} {} {} none none none\n", admin_url(), redis_url(), s3_url());
    assert_eq!(String::from_utf8(output.stdout).unwrap(), expected);
}

#[test]
fn a_signal_reaches_the_command_which_may_clean_up() {
    for signal in ["INT", "TERM"] {
        let mut running = with_given_servers(&format!(
            "trap 'echo cleaned; exit 9' {signal}; echo ready; while :; do sleep 0.1; done"
        ))
        .spawn()
        .unwrap();
        let mut output = BufReader::new(running.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        assert_eq!(line, "ready\n");

        let process = running.id().to_string();
        let sent =
            Command::new("sh").args(["-c", "kill -s \"$0\" \"$1\"", signal, &process]).status();
        assert!(sent.unwrap().success());

        let mut rest = String::new();
        output.read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "cleaned\n", "after SIG{signal}");
        assert_eq!(running.wait().unwrap().code(), Some(9));
    }
}

#[tokio::test]
async fn it_leaves_no_database_on_a_server_that_was_given() {
    let output = output_of("echo $PLINTH_TEST_TEMPLATE");
    let template = String::from_utf8(output.stdout).unwrap();
    assert!(template.starts_with("plinth_test_"), "{template}");

    let mut admin = PgConnection::connect(&admin_url()).await.unwrap();
    let left: i64 =
        sqlx::query_scalar("SELECT count(*) FROM pg_database WHERE starts_with(datname, $1)")
            .bind(template.trim())
            .fetch_one(&mut admin)
            .await
            .unwrap();
    assert_eq!(left, 0);
}

#[test]
fn a_missing_command_is_named() {
    let output = Command::new(env!("CARGO_BIN_EXE_with-servers"))
        .arg("no-such-command")
        .env("DATABASE_URL", admin_url())
        .env("REDIS_URL", redis_url())
        .env("S3_URL", s3_url())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(message.contains("cannot run no-such-command"), "{message}");
}
