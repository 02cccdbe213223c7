use std::net::IpAddr;

use plinth_domain::{AddressBlock, UserAgent};

/// The client that opened a session.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SessionClient {
    /// Its address.
    pub address: Option<IpAddr>,
    /// What it calls itself.
    pub device: Option<UserAgent>,
}

impl SessionClient {
    /// The address block, by which clients are told apart.
    #[must_use]
    pub fn block(&self) -> AddressBlock {
        AddressBlock::of(self.address)
    }
}
