//! `plinth watch`.

mod socket;

use std::{process::ExitCode, time::Duration};

use clap::Args;
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::time::{sleep, timeout};
use tokio_tungstenite::tungstenite::{self, Message};

use super::client::{Client, ServerArgs, may_pass};
use crate::{
    failure::{Result, chain},
    output::{Output, line},
    table::text,
    terminal::{clean, keep_saying, note},
};
use socket::Socket;

/// A server pings more often than this (docs/api.md).
const SILENCE: Duration = Duration::from_secs(45);

/// The longest wait before the next connection.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// Print the events of the organization as they happen
///
/// Prints a line for each event, until Ctrl-C. A lost connection is made again, and goes on after the last
/// event: none is missed or repeated. After the end of the program, --after and the last number go on.
#[derive(Debug, Args)]
#[command(
    verbatim_doc_comment,
    after_help = "Examples:
  plinth watch --topic documents --topic jobs
  plinth watch --output json --after 41 | jq -c .data"
)]
pub(crate) struct Watch {
    /// Topic to subscribe to: documents, jobs, projects, projects/{id}, … or *
    #[arg(long = "topic", value_name = "TOPIC", default_value = "*")]
    topics: Vec<String>,

    /// Continue after the event with this number
    #[arg(long, value_name = "NUMBER")]
    after: Option<i64>,

    /// The form of an event; JSON is a line for each
    #[arg(long, value_enum, default_value = "table")]
    output: Output,

    #[command(flatten)]
    server: ServerArgs,
}

impl Watch {
    pub(crate) async fn run(self) -> Result<ExitCode> {
        let client = self.server.client()?;
        let mut feed =
            Feed { topics: self.topics, after: self.after, output: self.output, wait: None };
        while let Some(lost) = feed.follow(&client).await? {
            let wait = feed.next_wait();
            note(&format!("{lost}; connecting again in {} s", wait.as_secs()));
            sleep(wait).await;
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The events of some topics after a number.
struct Feed {
    topics: Vec<String>,
    after: Option<i64>,
    output: Output,
    /// Before the next connection; `None` until the first subscription.
    wait: Option<Duration>,
}

/// What the server says.
enum Said {
    Event(Value),
    /// All events after this number follow.
    Subscribed(i64),
    /// The events after the number are gone; the newest one has this number.
    Gone(i64),
    Refused(String),
    Other,
}

impl Feed {
    /// Prints events until the connection is lost, and says why it was; `None` when nothing reads the
    /// output any more.
    async fn follow(&mut self, client: &Client) -> Result<Option<String>> {
        let mut socket = match socket::open(client).await {
            Ok(socket) => socket,
            // A server that never answered is probably another one.
            Err(error) if self.wait.is_some() && may_pass(&error) => {
                return Ok(Some(chain(&*error)));
            }
            Err(error) => return Err(error),
        };
        let mut ask = true;
        loop {
            if ask && let Err(error) = self.subscribe(&mut socket).await {
                return Ok(Some(error.to_string()));
            }
            let received = match timeout(SILENCE, socket.next()).await {
                Ok(Some(Ok(message))) => message,
                Ok(Some(Err(error))) => return Ok(Some(error.to_string())),
                Ok(None) => return Ok(Some("the connection has ended".to_owned())),
                Err(_) => return Ok(Some("the server is silent".to_owned())),
            };
            let said = match received {
                Message::Text(said) => Said::parse(&said),
                Message::Close(frame) => {
                    let why = frame.map(|frame| format!(": {} {}", frame.code, frame.reason));
                    let why = clean(&why.unwrap_or_default());
                    return Ok(Some(format!("the server has closed the connection{why}")));
                }
                // Pings are answered while the socket is read.
                _ => Said::Other,
            };
            ask = matches!(said, Said::Gone(_));
            if !self.take(said)? {
                return Ok(None);
            }
        }
    }

    async fn subscribe(&self, socket: &mut Socket) -> std::result::Result<(), tungstenite::Error> {
        let mut subscribe = json!({"type": "subscribe", "topics": self.topics});
        if let Some(after) = self.after {
            subscribe["after"] = after.into();
        }
        socket.send(Message::text(subscribe.to_string())).await
    }

    /// Takes what the server says; `false` when nothing reads the output any more.
    fn take(&mut self, said: Said) -> Result<bool> {
        match said {
            Said::Event(event) => {
                self.after = event["number"].as_i64().or(self.after);
                self.wait = Some(Duration::ZERO);
                return Ok(keep_saying(&shown(&event, self.output)));
            }
            Said::Subscribed(number) => {
                self.after = Some(self.after.map_or(number, |after| after.max(number)));
                self.wait = Some(Duration::ZERO);
            }
            Said::Gone(last) => {
                note(&format!("events were removed; going on after number {last}"));
                self.after = Some(last);
            }
            Said::Refused(why) => return Err(why.into()),
            Said::Other => {}
        }
        Ok(true)
    }

    /// Twice as long each time, from a second on, until events come again.
    fn next_wait(&mut self) -> Duration {
        let wait = self.wait.unwrap_or_default() * 2;
        let wait = wait.clamp(Duration::from_secs(1), LONGEST_WAIT);
        self.wait = Some(wait);
        wait
    }
}

impl Said {
    fn parse(text: &str) -> Self {
        let said: Value = serde_json::from_str(text).unwrap_or_default();
        let number = |field: &str| said[field].as_i64();
        match said["type"].as_str() {
            Some("event") => Self::Event(said["event"].clone()),
            Some("subscribed") => number("number").map_or(Self::Other, Self::Subscribed),
            Some("resync_required") => number("last").map_or(Self::Other, Self::Gone),
            Some("error") => {
                let text = |field: &str| clean(said[field].as_str().unwrap_or_default());
                Self::Refused(format!("{} ({})", text("detail"), text("code")))
            }
            _ => Self::Other,
        }
    }
}

/// An event in one line.
fn shown(event: &Value, output: Output) -> String {
    if output == Output::Json {
        return line(event);
    }
    let data = &event["data"];
    let names = ["name", "title", "number", "code", "key", "email"].into_iter();
    let name = names.map(|field| &data[field]).find(|value| value.is_string());
    let cells = [
        format!("{:>6}", text(&event["number"])),
        text(&event["at"]),
        format!("{:24}", text(&event["type"])),
        text(&event["subject"]["id"]),
        name.map(text).unwrap_or_default(),
    ];
    cells.join("  ").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feed(after: Option<i64>) -> Feed {
        Feed { topics: vec!["*".to_owned()], after, output: Output::Json, wait: None }
    }

    #[test]
    fn a_feed_goes_on_after_the_last_number_that_the_server_named() {
        let mut feed = feed(None);
        assert!(feed.take(Said::parse(r#"{"type":"authenticated"}"#)).unwrap());
        assert_eq!((feed.after, feed.wait), (None, None));
        feed.take(Said::parse(r#"{"type":"subscribed","number":41}"#)).unwrap();
        assert_eq!((feed.after, feed.wait), (Some(41), Some(Duration::ZERO)));
        feed.take(Said::parse(r#"{"type":"event","event":{"number":43}}"#)).unwrap();
        assert_eq!(feed.after, Some(43));
        feed.take(Said::parse(r#"{"type":"resync_required","first":60,"last":99}"#)).unwrap();
        assert_eq!(feed.after, Some(99));
    }

    #[test]
    fn a_refusal_ends_the_command_with_its_detail() {
        let refusal = r#"{"type":"error","code":"topic.unknown","detail":"no such topic\u001b"}"#;
        let said = feed(Some(1)).take(Said::parse(refusal)).unwrap_err().to_string();
        assert_eq!(said, "no such topic  (topic.unknown)");
    }

    #[test]
    fn each_wait_is_longer_until_events_come_again() {
        let mut feed = feed(None);
        let waits: Vec<_> = (0..7).map(|_| feed.next_wait().as_secs()).collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 30, 30]);
        feed.take(Said::Subscribed(1)).unwrap();
        assert_eq!(feed.next_wait().as_secs(), 1);
    }

    #[test]
    fn an_event_is_one_line_also_with_control_characters_in_its_record() {
        let event = json!({"number": 42, "at": "2026-11-20T10:05:00.1Z", "type": "project.updated",
            "subject": {"kind": "project", "id": "7"}, "data": {"name": "a\n\u{1b}[2Jb"}});
        let said = shown(&event, Output::Table);
        assert_eq!(said, "    42  2026-11-20 10:05:00Z  project.updated           7  a  [2Jb");
        assert_eq!(shown(&event, Output::Json).lines().count(), 1);
    }
}
