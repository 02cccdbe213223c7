use actix_web::{HttpResponse, get, post};
use chrono::{DateTime, Utc};
use plinth_application::models::{AddModelPrice, ListModelPrices, NewPrice};
use plinth_domain::{Model, ModelPrice, TokenRates};
use plinth_ports::ModelPriceSort;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    idempotency,
    json::{Body, Faults, Form},
    list::{ListQuery, ListView, Paging},
    middleware::{App, Authenticated},
    path::PathId,
    problem::ApiError,
    values::moment,
};

/// What a million tokens of a model cost from a moment on, in nano-USD (a billionth of a US dollar).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ModelPriceView {
    id: Uuid,
    /// It counts from here until the next price begins.
    valid_from: DateTime<Utc>,
    #[schema(example = 250_000_000)]
    input_nano_usd: i64,
    output_nano_usd: i64,
    cache_read_nano_usd: i64,
    cache_write_nano_usd: i64,
    created_at: DateTime<Utc>,
}

impl From<ModelPrice> for ModelPriceView {
    fn from(price: ModelPrice) -> Self {
        Self {
            id: price.id.uuid(),
            valid_from: price.valid_from,
            input_nano_usd: price.rates.input,
            output_nano_usd: price.rates.output,
            cache_read_nano_usd: price.rates.cache_read,
            cache_write_nano_usd: price.rates.cache_write,
            created_at: price.created_at,
        }
    }
}

/// A new price, in nano-USD for a million tokens. Tokens of the provider's cache are a part of the
/// request's tokens, and are paid for by their own price alone.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewModelPrice {
    /// Defaults to now.
    #[schema(format = DateTime)]
    valid_from: Option<String>,
    /// Tokens of the request that are not of the cache.
    #[schema(minimum = 0, maximum = 1_000_000_000_000_000_i64, example = 250_000_000)]
    input_nano_usd: i64,
    /// Tokens of the answer.
    #[schema(minimum = 0, maximum = 1_000_000_000_000_000_i64, example = 2_000_000_000)]
    output_nano_usd: i64,
    /// Tokens that are read from the cache; defaults to `input_nano_usd`.
    #[schema(minimum = 0, maximum = 1_000_000_000_000_000_i64)]
    cache_read_nano_usd: Option<i64>,
    /// Tokens that are written to the cache; defaults to `input_nano_usd`.
    #[schema(minimum = 0, maximum = 1_000_000_000_000_000_i64)]
    cache_write_nano_usd: Option<i64>,
}

impl Form for NewModelPrice {
    type Value = NewPrice;

    fn check(self, f: &mut Faults) -> Option<NewPrice> {
        let valid_from = f.check_some("/valid_from", self.valid_from, |text| moment(&text));
        let input = f.check("/input_nano_usd", TokenRates::check(self.input_nano_usd));
        let output = f.check("/output_nano_usd", TokenRates::check(self.output_nano_usd));
        let [cache_read, cache_write] = [
            ("/cache_read_nano_usd", self.cache_read_nano_usd),
            ("/cache_write_nano_usd", self.cache_write_nano_usd),
        ]
        .map(|(pointer, rate)| f.check_some(pointer, rate, TokenRates::check));
        let input = input?;
        let rates = TokenRates {
            input,
            output: output?,
            cache_read: cache_read?.unwrap_or(input),
            cache_write: cache_write?.unwrap_or(input),
        };
        Some(NewPrice { valid_from: valid_from?, rates })
    }
}

/// List the prices of a model.
#[utoipa::path(
    tag = "models",
    operation_id = "list_model_prices",
    params(("id" = Uuid, Path), Paging<ModelPriceSort>),
    responses((status = 200, body = ListView<ModelPriceView>, headers(("Link")))),
    security(("bearer" = ["model:read"])),
)]
#[get("/models/{id}/prices")]
pub(crate) async fn list_model_prices(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Model>,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let (model, page) = (id.0, query.page(&caller)?);
    let ask = move |page| ListModelPrices { model, page };
    query.answer(app, caller, page, ask, ModelPriceView::from).await
}

/// Add a price to a model.
///
/// A price never changes: another one begins later, or begins earlier and counts until this one.
#[utoipa::path(
    tag = "models",
    operation_id = "create_model_price",
    params(("id" = Uuid, Path), idempotency::Key),
    request_body = NewModelPrice,
    responses(
        (status = 201, body = ModelPriceView, headers(("Idempotent-Replayed"))),
        (status = 409, description = "model.price_taken"),
    ),
    security(("bearer" = ["model:update"])),
)]
#[post("/models/{id}/prices")]
pub(crate) async fn create_model_price(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Model>,
    body: Body<NewModelPrice>,
) -> Result<HttpResponse, ApiError> {
    let command = AddModelPrice { model: id.0, price: body.value };
    let answer = app.execute_once(&caller, body.key, command, |price| {
        idempotency::made(&ModelPriceView::from(*price))
    });
    idempotency::respond(answer.await?)
}
