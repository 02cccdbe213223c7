//! How long the answers to versions of prompts were.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use plinth_domain::{Model, ModelId, Prompt, PromptId};
use plinth_ports::{
    UnitOfWork,
    records::answer_lengths::{REMEMBERED_ANSWERS, TELLING_ANSWERS},
};

use crate::{Stores, harness::Tenant, outcome::assert_conflict, records::World};

async fn remember(stores: &Stores, tenant: &Tenant, prompt: PromptId, model: ModelId, tokens: u32) {
    let write = async |unit: &mut dyn UnitOfWork| {
        unit.answer_lengths().remember((prompt, 1), model, tokens).await
    };
    stores.write(tenant, write).await.unwrap();
}

async fn longest(
    stores: &Stores,
    tenant: &Tenant,
    prompt: PromptId,
    models: &[ModelId],
) -> Vec<(ModelId, u32)> {
    stores.read(tenant).await.answer_lengths().longest((prompt, 1), models).await.unwrap()
}

pub async fn the_longest_of_the_last_answers_is_told_once_there_are_enough(stores: &Stores) {
    let world = World::new(stores).await;
    let tenant = world.tenant();
    let (prompt, model) = (world.id::<Prompt>(0), world.id::<Model>(0));
    let (other_model, other_prompt) = (world.id::<Model>(1), world.id::<Prompt>(1));
    let both = [model, other_model];
    for answer in 1..TELLING_ANSWERS {
        remember(stores, tenant, prompt, model, if answer == 1 { 900 } else { 5 }).await;
    }
    assert_eq!(longest(stores, tenant, prompt, &both).await, []);
    remember(stores, tenant, prompt, model, u32::MAX).await;
    assert_eq!(longest(stores, tenant, prompt, &both).await, [(model, u32::MAX)]);
    assert_eq!(longest(stores, tenant, prompt, &[other_model]).await, []);
    assert_eq!(longest(stores, tenant, other_prompt, &both).await, []);
    let mut view = stores.read(tenant).await;
    assert_eq!(view.answer_lengths().longest((prompt, 2), &both).await.unwrap(), []);
    drop(view);

    // Those of long ago are forgotten.
    for _ in 1..REMEMBERED_ANSWERS {
        remember(stores, tenant, prompt, model, 7).await;
    }
    assert_eq!(longest(stores, tenant, prompt, &both).await, [(model, u32::MAX)]);
    remember(stores, tenant, prompt, model, 7).await;
    assert_eq!(longest(stores, tenant, prompt, &both).await, [(model, 7)]);
}

pub async fn another_organization_neither_reads_nor_adds_lengths_of_answers(stores: &Stores) {
    let (ours, theirs) = (World::new(stores).await, World::new(stores).await);
    let (prompt, model) = (ours.id::<Prompt>(0), ours.id::<Model>(0));
    for _ in 0..TELLING_ANSWERS {
        remember(stores, ours.tenant(), prompt, model, 3).await;
    }
    assert_eq!(longest(stores, theirs.tenant(), prompt, &[model]).await, []);
    let add = async |unit: &mut dyn UnitOfWork| {
        unit.answer_lengths().remember((prompt, 1), model, 9).await
    };
    let constraint = "answer_lengths_organization_id_prompt_id_prompt_version_fkey";
    assert_conflict(stores.write(theirs.tenant(), add).await, constraint);
    assert_eq!(longest(stores, ours.tenant(), prompt, &[model]).await, [(model, 3)]);
}
