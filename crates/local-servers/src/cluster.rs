//! The directory of one PostgreSQL server: its cluster, password, log and locks.

use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::secret::random_hex;
use crate::server_user::ServerUser;
use crate::{Binaries, Error};

/// The content of the directory: `cluster/` (PGDATA), `password`, `log`, `lifecycle.lock` and
/// `users.lock`. All of it belongs to the server's user.
#[derive(Clone, Debug)]
pub(crate) struct Cluster {
    pub(crate) directory: PathBuf,
    pub(crate) binaries: Binaries,
    pub(crate) user: ServerUser,
}

/// The C library's locale whose kinds of characters are those of Unicode.
const CTYPE: &str = if cfg!(target_os = "macos") { "UTF-8" } else { "C.UTF-8" };

impl Cluster {
    /// Creates the directory if it is missing.
    pub(crate) fn open(directory: &Path, binaries: Binaries) -> Result<Self, Error> {
        let user = ServerUser::for_servers()?;
        fs::create_dir_all(directory).map_err(Error::io("create", directory))?;
        // At every start, because an earlier one may have crashed between the two steps.
        user.own(directory)?;
        // The canonical name, because it is compared with the server's command line later.
        let directory = directory.canonicalize().map_err(Error::io("find", directory))?;
        Ok(Self { directory, binaries, user })
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.directory.join("cluster")
    }

    pub(crate) fn log(&self) -> PathBuf {
        self.directory.join("log")
    }

    pub(crate) fn password(&self) -> Result<String, Error> {
        let file = self.directory.join("password");
        fs::read_to_string(&file).map_err(Error::io("read", &file))
    }

    /// A file to lock. The kernel releases the lock when the process ends.
    pub(crate) fn lock_file(&self, name: &str) -> Result<File, Error> {
        let path = self.directory.join(name);
        OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(Error::io("open", &path))
    }

    /// One of PostgreSQL's programs, to run as the server's user in a directory that it may enter.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = self.binaries.command(program);
        command.current_dir(&self.directory);
        self.user.run(&mut command);
        command
    }

    /// Initialises the cluster unless it exists, and checks that this PostgreSQL can run it.
    ///
    /// `initdb` creates it under another name and the result is renamed, so that the next start can
    /// remove an incomplete one after a crash.
    pub(crate) fn initialise(&self, durable: bool, progress: fn(&str)) -> Result<(), Error> {
        let major = self.binaries.major_version()?;
        if self.data().is_dir() {
            return self.check_version(&major);
        }
        progress("initialising a private PostgreSQL");
        let new = self.directory.join("cluster.new");
        if new.exists() {
            fs::remove_dir_all(&new).map_err(Error::io("remove", &new))?;
        }
        let password = self.directory.join("password");
        self.write(&password, &random_hex(24)?)?;

        let mut initdb = self.command("initdb");
        initdb
            .args(["--username=postgres", "--auth=scram-sha-256"])
            .arg(format!("--pwfile={}", password.display()))
            .args(["--encoding=UTF8", "--no-instructions"])
            .arg(format!("--pgdata={}", new.display()));
        let is_at_least = |wanted: u32| major.parse().is_ok_and(|major: u32| major >= wanted);
        if is_at_least(17) {
            // The same collation on every system, independent of its C library. The kinds of
            // characters still come from the C library: `pg_trgm` and the text search ask it.
            initdb.args(["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]);
            initdb.args(["--locale=C", &format!("--lc-ctype={CTYPE}")]);
        } else {
            initdb.arg("--locale=C.UTF-8");
        }
        if !durable {
            initdb.arg("--no-sync");
            if is_at_least(16) {
                // One iteration is enough for a long random password. With the usual 4096, each
                // connection of a debug build takes 30 ms.
                initdb.args(["--set", "scram_iterations=1"]);
            }
        }
        let output =
            initdb.output().map_err(Error::io("run", &self.binaries.directory().join("initdb")))?;
        if !output.status.success() {
            return Err(Error::Failed {
                program: "initdb".to_owned(),
                output: String::from_utf8_lossy(&output.stderr).into_owned(),
            });
        }
        self.include_settings(&new)?;
        fs::rename(&new, self.data()).map_err(Error::io("rename", &new))
    }

    /// Writes the server's settings at each start: `plinth.conf` beside `postgresql.conf`.
    pub(crate) fn configure(&self, settings: &[(String, String)]) -> Result<(), Error> {
        let mut lines = String::new();
        for (name, value) in settings {
            let _ = writeln!(lines, "{name} = '{}'", value.replace('\'', "''"));
        }
        self.write(&self.data().join("plinth.conf"), &lines)
    }

    /// The last lines of the server's log.
    pub(crate) fn log_tail(&self) -> String {
        let log = fs::read(self.log()).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let lines: Vec<_> = log.lines().collect();
        lines[lines.len().saturating_sub(15)..].join("\n")
    }

    /// An empty log for this start; the last start's is kept as `log.previous`.
    pub(crate) fn start_log(&self) -> Result<(), Error> {
        let log = self.log();
        if log.exists() {
            let previous = self.directory.join("log.previous");
            fs::rename(&log, previous).map_err(Error::io("rename", &log))?;
        }
        self.write(&log, "")
    }

    fn include_settings(&self, cluster: &Path) -> Result<(), Error> {
        let file = cluster.join("postgresql.conf");
        let defaults = fs::read_to_string(&file).map_err(Error::io("read", &file))?;
        self.write(&file, &format!("{defaults}\ninclude = 'plinth.conf'\n"))
    }

    fn check_version(&self, found: &str) -> Result<(), Error> {
        let file = self.data().join("PG_VERSION");
        let made_by = fs::read_to_string(&file).map_err(Error::io("read", &file))?;
        if made_by.trim() == found {
            return Ok(());
        }
        Err(Error::OtherVersion {
            directory: self.directory.clone(),
            made_by: made_by.trim().to_owned(),
            found: found.to_owned(),
        })
    }

    /// Writes a file that only the server's user (and root) may read.
    fn write(&self, path: &Path, content: &str) -> Result<(), Error> {
        // Access is restricted while the file is empty, so that a password is never readable by
        // others.
        File::create(path).map_err(Error::io("create", path))?;
        self.user.own(path)?;
        fs::write(path, content).map_err(Error::io("write", path))
    }
}
