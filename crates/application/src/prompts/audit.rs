//! The audit representation of a prompt and of a version of it.

use data_encoding::HEXLOWER;
use plinth_domain::{Description, Id, Lines, Prompt, PromptLabel, PromptVersion, Text};
use serde_json::{Value, json};

pub(super) fn prompt(prompt: &Prompt) -> Value {
    let tags = prompt.tags.as_slice().iter().map(Text::as_str);
    let labels = prompt.protected_labels.as_slice().iter().map(PromptLabel::as_str);
    json!({
        "name": prompt.name.as_str(),
        "description": prompt.description.as_ref().map(Description::as_str),
        "tags": tags.collect::<Vec<_>>(),
        "is_active": prompt.active,
        "protected_labels": labels.collect::<Vec<_>>(),
        "release_gate": prompt.release_gate.map(|gate| json!({
            "dataset_id": gate.dataset.uuid(),
            "evaluator_id": gate.evaluator.uuid(),
            "threshold": gate.threshold.number(),
        })),
        "versions": prompt.versions,
        "version": prompt.revision.version.number(),
    })
}

/// Without its templates, which never change and would not fit: their hash tells which they are.
pub(super) fn version(version: &PromptVersion) -> Value {
    let draft = &version.draft;
    json!({
        "number": version.number,
        "model_id": draft.model.uuid(),
        "fallbacks": draft.fallbacks.iter().map(|id| Id::uuid(*id)).collect::<Vec<_>>(),
        "message": draft.note.as_ref().map(Lines::as_str),
        "sha256": HEXLOWER.encode(&version.sha256),
    })
}
