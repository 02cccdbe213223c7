use plinth_application::prompts::CreatePrompt;
use plinth_domain::{
    Description, Invalid, Patch, PromptChanges, PromptDraft, PromptLabel, PromptName, PromptTags,
    ProtectedLabels, Text, codes,
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    gate::ReleaseGateBody,
    version_body::{BYTES, PromptMessageBody, version_body},
};
use crate::json::{Faults, Form, Merge};

version_body! {
    /// A new prompt with its first version.
    NewPrompt {
        #[schema(pattern = "^[a-z0-9._-]{1,100}$", example = "support.reply")]
        name: String,
        #[schema(
            max_length = 10_000,
            pattern = "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f]*$",
            example = "Answers to customers"
        )]
        description: Option<String>,
        /// Different tags of 1 to 50 characters.
        #[schema(max_items = 20, example = json!(["support"]))]
        tags: Option<Vec<String>>,
        /// Whether it may be executed; it may unless this is `false`.
        is_active: Option<bool>,
        /// To set it needs `prompt:release`, too.
        release_gate: Option<ReleaseGateBody>,
    }
}

impl Form for NewPrompt {
    type Value = CreatePrompt;
    const BYTES: usize = BYTES;

    fn check(mut self, f: &mut Faults) -> Option<CreatePrompt> {
        let version = self.version().check(f);
        let name = f.check("/name", PromptName::parse(&self.name));
        let description = f.check_some("/description", self.description, Description::parse);
        let tags = tags(&self.tags.unwrap_or_default(), f);
        let gate = match self.release_gate {
            Some(gate) => gate.check(f).map(Some),
            None => Some(None),
        };
        let draft = PromptDraft {
            name: name?,
            description: description?,
            tags: tags?,
            active: self.is_active.unwrap_or(true),
            release_gate: gate?,
        };
        Some(CreatePrompt { draft, version: version? })
    }
}

/// A change to a prompt: a merge patch (RFC 7396). `null` clears the description and the gate; lists
/// and the gate are replaced as a whole.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PromptPatch {
    #[serde(default)]
    #[schema(value_type = String, pattern = "^[a-z0-9._-]{1,100}$", example = "support.reply")]
    name: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 10_000, pattern = "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f]*$", example = "Answers to customers")]
    description: Merge<String>,
    /// Different tags of 1 to 50 characters.
    #[serde(default)]
    #[schema(value_type = Vec<String>, max_items = 20, example = json!(["support"]))]
    tags: Merge<Vec<String>>,
    #[serde(default)]
    #[schema(value_type = bool)]
    is_active: Merge<bool>,
    /// The labels that only a caller with `prompt:release` moves. To change them needs that permission,
    /// too.
    #[serde(default)]
    #[schema(value_type = Vec<String>, max_items = 20, example = json!(["production"]))]
    protected_labels: Merge<Vec<String>>,
    /// To change or remove it needs `prompt:release`, too.
    #[serde(default)]
    #[schema(value_type = Option<ReleaseGateBody>)]
    release_gate: Merge<ReleaseGateBody>,
}

impl Form for PromptPatch {
    type Value = PromptChanges;

    fn check(self, f: &mut Faults) -> Option<PromptChanges> {
        let name = self.name.required(f, "/name", |text| PromptName::parse(&text));
        let description = self.description.optional(f, "/description", Description::parse);
        let tags = match self.tags.required(f, "/tags", Ok)? {
            Some(given) => tags(&given, f).map(Some),
            None => Some(None),
        };
        let active = self.is_active.required(f, "/is_active", Ok);
        let labels = match self.protected_labels.required(f, "/protected_labels", Ok)? {
            Some(given) => labels(&given, f).map(Some),
            None => Some(None),
        };
        let gate = match self.release_gate.optional(f, "/release_gate", Ok)? {
            Patch::Set(gate) => gate.check(f).map(Patch::Set),
            Patch::Clear => Some(Patch::Clear),
            Patch::Keep => Some(Patch::Keep),
        };
        Some(PromptChanges {
            name: name?,
            description: description?,
            tags: tags?,
            active: active?,
            protected_labels: labels?,
            release_gate: gate?,
        })
    }
}

fn tags(given: &[String], f: &mut Faults) -> Option<PromptTags> {
    let parsed = each(given, PromptTags::MAX, "/tags", f, Text::parse)?;
    f.check("/tags", PromptTags::new(parsed))
}

fn labels(given: &[String], f: &mut Faults) -> Option<ProtectedLabels> {
    let parsed = each(given, ProtectedLabels::MAX, "/protected_labels", f, PromptLabel::parse)?;
    f.check("/protected_labels", ProtectedLabels::new(parsed))
}

/// The values of a list of at most `max` texts, or the fault of each.
fn each<T>(
    given: &[String],
    max: usize,
    pointer: &str,
    f: &mut Faults,
    parse: impl Fn(&str) -> Result<T, Invalid>,
) -> Option<Vec<T>> {
    if given.len() > max {
        return f.check(pointer, Err(Invalid::new(codes::LIST_TOO_LONG, format!("at most {max}"))));
    }
    let parsed: Vec<Option<T>> = given
        .iter()
        .enumerate()
        .map(|(index, text)| f.check(&format!("{pointer}/{index}"), parse(text)))
        .collect();
    parsed.into_iter().collect()
}
