//! The API of OpenAI (`/chat/completions`), as it and the many servers that speak it send it.

mod body;
mod chunk;
mod tools;

use std::collections::VecDeque;

use plinth_domain::{FinishReason, TokenUsage};
use plinth_ports::{AnswerName, ChatEvent};
use serde_json::Value;

use crate::{
    failure::{Failure, reported},
    json::{Count, Text, answer_name},
    sse::Event,
    step::Step,
};

pub(crate) use body::body;
use chunk::{Choice, Chunk, Delta, Usage};

/// Understands answers. Fields and events that it does not know are ignored.
#[derive(Debug, Default)]
pub(crate) struct Decoder {
    /// The model has refused: its reason for the end says only `stop`.
    refused: bool,
    /// Whether the answer's name has come: every piece has it.
    named: bool,
    finished: bool,
}

impl Decoder {
    pub(crate) fn event(
        &mut self,
        event: &Event<'_>,
        out: &mut VecDeque<ChatEvent>,
    ) -> Result<Step, Failure> {
        let data = event.data.trim_ascii();
        if data == b"[DONE]" {
            return Ok(Step::End);
        }
        if data.is_empty() {
            return Ok(Step::Other);
        }
        if event.is_error {
            let error: Value = serde_json::from_slice(data)?;
            return Err(reported(error.get("error").unwrap_or(&error)));
        }
        self.chunk(data, |choice| choice.delta.take(), out)
    }

    pub(crate) fn whole(
        &mut self,
        body: &[u8],
        out: &mut VecDeque<ChatEvent>,
    ) -> Result<(), Failure> {
        self.chunk(body, |choice| choice.message.take(), out)?;
        if self.finished {
            return Ok(());
        }
        Err(Failure::invalid("the answer has no choice with the reason of its end"))
    }

    fn chunk(
        &mut self,
        data: &[u8],
        said: impl for<'a> Fn(&mut Choice<'a>) -> Option<Delta<'a>>,
        out: &mut VecDeque<ChatEvent>,
    ) -> Result<Step, Failure> {
        let chunk: Chunk<'_> = serde_json::from_slice(data)?;
        if let Some(error) = chunk.error {
            return Err(reported(&serde_json::from_str(error.get())?));
        }
        if !self.named {
            let name = answer_name(chunk.id, chunk.model);
            self.named = name != AnswerName::default();
            out.extend(self.named.then_some(ChatEvent::Named(name)));
        }
        // Others are those of `n`; some servers send none with the usage.
        let choices = chunk.choices.unwrap_or_default();
        let choice = choices.into_iter().find(|choice| choice.index.unwrap_or(0) == 0);
        let mut step = Step::Other;
        if let Some(mut choice) = choice.filter(|_| !self.finished) {
            let delta = said(&mut choice).unwrap_or_default();
            step = self.choice(delta, choice.finish_reason.as_ref(), out)?;
        }
        if let Some(usage) = chunk.usage {
            out.push_back(ChatEvent::Usage(tokens(&usage)));
        }
        Ok(step)
    }

    fn choice(
        &mut self,
        delta: Delta<'_>,
        finish_reason: Option<&Text<'_>>,
        out: &mut VecDeque<ChatEvent>,
    ) -> Result<Step, Failure> {
        let before = out.len();
        let thinks = delta.thinks();
        self.delta(delta, out)?;
        if let Some(reason) = finish_reason.and_then(Text::filled) {
            self.finished = true;
            out.push_back(ChatEvent::Finish(self.reason(reason)));
        }
        Ok(if thinks || out.len() > before { Step::Content } else { Step::Other })
    }

    fn delta(&mut self, delta: Delta<'_>, out: &mut VecDeque<ChatEvent>) -> Result<(), Failure> {
        let filled = |text: &String| !text.is_empty();
        let content = delta.content.map(|content| content.0);
        out.extend(content.filter(filled).map(ChatEvent::Text));
        if let Some(refusal) = delta.refusal.filter(filled) {
            self.refused = true;
            out.push_back(ChatEvent::Refusal(refusal));
        }
        tools::pieces(delta.tool_calls.unwrap_or_default(), delta.function_call, out)
    }

    fn reason(&self, name: &str) -> FinishReason {
        match name {
            "function_call" => FinishReason::ToolCalls,
            _ if self.refused => FinishReason::ContentFilter,
            name => FinishReason::from_name(name).unwrap_or(FinishReason::Stop),
        }
    }
}

fn tokens(usage: &Usage) -> TokenUsage {
    let count = |count: Option<Count>| count.unwrap_or_default().0;
    let input = usage.prompt_tokens_details.unwrap_or_default();
    let output = usage.completion_tokens_details.unwrap_or_default();
    TokenUsage {
        input: count(usage.prompt_tokens),
        output: count(usage.completion_tokens),
        cached: count(input.cached_tokens),
        cache_written: 0,
        reasoning: count(output.reasoning_tokens),
    }
}
