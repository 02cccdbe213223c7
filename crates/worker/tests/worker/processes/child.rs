//! A worker as a process, which can be killed.

use std::{
    io::{BufRead, BufReader},
    process::{Child as Process, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
    time::Duration,
};

use plinth_local_servers::Redis;

use super::handler;

/// How long a process may take to print a line.
const TIMEOUT: Duration = Duration::from_mins(1);

/// The test that runs the worker in a second process of this program.
const TEST: &str =
    "processes::a_worker_that_is_asked_to_stop_exits_well_and_leaves_nothing_running";

/// This program as a worker: its test runs one if the variable with the database is set.
fn program() -> Command {
    let mut program = Command::new(std::env::current_exe().unwrap());
    program.args(["--exact", TEST, "--nocapture"]);
    program
}

/// A process that runs jobs, killed when this is dropped.
pub struct Child {
    process: Process,
    lines: Receiver<String>,
}

impl Child {
    /// Starts a worker on the database.
    pub fn start(database: &str) -> Self {
        Self::spawn(program().env(handler::DATABASE, database))
    }

    /// Starts a worker on the database, with signals by Redis.
    pub fn start_with_redis(database: &str, redis: &Redis) -> Self {
        let mut command = program();
        Self::spawn(command.env(handler::DATABASE, database).env(handler::REDIS, redis.url()))
    }

    fn spawn(command: &mut Command) -> Self {
        let mut process = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        let (said, lines) = channel();
        thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                // The receiver is dropped with the child.
                let _ = said.send(line);
            }
        });
        Self { process, lines }
    }

    /// Waits until it prints this.
    pub fn wait_for(&mut self, word: &str) {
        while self.lines.recv_timeout(TIMEOUT).unwrap() != word {}
    }

    /// Whether the process has ended.
    pub fn has_ended(&mut self) -> bool {
        self.process.try_wait().unwrap().is_some()
    }

    /// Sends SIGKILL, which the process cannot handle.
    pub fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Sends SIGTERM and returns the exit code.
    pub fn terminate(&mut self) -> Option<i32> {
        let kill = ["-c", "kill -s TERM \"$0\"", &self.process.id().to_string()];
        assert!(Command::new("sh").args(kill).status().unwrap().success());
        self.process.wait().unwrap().code()
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // The process may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
