//! An execution that this process runs, while it runs.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use plinth_domain::{Cause, Execution, ExecutionId, FinishReason, OrganizationId, TokenUsage};
use plinth_ports::{ChatEvent, OutputPiece, PIECE_BYTES};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::{
    held_texts::{HeldTexts, TooMuch},
    tool_calls::{PassedCall, ToolCalls},
};

/// What came until now, for those who follow it and for the row.
pub(crate) struct Live {
    pub(super) id: ExecutionId,
    pub(super) organization: OrganizationId,
    /// What all executions of the organization hold.
    held: Arc<HeldTexts>,
    started: Instant,
    state: Mutex<State>,
    /// Counts the changes of the state.
    changes: watch::Sender<u64>,
    /// Cancelled when the execution shall end.
    stop: CancellationToken,
}

#[derive(Default)]
struct State {
    text: String,
    characters: u32,
    /// How many bytes of the organization's share it holds.
    held: usize,
    /// The byte of the text from which on it is a refusal.
    refused_from: Option<usize>,
    tool_calls: ToolCalls,
    /// What an embedding model answers.
    vectors: Vec<Vec<f32>>,
    finish: Option<FinishReason>,
    /// The tokens of the running attempt, as the provider counts them.
    usage: Option<TokenUsage>,
    first_content_ms: Option<u32>,
    /// Why it shall end.
    cause: Option<Stop>,
    ended: Option<Box<Execution>>,
    /// Whether this process does not run it any more.
    is_over: bool,
}

/// Why a running execution shall end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    /// A caller wants it.
    Cancelled,
    /// The process ends.
    Interrupted,
    /// Another process has ended it, or has its lease.
    Lost,
}

/// How much of an answer was passed on.
#[derive(Debug, Default)]
pub(super) struct Passed {
    byte: usize,
    calls: Vec<PassedCall>,
}

/// What followers have not seen yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct News {
    /// The text behind the position.
    pub(crate) text: String,
    /// The execution, once it has ended.
    pub(crate) ended: Option<Box<Execution>>,
}

impl Live {
    pub(super) fn new(id: ExecutionId, organization: OrganizationId, held: Arc<HeldTexts>) -> Self {
        Self {
            id,
            organization,
            held,
            started: Instant::now(),
            state: Mutex::default(),
            changes: watch::Sender::new(0),
            stop: CancellationToken::new(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn changed(&self) {
        self.changes.send_modify(|changes| *changes += 1);
    }

    /// Milliseconds since the start.
    pub(super) fn elapsed_ms(&self) -> u32 {
        u32::try_from(self.started.elapsed().as_millis()).unwrap_or(u32::MAX)
    }

    /// Takes a part of the answer.
    pub(super) fn take(&self, event: ChatEvent) -> Result<(), TooMuch> {
        let mut state = self.state();
        let is_content =
            !matches!(event, ChatEvent::Named(_) | ChatEvent::Finish(_) | ChatEvent::Usage(_));
        if is_content && state.first_content_ms.is_none() {
            state.first_content_ms = Some(self.elapsed_ms());
        }
        match event {
            ChatEvent::Text(text) => state.say(text, &self.held)?,
            ChatEvent::Refusal(text) => {
                let byte = state.text.len();
                state.say(text, &self.held)?;
                state.refused_from.get_or_insert(byte);
            }
            ChatEvent::ToolCall { index, id, name, arguments } => {
                state.tool_calls.add(index, id, name, &arguments)?;
            }
            ChatEvent::Finish(reason) => state.finish = Some(reason),
            ChatEvent::Usage(usage) => state.usage = Some(usage),
            ChatEvent::Named(_) => {}
        }
        drop(state);
        if is_content {
            self.changed();
        }
        Ok(())
    }

    /// Takes the vectors of an embedding model, which are all of its answer.
    pub(super) fn take_vectors(&self, vectors: Vec<Vec<f32>>, usage: Option<TokenUsage>) {
        let mut state = self.state();
        state.usage = usage;
        state.first_content_ms = Some(self.elapsed_ms());
        state.vectors = vectors;
        state.finish = Some(FinishReason::Stop);
    }

    /// The vectors of an embedding model, which are given out once.
    pub(super) fn vectors(&self) -> Vec<Vec<f32>> {
        std::mem::take(&mut self.state().vectors)
    }

    /// The text, and the byte from which on it is a refusal.
    pub(super) fn said(&self) -> (String, Option<usize>) {
        let state = self.state();
        (state.text.clone(), state.refused_from)
    }

    /// Whether a part of the answer has come: no other attempt may follow.
    pub(super) fn has_content(&self) -> bool {
        self.state().first_content_ms.is_some()
    }

    pub(super) fn finish(&self) -> Option<FinishReason> {
        self.state().finish
    }

    pub(super) fn first_content_ms(&self) -> Option<u32> {
        self.state().first_content_ms
    }

    /// The tokens of the attempt that has ended, as its provider counted them.
    pub(super) fn take_usage(&self) -> Option<TokenUsage> {
        self.state().usage.take()
    }

    /// How much text and arguments of tools came, in bytes.
    pub(super) fn bytes(&self) -> usize {
        let state = self.state();
        state.text.len() + state.tool_calls.bytes()
    }

    pub(super) fn text_bytes(&self) -> usize {
        self.state().text.len()
    }

    pub(super) fn characters(&self) -> u32 {
        self.state().characters
    }

    pub(super) fn text(&self) -> String {
        self.state().text.clone()
    }

    pub(super) fn tool_calls(&self) -> Option<String> {
        self.state().tool_calls.json()
    }

    /// The next piece of the text that is not stored yet, from a byte on, which is this character.
    pub(super) fn piece(&self, byte: usize, position: u32) -> Option<OutputPiece> {
        let state = self.state();
        let text = state.text.get(byte..)?;
        let text = &text[..text.floor_char_boundary(PIECE_BYTES)];
        (!text.is_empty()).then(|| OutputPiece { position, text: text.to_owned() })
    }

    /// The news behind a byte of the text, which is moved to the end.
    pub(crate) fn news(&self, byte: &mut usize) -> News {
        let state = self.state();
        let text = state.text.get(*byte..).unwrap_or_default().to_owned();
        *byte = state.text.len();
        News { text, ended: state.ended.clone() }
    }

    /// What has come since `passed`, which is moved to the end, and whether this process does not run
    /// it any more.
    pub(super) fn since(&self, passed: &mut Passed) -> (Vec<ChatEvent>, bool) {
        let state = self.state();
        let mut events = Vec::new();
        let refused_from = state.refused_from.unwrap_or(state.text.len());
        let (answer, refusal) = state.text.split_at(refused_from);
        if let Some(text) = answer.get(passed.byte..).filter(|text| !text.is_empty()) {
            events.push(ChatEvent::Text(text.to_owned()));
        }
        let seen = passed.byte.saturating_sub(refused_from);
        if let Some(text) = refusal.get(seen..).filter(|text| !text.is_empty()) {
            events.push(ChatEvent::Refusal(text.to_owned()));
        }
        passed.byte = state.text.len();
        state.tool_calls.since(&mut passed.calls, &mut events);
        (events, state.is_over)
    }

    /// The execution, once its end is stored.
    pub(super) fn ended(&self) -> Option<Box<Execution>> {
        self.state().ended.clone()
    }

    /// The byte at which a character begins; the end for a later one.
    pub(crate) fn byte_of(&self, character: u32) -> usize {
        let state = self.state();
        let mut places = state.text.char_indices().map(|(byte, _)| byte);
        places.nth(character as usize).unwrap_or(state.text.len())
    }

    /// Tells of each change.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Asks it to end. The first cause holds.
    pub(crate) fn stop(&self, cause: Stop) {
        self.state().cause.get_or_insert(cause);
        self.stop.cancel();
    }

    /// Waits until it shall end.
    pub(super) async fn stopped(&self) -> Stop {
        self.stop.cancelled().await;
        self.state().cause.unwrap_or(Stop::Interrupted)
    }

    /// Tells followers that this process does not run it any more, and how it ended, if it is known.
    pub(super) fn end(&self, execution: Option<Execution>) {
        let mut state = self.state();
        state.ended = execution.map(Box::new);
        state.is_over = true;
        drop(state);
        self.changed();
    }

    /// Tells followers that this process does not run it any more, where they do not know yet.
    pub(super) fn leave(&self) {
        if !self.is_over() {
            self.end(None);
        }
    }

    /// Whether this process does not run it any more.
    pub(super) fn is_over(&self) -> bool {
        self.state().is_over
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.held.release(self.state().held);
    }
}

impl State {
    fn say(&mut self, text: String, held: &HeldTexts) -> Result<(), TooMuch> {
        held.hold(text.len())?;
        self.held += text.len();
        // A row of PostgreSQL holds no NUL.
        let text = if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text };
        let characters = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
        self.characters = self.characters.saturating_add(characters);
        self.text.push_str(&text);
        Ok(())
    }
}

impl From<Stop> for Cause {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Cancelled => Self::Cancelled,
            Stop::Interrupted | Stop::Lost => Self::Interrupted,
        }
    }
}
