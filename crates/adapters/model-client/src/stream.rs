use std::collections::VecDeque;

use futures::stream;
use plinth_domain::ModelFault;
use plinth_outgoing::{Answer, Outgoing};
use plinth_ports::{CallError, ChatAnswer, ChatEvent};
use tokio::time::{Duration, Instant, timeout};

use crate::{
    deadlines::Deadline,
    failure::Failure,
    limits::{MAX_BYTES, MAX_STREAMED_BYTES},
    send::Call,
    sse::Parser,
    step::Step,
    whole::whole,
    wire::{Decoder, Wire},
};

/// How long the end of a body is waited for after the end of the stream, so that the connection can
/// be used again.
const LAST_CHUNK: Duration = Duration::from_millis(500);

/// Calls for an answer that comes piece by piece.
pub(crate) async fn answer(
    outgoing: &Outgoing,
    mut call: Call,
    wire: Wire,
    body: Vec<u8>,
) -> Result<ChatAnswer, CallError> {
    let request = wire.chat(&call.endpoint, body).map_err(|failure| call.failed(failure))?;
    let request = request.at_most(MAX_STREAMED_BYTES);
    let head = call.deadlines.first_token();
    let mut answer = call.send(outgoing, request, head).await?;
    let kind = answer.header("content-type").unwrap_or("text/event-stream");
    if kind.starts_with("application/json") {
        // An error, or a server that streams nothing.
        return whole(&mut answer, &call, head, wire.decoder()).await;
    }
    if kind.starts_with("text/html") {
        let failure = Failure::invalid(format!("the answer is {kind} instead of an event stream"));
        return Err(call.failed(failure));
    }
    let provider_request_id = call.provider_request_id.clone();
    let reading = Reading {
        answer,
        call,
        parser: Parser::default(),
        decoder: wire.decoder(),
        out: VecDeque::new(),
        state: State::Silent,
        last_line: Instant::now(),
        content_bytes: 0,
        at_end: false,
    };
    let events = Box::pin(stream::try_unfold(reading, Reading::next));
    Ok(ChatAnswer { provider_request_id, events })
}

/// How far an answer has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nothing was said yet.
    Silent,
    /// The model has begun.
    Speaking,
    /// The reason of the end has come.
    Finished,
    /// The stream has ended.
    Ended,
}

struct Reading {
    answer: Answer,
    call: Call,
    parser: Parser,
    decoder: Decoder,
    out: VecDeque<ChatEvent>,
    state: State,
    last_line: Instant,
    content_bytes: usize,
    /// All bytes have come.
    at_end: bool,
}

impl Reading {
    /// The next event, with what is left to read.
    async fn next(mut self) -> Result<Option<(ChatEvent, Self)>, CallError> {
        loop {
            if let Some(event) = self.out.pop_front() {
                return Ok(Some((event, self)));
            }
            if self.state == State::Ended {
                return Ok(None);
            }
            match self.advance().await {
                Ok(()) => {}
                // The answer is complete: what breaks afterwards costs nothing but its usage.
                Err(_) if self.state == State::Finished => return Ok(None),
                Err(failure) => return Err(self.call.failed(failure)),
            }
        }
    }

    /// Understands the next event, or reads more bytes.
    async fn advance(&mut self) -> Result<(), Failure> {
        let lines = self.parser.lines();
        let step = match self.parser.event() {
            Ok(Some(event)) => Some(self.decoder.event(&event, &mut self.out)),
            Ok(None) => None,
            Err(_) => return Err(Failure::of(ModelFault::TooLarge)),
        };
        if self.parser.lines() > lines {
            self.last_line = Instant::now();
        }
        match step {
            Some(step) => self.take(step).await,
            None if self.at_end => self.end(ModelFault::StreamCut).await,
            None => self.read().await,
        }
    }

    async fn take(&mut self, step: Result<Step, Failure>) -> Result<(), Failure> {
        let begun = self.state != State::Silent;
        let step = step.map_err(|failure| if begun { failure.in_the_middle() } else { failure })?;
        self.content_bytes += self.out.iter().map(content_bytes).sum::<usize>();
        if self.content_bytes > MAX_BYTES {
            self.out.clear();
            return Err(Failure::of(ModelFault::TooLarge));
        }
        if self.out.iter().any(|event| matches!(event, ChatEvent::Finish(_))) {
            self.state = State::Finished;
        } else if step == Step::Content && !begun {
            self.state = State::Speaking;
        }
        if step == Step::End {
            return self.end(ModelFault::StreamIncomplete).await;
        }
        Ok(())
    }

    async fn read(&mut self) -> Result<(), Failure> {
        if let Some(bytes) = self.deadline().run(self.answer.chunk()).await?? {
            self.parser.push(&bytes);
        } else {
            self.at_end = true;
            self.parser.end();
        }
        Ok(())
    }

    fn deadline(&self) -> Deadline {
        let deadlines = &self.call.deadlines;
        match self.state {
            State::Silent => deadlines.first_token(),
            State::Speaking => deadlines.idle(self.last_line),
            State::Finished | State::Ended => deadlines.after_finish(self.last_line),
        }
    }

    /// Ends the stream, which is a failure before the reason of the answer's end has come.
    async fn end(&mut self, early: ModelFault) -> Result<(), Failure> {
        if self.state != State::Finished {
            return Err(Failure::of(early));
        }
        self.state = State::Ended;
        if !self.at_end {
            // Without it, the connection is closed.
            let _ = timeout(LAST_CHUNK, self.answer.chunk()).await;
        }
        Ok(())
    }
}

fn content_bytes(event: &ChatEvent) -> usize {
    match event {
        ChatEvent::Text(text) | ChatEvent::Refusal(text) => text.len(),
        ChatEvent::ToolCall { id, name, arguments, .. } => {
            let length = |text: &Option<String>| text.as_ref().map_or(0, String::len);
            length(id) + length(name) + arguments.len()
        }
        ChatEvent::Named(_) | ChatEvent::Finish(_) | ChatEvent::Usage(_) => 0,
    }
}
