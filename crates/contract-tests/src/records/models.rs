use std::time::Duration;

use futures::future::BoxFuture;
use plinth_domain::{
    BaseUrl, Id, JsonObject, Model, ModelCapability, ModelKind, ModelName, ModelProvider,
    ModelStatus, ModelTimeouts, Revision, SecretId, SecretRef, Text,
};
use plinth_ports::{
    ModelFilter, OneOf, RecordUpdater, Records, Result, SealedSecret, UnitOfWork, WrappedKey,
};
use uuid::Uuid;

use super::{Fixture, World};
use crate::fixture::{at, id};

impl Fixture for Model {
    fn make(model: Id<Self>, revision: Revision, n: usize, world: &World) -> Self {
        let full = n.is_multiple_of(2);
        let milliseconds = |least: u64| Duration::from_millis(least + n as u64);
        let secret = Uuid::from_u128(model.uuid().as_u128().wrapping_add(1 + n as u128));
        let others = [0, 1].map(|k| world.id_if_made::<Self>(n + k));
        Self {
            id: model,
            organization: id(),
            name: ModelName::parse(&format!("local/model-{n}")).unwrap(),
            provider: ModelProvider::ALL[n % 4],
            model_id: Text::parse(&format!("Vendor/Größe {n}")).unwrap(),
            base_url: (n % 4 == 3)
                .then(|| BaseUrl::parse(&format!("https://{n}.example/v1")).unwrap()),
            kind: ModelKind::ALL[n % 3 / 2],
            capabilities: ModelCapability::ALL[..n % 8].to_vec(),
            timeouts: ModelTimeouts {
                connect: milliseconds(100),
                first_token: milliseconds(200),
                idle: milliseconds(300),
                total: milliseconds(1_000),
            },
            fallbacks: others.into_iter().flatten().take(n % 3).collect(),
            config: JsonObject::from_parsed(format!("{{\"n\": {n}}}")),
            status: ModelStatus::ALL[usize::from(n % 5 == 1)],
            secret: full
                .then(|| SecretRef { id: Id::from_uuid(secret), last_four: format!("{n:04}") }),
            flagged: n.is_multiple_of(4).then(|| at(7)),
            revision,
        }
    }

    fn filters(_world: &World) -> Vec<ModelFilter> {
        let hosted = vec![ModelProvider::OpenAi, ModelProvider::Anthropic];
        vec![
            ModelFilter { kind: ModelKind::Embedding.into(), ..Default::default() },
            ModelFilter { provider: ModelProvider::Custom.into(), ..Default::default() },
            ModelFilter { provider: OneOf::new(hosted).unwrap(), ..Default::default() },
            ModelFilter { status: ModelStatus::Disabled.into(), ..Default::default() },
        ]
    }

    fn insert<'a>(unit: &'a mut dyn UnitOfWork, record: &'a Self) -> BoxFuture<'a, Result<()>> {
        Box::pin(async {
            entrust(unit, record).await?;
            Records::insert(unit.models(), record).await
        })
    }

    fn update<'a>(unit: &'a mut dyn UnitOfWork, record: &'a Self) -> BoxFuture<'a, Result<()>> {
        Box::pin(async {
            entrust(unit, record).await?;
            RecordUpdater::update(unit.models(), record).await
        })
    }
}

/// A sealed secret; each has other bytes.
pub(crate) fn sealed(secret: SecretId) -> SealedSecret {
    let key =
        WrappedKey { master_key: "2026-11".to_owned(), bytes: secret.uuid().as_bytes().to_vec() };
    SealedSecret { id: secret, key, sealed: vec![0, 255, 7] }
}

/// Stores the secret of a model, unless it is stored.
async fn entrust(unit: &mut dyn UnitOfWork, model: &Model) -> Result<()> {
    let Some(secret) = &model.secret else { return Ok(()) };
    match unit.secrets().find(secret.id).await? {
        Some(_) => Ok(()),
        None => unit.secrets().insert(&sealed(secret.id)).await,
    }
}
