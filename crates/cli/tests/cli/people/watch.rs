//! `plinth watch`.

use std::{
    io::{BufRead, BufReader, Lines},
    process::{ChildStderr, ChildStdout, Stdio},
};

use serde_json::Value;

use super::{json, line::Line, log_in, run};
use crate::{
    running::Running,
    support::{Killed, Scratch},
};

/// A running `plinth watch` with its events and its remarks.
struct Watching {
    _child: Killed,
    events: Lines<BufReader<ChildStdout>>,
    remarks: Lines<BufReader<ChildStderr>>,
}

impl Watching {
    fn start(scratch: &Scratch, more: &[&str]) -> Self {
        let arguments = [&["watch", "--topic", "projects"], more].concat();
        let mut command = scratch.plinth(&arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let events = BufReader::new(child.stdout.take().unwrap()).lines();
        let remarks = BufReader::new(child.stderr.take().unwrap()).lines();
        Self { _child: Killed(child), events, remarks }
    }

    fn event(&mut self) -> Value {
        serde_json::from_str(&self.events.next().unwrap().unwrap()).unwrap()
    }
}

fn create(scratch: &Scratch, code: &str) {
    let code = format!("code={code}");
    run(scratch, &["create", "projects", &code, "name=Pier"]).well();
}

#[tokio::test]
async fn a_feed_goes_on_after_a_cut_without_a_gap_or_a_repetition() {
    let scratch = Scratch::new();
    let running = Running::start(&scratch, &[]);
    let line = Line::to(&running.base);
    log_in(&scratch, &line.base).well();

    let mut all = Watching::start(&scratch, &["--after", "0", "--output", "json"]);
    let first = all.event();
    assert_eq!(first["subject"]["kind"], "project");
    let mut last = first["number"].as_i64().unwrap();
    create(&scratch, "CLI-1");
    let until = |feed: &mut Watching, last: &mut i64, code: &str| loop {
        let event = feed.event();
        let number = event["number"].as_i64().unwrap();
        assert!(number > *last, "{number} comes after {last}");
        *last = number;
        if event["data"]["code"] == code {
            break;
        }
    };
    until(&mut all, &mut last, "CLI-1");

    line.cut();
    let remark = all.remarks.next().unwrap().unwrap();
    assert!(remark.contains("; connecting again in 1 s"), "{remark}");
    create(&scratch, "CLI-2");
    until(&mut all, &mut last, "CLI-2");

    // Another process goes on after a number, and shows events to people.
    let before = (last - 1).to_string();
    let mut table = Watching::start(&scratch, &["--after", &before]);
    let shown = table.events.next().unwrap().unwrap();
    assert!(shown.contains("  project.created ") && shown.ends_with("  Pier"), "{shown}");
    drop(running);
}

#[tokio::test]
async fn a_watch_that_can_never_succeed_ends() {
    let scratch = Scratch::new();
    let running = Running::start(&scratch, &[]);
    log_in(&scratch, &running.base).well();
    let unknown = run(&scratch, &["watch", "--topic", "boats"]).badly(1);
    assert!(unknown.starts_with("error: ") && unknown.contains('('), "{unknown}");
    let wrong = ["watch", "--url", &running.base, "--token", "pla_wrong"];
    let wrong = run(&scratch, &wrong).badly(1);
    assert!(wrong.contains("(auth."), "{wrong}");
    assert!(json(&scratch, &["whoami"])["user"].is_object());
    drop(running);
    let gone = run(&scratch, &["watch"]).badly(1);
    assert!(gone.starts_with("error: "), "{gone}");
}
