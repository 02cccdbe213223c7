use async_trait::async_trait;
use plinth_domain::{Id, Model, ModelId, ModelKind, ModelPrice, Timestamp, TokenRates};
use plinth_ports::{CallableModel, ModelCatalogue, ModelChoice, Result, SealedSecret, WrappedKey};
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::models::{Entity, columns};
use crate::{
    row::{FromRow, Row, named, stored},
    scoped::ScopedTx,
};

/// `$2` is the identity of the chosen model, or `$3` its name; `$4` tells whether `$5` are the
/// fallbacks; `$6` is the moment of the price.
const CALLABLE: &str = concat!(
    "SELECT ",
    columns!(),
    ", s.master_key, s.wrapped_key, s.sealed, p.id AS price_id, p.valid_from, p.input_nano, \
        p.output_nano, p.cache_read_nano, p.cache_write_nano, p.created_at AS priced_at, \
        n.next_price_at \
    FROM models chosen \
    CROSS JOIN LATERAL unnest(array_prepend(chosen.id, CASE WHEN $4 THEN $5::uuid[] \
        ELSE ARRAY[chosen.fallback_1_id, chosen.fallback_2_id, chosen.fallback_3_id, \
            chosen.fallback_4_id, chosen.fallback_5_id] END)) WITH ORDINALITY AS asked(id, place) \
    JOIN models m ON m.organization_id = $1 AND m.id = asked.id \
    LEFT JOIN secrets s ON s.organization_id = $1 AND s.id = m.secret_id \
    LEFT JOIN LATERAL (SELECT * FROM model_prices \
        WHERE organization_id = $1 AND model_id = m.id AND valid_from <= $6 \
        ORDER BY valid_from DESC LIMIT 1) p ON true \
    LEFT JOIN LATERAL (SELECT min(valid_from) AS next_price_at FROM model_prices \
        WHERE organization_id = $1 AND model_id = m.id AND valid_from > $6) n ON true \
    WHERE chosen.organization_id = $1 AND (chosen.id = $2 OR chosen.name = $3) \
    ORDER BY asked.place"
);

const KINDS: &str =
    "SELECT id, kind FROM models WHERE organization_id = $1 AND id = ANY($2::uuid[])";

#[async_trait]
impl ModelCatalogue for ScopedTx {
    async fn callable(
        &mut self,
        model: &ModelChoice,
        fallbacks: Option<&[ModelId]>,
        at: Timestamp,
    ) -> Result<Vec<CallableModel>> {
        let (id, name) = match model {
            ModelChoice::Id(id) => (Some(id.uuid()), None),
            ModelChoice::Name(name) => (None, Some(name.as_str().to_owned())),
        };
        let given: Vec<Uuid> = fallbacks.unwrap_or_default().iter().map(|id| id.uuid()).collect();
        let values =
            vec![id.into(), name.into(), fallbacks.is_some().into(), given.into(), at.into()];
        Ok(self.ask_within(CALLABLE, values, usize::MAX, callable).await?.items)
    }

    async fn kinds(&mut self, models: &[ModelId]) -> Result<Vec<(ModelId, ModelKind)>> {
        let ids: Vec<Uuid> = models.iter().map(|id| id.uuid()).collect();
        let read = |row: &_| Ok((stored(row, "id")?, stored(row, "kind")?));
        Ok(self.ask_within(KINDS, vec![ids.into()], usize::MAX, read).await?.items)
    }
}

fn callable(row: &PgRow) -> Result<CallableModel> {
    let model = Model::from_row(&Row::<Entity>::new(row))?;
    let secret = match &model.secret {
        Some(secret) => Some(SealedSecret {
            id: secret.id,
            key: WrappedKey {
                master_key: named(row, "master_key")?,
                bytes: named(row, "wrapped_key")?,
            },
            sealed: named(row, "sealed")?,
        }),
        None => None,
    };
    let price = match named::<Option<Uuid>>(row, "price_id")? {
        Some(id) => Some(ModelPrice {
            id: Id::from_uuid(id),
            model: model.id,
            valid_from: named(row, "valid_from")?,
            rates: TokenRates {
                input: named(row, "input_nano")?,
                output: named(row, "output_nano")?,
                cache_read: named(row, "cache_read_nano")?,
                cache_write: named(row, "cache_write_nano")?,
            },
            created_at: named(row, "priced_at")?,
        }),
        None => None,
    };
    Ok(CallableModel { model, secret, price, next_price_at: named(row, "next_price_at")? })
}
