use chrono::{DateTime, Utc};
use data_encoding::HEXLOWER;
use plinth_domain::{
    Id, LabelledVersion, Prompt, PromptLabel, PromptMessage, PromptVersion, RenderedMessage, Text,
};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    gate::ReleaseGateView,
    version_body::{PromptMessageBody, PromptRoleName},
};

/// A prompt with one of its versions.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct PromptView {
    id: Uuid,
    /// Unique in the organization.
    #[schema(example = "support.reply")]
    name: String,
    description: Option<String>,
    tags: Vec<String>,
    /// Whether it may be executed.
    is_active: bool,
    /// The labels that only a caller with `prompt:release` moves.
    #[schema(example = json!(["production"]))]
    protected_labels: Vec<String>,
    release_gate: Option<ReleaseGateView>,
    /// How many versions it has.
    #[schema(minimum = 1, maximum = 1000)]
    versions: u16,
    #[serde(flatten)]
    shown: Shown,
    /// Increases by one with each change, each version and each move of a label; the `ETag` is this
    /// number in quotes.
    #[schema(minimum = 1)]
    revision: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// The version that is shown.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct Shown {
    /// The number of the version that is shown.
    #[schema(minimum = 1, maximum = 1000)]
    version: u16,
    /// The templates of all messages, with an empty line between them.
    #[schema(example = "Answer {{ question }} in one sentence.")]
    content: String,
    messages: Vec<PromptMessageBody>,
    model_id: Uuid,
    /// The models that are asked when the first one fails, in their order.
    fallbacks: Vec<Uuid>,
    /// The JSON Schema of the variables.
    #[schema(value_type = Option<Object>)]
    input_schema: Option<Box<RawValue>>,
    /// The JSON Schema of the answer.
    #[schema(value_type = Option<Object>)]
    output_schema: Option<Box<RawValue>>,
    /// Parameters of each call, in the names of OpenAI's API.
    #[schema(value_type = Object)]
    parameters: Option<Box<RawValue>>,
    /// What was changed and why.
    message: Option<String>,
    /// The SHA-256 of what the version says, in hexadecimal digits.
    #[schema(
        pattern = "^[0-9a-f]{64}$",
        example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    )]
    sha256: String,
    /// The user who made the version.
    created_by: Uuid,
}

impl From<PromptVersion> for Shown {
    fn from(version: PromptVersion) -> Self {
        let draft = version.draft;
        let raw = |text: plinth_domain::JsonObject| RawValue::from_string(text.into_string()).ok();
        Self {
            version: version.number,
            content: draft.messages.content(),
            messages: draft.messages.as_slice().iter().map(PromptMessageBody::from).collect(),
            model_id: draft.model.uuid(),
            fallbacks: draft.fallbacks.into_iter().map(Id::uuid).collect(),
            input_schema: draft.input_schema.and_then(raw),
            output_schema: draft.output_schema.and_then(raw),
            parameters: raw(draft.parameters),
            message: draft.note.map(|note| note.as_str().to_owned()),
            sha256: HEXLOWER.encode(&version.sha256),
            created_by: version.created_by.uuid(),
        }
    }
}

impl From<Prompt> for PromptView {
    fn from(prompt: Prompt) -> Self {
        let labels = prompt.protected_labels.as_slice().iter().map(PromptLabel::as_str);
        Self {
            id: prompt.id.uuid(),
            name: prompt.name.as_str().to_owned(),
            description: prompt.description.map(|text| text.as_str().to_owned()),
            tags: prompt.tags.as_slice().iter().map(|tag| Text::as_str(tag).to_owned()).collect(),
            is_active: prompt.active,
            protected_labels: labels.map(str::to_owned).collect(),
            release_gate: prompt.release_gate.map(ReleaseGateView::from),
            versions: prompt.versions,
            shown: prompt.shown.into(),
            revision: prompt.revision.version.number(),
            created_at: prompt.revision.created_at,
            updated_at: prompt.revision.updated_at,
        }
    }
}

/// A version of a prompt. It never changes.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct PromptVersionView {
    id: Uuid,
    prompt_id: Uuid,
    #[serde(flatten)]
    shown: Shown,
    created_at: DateTime<Utc>,
}

impl From<PromptVersion> for PromptVersionView {
    fn from(version: PromptVersion) -> Self {
        Self {
            id: version.id.uuid(),
            prompt_id: version.prompt.uuid(),
            created_at: version.created_at,
            shown: version.into(),
        }
    }
}

/// A label of a prompt.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PromptLabelView {
    #[schema(example = "production")]
    label: String,
    /// The number of the version that it names.
    #[schema(minimum = 1, maximum = 1000)]
    version: u16,
    /// When it was given to this version.
    moved_at: DateTime<Utc>,
}

impl From<LabelledVersion> for PromptLabelView {
    fn from(labelled: LabelledVersion) -> Self {
        Self {
            label: labelled.label.as_str().to_owned(),
            version: labelled.version,
            moved_at: labelled.moved_at,
        }
    }
}

/// What a prompt says with some variables.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RenderedPromptView {
    prompt_id: Uuid,
    /// The number of the rendered version.
    #[schema(minimum = 1, maximum = 1000)]
    version: u16,
    messages: Vec<RenderedMessageView>,
}

/// A message with the variables filled in.
#[derive(Debug, Serialize, ToSchema)]
struct RenderedMessageView {
    #[schema(value_type = PromptRoleName)]
    role: &'static str,
    #[schema(example = "Answer What is a quay? in one sentence.")]
    content: String,
}

impl From<(Prompt, Vec<RenderedMessage>)> for RenderedPromptView {
    fn from((prompt, messages): (Prompt, Vec<RenderedMessage>)) -> Self {
        let view = |message: RenderedMessage| RenderedMessageView {
            role: message.role.name(),
            content: message.content,
        };
        Self {
            prompt_id: prompt.id.uuid(),
            version: prompt.shown.number,
            messages: messages.into_iter().map(view).collect(),
        }
    }
}

impl From<&PromptMessage> for PromptMessageBody {
    fn from(message: &PromptMessage) -> Self {
        Self { role: message.role.name().to_owned(), content: message.content.as_str().to_owned() }
    }
}
