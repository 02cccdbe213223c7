//! Being asked to stop.

use std::{fs, io, time::Duration};

use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    time::Instant,
};
use tokio_util::sync::CancellationToken;

/// A signal within this time after the first is its echo: a terminal tells the whole group, and
/// whoever started us may pass it on besides.
const ECHO: Duration = Duration::from_secs(1);

/// Tells of Ctrl-C, SIGTERM and a closed terminal. From [`Stop::listen`] on they end nothing by
/// themselves, so that there is time to stop the database.
#[derive(Debug)]
pub(crate) struct Stop {
    asked: CancellationToken,
    insisted: CancellationToken,
}

impl Stop {
    /// Listens from now on. Must be called inside a runtime.
    pub(crate) fn listen() -> io::Result<Self> {
        let mut signals = Signals::listen()?;
        let stop = Self { asked: CancellationToken::new(), insisted: CancellationToken::new() };
        let (asked, insisted) = (stop.asked.clone(), stop.insisted.clone());
        tokio::spawn(async move {
            signals.next().await;
            asked.cancel();
            let first = Instant::now();
            while first.elapsed() < ECHO {
                signals.next().await;
            }
            insisted.cancel();
        });
        Ok(stop)
    }

    /// The answer of `work`; `None` when somebody asked to stop before. `work` is dropped then.
    pub(crate) async fn unless_asked<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        self.asked.run_until_cancelled(work).await
    }

    /// Is cancelled when somebody asks.
    pub(crate) fn asked(&self) -> &CancellationToken {
        &self.asked
    }

    /// Ends when somebody asks again, who cannot wait any longer.
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
            // Under nohup the end of the terminal is to be ignored, and stays so.
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

/// Whether we were started with SIGHUP ignored, as far as the system tells (Linux: proc(5)).
fn ignores_hangup() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .is_some_and(|mask| mask & 1 == 1)
}
