//! What is sent of an event: the form `v1`.

use plinth_domain::{JsonObject, OrganizationId, Timestamp, WebhookMessage, WebhookSubject};
use plinth_ports::{JournalRecord, Numbered};
use serde::Serialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::{Error, events::is_published};

/// The name of the event of a test.
pub(super) const TEST: &str = "webhook.test";

#[derive(Serialize)]
struct Body<'a> {
    r#type: &'a str,
    timestamp: Timestamp,
    organization_id: Uuid,
    number: Option<i64>,
    id: Uuid,
    actor: Option<Party<'a>>,
    subject: Option<Party<'a>>,
    project_id: Option<Uuid>,
    data: Option<&'a RawValue>,
}

#[derive(Serialize)]
struct Party<'a> {
    kind: &'a str,
    id: Option<Uuid>,
}

/// An entry that is an event.
pub(super) fn published(numbered: &Numbered) -> Option<&JournalRecord> {
    numbered.record.as_ref().filter(|record| is_published(record))
}

/// What is sent of an event, and how it is named.
pub(super) fn of_event(
    organization: OrganizationId,
    number: i64,
    record: &JournalRecord,
) -> Result<(WebhookMessage, JsonObject), Error> {
    // Valid JSON from the store: it is passed on without being decoded.
    let data = record.after.as_ref().map(|after| serde_json::from_str(after.as_str()));
    let id = record.id.uuid();
    let body = encode(&Body {
        r#type: &record.action,
        timestamp: record.at,
        organization_id: organization.uuid(),
        number: Some(number),
        id,
        actor: Some(Party { kind: &record.actor_kind, id: record.actor_id }),
        subject: Some(Party { kind: &record.subject_kind, id: record.subject_id }),
        project_id: record.project_id,
        data: data.transpose().map_err(Error::internal)?,
    })?;
    let subject = WebhookSubject { kind: record.subject_kind.clone(), id: record.subject_id };
    let event = record.action.clone();
    Ok((WebhookMessage { id, number: Some(number), event, subject: Some(subject) }, body))
}

/// What a test sends.
pub(super) fn of_test(
    organization: OrganizationId,
    id: Uuid,
    at: Timestamp,
) -> Result<(WebhookMessage, JsonObject), Error> {
    let body = encode(&Body {
        r#type: TEST,
        timestamp: at,
        organization_id: organization.uuid(),
        number: None,
        id,
        actor: None,
        subject: None,
        project_id: None,
        data: None,
    })?;
    Ok((WebhookMessage { id, number: None, event: TEST.to_owned(), subject: None }, body))
}

fn encode(body: &Body<'_>) -> Result<JsonObject, Error> {
    serde_json::to_string(body).map(JsonObject::from_parsed).map_err(Error::internal)
}
