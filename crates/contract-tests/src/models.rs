//! What is stored beside a model: its fallbacks, its prices and its secret.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use plinth_domain::{Model, ModelId, ModelKind, ModelPrice, SecretRef, Timestamp, TokenRates};
use plinth_ports::{
    CallableModel, Direction, ModelChoice, Records, Result, SealedSecret, UnitOfWork,
    records::{
        model_prices::{MODEL, ModelPriceSort, VALID_FROM_TAKEN},
        models::{FALLBACKS, SECRET},
    },
};

use crate::{
    Stores,
    fixture::{at, id},
    harness::Tenant,
    outcome::assert_conflict,
    records::{Fixture, World, models::sealed},
    walk::{first, walk},
};

/// The n-th model, without fallbacks and without a secret.
fn plain(world: &World, n: usize) -> Model {
    Model { fallbacks: Vec::new(), secret: None, ..world.make(n) }
}

async fn insert(stores: &Stores, tenant: &Tenant, model: &Model) -> Result<()> {
    stores.write(tenant, async |unit| Model::insert(unit, model).await).await
}

fn price(model: ModelId, valid_from: Timestamp, input: i64) -> ModelPrice {
    let rates = TokenRates { input, output: 2, cache_read: 3, cache_write: 1_000_000_000_000_000 };
    ModelPrice { id: id(), model, valid_from, rates, created_at: at(1) }
}

async fn add(stores: &Stores, tenant: &Tenant, price: &ModelPrice) -> Result<()> {
    let add = async |unit: &mut dyn UnitOfWork| unit.model_prices().add(price).await;
    stores.write(tenant, add).await
}

async fn callable(
    stores: &Stores,
    tenant: &Tenant,
    model: &ModelChoice,
    fallbacks: Option<&[ModelId]>,
    at: Timestamp,
) -> Vec<CallableModel> {
    let mut view = stores.read(tenant).await;
    view.model_catalogue().callable(model, fallbacks, at).await.unwrap()
}

async fn prices(stores: &Stores, tenant: &Tenant, model: ModelId) -> Vec<ModelPrice> {
    let page = first(ModelPriceSort::ValidFrom, Direction::Descending, 2);
    walk(page, async |page: &_| {
        stores.read(tenant).await.model_prices().of_model(model, page).await.unwrap()
    })
    .await
}

/// Stores a model with a secret and two fallbacks, of which the second has a secret, too.
async fn three(stores: &Stores, world: &World) -> [Model; 3] {
    let secret = || Some(SecretRef { id: id(), last_four: "abcd".to_owned() });
    let second = plain(world, 2);
    let third = Model { secret: secret(), ..plain(world, 3) };
    let fallbacks = vec![third.id, second.id];
    let first = Model { fallbacks, secret: secret(), ..plain(world, 1) };
    for model in [&second, &third, &first] {
        insert(stores, world.tenant(), model).await.unwrap();
    }
    [first, second, third].map(|model| Model { organization: world.tenant().id(), ..model })
}

fn secret(model: &Model) -> Option<SealedSecret> {
    model.secret.as_ref().map(|secret| sealed(secret.id))
}

pub async fn one_question_answers_all_that_a_call_needs(stores: &Stores) {
    let world = World::new(stores).await;
    let [chosen, second, third] = three(stores, &world).await;
    let cost = price(third.id, at(5), 1);
    add(stores, world.tenant(), &cost).await.unwrap();
    let of = |model: &Model, price| CallableModel {
        model: model.clone(),
        secret: secret(model),
        price,
        next_price_at: None,
    };
    let by_id = ModelChoice::Id(chosen.id);
    let expected = vec![of(&chosen, None), of(&third, Some(cost)), of(&second, None)];
    assert_eq!(callable(stores, world.tenant(), &by_id, None, at(6)).await, expected);
    let by_name = ModelChoice::Name(chosen.name.clone());
    assert_eq!(callable(stores, world.tenant(), &by_name, None, at(6)).await, expected);
    let given = [second.id, id()];
    let expected = vec![of(&chosen, None), of(&second, None)];
    assert_eq!(callable(stores, world.tenant(), &by_id, Some(&given), at(6)).await, expected);
    let alone = callable(stores, world.tenant(), &by_id, Some(&[]), at(6)).await;
    assert_eq!(alone, [of(&chosen, None)]);
}

pub async fn another_organization_calls_none_of_it(stores: &Stores) {
    let (ours, theirs) = (World::new(stores).await, World::new(stores).await);
    let [chosen, second, _] = three(stores, &ours).await;
    add(stores, ours.tenant(), &price(chosen.id, at(0), 1)).await.unwrap();
    for choice in [ModelChoice::Id(chosen.id), ModelChoice::Name(chosen.name.clone())] {
        assert!(callable(stores, theirs.tenant(), &choice, None, at(9)).await.is_empty());
    }
    let own = plain(&theirs, 1);
    insert(stores, theirs.tenant(), &own).await.unwrap();
    let foreign = [second.id];
    let choice = ModelChoice::Id(own.id);
    let called = callable(stores, theirs.tenant(), &choice, Some(&foreign), at(9)).await;
    assert_eq!(called.len(), 1, "a fallback of another organization is not called");
    let mut view = stores.read(theirs.tenant()).await;
    assert!(view.model_catalogue().kinds(&[chosen.id]).await.unwrap().is_empty());
    assert!(prices(stores, theirs.tenant(), chosen.id).await.is_empty());
    let stolen = add(stores, theirs.tenant(), &price(chosen.id, at(3), 1)).await;
    assert_conflict(stolen, MODEL.0);
}

pub async fn the_kinds_of_existing_models_are_answered(stores: &Stores) {
    let world = World::new(stores).await;
    let [chosen, second, _] = three(stores, &world).await;
    let mut view = stores.read(world.tenant()).await;
    let asked = [chosen.id, id(), second.id];
    let mut kinds = view.model_catalogue().kinds(&asked).await.unwrap();
    kinds.sort();
    let mut expected = vec![(chosen.id, ModelKind::Chat), (second.id, ModelKind::Embedding)];
    expected.sort();
    assert_eq!(kinds, expected);
}

pub async fn a_price_counts_from_its_moment_until_the_next_begins(stores: &Stores) {
    let world = World::new(stores).await;
    let [model, ..] = three(stores, &world).await;
    // The newest counts, not the one that was entered last.
    let costs = [10, 30, 20].map(|moment| price(model.id, at(moment), moment));
    for cost in &costs {
        add(stores, world.tenant(), cost).await.unwrap();
    }
    let choice = ModelChoice::Id(model.id);
    for (moment, input) in
        [(9, None), (10, Some(10)), (19, Some(10)), (20, Some(20)), (99, Some(30))]
    {
        let called = callable(stores, world.tenant(), &choice, Some(&[]), at(moment)).await;
        assert_eq!(called[0].price.map(|price| price.rates.input), input, "at {moment}");
        let next = [10, 20, 30].into_iter().find(|begins| *begins > moment);
        assert_eq!(called[0].next_price_at, next.map(at), "at {moment}");
    }
    assert_eq!(prices(stores, world.tenant(), model.id).await, [costs[1], costs[2], costs[0]]);
}

pub async fn prices_are_added_once_and_go_with_their_model(stores: &Stores) {
    let world = World::new(stores).await;
    let [model, second, _] = three(stores, &world).await;
    let first = price(model.id, at(0), 1);
    add(stores, world.tenant(), &first).await.unwrap();
    add(stores, world.tenant(), &price(second.id, at(0), 2)).await.unwrap();
    let again = add(stores, world.tenant(), &price(model.id, at(0), 3)).await;
    assert_conflict(again, VALID_FROM_TAKEN.0);
    let unknown = add(stores, world.tenant(), &price(id(), at(0), 3)).await;
    assert_conflict(unknown, MODEL.0);
    assert_eq!(prices(stores, world.tenant(), model.id).await, [first]);
    let remove = async |unit: &mut dyn UnitOfWork| Records::remove(unit.models(), &model).await;
    stores.write(world.tenant(), remove).await.unwrap();
    assert!(prices(stores, world.tenant(), model.id).await.is_empty());
    assert_eq!(prices(stores, world.tenant(), second.id).await.len(), 1);
}

pub async fn a_fallback_exists_and_is_kept_in_every_place(stores: &Stores) {
    let (world, other) = (World::new(stores).await, World::new(stores).await);
    let foreign = plain(&other, 1);
    insert(stores, other.tenant(), &foreign).await.unwrap();
    let models: Vec<Model> = (1..=5).map(|n| plain(&world, n)).collect();
    for model in &models {
        insert(stores, world.tenant(), model).await.unwrap();
    }
    let fallbacks: Vec<ModelId> = models.iter().map(|model| model.id).collect();
    for (place, constraint) in FALLBACKS.iter().enumerate() {
        for missing in [id(), foreign.id] {
            let mut fallbacks = fallbacks.clone();
            fallbacks[place] = missing;
            let broken = Model { fallbacks, ..plain(&world, 6) };
            assert_conflict(insert(stores, world.tenant(), &broken).await, constraint.0);
        }
    }
    let model = Model { fallbacks, ..plain(&world, 6) };
    insert(stores, world.tenant(), &model).await.unwrap();
    for (fallback, constraint) in models.iter().zip(FALLBACKS) {
        let remove = async |unit: &mut dyn UnitOfWork| unit.models().remove(fallback).await;
        assert_conflict(stores.write(world.tenant(), remove).await, constraint.0);
    }
}

pub async fn a_secret_is_of_one_organization_and_kept_while_a_model_needs_it(stores: &Stores) {
    let (ours, theirs) = (World::new(stores).await, World::new(stores).await);
    let [model, ..] = three(stores, &ours).await;
    let secret = model.secret.clone().unwrap();
    let foreign = Model { secret: Some(secret.clone()), ..plain(&theirs, 1) };
    let insert_alone =
        async |unit: &mut dyn UnitOfWork| Records::insert(unit.models(), &foreign).await;
    assert_conflict(stores.write(theirs.tenant(), insert_alone).await, SECRET.0);
    let mut unit = stores.begin(theirs.tenant()).await;
    assert_eq!(unit.secrets().find(secret.id).await.unwrap(), None);
    unit.secrets().remove(secret.id).await.unwrap();
    unit.commit().await.unwrap();
    let remove = async |unit: &mut dyn UnitOfWork| unit.secrets().remove(secret.id).await;
    assert_conflict(stores.write(ours.tenant(), remove).await, SECRET.0);
    let mut unit = stores.begin(ours.tenant()).await;
    assert_eq!(unit.secrets().find(secret.id).await.unwrap(), Some(sealed(secret.id)));
    unit.models().remove(&model).await.unwrap();
    unit.secrets().remove(secret.id).await.unwrap();
    assert_eq!(unit.secrets().find(secret.id).await.unwrap(), None);
    unit.commit().await.unwrap();
}
