//! The standard output of a process, in the format of production.

use std::{
    env,
    process::{Command, Stdio},
};

use plinth_settings::{Settings, Sources};
use serde_json::Value;
use tracing::{info, info_span};

const CHILD: &str = "PLINTH_TEST_STDOUT_CHILD";
const LINES: u64 = 5000;

#[test]
fn every_line_is_written_before_the_process_ends_and_a_panic_is_one_of_them() {
    if env::var_os(CHILD).is_some() {
        child();
        return;
    }
    let name = "stdout::every_line_is_written_before_the_process_ends_and_a_panic_is_one_of_them";
    let child = Command::new(env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture"])
        .env(CHILD, "1")
        .env_remove("RUST_BACKTRACE")
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(child.status.success());
    let written = String::from_utf8(child.stdout).unwrap();
    let lines: Vec<Value> = written
        .lines()
        .filter(|line| line.starts_with('{'))
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let messages: Vec<_> =
        lines.iter().filter_map(|line| line["message"].as_str()).filter(|m| *m != "line").collect();
    assert_eq!(lines.len() - messages.len(), usize::try_from(LINES).unwrap());
    assert_eq!(messages, ["by the log crate", "panic: on purpose", "after the end"]);

    let by = |message: &str| lines.iter().find(|line| line["message"] == message).unwrap();
    assert_eq!(by("by the log crate")["target"], "elsewhere");
    assert_eq!(by("by the log crate").get("log.line"), None);
    assert_eq!(by("panic: on purpose")["request_id"], "r-1");
    assert_eq!(by("panic: on purpose")["level"], "ERROR");
    let location = by("panic: on purpose")["location"].as_str().unwrap();
    assert!(location.contains("stdout.rs:"), "{location}");
}

fn child() {
    let sources = Sources::none()
        .with_variable("PLINTH_ENVIRONMENT", "production")
        .with_variable("PLINTH_SECURITY__SECRET_KEY", "0123456789abcdef0123456789abcdef")
        .with_variable("PLINTH_MAIL__KIND", "none")
        .with_variable("DATABASE_URL", "postgres://localhost/plinth");
    let settings = Settings::load(&sources).unwrap_or_else(|faults| panic!("{faults}"));
    let guard =
        plinth_telemetry::init(&settings.telemetry, settings.environment, "plinth-test", "1.2.3");
    for number in 0..LINES {
        info!(number, "line");
    }
    log::info!(target: "elsewhere", "by the log crate");
    let panicked = std::thread::spawn(|| {
        let _span = info_span!("request", request_id = "r-1").entered();
        panic!("on purpose");
    });
    assert!(panicked.join().is_err());
    drop(guard);
    info!("after the end");
}
