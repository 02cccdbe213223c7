//! The models of the demo data, and a prompt.

use std::time::Duration;

use plinth_application::{
    Application, Caller, Expected,
    models::{AddModelPrice, CreateModel, NewPrice},
    organizations::UpdateOrganization,
    prompts::{CreatePrompt, MovePromptLabel, NewPromptVersion},
};
use plinth_domain::{
    Description, Id, JsonObject, Lines, ModelDraft, ModelId, ModelKind, ModelName, ModelStatus,
    ModelTimeouts, OrganizationChanges, Patch, PromptDraft, PromptLabel, PromptMessages,
    PromptName, PromptTags, PromptText, PromptVersionDraft, SettingsChanges, Text, TokenRates,
};
use serde_json::json;

use super::{PROMPT, evaluations, once};
use crate::{
    failure::Result,
    model_servers::{ModelServers, ServedModel},
};

/// The prompt of the demo data.
const SUMMARIZE: &str = "Summarize the text in one sentence.\n\nText: {{ text }}";

/// How long a local model may take to read its input.
const FIRST_TOKEN: Duration = Duration::from_mins(2);

/// What a local model costs nothing for: prices are made up, so that executions have a cost.
const LOCAL_RATES: TokenRates = TokenRates {
    input: 100_000_000,
    output: 400_000_000,
    cache_read: 50_000_000,
    cache_write: 100_000_000,
};

/// Adds the models, makes the one the organization's embedding model, adds a prompt of the other, and
/// what the prompt is evaluated with.
pub(super) async fn connect(
    app: &Application,
    owner: &Caller,
    servers: &ModelServers,
) -> Result<()> {
    let chat = model(app, owner, &servers.chat, ModelKind::Chat).await?;
    if servers.are_local {
        let price = NewPrice { valid_from: None, rates: LOCAL_RATES };
        let command = AddModelPrice { model: chat, price };
        once(app, owner, "price", command, |price| price.id.uuid()).await?;
    }
    let mut embeddings = None;
    if let Some(served) = &servers.embeddings {
        let model = model(app, owner, served, ModelKind::Embedding).await?;
        let settings =
            SettingsChanges { embedding_model: Patch::Set(model), ..SettingsChanges::default() };
        let changes = OrganizationChanges { settings, ..OrganizationChanges::default() };
        let command = UpdateOrganization { expected: Expected::default(), changes };
        once(app, owner, "embeddings", command, |organization| organization.id.uuid()).await?;
        embeddings = Some(model);
    }
    let command = CreatePrompt { draft: prompt()?, version: version(chat)? };
    let prompt = once(app, owner, PROMPT, command, |prompt| prompt.id.uuid()).await?;
    let command = MovePromptLabel {
        id: Id::from_uuid(prompt),
        expected: Expected::default(),
        label: PromptLabel::production(),
        version: 1,
    };
    once(app, owner, "summarize-production", command, |moved| moved.prompt.id.uuid()).await?;
    evaluations::prepare(app, owner, embeddings).await
}

async fn model(
    app: &Application,
    owner: &Caller,
    served: &ServedModel,
    kind: ModelKind,
) -> Result<ModelId> {
    let config = match kind {
        ModelKind::Embedding if served.secret.is_none() => json!({
            "query_parameters": {"input_type": "query"},
            "passage_parameters": {"input_type": "passage"},
        }),
        _ => json!({}),
    };
    // A small model on one core reads about 200 tokens a second.
    let timeouts = match served.secret {
        None => ModelTimeouts { first_token: FIRST_TOKEN, ..ModelTimeouts::default() },
        Some(_) => ModelTimeouts::default(),
    };
    let draft = ModelDraft {
        name: ModelName::parse(served.name)?,
        provider: served.provider,
        model_id: Text::parse(&served.model_id)?,
        base_url: served.base_url.clone(),
        kind,
        capabilities: Vec::new(),
        timeouts,
        fallbacks: Vec::new(),
        config: JsonObject::from_parsed(config.to_string()),
        status: ModelStatus::Active,
    };
    let command = CreateModel { draft, secret: served.secret.clone() };
    let id = once(app, owner, served.name, command, |model| model.id.uuid()).await?;
    Ok(Id::from_uuid(id))
}

fn prompt() -> Result<PromptDraft> {
    Ok(PromptDraft {
        name: PromptName::parse(PROMPT)?,
        description: Some(Description::parse("A text in one sentence.".to_owned())?),
        tags: PromptTags::new(vec![Text::parse("demo")?])?,
        active: true,
        release_gate: None,
    })
}

fn version(model: ModelId) -> Result<NewPromptVersion> {
    let schema = json!({
        "type": "object",
        "properties": {"text": {"type": "string", "maxLength": 20_000}},
        "required": ["text"],
        "additionalProperties": false,
    });
    let draft = PromptVersionDraft {
        messages: PromptMessages::of_user(PromptText::parse(SUMMARIZE.to_owned())?)?,
        input_schema: Some(JsonObject::from_parsed(schema.to_string())),
        output_schema: None,
        parameters: JsonObject::from_parsed(
            json!({"max_tokens": 80, "temperature": 0}).to_string(),
        ),
        model,
        fallbacks: Vec::new(),
        note: Some(Lines::parse("First version")?),
    };
    Ok(NewPromptVersion { draft, is_content: true })
}
