use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use super::{Answer, ReceivedRequest, Wire};

type Responder = Arc<dyn Fn(&ReceivedRequest) -> Answer + Send + Sync>;

/// One connection of a client.
#[derive(Debug, Clone, Copy)]
pub struct Connection {
    /// When it was accepted.
    pub opened: Instant,
    /// When either side closed it.
    pub closed: Option<Instant>,
}

#[derive(Default)]
pub(super) struct State {
    script: Mutex<VecDeque<Answer>>,
    responder: Mutex<Option<Responder>>,
    requests: Mutex<Vec<ReceivedRequest>>,
    connections: Mutex<Vec<Connection>>,
}

impl State {
    pub(super) fn script(&self, answers: impl IntoIterator<Item = Answer>) {
        locked(&self.script).extend(answers);
    }

    pub(super) fn answer_with(&self, responder: Responder) {
        *locked(&self.responder) = Some(responder);
    }

    pub(super) fn requests(&self) -> Vec<ReceivedRequest> {
        locked(&self.requests).clone()
    }

    pub(super) fn connections(&self) -> Vec<Connection> {
        locked(&self.connections).clone()
    }

    /// Stores a request and decides its answer.
    pub(super) fn answer(&self, request: ReceivedRequest) -> Answer {
        let scripted = locked(&self.script).pop_front();
        let responder = locked(&self.responder).clone();
        let answer = scripted.unwrap_or_else(|| match responder {
            Some(responder) => responder(&request),
            None => default_answer(&request),
        });
        locked(&self.requests).push(request);
        answer
    }

    /// Counts a connection until the guard is dropped.
    pub(super) fn opened(self: &Arc<Self>) -> OpenGuard {
        let mut connections = locked(&self.connections);
        connections.push(Connection { opened: Instant::now(), closed: None });
        OpenGuard { state: Arc::clone(self), index: connections.len() - 1 }
    }
}

pub(super) struct OpenGuard {
    state: Arc<State>,
    index: usize,
}

impl Drop for OpenGuard {
    fn drop(&mut self) {
        if let Some(connection) = locked(&self.state.connections).get_mut(self.index) {
            connection.closed = Some(Instant::now());
        }
    }
}

/// A good answer to any request of one of the APIs: two tokens, or vectors of three dimensions.
#[must_use]
pub fn default_answer(request: &ReceivedRequest) -> Answer {
    let wire = if request.path.ends_with("/messages") { Wire::Anthropic } else { Wire::OpenAi };
    let body = request.json();
    if request.path.ends_with("/embeddings") {
        let inputs = body["input"].as_array().map_or(1, Vec::len);
        let vectors =
            (0..inputs).map(|index| [f32::from(u8::try_from(index).unwrap_or(255)), 0.5, -1.0]);
        let vectors: Vec<_> = vectors.map(Vec::from).collect();
        return Answer::embeddings(&vectors, body["encoding_format"] == "base64");
    }
    if !request.path.ends_with("/messages") && !request.path.ends_with("/chat/completions") {
        return Answer::status(404);
    }
    if body["stream"] == true {
        Answer::tokens(wire, &["Hello", " world"])
    } else {
        Answer::text(wire, "Hello world")
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
