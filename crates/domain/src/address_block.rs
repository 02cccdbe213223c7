use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

/// The addresses that throttles count as one client: one IPv4 address, or the /64 network of an
/// IPv6 address, because one subscriber can use all addresses of such a network.
///
/// Requests whose address is unknown are one block, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AddressBlock(Option<IpAddr>);

/// A network around an address block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Network(Option<IpAddr>);

/// The prefix under which a translator shows IPv4 clients to an IPv6 server (RFC 6052, 2.1).
const TRANSLATED: [u16; 6] = [0x64, 0xff9b, 0, 0, 0, 0];

impl AddressBlock {
    /// The block of an address.
    #[must_use]
    pub fn of(address: Option<IpAddr>) -> Self {
        Self(address.map(|address| match address {
            IpAddr::V4(_) => address,
            IpAddr::V6(v6) => match v4(v6) {
                Some(v4) => IpAddr::V4(v4),
                None => IpAddr::V6(network(v6, 64)),
            },
        }))
    }

    /// The networks in which it lies, the widest first: what one provider, and one customer of it,
    /// usually has (/32 and /48, or /16 and /24 of IPv4), and the block itself.
    #[must_use]
    pub fn networks(self) -> [Network; 3] {
        let within = |v4_bits: u32, v6_bits: u32| {
            Network(self.0.map(|address| match address {
                IpAddr::V4(v4) => {
                    IpAddr::V4(Ipv4Addr::from_bits(v4.to_bits() & (u32::MAX << (32 - v4_bits))))
                }
                IpAddr::V6(v6) => IpAddr::V6(network(v6, v6_bits)),
            }))
        };
        [within(16, 32), within(24, 48), Network(self.0)]
    }
}

/// The first address of the network with this length of its prefix, from 1 to 128 bits.
fn network(address: Ipv6Addr, bits: u32) -> Ipv6Addr {
    Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << (128 - bits)))
}

/// The IPv4 address of a client that an IPv6 socket or a translator shows as an IPv6 address. As
/// IPv6 addresses, all such clients would be in one /64 network.
fn v4(v6: Ipv6Addr) -> Option<Ipv4Addr> {
    v6.to_ipv4_mapped().or_else(|| {
        let [head @ .., high, low] = v6.segments();
        let bits = (u32::from(high) << 16) | u32::from(low);
        (head == TRANSLATED).then(|| Ipv4Addr::from_bits(bits))
    })
}

impl fmt::Display for AddressBlock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(IpAddr::V4(v4)) => write!(f, "{v4}"),
            Some(IpAddr::V6(v6)) => write!(f, "{v6}/64"),
            None => f.write_str("unknown"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn block(text: &str) -> String {
        AddressBlock::of(Some(text.parse().unwrap())).to_string()
    }

    #[test]
    fn ipv6_clients_count_by_their_64_network_and_ipv4_clients_by_their_address() {
        assert_eq!(block("192.0.2.7"), "192.0.2.7");
        assert_eq!(block("2001:db8:1:2::7"), "2001:db8:1:2::/64");
        assert_eq!(block("2001:db8:1:2:ffff:ffff:ffff:ffff"), "2001:db8:1:2::/64");
        assert_eq!(block("2001:db8:1:3::7"), "2001:db8:1:3::/64");
        assert_eq!(AddressBlock::of(None).to_string(), "unknown");
    }

    #[test]
    fn an_ipv4_client_that_is_shown_as_ipv6_counts_by_its_address() {
        for shown in ["::ffff:192.0.2.7", "64:ff9b::192.0.2.7"] {
            assert_eq!(block(shown), "192.0.2.7", "{shown}");
        }
    }

    #[test]
    fn a_block_lies_in_the_networks_of_its_provider_and_of_its_customer() {
        let networks = |text: &str| {
            let block = AddressBlock::of(Some(text.parse().unwrap()));
            block.networks().map(|Network(first)| first.unwrap().to_string())
        };
        assert_eq!(networks("192.0.2.7"), ["192.0.0.0", "192.0.2.0", "192.0.2.7"]);
        assert_eq!(networks("2001:db8:1:2::7"), ["2001:db8::", "2001:db8:1::", "2001:db8:1:2::"]);
        assert_eq!(AddressBlock::of(None).networks(), [Network(None); 3]);
    }

    proptest! {
        #[test]
        fn no_change_of_the_last_64_bits_leads_out_of_a_block(network: u64, one: u64, other: u64) {
            let address = |host| {
                let bits = (u128::from(network) << 64) | u128::from(host);
                Some(IpAddr::V6(Ipv6Addr::from_bits(bits)))
            };
            // The networks of translated IPv4 clients.
            prop_assume!(network != 0 && network != 0x0064_ff9b_0000_0000);
            prop_assert_eq!(AddressBlock::of(address(one)), AddressBlock::of(address(other)));
            let next = AddressBlock::of(Some(IpAddr::V6(Ipv6Addr::from_bits(
                u128::from(network ^ 1) << 64,
            ))));
            prop_assert_ne!(AddressBlock::of(address(one)), next);
        }
    }
}
