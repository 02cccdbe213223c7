//! `plinth watch`.

use std::process::ExitCode;

use clap::Args;
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio_tungstenite::{connect_async, tungstenite::Message};

use crate::{failure::Result, terminal};

/// Print an organization's events as they happen, over the API's WebSocket
///
/// One JSON object a line, until Ctrl-C. When the connection is lost, start it again with --after
/// and the last number you saw: nothing is missed, and nothing comes twice.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Watch {
    /// An access token or API key
    #[arg(long, env = "PLINTH_TOKEN", hide_env_values = true)]
    token: String,
    /// Where the API listens; without TLS, for a machine of one's own
    #[arg(long, default_value = "ws://127.0.0.1:8080/api/v1/ws")]
    url: String,
    /// What to listen to: documents, jobs, projects, projects/{id}, … or *
    #[arg(long = "topic", value_name = "TOPIC", default_value = "*")]
    topics: Vec<String>,
    /// Go on behind the event of this number
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

/// Prints an event by itself, and whatever else the server says beside it.
fn show(text: &str) -> Result<()> {
    let message: Value = serde_json::from_str(text)?;
    match message.get("event") {
        Some(event) => terminal::say(&event.to_string()),
        None => terminal::step(text),
    }
    Ok(())
}
