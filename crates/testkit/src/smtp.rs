//! A mail server, as a process: `scripts/smtp`.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test cannot go on without")]

use std::{path::PathBuf, process::Stdio, time::Duration};

use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    process::{Child, ChildStdout, Command},
    time::timeout,
};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scripts/smtp/run");

/// A mail server that keeps what it gets. It ends when this is dropped.
pub struct SmtpServer {
    /// Its port on 127.0.0.1.
    pub port: u16,
    /// The certificate of its authority (PEM), where it has one. It is of `localhost`.
    pub authority: Option<PathBuf>,
    said: Lines<BufReader<ChildStdout>>,
    _child: Child,
    _folder: tempfile::TempDir,
}

impl SmtpServer {
    /// Starts one with these arguments of `scripts/smtp/run`, and a certificate if `--tls` is among
    /// them.
    ///
    /// # Panics
    /// If it does not start: `scripts/smtp/run --install` installs what it needs.
    pub async fn start(arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new(SCRIPT);
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true);
        let authority = arguments.contains(&"--tls").then(|| {
            let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
            let [certificate, key] = ["certificate.pem", "key.pem"].map(|n| folder.path().join(n));
            std::fs::write(&certificate, made.cert.pem()).unwrap();
            std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
            command.arg("--certificate").arg(&certificate).arg("--key").arg(key);
            certificate
        });
        let mut child = command.spawn().unwrap();
        let said = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut server = Self { port: 0, authority, said, _child: child, _folder: folder };
        server.port = u16::try_from(server.next().await["port"].as_u64().unwrap()).unwrap();
        server
    }

    /// The next mail: `sender`, `to`, `message`, and whether it came `encrypted`.
    ///
    /// # Panics
    /// If none comes within a minute.
    pub async fn next(&mut self) -> Value {
        match timeout(Duration::from_mins(1), self.said.next_line()).await {
            Ok(Ok(Some(line))) => serde_json::from_str(&line).unwrap(),
            other => panic!("the mail server tells nothing: {other:?}"),
        }
    }
}
