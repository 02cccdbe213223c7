//! Lists.

use std::time::Duration;

use url::Host;

use crate::{MasterKeys, OidcProviders, OperatorKeys, OriginPattern, PlanList};

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

/// The keys of operators, with their names.
pub(crate) struct OperatorKeyList;

impl Reader for OperatorKeyList {
    type Value = OperatorKeys;
    // A hash is none, but a key that was set in its place is one.
    const SECRET: bool = true;

    fn expects(&self) -> String {
        "keys separated by commas, each name:64 hexadecimal digits; a name has 1 to 40 letters, \
         digits, `.`, `_` and `-`, and no name or key is used twice"
            .to_owned()
    }

    fn read(&self, text: &str) -> Result<OperatorKeys, String> {
        OperatorKeys::parse(text).ok_or_else(String::new)
    }
}

/// Providers of identities, as JSON. Apostrophes around it, which `.env` needs, may stay: not every
/// reader of such files takes them off.
pub(crate) struct OidcProviderList;

impl Reader for OidcProviderList {
    type Value = OidcProviders;
    const SECRET: bool = true;

    fn expects(&self) -> String {
        "a JSON array of at most 20 objects with id, name, issuer, client_id and perhaps \
         client_secret and scopes; no two have one id or one issuer, and openid is among the scopes"
            .to_owned()
    }

    fn read(&self, text: &str) -> Result<OidcProviders, String> {
        let bare = text.strip_prefix('\'').and_then(|text| text.strip_suffix('\''));
        OidcProviders::parse(bare.unwrap_or(text)).ok_or_else(String::new)
    }
}

/// Plans of organizations, as JSON. Apostrophes around it may stay, as around the providers.
pub(crate) struct PlanReader;

impl Reader for PlanReader {
    type Value = PlanList;

    fn expects(&self) -> String {
        "a JSON array of at most 50 objects with name and perhaps limits; no two have one name, and a \
         limit is a whole number from 0 to 1152921504606846976"
            .to_owned()
    }

    fn read(&self, text: &str) -> Result<PlanList, String> {
        let bare = text.strip_prefix('\'').and_then(|text| text.strip_suffix('\''));
        PlanList::parse(bare.unwrap_or(text)).ok_or_else(|| text.to_owned())
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

/// Durations in seconds, separated by commas: one to `most`, each from 1 to `longest`.
pub(crate) struct Spans {
    pub(crate) most: usize,
    pub(crate) longest: u32,
}

impl Reader for Spans {
    type Value = Vec<Duration>;

    fn expects(&self) -> String {
        let Self { most, longest } = self;
        format!(
            "1 to {most} whole numbers of seconds separated by commas, each from 1 to {longest}"
        )
    }

    fn read(&self, text: &str) -> Result<Self::Value, String> {
        let read = |item: &str| match item.parse::<u32>() {
            Ok(seconds) if (1..=self.longest).contains(&seconds) => {
                Ok(Duration::from_secs(seconds.into()))
            }
            _ => Err(item.to_owned()),
        };
        let spans: Vec<_> = items(text).map(read).collect::<Result<_, _>>()?;
        if (1..=self.most).contains(&spans.len()) { Ok(spans) } else { Err(text.to_owned()) }
    }
}

fn items(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty())
}
