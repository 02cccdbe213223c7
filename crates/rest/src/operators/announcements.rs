//! `/operator/v1/announcements`

use actix_web::{HttpResponse, delete, get, post, web::ServiceConfig};
use chrono::{DateTime, Utc};
use plinth_application::operators::NewAnnouncement;
use plinth_domain::{Announcement, AnnouncementText};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    json::{Body, Faults, Form},
    list::ListQuery,
    middleware::{App, ByOperator},
    path::PathId,
    problem::ApiError,
    values::moment,
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config.service(list_announcements).service(announce).service(withdraw);
}

#[derive(Debug, Serialize)]
struct AnnouncementView {
    id: Uuid,
    message_de: String,
    message_en: String,
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    operator: String,
    created_at: DateTime<Utc>,
}

impl From<Announcement> for AnnouncementView {
    fn from(announcement: Announcement) -> Self {
        Self {
            id: announcement.id.uuid(),
            message_de: announcement.message_de.as_str().to_owned(),
            message_en: announcement.message_en.as_str().to_owned(),
            starts_at: announcement.starts_at,
            ends_at: announcement.ends_at,
            operator: announcement.operator.as_str().to_owned(),
            created_at: announcement.created_at,
        }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AnnouncementForm {
    #[schema(min_length = 1, max_length = 500)]
    message_de: String,
    #[schema(min_length = 1, max_length = 500)]
    message_en: String,
    #[schema(format = DateTime)]
    starts_at: String,
    #[schema(format = DateTime)]
    ends_at: String,
}

impl Form for AnnouncementForm {
    type Value = NewAnnouncement;

    fn check(self, faults: &mut Faults) -> Option<NewAnnouncement> {
        let message_de = faults.check("/message_de", AnnouncementText::parse(&self.message_de));
        let message_en = faults.check("/message_en", AnnouncementText::parse(&self.message_en));
        let starts_at = faults.check("/starts_at", moment(&self.starts_at));
        let ends_at = faults.check("/ends_at", moment(&self.ends_at));
        Some(NewAnnouncement {
            message_de: message_de?,
            message_en: message_en?,
            starts_at: starts_at?,
            ends_at: ends_at?,
        })
    }
}

#[get("/announcements")]
async fn list_announcements(app: App, mut query: ListQuery) -> Result<HttpResponse, ApiError> {
    let page = query.newest_first()?;
    let found = app.announcements(&page).await?;
    Ok(query.respond(found, AnnouncementView::from))
}

#[post("/announcements")]
async fn announce(
    app: App,
    ByOperator(operator): ByOperator,
    body: Body<AnnouncementForm>,
) -> Result<HttpResponse, ApiError> {
    let announcement = app.announce(&operator, body.value).await?;
    Ok(HttpResponse::Created().json(AnnouncementView::from(announcement)))
}

#[delete("/announcements/{id}")]
async fn withdraw(
    app: App,
    ByOperator(operator): ByOperator,
    id: PathId<Announcement>,
) -> Result<HttpResponse, ApiError> {
    app.withdraw_announcement(&operator, id.0).await?;
    Ok(HttpResponse::NoContent().finish())
}
