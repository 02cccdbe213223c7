use serde_json::{Value, json};

use super::Answer;

/// The tokens of every request.
pub const INPUT_TOKENS: u32 = 9;
/// Those of them that were in the provider's cache.
pub const CACHED_TOKENS: u32 = 4;

/// Whose form an answer has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wire {
    /// `/chat/completions` of OpenAI.
    OpenAi,
    /// `/messages` of Anthropic.
    Anthropic,
    /// The form of OpenAI, as Hugging Face's router sends it: errors are texts.
    HuggingFace,
}

impl Wire {
    /// What comes before the first token.
    #[must_use]
    pub fn start(self) -> String {
        match self {
            Self::Anthropic => {
                let usage = json!({
                    "input_tokens": INPUT_TOKENS - CACHED_TOKENS, "output_tokens": 1,
                    "cache_read_input_tokens": CACHED_TOKENS, "cache_creation_input_tokens": 0,
                });
                let message = json!({
                    "id": "msg_1", "type": "message", "role": "assistant", "content": [],
                    "model": "fake", "stop_reason": null, "usage": usage,
                });
                let block = json!({"type": "text", "text": ""});
                event(&json!({"type": "message_start", "message": message}))
                    + &event(&json!({
                        "type": "content_block_start", "index": 0, "content_block": block,
                    }))
            }
            _ => choice(&json!({"role": "assistant", "content": ""}), None),
        }
    }

    /// One token.
    #[must_use]
    pub fn delta(self, text: &str) -> String {
        match self {
            Self::Anthropic => event(&json!({
                "type": "content_block_delta", "index": 0,
                "delta": {"type": "text_delta", "text": text},
            })),
            _ => choice(&json!({"content": text}), None),
        }
    }

    /// The reason of the end in the words of this API (`stop`, `end_turn`), and the usage.
    #[must_use]
    pub fn finish(self, reason: &str, output_tokens: u32) -> String {
        if self == Self::Anthropic {
            let end = json!({
                "type": "message_delta", "delta": {"stop_reason": reason},
                "usage": {"output_tokens": output_tokens},
            });
            return event(&json!({"type": "content_block_stop", "index": 0})) + &event(&end);
        }
        let usage = json!({
            "id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1,
            "model": "fake", "choices": [], "usage": openai_usage(output_tokens),
        });
        choice(&json!({}), Some(reason)) + &event(&usage)
    }

    /// What comes at the end of a stream.
    #[must_use]
    pub fn done(self) -> String {
        match self {
            Self::Anthropic => event(&json!({"type": "message_stop"})),
            _ => "data: [DONE]\n\n".to_owned(),
        }
    }

    /// What keeps a stream alive without saying anything.
    #[must_use]
    pub fn ping(self) -> String {
        match self {
            Self::Anthropic => event(&json!({"type": "ping"})),
            _ => ": keep-alive\n\n".to_owned(),
        }
    }

    /// An error in the middle of a stream.
    #[must_use]
    pub fn error_event(self, kind: &str, message: &str) -> String {
        match self {
            Self::Anthropic => event(&json!({
                "type": "error", "error": {"type": kind, "message": message},
            })),
            _ => event(&self.error_body(kind, message)),
        }
    }

    /// The body of an error.
    #[must_use]
    pub fn error_body(self, kind: &str, message: &str) -> Value {
        match self {
            Self::Anthropic => {
                json!({"type": "error", "error": {"type": kind, "message": message}})
            }
            Self::OpenAi => json!({
                "error": {"message": message, "type": kind, "param": null, "code": kind},
            }),
            Self::HuggingFace => json!({"error": message}),
        }
    }

    /// The usual reason for an end.
    #[must_use]
    pub const fn stop(self) -> &'static str {
        match self {
            Self::Anthropic => "end_turn",
            _ => "stop",
        }
    }
}

impl Answer {
    /// A whole answer.
    #[must_use]
    pub fn text(wire: Wire, text: &str) -> Self {
        Self::json(
            200,
            match wire {
                Wire::Anthropic => json!({
                    "id": "msg_1", "type": "message", "role": "assistant", "model": "fake",
                    "content": [{"type": "text", "text": text}], "stop_reason": "end_turn",
                    "usage": {
                        "input_tokens": INPUT_TOKENS - CACHED_TOKENS, "output_tokens": 2,
                        "cache_read_input_tokens": CACHED_TOKENS,
                    },
                }),
                _ => json!({
                    "id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "fake",
                    "choices": [{
                        "index": 0, "message": {"role": "assistant", "content": text},
                        "finish_reason": "stop",
                    }],
                    "usage": openai_usage(2),
                }),
            }
            .to_string(),
        )
    }

    /// A streamed answer of these tokens, to its end.
    #[must_use]
    pub fn tokens(wire: Wire, tokens: &[&str]) -> Self {
        Self::start_of(wire, tokens)
            .piece(wire.finish(wire.stop(), u32::try_from(tokens.len()).unwrap_or(u32::MAX)))
            .piece(wire.done())
    }

    /// The start of a streamed answer: these tokens, and no end yet.
    #[must_use]
    pub fn start_of(wire: Wire, tokens: &[&str]) -> Self {
        let tokens = tokens.iter().map(|token| wire.delta(token));
        Self::stream(std::iter::once(wire.start()).chain(tokens))
    }

    /// An error with its status.
    #[must_use]
    pub fn error(wire: Wire, status: u16, kind: &str, message: &str) -> Self {
        Self::json(status, wire.error_body(kind, message).to_string())
    }

    /// Vectors in the form of OpenAI, as numbers or as base64 of little-endian `f32`.
    #[must_use]
    pub fn embeddings(vectors: &[Vec<f32>], base64: bool) -> Self {
        let data = vectors.iter().enumerate().map(|(index, vector)| {
            let embedding = if base64 { encoded(vector) } else { json!(vector) };
            json!({"object": "embedding", "index": index, "embedding": embedding})
        });
        let data: Vec<_> = data.collect();
        let usage = json!({"prompt_tokens": INPUT_TOKENS, "total_tokens": INPUT_TOKENS});
        Self::json(
            200,
            json!({"object": "list", "data": data, "model": "fake", "usage": usage}).to_string(),
        )
    }
}

fn encoded(vector: &[f32]) -> Value {
    use base64::{Engine, prelude::BASE64_STANDARD};

    let bytes: Vec<u8> = vector.iter().flat_map(|number| number.to_le_bytes()).collect();
    Value::String(BASE64_STANDARD.encode(bytes))
}

fn openai_usage(output_tokens: u32) -> Value {
    json!({
        "prompt_tokens": INPUT_TOKENS, "completion_tokens": output_tokens,
        "total_tokens": INPUT_TOKENS + output_tokens,
        "prompt_tokens_details": {"cached_tokens": CACHED_TOKENS, "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 0},
    })
}

fn event(data: &Value) -> String {
    match data["type"].as_str() {
        Some(name) => format!("event: {name}\ndata: {data}\n\n"),
        None => format!("data: {data}\n\n"),
    }
}

fn choice(delta: &Value, reason: Option<&str>) -> String {
    event(&json!({
        "id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "fake",
        "choices": [{"index": 0, "delta": delta, "logprobs": null, "finish_reason": reason}],
    }))
}
