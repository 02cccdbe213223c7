//! A provider of identities, as a process: `scripts/oidc-provider`.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test cannot go on without")]

use std::{process::Stdio, time::Duration};

use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    process::{Child, ChildStdout, Command},
    time::timeout,
};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scripts/oidc-provider/run");

/// A real provider of identities. It ends when this is dropped.
pub struct IdentityProvider {
    /// Its port on 127.0.0.1.
    pub port: u16,
    // It could write no more after this was dropped.
    _said: Lines<BufReader<ChildStdout>>,
    _child: Child,
}

impl IdentityProvider {
    /// The id of its one client.
    pub const CLIENT_ID: &'static str = "plinth";

    /// The secret of that client.
    pub const CLIENT_SECRET: &'static str = "a-secret-of-the-client-and-long-enough";

    /// Starts one that sends browsers back to this address; to all that begin so where it ends with `*`.
    ///
    /// # Panics
    /// If it does not start: `scripts/oidc-provider/run --install` installs what it needs.
    pub async fn start(redirect_uri: &str) -> Self {
        let mut command = Command::new(SCRIPT);
        command.arg(redirect_uri).stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = match timeout(Duration::from_mins(1), said.next_line()).await {
            Ok(Ok(Some(line))) => line,
            other => panic!("the provider tells nothing: {other:?}"),
        };
        let told: Value = serde_json::from_str(&line).unwrap();
        let port = u16::try_from(told["port"].as_u64().unwrap()).unwrap();
        Self { port, _said: said, _child: child }
    }

    /// Its issuer.
    #[must_use]
    pub fn issuer(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}
