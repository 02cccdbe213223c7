//! `/operator/v1/log` and `/operator/v1/certificates`

use actix_web::{HttpResponse, get, web::ServiceConfig};
use chrono::{DateTime, Utc};
use data_encoding::HEXLOWER;
use plinth_domain::Id;
use plinth_ports::{ErasureCertificate, OperatorEntry};
use serde::Serialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::{list::ListQuery, middleware::App, problem::ApiError};

pub(super) fn routes(config: &mut ServiceConfig) {
    config.service(list_entries).service(list_certificates);
}

#[derive(Debug, Serialize)]
struct EntryView {
    id: Uuid,
    at: DateTime<Utc>,
    operator: String,
    action: String,
    organization_id: Option<Uuid>,
    target_id: Option<Uuid>,
    reason: Option<String>,
    request_id: String,
    address: Option<String>,
}

impl From<OperatorEntry> for EntryView {
    fn from(entry: OperatorEntry) -> Self {
        Self {
            id: entry.id.uuid(),
            at: entry.at,
            operator: entry.operator.as_str().to_owned(),
            action: entry.action,
            organization_id: entry.organization.map(Id::uuid),
            target_id: entry.target,
            reason: entry.reason,
            request_id: entry.request_id,
            address: entry.address,
        }
    }
}

#[derive(Debug, Serialize)]
struct CertificateView {
    id: Uuid,
    organization_id: Uuid,
    /// The removed rows of each table.
    row_counts: Option<Box<RawValue>>,
    file_count: u64,
    journal_number: Option<i64>,
    journal_hash: Option<String>,
    created_at: DateTime<Utc>,
}

impl From<ErasureCertificate> for CertificateView {
    fn from(one: ErasureCertificate) -> Self {
        Self {
            id: one.id,
            organization_id: one.organization.uuid(),
            row_counts: RawValue::from_string(one.row_counts.into_string()).ok(),
            file_count: one.file_count,
            journal_number: one.journal_number,
            journal_hash: one.journal_hash.map(|hash| HEXLOWER.encode(&hash)),
            created_at: one.created_at,
        }
    }
}

#[get("/log")]
async fn list_entries(app: App, mut query: ListQuery) -> Result<HttpResponse, ApiError> {
    let page = query.newest_first()?;
    let found = app.operator_entries(&page).await?;
    Ok(query.respond(found, EntryView::from))
}

#[get("/certificates")]
async fn list_certificates(app: App, mut query: ListQuery) -> Result<HttpResponse, ApiError> {
    let page = query.newest_first()?;
    let found = app.erasure_certificates(&page).await?;
    Ok(query.respond(found, CertificateView::from))
}
