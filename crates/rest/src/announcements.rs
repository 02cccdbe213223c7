//! `/announcements`

use actix_web::{HttpResponse, get};
use chrono::{DateTime, Utc};
use plinth_domain::Announcement;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    list::{ListQuery, ListView},
    middleware::App,
    problem::ApiError,
    routing::Routes,
};

pub(crate) fn routes(config: &mut Routes<'_>) {
    config.service(get_announcements);
}

/// What the operator of the installation tells everyone, such as a maintenance.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Announcement)]
pub(crate) struct AnnouncementView {
    id: Uuid,
    /// The text in German, in one line or several.
    #[schema(example = "Wartung am Samstag von 6 bis 8 Uhr")]
    message_de: String,
    /// The text in English, in one line or several.
    #[schema(example = "Maintenance on Saturday from 6 to 8 a.m.")]
    message_en: String,
    /// From when on it is shown.
    starts_at: DateTime<Utc>,
    /// Until when it is shown.
    ends_at: DateTime<Utc>,
}

impl From<Announcement> for AnnouncementView {
    fn from(announcement: Announcement) -> Self {
        Self {
            id: announcement.id.uuid(),
            message_de: announcement.message_de.as_str().to_owned(),
            message_en: announcement.message_en.as_str().to_owned(),
            starts_at: announcement.starts_at,
            ends_at: announcement.ends_at,
        }
    }
}

/// Read what is announced now, all in one page, the one that began first at the front. It has nothing of
/// an organization, and needs no credential.
#[utoipa::path(
    tag = "operations",
    operation_id = "get_announcements",
    responses((status = 200, body = ListView<AnnouncementView>)),
    security(()),
)]
#[get("/announcements")]
pub(crate) async fn get_announcements(
    app: App,
    query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let found = app.current_announcements().await?;
    Ok(query.answer_whole(found.into_iter().map(AnnouncementView::from).collect()))
}
