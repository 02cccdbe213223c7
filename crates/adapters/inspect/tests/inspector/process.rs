use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use futures::{StreamExt, stream};
use plinth_domain::ContentType;
use plinth_inspect::{COMMAND, CheckError, Limits, Program, SandboxedInspector};
use plinth_ports::{Inspector, StoreError};
use sha2::{Digest, Sha256};

use crate::support::{fixture, inspect_with, inspector, pieces, program, shell};

const TIMEOUT: Duration = Duration::from_mins(1);

/// The first line of a reader.
const CONFINED: &str = r#"{"confined":{"seccomp":true,"landlock":true}}"#;

/// The code of the refusal when `script` reads the file.
async fn code_by(script: &str, limits: Limits) -> Option<&'static str> {
    let inspector = SandboxedInspector::new(shell(script), limits);
    let inspection = inspector.inspect(pieces(b"%PDF-"), ContentType::Pdf, &|_| ()).await.ok()?;
    Some(inspection.findings.unwrap_err().code.name())
}

/// Waits for a condition.
async fn eventually(mut holds: impl FnMut() -> bool) {
    let end = Instant::now() + TIMEOUT;
    while !holds() {
        assert!(Instant::now() < end, "it never came to hold");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn any_other_file_is_hashed_and_measured_without_a_process() {
    let nothing = Program { path: "/nonexistent".into(), arguments: Vec::new() };
    let inspector =
        SandboxedInspector::new(nothing, Limits::default()).spooling_in("/nonexistent".into());
    let file = vec![7; 1_000_000];
    let inspection = inspect_with(&inspector, &file, ContentType::Other).await;
    assert_eq!(inspection.size_bytes, 1_000_000);
    assert_eq!(inspection.sha256, <[u8; 32]>::from(Sha256::digest(&file)));
    assert_eq!(inspection.findings.unwrap(), plinth_ports::Findings::default());
}

#[tokio::test]
async fn a_refused_file_is_hashed_and_measured_all_the_same() {
    let file = &fixture("plan.pdf")[..200];
    let inspection = inspect_with(&inspector(), file, ContentType::Pdf).await;
    assert!(inspection.findings.is_err());
    assert_eq!(inspection.sha256, <[u8; 32]>::from(Sha256::digest(file)));
}

#[tokio::test]
async fn wall_clock_time_stops_a_reader_and_makes_no_file_unreadable() {
    let brief = Limits { wall_time: Duration::from_millis(200), ..Limits::default() };
    // The first reader is busy, and the second one sleeps.
    for script in ["while :; do :; done", "exec sleep 600"] {
        let inspector = SandboxedInspector::new(shell(script), brief);
        let failed = inspector.inspect(pieces(b"%PDF-"), ContentType::Pdf, &|_| ()).await;
        let cause = failed.unwrap_err().0.to_string();
        assert_eq!(cause, "reading the file took longer than 0.2 s of wall-clock time");
    }
}

#[tokio::test]
async fn a_file_that_takes_too_much_cpu_time_is_unreadable() {
    let busy = "ulimit -S -t 1; while :; do :; done";
    assert_eq!(code_by(busy, Limits::default()).await, Some("document.too_slow"));
}

#[tokio::test]
async fn a_file_is_unreadable_when_its_reader_faults_but_not_when_it_is_killed() {
    let limits = Limits::default();
    assert_eq!(code_by("kill -ABRT $$", limits).await, Some("document.malformed"));
    assert_eq!(code_by("kill -SEGV $$", limits).await, Some("document.too_complex"));
    for signal in ["KILL", "TERM", "INT", "HUP", "QUIT", "USR1", "PIPE", "SYS", "BUS", "ALRM"] {
        assert_eq!(code_by(&format!("kill -{signal} $$"), limits).await, None, "{signal}");
    }
}

/// A file that cannot be read in the spool is not a file with a fault in it.
#[tokio::test]
async fn a_failing_file_descriptor_makes_no_file_unreadable() {
    // A directory can be opened, but not read.
    let script = format!("exec '{}' {COMMAND} \"$1\" < /tmp", program().path.display());
    let mut broken = shell(&script);
    broken.arguments.push("reader".into());
    for content_type in [ContentType::Ifc, ContentType::Pdf, ContentType::Png] {
        let inspector = SandboxedInspector::new(broken.clone(), Limits::default());
        let failed = inspector.inspect(pieces(b"%PDF-"), content_type, &|_| ()).await;
        let cause = failed.unwrap_err().0.to_string();
        assert!(cause.contains("directory"), "{cause}");
    }
}

#[tokio::test]
async fn a_pdf_that_takes_more_memory_than_most_is_read_once_more_with_all_of_it() {
    let told = tempfile::tempdir().unwrap();
    let all = Limits::default().memory_bytes;
    let script = format!(
        "echo x >> '{}'; case \"$1\" in *'\"memory_bytes\":{all},'*) kill -ABRT $$;; esac; \
         head -c 5 > /dev/null; echo 'memory allocation of 9 bytes failed' >&2; kill -ABRT $$",
        told.path().join("reads").display()
    );
    let mut program = shell(&script);
    program.arguments.push("reader".into());
    let inspector = SandboxedInspector::new(program, Limits::default());
    let inspection = inspector.inspect(pieces(b"%PDF-"), ContentType::Pdf, &|_| ()).await.unwrap();
    assert_eq!(inspection.findings.unwrap_err().code.name(), "document.malformed");
    assert_eq!(fs::read_to_string(told.path().join("reads")).unwrap(), "x\nx\n");
}

#[tokio::test]
async fn a_check_tells_what_does_not_work() {
    let inspector = SandboxedInspector::new(program(), Limits::default());
    let confinement = inspector.check().await.unwrap();
    assert_eq!(confinement.is_complete(), cfg!(target_os = "linux"), "{confinement}");
    let nowhere = inspector.spooling_in("/nonexistent".into());
    assert!(matches!(nowhere.check().await, Err(CheckError::Spool { .. })));
    for script in ["exit 1", "echo nonsense", "exec sleep 600 > /dev/null"] {
        let mute = SandboxedInspector::new(shell(script), Limits::default());
        assert!(matches!(mute.check().await, Err(CheckError::Child(_))), "{script}");
    }
}

#[tokio::test]
async fn a_reader_that_does_not_start_or_is_silent_may_be_retried() {
    let nothing = Program { path: "/nonexistent".into(), arguments: Vec::new() };
    let inspector = SandboxedInspector::new(nothing, Limits::default());
    assert!(inspector.inspect(pieces(b"%PDF-"), ContentType::Pdf, &|_| ()).await.is_err());
    let halfway = format!("echo '{CONFINED}'; echo '{{\"progress\":7}}'");
    for script in ["exit 0", "exit 1", "echo nonsense", &halfway] {
        assert_eq!(code_by(script, Limits::default()).await, None, "{script}");
    }
}

#[tokio::test]
async fn the_endless_output_of_a_reader_is_cut_off() {
    let script = format!("echo '{CONFINED}'; while :; do echo '{{\"progress\":7}}'; done");
    let limits = Limits { text_bytes: 0, ..Limits::default() };
    // SIGPIPE ends the reader.
    let inspector = SandboxedInspector::new(shell(&script), limits);
    let inspection = inspector.inspect(pieces(b"%PDF-"), ContentType::Pdf, &|_| ()).await;
    assert!(inspection.is_err() || inspection.unwrap().findings.is_err());
}

#[tokio::test]
async fn an_interrupted_content_makes_no_file_unreadable() {
    let broken = || StoreError::Unavailable("the line is down".into());
    let content = pieces(&fixture("plan.pdf")).chain(stream::iter([Err(broken())])).boxed();
    assert!(inspector().inspect(content, ContentType::Pdf, &|_| ()).await.is_err());
}

#[tokio::test]
async fn dropping_the_future_ends_the_reader_and_leaves_no_file_behind() {
    let directory = tempfile::tempdir().unwrap();
    let told = directory.path().join("pid");
    let script = format!("echo $$ > '{0}.new'; mv '{0}.new' '{0}'; exec sleep 600", told.display());
    let spool = tempfile::tempdir().unwrap();
    let inspector = SandboxedInspector::new(shell(&script), Limits::default())
        .spooling_in(spool.path().to_owned());
    let reading = tokio::spawn(async move {
        inspector.inspect(pieces(b"%PDF-"), ContentType::Pdf, &|_| ()).await
    });
    eventually(|| told.exists()).await;
    let process = Path::new("/proc").join(fs::read_to_string(&told).unwrap().trim());
    assert!(process.exists());
    // The file has no name, even while it is read.
    assert_eq!(fs::read_dir(spool.path()).unwrap().count(), 0);
    reading.abort();
    eventually(|| !process.exists()).await;
    assert_eq!(fs::read_dir(spool.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_file_that_does_not_fit_into_memory_is_only_refused() {
    const MIB: u64 = 1024 * 1024;
    // One gigabyte of content, for which the process cannot allocate memory, so that it aborts.
    let limits = Limits { memory_bytes: 256 * MIB, ..Limits::default() };
    let bounded = SandboxedInspector::new(program(), limits);
    let inspection = inspect_with(&bounded, &fixture("bomb.pdf"), ContentType::Pdf).await;
    let refusal = inspection.findings.unwrap_err();
    assert_eq!(refusal.code.name(), "document.too_complex");
    assert_eq!(refusal.detail, "the file takes more memory to read than is allowed");
    let limits = Limits { memory_bytes: 80 * MIB, ..Limits::default() };
    let inspector = SandboxedInspector::new(program(), limits);
    let inspection = inspect_with(&inspector, &fixture("turned.jpg"), ContentType::Jpeg).await;
    assert!(inspection.findings.is_ok());
}
