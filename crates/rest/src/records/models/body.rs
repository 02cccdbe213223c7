use plinth_application::models::{CreateModel, ModelUpdate};
use plinth_domain::{
    BaseUrl, Invalid, MAX_FALLBACKS, ModelCapability, ModelChanges, ModelDraft, ModelId, ModelKind,
    ModelName, ModelProvider, ModelStatus, ModelTimeouts, Patch, SecretText, Text, TimeoutChanges,
    codes,
};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::view::{ModelCapabilityName, ModelKindName, ModelProviderName, ModelStatusName};
use crate::{
    json::{Faults, Form, Merge},
    values::{identity, known, object},
};

/// A new model.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewModel {
    #[schema(
        min_length = 1,
        max_length = 100,
        pattern = "^[a-z0-9][a-z0-9._/-]*$",
        example = "fast"
    )]
    name: String,
    #[schema(value_type = ModelProviderName, example = "openai")]
    provider: String,
    /// The model's name at the provider.
    #[schema(min_length = 1, max_length = 200, example = "gpt-5-mini")]
    model_id: String,
    /// The address of the API, where it is not the provider's own; a custom provider needs one.
    #[schema(
        min_length = 1,
        max_length = 500,
        pattern = "^[!-~]+$",
        example = "https://llm.example.com/v1"
    )]
    base_url: Option<String>,
    /// Defaults to `chat`.
    #[schema(value_type = Option<ModelKindName>)]
    kind: Option<String>,
    #[schema(value_type = Option<Vec<ModelCapabilityName>>, max_items = 7)]
    capabilities: Option<Vec<String>>,
    /// Until the connection stands. Defaults to 5000.
    #[schema(minimum = 100, maximum = 30_000)]
    connect_timeout_ms: Option<u64>,
    /// From the request to the first content of the answer. Defaults to 30000.
    #[schema(minimum = 100, maximum = 600_000)]
    first_token_timeout_ms: Option<u64>,
    /// From one line of the answer to the next. Defaults to 30000.
    #[schema(minimum = 100, maximum = 600_000)]
    idle_timeout_ms: Option<u64>,
    /// The whole execution. Defaults to 600000.
    #[schema(minimum = 1_000, maximum = 3_600_000)]
    total_timeout_ms: Option<u64>,
    /// The models that are asked when this one fails, in their order. They are of the same kind.
    #[schema(value_type = Option<Vec<Uuid>>, max_items = 5)]
    fallbacks: Option<Vec<String>>,
    /// Parameters of each call, in the names of OpenAI's API: an object of at most 16 KiB.
    #[schema(value_type = Option<Object>)]
    config: Option<Map<String, Value>>,
    /// Defaults to `active`.
    #[schema(value_type = Option<ModelStatusName>)]
    status: Option<String>,
    /// What the provider knows the organization by. It is stored encrypted and never shown.
    #[schema(min_length = 1, max_length = 4096, pattern = "^[!-~]+$", write_only)]
    secret: Option<String>,
}

impl Form for NewModel {
    type Value = CreateModel;

    fn check(self, f: &mut Faults) -> Option<CreateModel> {
        let name = f.check("/name", ModelName::parse(&self.name));
        let provider = f.check("/provider", provider(&self.provider));
        let model_id = f.check("/model_id", Text::parse(&self.model_id));
        let base_url = f.check_some("/base_url", self.base_url, |text| BaseUrl::parse(&text));
        let kind = f.check_some("/kind", self.kind, |text| kind(&text));
        let capabilities = match self.capabilities {
            Some(names) => capabilities_of(f, &names),
            None => Some(Vec::new()),
        };
        let waits = [
            ("/connect_timeout_ms", self.connect_timeout_ms, ModelTimeouts::check_connect as Check),
            ("/first_token_timeout_ms", self.first_token_timeout_ms, ModelTimeouts::check_wait),
            ("/idle_timeout_ms", self.idle_timeout_ms, ModelTimeouts::check_wait),
            ("/total_timeout_ms", self.total_timeout_ms, ModelTimeouts::check_total),
        ];
        let [connect, first_token, idle, total] =
            waits.map(|(pointer, given, check)| f.check_some(pointer, given, check));
        let fallbacks = match self.fallbacks {
            Some(ids) => fallbacks_of(f, &ids),
            None => Some(Vec::new()),
        };
        let config = f.check_some("/config", self.config, |fields| object(&fields));
        let status = f.check_some("/status", self.status, |text| status(&text));
        let secret = f.check_some("/secret", self.secret, SecretText::parse);
        let timeouts = TimeoutChanges {
            connect: connect?,
            first_token: first_token?,
            idle: idle?,
            total: total?,
        };
        let draft = ModelDraft {
            name: name?,
            provider: provider?,
            model_id: model_id?,
            base_url: base_url?,
            kind: kind?.unwrap_or(ModelKind::Chat),
            capabilities: capabilities?,
            timeouts: ModelTimeouts::default().change(timeouts),
            fallbacks: fallbacks?,
            config: config?.unwrap_or_default(),
            status: status?.unwrap_or(ModelStatus::Active),
        };
        Some(CreateModel { draft, secret: secret? })
    }
}

/// A change to a model: a merge patch (RFC 7396). `config` is merged key by key; lists are replaced.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ModelPatch {
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 100, pattern = "^[a-z0-9][a-z0-9._/-]*$", example = "fast")]
    name: Merge<String>,
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 200)]
    model_id: Merge<String>,
    /// A new address needs the `secret` again, or `null`.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 500, pattern = "^[!-~]+$")]
    base_url: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Vec<ModelCapabilityName>, max_items = 7)]
    capabilities: Merge<Vec<String>>,
    #[serde(default)]
    #[schema(value_type = u64, minimum = 100, maximum = 30_000)]
    connect_timeout_ms: Merge<u64>,
    #[serde(default)]
    #[schema(value_type = u64, minimum = 100, maximum = 600_000)]
    first_token_timeout_ms: Merge<u64>,
    #[serde(default)]
    #[schema(value_type = u64, minimum = 100, maximum = 600_000)]
    idle_timeout_ms: Merge<u64>,
    #[serde(default)]
    #[schema(value_type = u64, minimum = 1_000, maximum = 3_600_000)]
    total_timeout_ms: Merge<u64>,
    #[serde(default)]
    #[schema(value_type = Vec<Uuid>, max_items = 5)]
    fallbacks: Merge<Vec<String>>,
    #[serde(default)]
    #[schema(value_type = Object)]
    config: Merge<Map<String, Value>>,
    #[serde(default)]
    #[schema(value_type = ModelStatusName)]
    status: Merge<String>,
    /// A new secret, or its removal.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 4096, pattern = "^[!-~]+$", write_only)]
    secret: Merge<String>,
}

impl Form for ModelPatch {
    type Value = ModelUpdate;

    fn check(self, f: &mut Faults) -> Option<ModelUpdate> {
        let name = self.name.required(f, "/name", |text| ModelName::parse(&text));
        let model_id = self.model_id.required(f, "/model_id", |text| Text::parse(&text));
        let base_url = self.base_url.optional(f, "/base_url", |text| BaseUrl::parse(&text));
        let capabilities = self.capabilities.required(f, "/capabilities", Ok);
        let capabilities = capabilities.and_then(|names| match names {
            Some(names) => capabilities_of(f, &names).map(Some),
            None => Some(None),
        });
        let waits = [
            ("/connect_timeout_ms", self.connect_timeout_ms, ModelTimeouts::check_connect as Check),
            ("/first_token_timeout_ms", self.first_token_timeout_ms, ModelTimeouts::check_wait),
            ("/idle_timeout_ms", self.idle_timeout_ms, ModelTimeouts::check_wait),
            ("/total_timeout_ms", self.total_timeout_ms, ModelTimeouts::check_total),
        ];
        let [connect, first_token, idle, total] =
            waits.map(|(pointer, given, check)| given.required(f, pointer, check));
        let fallbacks = self.fallbacks.required(f, "/fallbacks", Ok);
        let fallbacks = fallbacks.and_then(|ids| match ids {
            Some(ids) => fallbacks_of(f, &ids).map(Some),
            None => Some(None),
        });
        let config = self.config.required(f, "/config", |patch| object(&patch).map(|_| patch));
        let status = self.status.required(f, "/status", |text| status(&text));
        let secret = self.secret.optional(f, "/secret", SecretText::parse);
        let changes = ModelChanges {
            name: name?,
            model_id: model_id?,
            base_url: base_url?,
            capabilities: capabilities?,
            timeouts: TimeoutChanges {
                connect: connect?,
                first_token: first_token?,
                idle: idle?,
                total: total?,
            },
            fallbacks: fallbacks?,
            config: None,
            status: status?,
            secret: Patch::Keep,
        };
        Some(ModelUpdate { changes, secret: secret?, config: config? })
    }
}

type Check = fn(u64) -> Result<std::time::Duration, Invalid>;

/// Each item's fault is at its own place.
fn each<T>(
    f: &mut Faults,
    field: &str,
    most: usize,
    items: &[String],
    parse: impl Fn(&str) -> Result<T, Invalid>,
) -> Option<Vec<T>> {
    if items.len() > most {
        let invalid = Invalid::new(codes::LIST_TOO_LONG, format!("at most {most} items"));
        return f.check(field, Err(invalid));
    }
    let parsed: Vec<_> = items
        .iter()
        .enumerate()
        .map(|(index, item)| f.check(&format!("{field}/{index}"), parse(item)))
        .collect();
    parsed.into_iter().collect()
}

fn capabilities_of(f: &mut Faults, names: &[String]) -> Option<Vec<ModelCapability>> {
    let all = ModelCapability::ALL.len();
    each(f, "/capabilities", all, names, |name| {
        known(name, ModelCapability::from_name, ModelCapability::NAMES)
    })
}

fn fallbacks_of(f: &mut Faults, ids: &[String]) -> Option<Vec<ModelId>> {
    each(f, "/fallbacks", MAX_FALLBACKS, ids, identity)
}

fn provider(text: &str) -> Result<ModelProvider, Invalid> {
    known(text, ModelProvider::from_name, &ModelProvider::ALL.map(ModelProvider::name))
}

fn kind(text: &str) -> Result<ModelKind, Invalid> {
    known(text, ModelKind::from_name, ModelKind::NAMES)
}

fn status(text: &str) -> Result<ModelStatus, Invalid> {
    known(text, ModelStatus::from_name, ModelStatus::NAMES)
}
