//! The messages between client and server.

use plinth_application::events::Event;
use plinth_domain::Code;
use serde::{Deserialize, Serialize};

/// A message of the client.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum ClientMessage {
    Authenticate {
        token: String,
    },
    Subscribe {
        topics: Vec<String>,
        /// Only allowed in the first subscription: all topics share one
        /// position.
        after: Option<i64>,
    },
    Unsubscribe {
        topics: Vec<String>,
    },
    /// A struct variant, so that serde refuses unknown fields.
    Ping {},
}

/// A message of the server, except events.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum ServerMessage {
    Authenticated,
    /// All events after this number follow.
    Subscribed {
        number: i64,
    },
    ResyncRequired {
        first: i64,
        last: i64,
    },
    Pong,
    Error {
        code: &'static str,
        detail: String,
    },
}

impl ServerMessage {
    pub(super) fn error(code: Code, detail: impl Into<String>) -> Self {
        Self::Error { code: code.name(), detail: detail.into() }
    }

    pub(super) fn text(&self) -> String {
        // Encoding strings and numbers cannot fail.
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// The message of an event, whose JSON is encoded already.
pub(super) fn event(event: &Event) -> String {
    format!(r#"{{"type":"event","event":{}}}"#, event.json())
}
