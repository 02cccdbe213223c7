use std::{
    fs,
    io::{BufRead, BufReader, Write},
    process::{Command, Stdio},
};

use plinth_inspect::Limits;
use serde_json::json;

use crate::support::{fixture, program};

#[test]
fn a_reader_cannot_open_write_or_start_anything_and_has_limited_memory_and_time() {
    let limits = Limits::default();
    let request = json!({"content_type": "application/x-step", "limits": limits});
    let program = program();
    let mut child = Command::new(program.path)
        .args(program.arguments)
        .arg(request.to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // It reads the beginning of a model, reports progress, and waits for more.
    let file = fixture("harbour.ifc");
    let mut input = child.stdin.take().unwrap();
    input.write_all(&file[..100]).unwrap();
    let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
    let confined = said.next().unwrap().unwrap();
    assert_eq!(confined, r#"{"confined":{"seccomp":true,"landlock":true}}"#);
    assert!(said.next().unwrap().unwrap().contains("progress"));

    let present = fs::read_to_string(format!("/proc/{}/limits", child.id())).unwrap();
    let hard = |name: &str| {
        let line = present.lines().find(|line| line.starts_with(name)).unwrap();
        line[name.len()..].split_whitespace().nth(1).unwrap().to_owned()
    };
    assert_eq!(hard("Max address space"), limits.memory_bytes.to_string());
    assert_eq!(hard("Max cpu time"), (limits.cpu_time.as_secs() + 1).to_string());
    let present = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    for line in ["Seccomp:\t2", "NoNewPrivs:\t1", "Threads:\t1"] {
        assert!(present.lines().any(|present| present == line), "{line} is not in: {present}");
    }
    let first = fs::read_to_string(format!("/proc/{}/oom_score_adj", child.id())).unwrap();
    assert_eq!(first, "1000\n", "the kernel kills it first");
    for nothing in ["Max open files", "Max file size", "Max processes", "Max core file size"] {
        assert_eq!(hard(nothing), "0", "{nothing}");
    }

    input.write_all(&file[100..]).unwrap();
    drop(input);
    assert!(said.any(|line| line.is_ok_and(|line| line.contains("found"))));
    assert!(child.wait().unwrap().success());
}
