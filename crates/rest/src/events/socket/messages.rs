//! What client and server say to each other.

use plinth_application::events::Event;
use plinth_domain::Code;
use serde::{Deserialize, Serialize};

/// What a client may say.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum ClientMessage {
    Authenticate {
        token: String,
    },
    Subscribe {
        topics: Vec<String>,
        /// Only where nothing is subscribed to yet: a feed has one position.
        after: Option<i64>,
    },
    Unsubscribe {
        topics: Vec<String>,
    },
    /// With braces: without, unknown fields would pass.
    Ping {},
}

/// What the server says, besides events.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum ServerMessage {
    Authenticated,
    /// Everything behind this number follows.
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
        // Strings and numbers: there is nothing that could not be encoded.
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// An event, which is encoded already.
pub(super) fn event(event: &Event) -> String {
    format!(r#"{{"type":"event","event":{}}}"#, event.json())
}
