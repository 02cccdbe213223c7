use chrono::TimeDelta;
use plinth_domain::{Announcement, AnnouncementId, AnnouncementText, Id, Invalid, Timestamp};
use plinth_ports::{NewestFirst, Page};

use super::{ANNOUNCEMENT_TIME, Deed, Operator};
use crate::{
    Application, Error,
    execute::{detached, use_case_span},
};

/// The most announcements that are shown at once.
const MAX_SHOWN: u16 = 20;

/// How long an announcement is shown at most.
const LONGEST: TimeDelta = TimeDelta::days(31);

/// The values of a new announcement.
#[derive(Debug, Clone)]
pub struct NewAnnouncement {
    /// The text in German.
    pub message_de: AnnouncementText,
    /// The text in English.
    pub message_en: AnnouncementText,
    /// From when on it is shown.
    pub starts_at: Timestamp,
    /// Until when it is shown.
    pub ends_at: Timestamp,
}

impl Application {
    /// What is announced now, the one that began first at the front; at most 20 announcements.
    pub async fn current_announcements(&self) -> Result<Vec<Announcement>, Error> {
        let mut unit = self.ports.stores.system.begin().await?;
        Ok(unit.current_announcements(self.now(), MAX_SHOWN).await?)
    }

    /// Lists announcements of any time.
    pub async fn announcements(&self, page: &NewestFirst) -> Result<Page<Announcement>, Error> {
        let mut unit = self.ports.stores.system.begin().await?;
        Ok(unit.announcements(page).await?)
    }

    /// Announces something to everyone.
    pub async fn announce(
        &self,
        operator: &Operator,
        new: NewAnnouncement,
    ) -> Result<Announcement, Error> {
        let (app, operator) = (self.clone(), operator.clone());
        detached(use_case_span("operator.announce"), async move {
            let mut unit = app.ports.stores.system.begin().await?;
            let now = unit.now();
            let NewAnnouncement { message_de, message_en, starts_at, ends_at } = new;
            if ends_at <= starts_at || ends_at <= now || ends_at - starts_at > LONGEST {
                let detail = "must be in the future, after starts_at, at most 31 days later";
                return Err(Error::field("/ends_at", Invalid::new(ANNOUNCEMENT_TIME, detail)));
            }
            let announcement = Announcement {
                id: Id::from_uuid(app.ports.ids.at(now)),
                message_de,
                message_en,
                starts_at,
                ends_at,
                operator: operator.name,
                created_at: now,
            };
            unit.insert_announcement(&announcement).await?;
            let deed = about(announcement.id, "announcement.created");
            app.log_deed(&mut *unit, &operator, deed).await?;
            unit.commit().await?;
            Ok(announcement)
        })
        .await
    }

    /// Shows an announcement no longer.
    pub async fn withdraw_announcement(
        &self,
        operator: &Operator,
        announcement: AnnouncementId,
    ) -> Result<(), Error> {
        let (app, operator) = (self.clone(), operator.clone());
        detached(use_case_span("operator.withdraw_announcement"), async move {
            let mut unit = app.ports.stores.system.begin().await?;
            if !unit.remove_announcement(announcement).await? {
                return Err(Error::NotFound("announcement"));
            }
            let deed = about(announcement, "announcement.removed");
            app.log_deed(&mut *unit, &operator, deed).await?;
            Ok(unit.commit().await?)
        })
        .await
    }
}

fn about(announcement: AnnouncementId, action: &'static str) -> Deed {
    Deed { action, organization: None, target: Some(announcement.uuid()), reason: None }
}
