//! The log of operators, and their announcements.

use async_trait::async_trait;
use plinth_domain::{Announcement, AnnouncementId, AnnouncementText, Id, OperatorName, Timestamp};
use plinth_ports::{
    NewestFirst, OperatorEntry, OperatorLog, Page, Position, Result, SortValue, StoreError,
};
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::{SystemTx, operators::place};
use crate::{row::named, sql::Sql};

const APPEND: &str = "INSERT INTO operator_log
    (id, created_at, updated_at, operator, action, organization, target, reason, request_id, address)
    VALUES ($1, $2, $2, $3, $4, $5, $6, $7, $8, $9)";

const ENTRIES: &str = "
    SELECT id, created_at, operator, action, organization, target, reason, request_id, address
    FROM operator_log
    WHERE $1::timestamptz IS NULL OR (created_at, id) < ($1::timestamptz, $2::uuid)
    ORDER BY created_at DESC, id DESC LIMIT $3";

const ANNOUNCE: &str = "INSERT INTO announcements
    (id, created_at, updated_at, message_de, message_en, starts_at, ends_at, operator)
    VALUES ($1, $2, $2, $3, $4, $5, $6, $7)";

const REMOVE: &str = "DELETE FROM announcements WHERE id = $1";

const ALL: &str = "
    SELECT id, created_at, message_de, message_en, starts_at, ends_at, operator FROM announcements
    WHERE $1::timestamptz IS NULL OR (created_at, id) < ($1::timestamptz, $2::uuid)
    ORDER BY created_at DESC, id DESC LIMIT $3";

const CURRENT: &str = "
    SELECT id, created_at, message_de, message_en, starts_at, ends_at, operator FROM announcements
    WHERE starts_at <= $1 AND ends_at > $1 ORDER BY starts_at, id LIMIT $2";

#[async_trait]
impl OperatorLog for SystemTx {
    async fn append_operator_entry(&mut self, entry: &OperatorEntry) -> Result<()> {
        let values = vec![
            entry.id.uuid().into(),
            entry.at.into(),
            entry.operator.as_str().into(),
            entry.action.as_str().into(),
            entry.organization.map(Id::uuid).into(),
            entry.target.into(),
            entry.reason.clone().into(),
            entry.request_id.as_str().into(),
            entry.address.clone().into(),
        ];
        self.execute(Sql::fixed(APPEND, values)).await.map(drop)
    }

    async fn operator_entries(&mut self, page: &NewestFirst) -> Result<Page<OperatorEntry>> {
        let rows = self.rows(Sql::fixed(ENTRIES, place(page).into())).await?;
        let entries = rows.iter().map(entry).collect::<Result<Vec<_>>>()?;
        let place = |entry: &OperatorEntry| Position {
            value: SortValue::Time(entry.at),
            id: entry.id.uuid(),
        };
        Ok(page.page(entries, place))
    }

    async fn insert_announcement(&mut self, announcement: &Announcement) -> Result<()> {
        let values = vec![
            announcement.id.uuid().into(),
            announcement.created_at.into(),
            announcement.message_de.as_str().into(),
            announcement.message_en.as_str().into(),
            announcement.starts_at.into(),
            announcement.ends_at.into(),
            announcement.operator.as_str().into(),
        ];
        self.execute(Sql::fixed(ANNOUNCE, values)).await.map(drop)
    }

    async fn remove_announcement(&mut self, announcement: AnnouncementId) -> Result<bool> {
        let values = vec![announcement.uuid().into()];
        Ok(self.execute(Sql::fixed(REMOVE, values)).await? == 1)
    }

    async fn announcements(&mut self, page: &NewestFirst) -> Result<Page<Announcement>> {
        let rows = self.rows(Sql::fixed(ALL, place(page).into())).await?;
        let found = rows.iter().map(announcement).collect::<Result<Vec<_>>>()?;
        let place = |one: &Announcement| Position {
            value: SortValue::Time(one.created_at),
            id: one.id.uuid(),
        };
        Ok(page.page(found, place))
    }

    async fn current_announcements(
        &mut self,
        now: Timestamp,
        limit: u16,
    ) -> Result<Vec<Announcement>> {
        let values = vec![now.into(), i64::from(limit).into()];
        let rows = self.rows(Sql::fixed(CURRENT, values)).await?;
        rows.iter().map(announcement).collect()
    }
}

fn operator(row: &PgRow) -> Result<OperatorName> {
    let name = OperatorName::parse(named(row, "operator")?);
    name.ok_or_else(|| StoreError::Other("an unreadable name of an operator".into()))
}

fn entry(row: &PgRow) -> Result<OperatorEntry> {
    let organization: Option<Uuid> = named(row, "organization")?;
    Ok(OperatorEntry {
        id: Id::from_uuid(named(row, "id")?),
        at: named(row, "created_at")?,
        operator: operator(row)?,
        action: named(row, "action")?,
        organization: organization.map(Id::from_uuid),
        target: named(row, "target")?,
        reason: named(row, "reason")?,
        request_id: named(row, "request_id")?,
        address: named(row, "address")?,
    })
}

fn announcement(row: &PgRow) -> Result<Announcement> {
    let text = |name| {
        let text = AnnouncementText::parse(named(row, name)?);
        text.map_err(|invalid| StoreError::Other(invalid.to_string().into()))
    };
    Ok(Announcement {
        id: Id::from_uuid(named(row, "id")?),
        message_de: text("message_de")?,
        message_en: text("message_en")?,
        starts_at: named(row, "starts_at")?,
        ends_at: named(row, "ends_at")?,
        operator: operator(row)?,
        created_at: named(row, "created_at")?,
    })
}
