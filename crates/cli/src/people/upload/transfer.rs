//! The bytes of a file on their way, also over a line that is cut again and again.

use std::{
    error::Error,
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::time::{Instant, MissedTickBehavior, interval, sleep};

use super::{
    super::client::may_pass,
    bar::Bar,
    source::Source,
    tus::{State, Tus},
};
use crate::{
    failure::{Failure, Result, chain},
    problem::Problem,
    terminal::{clean, note},
};

/// How often a transfer is tried in a row without a byte that arrives.
const TRIES: u32 = 8;

/// The longest wait between two tries.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// A connection over which no byte goes for so long is cut. The server makes a document of the bytes within
/// this time.
const STALL: Duration = Duration::from_mins(2);

/// How often the bar is drawn.
const TICK: Duration = Duration::from_millis(200);

/// How an upload goes on.
#[derive(Default)]
struct Progress {
    arrived: u64,
    /// In a row, without a byte that arrived.
    tries: u32,
}

impl Progress {
    fn reach(&mut self, offset: u64) {
        if offset > self.arrived {
            *self = Self { arrived: offset, tries: 0 };
        }
    }
}

/// Sends what the server does not have yet, and returns the identity of the document.
pub(super) async fn run(tus: &Tus<'_>, source: &Source, id: &str) -> Result<String> {
    let (mut bar, mut progress) = (Bar::of(&source.name, source.size), Progress::default());
    loop {
        let error = match step(tus, source, id, &mut bar, &mut progress).await {
            Ok(document) => return Ok(document),
            Err(error) => error,
        };
        bar.clear();
        progress.tries += 1;
        if progress.tries >= TRIES || !may_go_on(&error) {
            return Err(error);
        }
        let wait = Duration::from_secs(1 << (progress.tries - 1)).min(LONGEST_WAIT);
        let why = chain(&*error);
        note(&format!("{} goes on in {} s: {why}", clean(&source.name), wait.as_secs()));
        sleep(wait).await;
    }
}

/// Asks how far the upload has come, and sends the rest.
async fn step(
    tus: &Tus<'_>,
    source: &Source,
    id: &str,
    bar: &mut Bar,
    progress: &mut Progress,
) -> Result<String> {
    let mut state = tus.state(id).await?;
    progress.reach(state.offset);
    if state.offset < source.size {
        source.check()?;
        state = watched(tus, source, id, state.offset, bar).await?;
        progress.reach(state.offset);
        bar.clear();
    }
    if state.offset < source.size {
        return Err(Cut::Partly.into());
    }
    Ok(state.document)
}

/// Sends the rest, shows how far it is, and ends a connection over which nothing goes.
async fn watched(
    tus: &Tus<'_>,
    source: &Source,
    id: &str,
    offset: u64,
    bar: &mut Bar,
) -> Result<State> {
    let sent = Arc::new(AtomicU64::new(offset));
    let appending = tus.append(id, source, offset, Arc::clone(&sent));
    tokio::pin!(appending);
    let mut ticks = interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut last, mut moved_at) = (offset, Instant::now());
    loop {
        tokio::select! {
            done = &mut appending => return done,
            _ = ticks.tick() => {}
        }
        let now = sent.load(Ordering::Relaxed);
        if now != last {
            (last, moved_at) = (now, Instant::now());
        }
        if moved_at.elapsed() > STALL {
            return Err(Cut::Stalled.into());
        }
        bar.show(now);
    }
}

/// Why the rest has to be sent again.
#[derive(Debug)]
enum Cut {
    /// No byte went over the connection.
    Stalled,
    /// The server took a part of the bytes.
    Partly,
}

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stalled => write!(f, "nothing was sent for {} s", STALL.as_secs()),
            Self::Partly => f.write_str("the server took a part only"),
        }
    }
}

impl Error for Cut {}

/// Whether the rest can be sent after an error: the server knows how far it has come.
fn may_go_on(error: &Failure) -> bool {
    let is_behind = |problem: &Problem| problem.is("upload.offset") || problem.is("upload.in_use");
    may_pass(error) || error.is::<Cut>() || error.downcast_ref::<Problem>().is_some_and(is_behind)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(status: u16, code: &str) -> Failure {
        let body = format!(r#"{{"code": "{code}", "detail": "x"}}"#);
        Problem::of(status, None, body.as_bytes()).into()
    }

    #[test]
    fn an_upload_goes_on_after_what_passes_and_not_after_a_refusal() {
        for (status, code) in [
            (409, "upload.offset"),
            (409, "upload.in_use"),
            (503, "unavailable"),
            (408, "body.timeout"),
            (429, "upload.share_taken"),
        ] {
            assert!(may_go_on(&problem(status, code)), "{code}");
        }
        for (status, code) in [
            (403, "limit.reached"),
            (413, "document.too_large"),
            (404, "not_found"),
            (409, "document.concurrent_version"),
        ] {
            assert!(!may_go_on(&problem(status, code)), "{code}");
        }
        assert!(may_go_on(&Cut::Stalled.into()));
    }
}
