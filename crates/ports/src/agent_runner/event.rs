/// An event of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentEvent {
    /// Its number within the run, from 1.
    pub number: u64,
    /// What happened.
    pub update: AgentUpdate,
}

/// What happened in a run. Texts whose name ends with `_json` are valid JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AgentUpdate {
    /// A node of the graph has ended.
    Step {
        /// The node.
        node: String,
        /// Within this part, from 1.
        number: u32,
    },
    /// The next piece of what a model says.
    Token {
        /// The node that asked the model.
        node: String,
        /// The piece.
        text: String,
    },
    /// A tool is called.
    ToolCall {
        /// The identity of the call within its part.
        call: String,
        /// The node that calls it.
        node: String,
        /// The name of the tool.
        name: String,
        /// The arguments as JSON.
        arguments_json: String,
    },
    /// A tool has answered.
    ToolResult {
        /// The identity of the call.
        call: String,
        /// The result as JSON; `None` when it was longer than 64 KiB.
        result_json: Option<String>,
        /// Whether the result is an error.
        failed: bool,
    },
    /// What one call of a model used.
    Usage(AgentUsage),
    /// From where the run can be resumed. The last one counts.
    Checkpoint {
        /// One with the identity of an earlier one replaces it.
        id: String,
        /// JSON of at most 1 MiB that only the runner reads.
        state_json: String,
    },
    /// The part has ended.
    Stopped(AgentStopped),
}

/// How a part ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AgentStopped {
    /// The run waits for a person.
    Asked {
        /// The identity of the question.
        question: String,
        /// The question as JSON.
        question_json: String,
    },
    /// The run has succeeded.
    Finished {
        /// The output as a JSON object.
        output_json: String,
        /// The steps of this part.
        steps: u32,
        /// The passages that the output rests on.
        citations: Vec<AgentCitation>,
    },
    /// The run has failed.
    Failed {
        /// A stable code of the runner, `[a-z_]{1,50}`: `max_steps`, `budget_exceeded`, …
        code: String,
        /// At most 500 characters, without the key.
        message: String,
        /// Whether the same part may succeed later.
        retryable: bool,
    },
}

/// The tokens of one call of a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentUsage {
    /// The model, as the part named it.
    pub model: String,
    /// All tokens that went in.
    pub input: u64,
    /// All tokens that came out.
    pub output: u64,
    /// The tokens among `input` that the provider had cached.
    pub cached: u64,
    /// The execution that the gateway stored for the call, if it said so.
    pub execution: Option<String>,
}

/// A passage of a document that an output rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentCitation {
    /// The number in square brackets in the output's text.
    pub number: u32,
    /// The identity of the document, as the search answered it.
    pub document: String,
    /// The name of the document.
    pub document_name: String,
    /// The place of the passage in the document, from 0.
    pub passage: u32,
    /// The beginning of the passage, at most 500 characters.
    pub quote: String,
}
