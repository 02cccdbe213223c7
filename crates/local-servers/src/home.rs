//! The directories of a checkout for its servers' programs and data.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use crate::Error;
use crate::server_user::ServerUser;

/// The base directory for checkouts that only root can enter.
const ELSEWHERE: &str = "/var/lib/plinth";

/// The directory in which this checkout keeps its servers' data, created if it is missing: `.local`
/// of the checkout that the current directory is in (else of the current directory itself).
///
/// Root's servers run as another user, who cannot enter a checkout below a closed directory such
/// as `/root`: then it is the same path below `/var/lib/plinth`, and `.local/servers` links there.
/// `scripts/local-dir` decides by the same rule.
pub fn home() -> Result<PathBuf, Error> {
    let local = local()?;
    if is_reachable(&local)? {
        return Ok(local);
    }
    let elsewhere = PathBuf::from(format!("{ELSEWHERE}{}", local.display()));
    create_open(&elsewhere)?;
    let link = local.join("servers");
    if fs::symlink_metadata(&link).is_err() {
        symlink(&elsewhere, &link).map_err(Error::io("create", &link))?;
    }
    Ok(elsewhere)
}

/// Where `scripts/postgres` puts programs: `.local`, or `/var/lib/plinth` when servers cannot
/// reach that, once for all such checkouts.
pub(crate) fn programs() -> Result<PathBuf, Error> {
    let local = local()?;
    Ok(if is_reachable(&local)? { local } else { PathBuf::from(ELSEWHERE) })
}

/// The `.local` of the checkout that the current directory is in.
fn local() -> Result<PathBuf, Error> {
    let current = Path::new(".");
    let current = current.canonicalize().map_err(Error::io("find", current))?;
    let checkout =
        current.ancestors().find(|directory| directory.join("justw").is_file()).unwrap_or(&current);
    let local = checkout.join(".local");
    create_open(&local)?;
    Ok(local)
}

/// Whether the servers' user can access a directory.
fn is_reachable(directory: &Path) -> Result<bool, Error> {
    Ok(matches!(ServerUser::for_servers()?, ServerUser::Caller) || is_open_to_others(directory)?)
}

/// Creates the missing directories of a path; other users may enter them.
fn create_open(directory: &Path) -> Result<(), Error> {
    if directory.is_dir() {
        return Ok(());
    }
    if let Some(parent) = directory.parent() {
        create_open(parent)?;
    }
    match fs::create_dir(directory) {
        // Independent of the umask, which may deny access.
        Ok(()) => fs::set_permissions(directory, fs::Permissions::from_mode(0o755))
            .map_err(Error::io("set the permissions of", directory)),
        // Another process was faster.
        Err(_) if directory.is_dir() => Ok(()),
        Err(error) => Err(Error::io("create", directory)(error)),
    }
}

/// Whether every user may enter the directory and its parents.
fn is_open_to_others(directory: &Path) -> Result<bool, Error> {
    for ancestor in directory.ancestors() {
        let metadata = fs::metadata(ancestor).map_err(Error::io("look at", ancestor))?;
        if metadata.permissions().mode() & 0o001 == 0 {
            return Ok(false);
        }
    }
    Ok(true)
}
