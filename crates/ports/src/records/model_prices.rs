//! What models cost.

use async_trait::async_trait;
use plinth_domain::{ModelId, ModelPrice};

use super::Constraint;
use crate::{Page, PageRequest, Result, SortValue, page::sort_keys};

plinth_domain::codes! {
    MODEL_PRICE_TAKEN = "model.price_taken",
        "Another price of the model begins at the same moment, and prices never change.";
}

/// Another price of the model begins at the same moment.
pub const VALID_FROM_TAKEN: Constraint =
    Constraint("model_prices_organization_id_model_id_valid_from_key");
/// The model of a price does not exist.
pub const MODEL: Constraint = Constraint("model_prices_organization_id_model_id_fkey");

sort_keys! {
    /// The orders of a list of prices.
    ModelPriceSort of ModelPrice, unchanged, by |p| p.id.uuid();
    ValidFrom = "valid_from" => |p| SortValue::Time(p.valid_from),
}

/// Reads the prices of models.
#[async_trait]
pub trait ModelPriceReader: Send {
    /// One page of the prices of a model.
    async fn of_model(
        &mut self,
        model: ModelId,
        page: &PageRequest<ModelPriceSort>,
    ) -> Result<Page<ModelPrice>>;
}

/// Reads and adds prices. None is ever changed, or removed without its model.
#[async_trait]
pub trait ModelPrices: ModelPriceReader {
    /// Stores a new price.
    async fn add(&mut self, price: &ModelPrice) -> Result<()>;
}
