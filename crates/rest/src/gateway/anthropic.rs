//! `/anthropic/v1`: models and prompts in the form of Anthropic's API. Requests are translated into
//! OpenAI's form, which executions have.

mod body;
mod content;
mod errors;
mod events;
mod messages;
mod requested;
mod tools;
mod views;

use crate::routing::Routes;

pub(crate) use errors::AnthropicErrorView;
pub(super) use errors::text as error;

/// Where the operations are.
pub(crate) const SCOPE: &str = "/anthropic/v1";

pub(crate) fn routes(config: &mut Routes<'_>) {
    config.service(messages::create_anthropic_message);
}
