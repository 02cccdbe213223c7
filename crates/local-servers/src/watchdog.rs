//! Ends servers together with the process that started them, even when that is killed.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::Error;

/// A shell that waits for the end of its standard input, a pipe from this process, and then cleans
/// up. The kernel closes the pipe even when this process is killed.
#[derive(Debug)]
pub(crate) struct Watchdog(Child);

/// `$0` is the server's directory; SIGQUIT is PostgreSQL's immediate shutdown.
const REMOVE_POSTGRES: &str = r#"
read -r _
if read -r pid 2>/dev/null <"$0/cluster/postmaster.pid"; then
    kill -QUIT "$pid" 2>/dev/null
    tries=0
    while [ -e "$0/cluster/postmaster.pid" ] && [ "$tries" -lt 100 ]; do
        sleep 0.05
        tries=$((tries + 1))
    done
fi
rm -rf "$0"
"#;

/// `$0` is the server's directory, `$1` its process. It has no data to save, and may be suspended.
const REMOVE_PROCESS: &str = r#"
read -r _
kill -s KILL "$1" 2>/dev/null
rm -rf "$0"
"#;

/// `$0` is the server's directory, `$1` its process, the others the ports that sockets in `/tmp`
/// are named after.
const REMOVE_S3: &str = r#"
read -r _
kill -KILL "$1" 2>/dev/null
shift
for port; do
    rm -f /tmp/seaweedfs-*-grpc-"$port".sock
done
rm -rf "$0"
"#;

impl Watchdog {
    /// For a temporary PostgreSQL: stops it and removes its directory.
    pub(crate) fn of_postgres(directory: &Path) -> Result<Self, Error> {
        Self::spawn(Command::new("sh").args(["-c", REMOVE_POSTGRES]).arg(directory))
    }

    /// For a server without data, a child of this process: ends it and removes its directory.
    pub(crate) fn of_process(directory: &Path, server: &Child) -> Result<Self, Error> {
        Self::spawn(
            Command::new("sh")
                .args(["-c", REMOVE_PROCESS])
                .arg(directory)
                .arg(server.id().to_string()),
        )
    }

    /// For a SeaweedFS, a child of this process: ends it and removes its directory and sockets.
    pub(crate) fn of_s3(directory: &Path, server: &Child, ports: &[u16]) -> Result<Self, Error> {
        Self::spawn(
            Command::new("sh")
                .args(["-c", REMOVE_S3])
                .arg(directory)
                .arg(server.id().to_string())
                .args(ports.iter().map(u16::to_string)),
        )
    }

    fn spawn(shell: &mut Command) -> Result<Self, Error> {
        shell
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // Ctrl-C at the terminal must not end it early.
            .process_group(0)
            .spawn()
            .map(Self)
            .map_err(Error::io("run", Path::new("sh")))
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}
