use std::{fs::File, io, process::Stdio, time::Duration};

use bytes::Bytes;
use plinth_domain::{ContentType, ThumbnailSize};
use plinth_ports::{Findings, InspectorError, Thumbnail, Unreadable};
use tokio::{
    io::{AsyncBufRead, AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader},
    process::{Child, Command},
    time::timeout,
};

use crate::{
    Confinement, Limits, Program, ending, properties,
    protocol::{Announcement, Message, Request, Task},
};

/// The maximum length of a response without the text, in bytes: two incompressible thumbnails of
/// 1024 pixels square take 8 MiB.
const ANSWER_BYTES: u64 = 16 * 1024 * 1024;

/// How many bytes of standard error are kept.
const ERROR_BYTES: usize = 4096;

/// The findings of a file, or why it cannot be read.
type Outcome = Result<Findings, Unreadable>;

/// How long a child may take to report its confinement.
const START_TIMEOUT: Duration = Duration::from_secs(30);

/// The wall-clock time was over. That depends on what else the machine does, so it says nothing
/// about the file, and another attempt may succeed.
#[derive(Debug, thiserror::Error)]
#[error("reading the file took longer than {} s of wall-clock time", .0.as_secs_f64())]
struct OutOfTime(Duration);

/// Reads `file` in a child process. Dropping the future kills the child.
pub(crate) async fn read(
    program: &Program,
    limits: &Limits,
    content_type: ContentType,
    task: Task,
    file: File,
    progress: &(dyn Fn(u8) + Send + Sync),
) -> Result<Outcome, InspectorError> {
    let child = start(program, &Request::new(content_type, task, *limits), file);
    let mut child = child.map_err(|error| InspectorError(error.into()))?;
    let conversation = converse(&mut child, limits, progress);
    if let Ok(outcome) = timeout(limits.wall_time, conversation).await {
        return outcome;
    }
    // Killing fails only when the child has already ended.
    child.kill().await.ok();
    Err(InspectorError(OutOfTime(limits.wall_time).into()))
}

/// Starts a child process for `file`, and returns what the kernel enforces on it.
pub(crate) async fn confinement(
    program: &Program,
    limits: &Limits,
    file: File,
) -> Result<Confinement, InspectorError> {
    let request = Request::new(ContentType::Other, Task::Read, *limits);
    let mut child = start(program, &request, file).map_err(|error| InspectorError(error.into()))?;
    let first = async {
        let mut line = Vec::new();
        let out = child.stdout.take()?;
        BufReader::new(out.take(ANSWER_BYTES)).read_until(b'\n', &mut line).await.ok()?;
        serde_json::from_slice(&line).ok()
    };
    match timeout(START_TIMEOUT, first).await {
        Ok(Some(Message::Confined(confinement))) => Ok(confinement),
        Ok(_) => Err(InspectorError("the reading process does not answer as expected".into())),
        Err(_) => Err(InspectorError(OutOfTime(START_TIMEOUT).into())),
    }
}

fn start(program: &Program, request: &Request, file: File) -> io::Result<Child> {
    Command::new(&program.path)
        .args(&program.arguments)
        .arg(serde_json::to_string(request)?)
        .env_clear()
        .current_dir("/")
        // A Ctrl-C at the terminal must reach the worker only, which finishes its jobs.
        .process_group(0)
        .stdin(file)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
}

async fn converse(
    child: &mut Child,
    limits: &Limits,
    progress: &(dyn Fn(u8) + Send + Sync),
) -> Result<Outcome, InspectorError> {
    let (Some(out), Some(err)) = (child.stdout.take(), child.stderr.take()) else {
        return Err(InspectorError("the reading process has no pipes".into()));
    };
    let answer_bytes = ANSWER_BYTES + limits.text_bytes as u64;
    let out = BufReader::new(out.take(answer_bytes));
    let (answer, said) = tokio::join!(answer(out, progress), drain(err));
    let status = child.wait().await.map_err(|error| InspectorError(error.into()))?;
    match answer {
        Some(outcome) => Ok(outcome),
        None => Ok(Err(ending::judge(status, &said, limits)?.into())),
    }
}

/// Reads a response; `None` when it is incomplete or invalid. A child that writes more fails with a
/// broken pipe.
async fn answer(
    mut out: impl AsyncBufRead + Unpin,
    progress: &(dyn Fn(u8) + Send + Sync),
) -> Option<Outcome> {
    let mut line = Vec::new();
    loop {
        line.clear();
        if out.read_until(b'\n', &mut line).await.ok()? == 0 {
            return None;
        }
        match serde_json::from_slice(&line).ok()? {
            Message::Confined(_) => {}
            Message::Progress(percent) => progress(percent.min(100)),
            Message::Refused(refusal) => return Some(Err(refusal.into())),
            Message::Found(announcement) => {
                return Some(Ok(findings(&mut out, announcement).await?));
            }
        }
    }
}

async fn findings(
    out: &mut (impl AsyncRead + Unpin),
    announcement: Announcement,
) -> Option<Findings> {
    let text = match announcement.text {
        Some(length) => Some(String::from_utf8(exactly(out, length).await?).ok()?),
        None => None,
    };
    let mut thumbnails = Vec::new();
    for (size, length) in announcement.thumbnails {
        let size = ThumbnailSize::from_name(&size)?;
        thumbnails.push(Thumbnail { size, bytes: Bytes::from(exactly(out, length).await?) });
    }
    Some(Findings { properties: properties::fit(announcement.properties), text, thumbnails })
}

async fn exactly(out: &mut (impl AsyncRead + Unpin), length: usize) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = out.take(length as u64).read_to_end(&mut bytes).await.ok()?;
    (read == length).then_some(bytes)
}

/// Drains standard error, so that the child never blocks on it, and returns its first bytes.
async fn drain(mut err: impl AsyncRead + Unpin) -> Vec<u8> {
    let mut said = Vec::new();
    let mut piece = [0; 1024];
    while let Ok(length @ 1..) = err.read(&mut piece).await {
        let room = ERROR_BYTES - said.len();
        said.extend_from_slice(&piece[..length.min(room)]);
    }
    said
}
