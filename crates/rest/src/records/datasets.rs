//! `/datasets`

mod item;
mod items;
mod leaderboard;
mod lines;

use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post};
use chrono::{DateTime, Utc};
use plinth_application::crud::{Create, Get, List, Remove, Update};
use plinth_domain::{Dataset, DatasetChanges, DatasetDraft, Description, Name};
use plinth_ports::{
    Search,
    records::datasets::{DatasetFilter, DatasetSort},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    etag::{self, IfMatch},
    idempotency,
    json::{Body, Faults, Form, Merge},
    list::{ListQuery, ListView, Paging},
    middleware::{App, Authenticated},
    path::PathId,
    problem::ApiError,
    record::Record,
    routing::Routes,
};

pub(super) const RECORD: Record =
    Record { routes, tag: ("datasets", "Data sets of the organization") };

fn routes(config: &mut Routes<'_>) {
    config
        .service(list_datasets)
        .service(create_dataset)
        .service(get_dataset)
        .service(update_dataset)
        .service(delete_dataset)
        .service(leaderboard::get_leaderboard)
        .service(items::list_dataset_items)
        .service(items::import_dataset_items)
        .service(items::create_dataset_item)
        .service(item::get_dataset_item)
        .service(item::replace_dataset_item)
        .service(item::delete_dataset_item);
}

/// A data set: examples by which prompts are evaluated.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DatasetView {
    id: Uuid,
    /// Name: 1 to 200 characters, unique within the organization.
    #[schema(example = "Questions of customers")]
    name: String,
    /// Description: up to 10,000 characters, with line breaks.
    description: Option<String>,
    /// How many items it has: at most 100,000.
    items: u32,
    /// When its items changed the last time.
    items_changed_at: DateTime<Utc>,
    /// Increases by one with each change; the `ETag` is this number in quotes.
    #[schema(minimum = 1)]
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<Dataset> for DatasetView {
    fn from(dataset: Dataset) -> Self {
        Self {
            id: dataset.id.uuid(),
            name: dataset.name.as_str().to_owned(),
            description: dataset.description.map(|text| text.as_str().to_owned()),
            items: dataset.items,
            items_changed_at: dataset.items_changed_at,
            version: dataset.revision.version.number(),
            created_at: dataset.revision.created_at,
            updated_at: dataset.revision.updated_at,
        }
    }
}

/// A new data set.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewDataset {
    /// Name: 1 to 200 characters, unique within the organization.
    #[schema(min_length = 1, max_length = 200, example = "Questions of customers")]
    name: String,
    /// Description: up to 10,000 characters, with line breaks.
    #[schema(
        max_length = 10_000,
        pattern = "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f]*$",
        example = "Line one,\nline two"
    )]
    description: Option<String>,
}

impl Form for NewDataset {
    type Value = Create<Dataset>;

    fn check(self, faults: &mut Faults) -> Option<Create<Dataset>> {
        let name = faults.check("/name", Name::parse(&self.name));
        let description = faults.check_some("/description", self.description, Description::parse);
        let draft = DatasetDraft { name: name?, description: description? };
        Some(Create { draft })
    }
}

/// A change to a data set: a merge patch (RFC 7396). `null` clears a field.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DatasetPatch {
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 200, example = "Questions of customers")]
    name: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 10_000, pattern = "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f]*$", example = "Line one,\nline two")]
    description: Merge<String>,
}

impl Form for DatasetPatch {
    type Value = DatasetChanges;

    fn check(self, faults: &mut Faults) -> Option<DatasetChanges> {
        let name = self.name.required(faults, "/name", |text| Name::parse(&text));
        let description = self.description.optional(faults, "/description", Description::parse);
        Some(DatasetChanges { name: name?, description: description? })
    }
}

/// Create a data set.
#[utoipa::path(
    tag = "datasets",
    operation_id = "create_dataset",
    params(idempotency::Key),
    request_body = NewDataset,
    responses((status = 201, body = DatasetView, headers(("ETag"), ("Location"), ("Idempotent-Replayed"))), (status = 409, description = "dataset.name_taken")),
    security(("bearer" = ["dataset:create"])),
)]
#[post("/datasets")]
pub(crate) async fn create_dataset(
    app: App,
    Authenticated(caller): Authenticated,
    body: Body<NewDataset>,
) -> Result<HttpResponse, ApiError> {
    idempotency::create::<DatasetView, Dataset, _>(&app, &caller, body.key, body.value).await
}

/// List data sets.
#[utoipa::path(
    tag = "datasets",
    operation_id = "list_datasets",
    params(
        ("name" = Option<String>, Query, min_length = 1, max_length = 200, description = "Filter by `name`"),
        ("q" = Option<String>, Query, min_length = 1, max_length = 100, description = "A part of `name`; tolerates typos"),
        Paging<DatasetSort>,
    ),
    responses(
        (status = 200, body = ListView<DatasetView>, headers(("Link"))),
    ),
    security(("bearer" = ["dataset:read"])),
)]
#[get("/datasets")]
pub(crate) async fn list_datasets(
    app: App,
    Authenticated(caller): Authenticated,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let filter = DatasetFilter {
        name: query.take("name", "1 to 200 characters", |text| Name::parse(text).ok()),
        search: query.text("q", 100).map(|q| Search::new(&q, true)),
    };
    let page = query.page(&caller)?;
    let ask = move |page| List::<Dataset> { filter: filter.clone(), page };
    query.answer(app, caller, page, ask, DatasetView::from).await
}

/// Read a data set.
#[utoipa::path(
    tag = "datasets",
    operation_id = "get_dataset",
    params(("id" = Uuid, Path), etag::Conditional),
    responses(
        (status = 200, body = DatasetView, headers(("ETag"))),
        (status = 304, description = "Not modified", headers(("ETag"))),
    ),
    security(("bearer" = ["dataset:read"])),
)]
#[get("/datasets/{id}")]
pub(crate) async fn get_dataset(
    request: HttpRequest,
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Dataset>,
) -> Result<HttpResponse, ApiError> {
    let dataset = app.query(&caller, Get { id: id.0 }).await?;
    let version = dataset.revision.version;
    etag::item(&request, &DatasetView::from(dataset), version)
}

/// Change a data set.
#[utoipa::path(
    tag = "datasets",
    operation_id = "update_dataset",
    params(("id" = Uuid, Path), IfMatch),
    request_body(content = DatasetPatch, content_type = "application/merge-patch+json"),
    responses((status = 200, body = DatasetView, headers(("ETag"))), (status = 409, description = "dataset.name_taken")),
    security(("bearer" = ["dataset:update"])),
)]
#[patch("/datasets/{id}")]
pub(crate) async fn update_dataset(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Dataset>,
    expected: IfMatch,
    body: Body<DatasetPatch>,
) -> Result<HttpResponse, ApiError> {
    let command = Update { id: id.0, expected: expected.0, changes: body.value };
    let dataset = app.execute(&caller, command).await?;
    let version = dataset.revision.version;
    Ok(etag::changed(&DatasetView::from(dataset), version))
}

/// Remove a data set.
#[utoipa::path(
    tag = "datasets",
    operation_id = "delete_dataset",
    params(("id" = Uuid, Path), IfMatch),
    responses(
        (status = 204, description = "The data set is removed"),
        (status = 409, description = "record.in_use"),
    ),
    security(("bearer" = ["dataset:delete"])),
)]
#[delete("/datasets/{id}")]
pub(crate) async fn delete_dataset(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Dataset>,
    expected: IfMatch,
) -> Result<HttpResponse, ApiError> {
    app.execute(&caller, Remove { id: id.0, expected: expected.0 }).await?;
    Ok(HttpResponse::NoContent().finish())
}
