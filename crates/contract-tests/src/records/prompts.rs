use futures::future::BoxFuture;
use plinth_domain::{
    Dataset, Description, Evaluator, Id, JsonObject, Lines, Prompt, PromptId, PromptLabel,
    PromptMessage, PromptMessages, PromptName, PromptRole, PromptTags, PromptText, PromptVersion,
    PromptVersionDraft, ProtectedLabels, ReleaseGate, Revision, Score, Text,
};
use plinth_ports::{PromptFilter, PromptVersions, RecordUpdater, Records, Result, UnitOfWork};
use uuid::Uuid;

use super::{Fixture, World};
use crate::fixture::{at, id};

/// A version with the n-th values, of the first user.
pub(crate) fn version(prompt: PromptId, number: u16, n: usize, world: &World) -> PromptVersion {
    let full = n.is_multiple_of(2);
    let json = |text: &str| JsonObject::from_parsed(text.to_owned());
    let message = |role: usize| PromptMessage {
        role: PromptRole::ALL[role % 3],
        content: PromptText::parse(format!(" \"{n}\" \\ {{{{ größe }}}}\r\n\t𝔘{role}")).unwrap(),
    };
    PromptVersion {
        id: Id::from_uuid(Uuid::from_u128(prompt.uuid().as_u128().wrapping_add(number.into()))),
        prompt,
        number,
        draft: PromptVersionDraft {
            messages: PromptMessages::new((0..=n % 4).map(message).collect()).unwrap(),
            input_schema: full.then(|| json(r#"{"type": "object"}"#)),
            output_schema: full.then(|| json(r#"{"type": "string"}"#)),
            parameters: json(&format!("{{\"n\": {n}}}")),
            model: world.id(n),
            fallbacks: (0..n % 6).map(|k| Id::from_uuid(Uuid::from_u128(k as u128))).collect(),
            note: full.then(|| Lines::parse("Why,\nand what for").unwrap()),
        },
        sha256: [u8::try_from(n).unwrap(); 32],
        created_by: world.tenant().owner.id,
        created_at: at(7),
    }
}

/// Judges refer to prompts, so the first prompts have no gate.
fn gate(n: usize, world: &World) -> Option<ReleaseGate> {
    if n.is_multiple_of(2) {
        return None;
    }
    Some(ReleaseGate {
        dataset: world.id_if_made::<Dataset>(n / 2)?,
        evaluator: world.id_if_made::<Evaluator>(n / 2)?,
        threshold: Score::new(1.0 / f64::from(u32::try_from(n).unwrap())).unwrap(),
    })
}

impl Fixture for Prompt {
    /// The version that is shown has the number of the prompt's revision.
    fn make(prompt: Id<Self>, revision: Revision, n: usize, world: &World) -> Self {
        let full = n.is_multiple_of(2);
        let number = u16::try_from(revision.version.number()).unwrap();
        let labels = (0..n % 3).map(|k| PromptLabel::parse(&format!("label-{k}")).unwrap());
        let tags = (0..n % 4).map(|k| Text::parse(&format!("Tag {}, größer", k + n % 5)).unwrap());
        Self {
            id: prompt,
            organization: id(),
            name: PromptName::parse(&format!("prompt-{n}")).unwrap(),
            description: full.then(|| Description::parse(format!("Line {n},\none more")).unwrap()),
            tags: PromptTags::new(tags.collect()).unwrap(),
            active: !n.is_multiple_of(3),
            protected_labels: ProtectedLabels::new(labels.collect()).unwrap(),
            release_gate: gate(n, world),
            versions: number,
            released: full,
            shown: version(prompt, number, n, world),
            revision,
        }
    }

    fn filters(_world: &World) -> Vec<PromptFilter> {
        let any = PromptFilter::default;
        let (name, tag) = (PromptName::parse("prompt-3").ok(), Text::parse("Tag 4, größer").ok());
        vec![
            PromptFilter { name: name.clone(), ..any() },
            PromptFilter { tag: tag.clone(), ..any() },
            PromptFilter { active: Some(true), ..any() },
            PromptFilter { active: Some(false), ..any() },
            PromptFilter { active: Some(true), tag, ..any() },
        ]
    }

    fn insert<'a>(unit: &'a mut dyn UnitOfWork, record: &'a Self) -> BoxFuture<'a, Result<()>> {
        Box::pin(async {
            Records::insert(unit.prompts(), record).await?;
            PromptVersions::add(unit.prompt_versions(), &record.shown).await
        })
    }

    fn update<'a>(unit: &'a mut dyn UnitOfWork, record: &'a Self) -> BoxFuture<'a, Result<()>> {
        Box::pin(async {
            RecordUpdater::update(unit.prompts(), record).await?;
            PromptVersions::add(unit.prompt_versions(), &record.shown).await
        })
    }
}
