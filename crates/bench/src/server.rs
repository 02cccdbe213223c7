//! The measured server, configured like in production.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use tokio::time::sleep;

use crate::{failure::Result, http::Connection, process::Running};

/// How long a start may take before it counts as failed.
const START_TIMEOUT: Duration = Duration::from_secs(20);

/// A running `plinth-api`.
#[derive(Debug)]
pub struct Server {
    running: Running,
    /// The address on which the server listens.
    pub address: SocketAddr,
}

impl Server {
    /// Starts the server without waiting. Every feature is enabled; the rate limits are too high to
    /// refuse a request or to delay a file. The log goes to `/dev/null`.
    pub fn spawn(program: &Path, database_url: &str, directory: &Path) -> Result<Self> {
        Self::spawn_with(program, database_url, directory, |command| {
            for limit in
                ["CREDENTIAL_PER_MINUTE", "CREDENTIAL_BURST", "ADDRESS_PER_MINUTE", "ADDRESS_BURST"]
            {
                command.env(format!("PLINTH_RATE_LIMITS__{limit}"), "1000000000");
            }
            for limit in ["USER", "ORGANIZATION"] {
                command.env(format!("PLINTH_SERVER__MAX_STREAMS_PER_{limit}"), "1000000");
            }
            command.env("PLINTH_STORAGE__BYTES_PER_SECOND_PER_ORGANIZATION", "1099511627776");
        })
    }

    fn spawn_with(
        program: &Path,
        database_url: &str,
        directory: &Path,
        configure: impl FnOnce(&mut Command),
    ) -> Result<Self> {
        let address = free_address()?;
        let mut command = Command::new(program);
        environment(&mut command, database_url, directory);
        command
            .env("PLINTH_SERVER__HOST", address.ip().to_string())
            .env("PLINTH_SERVER__PORT", address.port().to_string())
            .stdout(Stdio::null());
        configure(&mut command);
        Ok(Self { running: Running::spawn(&mut command)?, address })
    }

    /// Starts the server with the limits of production, behind one proxy, and waits until it
    /// responds.
    pub async fn start_limited(
        program: &Path,
        database_url: &str,
        directory: &Path,
    ) -> Result<Self> {
        let mut server = Self::spawn_with(program, database_url, directory, |command| {
            command.env("PLINTH_SERVER__TRUSTED_PROXIES", "1");
        })?;
        server.answers("/health").await?;
        Ok(server)
    }

    /// Starts the server, and waits until it responds.
    pub async fn start(program: &Path, database_url: &str, directory: &Path) -> Result<Self> {
        let mut server = Self::spawn(program, database_url, directory)?;
        server.answers("/health").await?;
        Ok(server)
    }

    /// Waits until a path returns 200.
    pub async fn answers(&mut self, path: &str) -> Result<()> {
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        let started = Instant::now();
        while started.elapsed() < START_TIMEOUT {
            if let Some(status) = self.running.0.try_wait()? {
                return Err(format!("plinth-api ended by itself: {status}").into());
            }
            if let Ok(mut connection) = Connection::open(self.address).await
                && connection.send_request(request.as_bytes()).await?.status == 200
            {
                return Ok(());
            }
            sleep(Duration::from_millis(1)).await;
        }
        Err(format!("plinth-api did not answer {path} within {} s", START_TIMEOUT.as_secs()).into())
    }

    /// The process id.
    pub fn process(&self) -> u32 {
        self.running.0.id()
    }
}

/// Starts a worker configured like in production, the one beside the server's program.
pub fn worker(api: &Path, database_url: &str, directory: &Path) -> Result<Running> {
    let mut command = Command::new(api.with_file_name("plinth-worker"));
    environment(&mut command, database_url, directory);
    Ok(Running::spawn(command.stdout(Stdio::null()))?)
}

/// Sets the common environment of server and worker, without the developer's settings.
pub fn environment(command: &mut Command, database_url: &str, directory: &Path) {
    command
        .env_clear()
        .current_dir(directory)
        .env("PLINTH_ENVIRONMENT", "production")
        .env("PLINTH_DATABASE__URL", database_url)
        .env("PLINTH_STORAGE__PATH", directory.join("blobs"))
        .env("PLINTH_SECURITY__SECRET_KEY", "only for a benchmark's data, and gone with it")
        .env("PLINTH_TELEMETRY__LOG_FORMAT", "json")
        .stdin(Stdio::null());
}

/// The program to measure: `named`, or the `plinth-api` beside this program.
pub fn program(named: Option<&PathBuf>) -> Result<PathBuf> {
    let program = match named {
        Some(path) => path.clone(),
        None => std::env::current_exe()?.with_file_name("plinth-api"),
    };
    if program.is_file() {
        return Ok(program.canonicalize()?);
    }
    let missing = program.display();
    Err(format!("{missing} is missing: `./justw bench` builds it first, or name one by --api")
        .into())
}

fn free_address() -> std::io::Result<SocketAddr> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()
}
