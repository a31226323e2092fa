//! Which addresses a zone may send us to. Anybody can name any address as that of a name server, so only those of
//! the public internet are asked; the sandbox says where an address is really reached.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

use kernel::network::is_public;

const DNS_PORT: u16 = 53;

/// Where a name server of that address is asked; none when it must not be.
pub(crate) fn of(address: IpAddr, reach: &BTreeMap<IpAddr, SocketAddr>) -> Option<SocketAddr> {
    match reach.get(&address) {
        Some(at) => Some(*at),
        None => is_public(address).then(|| SocketAddr::new(address, DNS_PORT)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_public_internet_is_reached() {
        let none = BTreeMap::new();
        assert_eq!(of("127.0.0.1".parse().unwrap(), &none), None);
        let address = "1.1.1.1".parse().unwrap();
        assert_eq!(of(address, &none), Some(SocketAddr::new(address, 53)));
    }

    #[test]
    fn an_address_may_be_reached_elsewhere() {
        let address = "192.0.2.53".parse().unwrap();
        let at = "127.0.0.1:5300".parse().unwrap();
        assert_eq!(of(address, &BTreeMap::from([(address, at)])), Some(at));
    }
}
