//! Deliveries of events to webhooks, their attempts, and how far each webhook is.

mod writing;

use async_trait::async_trait;
use plinth_domain::{
    Id, JsonObject, SecretId, WebhookAttempt, WebhookCause, WebhookDelivery, WebhookDeliveryId,
    WebhookDeliveryStatus, WebhookId, WebhookMessage, WebhookReply, WebhookSubject,
};
use plinth_ports::{
    Batch, Limit, Page, PageRequest, Result, SealedSecret, WebhookDeliveryFilter,
    WebhookDeliveryReader, WebhookDeliverySort, WebhookProgress,
};
use sea_orm::entity::prelude::*;
use sqlx::postgres::PgRow;

use super::secrets;
use crate::{
    list,
    row::{FromRow, Row, named, stored},
    scoped::ScopedTx,
    value::name,
};

/// The columns of `webhook_deliveries d`, in the order in which [`Model`] has them.
macro_rules! columns {
    () => {
        "d.organization_id, d.id, d.webhook_id, d.message, d.number, d.event, d.subject_kind, \
         d.subject, d.cause, d.status, d.attempts, d.due_at, d.version, d.created_at, \
         d.updated_at"
    };
}

/// A row, without what is sent and without its place among the others.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "webhook_deliveries")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub webhook_id: Uuid,
    pub message: Uuid,
    pub number: Option<i64>,
    pub event: String,
    pub subject_kind: Option<String>,
    pub subject: Option<Uuid>,
    pub cause: String,
    pub status: String,
    pub attempts: i16,
    pub due_at: Option<DateTimeUtc>,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

crate::scoped::tenant_table!();
name!(WebhookCause, WebhookDeliveryStatus);

impl FromRow for WebhookDelivery {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        let kind: Option<String> = row.get(Column::SubjectKind)?;
        let id = row.get(Column::Subject)?;
        Ok(Self {
            id: row.value(Column::Id)?,
            organization: row.value(Column::OrganizationId)?,
            webhook: row.value(Column::WebhookId)?,
            message: WebhookMessage {
                id: row.get(Column::Message)?,
                number: row.get(Column::Number)?,
                event: row.get(Column::Event)?,
                subject: kind.map(|kind| WebhookSubject { kind, id }),
            },
            cause: row.value(Column::Cause)?,
            status: row.value(Column::Status)?,
            attempts: row.known(Column::Attempts, |count: i16| u16::try_from(count).ok())?,
            due_at: row.get(Column::DueAt)?,
            revision: row.revision(Column::Version, Column::CreatedAt, Column::UpdatedAt)?,
        })
    }
}

const DELIVERY: &str = concat!(
    "SELECT ",
    columns!(),
    ", d.body::text AS body FROM webhook_deliveries d \
     WHERE d.organization_id = $1 AND d.id = $2"
);

const DUE: &str = concat!(
    "SELECT ",
    columns!(),
    ", d.body::text AS body FROM webhook_deliveries d \
     WHERE d.organization_id = $1 AND d.webhook_id = $2 AND d.status = 'pending' AND d.ready \
     AND d.due_at <= now() AND d.id <> ALL($3::uuid[]) ORDER BY d.due_at, d.position LIMIT $4"
);

const ATTEMPTS: &str = "SELECT a.id, a.number, a.created_at, a.milliseconds, a.status, a.excerpt, \
    a.error FROM webhook_attempts a WHERE a.organization_id = $1 AND a.delivery_id = $2 \
    ORDER BY a.number";

const PROGRESS: &str = "SELECT c.number, c.failing_since, (SELECT count(*) \
        FROM webhook_deliveries d WHERE d.organization_id = $1 AND d.webhook_id = c.id \
        AND d.status = 'pending') AS pending \
    FROM webhook_cursors c WHERE c.organization_id = $1 AND c.id = $2";

#[async_trait]
impl WebhookDeliveryReader for ScopedTx {
    async fn deliveries(
        &mut self,
        webhook: WebhookId,
        filter: &WebhookDeliveryFilter,
        page: &PageRequest<WebhookDeliverySort>,
    ) -> Result<Page<WebhookDelivery>> {
        let status = list::one_of(Column::Status, &filter.status, WebhookDeliveryStatus::name);
        let of = list::times::<Entity>(page.times)
            .add(Column::WebhookId.eq(webhook.uuid()))
            .add_option(status)
            .add_option(list::one_of(Column::Cause, &filter.cause, WebhookCause::name))
            .add_option(filter.event.as_ref().map(|event| Column::Event.eq(event.as_str())));
        let order = match page.sort.by {
            WebhookDeliverySort::CreatedAt => Column::CreatedAt,
            WebhookDeliverySort::UpdatedAt => Column::UpdatedAt,
        };
        list::page(self, None, of, page, Some(order), Column::Id).await
    }

    async fn delivery(
        &mut self,
        delivery: WebhookDeliveryId,
    ) -> Result<Option<(WebhookDelivery, JsonObject)>> {
        let row = self.ask(DELIVERY, vec![delivery.uuid().into()]).await?;
        row.as_ref().map(with_body).transpose()
    }

    async fn attempts(&mut self, delivery: WebhookDeliveryId) -> Result<Vec<WebhookAttempt>> {
        let read = move |row: &PgRow| attempt(delivery, row);
        Ok(self.ask_within(ATTEMPTS, vec![delivery.uuid().into()], usize::MAX, read).await?.items)
    }

    async fn progress(&mut self, webhook: WebhookId) -> Result<Option<WebhookProgress>> {
        let row = self.ask(PROGRESS, vec![webhook.uuid().into()]).await?;
        let progress = |row: &PgRow| {
            let pending: i64 = named(row, "pending")?;
            Ok(WebhookProgress {
                number: named(row, "number")?,
                failing_since: named(row, "failing_since")?,
                pending: pending.unsigned_abs(),
            })
        };
        row.as_ref().map(progress).transpose()
    }

    async fn secrets(&mut self, secrets: &[SecretId]) -> Result<Vec<SealedSecret>> {
        let ids = secrets.iter().map(|secret| secret.uuid());
        self.select::<secrets::Entity>().filter(secrets::Column::Id.is_in(ids)).all().await
    }

    async fn due(
        &mut self,
        webhook: WebhookId,
        except: &[WebhookDeliveryId],
        limit: Limit,
    ) -> Result<Batch<(WebhookDelivery, JsonObject)>> {
        let except: Vec<Uuid> = except.iter().map(|delivery| delivery.uuid()).collect();
        let items = i64::from(limit.items);
        let values = vec![webhook.uuid().into(), except.into(), items.into()];
        let read = self.ask_within(DUE, values, limit.bytes, with_body).await?;
        let has_more = read.has_more || read.items.len() == limit.items as usize;
        Ok(Batch { has_more, ..read })
    }
}

fn with_body(row: &PgRow) -> Result<(WebhookDelivery, JsonObject)> {
    Ok((WebhookDelivery::from_row(&Row::new(row))?, stored(row, "body")?))
}

fn attempt(delivery: WebhookDeliveryId, row: &PgRow) -> Result<WebhookAttempt> {
    let (number, milliseconds): (i16, i32) = (named(row, "number")?, named(row, "milliseconds")?);
    let status: Option<i16> = named(row, "status")?;
    let outcome = match status {
        Some(status) => {
            Ok(WebhookReply { status: status.unsigned_abs(), excerpt: named(row, "excerpt")? })
        }
        None => Err(named(row, "error")?),
    };
    Ok(WebhookAttempt {
        id: Id::from_uuid(named(row, "id")?),
        delivery,
        number: number.unsigned_abs(),
        at: named(row, "created_at")?,
        milliseconds: milliseconds.unsigned_abs(),
        outcome,
    })
}
