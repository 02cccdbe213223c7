//! Finds PostgreSQL's programs.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::Error;
use crate::home::programs;

/// The copy that `scripts/postgres` fetches, below [`programs`].
const FETCHED: &str = "postgresql-18.1/bin";
/// Older ones lack views that check row level security as their caller (`security_invoker`).
const OLDEST_MAJOR: u32 = 15;

/// The programs of one PostgreSQL installation that has pgvector, `pg_trgm` and `btree_gin`.
#[derive(Clone, Debug)]
pub struct Binaries {
    directory: PathBuf,
}

impl Binaries {
    /// Searches `PLINTH_POSTGRES_BIN`, then PATH and Debian's directories of servers, then for the
    /// copy that `scripts/postgres` fetched.
    pub fn find() -> Result<Self, Error> {
        if let Some(directory) = std::env::var_os("PLINTH_POSTGRES_BIN").filter(|it| !it.is_empty())
        {
            let directory = PathBuf::from(directory);
            return if has_programs(&directory) {
                Ok(Self { directory })
            } else {
                Err(Error::WrongPostgres(directory))
            };
        }
        let fetched = programs()?.join(FETCHED);
        candidates()
            .into_iter()
            .find(|directory| is_suitable(directory))
            .or_else(|| has_programs(&fetched).then_some(fetched))
            .map(|directory| Self { directory })
            .ok_or(Error::NoPostgres)
    }

    /// The directory that holds `postgres`, `initdb`, `pg_ctl` and often `psql` and `pgbench`.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// A command for one of the programs.
    #[must_use]
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(self.directory.join(Path::new(program.as_ref())));
        if let Some(root) = self.directory.parent()
            && root.join("lib/libpq.so.5").exists()
        {
            // The fetched copy contains its libraries, which do not find each other without this.
            command.env("LD_LIBRARY_PATH", root.join("lib"));
        }
        command
    }

    /// The major version, as `18`.
    pub fn major_version(&self) -> Result<String, Error> {
        let program = self.directory.join("postgres");
        let output = self
            .command("postgres")
            .arg("--version")
            .output()
            .map_err(Error::io("run", &program))?;
        let version = String::from_utf8_lossy(&output.stdout);
        match major_of(&version) {
            Some(major) if output.status.success() => Ok(major.to_string()),
            _ => Err(Error::Failed {
                program: program.display().to_string(),
                output: String::from_utf8_lossy(&output.stderr).into_owned(),
            }),
        }
    }
}

/// The directories that may hold an installed PostgreSQL, the likeliest first.
fn candidates() -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path)
        .map(|directory| directory.join("postgres"))
        .filter(|postgres| postgres.is_file())
        // A link in /usr/local/bin is resolved, because the other programs are beside its target.
        .filter_map(|postgres| Some(postgres.canonicalize().ok()?.parent()?.to_owned()));
    let configured = pg_config(Path::new("pg_config"), "--bindir").map(PathBuf::from);
    let debian = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")));
    on_path.chain(configured).chain(debian).collect()
}

fn has_programs(directory: &Path) -> bool {
    ["postgres", "initdb", "pg_ctl"].iter().all(|program| directory.join(program).is_file())
}

/// Whether an installation is complete, new enough and has the extensions.
fn is_suitable(directory: &Path) -> bool {
    let program = directory.join("pg_config");
    has_programs(directory)
        && pg_config(&program, "--version")
            .and_then(|version| major_of(&version))
            .is_some_and(|major| major >= OLDEST_MAJOR)
        && pg_config(&program, "--sharedir").is_some_and(|share| {
            let extensions = Path::new(&share).join("extension");
            ["vector.control", "pg_trgm.control", "btree_gin.control"]
                .iter()
                .all(|control| extensions.join(control).is_file())
        })
}

/// One value of `pg_config`; `None` if the program or the value does not exist.
fn pg_config(program: &Path, question: &str) -> Option<String> {
    let output = Command::new(program)
        .arg(question)
        .stderr(Stdio::null())
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
}

/// The `18` of `postgres (PostgreSQL) 18.1 (Debian …)`.
fn major_of(version: &str) -> Option<u32> {
    version
        .split(|character: char| !character.is_ascii_digit())
        .find_map(|digits| digits.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read_from_every_spelling() {
        assert_eq!(major_of("postgres (PostgreSQL) 18.1"), Some(18));
        assert_eq!(major_of("PostgreSQL 15.18 (Debian 15.18-0+deb12u1)"), Some(15));
        assert_eq!(major_of("postgres (PostgreSQL) 19beta2"), Some(19));
        assert_eq!(major_of(""), None);
    }
}
