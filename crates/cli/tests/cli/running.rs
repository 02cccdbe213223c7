//! A running `plinth dev`.

use std::{
    fs::{self, File},
    io::{BufRead, BufReader},
    process::{Child, Stdio},
};

use reqwest::{Client, Response};
use serde_json::Value;

use crate::support::{Scratch, signal};

/// A server that is killed on drop.
pub struct Running {
    child: Child,
    /// The printed text.
    pub block: String,
    /// `http://127.0.0.1:…`
    pub base: String,
}

impl Running {
    /// Starts it on a free port, and reads its output until the whole text is printed.
    pub fn start(scratch: &Scratch, variables: &[(&str, &str)]) -> Self {
        let log = File::create(scratch.path().join("stderr")).unwrap();
        let mut child = scratch
            .plinth(&["dev", "--port", "0"])
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut block = String::new();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        // The last line that is always printed, then the last one about the demo data.
        while !is_whole(&block, scratch) {
            assert!(lines.read_line(&mut block).unwrap() > 0, "{}", said(scratch));
        }
        let api = block.lines().find_map(|line| line.trim().strip_prefix("API"));
        let base = api.unwrap().trim().strip_suffix("/api/v1").unwrap().to_owned();
        Self { child, block, base }
    }

    pub async fn get(&self, path: &str) -> Response {
        Client::new().get(format!("{}{path}", self.base)).send().await.unwrap()
    }

    /// The access token of the printed login command.
    pub async fn token(&self) -> String {
        let command = self.line("TOKEN=$(curl");
        let body = command.split("-d '").nth(1).unwrap().split('\'').next().unwrap();
        let login = Client::new().post(url(&command)).body(body.to_owned());
        let login = login.header("content-type", "application/json").send().await.unwrap();
        assert_eq!(login.status(), 200);
        let login: Value = login.json().await.unwrap();
        login["access_token"].as_str().unwrap().to_owned()
    }

    /// Runs the printed login command and then the printed list command, with a query.
    pub async fn projects(&self, query: &str) -> Value {
        let list =
            Client::new().get(url(&self.line("curl")) + query).bearer_auth(self.token().await);
        let list = list.send().await.unwrap();
        assert_eq!(list.status(), 200);
        list.json().await.unwrap()
    }

    /// The names of the records of the demo organization in a list.
    pub async fn list(&self, path: &str) -> Vec<String> {
        let list = Client::new().get(format!("{}/api/v1{path}", self.base));
        let list = list.bearer_auth(self.token().await).send().await.unwrap();
        assert_eq!(list.status(), 200);
        let list: Value = list.json().await.unwrap();
        let name = |record: &Value| record["name"].as_str().unwrap().to_owned();
        list["data"].as_array().unwrap().iter().map(name).collect()
    }

    pub fn signal(&self, name: &str) {
        signal(name, self.child.id());
    }

    /// Sends a signal and returns the exit code; `None` if the signal itself ended the process.
    pub fn end(mut self, name: &str) -> Option<i32> {
        self.signal(name);
        self.child.wait().unwrap().code()
    }

    fn line(&self, start: &str) -> String {
        self.block.lines().find(|line| line.starts_with(start)).unwrap().to_owned()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Still running only if the test has failed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The output on standard error.
pub fn said(scratch: &Scratch) -> String {
    fs::read_to_string(scratch.path().join("stderr")).unwrap()
}

fn is_whole(block: &str, scratch: &Scratch) -> bool {
    let has_demo = !said(scratch).contains("this database is not empty");
    block.contains("/healthz\n") && (!has_demo || block.contains("Bearer $TOKEN"))
}

/// The URL in a printed command.
fn url(command: &str) -> String {
    let word = command.split_whitespace().find(|word| word.starts_with("http://"));
    word.unwrap().to_owned()
}
