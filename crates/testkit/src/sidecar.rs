//! The agents sidecar of this checkout, as a process.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test cannot go on without")]

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    process::{Child, ChildStderr, Command},
    time::timeout,
};

/// The token of every sidecar of the tests.
pub const TOKEN: &str = "a-token-of-the-tests-xxxxxxxxxxxxxxxxxxx";
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// The sidecar of this checkout, on a unix socket. It ends when this is dropped.
pub struct Sidecar {
    directory: tempfile::TempDir,
    patch: String,
    child: Child,
    logs: Lines<BufReader<ChildStderr>>,
}

impl Sidecar {
    /// Starts one.
    ///
    /// # Panics
    /// If it does not start: `scripts/agents --install` installs what it needs.
    pub async fn start() -> Self {
        Self::patched("").await
    }

    /// A sidecar whose code begins with these lines of Python.
    ///
    /// # Panics
    /// If it does not start.
    pub async fn patched(patch: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let (child, logs) = spawn(directory.path(), patch);
        let mut sidecar = Self { directory, patch: patch.to_owned(), child, logs };
        sidecar.wait_for(r#""event": "ready""#).await;
        sidecar
    }

    /// The address of its socket.
    #[must_use]
    pub fn address(&self) -> String {
        format!("unix:{}", socket(self.directory.path()).display())
    }

    /// Kills it by SIGKILL, and waits until it is gone.
    ///
    /// # Panics
    /// If it is gone already.
    pub async fn kill(&mut self) {
        self.child.kill().await.unwrap();
    }

    /// Starts another one on the same socket.
    pub async fn restart(&mut self) {
        (self.child, self.logs) = spawn(self.directory.path(), &self.patch);
        self.wait_for(r#""event": "ready""#).await;
    }

    /// Waits for a line of the log.
    ///
    /// # Panics
    /// If it does not come within a minute.
    pub async fn wait_for(&mut self, part: &str) -> String {
        let mut seen = Vec::new();
        let search = async {
            while let Some(line) = self.logs.next_line().await.unwrap() {
                if line.contains(part) {
                    return line;
                }
                seen.push(line);
            }
            panic!("the sidecar ended without {part}: {seen:?}");
        };
        timeout(Duration::from_mins(1), search).await.unwrap()
    }
}

fn socket(directory: &Path) -> PathBuf {
    directory.join("agents.sock")
}

fn spawn(directory: &Path, patch: &str) -> (Child, Lines<BufReader<ChildStderr>>) {
    let python = Path::new(ROOT).join(".local/python/agents/bin/python");
    assert!(python.exists(), "the sidecar is not installed: run scripts/agents --install");
    let code =
        format!("{patch}\nimport sys; from plinth_agents.__main__ import main; sys.exit(main())");
    let mut child = Command::new(python)
        .args(["-B", "-c", &code])
        .env_clear()
        .env("PYTHONPATH", Path::new(ROOT).join("agents"))
        .env("PLINTH_AGENTS_TOKEN", TOKEN)
        .env("PLINTH_AGENTS_LISTEN", format!("unix:{}", socket(directory).display()))
        .env("PLINTH_AGENTS_CONCURRENCY", "3")
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let logs = BufReader::new(child.stderr.take().unwrap()).lines();
    (child, logs)
}
