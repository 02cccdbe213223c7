use plinth_application::{
    agents::{ResumeAgentRun, StartAgentRun},
    json::object_within,
};
use plinth_domain::{
    AgentGraphName, AgentModel, AgentRunId, Document, Invalid, JsonObject, MAX_AGENT_SPENDING,
    ModelName, PromptChoice, PromptName, Text, codes,
};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::view::AgentGraphLabel;
use crate::{
    json::{Faults, Form},
    values::{identity, known},
};

/// The longest question, in characters.
const QUESTION: usize = 4000;

/// The longest answer to a question of an agent, in bytes of JSON.
const ANSWER_BYTES: usize = 256 * 1024;

/// A new run.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewAgentRun {
    #[schema(value_type = AgentGraphLabel)]
    graph: String,
    /// `{"question": "…"}` of 1 to 4,000 characters for `document_qa`, `{"document_id": "…"}` for
    /// `invoice_reader`.
    #[schema(value_type = Object)]
    #[serde(deserialize_with = "crate::json::filled")]
    input: Map<String, Value>,
    /// The model that the graph asks: the name of a model, or `prompt:NAME`, `prompt:NAME@label`.
    #[schema(min_length = 1, max_length = 200, example = "local/smollm2")]
    model: String,
    /// What the executions of the run may cost together, in nano-USD (10^-9 USD). Once they have
    /// cost as much, the run fails before the next call of a model.
    #[schema(minimum = 0, maximum = 1_000_000_000_000_000_i64)]
    spending_limit_nano_usd: Option<i64>,
}

impl Form for NewAgentRun {
    type Value = StartAgentRun;

    fn check(self, f: &mut Faults) -> Option<StartAgentRun> {
        let names = AgentGraphName::ALL.map(AgentGraphName::name);
        let graph = f.check("/graph", known(&self.graph, AgentGraphName::from_name, &names));
        let input = graph.and_then(|graph| input(f, graph, &self.input));
        let model = f.check("/model", model(&self.model));
        let limit = self.spending_limit_nano_usd;
        let spending_limit = f.check_some("/spending_limit_nano_usd", limit, |limit| {
            if (0..=MAX_AGENT_SPENDING).contains(&limit) {
                return Ok(limit);
            }
            let detail = format!("0 to {MAX_AGENT_SPENDING}");
            Err(Invalid::new(codes::NUMBER_OUT_OF_RANGE, detail))
        });
        let (graph, input, model) = (graph?, input?, model?);
        Some(StartAgentRun { graph, input, model, spending_limit: spending_limit? })
    }
}

/// The one field of a graph's input.
fn input(f: &mut Faults, graph: AgentGraphName, given: &Map<String, Value>) -> Option<JsonObject> {
    let name = match graph {
        AgentGraphName::DocumentQa => "question",
        AgentGraphName::InvoiceReader => "document_id",
    };
    if let Some(other) = given.keys().find(|key| *key != name) {
        let detail = format!("the input of {} has only {name}", graph.name());
        let unknown = Err(Invalid::new(codes::VALUE_UNKNOWN, detail));
        return f.check(&format!("/input/{}", escaped(other)), unknown);
    }
    let Some(text) = given.get(name).and_then(Value::as_str) else {
        let detail = "must be given, as a text";
        let missing = Err(Invalid::new(codes::FIELD_REQUIRED, detail));
        return f.check(&format!("/input/{name}"), missing);
    };
    let text = match graph {
        AgentGraphName::DocumentQa => f.check("/input/question", question(text))?,
        AgentGraphName::InvoiceReader => {
            f.check("/input/document_id", identity::<Document>(text))?.to_string()
        }
    };
    Some(JsonObject::from_parsed(serde_json::json!({ name: text }).to_string()))
}

/// A key in a JSON pointer (RFC 6901).
fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

fn question(text: &str) -> Result<String, Invalid> {
    let text = text.trim();
    match text.chars().count() {
        0 => Err(Invalid::new(codes::TEXT_EMPTY, "must not be empty")),
        1..=QUESTION if !text.contains('\0') => Ok(text.to_owned()),
        1..=QUESTION => Err(Invalid::new(codes::TEXT_CONTROL_CHARACTER, "NUL is not allowed")),
        _ => Err(Invalid::new(codes::TEXT_TOO_LONG, format!("at most {QUESTION} characters"))),
    }
}

/// A model's name, or a prompt as the gateway names it.
fn model(text: &str) -> Result<AgentModel, Invalid> {
    match text.strip_prefix("prompt:") {
        None => drop(ModelName::parse(text)?),
        Some(prompt) => {
            let (name, choice) = prompt.split_once('@').unwrap_or((prompt, "latest"));
            PromptName::parse(name)?;
            PromptChoice::parse(choice)?;
        }
    }
    AgentModel::parse(text)
}

/// The answer to the question of a run.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AgentAnswerBody {
    /// The id of the question that the run waits with.
    #[schema(min_length = 1, max_length = 100)]
    question_id: String,
    /// The answer, as the question describes it; at most 256 KiB of JSON.
    #[schema(value_type = Object)]
    #[serde(deserialize_with = "crate::json::filled")]
    answer: Map<String, Value>,
}

/// An answer, and the question that it is for.
pub(crate) struct AgentAnswerGiven {
    question: Text<100>,
    answer: JsonObject,
}

impl AgentAnswerGiven {
    /// The command that gives it to this run.
    pub(super) fn of(self, id: AgentRunId) -> ResumeAgentRun {
        let question = self.question.as_str().to_owned();
        ResumeAgentRun { id, question, answer: self.answer }
    }
}

impl Form for AgentAnswerBody {
    type Value = AgentAnswerGiven;

    const BYTES: usize = 512 * 1024;

    fn check(self, f: &mut Faults) -> Option<AgentAnswerGiven> {
        let question = f.check("/question_id", Text::parse(&self.question_id));
        let answer = f.check("/answer", object_within(&self.answer, ANSWER_BYTES));
        Some(AgentAnswerGiven { question: question?, answer: answer? })
    }
}
