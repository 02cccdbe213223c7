//! Random names and passwords.

use std::fmt::Write as _;

use crate::Error;

/// `bytes` random bytes as hexadecimal digits: safe in a URL, a file name and a config file.
#[expect(
    clippy::disallowed_methods,
    reason = "a tool of the developer's machine, not part of the application: nothing replays it"
)]
pub(crate) fn random_hex(bytes: usize) -> Result<String, Error> {
    let mut buffer = vec![0_u8; bytes];
    getrandom::fill(&mut buffer).map_err(Error::NoRandomness)?;
    Ok(buffer.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    }))
}
