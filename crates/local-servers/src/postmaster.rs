//! The running server of a [`Cluster`]: finding, starting and stopping it.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use crate::Error;
use crate::cluster::Cluster;
use crate::port::free_port;

/// How often a start is tried: another process may take the port in between, and the processes
/// of a killed server need a moment to notice that they are alone.
const ATTEMPTS: u32 = 5;

/// How the server is stopped.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shutdown {
    /// Ends sessions, writes a checkpoint.
    Fast,
    /// Ends at once; the next start recovers from the log.
    Immediate,
}

impl Cluster {
    /// The port of the cluster's server, if one is running.
    ///
    /// `postmaster.pid` alone is no proof: it remains after a crash, and its number may meanwhile
    /// belong to another program, or to a zombie in a container whose first process reaps no
    /// children.
    pub(crate) fn running_port(&self) -> Option<u16> {
        let file = fs::read_to_string(self.data().join("postmaster.pid")).ok()?;
        let mut lines = file.lines();
        let pid: u32 = lines.next()?.trim().parse().ok()?;
        // Line 4, see the server's `src/include/utils/pidfile.h`.
        let port = lines.nth(2)?.trim().parse().ok()?;
        runs_in(pid, &self.data()).then_some(port)
    }

    /// Starts the server on a free port, waits until it accepts connections, and returns the port.
    pub(crate) fn start(&self, settings: &[(String, String)]) -> Result<u16, Error> {
        let mut port = 0;
        self.start_after(|| {
            port = free_port()?;
            let mut all = vec![("port".to_owned(), port.to_string())];
            all.extend_from_slice(settings);
            self.configure(&all)
        })?;
        Ok(port)
    }

    /// Starts the server with the settings and the port of its last start.
    pub(crate) fn start_again(&self) -> Result<(), Error> {
        self.start_after(|| Ok(()))
    }

    fn start_after(&self, mut prepare: impl FnMut() -> Result<(), Error>) -> Result<(), Error> {
        for attempt in 1..=ATTEMPTS {
            prepare()?;
            // No server is running here. PostgreSQL would treat a stale file as valid if any
            // process of the same user has its number.
            let _ = fs::remove_file(self.data().join("postmaster.pid"));
            self.start_log()?;
            if self.pg_ctl(&["start", "--wait", "--timeout=120"])? {
                return Ok(());
            }
            if attempt < ATTEMPTS && self.may_start_later() {
                sleep(Duration::from_millis(500));
            } else {
                break;
            }
        }
        Err(Error::NotStarted { server: "PostgreSQL", log: self.log(), tail: self.log_tail() })
    }

    /// Stops the server and waits until it has ended.
    pub(crate) fn stop(&self, shutdown: Shutdown) -> Result<(), Error> {
        let mode = match shutdown {
            Shutdown::Fast => "--mode=fast",
            Shutdown::Immediate => "--mode=immediate",
        };
        let stopped = self.pg_ctl(&["stop", mode, "--wait", "--timeout=30"])?;
        if stopped || self.running_port().is_none() {
            return Ok(());
        }
        match shutdown {
            Shutdown::Fast => self.stop(Shutdown::Immediate),
            Shutdown::Immediate => {
                Err(Error::Failed { program: "pg_ctl stop".to_owned(), output: self.log_tail() })
            }
        }
    }

    /// Runs `pg_ctl`, which writes to the server's log, and returns whether it succeeded.
    fn pg_ctl(&self, arguments: &[&str]) -> Result<bool, Error> {
        let program = self.binaries.directory().join("pg_ctl");
        let log = || {
            fs::OpenOptions::new()
                .append(true)
                .open(self.log())
                .map_or_else(|_| Stdio::null(), Stdio::from)
        };
        self.command("pg_ctl")
            .args(arguments)
            .arg(format!("--pgdata={}", self.data().display()))
            .arg(format!("--log={}", self.log().display()))
            .stdin(Stdio::null())
            .stdout(log())
            .stderr(log())
            // A separate process group, so that Ctrl-C reaches only the API, which stops PostgreSQL
            // after its requests. `pg_ctl` starts the server in a separate session.
            .process_group(0)
            .status()
            .map(|status| status.success())
            .map_err(Error::io("run", &program))
    }

    /// Whether the log shows a temporary problem.
    fn may_start_later(&self) -> bool {
        let log = self.log_tail();
        ["Address already in use", "shared memory block", "could not bind"]
            .iter()
            .any(|passing| log.contains(passing))
    }
}

/// Whether a process is the server of a data directory, which it makes its current directory.
fn runs_in(pid: u32, data: &Path) -> bool {
    match fs::read_link(format!("/proc/{pid}/cwd")) {
        Ok(current) => current == data,
        // There is no /proc, or this container's root may not read that of other users.
        Err(_) => command_line(pid).is_some_and(|line| line.contains(&*data.to_string_lossy())),
    }
}

/// The command line of a live process; `None` if it has ended or is a zombie.
fn command_line(pid: u32) -> Option<String> {
    if Path::new("/proc/self").exists() {
        let bytes = fs::read(format!("/proc/{pid}/cmdline")).ok()?;
        return (!bytes.is_empty()).then(|| String::from_utf8_lossy(&bytes).into_owned());
    }
    let output = Command::new("ps")
        .args(["-o", "args=", "-p", &pid.to_string()])
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    String::from_utf8(output.stdout).ok()
}
