use std::{
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

use crate::Error;

/// Formats Rust as `cargo fmt` in this repository does.
pub(crate) fn format(root: &Path, file: &str, text: &str) -> Result<String, Error> {
    let program = std::env::var_os("RUSTFMT").unwrap_or_else(|| "rustfmt".into());
    let failed = |source| Error::Io { path: program.clone().into(), source };
    let mut rustfmt = Command::new(&program)
        .args(["--edition", "2024", "--config-path"])
        .arg(root.join("rustfmt.toml"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    // A refused text makes rustfmt end early; what it says then tells more than a broken pipe.
    let sent = rustfmt.stdin.take().map(|mut stdin| stdin.write_all(text.as_bytes()));
    let output = rustfmt.wait_with_output().map_err(failed)?;
    if !output.status.success() {
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(Error::Rustfmt { file: file.to_owned(), message });
    }
    sent.transpose().map_err(failed)?;
    String::from_utf8(output.stdout)
        .map_err(|error| Error::Rustfmt { file: file.to_owned(), message: error.to_string() })
}
