//! `/webhooks/events`

use actix_web::{HttpResponse, get};
use plinth_application::event_types::{EventType, event_types};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::{middleware::Authenticated, problem::ApiError};

/// An event that webhooks can get.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EventTypeView {
    #[schema(example = "project.created")]
    name: &'static str,
    /// The kind of record that it is about.
    #[schema(example = "project")]
    subject: &'static str,
    /// The JSON Schema (2020-12) of what is sent.
    #[schema(value_type = Object)]
    schema: Value,
}

/// All events that webhooks can get.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EventTypesView {
    data: Vec<EventTypeView>,
}

impl From<EventType> for EventTypeView {
    fn from(event: EventType) -> Self {
        Self { name: event.name, subject: event.subject, schema: schema(event) }
    }
}

fn schema(event: EventType) -> Value {
    let uuid = json!({"type": "string", "format": "uuid"});
    let maybe_uuid = json!({"type": ["string", "null"], "format": "uuid"});
    let party = |kind: Value| {
        let properties = json!({"kind": kind, "id": maybe_uuid});
        json!({"type": "object", "properties": properties, "required": ["kind", "id"]})
    };
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": event.name,
        "type": "object",
        "properties": {
            "type": {"const": event.name},
            "timestamp": {"type": "string", "format": "date-time"},
            "organization_id": uuid,
            "number": {"type": "integer", "minimum": 1},
            "id": uuid,
            "actor": party(json!({"enum": ["user", "api_key", "worker", "system"]})),
            "subject": party(json!({"const": event.subject})),
            "project_id": maybe_uuid,
            "data": {"type": ["object", "null"], "properties": {"version": {"type": "integer"}}},
        },
        "required": [
            "type", "timestamp", "organization_id", "number", "id", "actor", "subject",
            "project_id", "data",
        ],
    })
}

/// List the events that webhooks can get, with the JSON Schema of each.
///
/// `data` is the record after the event, as the audit log shows it: `null` when it was removed.
#[utoipa::path(
    tag = "webhooks",
    operation_id = "list_event_types",
    responses((status = 200, body = EventTypesView)),
    security(("bearer" = [])),
)]
#[get("/webhooks/events")]
pub(crate) async fn list_event_types(_caller: Authenticated) -> Result<HttpResponse, ApiError> {
    let data = event_types().map(EventTypeView::from).collect();
    Ok(HttpResponse::Ok().json(EventTypesView { data }))
}
