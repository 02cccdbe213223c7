//! Helpers of these tests.

use std::{
    env, fs,
    io::Write,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};

use plinth_local_servers::Binaries;
use tempfile::TempDir;

/// A directory of one test to run `plinth` in, without a checkout, `.env` or settings.
pub struct Scratch(TempDir);

/// The result of a run.
pub struct Ended {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Scratch {
    pub fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        // Under root, PostgreSQL runs as another user, who needs access.
        fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o755)).unwrap();
        Self(directory)
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// The directory of the private PostgreSQL.
    pub fn postgres(&self) -> PathBuf {
        self.path().join(".local/postgres")
    }

    /// `plinth` with these arguments, in this directory, without any settings.
    pub fn plinth(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_plinth"));
        command.args(arguments).current_dir(self.path()).stdin(Stdio::null());
        for (name, _) in env::vars_os() {
            let name = name.to_string_lossy();
            let ours = ["PLINTH_", "OTEL_"].iter().any(|prefix| name.starts_with(prefix));
            if ours || ["DATABASE_URL", "REDIS_URL", "PORT"].contains(&&*name) {
                command.env_remove(&*name);
            }
        }
        // No test uses the login of the developer.
        command.env("XDG_CONFIG_HOME", self.path().join("config"));
        // The binaries of this checkout, which the program cannot find from its directory.
        let programs = Binaries::find().unwrap();
        command.env("PLINTH_POSTGRES_BIN", programs.directory());
        command
    }

    /// Runs `plinth` to its end, with these lines as its standard input.
    pub fn answer(&self, arguments: &[&str], lines: &[&str]) -> Ended {
        let mut command = self.plinth(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let input = lines.join("\n") + "\n";
        // A program that ends early does not read it.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        ended(child.wait_with_output().unwrap())
    }

    /// Runs `plinth` to its end, with some variables set.
    pub fn run(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Ended {
        let mut command = self.plinth(arguments);
        command.envs(variables.iter().copied());
        ended(command.output().unwrap())
    }
}

/// A process that is ended on drop.
pub struct Killed(pub Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub fn ended(output: Output) -> Ended {
    Ended {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

impl Ended {
    /// Asserts success, and returns standard output.
    #[track_caller]
    pub fn well(self) -> String {
        assert_eq!(self.code, Some(0), "{}{}", self.stdout, self.stderr);
        self.stdout
    }

    /// Asserts this exit code, and returns standard error.
    #[track_caller]
    pub fn badly(self, code: i32) -> String {
        assert_eq!(self.code, Some(code), "{}{}", self.stdout, self.stderr);
        self.stderr
    }
}

/// Sends a signal with the shell's `kill`: the standard library has none.
pub fn signal(name: &str, process: u32) {
    let kill = ["-c", "kill -s \"$0\" \"$1\"", name, &process.to_string()];
    assert!(Command::new("sh").args(kill).status().unwrap().success());
}

/// Waits up to 20 s for a condition.
pub fn eventually(what: &str, mut condition: impl FnMut() -> bool) {
    for _ in 0..400 {
        if condition() {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("it did not come true within twenty seconds that {what}");
}
