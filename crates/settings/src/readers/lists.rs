//! Lists.

use url::Host;

use crate::{MasterKeys, OriginPattern};

use super::Reader;

/// Origins, separated by commas; the list may be empty.
pub(crate) struct Origins;

impl Reader for Origins {
    type Value = Vec<OriginPattern>;

    fn expects(&self) -> String {
        "origins separated by commas, each scheme://host[:port] without a path, the first \
         label of the host optionally `*`"
            .to_owned()
    }

    fn read(&self, text: &str) -> Result<Self::Value, String> {
        items(text).map(|item| OriginPattern::parse(item).ok_or_else(|| item.to_owned())).collect()
    }
}

/// Master keys with their names.
pub(crate) struct MasterKeyList;

impl Reader for MasterKeyList {
    type Value = MasterKeys;
    const SECRET: bool = true;

    fn expects(&self) -> String {
        "keys separated by commas, each name:64 hexadecimal digits; a name has 1 to 40 letters, \
         digits, `.`, `_` and `-`, is used once, and is not `installation`"
            .to_owned()
    }

    fn read(&self, text: &str) -> Result<MasterKeys, String> {
        MasterKeys::parse(text).ok_or_else(String::new)
    }
}

/// Hosts with their ports, separated by commas; the list may be empty.
pub(crate) struct HostPorts;

impl Reader for HostPorts {
    type Value = Vec<String>;

    fn expects(&self) -> String {
        "hosts with their ports, separated by commas, each host:port or [IPv6]:port".to_owned()
    }

    fn read(&self, text: &str) -> Result<Self::Value, String> {
        let checked = |item: &str| {
            let (host, port) = item.rsplit_once(':')?;
            let port: u16 = port.parse().ok()?;
            // `Host` takes a star for a letter, but here it would look like a wildcard.
            Host::parse(host).ok().filter(|_| port > 0 && !host.contains('*'))?;
            Some(item.to_owned())
        };
        items(text).map(|item| checked(item).ok_or_else(|| item.to_owned())).collect()
    }
}

fn items(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty())
}
