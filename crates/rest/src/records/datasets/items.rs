//! `/datasets/{id}/items`

use actix_web::{HttpResponse, get, post};
use plinth_application::{
    Error,
    datasets::{AddDatasetItems, AddedItems, ListDatasetItems},
};
use plinth_domain::Dataset;
use plinth_ports::DatasetItemSort;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    item::{DatasetItemView, NewDatasetItem},
    lines::Lines,
};
use crate::{
    idempotency,
    json::Body,
    list::{ListQuery, ListView, Paging},
    middleware::{App, Authenticated},
    path::PathId,
    problem::ApiError,
};

/// List the items that a data set has, the newest first; `sort=added` lists them in the order in which
/// they were added.
#[utoipa::path(
    tag = "datasets",
    operation_id = "list_dataset_items",
    params(
        ("id" = Uuid, Path),
        ("at" = Option<String>, Query, format = DateTime, description = "The items that it had at this moment; defaults to now"),
        Paging<DatasetItemSort>,
    ),
    responses((status = 200, body = ListView<DatasetItemView>, headers(("Link")))),
    security(("bearer" = ["dataset:read"])),
)]
#[get("/datasets/{id}/items")]
pub(crate) async fn list_dataset_items(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Dataset>,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let (dataset, at) = (id.0, query.time("at"));
    let page = query.page(&caller)?;
    let ask = move |page| ListDatasetItems { dataset, at, page };
    query.answer(app, caller, page, ask, DatasetItemView::from).await
}

/// Add an item to a data set.
#[utoipa::path(
    tag = "datasets",
    operation_id = "create_dataset_item",
    params(("id" = Uuid, Path), idempotency::Key),
    request_body = NewDatasetItem,
    responses(
        (status = 201, body = DatasetItemView, headers(("Idempotent-Replayed"))),
        (status = 409, description = "dataset.full"),
    ),
    security(("bearer" = ["dataset:update"])),
)]
#[post("/datasets/{id}/items")]
pub(crate) async fn create_dataset_item(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Dataset>,
    body: Body<NewDatasetItem>,
) -> Result<HttpResponse, ApiError> {
    let command = AddDatasetItems { dataset: id.0, contents: vec![body.value] };
    let answer = app.execute_once(&caller, body.key, command, |added| {
        let item = added.items.first().ok_or_else(|| Error::internal("one item was added"))?;
        idempotency::made(&DatasetItemView::from(item.clone()))
    });
    idempotency::respond(answer.await?)
}

/// Items of a data set as JSON Lines: a JSON object in each line, with `input`, and perhaps `expected`
/// and `metadata`. Empty lines are read over. At most 10,000 items, and 16 MiB.
#[derive(ToSchema)]
#[schema(
    value_type = String,
    as = DatasetItemLines,
    content_media_type = "application/jsonl",
    example = "{\"input\": {\"question\": \"When do you open?\"}, \"expected\": \"At nine.\"}\n",
)]
#[expect(dead_code, reason = "it only describes the body")]
pub(crate) struct ItemLines(String);

/// What became of the lines.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DatasetItemImport)]
pub(crate) struct ImportView {
    /// How many items were added.
    added: usize,
    /// How many items the data set has now.
    items: u32,
}

impl From<&AddedItems> for ImportView {
    fn from(added: &AddedItems) -> Self {
        Self { added: added.items.len(), items: added.dataset.items }
    }
}

/// Add up to 10,000 items to a data set, all or none.
#[utoipa::path(
    tag = "datasets",
    operation_id = "import_dataset_items",
    params(("id" = Uuid, Path), idempotency::Key),
    request_body(content = ItemLines, content_type = "application/jsonl"),
    responses(
        (status = 201, body = ImportView, headers(("Idempotent-Replayed"))),
        (status = 409, description = "dataset.full"),
        (status = 413, description = "body.too_large"),
        (status = 415, description = "body.media_type"),
        (status = 422, description = "body.invalid"),
    ),
    security(("bearer" = ["dataset:update"])),
)]
#[post("/datasets/{id}/items/import")]
pub(crate) async fn import_dataset_items(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Dataset>,
    lines: Lines,
) -> Result<HttpResponse, ApiError> {
    let command = AddDatasetItems { dataset: id.0, contents: lines.contents };
    let answer = app.execute_once(&caller, lines.key, command, |added| {
        idempotency::made(&ImportView::from(added))
    });
    idempotency::respond(answer.await?)
}
