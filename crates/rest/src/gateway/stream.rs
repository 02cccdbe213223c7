//! An answer as server-sent events.

use std::{convert::Infallible, time::Duration};

use actix_web::{HttpResponse, http::header, web::Bytes};
use futures::stream;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

use super::{
    chunks::{Chunks, cut},
    held::Held,
    views::Frame,
};
use crate::problem::ApiError;

/// How long the head of the answer is held back: an execution that fails until then is answered by the
/// status of its failure. Then, and whenever nothing comes for so long, a comment keeps the
/// connection.
const SILENCE: Duration = Duration::from_secs(15);

/// A streamed answer.
pub(super) async fn answer(
    mut held: Held,
    frame: Frame,
    with_usage: bool,
) -> Result<HttpResponse, ApiError> {
    let mut chunks = Chunks::new(frame, with_usage);
    let begun = tokio::select! {
        biased;
        more = held.more() => Some(more?),
        () = tokio::time::sleep(SILENCE) => None,
    };
    let first = match begun {
        Some(Some(events)) => chunks.start(&events),
        // It has ended without a text.
        Some(None) => {
            let _succeeded = held.ended().await?;
            chunks.start(&[])
        }
        None => chunks.start(&[]),
    };
    let mut comments = interval_at(Instant::now() + SILENCE, SILENCE);
    comments.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let lines = Lines { held, chunks, comments, first: Some(first), is_over: false };
    let lines = stream::unfold(lines, |mut lines| async move {
        let text = lines.next().await?;
        Some((Ok::<_, Infallible>(text), lines))
    });
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/event-stream"))
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        // Turns off nginx's response buffering.
        .insert_header(("X-Accel-Buffering", "no"))
        .streaming(lines))
}

struct Lines {
    held: Held,
    chunks: Chunks,
    comments: Interval,
    first: Option<Bytes>,
    is_over: bool,
}

impl Lines {
    async fn next(&mut self) -> Option<Bytes> {
        if let Some(first) = self.first.take() {
            return Some(first);
        }
        if self.is_over {
            return None;
        }
        let more = tokio::select! {
            biased;
            more = self.held.more() => more,
            _ = self.comments.tick() => return Some(Bytes::from_static(b": waiting\n\n")),
        };
        let last = match more {
            Ok(Some(events)) => {
                self.comments.reset();
                return Some(self.chunks.more(&events));
            }
            Ok(None) => self.held.ended().await.map(|execution| self.chunks.end(&execution)),
            Err(stopping) => Err(stopping),
        };
        self.is_over = true;
        Some(last.unwrap_or_else(|error| cut(&error)))
    }
}
