use std::{
    pin::Pin,
    task::{Context, Poll},
};

use futures::{Stream, stream::BoxStream};
use plinth_ports::{CallError, ChatEvent};

use super::operation::Operation;

type Event = Result<ChatEvent, CallError>;

/// An answer whose operation ends with it: also when the answer is dropped.
pub(super) struct Observed {
    events: BoxStream<'static, Event>,
    operation: Operation,
}

impl Observed {
    pub(super) fn new(events: BoxStream<'static, Event>, operation: Operation) -> Self {
        Self { events, operation }
    }
}

impl Stream for Observed {
    type Item = Event;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Event>> {
        let event = self.events.as_mut().poll_next(cx);
        match &event {
            Poll::Ready(Some(Ok(event))) => self.operation.take(event),
            Poll::Ready(Some(Err(error))) => self.operation.failed(error.fault),
            Poll::Ready(None) => self.operation.answered(),
            Poll::Pending => {}
        }
        event
    }
}
