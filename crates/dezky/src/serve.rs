//! `dezky serve` and `dezky migrate`: the product as it is configured.

use anyhow::{Context as _, bail};
use secrecy::ExposeSecret as _;
use tokio::net::TcpListener;
use tokio_util::task::TaskTracker;

use crate::config::{Config, Values, must_migrate};
use crate::wiring::{Patience, Product, Surroundings};
use crate::{database, listen, stop};

/// Serves until a signal.
pub async fn run(values: Values, migrate: bool) -> anyhow::Result<()> {
    let stop = stop::on_signal()?;
    let config = Config::read(&values)?;
    let migrate = must_migrate(&values)? || migrate;
    let db = database::connect(config.database_url.expose_secret()).await?;
    if migrate {
        database::migrate(&db).await?;
    } else {
        let pending = migrations::pending(&db).await?;
        if pending > 0 {
            bail!(
                "the database is missing {pending} migrations; run `dezky migrate`, or start with --migrate"
            );
        }
        database::prepare(&db).await?;
    }
    let patience = Patience::steady(config.lease);
    #[cfg(debug_assertions)]
    let patience = patience.until(crate::fail_point::from_environment()?);
    let limits = config.listening.clone();
    let product = Product::new(config, &patience, Surroundings::default(), db)?;
    let tracker = TaskTracker::new();
    // Listening first: a port that is taken is found out before any work is begun.
    let mut servers = Vec::new();
    for (address, router) in product.servers() {
        let listener = TcpListener::bind(address).await;
        servers.push((listener.with_context(|| format!("can't listen on {address}"))?, router));
    }
    product.start(&tracker, &stop).await?;
    for (listener, router) in servers {
        tracing::info!(address = %listener.local_addr()?, "serving");
        listen::serve(listener, router, limits.clone(), &tracker, &stop);
    }
    stop.cancelled().await;
    stop::wait(&tracker).await;
    product.platform.db.close().await;
    Ok(())
}

/// Brings the database up to date.
pub async fn migrate(values: &Values) -> anyhow::Result<()> {
    let db = database::connect(&database::url(values)).await?;
    database::migrate(&db).await?;
    tracing::info!("the database is up to date");
    db.close().await;
    Ok(())
}
