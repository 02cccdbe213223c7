//! A private PostgreSQL.

use std::fs::{File, TryLockError};
use std::path::PathBuf;

use crate::cluster::Cluster;
use crate::memory_directory::memory_directory;
use crate::postmaster::Shutdown;
use crate::secret::random_hex;
use crate::watchdog::Watchdog;
use crate::{Binaries, Error, home};

/// What a crash of the machine may lose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// Nothing that was committed.
    #[default]
    Durable,
    /// Everything: no fsync. Several times faster, for temporary data.
    Fast,
}

/// The options of a private PostgreSQL.
#[derive(Clone, Debug)]
pub struct PostgresOptions {
    /// The server's directory, created if it is missing: for its data, password, log and locks.
    pub data_dir: PathBuf,
    /// What a crash of the machine may lose.
    pub durability: Durability,
    /// The maximum number of connections.
    pub max_connections: u16,
    /// More settings, as in `postgresql.conf`; they override the settings of this module.
    pub settings: Vec<(String, String)>,
    /// Is called with a description of each step that takes seconds.
    pub progress: fn(&str),
}

impl PostgresOptions {
    /// Durable, 100 connections, silent.
    #[must_use]
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            data_dir: data_dir.into(),
            durability: Durability::Durable,
            max_connections: 100,
            settings: Vec::new(),
            progress: |_| (),
        }
    }

    fn into_server_settings(self) -> Vec<(String, String)> {
        let connections = self.max_connections.to_string();
        let mut settings = vec![
            ("listen_addresses", "127.0.0.1"),
            // No socket: its path may be too long (107 bytes), and clients use TCP.
            ("unix_socket_directories", ""),
            ("max_connections", &connections),
            ("timezone", "UTC"),
            ("log_timezone", "UTC"),
        ];
        if self.durability == Durability::Fast {
            settings.extend([
                ("fsync", "off"),
                ("synchronous_commit", "off"),
                ("full_page_writes", "off"),
                ("wal_level", "minimal"),
                ("max_wal_senders", "0"),
                ("checkpoint_timeout", "1h"),
            ]);
        }
        let owned = settings.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
        owned.chain(self.settings).collect()
    }
}

/// A running PostgreSQL that only this machine can reach. Stops when dropped.
///
/// Several processes may hold the same server: the first starts it, the last one stops it.
#[derive(Debug)]
pub struct Postgres {
    cluster: Cluster,
    port: u16,
    password: String,
    shutdown: Shutdown,
    /// Locked shared by every holder of the server; `None` once released.
    users: Option<File>,
    /// Removes a temporary server with its files.
    watchdog: Option<Watchdog>,
}

impl Postgres {
    /// Starts the server of `options.data_dir`, or shares it with another process that runs it.
    ///
    /// Initialises it first when the directory is new. A server that a killed process left
    /// running is stopped and started again.
    pub fn start(options: PostgresOptions) -> Result<Self, Error> {
        let cluster = Cluster::open(&options.data_dir, Binaries::find()?)?;
        let durable = options.durability == Durability::Durable;
        let progress = options.progress;

        // Locked until the end of this function, so that starts and stops run one after the other.
        let _lifecycle = lock_lifecycle(&cluster)?;
        cluster.initialise(durable, progress)?;
        let users = cluster.lock_file("users.lock")?;
        let alone = try_lock(&cluster, &users)?;
        let port = match (cluster.running_port(), alone) {
            (Some(port), false) => port,
            (None, false) => return Err(Error::InUse(cluster.directory)),
            (orphan, true) => {
                if orphan.is_some() {
                    progress("stopping the PostgreSQL that a crash left behind");
                    cluster.stop(Shutdown::Fast)?;
                }
                cluster.start(&options.into_server_settings())?
            }
        };
        users.lock_shared().map_err(Error::io("lock", &cluster.directory))?;
        Ok(Self {
            password: cluster.password()?,
            cluster,
            port,
            shutdown: if durable { Shutdown::Fast } else { Shutdown::Immediate },
            users: Some(users),
            watchdog: None,
        })
    }

    /// Starts an empty, fast server in a new directory: in memory if there is enough space, else
    /// below [`home()`]. Server and directory are removed when this is dropped, and when the
    /// process ends or is killed.
    pub fn start_temporary(max_connections: u16, progress: fn(&str)) -> Result<Self, Error> {
        let name = format!("plinth-temporary-{}", random_hex(4)?);
        let data_dir = memory_directory().map_or_else(home, Ok)?.join(name);
        let watchdog = Watchdog::of_postgres(&data_dir)?;
        let mut options = PostgresOptions::new(data_dir);
        options.durability = Durability::Fast;
        options.max_connections = max_connections;
        options.progress = progress;
        let mut postgres = Self::start(options)?;
        postgres.watchdog = Some(watchdog);
        Ok(postgres)
    }

    /// The address of a database on this server for its superuser `postgres`, password included.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres:{}@127.0.0.1:{}/{database}", self.password, self.port)
    }

    /// The port on 127.0.0.1; another one after each start.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The programs that it runs from, as `psql` and `pgbench` for its clients.
    #[must_use]
    pub fn binaries(&self) -> &Binaries {
        &self.cluster.binaries
    }

    /// The server's log.
    #[must_use]
    pub fn log_file(&self) -> PathBuf {
        self.cluster.log()
    }

    /// Ends the server like a crash, for all who hold it, and starts it again on the same port. It
    /// recovers from its log what was committed; of a [`Durability::Fast`] one, that is what was
    /// committed with `synchronous_commit`.
    pub fn crash_and_recover(&self) -> Result<(), Error> {
        let _lifecycle = lock_lifecycle(&self.cluster)?;
        self.cluster.stop(Shutdown::Immediate)?;
        self.cluster.start_again()
    }

    /// Stops the server, unless another process still holds it, and waits until it has ended.
    pub fn stop(mut self) -> Result<(), Error> {
        self.release()
    }

    fn release(&mut self) -> Result<(), Error> {
        let Some(users) = self.users.take() else {
            return Ok(());
        };
        if self.watchdog.take().is_some() {
            // Dropping it has stopped the server and removed its files.
            return Ok(());
        }
        let _lifecycle = lock_lifecycle(&self.cluster)?;
        if try_lock(&self.cluster, &users)? && self.cluster.running_port().is_some() {
            self.cluster.stop(self.shutdown)?;
        }
        Ok(())
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // The error cannot be reported; the next start stops a server that is left.
        let _ = self.release();
    }
}

fn lock_lifecycle(cluster: &Cluster) -> Result<File, Error> {
    let lifecycle = cluster.lock_file("lifecycle.lock")?;
    lifecycle.lock().map_err(Error::io("lock", &cluster.directory))?;
    Ok(lifecycle)
}

/// Whether no other process holds the server; if so it is locked for this one alone.
fn try_lock(cluster: &Cluster, users: &File) -> Result<bool, Error> {
    match users.try_lock() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => Err(Error::io("lock", &cluster.directory)(error)),
    }
}
