//! The API of Anthropic (`/messages`): requests are translated into it, answers out of it.

mod body;
mod content;
mod event;
mod messages;
mod tools;

use std::collections::VecDeque;

use plinth_domain::{FinishReason, TokenUsage};
use plinth_ports::ChatEvent;

use crate::{
    failure::{Failure, reported},
    json::{Count, answer_name},
    step::Step,
};

pub(crate) use body::body;
use event::{Block, Delta, Event, Usage};

/// The version of the API, in the header `anthropic-version`.
pub(crate) const VERSION: &str = "2023-06-01";

/// Understands answers. Fields, events and blocks that it does not know are ignored.
#[derive(Debug, Default)]
pub(crate) struct Decoder {
    /// The indexes of the blocks that call a tool, in their order.
    tools: Vec<u32>,
    /// Whether the last of them has had arguments.
    has_arguments: bool,
    usage: Usage,
    finished: bool,
}

impl Decoder {
    pub(crate) fn event(
        &mut self,
        data: &[u8],
        out: &mut VecDeque<ChatEvent>,
    ) -> Result<Step, Failure> {
        let event = match serde_json::from_slice::<Event<'_>>(data) {
            Ok(event) => event,
            // Events to come may use the known names for other things.
            Err(_) if event::is_unknown(data) => return Ok(Step::Other),
            Err(error) => return Err(error.into()),
        };
        let index = event.index.unwrap_or(0);
        if self.finished && &*event.kind.0 != "message_stop" {
            return Ok(Step::Other);
        }
        match &*event.kind.0 {
            "message_start" => {
                if let Some(message) = event.message {
                    out.push_back(ChatEvent::Named(answer_name(message.id, message.model)));
                    self.usage.replace(message.usage.unwrap_or_default());
                }
            }
            "content_block_start" => {
                return event
                    .content_block
                    .map_or(Ok(Step::Other), |it| self.block(index, it, out));
            }
            "content_block_delta" => {
                return Ok(event.delta.map_or(Step::Other, |delta| self.delta(index, delta, out)));
            }
            "content_block_stop" => self.block_end(index, out),
            "message_delta" => {
                self.usage.replace(event.usage.unwrap_or_default());
                let reason = event.delta.and_then(|delta| delta.stop_reason);
                return Ok(self.finish(reason.as_ref().and_then(|it| it.filled()), out));
            }
            "message_stop" => return Ok(Step::End),
            "error" => return Err(error(&event)?),
            _ => {}
        }
        Ok(Step::Other)
    }

    pub(crate) fn whole(
        &mut self,
        body: &[u8],
        out: &mut VecDeque<ChatEvent>,
    ) -> Result<(), Failure> {
        let answer: Event<'_> = serde_json::from_slice(body)?;
        if &*answer.kind.0 == "error" || answer.error.is_some() {
            return Err(error(&answer)?);
        }
        out.push_back(ChatEvent::Named(answer_name(answer.id, answer.model)));
        for (index, block) in (0..).zip(answer.content.unwrap_or_default()) {
            let input = block.input;
            if self.block(index, block, out)? == Step::Content
                && let Some(input) = input
                && self.tools.last() == Some(&index)
            {
                self.arguments(input.get().to_owned(), out);
            }
        }
        self.usage.replace(answer.usage.unwrap_or_default());
        match self.finish(answer.stop_reason.as_ref().and_then(|it| it.filled()), out) {
            Step::Content => Ok(()),
            _ => Err(Failure::invalid("the answer has no reason of its end")),
        }
    }

    fn block(
        &mut self,
        index: u32,
        block: Block<'_>,
        out: &mut VecDeque<ChatEvent>,
    ) -> Result<Step, Failure> {
        match &*block.kind.0 {
            "text" => Ok(text(block.text, out)),
            "tool_use" => {
                self.tools.push(index);
                self.has_arguments = false;
                let (id, name, arguments) = (block.id, block.name, String::new());
                let index = tools::number(self.tools.len() - 1)?;
                out.push_back(ChatEvent::ToolCall { index, id, name, arguments });
                Ok(Step::Content)
            }
            "thinking" | "redacted_thinking" => Ok(Step::Content),
            _ => Ok(Step::Other),
        }
    }

    fn delta(&mut self, index: u32, delta: Delta<'_>, out: &mut VecDeque<ChatEvent>) -> Step {
        match delta.kind.as_ref().map(|kind| &*kind.0) {
            Some("text_delta") => text(delta.text, out),
            // Only the arguments of tools that the caller has are of interest to it.
            Some("input_json_delta") if self.tools.last() == Some(&index) => {
                let arguments = delta.partial_json.unwrap_or_default();
                if !arguments.is_empty() {
                    self.arguments(arguments, out);
                }
                Step::Content
            }
            Some("thinking_delta" | "signature_delta" | "input_json_delta") => Step::Content,
            _ => Step::Other,
        }
    }

    fn arguments(&mut self, arguments: String, out: &mut VecDeque<ChatEvent>) {
        self.has_arguments = true;
        if let Ok(index) = tools::number(self.tools.len().saturating_sub(1)) {
            out.push_back(ChatEvent::ToolCall { index, id: None, name: None, arguments });
        }
    }

    /// A tool without parameters has no piece of arguments, but callers parse them.
    fn block_end(&mut self, index: u32, out: &mut VecDeque<ChatEvent>) {
        if self.tools.last() == Some(&index) && !self.has_arguments {
            self.arguments("{}".to_owned(), out);
        }
    }

    fn finish(&mut self, reason: Option<&str>, out: &mut VecDeque<ChatEvent>) -> Step {
        let Some(reason) = reason else { return Step::Other };
        self.finished = true;
        out.push_back(ChatEvent::Finish(match reason {
            "max_tokens" | "model_context_window_exceeded" => FinishReason::Length,
            "tool_use" => FinishReason::ToolCalls,
            "refusal" => FinishReason::ContentFilter,
            _ => FinishReason::Stop,
        }));
        out.push_back(ChatEvent::Usage(self.usage.tokens()));
        Step::Content
    }
}

fn text(text: Option<String>, out: &mut VecDeque<ChatEvent>) -> Step {
    match text.filter(|text| !text.is_empty()) {
        Some(text) => {
            out.push_back(ChatEvent::Text(text));
            Step::Content
        }
        None => Step::Other,
    }
}

fn error(event: &Event<'_>) -> Result<Failure, Failure> {
    let error = event.error.map_or("null", |error| error.get());
    Ok(reported(&serde_json::from_str(error)?))
}

impl Usage {
    /// Takes over what is newer: the numbers are sums since the beginning.
    fn replace(&mut self, newer: Self) {
        self.input = newer.input.or(self.input);
        self.output = newer.output.or(self.output);
        self.cached = newer.cached.or(self.cached);
        self.cache_written = newer.cache_written.or(self.cache_written);
    }

    fn tokens(&self) -> TokenUsage {
        let count = |count: Option<Count>| count.unwrap_or_default().0;
        let cached = count(self.cached);
        let cache_written = count(self.cache_written);
        let input = count(self.input).saturating_add(cached).saturating_add(cache_written);
        let output = count(self.output);
        TokenUsage { input, output, cached, cache_written, reasoning: 0 }
    }
}
