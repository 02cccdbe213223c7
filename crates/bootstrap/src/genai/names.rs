//! All names of the conventions that are used: attributes of semantic-conventions-genai 0.1, metrics
//! of semantic-conventions 1.41, which dashboards know. Version 0.1 renames the metrics.

/// The scope of spans and metrics.
pub(super) const SCOPE: &str = "plinth-genai";

/// Why an operation failed: the code of the fault, or [`CANCELLED`].
pub(super) const ERROR_TYPE: &str = "error.type";
pub(super) const SERVER_ADDRESS: &str = "server.address";
pub(super) const SERVER_PORT: &str = "server.port";

pub(super) const OPERATION_NAME: &str = "gen_ai.operation.name";
pub(super) const PROVIDER_NAME: &str = "gen_ai.provider.name";
pub(super) const REQUEST_MODEL: &str = "gen_ai.request.model";
pub(super) const REQUEST_STREAM: &str = "gen_ai.request.stream";
pub(super) const REQUEST_MAX_TOKENS: &str = "gen_ai.request.max_tokens";
pub(super) const REQUEST_TEMPERATURE: &str = "gen_ai.request.temperature";
pub(super) const REQUEST_TOP_P: &str = "gen_ai.request.top_p";
pub(super) const RESPONSE_ID: &str = "gen_ai.response.id";
pub(super) const RESPONSE_MODEL: &str = "gen_ai.response.model";
pub(super) const RESPONSE_FINISH_REASONS: &str = "gen_ai.response.finish_reasons";
pub(super) const RESPONSE_FIRST_CHUNK: &str = "gen_ai.response.time_to_first_chunk";
pub(super) const USAGE_INPUT: &str = "gen_ai.usage.input_tokens";
pub(super) const USAGE_OUTPUT: &str = "gen_ai.usage.output_tokens";
pub(super) const USAGE_CACHE_READ: &str = "gen_ai.usage.cache_read.input_tokens";
pub(super) const USAGE_CACHE_WRITE: &str = "gen_ai.usage.cache_write.input_tokens";
pub(super) const USAGE_REASONING: &str = "gen_ai.usage.reasoning.output_tokens";
pub(super) const EMBEDDINGS_DIMENSIONS: &str = "gen_ai.embeddings.dimension.count";
pub(super) const INPUT_MESSAGES: &str = "gen_ai.input.messages";
pub(super) const OUTPUT_MESSAGES: &str = "gen_ai.output.messages";
pub(super) const TOKEN_TYPE: &str = "gen_ai.token.type";

pub(super) const OPERATION_DURATION: &str = "gen_ai.client.operation.duration";
pub(super) const FIRST_CHUNK: &str = "gen_ai.client.operation.time_to_first_chunk";
pub(super) const TOKEN_USAGE: &str = "gen_ai.client.token.usage";

pub(super) const EXECUTIONS_ENDED: &str = "plinth.execution.ended";
pub(super) const EXECUTIONS_COST: &str = "plinth.execution.cost";
pub(super) const EXECUTION_STATUS: &str = "plinth.execution.status";

/// The error of an operation whose caller did not want the rest.
pub(super) const CANCELLED: &str = "cancelled";
/// Stands for the names of models that metrics do not have.
pub(super) const OTHER: &str = "_OTHER";
