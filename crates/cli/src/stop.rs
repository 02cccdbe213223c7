//! Stop signals.

use std::{fs, io, time::Duration};

use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    time::Instant,
};
use tokio_util::sync::CancellationToken;

/// Within this time after the first signal, further ones are duplicates: a terminal signals the
/// whole process group, and the parent process may forward the signal.
const DUPLICATE_WINDOW: Duration = Duration::from_secs(1);

/// Waits for Ctrl-C, SIGTERM and SIGHUP. From [`Stop::listen`] on they no longer end the
/// process, so that it can stop the database.
#[derive(Debug)]
pub(crate) struct Stop {
    asked: CancellationToken,
    insisted: CancellationToken,
}

impl Stop {
    /// Starts listening. Must be called inside a runtime.
    pub(crate) fn listen() -> io::Result<Self> {
        let mut signals = Signals::listen()?;
        let stop = Self { asked: CancellationToken::new(), insisted: CancellationToken::new() };
        let (asked, insisted) = (stop.asked.clone(), stop.insisted.clone());
        tokio::spawn(async move {
            signals.next().await;
            asked.cancel();
            let first = Instant::now();
            while first.elapsed() < DUPLICATE_WINDOW {
                signals.next().await;
            }
            insisted.cancel();
        });
        Ok(stop)
    }

    /// The result of `work`, or `None` after a signal, which drops `work`.
    pub(crate) async fn unless_asked<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        self.asked.run_until_cancelled(work).await
    }

    /// Is cancelled by the first signal.
    pub(crate) fn asked(&self) -> &CancellationToken {
        &self.asked
    }

    /// Completes at the second signal.
    pub(crate) async fn insisted(&self) {
        self.insisted.cancelled().await;
    }
}

struct Signals {
    interrupt: Signal,
    terminate: Signal,
    hangup: Option<Signal>,
}

impl Signals {
    fn listen() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            // Under nohup SIGHUP is ignored, and stays ignored.
            hangup: if ignores_hangup() { None } else { Some(signal(SignalKind::hangup())?) },
        })
    }

    async fn next(&mut self) {
        let hangup = async {
            match &mut self.hangup {
                Some(hangup) => drop(hangup.recv().await),
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            () = hangup => {}
        }
    }
}

/// Whether the process was started with SIGHUP ignored (Linux only, proc(5)).
fn ignores_hangup() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .is_some_and(|mask| mask & 1 == 1)
}
