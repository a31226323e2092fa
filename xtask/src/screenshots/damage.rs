//! What is changed behind the product's back before the pictures, so that the pages about it have something to show.

use std::time::Duration;

use anyhow::{Result, bail};
use serde_json::{Value, json};
use url::Url;

use super::pages::Who;
use super::product::Product;
use crate::client::Client;

const TRIES: usize = 100;
const BETWEEN_TRIES: Duration = Duration::from_millis(200);

/// Changes the space of a customer, makes a mail domain that is nobody's, and has both noticed.
pub async fn make(product: &Product) -> Result<()> {
    let token = &product.person(Who::PlatformAdmin)?.token;
    let (api, mut client) = (Url::parse(product.api())?, Client::new());
    let space = space(&mut client, &api.join("/api/tenants/acme")?, token).await?;
    let changed = json!({"name": "Acme (old)", "quotaTotal": 5_000_000_000_i64});
    put(product, "ocis", &format!("drives/{space}"), &changed).await?;
    put(product, "stalwart", "domains/zz", &json!({"name": "bakery.test"})).await?;
    client.act_as("POST", &api.join("/api/drift/scan")?, token).await?;
    Ok(())
}

/// The id of a customer's space, once there is one.
async fn space(client: &mut Client, customer: &Url, token: &str) -> Result<String> {
    for _ in 0..TRIES {
        let shown = client.get_as(customer, token).await?.success()?.json()?;
        if let Some(space) = shown["handles"]["ocisSpaceId"].as_str() {
            return Ok(space.to_owned());
        }
        tokio::time::sleep(BETWEEN_TRIES).await;
    }
    bail!("the customer gets no space")
}

async fn put(product: &Product, simulator: &str, object: &str, fields: &Value) -> Result<()> {
    let at = Url::parse(product.simulator(simulator)?)?.join(&format!("/_sim/objects/{object}"))?;
    Client::new().json("PUT", &at, fields).await?;
    Ok(())
}
