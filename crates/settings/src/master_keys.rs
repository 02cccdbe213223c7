use std::fmt;

/// The name of the master key that is derived from `security.secret_key`.
pub const DERIVED_MASTER_KEY: &str = "installation";

/// The master keys that encrypt secrets, the newest first. `Debug` shows their names alone.
#[derive(Clone)]
pub struct MasterKeys(Vec<(String, [u8; 32])>);

impl MasterKeys {
    /// Name and bytes of each key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8; 32])> {
        self.0.iter().map(|(name, key)| (name.as_str(), key))
    }

    /// Parses `name:digits,name:digits`; each name once.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let keys: Vec<_> = text.split(',').map(|key| named(key.trim())).collect::<Option<_>>()?;
        let is_first = |(index, (name, _)): (usize, &(String, _))| {
            keys[..index].iter().all(|(n, _)| n != name)
        };
        keys.iter().enumerate().all(is_first).then_some(Self(keys))
    }
}

impl fmt::Debug for MasterKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter().map(|(name, _)| name)).finish()
    }
}

fn named(text: &str) -> Option<(String, [u8; 32])> {
    let (name, digits) = text.split_once(':')?;
    let fits = (1..=40).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
        && name != DERIVED_MASTER_KEY;
    if !fits {
        return None;
    }
    Some((name.to_owned(), bytes(digits)?))
}

/// 32 bytes in hexadecimal digits.
pub(crate) fn bytes(digits: &str) -> Option<[u8; 32]> {
    let mut key = [0; 32];
    if digits.len() != 2 * key.len() {
        return None;
    }
    for (byte, pair) in key.iter_mut().zip(digits.as_bytes().chunks_exact(2)) {
        let digit = |digit: u8| char::from(digit).to_digit(16);
        *byte = u8::try_from(digit(pair[0])? * 16 + digit(pair[1])?).ok()?;
    }
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_named_once_and_have_32_bytes() {
        let (ones, twos) = ("01".repeat(32), "Ff".repeat(32));
        let keys = MasterKeys::parse(&format!("new:{ones}, old:{twos}")).unwrap();
        let keys: Vec<_> = keys.iter().collect();
        assert_eq!(keys, [("new", &[1; 32]), ("old", &[255; 32])]);
        for bad in [
            String::new(),
            "new".to_owned(),
            format!("new:{}", &ones[2..]),
            format!("new:{ones}00"),
            format!("new:{}zz", &ones[2..]),
            format!("n w:{ones}"),
            format!("{}:{ones}", "n".repeat(41)),
            format!("new:{ones},new:{twos}"),
            format!("new:{ones},"),
            format!("installation:{ones}"),
        ] {
            assert!(MasterKeys::parse(&bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn no_key_is_printed() {
        let keys = MasterKeys::parse(&format!("new:{}", "ab".repeat(32))).unwrap();
        assert_eq!(format!("{keys:?}"), "[\"new\"]");
    }
}
