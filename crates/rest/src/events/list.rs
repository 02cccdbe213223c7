use actix_web::{HttpResponse, get};
use chrono::{DateTime, Utc};
use plinth_application::events::{EventPage, ListEvents};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

use super::parameters;
use crate::{
    list::{Limit, ListQuery},
    middleware::{App, Authenticated},
    problem::ApiError,
};

/// An event.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it only describes what the application encodes")]
pub(crate) struct EventView {
    /// The number in the organization's audit log. Not every entry is an event.
    #[schema(minimum = 1)]
    number: i64,
    id: Uuid,
    #[schema(example = "project.updated")]
    r#type: String,
    at: DateTime<Utc>,
    actor: EventPartyView,
    subject: EventPartyView,
    /// The project that the subject belongs to.
    project_id: Option<Uuid>,
    /// The record after the event, if there is one.
    #[schema(value_type = Option<Object>)]
    data: Option<Box<RawValue>>,
}

/// The actor or the subject.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it only describes what the application encodes")]
pub(crate) struct EventPartyView {
    #[schema(example = "project")]
    kind: String,
    id: Option<Uuid>,
}

/// A page of events.
#[derive(Serialize, ToSchema)]
pub(crate) struct EventPageView {
    /// The events, by number.
    #[schema(value_type = Vec<EventView>)]
    data: Vec<Box<RawValue>>,
    /// The `?after=` of the next page.
    last_number: i64,
    /// Whether there may be more events already.
    has_more: bool,
}

impl TryFrom<EventPage> for EventPageView {
    type Error = plinth_application::Error;

    fn try_from(page: EventPage) -> Result<Self, Self::Error> {
        let raw = |event: &plinth_application::events::Event| {
            RawValue::from_string(event.json().to_owned())
                .map_err(plinth_application::Error::internal)
        };
        let data = page.events.iter().map(raw).collect::<Result<_, _>>()?;
        Ok(Self { data, last_number: page.last, has_more: page.has_more })
    }
}

/// List events after a number.
///
/// No event is left out: each page begins where the previous one ended. If the events after the
/// number are no longer stored, or the number does not exist, the response is 409
/// `events.resync_required`.
#[utoipa::path(
    tag = "events",
    operation_id = "get_events",
    params(
        ("after" = Option<i64>, Query, minimum = 0, description = "Only events after this number; default 0"),
        Limit,
        parameters::TopicsParameter,
    ),
    responses(
        (status = 200, body = EventPageView),
        (status = 409, description = "events.resync_required"),
    ),
    security(("bearer" = ["event:read"])),
)]
#[get("/events")]
pub(crate) async fn get_events(
    app: App,
    Authenticated(caller): Authenticated,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let after = parameters::after(&mut query).unwrap_or(0);
    let limit = query.limit();
    let topics = parameters::topics(&mut query);
    query.done()?;
    let page = app.query(&caller, ListEvents { after, limit, topics }).await?;
    Ok(HttpResponse::Ok().json(EventPageView::try_from(page)?))
}
