//! The format of a log line. Every test parses the lines as JSON.

use std::{
    fmt,
    io::{self, Write},
    sync::{Arc, Mutex},
};

use plinth_settings::{LogFilter, Sources};
use serde_json::Value;
use tracing::{Dispatch, dispatcher, error, field::Empty, info, info_span, warn};
use tracing_subscriber::{Layer, layer::SubscriberExt};

use crate::{filters, output::Output};

use super::Lines;

#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<u8>>>);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The lines that `work` writes with this filter.
fn lines_at(filter: &str, work: impl FnOnce()) -> Vec<Value> {
    lines_by(filter, |dispatch| dispatcher::with_default(&dispatch, work))
}

fn lines_by(filter: &str, work: impl FnOnce(Dispatch)) -> Vec<Value> {
    let sink = Sink::default();
    let output = Output::start(Box::new(sink.clone())).unwrap();
    let layer = Lines::new("plinth-test", "1.2.3", output.handle());
    let filter = filters::lines(&LogFilter::parse(filter).unwrap());
    let subscriber = tracing_subscriber::registry().with(layer.with_filter(filter));
    work(Dispatch::new(subscriber));
    drop(output);
    let written = String::from_utf8(sink.0.lock().unwrap().clone()).unwrap();
    written.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn line(work: impl FnOnce()) -> Value {
    let mut lines = lines_at("info", work);
    assert_eq!(lines.len(), 1, "{lines:?}");
    lines.remove(0)
}

#[test]
fn a_line_has_time_level_message_target_service_and_version_then_its_fields() {
    let line = line(|| info!(target: "here", count = 3, ok = true, ratio = 0.5, "done {}", 1));
    let keys: Vec<_> = line.as_object().unwrap().keys().collect();
    // serde_json sorts the keys; all are at the top level.
    let expected =
        ["count", "level", "message", "ok", "ratio", "service", "target", "timestamp", "version"];
    assert_eq!(keys, expected);
    assert_eq!(line["message"], "done 1");
    assert_eq!(line["level"], "INFO");
    assert_eq!(line["target"], "here");
    assert_eq!(line["service"], "plinth-test");
    assert_eq!(line["version"], "1.2.3");
    assert_eq!(line["count"], 3);
    assert_eq!(line["ok"], true);
}

#[test]
fn the_time_is_rfc_3339_in_utc() {
    let line = line(|| info!("now"));
    let time = line["timestamp"].as_str().unwrap();
    let shape: String = time.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    assert_eq!(shape, "0000-00-00T00:00:00.000000Z");
}

#[test]
fn context_comes_from_every_span_around_the_innermost_winning() {
    let line = line(|| {
        let request = info_span!("request", request_id = "r-1", user_id = Empty, other = 1);
        let _request = request.enter();
        request.record("user_id", tracing::field::display("u-1"));
        let inner = info_span!("inner", organization_id = %"o-1", request_id = "r-2");
        let _inner = inner.enter();
        info!(run_id = 7_u64, "hello");
    });
    assert_eq!(line["request_id"], "r-2");
    assert_eq!(line["user_id"], "u-1");
    assert_eq!(line["organization_id"], "o-1");
    assert_eq!(line["run_id"], "7");
    assert_eq!(line.get("other"), None);
    assert_eq!(line.get("api_key_id"), None);
}

#[test]
fn the_event_overrides_its_spans_and_a_later_record_an_earlier_one() {
    let line = line(|| {
        let span = info_span!("request", user_id = "old", worker_id = "w").entered();
        span.record("user_id", "new");
        info!(worker_id = "event's", "hello");
    });
    assert_eq!(line["user_id"], "new");
    assert_eq!(line["worker_id"], "event's");
}

#[test]
fn any_text_becomes_one_line_of_json() {
    let nasty = "quote \" back \\ line\nreturn\r tab\t bell\u{7} nul\0 é 💥";
    let line = line(|| {
        let _span = info_span!("request", request_id = nasty).entered();
        info!(text = nasty, debug = ?nasty, nan = f64::NAN, big = u128::MAX, "{nasty}");
    });
    assert_eq!(line["message"], nasty);
    assert_eq!(line["text"], nasty);
    assert_eq!(line["request_id"], nasty);
    assert_eq!(line["debug"], format!("{nasty:?}"));
    assert_eq!(line["nan"], "NaN");
}

#[test]
fn a_field_that_is_named_like_a_part_of_the_line_does_not_replace_it() {
    let line = line(|| info!(service = "other", level = 9, r#type = "t", "hello"));
    assert_eq!(line["service"], "plinth-test");
    assert_eq!(line["level"], "INFO");
    assert_eq!(line["field.service"], "other");
    assert_eq!(line["field.level"], 9);
    assert_eq!(line["type"], "t");
}

#[derive(Debug, thiserror::Error)]
#[error("cannot save")]
struct Outer(#[source] io::Error);

#[test]
fn an_error_is_logged_with_all_its_sources() {
    let error = Outer(io::Error::other("disk full"));
    let error: &(dyn std::error::Error + 'static) = &error;
    let line = line(|| error!(error, "failed"));
    assert_eq!(line["error"], "cannot save: disk full");
}

struct Talkative;

impl fmt::Display for Talkative {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        info!("inner");
        f.write_str("outer")
    }
}

#[test]
fn a_value_that_logs_while_it_is_logged_does_not_damage_the_line() {
    // With the global dispatcher, because a scoped one ignores events during an event.
    let lines = lines_by("info", |dispatch| {
        dispatcher::set_global_default(dispatch).unwrap();
        info!(value = %Talkative, "outer");
    });
    let messages: Vec<_> = lines.iter().map(|line| &line["message"]).collect();
    assert_eq!(messages, ["inner", "outer"]);
    assert_eq!(lines[1]["value"], "outer");
}

#[test]
fn a_warning_has_its_request_id_even_where_only_warnings_are_logged() {
    let lines = lines_at("warn", || {
        let _span = info_span!("request", request_id = "r-1").entered();
        info!("not this");
        warn!("this");
    });
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0]["request_id"], "r-1");
}

#[test]
fn a_target_can_have_its_own_level() {
    let lines = lines_at("warn,plinth::sql=debug", || {
        tracing::debug!(target: "plinth::sql", "wanted");
        tracing::debug!(target: "elsewhere", "unwanted");
    });
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0]["message"], "wanted");
}

#[test]
fn the_default_filter_of_the_settings_is_info() {
    let sources = Sources::none().with_variable("DATABASE_URL", "postgres://localhost/plinth");
    let settings = plinth_settings::Settings::load(&sources).unwrap();
    assert_eq!(settings.telemetry.log_filter, LogFilter::parse("info").unwrap());
}

#[test]
fn no_line_is_lost_or_torn_when_many_threads_log_more_than_fits() {
    let lines = lines_by("info", |dispatch| {
        std::thread::scope(|scope| {
            for thread in 0..4 {
                let dispatch = dispatch.clone();
                scope.spawn(move || {
                    let padding = "x".repeat(400);
                    dispatcher::with_default(&dispatch, || {
                        for line in 0..1500 {
                            info!(thread, line, padding, "hello");
                        }
                    });
                });
            }
        });
    });
    assert_eq!(lines.len(), 6000);
    for thread in 0..4 {
        let own: Vec<_> = lines.iter().filter(|line| line["thread"] == thread).collect();
        assert!(own.iter().enumerate().all(|(at, line)| line["line"] == at), "in order");
    }
}

#[test]
fn a_value_that_fails_to_format_ends_early_and_its_line_is_written() {
    struct Broken;

    impl fmt::Debug for Broken {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("half")?;
            Err(fmt::Error)
        }
    }

    let line = line(|| info!(value = ?Broken, "hello"));
    assert_eq!((&line["value"], &line["message"]), (&"half".into(), &"hello".into()));
}
