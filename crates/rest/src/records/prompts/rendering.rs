use actix_web::{HttpResponse, post};
use plinth_application::{json::object_within, prompts::RenderPrompt};
use plinth_domain::{Invalid, JsonObject, MAX_PROMPT_VERSIONS, Prompt, PromptChoice, codes};
use plinth_ports::{PROMPT_VARIABLES_TOO_LARGE, PromptKey, VARIABLES_BYTES};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::view::RenderedPromptView;
use crate::{
    json::{Body, Faults, Form},
    middleware::{App, Authenticated},
    path::PathId,
    problem::ApiError,
};

/// What is rendered.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PromptRendering {
    /// The number of the version; neither it nor `label` stands for the label `production`, or the
    /// newest version where no version has that label.
    #[schema(minimum = 1, maximum = 1000, example = 1)]
    version: Option<u16>,
    /// The label of the version, or `latest`.
    #[schema(min_length = 1, max_length = 50, example = "latest")]
    label: Option<String>,
    /// The values of the variables; at most 256 KiB of JSON.
    #[schema(value_type = Option<Object>)]
    variables: Option<Map<String, Value>>,
}

impl Form for PromptRendering {
    /// The version, and the variables.
    type Value = (PromptChoice, JsonObject);
    const BYTES: usize = 2 * VARIABLES_BYTES;

    fn check(self, f: &mut Faults) -> Option<Self::Value> {
        let choice = choice(self.version, self.label, f);
        let variables = f.check("/variables", variables(&self.variables.unwrap_or_default()));
        Some((choice?, variables?))
    }
}

fn choice(version: Option<u16>, label: Option<String>, f: &mut Faults) -> Option<PromptChoice> {
    match (version, label) {
        (None, None) => Some(PromptChoice::Released),
        (None, Some(label)) => f.check("/label", PromptChoice::labelled(&label)),
        (Some(number), None) if (1..=MAX_PROMPT_VERSIONS).contains(&number) => {
            Some(PromptChoice::Number(number))
        }
        (Some(_), None) => {
            let detail = format!("1 to {MAX_PROMPT_VERSIONS}");
            f.check("/version", Err(Invalid::new(codes::NUMBER_OUT_OF_RANGE, detail)))
        }
        (Some(_), Some(_)) => {
            let detail = "version and label cannot both be given";
            f.check("/label", Err(Invalid::new(codes::VALUE_REPEATED, detail)))
        }
    }
}

fn variables(fields: &Map<String, Value>) -> Result<JsonObject, Invalid> {
    object_within(fields, VARIABLES_BYTES).map_err(|invalid| {
        if invalid.code == codes::JSON_TOO_LARGE {
            return Invalid::new(PROMPT_VARIABLES_TOO_LARGE, invalid.detail);
        }
        invalid
    })
}

/// Show what a prompt says with these variables. No model is called, and nothing is stored.
#[utoipa::path(
    tag = "prompts",
    operation_id = "render_prompt",
    params(("id" = Uuid, Path)),
    request_body = PromptRendering,
    responses((status = 200, body = RenderedPromptView)),
    security(("bearer" = ["prompt:read"])),
)]
#[post("/prompts/{id}/render")]
pub(crate) async fn render_prompt(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Prompt>,
    body: Body<PromptRendering>,
) -> Result<HttpResponse, ApiError> {
    let (choice, variables) = body.value;
    let request = RenderPrompt { prompt: PromptKey::Id(id.0), choice, variables };
    let rendered = app.render_prompt(&caller, request).await?;
    Ok(HttpResponse::Ok().json(RenderedPromptView::from(rendered)))
}
