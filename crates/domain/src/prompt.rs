//! Prompts: templates of messages in versions that never change, and labels that name versions.

mod gate;
mod messages;
#[cfg(test)]
mod tests;
pub(crate) mod values;
pub(crate) mod version;

use crate::{Description, Id, OrganizationId, Patch, Revision, Timestamp};

pub use gate::{GateNotPassed, ReleaseGate};
pub use messages::{PromptMessage, PromptMessages, PromptRole, PromptText, RenderedMessage};
pub use values::{PromptChoice, PromptLabel, PromptName, PromptTags, ProtectedLabels};
pub use version::{
    MAX_PROMPT_FALLBACKS, MAX_PROMPT_VERSIONS, PromptVersion, PromptVersionDraft, PromptVersionId,
    PromptVersionOrigin,
};

/// The most labels of a prompt.
pub const MAX_PROMPT_LABELS: usize = 50;

/// The values of a new prompt beside those of its first version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromptDraft {
    /// The name, unique in the organization.
    pub name: PromptName,
    /// The description.
    pub description: Option<Description>,
    /// The tags.
    pub tags: PromptTags,
    /// Whether it may be executed.
    pub active: bool,
    /// What a version must have reached before a protected label names it.
    pub release_gate: Option<ReleaseGate>,
}

/// A change of a prompt; absent fields keep their values. Its versions never change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PromptChanges {
    /// The new name.
    pub name: Option<PromptName>,
    /// The new description, or its removal.
    pub description: Patch<Description>,
    /// All tags.
    pub tags: Option<PromptTags>,
    /// Whether it may be executed.
    pub active: Option<bool>,
    /// All labels that only a release moves.
    pub protected_labels: Option<ProtectedLabels>,
    /// The new gate, or its removal.
    pub release_gate: Patch<ReleaseGate>,
}

/// The identity of a prompt.
pub type PromptId = Id<Prompt>;

/// A prompt with the version that is shown of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prompt {
    /// The identity.
    pub id: PromptId,
    /// The organization that owns it.
    pub organization: OrganizationId,
    /// The name, unique in the organization.
    pub name: PromptName,
    /// The description.
    pub description: Option<Description>,
    /// The tags.
    pub tags: PromptTags,
    /// Whether it may be executed.
    pub active: bool,
    /// The labels that only a release moves.
    pub protected_labels: ProtectedLabels,
    /// What a version must have reached before a protected label names it.
    pub release_gate: Option<ReleaseGate>,
    /// The number of its versions, which is that of the newest one.
    pub versions: u16,
    /// Whether a version has the label `production`.
    pub released: bool,
    /// The version with the label `production`, else the newest one; or the one that was asked for.
    pub shown: PromptVersion,
    /// The revision. It also changes with each version and each move of a label.
    pub revision: Revision,
}

/// A version that a label names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelledVersion {
    /// The label.
    pub label: PromptLabel,
    /// The number of the version.
    pub version: u16,
    /// When the label was given to it.
    pub moved_at: Timestamp,
}

/// The prompt has as many versions as it may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a prompt has at most {MAX_PROMPT_VERSIONS} versions")]
pub struct VersionsExhausted;

impl Prompt {
    /// A new prompt with its first version.
    #[must_use]
    pub fn create(
        id: PromptId,
        organization: OrganizationId,
        draft: PromptDraft,
        first: PromptVersionDraft,
        origin: PromptVersionOrigin,
    ) -> Self {
        Self {
            id,
            organization,
            name: draft.name,
            description: draft.description,
            tags: draft.tags,
            active: draft.active,
            protected_labels: ProtectedLabels::default(),
            release_gate: draft.release_gate,
            versions: 1,
            released: false,
            shown: PromptVersion::new(id, 1, first, origin),
            revision: Revision::first(origin.created_at),
        }
    }

    /// The prompt after a change.
    #[must_use]
    pub fn change(self, changes: PromptChanges, at: Timestamp) -> Self {
        let mut description = self.description;
        changes.description.apply(&mut description);
        let mut release_gate = self.release_gate;
        changes.release_gate.apply(&mut release_gate);
        Self {
            name: changes.name.unwrap_or(self.name),
            description,
            tags: changes.tags.unwrap_or(self.tags),
            active: changes.active.unwrap_or(self.active),
            protected_labels: changes.protected_labels.unwrap_or(self.protected_labels),
            release_gate,
            revision: self.revision.next(at),
            ..self
        }
    }

    /// The prompt with another version, and that version.
    pub fn add_version(
        self,
        draft: PromptVersionDraft,
        origin: PromptVersionOrigin,
        at: Timestamp,
    ) -> Result<(Self, PromptVersion), VersionsExhausted> {
        if self.versions >= MAX_PROMPT_VERSIONS {
            return Err(VersionsExhausted);
        }
        let version = PromptVersion::new(self.id, self.versions + 1, draft, origin);
        let shown = if self.released { self.shown } else { version.clone() };
        let revision = self.revision.next(at);
        Ok((Self { versions: version.number, shown, revision, ..self }, version))
    }

    /// The prompt after `label` was given to a version of it.
    #[must_use]
    pub fn with_label(self, label: &PromptLabel, to: PromptVersion, at: Timestamp) -> Self {
        let revision = self.revision.next(at);
        if label.is_production() {
            return Self { shown: to, released: true, revision, ..self };
        }
        Self { revision, ..self }
    }

    /// The prompt after `label` was removed; `newest` is its newest version.
    #[must_use]
    pub fn without_label(self, label: &PromptLabel, newest: PromptVersion, at: Timestamp) -> Self {
        let revision = self.revision.next(at);
        if label.is_production() {
            return Self { shown: newest, released: false, revision, ..self };
        }
        Self { revision, ..self }
    }
}
