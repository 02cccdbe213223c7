//! A running `plinth-api`.

use std::{
    env,
    fs::{self, File},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use reqwest::{Client, Response};
use tempfile::TempDir;

/// `plinth-api` with only these settings.
pub fn plinth_api(directory: &TempDir, variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_plinth-api"));
    command.current_dir(directory.path()).stdin(Stdio::null()).env_clear();
    command.env("PATH", env::var_os("PATH").unwrap_or_default()).envs(variables.iter().copied());
    command
}

/// A server that is killed on drop.
pub struct Api {
    pub child: Child,
    directory: TempDir,
    pub address: String,
}

impl Api {
    /// Starts a server on a free port, and waits until it listens.
    pub fn start(database: &str, variables: &[(&str, &str)]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let log = directory.path().join("stderr");
        let child = plinth_api(&directory, variables)
            .envs([("DATABASE_URL", database), ("PORT", "0")])
            .stderr(File::create(&log).unwrap())
            .spawn()
            .unwrap();
        let mut api = Self { child, directory, address: String::new() };
        eventually("the server listens", || {
            let log = fs::read_to_string(&log).unwrap();
            let words = log.split_whitespace();
            let found = words.filter_map(|word| word.strip_prefix("address=")).next_back();
            found.inspect(|address| (*address).clone_into(&mut api.address)).is_some()
        });
        api
    }

    pub async fn get(&self, path: &str) -> reqwest::Result<Response> {
        // A separate connection, which is closed at once.
        Client::new().get(format!("http://{}{path}", self.address)).send().await
    }

    /// The status and the body of `/ready`.
    pub async fn ready(&self) -> (u16, String) {
        let response = self.get("/ready").await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    }

    pub async fn becomes(&self, status: u16) {
        let deadline = Instant::now() + Duration::from_secs(20);
        while self.ready().await.0 != status {
            assert!(Instant::now() < deadline, "/ready never became {status}: {}", self.log());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    pub fn terminate(&self) {
        let kill = ["-c", "kill -s TERM \"$0\"", &self.child.id().to_string()];
        assert!(Command::new("sh").args(kill).status().unwrap().success());
    }

    /// Sends SIGKILL, which a process cannot handle.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub fn exit_code(&mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }

    pub fn log(&self) -> String {
        fs::read_to_string(self.directory.path().join("stderr")).unwrap()
    }
}

impl Drop for Api {
    fn drop(&mut self) {
        // Still running only if the test has failed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits up to 20 s for a condition.
pub fn eventually(what: &str, mut condition: impl FnMut() -> bool) {
    for _ in 0..400 {
        if condition() {
            return;
        }
        thread::sleep(Duration::from_millis(50));
    }
    panic!("it did not come true within twenty seconds that {what}");
}
