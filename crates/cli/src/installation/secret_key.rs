//! The secret key of a development checkout.

use std::{
    fmt::Write as _,
    fs::{self, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use plinth_settings::SecretString;

/// Bytes of a key; its text has two hexadecimal digits for each.
const BYTES: usize = 32;

/// The key in `file`, generated if the file does not exist, so that cursors survive a restart.
pub(crate) fn kept_in(file: &Path) -> io::Result<SecretString> {
    match fs::read_to_string(file) {
        Ok(key) if key.len() == 2 * BYTES => return Ok(key.into()),
        // An earlier process was killed while writing it.
        Ok(_) => fs::remove_file(file)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let key = random()?;
    // The mode is set at creation, so that other users can never read it.
    let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file);
    match made {
        Ok(mut file) => file.write_all(key.as_bytes()).map(|()| key.into()),
        // A concurrent command was faster; its key is used.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            fs::read_to_string(file).map(SecretString::from)
        }
        Err(error) => Err(error),
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a tool of the developer's machine, not part of the application: nothing replays it"
)]
fn random() -> io::Result<String> {
    let mut bytes = [0_u8; BYTES];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(bytes.iter().fold(String::new(), |mut key, byte| {
        let _ = write!(key, "{byte:02x}");
        key
    }))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use plinth_settings::ExposeSecret;

    use super::*;

    #[test]
    fn a_key_is_made_once_and_for_its_owner_only() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("secret-key");
        let first = kept_in(&file).unwrap();
        let again = kept_in(&file).unwrap();
        assert_eq!(first.expose_secret(), again.expose_secret());
        assert_eq!(first.expose_secret().len(), 64);
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn half_a_key_is_replaced() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("secret-key");
        fs::write(&file, "abc").unwrap();
        assert_eq!(kept_in(&file).unwrap().expose_secret().len(), 64);
    }
}
