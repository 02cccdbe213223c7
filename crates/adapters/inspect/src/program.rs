use std::{env, ffi::OsString, io, path::PathBuf};

/// The first argument of a process that is to read a file.
pub const COMMAND: &str = "inspect-file";

/// What is started to read a file.
#[derive(Debug, Clone)]
pub struct Program {
    /// The executable.
    pub path: PathBuf,
    /// What it is told before the request.
    pub arguments: Vec<OsString>,
}

impl Program {
    /// The running program itself, told to read a file.
    ///
    /// On Linux by the kernel's own name for it, which still leads to this
    /// executable after an upgrade has put another in its place.
    pub fn this() -> io::Result<Self> {
        let path = if cfg!(target_os = "linux") {
            PathBuf::from("/proc/self/exe")
        } else {
            env::current_exe()?
        };
        Ok(Self { path, arguments: vec![COMMAND.into()] })
    }
}
