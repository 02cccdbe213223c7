//! The event stream: the entries of the audit log are numbered and hashed, and delivered in that
//! order to subscribers with the permission to read them.

mod chain;
mod channel;
mod event;
mod hub;
mod kind;
mod list;
mod sequence;
mod slot;
mod subscription;
mod topics;

pub(crate) use chain::{NOTHING, hash};
pub use event::Event;
pub(crate) use hub::Hub;
pub use list::{EventPage, ListEvents};
pub use sequence::Sequenced;
pub use subscription::{Delivery, Subscription};
pub use topics::{Topic, Topics};

use plinth_ports::{JournalRecord, Span};

use crate::Error;

plinth_domain::codes! {
    EVENTS_RESYNC_REQUIRED = "events.resync_required",
        "What followed the number is gone, or it was never given: read anew, and go on there.";
    TOPIC_UNKNOWN = "topic.unknown", "There is no topic of this name.";
    TOPIC_TOO_MANY = "topic.too_many", "One may listen to 50 topics at the most.";
}

/// The entries after a number cannot be read: they were removed, or the number was never assigned.
pub(crate) fn resync_required(span: Span) -> Error {
    let Span { first, last } = span;
    let detail =
        format!("the feed holds the numbers {first} to {last}: read anew, and go on there");
    Error::Conflict { code: EVENTS_RESYNC_REQUIRED, detail: detail.into() }
}

/// Whether an entry of the audit log is an event.
pub(crate) fn is_published(record: &JournalRecord) -> bool {
    !record.audit_only && kind::Kind::of_subject(&record.subject_kind).is_some()
}

/// Logs that the event stream cannot be read now.
fn unreadable(error: &Error) {
    let error = error as &dyn std::error::Error;
    tracing::warn!(error, "the event stream cannot be read; it is tried again");
}

/// Whether every entry after `number` can be read.
pub(crate) const fn can_follow(number: i64, span: Span) -> bool {
    number >= 0 && number <= span.last && (number == span.last || number + 1 >= span.first)
}
