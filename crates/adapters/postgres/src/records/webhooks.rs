use plinth_domain::{
    EventPattern, HeadersRef, OrganizationId, PreviousSecret, SecretRef, Webhook, WebhookPause,
    WebhookUrl, WebhookVersion,
};
use plinth_ports::{Result, WebhookFilter, WebhookSort};
use sea_orm::{Condition, Set, entity::prelude::*};

use super::Stored;
use crate::{
    list,
    row::{FromRow, Row, corrupt},
    value::{name, set, text},
};

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "webhooks")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub url: String,
    pub description: Option<String>,
    pub events: Vec<String>,
    pub api_version: String,
    pub paused: Option<String>,
    pub header_names: Vec<String>,
    pub headers_secret_id: Option<Uuid>,
    pub secret_id: Uuid,
    pub secret_last_four: String,
    pub previous_secret_id: Option<Uuid>,
    pub previous_last_four: Option<String>,
    pub previous_until: Option<DateTimeUtc>,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

crate::scoped::tenant_table!();
name!(WebhookPause, WebhookVersion);
text!(WebhookUrl: WebhookUrl::parse);

impl FromRow for Webhook {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        Ok(Self {
            id: row.value(Column::Id)?,
            organization: row.value(Column::OrganizationId)?,
            url: row.value(Column::Url)?,
            description: row.value(Column::Description)?,
            events: events(row)?,
            version: row.value(Column::ApiVersion)?,
            paused: row.value(Column::Paused)?,
            headers: headers(row)?,
            secret: SecretRef {
                id: row.value(Column::SecretId)?,
                last_four: row.get(Column::SecretLastFour)?,
            },
            previous: previous(row)?,
            revision: row.revision(Column::Version, Column::CreatedAt, Column::UpdatedAt)?,
        })
    }
}

fn events(row: &Row<'_, Entity>) -> Result<Vec<EventPattern>> {
    let patterns: Vec<String> = row.get(Column::Events)?;
    let known = patterns.iter().map(|pattern| EventPattern::parse(pattern));
    known.collect::<std::result::Result<_, _>>().map_err(|_| corrupt::<Entity>(Column::Events))
}

fn headers(row: &Row<'_, Entity>) -> Result<Option<HeadersRef>> {
    let Some(secret) = row.optional_id(Column::HeadersSecretId)? else { return Ok(None) };
    Ok(Some(HeadersRef { secret, names: row.get(Column::HeaderNames)? }))
}

fn previous(row: &Row<'_, Entity>) -> Result<Option<PreviousSecret>> {
    let Some(id) = row.optional_id(Column::PreviousSecretId)? else { return Ok(None) };
    let secret = SecretRef { id, last_four: row.get(Column::PreviousLastFour)? };
    Ok(Some(PreviousSecret { secret, until: row.get(Column::PreviousUntil)? }))
}

impl Stored for Webhook {
    type Row = ActiveModel;

    fn to_row(&self, organization: OrganizationId) -> ActiveModel {
        let (headers, previous) = (self.headers.as_ref(), self.previous.as_ref());
        let names = headers.map(|headers| headers.names.clone()).unwrap_or_default();
        ActiveModel {
            organization_id: set(&organization),
            id: set(&self.id),
            url: set(&self.url),
            description: set(&self.description),
            events: Set(self.events.iter().map(|event| event.as_str().to_owned()).collect()),
            api_version: set(&self.version),
            paused: set(&self.paused),
            header_names: Set(names),
            headers_secret_id: Set(headers.map(|headers| headers.secret.uuid())),
            secret_id: set(&self.secret.id),
            secret_last_four: Set(self.secret.last_four.clone()),
            previous_secret_id: Set(previous.map(|previous| previous.secret.id.uuid())),
            previous_last_four: Set(previous.map(|previous| previous.secret.last_four.clone())),
            previous_until: Set(previous.map(|previous| previous.until)),
            version: Set(self.revision.version.number()),
            created_at: Set(self.revision.created_at),
            updated_at: Set(self.revision.updated_at),
        }
    }

    fn condition(filter: &WebhookFilter) -> Condition {
        Condition::all().add_option(list::one_of(
            Column::Paused,
            &filter.paused,
            WebhookPause::name,
        ))
    }

    fn column(sort: WebhookSort) -> Column {
        match sort {
            WebhookSort::CreatedAt => Column::CreatedAt,
            WebhookSort::UpdatedAt => Column::UpdatedAt,
        }
    }
}
