//! An answer as server-sent events.

use std::time::Duration;

use actix_web::{HttpResponse, web::Bytes};
use plinth_domain::Execution;
use plinth_ports::ChatEvent;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

use super::held::Held;
use crate::{
    events::server_sent::{self, Lines},
    problem::ApiError,
};

/// How long the head of the answer is held back: an execution that fails until then is answered by the
/// status of its failure. Then, and whenever nothing comes for so long, a comment keeps the
/// connection.
const SILENCE: Duration = Duration::from_secs(15);

/// Writes an answer in the form of one API.
pub(super) trait Writer {
    /// What keeps a connection through which nothing else goes.
    const WAITING: &'static str;

    /// The beginning, and these events.
    fn start(&mut self, events: &[ChatEvent]) -> Bytes;

    /// These events.
    fn more(&mut self, events: &[ChatEvent]) -> Bytes;

    /// The end of an execution that has succeeded.
    fn end(&mut self, execution: &Execution) -> Bytes;

    /// The error that ends an answer that is cut: without it, libraries take it for a whole one.
    fn cut(&self, error: &ApiError) -> Bytes;
}

/// A streamed answer.
pub(super) async fn answer(
    mut held: Held,
    mut writer: impl Writer + 'static,
) -> Result<HttpResponse, ApiError> {
    let begun = tokio::select! {
        biased;
        more = held.more() => Some(more?),
        () = tokio::time::sleep(SILENCE) => None,
    };
    let first = match begun {
        Some(Some(events)) => writer.start(&events),
        // It has ended without a text.
        Some(None) => {
            let _succeeded = held.ended().await?;
            writer.start(&[])
        }
        None => writer.start(&[]),
    };
    let mut comments = interval_at(Instant::now() + SILENCE, SILENCE);
    comments.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let first = Some(first);
    Ok(server_sent::respond(Stream { held, writer, comments, first, is_over: false }))
}

struct Stream<W> {
    held: Held,
    writer: W,
    comments: Interval,
    first: Option<Bytes>,
    is_over: bool,
}

impl<W: Writer + 'static> Lines for Stream<W> {
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
            _ = self.comments.tick() => return Some(Bytes::from_static(W::WAITING.as_bytes())),
        };
        let last = match more {
            Ok(Some(events)) => {
                self.comments.reset();
                return Some(self.writer.more(&events));
            }
            Ok(None) => self.held.ended().await.map(|execution| self.writer.end(&execution)),
            Err(stopping) => Err(stopping),
        };
        self.is_over = true;
        Some(last.unwrap_or_else(|error| self.writer.cut(&error)))
    }
}
