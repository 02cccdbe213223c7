//! What the parameter `model` names.

use actix_web::http::StatusCode;
use plinth_domain::{JsonObject, ModelName, PromptChoice, PromptName, codes};
use plinth_ports::{ModelChoice, PromptKey};

use super::MODEL_UNKNOWN;
use crate::problem::ApiError;
use plinth_application::executions::Subject;

/// A model, or a version of a prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// `fast`, `local/smollm2`
    Model(ModelName),
    /// `prompt:greeting`, `prompt:greeting@staging`, `prompt:greeting@3`
    Prompt(PromptName, PromptChoice),
}

impl Target {
    /// Parses a name; a malformed one is the name of no model.
    pub(super) fn parse(text: &str) -> Result<Self, ApiError> {
        let found = match text.strip_prefix("prompt:") {
            None => ModelName::parse(text).map(Self::Model),
            Some(rest) => {
                let (name, choice) = match rest.split_once('@') {
                    None => (rest, Ok(PromptChoice::Released)),
                    Some((name, choice)) => (name, PromptChoice::parse(choice)),
                };
                PromptName::parse(name).and_then(|name| Ok(Self::Prompt(name, choice?)))
            }
        };
        found.map_err(|_| unknown())
    }

    /// What is executed of these messages and variables.
    pub(super) fn subject(self, messages: Option<String>, variables: JsonObject) -> Subject {
        match self {
            Self::Model(name) => Subject::Messages {
                messages: messages.unwrap_or_default(),
                model: ModelChoice::Name(name),
            },
            Self::Prompt(name, choice) => Subject::Prompt {
                key: PromptKey::Name(name),
                choice,
                variables,
                model: None,
                messages,
            },
        }
    }
}

pub(super) fn unknown() -> ApiError {
    let detail = "there is no model, and no version of a prompt, of this name";
    ApiError::new(StatusCode::NOT_FOUND, MODEL_UNKNOWN, detail)
}

/// The same error, where the application does not know the model or the prompt.
pub(super) fn or_unknown(error: ApiError) -> ApiError {
    let unknown_model = codes::REFERENCE_UNKNOWN.name();
    let is_unknown = error.status == StatusCode::NOT_FOUND
        || error.errors.iter().any(|fault| fault.code == unknown_model);
    if is_unknown { unknown() } else { error }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_model_or_a_version_of_a_prompt() {
        let parse = |text| Target::parse(text).ok();
        let name = |text| PromptName::parse(text).unwrap();
        assert_eq!(
            parse("local/smollm2"),
            ModelName::parse("local/smollm2").ok().map(Target::Model)
        );
        let prompt = |choice| Some(Target::Prompt(name("greet"), choice));
        assert_eq!(parse("prompt:greet"), prompt(PromptChoice::Released));
        assert_eq!(parse("prompt:greet@3"), prompt(PromptChoice::Number(3)));
        assert_eq!(parse("prompt:greet@latest"), prompt(PromptChoice::Newest));
        let staging = PromptChoice::labelled("staging").unwrap();
        assert_eq!(parse("prompt:greet@staging"), prompt(staging));
        for bad in ["", "prompt:", "prompt:a@", "prompt:a@b@c", "Prompt:a", "a b", "prompt:a@ü"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
