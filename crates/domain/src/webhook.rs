//! Endpoints of other servers to which an organization has its events sent.

mod delivery;
mod headers;
mod pattern;
mod url;

use chrono::TimeDelta;

use crate::{Id, Lines, OrganizationId, Patch, Revision, SecretId, SecretRef, Timestamp, named};

pub use delivery::{
    MAX_EXCERPT, WebhookAttempt, WebhookAttemptId, WebhookCause, WebhookDelivery,
    WebhookDeliveryId, WebhookDeliveryStatus, WebhookMessage, WebhookReply, WebhookSubject,
};
pub use headers::{MAX_HEADERS, WebhookHeaders};
pub use pattern::{EventPattern, MAX_EVENT_PATTERNS};
pub use url::WebhookUrl;

crate::codes! {
    WEBHOOK_URL_MALFORMED = "webhook.url_malformed",
        "The URL of a webhook has white space, or more than 2,000 characters.";
    WEBHOOK_EVENT_MALFORMED = "webhook.event_malformed",
        "A pattern of events is neither '*', nor a kind with '.*', nor the name of an event.";
    WEBHOOK_HEADER_MALFORMED = "webhook.header_malformed",
        "A header of a webhook has a name or a value that cannot be sent, or that Plinth sets itself.";
}

/// How long the secret before a rotation still signs.
pub const SECRET_OVERLAP: TimeDelta = TimeDelta::hours(24);

named! {
    /// The form of what is sent to a webhook.
    WebhookVersion {
        /// `type`, `timestamp`, `data` and who did it.
        V1 = "v1",
    }

    /// Why a webhook gets nothing.
    WebhookPause {
        /// A user has switched it off.
        Disabled = "disabled",
        /// Every delivery of some days has failed.
        Failing = "failing",
        /// Its server has answered 410: it wants no more.
        Gone = "gone",
    }
}

/// The values of a new webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookDraft {
    /// Where its events are sent.
    pub url: WebhookUrl,
    /// What it is for.
    pub description: Option<Lines<1000>>,
    /// Which events it gets: one to [`MAX_EVENT_PATTERNS`] patterns.
    pub events: Vec<EventPattern>,
    /// Whether it gets events from now on.
    pub enabled: bool,
}

/// A change of a webhook; absent fields keep their values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WebhookChanges {
    /// The new URL.
    pub url: Option<WebhookUrl>,
    /// The new description, or its removal.
    pub description: Patch<Lines<1000>>,
    /// All events that it gets.
    pub events: Option<Vec<EventPattern>>,
    /// Whether it gets events.
    pub enabled: Option<bool>,
    /// The new headers, or their removal.
    pub headers: Patch<HeadersRef>,
}

/// Headers that are stored encrypted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeadersRef {
    /// The secret that has their names and values.
    pub secret: SecretId,
    /// Their names, in lower case.
    pub names: Vec<String>,
}

/// The secret before a rotation, which signs beside the new one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviousSecret {
    /// The secret.
    pub secret: SecretRef,
    /// Until when it signs.
    pub until: Timestamp,
}

/// A webhook whose events this process sends: it holds the lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WebhookTurn {
    /// The organization that owns the webhook.
    pub organization: OrganizationId,
    /// The webhook.
    pub webhook: WebhookId,
}

/// The identity of a webhook.
pub type WebhookId = Id<Webhook>;

/// A server to which an organization has its events sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// The identity.
    pub id: WebhookId,
    /// The organization that owns it.
    pub organization: OrganizationId,
    /// Where its events are sent.
    pub url: WebhookUrl,
    /// What it is for.
    pub description: Option<Lines<1000>>,
    /// Which events it gets.
    pub events: Vec<EventPattern>,
    /// The form of what is sent.
    pub version: WebhookVersion,
    /// Why it gets nothing; `None` while it gets its events.
    pub paused: Option<WebhookPause>,
    /// Headers that are sent with each event.
    pub headers: Option<HeadersRef>,
    /// The secret that signs.
    pub secret: SecretRef,
    /// The secret before it.
    pub previous: Option<PreviousSecret>,
    /// The revision.
    pub revision: Revision,
}

impl Webhook {
    /// A new webhook.
    #[must_use]
    pub fn create(
        id: WebhookId,
        organization: OrganizationId,
        draft: WebhookDraft,
        secret: SecretRef,
        headers: Option<HeadersRef>,
        at: Timestamp,
    ) -> Self {
        let WebhookDraft { url, description, events, enabled } = draft;
        Self {
            id,
            organization,
            url,
            description,
            events,
            version: WebhookVersion::V1,
            paused: (!enabled).then_some(WebhookPause::Disabled),
            headers,
            secret,
            previous: None,
            revision: Revision::first(at),
        }
    }

    /// The webhook after a change.
    #[must_use]
    pub fn change(mut self, changes: WebhookChanges, at: Timestamp) -> Self {
        if let Some(url) = changes.url {
            self.url = url;
        }
        changes.description.apply(&mut self.description);
        if let Some(events) = changes.events {
            self.events = events;
        }
        match changes.enabled {
            Some(true) => self.paused = None,
            Some(false) if self.paused.is_none() => self.paused = Some(WebhookPause::Disabled),
            Some(false) | None => {}
        }
        changes.headers.apply(&mut self.headers);
        Self { revision: self.revision.next(at), ..self }
    }

    /// The webhook with a new secret; the one until now signs, too, for [`SECRET_OVERLAP`].
    #[must_use]
    pub fn rotate(self, secret: SecretRef, at: Timestamp) -> Self {
        let previous = PreviousSecret { secret: self.secret, until: at + SECRET_OVERLAP };
        Self { secret, previous: Some(previous), revision: self.revision.next(at), ..self }
    }

    /// The webhook after its deliveries ended for this reason.
    #[must_use]
    pub fn pause(self, why: WebhookPause, at: Timestamp) -> Self {
        Self { paused: Some(why), revision: self.revision.next(at), ..self }
    }

    /// Whether events of this name are sent to it.
    #[must_use]
    pub fn wants(&self, event: &str) -> bool {
        self.events.iter().any(|pattern| pattern.includes(event))
    }

    /// The secrets that sign at this time, the newest first.
    pub fn signing(&self, now: Timestamp) -> impl Iterator<Item = &SecretRef> {
        let previous = self.previous.as_ref().filter(move |previous| now < previous.until);
        std::iter::once(&self.secret).chain(previous.map(|previous| &previous.secret))
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn secret(n: u128) -> SecretRef {
        SecretRef { id: Id::from_uuid(Uuid::from_u128(n)), last_four: "abcd".to_owned() }
    }

    fn webhook() -> Webhook {
        let draft = WebhookDraft {
            url: WebhookUrl::parse("https://example.com/hook").unwrap(),
            description: None,
            events: vec![EventPattern::parse("project.*").unwrap()],
            enabled: true,
        };
        let id = Uuid::from_u128(1);
        let at = Timestamp::UNIX_EPOCH;
        Webhook::create(Id::from_uuid(id), Id::from_uuid(id), draft, secret(1), None, at)
    }

    #[test]
    fn both_secrets_sign_for_a_day_after_a_rotation() {
        let at = Timestamp::UNIX_EPOCH;
        let rotated = webhook().rotate(secret(2), at);
        let ids = |now| rotated.signing(now).map(|s| s.id.uuid().as_u128()).collect::<Vec<_>>();
        assert_eq!(ids(at + TimeDelta::hours(23)), [2, 1]);
        assert_eq!(ids(at + TimeDelta::hours(24)), [2]);
    }

    #[test]
    fn switching_on_ends_every_pause_and_switching_off_keeps_its_reason() {
        let at = Timestamp::UNIX_EPOCH;
        let failing = webhook().pause(WebhookPause::Failing, at);
        let off = WebhookChanges { enabled: Some(false), ..Default::default() };
        assert_eq!(failing.clone().change(off.clone(), at).paused, Some(WebhookPause::Failing));
        assert_eq!(webhook().change(off, at).paused, Some(WebhookPause::Disabled));
        let on = WebhookChanges { enabled: Some(true), ..Default::default() };
        assert_eq!(failing.change(on, at).paused, None);
    }
}
