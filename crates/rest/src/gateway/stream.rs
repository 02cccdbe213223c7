//! An answer as server-sent events.

use std::time::Duration;

use actix_web::{HttpResponse, web::Bytes};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

use super::{
    chunks::{Chunks, cut},
    held::Held,
    views::Frame,
};
use crate::{
    events::server_sent::{self, Lines},
    problem::ApiError,
};

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
    let first = Some(first);
    Ok(server_sent::respond(Stream { held, chunks, comments, first, is_over: false }))
}

struct Stream {
    held: Held,
    chunks: Chunks,
    comments: Interval,
    first: Option<Bytes>,
    is_over: bool,
}

impl Lines for Stream {
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
