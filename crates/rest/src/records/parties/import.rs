//! `POST /parties/import`

use actix_web::{HttpResponse, post};
use plinth_application::{
    Error, FieldFault,
    parties::{CheckParties, ImportParties},
};
use plinth_domain::{Id, PartyDraft};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::dto::{NewParty, PartyView};
use crate::{
    idempotency,
    import::{self, Table},
    list::ListQuery,
    middleware::{App, Authenticated},
    problem::{ApiError, Fault},
};

/// A table of new parties as CSV (RFC 4180), in UTF-8, with a comma or a semicolon between the cells.
/// The first line has the names of columns, those of the export of `GET /parties`: `name` and `role`,
/// and any of the others; `id`, `version`, `created_at` and `updated_at` are read over. An empty cell
/// is no value. At most 1,000 rows, and 1 MiB.
#[derive(ToSchema)]
#[schema(
    value_type = String,
    as = PartyTable,
    content_media_type = "text/csv",
    example = "name,role,number,address.country\r\nHafenamt Hamburg,customer,K-1007,DE\r\n",
)]
#[expect(dead_code, reason = "it only describes the body")]
pub(crate) struct PartyTable(String);

/// What became of a table.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PartyImport)]
pub(crate) struct ImportView {
    /// Whether nothing was to be created.
    dry_run: bool,
    /// The number of rows.
    rows: usize,
    /// The number of faults. A row may have several.
    fault_count: usize,
    /// The first 100 faults, in the order of their lines.
    faults: Vec<Fault>,
    /// The new parties, in the order of the rows.
    ids: Vec<Uuid>,
}

/// Create up to 1,000 parties from a table, all or none. A dry run creates nothing and answers what
/// is wrong.
#[utoipa::path(
    tag = "parties",
    operation_id = "import_parties",
    params(
        ("dry_run" = Option<bool>, Query, description = "Whether the rows are only checked"),
        idempotency::Key,
    ),
    request_body(content = PartyTable, content_type = "text/csv"),
    responses(
        (status = 200, body = ImportView, description = "The result of a dry run"),
        (status = 201, body = ImportView, headers(("Idempotent-Replayed"))),
    ),
    security(("bearer" = ["party:create"])),
)]
#[post("/parties/import")]
pub(crate) async fn import_parties(
    app: App,
    Authenticated(caller): Authenticated,
    mut query: ListQuery,
    table: Table<NewParty, PartyView>,
) -> Result<HttpResponse, ApiError> {
    let dry_run = query.flag("dry_run");
    query.done()?;
    let Table { values, lines, mut faults, rows, key, .. } = table;
    let drafts: Vec<PartyDraft> = values.into_iter().map(|create| create.draft).collect();
    let located = |fault: FieldFault| import::located(&lines, fault.into());
    if dry_run || !faults.is_empty() {
        let found = app.query(&caller, CheckParties { drafts }).await?;
        faults.extend(found.into_iter().map(located));
        if !dry_run {
            return Err(import::refused(faults));
        }
        let (faults, fault_count) = import::first(faults);
        let ids = Vec::new();
        return Ok(HttpResponse::Ok().json(ImportView { dry_run, rows, fault_count, faults, ids }));
    }
    let answer = app.execute_once(&caller, key, ImportParties { drafts }, move |ids| {
        let ids = ids.iter().copied().map(Id::uuid).collect();
        let view = ImportView { dry_run, rows, fault_count: 0, faults: Vec::new(), ids };
        idempotency::made(&view)
    });
    match answer.await {
        Ok(answer) => idempotency::respond(answer),
        Err(Error::Invalid(faults)) => {
            Err(import::refused(faults.into_iter().map(located).collect()))
        }
        Err(other) => Err(other.into()),
    }
}
