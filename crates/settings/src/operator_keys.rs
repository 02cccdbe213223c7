use crate::master_keys;

/// The keys of operators, each with its name. Only their hashes are known.
#[derive(Clone, Debug)]
pub struct OperatorKeys(Vec<(String, [u8; 32])>);

impl OperatorKeys {
    /// Name and SHA-256 of each key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8; 32])> {
        self.0.iter().map(|(name, hash)| (name.as_str(), hash))
    }

    /// Parses `name:digits,name:digits`; each name and each hash once.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let keys: Vec<_> = text.split(',').map(|key| named(key.trim())).collect::<Option<_>>()?;
        let is_new = |(index, (name, hash)): (usize, &(String, [u8; 32]))| {
            keys[..index].iter().all(|(n, h)| n != name && h != hash)
        };
        keys.iter().enumerate().all(is_new).then_some(Self(keys))
    }
}

fn named(text: &str) -> Option<(String, [u8; 32])> {
    let (name, digits) = text.split_once(':')?;
    let fits = (1..=40).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
    if !fits {
        return None;
    }
    Some((name.to_owned(), master_keys::bytes(digits)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_operators_are_named_once_and_differ() {
        let (ones, twos) = ("01".repeat(32), "Ff".repeat(32));
        let keys = OperatorKeys::parse(&format!("anna:{ones}, bob.b:{twos}")).unwrap();
        let keys: Vec<_> = keys.iter().collect();
        assert_eq!(keys, [("anna", &[1; 32]), ("bob.b", &[255; 32])]);
        for bad in [
            String::new(),
            "anna".to_owned(),
            format!("anna:{}", &ones[2..]),
            format!("an na:{ones}"),
            format!("{}:{ones}", "n".repeat(41)),
            format!("anna:{ones},anna:{twos}"),
            format!("anna:{ones},bob:{ones}"),
            format!("anna:{ones},"),
            "anna:plo_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".to_owned(),
        ] {
            assert!(OperatorKeys::parse(&bad).is_none(), "{bad}");
        }
    }
}
