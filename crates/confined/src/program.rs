use std::{env, ffi::OsString, io, path::PathBuf};

/// The command that starts the child process.
#[derive(Debug, Clone)]
pub struct Program {
    /// The executable.
    pub path: PathBuf,
    /// The arguments before the request.
    pub arguments: Vec<OsString>,
}

impl Program {
    /// The running program itself, with `command` as its first argument.
    ///
    /// On Linux the path is `/proc/self/exe`, which still names this executable after an upgrade has
    /// replaced the file.
    pub fn this(command: &str) -> io::Result<Self> {
        let path = if cfg!(target_os = "linux") {
            PathBuf::from("/proc/self/exe")
        } else {
            env::current_exe()?
        };
        Ok(Self { path, arguments: vec![command.into()] })
    }

    /// The program `name` in the folder of the running one.
    ///
    /// # Errors
    /// When the path of the running program is unknown. Whether there is a program `name` shows
    /// when it starts.
    pub fn beside(name: &str) -> io::Result<Self> {
        let path = env::current_exe()?.with_file_name(format!("{name}{}", env::consts::EXE_SUFFIX));
        Ok(Self { path, arguments: Vec::new() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn the_running_program_can_be_started_again() {
        let program = Program::this("read").unwrap();
        assert_eq!(program.arguments, ["read"]);
        let listed = std::process::Command::new(program.path).arg("--list").output().unwrap();
        let listed = String::from_utf8(listed.stdout).unwrap();
        assert!(listed.contains("the_running_program_can_be_started_again"));
    }

    #[test]
    fn a_program_beside_the_running_one_has_its_folder() {
        let (this, beside) = (env::current_exe().unwrap(), Program::beside("other").unwrap());
        assert_eq!(beside.path.parent(), this.parent());
        assert_eq!(beside.path.file_stem(), Some("other".as_ref()));
    }
}
