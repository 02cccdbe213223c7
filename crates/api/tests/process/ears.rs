//! Listeners to the feed, which keep what they hear.

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

/// How long anything may take to arrive on a busy machine.
const TIMEOUT: Duration = Duration::from_secs(30);

/// An event: its number, what happened, and to what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    pub number: i64,
    pub action: String,
    pub subject: String,
}

impl Heard {
    fn of(event: &Value) -> Self {
        let number = event["number"].as_i64().unwrap();
        let (action, subject) = (text(&event["type"]), text(&event["subject"]["id"]));
        Self { number, action, subject }
    }
}

/// A subscriber of every topic.
pub struct Ears {
    heard: Arc<Mutex<Vec<Heard>>>,
    /// The code that the server ended it with.
    ended: Arc<OnceLock<Option<u16>>>,
    task: JoinHandle<()>,
}

impl Ears {
    /// By a WebSocket.
    pub async fn by_socket(caller: &Caller) -> Self {
        let mut request = caller.socket().into_client_request().unwrap();
        let bearer = format!("Bearer {}", caller.token).parse().unwrap();
        request.headers_mut().insert("authorization", bearer);
        let (mut socket, _) = connect_async(request).await.unwrap();
        let subscribe = json!({"type": "subscribe", "topics": ["*"]}).to_string();
        socket.send(Message::text(subscribe)).await.unwrap();
        let answer = socket.next().await.unwrap().unwrap().into_text().unwrap();
        assert!(answer.contains("subscribed"), "{answer}");
        Self::keep(|heard, ended| async move {
            while let Some(Ok(message)) = socket.next().await {
                match message {
                    Message::Text(text) => {
                        let message: Value = serde_json::from_str(&text).unwrap();
                        assert_eq!(message["type"], "event", "{message}");
                        heard.lock().unwrap().push(Heard::of(&message["event"]));
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

    /// By server-sent events.
    pub async fn by_stream(caller: &Caller) -> Self {
        let request = caller.request(Method::GET, "/events/stream");
        let mut response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        let (mut text, connected) = (Vec::new(), b": connected\n\n");
        while !text.ends_with(connected) {
            text.extend(response.chunk().await.unwrap().unwrap());
        }
        text.clear();
        Self::keep(|heard, ended| async move {
            while let Ok(Some(chunk)) = response.chunk().await {
                text.extend(chunk);
                while let Some(end) = text.iter().position(|byte| *byte == b'\n') {
                    let line: Vec<u8> = text.drain(..=end).collect();
                    if let Some(event) = line.strip_prefix(b"data: ") {
                        let event: Value = serde_json::from_slice(event).unwrap();
                        heard.lock().unwrap().push(Heard::of(&event));
                    }
                }
            }
            let _ = ended.set(None);
        })
    }

    fn keep<W>(listen: impl FnOnce(Arc<Mutex<Vec<Heard>>>, Arc<OnceLock<Option<u16>>>) -> W) -> Self
    where
        W: Future<Output = ()> + Send + 'static,
    {
        let (heard, ended) = (Arc::default(), Arc::default());
        let task = tokio::spawn(listen(Arc::clone(&heard), Arc::clone(&ended)));
        Self { heard, ended, task }
    }

    /// Waits until all of these have happened, and answers what was heard.
    pub async fn until(&self, action: &str, subjects: &[String]) -> Vec<Heard> {
        let deadline = Instant::now() + TIMEOUT;
        loop {
            let heard = self.heard.lock().unwrap().clone();
            let known = heard.iter().filter(|one| one.action == action);
            let known: HashSet<_> = known.map(|one| &one.subject).collect();
            let missing = subjects.iter().filter(|subject| !known.contains(subject)).count();
            if missing == 0 {
                return heard;
            }
            assert!(!self.task.is_finished(), "it broke off: {:?}", self.ended.get());
            let late = Instant::now() > deadline;
            assert!(!late, "{missing} of {} were never {action}", subjects.len());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits until the server ends it, and answers the code.
    pub async fn end(&self) -> Option<u16> {
        let deadline = Instant::now() + TIMEOUT;
        loop {
            if let Some(code) = self.ended.get() {
                return *code;
            }
            assert!(Instant::now() < deadline, "it goes on");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Ears {
    fn drop(&mut self) {
        self.task.abort();
    }
}
