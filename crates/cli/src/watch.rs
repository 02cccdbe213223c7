//! `plinth watch`.

use std::process::ExitCode;

use clap::Args;
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio_tungstenite::{connect_async, tungstenite::Message};

use crate::{failure::Result, terminal};

/// Print an organization's events as they happen, over the API's WebSocket
///
/// Prints one JSON object per line, until Ctrl-C. When the connection is lost, start it again
/// with --after and the last number: no event is missed or repeated.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Watch {
    /// An access token or API key
    #[arg(long, env = "PLINTH_TOKEN", hide_env_values = true)]
    token: String,
    /// URL of the API's WebSocket, without TLS
    #[arg(long, default_value = "ws://127.0.0.1:8080/api/v1/ws")]
    url: String,
    /// Topic to subscribe to: documents, jobs, projects, projects/{id}, … or *
    #[arg(long = "topic", value_name = "TOPIC", default_value = "*")]
    topics: Vec<String>,
    /// Continue after the event with this number
    #[arg(long, value_name = "NUMBER")]
    after: Option<i64>,
}

impl Watch {
    pub(crate) async fn run(self) -> Result<ExitCode> {
        let (mut socket, _) = connect_async(&self.url).await?;
        let mut subscribe = json!({ "type": "subscribe", "topics": self.topics });
        if let Some(after) = self.after {
            subscribe["after"] = after.into();
        }
        for message in [json!({ "type": "authenticate", "token": self.token }), subscribe] {
            socket.send(Message::text(message.to_string())).await?;
        }
        while let Some(message) = socket.next().await {
            match message? {
                Message::Text(text) => show(&text)?,
                Message::Close(frame) => {
                    let reason = frame.map(|frame| format!("{}: {}", frame.code, frame.reason));
                    terminal::step(&format!("closed ({})", reason.unwrap_or_default()));
                    return Ok(ExitCode::FAILURE);
                }
                // Pings are answered while the socket is read.
                _ => {}
            }
        }
        Ok(ExitCode::FAILURE)
    }
}

/// Prints an event on standard output, and other messages on standard error.
fn show(text: &str) -> Result<()> {
    let message: Value = serde_json::from_str(text)?;
    match message.get("event") {
        Some(event) => terminal::say(&event.to_string()),
        None => terminal::step(text),
    }
    Ok(())
}
