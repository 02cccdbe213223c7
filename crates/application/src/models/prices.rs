use plinth_domain::{Model, ModelId, ModelPrice, Permission, Timestamp, TokenRates};
use plinth_ports::{
    ModelPriceSort, Page, PageRequest, StoreError,
    records::model_prices::{MODEL, MODEL_PRICE_TAKEN, VALID_FROM_TAKEN},
};
use serde_json::json;

use crate::{
    AuditRecord, Command, Context, Error, Query, Recorded, View,
    resource::{Found, Resource},
};

/// The values of a new price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewPrice {
    /// When it begins to count; `None` for now.
    pub valid_from: Option<Timestamp>,
    /// The prices of tokens.
    pub rates: TokenRates,
}

/// Adds a price to a model.
#[derive(Debug, Clone, Copy)]
pub struct AddModelPrice {
    /// The model.
    pub model: ModelId,
    /// The price.
    pub price: NewPrice,
}

impl Command for AddModelPrice {
    const NAME: &'static str = "model.add_price";
    const PERMISSION: Permission = Permission::ModelUpdate;
    type Output = ModelPrice;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<ModelPrice>, Error> {
        let model = ctx.unit.models().get(self.model).await?;
        let price = ModelPrice {
            id: ctx.id(),
            model: model.id,
            valid_from: self.price.valid_from.unwrap_or(ctx.now),
            rates: self.price.rates,
            created_at: ctx.now,
        };
        ctx.unit.model_prices().add(&price).await.map_err(refused)?;
        let entered = json!({
            "valid_from": price.valid_from,
            "input_nano_usd": price.rates.input,
            "output_nano_usd": price.rates.output,
            "cache_read_nano_usd": price.rates.cache_read,
            "cache_write_nano_usd": price.rates.cache_write,
        });
        let audit = AuditRecord::about("model.price_added", &model).beside("price", entered)?;
        Ok(Recorded::new(price, audit))
    }
}

fn refused(error: StoreError) -> Error {
    if MODEL.is_violated_in(&error) {
        // It was removed after it was found.
        return Error::NotFound(Model::KIND);
    }
    let detail = "another price of the model begins at the same moment";
    Error::on_conflict(VALID_FROM_TAKEN, MODEL_PRICE_TAKEN, detail)(error)
}

/// Lists the prices of a model.
#[derive(Debug, Clone)]
pub struct ListModelPrices {
    /// The model.
    pub model: ModelId,
    /// The order and the position.
    pub page: PageRequest<ModelPriceSort>,
}

impl Query for ListModelPrices {
    const NAME: &'static str = "model.list_prices";
    const PERMISSION: Permission = Permission::ModelRead;
    type Output = Page<ModelPrice>;

    async fn run(self, view: &mut View<'_>) -> Result<Page<ModelPrice>, Error> {
        let model = view.unit.models().get(self.model).await?;
        Ok(view.unit.model_prices().of_model(model.id, &self.page).await?)
    }
}
