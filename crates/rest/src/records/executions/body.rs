use plinth_application::executions::{NewExecution, Subject, check_parameters};
use plinth_domain::{
    ExecutionId, ExecutionTags, Id, Invalid, JsonObject, MAX_PROMPT_VERSIONS, ModelName,
    PromptChoice, Text, codes,
};
use plinth_ports::ModelChoice;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::context::ContextBody;
use crate::{
    json::{Faults, Form},
    values::{identity, object},
};

/// The most messages of one execution.
const MAX_MESSAGES: usize = 1000;

/// What both bodies have.
type Common = NewExecution;

/// An execution of a prompt.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PromptExecution {
    /// The number of the version; neither it nor `label` stands for the label `production`, or the
    /// newest version where no version has that label.
    #[schema(minimum = 1, maximum = 1000)]
    version: Option<u16>,
    /// The label of the version, or `latest`.
    #[schema(min_length = 1, max_length = 50, example = "production")]
    label: Option<String>,
    /// The values of the variables; at most 256 KiB of JSON.
    #[schema(value_type = Option<Object>)]
    variables: Option<Map<String, Value>>,
    /// Another model than that of the version.
    #[schema(format = Uuid)]
    model_id: Option<String>,
    /// Parameters of the call in the names of OpenAI's API, before those of the version.
    #[schema(value_type = Option<Object>)]
    parameters: Option<Map<String, Value>>,
    /// Marks to find the execution by.
    #[serde(default)]
    #[schema(max_items = 20)]
    tags: Vec<String>,
    context: Option<ContextBody>,
    /// The project that it is for.
    #[schema(format = Uuid)]
    project_id: Option<String>,
    /// The execution that caused this one.
    #[schema(format = Uuid)]
    parent_id: Option<String>,
}

impl Form for PromptExecution {
    type Value = (PromptChoice, JsonObject, Option<ModelChoice>, Common);

    const BYTES: usize = 512 * 1024;

    fn check(self, f: &mut Faults) -> Option<Self::Value> {
        let choice = match (self.version, self.label) {
            (Some(_), Some(_)) => {
                let detail = "either a version or a label";
                f.check("/label", Err(Invalid::new(codes::VALUE_REPEATED, detail)))
            }
            (Some(number), None) => f.check("/version", version(number)).map(PromptChoice::Number),
            (None, Some(label)) => f.check("/label", PromptChoice::labelled(&label)),
            (None, None) => Some(PromptChoice::Released),
        };
        let variables =
            JsonObject::from_parsed(Value::Object(self.variables.unwrap_or_default()).to_string());
        let model = f.check_some("/model_id", self.model_id, |id| identity(&id));
        let common =
            common(f, self.parameters, &self.tags, self.project_id, self.context, self.parent_id);
        let (choice, model, common) = (choice?, model?.map(ModelChoice::Id), common?);
        Some((choice, variables, model, common))
    }
}

fn version(number: u16) -> Result<u16, Invalid> {
    if (1..=MAX_PROMPT_VERSIONS).contains(&number) {
        return Ok(number);
    }
    let detail = format!("1 to {MAX_PROMPT_VERSIONS}");
    Err(Invalid::new(codes::NUMBER_OUT_OF_RANGE, detail))
}

/// An execution of messages.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExecutionBody {
    /// The model, by its id; or `model`.
    #[schema(format = Uuid)]
    model_id: Option<String>,
    /// The model, by its name; or `model_id`.
    #[schema(min_length = 1, max_length = 100, example = "local/smollm2")]
    model: Option<String>,
    /// The messages in the form of OpenAI's chat completions; at most 256 KiB of JSON with the
    /// parameters.
    #[schema(value_type = Vec<Object>, min_items = 1, max_items = 1000)]
    messages: Vec<Map<String, Value>>,
    /// Parameters of the call in the names of OpenAI's API.
    #[schema(value_type = Option<Object>)]
    parameters: Option<Map<String, Value>>,
    /// Marks to find the execution by.
    #[serde(default)]
    #[schema(max_items = 20)]
    tags: Vec<String>,
    context: Option<ContextBody>,
    /// The project that it is for.
    #[schema(format = Uuid)]
    project_id: Option<String>,
    /// The execution that caused this one.
    #[schema(format = Uuid)]
    parent_id: Option<String>,
}

impl Form for ExecutionBody {
    type Value = NewExecution;

    const BYTES: usize = 512 * 1024;

    fn check(self, f: &mut Faults) -> Option<NewExecution> {
        let model = match (self.model_id, self.model) {
            (Some(id), None) => f.check("/model_id", identity(&id)).map(ModelChoice::Id),
            (None, Some(name)) => f.check("/model", ModelName::parse(&name)).map(ModelChoice::Name),
            (None, None) => {
                let detail = "the model, by its id or as model by its name";
                f.check("/model_id", Err(Invalid::new(codes::FIELD_REQUIRED, detail)))
            }
            (Some(_), Some(_)) => {
                let detail = "either model_id or model";
                f.check("/model", Err(Invalid::new(codes::VALUE_REPEATED, detail)))
            }
        };
        let messages = messages(f, self.messages);
        let common =
            common(f, self.parameters, &self.tags, self.project_id, self.context, self.parent_id);
        let subject = Subject::Messages { messages: messages?, model: model? };
        Some(NewExecution { subject, ..common? })
    }
}

/// The messages as JSON. Each has a role that OpenAI's API knows; the rest is the provider's to check.
fn messages(f: &mut Faults, messages: Vec<Map<String, Value>>) -> Option<String> {
    if messages.is_empty() {
        let detail = "at least one message";
        return f.check("/messages", Err(Invalid::new(codes::LIST_EMPTY, detail)));
    }
    if messages.len() > MAX_MESSAGES {
        let detail = format!("at most {MAX_MESSAGES} messages");
        return f.check("/messages", Err(Invalid::new(codes::LIST_TOO_LONG, detail)));
    }
    let mut is_valid = true;
    for (place, message) in messages.iter().enumerate() {
        let at = format!("/messages/{place}/role");
        is_valid &= f.check(&at, role(message.get("role"))).is_some();
    }
    let messages: Vec<Value> = messages.into_iter().map(Value::Object).collect();
    is_valid.then(|| Value::Array(messages).to_string())
}

fn role(role: Option<&Value>) -> Result<(), Invalid> {
    const ROLES: [&str; 5] = ["system", "developer", "user", "assistant", "tool"];
    match role.and_then(Value::as_str) {
        Some(role) if ROLES.contains(&role) => Ok(()),
        Some(_) => {
            let detail = format!("must be one of {}", ROLES.join(", "));
            Err(Invalid::new(codes::VALUE_UNKNOWN, detail))
        }
        None => Err(Invalid::new(codes::FIELD_REQUIRED, "each message has a role")),
    }
}

/// The values of an execution beside what is executed.
fn common(
    f: &mut Faults,
    parameters: Option<Map<String, Value>>,
    tags: &[String],
    project: Option<String>,
    context: Option<ContextBody>,
    parent: Option<String>,
) -> Option<Common> {
    let parameters = f.check("/parameters", checked(&parameters.unwrap_or_default()));
    let texts: Vec<_> = tags
        .iter()
        .enumerate()
        .map(|(place, tag)| f.check(&format!("/tags/{place}"), Text::parse(tag)))
        .collect();
    let texts: Option<Vec<_>> = texts.into_iter().collect();
    let tags = texts.and_then(|texts| f.check("/tags", ExecutionTags::new(texts)));
    let project = f.check_some("/project_id", project, |id| identity(&id));
    let parent = f.check_some("/parent_id", parent, |id| identity::<plinth_domain::Execution>(&id));
    let context = match context {
        Some(context) => f.within("/context", |f| context.check(f)).map(Some),
        None => Some(None),
    };
    let (parent, context): (Option<ExecutionId>, _) = (parent?, context?);
    // The caller fills in what is executed.
    let subject = Subject::Messages {
        messages: String::new(),
        model: ModelChoice::Id(Id::from_uuid(uuid::Uuid::nil())),
    };
    let (parameters, tags, project) = (parameters?, tags?, project?);
    Some(NewExecution {
        subject,
        parameters,
        tags,
        project,
        context,
        parent,
        on_behalf_of: None,
        stream: true,
    })
}

/// What Plinth says itself is no parameter of the caller.
fn checked(parameters: &Map<String, Value>) -> Result<JsonObject, Invalid> {
    const OWN: [&str; 4] = ["model", "messages", "stream", "stream_options"];
    if let Some(name) = OWN.into_iter().find(|name| parameters.contains_key(*name)) {
        let detail = format!("{name} is no parameter");
        return Err(Invalid::new(codes::VALUE_UNKNOWN, detail));
    }
    check_parameters(parameters)?;
    object(parameters)
}
