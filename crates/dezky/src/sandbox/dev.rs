//! `dezky dev`: the product in its sandbox, on the loopback address only.

use std::time::Duration;

use anyhow::Context as _;
use platform::Pace;
use secrecy::ExposeSecret as _;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::announce::{self, Addresses};
use super::demo::DemoPerson;
use super::home::Home;
use super::people::{self, PEOPLE};
use super::ports::{Ports, origin};
use super::simulators::{Contents, Listeners, Sandbox};
use super::{Demo, Start, demo, index};
use crate::config::{Config, Values};
use crate::drift_cli::SETTINGS;
use crate::wiring::{Patience, Product, Surroundings};
use crate::{database, listen, stop};

impl Patience {
    /// For people who look on: everything heals within seconds.
    pub fn quick() -> Self {
        let pace = Pace::quick();
        let reconcile = reconcile::Settings {
            backoff: pace.backoff,
            lease: pace.lease,
            look: Duration::from_millis(300),
            ..reconcile::Settings::default()
        };
        Self { pace, reconcile, deadline: Duration::from_secs(4) }
    }
}

/// Runs until a signal.
pub async fn run(start: &Start, values: Values) -> anyhow::Result<()> {
    let stop = stop::on_signal()?;
    let tracker = TaskTracker::new();
    let home = Home::open(&start.data).await?;
    let beginning = Box::pin(begin(start, values, &home, &tracker, &stop));
    let running = stop.run_until_cancelled(beginning).await.transpose()?;
    if running.is_some() {
        stop.cancelled().await;
    }
    stop::wait(&tracker).await;
    if let Some((product, sandbox)) = running {
        sandbox.stop();
        product.platform.db.close().await;
    }
    Ok(())
}

async fn begin(
    start: &Start,
    values: Values,
    home: &Home,
    tracker: &TaskTracker,
    stop: &CancellationToken,
) -> anyhow::Result<(Product, Sandbox)> {
    let ports = Ports::take(home, start.port).await?;
    let addresses = Addresses::of(&ports)?;
    let simulated = Listeners {
        authentik: ports.authentik,
        stalwart: ports.stalwart,
        ocis: ports.ocis,
        dns: ports.dns,
        mail: ports.mail,
    };
    let sandbox = Sandbox::start(home, simulated, addresses, Contents::SetUp).await?;
    let settings = settings(values, home, &sandbox);
    home.write(SETTINGS, &settings)?;
    let config = Config::read(&settings)?;
    let db = database::connect(config.database_url.expose_secret()).await?;
    database::migrate(&db).await?;
    let (limits, challenge) = (config.listening.clone(), config.dns.challenge.clone());
    let surroundings = Surroundings { sandbox_page: Some(sandbox.addresses.index.clone()) };
    let product = Product::new(config, &Patience::quick(), surroundings, db)?;
    product.start(tracker, stop).await?;
    let mut metrics = None;
    let mut listeners = vec![ports.portal, ports.operator, ports.api];
    for (address, router) in product.servers() {
        let at = listeners.iter().position(|listener| listener.local_addr().ok() == Some(address));
        let listener = match at {
            Some(at) => listeners.swap_remove(at),
            // What is counted is served only where it is configured, and not on a port of the sandbox's row.
            None => TcpListener::bind(address).await.with_context(|| format!("can't listen on {address}"))?,
        };
        if at.is_none() {
            metrics = Some(origin(&listener)?);
        }
        listen::serve(listener, router, limits.clone(), tracker, stop);
    }
    index::serve(ports.index, &sandbox.addresses, tracker, stop);
    let people = enter_everybody(&product, &sandbox).await?;
    if start.demo != Demo::None {
        let (partners, staff) = (&product.partners, &product.partner_staff);
        let filled = demo::fill(&product.tenants, partners, staff, start.demo, &people).await;
        filled.context("the demo data can't be created")?;
        let publishing =
            demo::publish(product.platform.db.clone(), challenge, sandbox.dns.http.store.clone());
        let stop = stop.clone();
        tracker.spawn(async move { stop.run_until_cancelled(publishing).await });
    }
    announce::dev(start.json, &sandbox, start.demo != Demo::None, metrics.as_deref())?;
    Ok((product, sandbox))
}

/// The settings of the sandbox over those of the environment: in the sandbox no real upstream is ever called.
fn settings(mut values: Values, home: &Home, sandbox: &Sandbox) -> Values {
    values.extend(sandbox.settings());
    let embedded = || database::embedded(&home.file("dezky.db"));
    values.entry("DATABASE_URL".to_owned()).or_insert_with(embedded);
    values
}

/// Makes everybody's account, as their first sign-in would, so that demo data can name them.
async fn enter_everybody(product: &Product, sandbox: &Sandbox) -> anyhow::Result<Vec<DemoPerson>> {
    let mut entered = Vec::new();
    for example in PEOPLE {
        let Some(sub) = sandbox.authentik.user_uuid(example.email) else {
            continue;
        };
        if let Some(person) =
            people::enter(&product.platform.db, &product.platform.clock, example, sub).await?
        {
            entered.push(DemoPerson { person, roles: example.roles });
        }
    }
    Ok(entered)
}
