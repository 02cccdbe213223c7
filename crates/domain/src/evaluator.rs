//! What compares an answer with what was expected.

mod definition;
mod parts;
mod score;

use crate::{Description, Id, Name, OrganizationId, Patch, Revision, Timestamp};

pub use definition::{EvaluatorDefinition, EvaluatorKind, Pattern};
pub use parts::{EvaluatorParts, EvaluatorPartsPatch, FaultyPart};
pub use score::Score;

/// The identity of an evaluator.
pub type EvaluatorId = Id<Evaluator>;

/// The values of a new evaluator.
#[derive(Debug, Clone, PartialEq)]
pub struct EvaluatorDraft {
    /// Unique within the organization.
    pub name: Name,
    /// What it is for.
    pub description: Option<Description>,
    /// How it compares.
    pub definition: EvaluatorDefinition,
}

/// A change to an evaluator.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct EvaluatorChanges {
    /// Sets `name`.
    pub name: Option<Name>,
    /// Sets `description`, or clears it.
    pub description: Patch<Description>,
    /// Changes parts of `definition`.
    pub definition: Option<EvaluatorPartsPatch>,
}

/// An evaluator: it gives answers a score from 0 to 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluator {
    /// The identity.
    pub id: EvaluatorId,
    /// The organization that owns it.
    pub organization: OrganizationId,
    /// Unique within the organization.
    pub name: Name,
    /// What it is for.
    pub description: Option<Description>,
    /// How it compares.
    pub definition: EvaluatorDefinition,
    /// The number of the definition, from 1: another definition has the next one. Scores of two
    /// definitions are never compared.
    pub number: u32,
    /// The version, and when it was written.
    pub revision: Revision,
}

impl Evaluator {
    /// A new evaluator.
    #[must_use]
    pub fn create(
        id: EvaluatorId,
        organization: OrganizationId,
        draft: EvaluatorDraft,
        at: Timestamp,
    ) -> Self {
        let EvaluatorDraft { name, description, definition } = draft;
        let revision = Revision::first(at);
        Self { id, organization, name, description, definition, number: 1, revision }
    }

    /// The evaluator after a change.
    ///
    /// # Errors
    /// The parts of the definition do not fit together.
    pub fn change(mut self, changes: EvaluatorChanges, at: Timestamp) -> Result<Self, FaultyPart> {
        self.name = changes.name.unwrap_or(self.name);
        changes.description.apply(&mut self.description);
        if let Some(patch) = changes.definition {
            let next = self.definition.parts().change(patch).define()?;
            if next != self.definition {
                self.definition = next;
                self.number = self.number.saturating_add(1);
            }
        }
        Ok(Self { revision: self.revision.next(at), ..self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn another_definition_has_the_next_number() {
        let exact = EvaluatorDefinition::Exact { ignore_case: false };
        let draft = EvaluatorDraft {
            name: Name::parse("Same").unwrap(),
            description: None,
            definition: exact,
        };
        let (id, at) = (Uuid::nil(), Timestamp::UNIX_EPOCH);
        let first = Evaluator::create(Id::from_uuid(id), Id::from_uuid(id), draft, at);
        let change = |definition: EvaluatorPartsPatch| EvaluatorChanges {
            definition: Some(definition),
            ..EvaluatorChanges::default()
        };
        let same = EvaluatorPartsPatch {
            ignore_case: Patch::Set(false),
            ..EvaluatorPartsPatch::default()
        };
        let same = first.change(change(same), at).unwrap();
        assert_eq!((same.number, same.revision.version.number()), (1, 2));
        let any_case =
            EvaluatorPartsPatch { ignore_case: Patch::Set(true), ..EvaluatorPartsPatch::default() };
        let next = same.change(change(any_case), at).unwrap();
        assert_eq!(next.number, 2);
        let other_kind = EvaluatorPartsPatch {
            kind: Some(EvaluatorKind::Numeric),
            tolerance: Patch::Set(0.5),
            ..EvaluatorPartsPatch::default()
        };
        let numeric = next.clone().change(change(other_kind), at).unwrap();
        assert_eq!(numeric.definition, EvaluatorDefinition::Numeric { tolerance: 0.5 });
        let missing = EvaluatorPartsPatch {
            kind: Some(EvaluatorKind::Regex),
            ..EvaluatorPartsPatch::default()
        };
        assert_eq!(numeric.change(change(missing), at).unwrap_err().field, "pattern");
        let renamed = EvaluatorChanges {
            name: Some(Name::parse("Other").unwrap()),
            ..EvaluatorChanges::default()
        };
        assert_eq!(next.change(renamed, at).unwrap().number, 2);
    }
}
