//! The sandbox's ports: a row of nine from a chosen one, or free ones that are kept and used again.

use std::net::Ipv4Addr;

use anyhow::{Context as _, bail};
use tokio::net::TcpListener;

use super::home::Home;

const FILE: &str = "ports.json";
/// Portal, operator console, API, five simulators, the page that lists these. The DNS itself and SMTP take any ports.
pub const COUNT: usize = ROW as usize;
/// As ports are counted.
pub const ROW: u16 = 9;

/// All listeners of the sandbox, on the loopback address.
pub struct Ports {
    pub portal: TcpListener,
    pub operator: TcpListener,
    pub api: TcpListener,
    pub authentik: TcpListener,
    pub stalwart: TcpListener,
    pub ocis: TcpListener,
    pub dns: TcpListener,
    pub mail: TcpListener,
    pub index: TcpListener,
}

/// The origin that a listener serves.
pub fn origin(listener: &TcpListener) -> anyhow::Result<String> {
    Ok(format!("http://{}", listener.local_addr()?))
}

impl Ports {
    /// Takes the ports from `first` on; free ones when that is 0.
    pub async fn take(home: &Home, first: u16) -> anyhow::Result<Self> {
        let listeners = if first == 0 { free(home).await? } else { row(first).await? };
        let Ok([portal, operator, api, authentik, stalwart, ocis, index, dns, mail]) =
            <[TcpListener; COUNT]>::try_from(listeners)
        else {
            bail!("the ports can't be opened");
        };
        Ok(Self { portal, operator, api, authentik, stalwart, ocis, dns, mail, index })
    }
}

async fn bind(port: u16) -> std::io::Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await
}

async fn row(first: u16) -> anyhow::Result<Vec<TcpListener>> {
    let mut listeners = Vec::new();
    let last = usize::from(first) + COUNT - 1;
    for port in usize::from(first)..=last {
        let says = || {
            format!(
                "port {port} can't be used; {first} to {last} must be free. Choose others with --port N, or --port 0"
            )
        };
        let port = u16::try_from(port).with_context(says)?;
        listeners.push(bind(port).await.with_context(says)?);
    }
    Ok(listeners)
}

async fn free(home: &Home) -> anyhow::Result<Vec<TcpListener>> {
    // A file that can't be read only costs the old ports.
    let kept: Vec<u16> = home.read(FILE).ok().flatten().unwrap_or_default();
    let mut listeners = Vec::new();
    for place in 0..COUNT {
        let before = match kept.get(place) {
            Some(port) => bind(*port).await.ok(),
            None => None,
        };
        let listener = match before {
            Some(listener) => listener,
            None => bind(0).await.context("no port is free")?,
        };
        listeners.push(listener);
    }
    let ports: Result<Vec<u16>, _> =
        listeners.iter().map(|listener| listener.local_addr().map(|address| address.port())).collect();
    home.write(FILE, &ports?)?;
    Ok(listeners)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn free_ports_are_kept_and_used_again_unless_somebody_took_one() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::open(folder.path()).await.unwrap();
        let first = Ports::take(&home, 0).await.unwrap();
        let (portal, api) = (origin(&first.portal).unwrap(), origin(&first.api).unwrap());
        let thief = first.portal;
        drop((
            first.operator,
            first.api,
            first.authentik,
            first.stalwart,
            first.ocis,
            first.dns,
            first.index,
        ));
        let again = Ports::take(&home, 0).await.unwrap();
        assert_eq!(origin(&again.api).unwrap(), api);
        assert_ne!(origin(&again.portal).unwrap(), portal);
        drop(thief);
    }

    #[tokio::test]
    async fn a_busy_port_is_named_with_a_way_out() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::open(folder.path()).await.unwrap();
        let taken = bind(0).await.unwrap();
        let port = taken.local_addr().unwrap().port();
        let error = Ports::take(&home, port).await.err().unwrap().to_string();
        assert!(error.contains(&port.to_string()) && error.contains("--port"), "{error}");
    }
}
