//! `plinth operator key`.

use std::{fmt::Write, io};

use plinth_domain::OperatorName;
use plinth_rest::OperatorKeys;

use crate::{failure::Result, terminal::say};

/// Makes a key, and prints it with its entry for the setting `operator.keys`.
pub(super) fn print(name: &str) -> Result<()> {
    let name =
        OperatorName::parse(name).ok_or("a name has 1 to 40 letters, digits, `.`, `_` and `-`")?;
    let key = OperatorKeys::key_of(random()?);
    let hash = OperatorKeys::hash_of(&key).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    });
    say(&format!("key      {key}"));
    say(&format!("setting  {name}:{hash}"));
    Ok(())
}

#[expect(
    clippy::disallowed_methods,
    reason = "a tool of the operator's machine, not part of the application: nothing replays it"
)]
fn random() -> io::Result<[u8; 32]> {
    let mut bits = [0; 32];
    getrandom::fill(&mut bits).map_err(io::Error::other)?;
    Ok(bits)
}
