use std::{fs::File, time::Duration};

use bytes::Bytes;
use plinth_confined::{Failure, Input, Output, start};
use plinth_domain::{ContentType, ThumbnailSize};
use plinth_ports::{Findings, InspectorError, Thumbnail, Unreadable};

use crate::{
    Confinement, Limits, Program, properties,
    protocol::{Announcement, Message, Request, Task},
    refusal::Refusal,
};

/// The maximum length of a response without the text, in bytes: two incompressible thumbnails of
/// 1024 pixels square take 8 MiB.
const ANSWER_BYTES: u64 = 16 * 1024 * 1024;

/// The findings of a file, or why it cannot be read.
type Outcome = Result<Findings, Unreadable>;

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
    let request = Request::new(content_type, task, *limits);
    let answer_bytes = ANSWER_BYTES + limits.text_bytes as u64;
    let (child, output) =
        start(program, &request, Input::File(file), answer_bytes).map_err(failed)?;
    let outcome = child.finish(&limits.of_child(), answer(output, progress)).await;
    Ok(outcome.map_err(failed)?.unwrap_or_else(|verdict| Err(Refusal::from(verdict).into())))
}

/// Starts a child process for `file`, and returns what the kernel enforces on it.
pub(crate) async fn confinement(
    program: &Program,
    limits: &Limits,
    file: File,
) -> Result<Confinement, InspectorError> {
    let request = Request::new(ContentType::Other, Task::Read, *limits);
    let (child, output) =
        start(program, &request, Input::File(file), ANSWER_BYTES).map_err(failed)?;
    child.confinement(output).await.map_err(failed)
}

pub(crate) fn failed(failure: Failure) -> InspectorError {
    InspectorError(match failure {
        Failure::OutOfTime(time) => OutOfTime(time).into(),
        other => other.into(),
    })
}

/// Reads a response; `None` when it is incomplete or invalid.
async fn answer(mut output: Output, progress: &(dyn Fn(u8) + Send + Sync)) -> Option<Outcome> {
    loop {
        match output.line().await? {
            Message::Progress(percent) => progress(percent.min(100)),
            Message::Refused(refusal) => return Some(Err(refusal.into())),
            Message::Found(announcement) => {
                return Some(Ok(findings(&mut output, announcement).await?));
            }
            Message::Statements(_) | Message::Invoice(_) => return None,
        }
    }
}

async fn findings(output: &mut Output, announcement: Announcement) -> Option<Findings> {
    let text = match announcement.text {
        Some(length) => Some(String::from_utf8(output.bytes(length).await?).ok()?),
        None => None,
    };
    let mut thumbnails = Vec::new();
    for (size, length) in announcement.thumbnails {
        let size = ThumbnailSize::from_name(&size)?;
        thumbnails.push(Thumbnail { size, bytes: Bytes::from(output.bytes(length).await?) });
    }
    Some(Findings { properties: properties::fit(announcement.properties), text, thumbnails })
}
