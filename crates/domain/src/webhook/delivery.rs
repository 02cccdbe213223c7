//! One event on its way to one webhook.

use chrono::TimeDelta;
use uuid::Uuid;

use super::WebhookId;
use crate::{Id, OrganizationId, Revision, Timestamp, named};

/// The most bytes of an answer that are kept.
pub const MAX_EXCERPT: usize = 1024;

named! {
    /// Why an event is sent.
    WebhookCause {
        /// It happened.
        Event = "event",
        /// A user tries the webhook.
        Test = "test",
        /// A user has one sent again.
        Resend = "resend",
        /// A user has those of a range sent again.
        Replay = "replay",
    }

    /// What has become of a delivery.
    WebhookDeliveryStatus {
        /// It is sent, or waits for an attempt.
        Pending = "pending",
        /// The server has taken it: it answered 200 to 299.
        Delivered = "delivered",
        /// The last attempt has failed, too.
        Failed = "failed",
    }
}

/// What is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookMessage {
    /// `webhook-id`: the same for each attempt, and when the event is sent again.
    pub id: Uuid,
    /// The number in the event stream; `None` for a test.
    pub number: Option<i64>,
    /// The name of the event: `project.created`.
    pub event: String,
    /// What it is about.
    pub subject: Option<WebhookSubject>,
}

/// What an event is about. Those about one subject are sent one after the other.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct WebhookSubject {
    /// The kind of record: `project`.
    pub kind: String,
    /// The identity.
    pub id: Option<Uuid>,
}

/// The identity of a delivery.
pub type WebhookDeliveryId = Id<WebhookDelivery>;

/// One event on its way to one webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookDelivery {
    /// The identity.
    pub id: WebhookDeliveryId,
    /// The organization that owns it.
    pub organization: OrganizationId,
    /// The webhook.
    pub webhook: WebhookId,
    /// What is sent.
    pub message: WebhookMessage,
    /// Why it is sent.
    pub cause: WebhookCause,
    /// What has become of it.
    pub status: WebhookDeliveryStatus,
    /// The attempts that have ended.
    pub attempts: u16,
    /// The earliest time of the next attempt; `None` once it has ended.
    pub due_at: Option<Timestamp>,
    /// The revision.
    pub revision: Revision,
}

/// What a server answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookReply {
    /// The HTTP status.
    pub status: u16,
    /// The beginning of the body, at most [`MAX_EXCERPT`] bytes.
    pub excerpt: String,
}

/// The type parameter of [`WebhookAttemptId`].
pub enum AttemptOfWebhook {}
/// The identity of an attempt.
pub type WebhookAttemptId = Id<AttemptOfWebhook>;

/// One attempt to deliver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookAttempt {
    /// The identity.
    pub id: WebhookAttemptId,
    /// The delivery.
    pub delivery: WebhookDeliveryId,
    /// Its number, from 1.
    pub number: u16,
    /// When it began.
    pub at: Timestamp,
    /// How long it took, in milliseconds.
    pub milliseconds: u32,
    /// The answer, or why there is none, at most 500 characters.
    pub outcome: Result<WebhookReply, String>,
}

impl WebhookAttempt {
    /// Whether the server has taken the event.
    #[must_use]
    pub const fn is_success(&self) -> bool {
        matches!(&self.outcome, Ok(reply) if reply.status >= 200 && reply.status < 300)
    }

    /// Whether the server wants nothing more (RFC 9110, section 15.5.11).
    #[must_use]
    pub const fn is_refused_for_ever(&self) -> bool {
        matches!(&self.outcome, Ok(reply) if reply.status == 410)
    }
}

impl WebhookDelivery {
    /// A delivery that is due at once.
    #[must_use]
    pub const fn queue(
        id: WebhookDeliveryId,
        organization: OrganizationId,
        webhook: WebhookId,
        message: WebhookMessage,
        cause: WebhookCause,
        at: Timestamp,
    ) -> Self {
        Self {
            id,
            organization,
            webhook,
            message,
            cause,
            status: WebhookDeliveryStatus::Pending,
            attempts: 0,
            due_at: Some(at),
            revision: Revision::first(at),
        }
    }

    /// The delivery after an attempt. `delay` is the time until the next one; without it, a failure
    /// is the last.
    #[must_use]
    pub fn after(self, attempt: &WebhookAttempt, delay: Option<TimeDelta>, at: Timestamp) -> Self {
        let (status, due_at) = match (attempt.is_success(), delay) {
            (true, _) => (WebhookDeliveryStatus::Delivered, None),
            (false, Some(delay)) => (WebhookDeliveryStatus::Pending, Some(at + delay)),
            (false, None) => (WebhookDeliveryStatus::Failed, None),
        };
        let revision = self.revision.next(at);
        Self { status, attempts: attempt.number, due_at, revision, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attempt(number: u16, status: u16) -> WebhookAttempt {
        WebhookAttempt {
            id: Id::from_uuid(Uuid::nil()),
            delivery: Id::from_uuid(Uuid::nil()),
            number,
            at: Timestamp::UNIX_EPOCH,
            milliseconds: 1,
            outcome: Ok(WebhookReply { status, excerpt: String::new() }),
        }
    }

    #[test]
    fn a_delivery_ends_with_its_first_success_or_its_last_failure() {
        let (id, at) = (Uuid::nil(), Timestamp::UNIX_EPOCH);
        let message =
            WebhookMessage { id, number: None, event: "webhook.test".to_owned(), subject: None };
        let delivery = WebhookDelivery::queue(
            Id::from_uuid(id),
            Id::from_uuid(id),
            Id::from_uuid(id),
            message,
            WebhookCause::Test,
            at,
        );
        let minute = TimeDelta::minutes(1);
        let again = delivery.after(&attempt(1, 500), Some(minute), at);
        assert_eq!(again.due_at, Some(at + minute));
        let taken = again.clone().after(&attempt(2, 204), Some(minute), at);
        assert_eq!((taken.status, taken.due_at), (WebhookDeliveryStatus::Delivered, None));
        let failed = again.after(&attempt(2, 302), None, at);
        assert_eq!((failed.status, failed.attempts), (WebhookDeliveryStatus::Failed, 2));
    }
}
