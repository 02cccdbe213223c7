//! The user that servers run as. PostgreSQL refuses to run as root, so root starts it as another
//! user.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use crate::Error;

/// The user that servers run as, and that owns their files.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ServerUser {
    /// The caller, an ordinary user.
    Caller,
    /// Another user, because the caller is root.
    Other { uid: u32, gid: u32 },
}

impl ServerUser {
    /// For root the user `postgres` if it exists, else the user `nobody`; otherwise the caller.
    pub(crate) fn for_servers() -> Result<Self, Error> {
        // The standard library cannot ask for the user id without unsafe code.
        let id =
            Command::new("id").arg("-u").output().map_err(Error::io("run", Path::new("id")))?;
        if id.stdout.trim_ascii() != b"0" {
            return Ok(Self::Caller);
        }
        let file = Path::new("/etc/passwd");
        let passwd = fs::read_to_string(file).map_err(Error::io("read", file))?;
        Ok(find_user(&passwd, "postgres")
            .or_else(|| find_user(&passwd, "nobody"))
            .unwrap_or(Self::Other { uid: 65534, gid: 65534 }))
    }

    /// Makes `command` run as this user; the standard library drops root's other groups with it.
    pub(crate) fn run(self, command: &mut Command) -> &mut Command {
        if let Self::Other { uid, gid } = self {
            command.uid(uid).gid(gid);
        }
        command
    }

    /// Makes this user the owner of a file or directory, without access for others.
    pub(crate) fn own(self, path: &Path) -> Result<(), Error> {
        let executable = if path.is_dir() { 0o100 } else { 0 };
        fs::set_permissions(path, fs::Permissions::from_mode(0o600 | executable))
            .map_err(Error::io("set the permissions of", path))?;
        if let Self::Other { uid, gid } = self {
            chown(path, Some(uid), Some(gid)).map_err(Error::io("change the owner of", path))?;
        }
        Ok(())
    }
}

/// A user's line of `/etc/passwd`: `name:password:uid:gid:…`.
fn find_user(passwd: &str, name: &str) -> Option<ServerUser> {
    let mut fields = passwd
        .lines()
        .map(|line| line.split(':'))
        .find_map(|mut fields| (fields.next() == Some(name)).then_some(fields))?
        .skip(1);
    let uid = fields.next()?.parse().ok()?;
    let gid = fields.next()?.parse().ok()?;
    Some(ServerUser::Other { uid, gid })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_found_by_the_whole_name() {
        let passwd =
            "root:x:0:0::/root:/bin/sh\npostgres2:x:7:8::/:/bin/sh\npostgres:x:101:104:,,,:/:\n";
        let found = find_user(passwd, "postgres");
        assert!(matches!(found, Some(ServerUser::Other { uid: 101, gid: 104 })));
        assert!(find_user(passwd, "nobody").is_none());
    }
}
