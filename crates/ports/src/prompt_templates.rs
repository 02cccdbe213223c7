use plinth_domain::{Code, Invalid, JsonObject, PromptVersionDraft, RenderedMessage};

plinth_domain::codes! {
    PROMPT_TEMPLATE_SYNTAX = "prompt.template_syntax",
        "A template cannot be parsed; the detail names the line.";
    PROMPT_VARIABLE_UNDECLARED = "prompt.variable_undeclared",
        "A template uses a variable that is not among the properties of the input schema.";
    PROMPT_SCHEMA_INVALID = "prompt.schema_invalid",
        "A schema is no JSON Schema (draft 2020-12), or has what is not supported here.";
    PROMPT_VARIABLE_INVALID = "prompt.variable_invalid",
        "A variable does not fit the input schema.";
    PROMPT_VARIABLE_MISSING = "prompt.variable_missing",
        "A template needs a variable that was not given.";
    PROMPT_VARIABLES_TOO_LARGE = "prompt.variables_too_large",
        "The variables of a prompt have more than 256 KiB.";
    PROMPT_RENDER_FAILED = "prompt.render_failed",
        "A template cannot be rendered with these variables; the detail names the line.";
    PROMPT_TOO_MUCH_WORK = "prompt.too_much_work",
        "Rendering, or checking the variables, takes more work than is allowed.";
    PROMPT_OUTPUT_TOO_LONG = "prompt.output_too_long",
        "The rendered messages have more than 1 MiB together.";
}

/// The codes of the faults of templates.
pub const TEMPLATE_CODES: &[Code] = CODES;

/// What is wrong with a template, a schema or a variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateFault {
    /// A JSON pointer (RFC 6901) into the version, or into the request of a rendering:
    /// `/messages/0/content`, `/input_schema/properties/name`, `/variables/name`.
    pub pointer: String,
    /// The code and the explanation.
    pub invalid: Invalid,
}

impl TemplateFault {
    /// A fault at a pointer.
    pub fn new(pointer: impl Into<String>, code: Code, detail: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), invalid: Invalid::new(code, detail) }
    }
}

/// Checks and renders the templates of prompts. A template reaches nothing but its variables.
///
/// Both methods compute: they are bounded in time and memory, and a large
/// input may take a good part of a second.
pub trait PromptTemplates: Send + Sync {
    /// Checks the templates and the schemas of a new version.
    ///
    /// # Errors
    /// Every fault: a template that cannot be parsed, a variable that is not declared, a schema that
    /// is none.
    fn check(&self, version: &PromptVersionDraft) -> Result<(), Vec<TemplateFault>>;

    /// The messages of a version with its variables filled in, of at most [`RENDERED_BYTES`].
    /// `context` is the value of the variable [`CONTEXT_VARIABLE`], as JSON. The schema decides on it
    /// only where it declares it.
    ///
    /// # Errors
    /// The variables that do not fit the schema, or why a template cannot be rendered with them.
    fn render(
        &self,
        version: &PromptVersionDraft,
        variables: &JsonObject,
        context: Option<&str>,
    ) -> Result<Vec<RenderedMessage>, Vec<TemplateFault>>;

    /// Whether a template of the version uses [`CONTEXT_VARIABLE`].
    fn uses_context(&self, version: &PromptVersionDraft) -> bool;

    /// Checks a schema alone.
    ///
    /// # Errors
    /// Why it is none, with pointers into it.
    fn check_schema(&self, schema: &JsonObject) -> Result<(), Vec<TemplateFault>>;

    /// Whether a text is JSON that fits a schema.
    ///
    /// # Errors
    /// To find it out takes more work than is allowed.
    fn fits(&self, schema: &JsonObject, json: &str) -> Result<bool, TemplateFault>;
}

/// The variable with the parts of documents that an execution is given. No schema has to declare it.
pub const CONTEXT_VARIABLE: &str = "context";

/// The most bytes of all rendered messages together: 1 MiB.
pub const RENDERED_BYTES: usize = 1024 * 1024;

/// The most bytes of the variables of one rendering, as JSON: 256 KiB.
pub const VARIABLES_BYTES: usize = 256 * 1024;
