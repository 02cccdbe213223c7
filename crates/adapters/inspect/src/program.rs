use std::{env, ffi::OsString, io, path::PathBuf};

/// The first argument of the child process.
pub const COMMAND: &str = "inspect-file";

/// The command that starts the child process.
#[derive(Debug, Clone)]
pub struct Program {
    /// The executable.
    pub path: PathBuf,
    /// The arguments before the request.
    pub arguments: Vec<OsString>,
}

impl Program {
    /// The running program itself, with [`COMMAND`].
    ///
    /// On Linux the path is `/proc/self/exe`, which still names this executable after an upgrade has
    /// replaced the file.
    pub fn this() -> io::Result<Self> {
        let path = if cfg!(target_os = "linux") {
            PathBuf::from("/proc/self/exe")
        } else {
            env::current_exe()?
        };
        Ok(Self { path, arguments: vec![COMMAND.into()] })
    }
}
