//! `/openai/v1` and `/anthropic/v1`: models and prompts in the form of these APIs, so that their
//! libraries work with another base URL and a key of Plinth.

mod anthropic;
mod chat;
mod chat_body;
mod chunks;
mod dialect;
mod embeddings;
mod embeddings_body;
mod errors;
mod fields;
mod held;
mod models;
mod stream;
mod target;
mod views;

use std::time::Duration;

use crate::{problem::ApiError, routing::Routes};

pub(crate) use anthropic::{
    AnthropicErrorView, SCOPE as ANTHROPIC_SCOPE, routes as anthropic_routes,
};
pub(crate) use dialect::Dialect;
pub(crate) use errors::{OpenAiErrorView, is_final, status_of};

plinth_domain::codes! {
    MODEL_UNKNOWN = "model.unknown", "There is no model, and no version of a prompt, of this name.";
    PARAMETER_UNSUPPORTED = "parameter.unsupported",
        "A parameter of the gateway's API, or a value of it, that the gateway does not know.";
}

/// Where the operations are.
pub(crate) const SCOPE: &str = "/openai/v1";

/// The header with the execution of a request.
pub(crate) const EXECUTION_ID: &str = "plinth-execution-id";

/// The routes that wait for a model. Its own time-outs end an execution, at the latest after an hour.
const WAITING: [&str; 3] =
    ["/openai/v1/chat/completions", "/openai/v1/embeddings", "/anthropic/v1/messages"];

/// How long these routes may take.
pub(crate) const TIMEOUT: Duration = Duration::from_mins(61);

pub(crate) const TAGS: [(&str, &str); 2] = [
    ("openai", "The gateway: models and prompts in the form of OpenAI's API"),
    ("anthropic", "The gateway: models and prompts in the form of Anthropic's API"),
];

pub(crate) fn routes(config: &mut Routes<'_>) {
    config
        .service(chat::create_chat_completion)
        .service(embeddings::create_embeddings)
        .service(models::get_openai_models)
        .service(models::get_openai_model);
}

/// The JSON of an error, in the form of an API.
pub(crate) fn error_text(dialect: Dialect, error: &ApiError, request_id: &str) -> Vec<u8> {
    match dialect {
        Dialect::OpenAi => errors::text(error),
        Dialect::Anthropic => anthropic::error(error, Some(request_id)),
    }
}

/// Whether a route waits for a model.
pub(crate) fn waits(route: &str) -> bool {
    WAITING.contains(&route)
}
