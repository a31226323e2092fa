//! Keeps calls to names that strangers give within the public internet: such a name may lead to any address, to those
//! of our own network too.

use std::fmt;
use std::net::SocketAddr;

use kernel::network::is_public;
use reqwest::dns::{Name, Resolve, Resolving};
use url::{Host, Url};

/// A name that leads to no address that may be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NoAddress;

impl fmt::Display for NoAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name has no address on the public internet")
    }
}

impl std::error::Error for NoAddress {}

/// Finds addresses as the system does and leaves out all that are not public. The connection is made to one of these
/// very addresses, so that a second answer of the DNS can't lead it elsewhere.
#[derive(Debug)]
pub(crate) struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await.map_err(|_| NoAddress)?;
            let public: Vec<SocketAddr> = found.filter(|address| is_public(address.ip())).collect();
            if public.is_empty() {
                return Err(NoAddress.into());
            }
            let addresses: Box<dyn Iterator<Item = SocketAddr> + Send> = Box::new(public.into_iter());
            Ok(addresses)
        })
    }
}

/// True unless the address is written out and not public: for such a host nothing is looked up.
pub(crate) fn may_call(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(_)) => true,
        Some(Host::Ipv4(address)) => is_public(address.into()),
        Some(Host::Ipv6(address)) => is_public(address.into()),
        None => false,
    }
}
