//! `/openai/v1`: models and prompts in the form of OpenAI's API, so that its libraries work with
//! another base URL and a key of Plinth.

mod chat;
mod chat_body;
mod chunks;
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

use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) use errors::{OpenAiErrorView, is_final, status_of, text as error_text};

plinth_domain::codes! {
    MODEL_UNKNOWN = "model.unknown", "There is no model, and no version of a prompt, of this name.";
    PARAMETER_UNSUPPORTED = "parameter.unsupported",
        "A parameter of OpenAI's API, or a value of it, that the gateway does not know.";
}

/// Where the operations are.
pub(crate) const SCOPE: &str = "/openai/v1";

/// The header with the execution of a request.
pub(crate) const EXECUTION_ID: &str = "plinth-execution-id";

/// The routes that wait for a model. Its own time-outs end an execution, at the latest after an hour.
const WAITING: [&str; 2] = ["/openai/v1/chat/completions", "/openai/v1/embeddings"];

/// How long these routes may take.
pub(crate) const TIMEOUT: Duration = Duration::from_mins(61);

pub(crate) const TAG: (&str, &str) =
    ("openai", "The gateway: models and prompts in the form of OpenAI's API");

pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(chat::create_chat_completion)
        .service(embeddings::create_embeddings)
        .service(models::get_openai_models)
        .service(models::get_openai_model);
}

/// Whether a path is one of the gateway: its errors have OpenAI's form.
pub(crate) fn has(path: &str) -> bool {
    path.strip_prefix("/openai").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether a route waits for a model.
pub(crate) fn waits(route: &str) -> bool {
    WAITING.contains(&route)
}
