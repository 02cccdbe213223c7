//! The versions and the labels of prompts, and what a store keeps of them.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use futures::future::join_all;
use plinth_domain::{
    LabelledVersion, Model, Prompt, PromptChoice, PromptId, PromptLabel, PromptName, PromptVersion,
};
use plinth_ports::{
    Direction, PageRequest, PromptKey, PromptVersionReader, PromptVersionSort, PromptVersions,
    Result, Sort, UnitOfWork,
    records::prompt_versions::{LABELLED, MODEL, NUMBER, PROMPT, PROMPT_OF_LABEL},
};

use crate::{
    Stores,
    fixture::{at, id},
    outcome::assert_conflict,
    records::{Fixture, World, prompts::version},
    walk::walk,
};

/// Stores a prompt with this many versions, of which the newest is shown.
async fn prompt(stores: &Stores, world: &World, versions: u16) -> (Prompt, Vec<PromptVersion>) {
    let mut prompt: Prompt = world.make(1);
    let mut all = vec![prompt.shown.clone()];
    let insert = async |unit: &mut dyn UnitOfWork| Prompt::insert(unit, &prompt).await;
    stores.write(world.tenant(), insert).await.unwrap();
    for number in 2..=versions {
        prompt = add(stores, world, prompt.id, number.into()).await.unwrap();
        all.push(prompt.shown.clone());
    }
    (Prompt { organization: world.tenant().id(), ..prompt }, all)
}

/// Adds the next version as a command does: under the lock of the prompt.
async fn add(stores: &Stores, world: &World, id: PromptId, n: usize) -> Result<Prompt> {
    let mut unit = stores.begin(world.tenant()).await;
    let before = unit.prompt_versions().lock(id).await?.unwrap();
    let number = before.versions + 1;
    let next = version(id, number, n, world);
    let revision = before.revision.next(at(60));
    let after = Prompt { versions: number, shown: next.clone(), revision, ..before };
    PromptVersions::add(unit.prompt_versions(), &next).await?;
    unit.prompts().update(&after).await?;
    unit.commit().await?;
    Ok(after)
}

async fn choose(
    stores: &Stores,
    world: &World,
    prompt: &PromptKey,
    choice: &PromptChoice,
) -> Option<Prompt> {
    let mut view = stores.read(world.tenant()).await;
    PromptVersionReader::choose(view.prompt_versions(), prompt, choice).await.unwrap()
}

async fn give(
    stores: &Stores,
    world: &World,
    prompt: PromptId,
    label: &str,
    version: u16,
) -> Result<LabelledVersion> {
    let label = PromptLabel::parse(label).unwrap();
    let labelled = LabelledVersion { label, version, moved_at: at(i64::from(version)) };
    let give = async |unit: &mut dyn UnitOfWork| {
        PromptVersions::label(unit.prompt_versions(), prompt, &labelled).await
    };
    stores.write(world.tenant(), give).await?;
    Ok(labelled)
}

async fn labels(stores: &Stores, world: &World, prompt: PromptId) -> Vec<LabelledVersion> {
    let mut view = stores.read(world.tenant()).await;
    PromptVersionReader::labels(view.prompt_versions(), prompt).await.unwrap()
}

pub async fn a_version_is_chosen_by_number_label_and_what_is_shown(stores: &Stores) {
    let world = World::new(stores).await;
    let (prompt, all) = prompt(stores, &world, 3).await;
    give(stores, &world, prompt.id, "staging", 1).await.unwrap();
    let shows = |version: &PromptVersion| Some(Prompt { shown: version.clone(), ..prompt.clone() });
    let label = |text: &str| PromptChoice::Label(PromptLabel::parse(text).unwrap());
    let name = PromptKey::Name(prompt.name.clone());
    for key in [PromptKey::Id(prompt.id), name.clone()] {
        for (choice, expected) in [
            (PromptChoice::Released, shows(&all[2])),
            (PromptChoice::Newest, shows(&all[2])),
            (PromptChoice::Number(1), shows(&all[0])),
            (PromptChoice::Number(2), shows(&all[1])),
            (PromptChoice::Number(4), None),
            (PromptChoice::Number(0), None),
            (PromptChoice::Number(u16::MAX), None),
            (label("staging"), shows(&all[0])),
            (label("production"), None),
        ] {
            assert_eq!(choose(stores, &world, &key, &choice).await, expected, "{choice:?}");
        }
    }
    let released = Prompt {
        shown: all[1].clone(),
        released: true,
        revision: prompt.revision.next(at(61)),
        ..prompt.clone()
    };
    let release = async |unit: &mut dyn UnitOfWork| unit.prompts().update(&released).await;
    stores.write(world.tenant(), release).await.unwrap();
    let shown = choose(stores, &world, &name, &PromptChoice::Released).await;
    assert_eq!(shown.as_ref(), Some(&released));
    let newest = choose(stores, &world, &name, &PromptChoice::Newest).await;
    assert_eq!(newest.map(|prompt| prompt.shown), all.last().cloned());
    for unknown in [PromptKey::Id(id()), PromptKey::Name(PromptName::parse("none").unwrap())] {
        assert_eq!(choose(stores, &world, &unknown, &PromptChoice::Released).await, None);
    }
}

pub async fn versions_are_listed_by_their_numbers(stores: &Stores) {
    let world = World::new(stores).await;
    let (prompt, all) = prompt(stores, &world, 12).await;
    let other: Prompt = world.make(2);
    let insert = async |unit: &mut dyn UnitOfWork| Prompt::insert(unit, &other).await;
    stores.write(world.tenant(), insert).await.unwrap();
    for direction in [Direction::Ascending, Direction::Descending] {
        let page = PageRequest::first(5, Sort { by: PromptVersionSort::Number, direction });
        let listed = walk(page, async |page: &_| {
            let mut view = stores.read_together(world.tenant()).await;
            let versions: &mut dyn PromptVersionReader = view.prompt_versions();
            versions.list(prompt.id, page).await.unwrap()
        });
        let mut expected = all.clone();
        if direction == Direction::Descending {
            expected.reverse();
        }
        assert_eq!(listed.await, expected);
    }
}

pub async fn a_label_names_one_version_and_moves(stores: &Stores) {
    let world = World::new(stores).await;
    let (prompt, _) = prompt(stores, &world, 3).await;
    assert_eq!(labels(stores, &world, prompt.id).await, []);
    let staging = give(stores, &world, prompt.id, "staging", 1).await.unwrap();
    let canary = give(stores, &world, prompt.id, "canary", 1).await.unwrap();
    assert_eq!(labels(stores, &world, prompt.id).await, [canary.clone(), staging]);
    let moved = give(stores, &world, prompt.id, "staging", 3).await.unwrap();
    assert_eq!(labels(stores, &world, prompt.id).await, [canary, moved.clone()]);
    let remove = async |unit: &mut dyn UnitOfWork| {
        let canary = PromptLabel::parse("canary").unwrap();
        unit.prompt_versions().remove_label(prompt.id, &canary).await
    };
    stores.write(world.tenant(), remove).await.unwrap();
    assert_eq!(labels(stores, &world, prompt.id).await, [moved]);
    let refused = give(stores, &world, prompt.id, "staging", 4).await;
    assert_conflict(refused, LABELLED.0);
}

pub async fn a_version_needs_its_prompt_its_model_and_a_number_of_its_own(stores: &Stores) {
    let world = World::new(stores).await;
    let (prompt, all) = prompt(stores, &world, 2).await;
    let add = async |version: PromptVersion| {
        let add = async |unit: &mut dyn UnitOfWork| {
            PromptVersions::add(unit.prompt_versions(), &version).await
        };
        stores.write(world.tenant(), add).await
    };
    let next = version(prompt.id, 3, 3, &world);
    assert_conflict(add(PromptVersion { number: 2, ..next.clone() }).await, NUMBER.0);
    assert_conflict(add(PromptVersion { prompt: id(), ..next.clone() }).await, PROMPT.0);
    let mut homeless = next.clone();
    homeless.draft.model = id();
    assert_conflict(add(homeless).await, MODEL.0);
    let kept = choose(stores, &world, &PromptKey::Id(prompt.id), &PromptChoice::Number(2)).await;
    assert_eq!(kept.map(|prompt| prompt.shown), all.get(1).cloned());
}

pub async fn a_model_stays_as_long_as_a_version_needs_it(stores: &Stores) {
    let world = World::new(stores).await;
    let model: Model = world.make(11);
    let mut prompt: Prompt = world.make(1);
    prompt.shown.draft.model = model.id;
    let insert = async |unit: &mut dyn UnitOfWork| {
        Model::insert(unit, &model).await?;
        Prompt::insert(unit, &prompt).await
    };
    stores.write(world.tenant(), insert).await.unwrap();
    let remove = async |unit: &mut dyn UnitOfWork| unit.models().remove(&model).await;
    assert_conflict(stores.write(world.tenant(), remove).await, MODEL.0);
    let remove = async |unit: &mut dyn UnitOfWork| unit.prompts().remove(&prompt).await;
    stores.write(world.tenant(), remove).await.unwrap();
    let remove = async |unit: &mut dyn UnitOfWork| unit.models().remove(&model).await;
    stores.write(world.tenant(), remove).await.unwrap();
}

pub async fn a_prompt_is_removed_with_its_versions_and_its_labels(stores: &Stores) {
    let world = World::new(stores).await;
    let (prompt, _) = prompt(stores, &world, 3).await;
    give(stores, &world, prompt.id, "staging", 1).await.unwrap();
    let remove = async |unit: &mut dyn UnitOfWork| unit.prompts().remove(&prompt).await;
    stores.write(world.tenant(), remove).await.unwrap();
    assert_eq!(labels(stores, &world, prompt.id).await, []);
    let number = PromptChoice::Number(1);
    assert_eq!(choose(stores, &world, &PromptKey::Id(prompt.id), &number).await, None);
    // Nothing of it is left over for another one with its identity.
    let again = Prompt::make(prompt.id, world.make::<Prompt>(1).revision, 1, &world);
    let insert = async |unit: &mut dyn UnitOfWork| Prompt::insert(unit, &again).await;
    stores.write(world.tenant(), insert).await.unwrap();
}

pub async fn concurrent_versions_get_distinct_numbers_without_gaps(stores: &Stores) {
    let world = World::new(stores).await;
    let (prompt, _) = prompt(stores, &world, 1).await;
    let added = (2..10).map(|n| add(stores, &world, prompt.id, n));
    let mut numbers: Vec<u16> =
        join_all(added).await.into_iter().map(|added| added.unwrap().versions).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (2..10).collect::<Vec<_>>());
    let newest = choose(stores, &world, &PromptKey::Id(prompt.id), &PromptChoice::Newest).await;
    assert_eq!(newest.map(|prompt| (prompt.versions, prompt.shown.number)), Some((9, 9)));
}

pub async fn another_organization_neither_reads_nor_adds_versions(stores: &Stores) {
    let (ours, theirs) = (World::new(stores).await, World::new(stores).await);
    let (prompt, _) = prompt(stores, &ours, 2).await;
    give(stores, &ours, prompt.id, "staging", 1).await.unwrap();
    for key in [PromptKey::Id(prompt.id), PromptKey::Name(prompt.name.clone())] {
        assert_eq!(choose(stores, &theirs, &key, &PromptChoice::Number(1)).await, None);
    }
    assert_eq!(labels(stores, &theirs, prompt.id).await, []);
    assert_conflict(give(stores, &theirs, prompt.id, "staging", 2).await, PROMPT_OF_LABEL.0);
    let foreign = version(prompt.id, 3, 3, &theirs);
    let add = async |unit: &mut dyn UnitOfWork| {
        PromptVersions::add(unit.prompt_versions(), &foreign).await
    };
    assert_conflict(stores.write(theirs.tenant(), add).await, PROMPT.0);
    let mut unit = stores.begin(theirs.tenant()).await;
    assert_eq!(unit.prompt_versions().lock(prompt.id).await.unwrap(), None);
    let label = PromptLabel::parse("staging").unwrap();
    unit.prompt_versions().remove_label(prompt.id, &label).await.unwrap();
    unit.commit().await.unwrap();
    assert_eq!(labels(stores, &ours, prompt.id).await.len(), 1);
}
