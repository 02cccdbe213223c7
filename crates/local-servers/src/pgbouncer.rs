//! A private `PgBouncer`, a pooler in front of a PostgreSQL.

use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::home::programs;
use crate::port::free_port;
use crate::secret::random_hex;
use crate::server_user::ServerUser;
use crate::watchdog::Watchdog;
use crate::{Error, home};

/// Where `scripts/pgbouncer` puts the program and its library, below [`programs`].
const FETCHED: &str = "pgbouncer-1.18.0";
const READY_WITHIN: Duration = Duration::from_secs(10);
/// Another process may take the port in between.
const ATTEMPTS: u32 = 3;

/// How long a client keeps a session of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PoolMode {
    /// As long as it is connected.
    Session,
    /// For one transaction.
    Transaction,
}

/// The server behind the pooler, and how its sessions are lent.
#[derive(Debug)]
pub struct PgBouncerOptions<'a> {
    /// The host of the server.
    pub host: &'a str,
    /// The port of the server.
    pub port: u16,
    /// The login of clients, and of the pooler at the server.
    pub user: &'a str,
    /// Its password.
    pub password: &'a str,
    /// How long a client keeps a session.
    pub mode: PoolMode,
    /// The maximum number of sessions with one database.
    pub sessions: u16,
}

/// A running `PgBouncer`, for every database of a server, reachable only from this machine. All other
/// settings are its defaults. It stops when this is dropped, and when the process ends or is killed.
#[derive(Debug)]
pub struct PgBouncer {
    pooler: Child,
    /// Ends the pooler and removes its directory.
    watchdog: Option<Watchdog>,
    directory: PathBuf,
    port: u16,
}

impl PgBouncer {
    /// Starts one on a free port and waits until it accepts connections.
    pub fn start(options: &PgBouncerOptions<'_>) -> Result<Self, Error> {
        let program = find_program()?;
        let mut attempt = 1;
        loop {
            let mut pooler = Self::spawn(&program, options, free_port()?)?;
            match pooler.wait_until_ready() {
                Err(_) if attempt < ATTEMPTS => attempt += 1,
                result => return result.map(|()| pooler),
            }
        }
    }

    /// The port on 127.0.0.1.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    fn spawn(program: &Path, options: &PgBouncerOptions<'_>, port: u16) -> Result<Self, Error> {
        let user = ServerUser::for_servers()?;
        let directory = home()?.join(format!("pgbouncer-{}", random_hex(4)?));
        fs::create_dir(&directory).map_err(Error::io("create", &directory))?;
        user.own(&directory)?;
        let write = |name: &str, text: String| {
            let path = directory.join(name);
            // Others must not read it: it is owned before it has a content.
            File::create(&path).map_err(Error::io("create", &path))?;
            user.own(&path)?;
            fs::write(&path, text).map_err(Error::io("write", &path))?;
            Ok::<PathBuf, Error>(path)
        };
        let users = format!("\"{}\" \"{}\"\n", options.user, options.password);
        let users = write("users", users)?;
        let config = write("pgbouncer.ini", config(options, port, &users))?;
        let log = write("log", String::new())?;
        let log = File::options().append(true).open(&log).map_err(Error::io("open", &log))?;
        let mut command = Command::new(program);
        if let Some(directory) = program.parent().and_then(Path::parent) {
            command.env("LD_LIBRARY_PATH", directory.join("lib"));
        }
        command
            .arg(&config)
            .current_dir(&directory)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            // Ctrl-C at the terminal must not reach the pooler.
            .process_group(0);
        let pooler = user.run(&mut command).spawn().map_err(Error::io("run", program))?;
        let watchdog = Some(Watchdog::of_process(&directory, &pooler)?);
        Ok(Self { pooler, watchdog, directory, port })
    }

    fn wait_until_ready(&mut self) -> Result<(), Error> {
        let deadline = Instant::now() + READY_WITHIN;
        // It ends at once if another process has taken its port.
        while Instant::now() < deadline && matches!(self.pooler.try_wait(), Ok(None)) {
            if TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_ok() {
                return Ok(());
            }
            sleep(Duration::from_millis(10));
        }
        let log = self.directory.join("log");
        Err(Error::NotStarted {
            server: "PgBouncer",
            tail: fs::read_to_string(&log).unwrap_or_default(),
            log,
        })
    }
}

impl Drop for PgBouncer {
    fn drop(&mut self) {
        self.watchdog = None;
        let _ = self.pooler.wait();
    }
}

fn config(options: &PgBouncerOptions<'_>, port: u16, users: &Path) -> String {
    let PgBouncerOptions { host, port: server, mode, sessions, .. } = options;
    let mode = match mode {
        PoolMode::Session => "session",
        PoolMode::Transaction => "transaction",
    };
    format!(
        "[databases]\n* = host={host} port={server}\n\
         [pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n\
         auth_type = scram-sha-256\nauth_file = {}\n\
         pool_mode = {mode}\ndefault_pool_size = {sessions}\n",
        users.display()
    )
}

/// The program that was fetched, or the one of the system.
fn find_program() -> Result<PathBuf, Error> {
    let fetched = programs()?.join(FETCHED).join("bin");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let system = ["/usr/sbin", "/usr/local/sbin", "/usr/local/bin", "/opt/homebrew/bin"];
    std::iter::once(fetched)
        .chain(std::env::split_paths(&path))
        .chain(system.map(PathBuf::from))
        .map(|directory| directory.join("pgbouncer"))
        .find(|program| program.is_file())
        .ok_or(Error::NoPgBouncer)
}
