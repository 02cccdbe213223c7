//! Subscribers of the event stream that record the events.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, OnceLock},
    time::{Duration, Instant},
};

use futures::{SinkExt, StreamExt};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use tokio_tungstenite::{
    connect_async,
    tungstenite::{Message, client::IntoClientRequest},
};

use crate::caller::{Caller, text};

/// How long an event may take to arrive on a busy machine.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The number, the action and the subject of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedEvent {
    pub number: i64,
    pub action: String,
    pub subject: String,
}

impl ReceivedEvent {
    fn of(event: &Value) -> Self {
        let number = event["number"].as_i64().unwrap();
        let (action, subject) = (text(&event["type"]), text(&event["subject"]["id"]));
        Self { number, action, subject }
    }
}

/// A subscriber of every topic.
pub struct Subscriber {
    received: Arc<Mutex<Vec<ReceivedEvent>>>,
    /// Set when the connection has ended; the close code, if there was one.
    ended: Arc<OnceLock<Option<u16>>>,
    task: JoinHandle<()>,
}

impl Subscriber {
    /// Subscribes over a WebSocket.
    pub async fn by_socket(caller: &Caller) -> Self {
        let mut request = caller.socket().into_client_request().unwrap();
        let bearer = format!("Bearer {}", caller.token).parse().unwrap();
        request.headers_mut().insert("authorization", bearer);
        let (mut socket, _) = connect_async(request).await.unwrap();
        let subscribe = json!({"type": "subscribe", "topics": ["*"]}).to_string();
        socket.send(Message::text(subscribe)).await.unwrap();
        let answer = socket.next().await.unwrap().unwrap().into_text().unwrap();
        assert!(answer.contains("subscribed"), "{answer}");
        Self::keep(|received, ended| async move {
            while let Some(Ok(message)) = socket.next().await {
                match message {
                    Message::Text(text) => {
                        let message: Value = serde_json::from_str(&text).unwrap();
                        assert_eq!(message["type"], "event", "{message}");
                        received.lock().unwrap().push(ReceivedEvent::of(&message["event"]));
                    }
                    Message::Close(frame) => {
                        let _ = ended.set(frame.map(|frame| frame.code.into()));
                    }
                    _ => {}
                }
            }
            let _ = ended.set(None);
        })
    }

    /// Subscribes by server-sent events.
    pub async fn by_stream(caller: &Caller) -> Self {
        let request = caller.request(Method::GET, "/events/stream");
        let mut response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        let (mut text, connected) = (Vec::new(), b": connected\n\n");
        while !text.ends_with(connected) {
            text.extend(response.chunk().await.unwrap().unwrap());
        }
        text.clear();
        Self::keep(|received, ended| async move {
            while let Ok(Some(chunk)) = response.chunk().await {
                text.extend(chunk);
                while let Some(end) = text.iter().position(|byte| *byte == b'\n') {
                    let line: Vec<u8> = text.drain(..=end).collect();
                    if let Some(event) = line.strip_prefix(b"data: ") {
                        let event: Value = serde_json::from_slice(event).unwrap();
                        received.lock().unwrap().push(ReceivedEvent::of(&event));
                    }
                }
            }
            let _ = ended.set(None);
        })
    }

    fn keep<W>(
        listen: impl FnOnce(Arc<Mutex<Vec<ReceivedEvent>>>, Arc<OnceLock<Option<u16>>>) -> W,
    ) -> Self
    where
        W: Future<Output = ()> + Send + 'static,
    {
        let (received, ended) = (Arc::default(), Arc::default());
        let task = tokio::spawn(listen(Arc::clone(&received), Arc::clone(&ended)));
        Self { received, ended, task }
    }

    /// Waits for the events of all these subjects, and returns all received events.
    pub async fn until(&self, action: &str, subjects: &[String]) -> Vec<ReceivedEvent> {
        let deadline = Instant::now() + TIMEOUT;
        loop {
            let received = self.received.lock().unwrap().clone();
            let known = received.iter().filter(|one| one.action == action);
            let known: HashSet<_> = known.map(|one| &one.subject).collect();
            let missing = subjects.iter().filter(|subject| !known.contains(subject)).count();
            if missing == 0 {
                return received;
            }
            assert!(!self.task.is_finished(), "the connection ended:  {:?}", self.ended.get());
            let late = Instant::now() > deadline;
            assert!(!late, "{missing} of {} were never {action}", subjects.len());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits until the server closes the connection, and returns the close code.
    pub async fn end(&self) -> Option<u16> {
        let deadline = Instant::now() + TIMEOUT;
        loop {
            if let Some(code) = self.ended.get() {
                return *code;
            }
            assert!(Instant::now() < deadline, "the connection is still open");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Subscriber {
    fn drop(&mut self) {
        self.task.abort();
    }
}
