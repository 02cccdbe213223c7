//! `/dataset-items`

use actix_web::{HttpResponse, delete, get, post};
use chrono::{DateTime, Utc};
use plinth_application::{
    datasets::{GetDatasetItem, RemoveDatasetItem, ReplaceDatasetItem},
    json::{object_within, value_within},
};
use plinth_domain::{DatasetItem, DatasetItemContent, JsonObject, JsonText};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, value::RawValue};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    idempotency,
    json::{Body, Faults, Form},
    middleware::{App, Authenticated},
    path::PathId,
    problem::ApiError,
    values::object,
};

/// An item of a data set.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DatasetItemView {
    id: Uuid,
    dataset_id: Uuid,
    /// The variables of a prompt.
    #[schema(value_type = Object)]
    input: Option<Box<RawValue>>,
    /// What should be answered: any JSON.
    #[schema(value_type = Value)]
    expected: Option<Box<RawValue>>,
    #[schema(value_type = Object)]
    metadata: Option<Box<RawValue>>,
    /// From when on the data set has it.
    valid_from: DateTime<Utc>,
    /// From when on the data set does not have it any more.
    valid_to: Option<DateTime<Utc>>,
}

impl From<DatasetItem> for DatasetItemView {
    fn from(item: DatasetItem) -> Self {
        let DatasetItemContent { input, expected, metadata } = item.content;
        let object = |object: JsonObject| RawValue::from_string(object.into_string()).ok();
        let value = |text: JsonText| RawValue::from_string(text.as_str().to_owned()).ok();
        Self {
            id: item.id.uuid(),
            dataset_id: item.dataset.uuid(),
            input: object(input),
            expected: expected.and_then(value),
            metadata: object(metadata),
            valid_from: item.valid_from,
            valid_to: item.valid_to,
        }
    }
}

/// A new item of a data set.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewDatasetItem {
    /// The variables of a prompt; at most 64 KiB of JSON.
    #[schema(value_type = Object, example = json!({"question": "When do you open?"}))]
    #[serde(deserialize_with = "crate::json::filled")]
    input: Map<String, Value>,
    /// What should be answered: any JSON, of at most 64 KiB.
    #[schema(value_type = Value, required = false, example = "At nine.")]
    expected: Option<Value>,
    /// What else is known of it; at most 16 KiB of JSON.
    #[schema(value_type = Option<Object>)]
    metadata: Option<Map<String, Value>>,
}

impl Form for NewDatasetItem {
    type Value = DatasetItemContent;
    const BYTES: usize = 256 * 1024;

    fn check(self, f: &mut Faults) -> Option<DatasetItemContent> {
        const MOST: usize = DatasetItemContent::MAX_BYTES;
        let input = f.check("/input", object_within(&self.input, MOST));
        let expected = f.check_some("/expected", self.expected, |value| value_within(&value, MOST));
        let metadata = f.check_some("/metadata", self.metadata, |fields| object(&fields));
        let metadata = metadata?.unwrap_or_default();
        Some(DatasetItemContent { input: input?, expected: expected?, metadata })
    }
}

/// Read an item of a data set, also one that was replaced or removed.
#[utoipa::path(
    tag = "datasets",
    operation_id = "get_dataset_item",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = DatasetItemView)),
    security(("bearer" = ["dataset:read"])),
)]
#[get("/dataset-items/{id}")]
pub(crate) async fn get_dataset_item(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<DatasetItem>,
) -> Result<HttpResponse, ApiError> {
    let item = app.query(&caller, GetDatasetItem { id: id.0 }).await?;
    Ok(HttpResponse::Ok().json(DatasetItemView::from(item)))
}

/// Put another item in the place of one, which never changes.
///
/// The data set has the earlier one until now, and the other one from now on: what it had at a moment
/// stays known.
#[utoipa::path(
    tag = "datasets",
    operation_id = "replace_dataset_item",
    params(("id" = Uuid, Path), idempotency::Key),
    request_body = NewDatasetItem,
    responses(
        (status = 201, body = DatasetItemView, headers(("Idempotent-Replayed"))),
        (status = 409, description = "dataset_item.ended, dataset.full"),
    ),
    security(("bearer" = ["dataset:update"])),
)]
#[post("/dataset-items/{id}/replace")]
pub(crate) async fn replace_dataset_item(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<DatasetItem>,
    body: Body<NewDatasetItem>,
) -> Result<HttpResponse, ApiError> {
    let command = ReplaceDatasetItem { id: id.0, content: body.value };
    let answer = app.execute_once(&caller, body.key, command, |item| {
        idempotency::made(&DatasetItemView::from(item.clone()))
    });
    idempotency::respond(answer.await?)
}

/// Take an item from its data set, which has it until now.
#[utoipa::path(
    tag = "datasets",
    operation_id = "delete_dataset_item",
    params(("id" = Uuid, Path)),
    responses(
        (status = 204, description = "The data set does not have the item any more"),
        (status = 409, description = "dataset_item.ended"),
    ),
    security(("bearer" = ["dataset:update"])),
)]
#[delete("/dataset-items/{id}")]
pub(crate) async fn delete_dataset_item(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<DatasetItem>,
) -> Result<HttpResponse, ApiError> {
    app.execute(&caller, RemoveDatasetItem { id: id.0 }).await?;
    Ok(HttpResponse::NoContent().finish())
}
