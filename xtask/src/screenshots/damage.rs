//! What is made, and what is changed behind the product's back, before the pictures, so that the pages about it have
//! something to show.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Result, bail};
use serde_json::{Value, json};
use url::Url;

use super::pages::Who;
use super::product::Product;
use crate::client::Client;

const TRIES: usize = 100;
const BETWEEN_TRIES: Duration = Duration::from_millis(200);

/// Changes the space of a customer, makes a mail domain that is nobody's, and has both noticed. Gives the ids of what
/// paths of pages name in braces.
pub async fn make(product: &Product) -> Result<Ids> {
    let token = &product.person(Who::PlatformAdmin)?.token;
    let (api, mut client) = (Url::parse(product.api())?, Client::new());
    let space = space(&mut client, &api.join("/api/tenants/acme")?, token).await?;
    let changed = json!({"name": "Acme (old)", "quotaTotal": 5_000_000_000_i64});
    put(product, "ocis", &format!("drives/{space}"), &changed).await?;
    put(product, "stalwart", "domains/zz", &json!({"name": "bakery.test"})).await?;
    client.act_as("POST", &api.join("/api/drift/scan")?, token).await?;
    let invitations = api.join("/api/tenants/acme/invitations")?;
    for invited in [
        json!({"email": "signe@elsewhere.test", "name": "Signe Østergaard"}),
        json!({"email": "it@elsewhere.test"}),
    ] {
        client.json_as("POST", &invitations, token, &invited).await?;
    }
    people(product, &api, token).await?;
    domains(product, &api, token).await?;
    mail(&api, token).await
}

/// Makes people with mailboxes, and what else receives mail.
async fn mail(api: &Url, token: &str) -> Result<Ids> {
    let mut client = Client::new();
    let mut post = async |path: &str, body: Value| -> Result<Value> {
        let at = api.join(&format!("/api/tenants/acme/{path}"))?;
        client.json_as("POST", &at, token, &body).await?.json()
    };
    let mut ids = Ids::new();
    let mut made = |name: &'static str, answer: &Value| {
        ids.insert(name, answer["id"].as_str().unwrap_or_default().to_owned());
    };
    let person = json!({"name": "Bo Ærø", "email": "bo.e@private.test", "mailbox": "bo.e"});
    made("member", &post("users", person).await?);
    let person = json!({"name": "Lone Skovgaard-Christensen", "email": "lone@private.test"});
    post("users", person).await?;
    let at = |local: &str| format!("{local}@acme-widgets.test");
    post("mail/aliases", json!({"address": at("sales"), "target": at("bo.e")})).await?;
    let to = [at("sales"), at("lone"), at("gone"), "accountant@elsewhere.test".to_owned()];
    let list = json!({"address": at("invoices"), "description": "What is to be paid", "recipients": to});
    made("list", &post("mail/lists", list).await?);
    post("mail/aliases", json!({"address": at("bills"), "target": at("invoices")})).await?;
    let shared = json!({"address": at("support"), "name": "Support", "readers": [at("bo.e"), at("lone")]});
    made("shared", &post("mail/shared", shared).await?);
    Ok(ids)
}

/// Ids by what pages call them.
pub type Ids = BTreeMap<&'static str, String>;

/// Makes two people with mailboxes, the one with mail and a second factor.
async fn people(product: &Product, api: &Url, token: &str) -> Result<()> {
    let (mut client, all) = (Client::new(), api.join("/api/tenants/acme/users")?);
    for (name, email) in [("Mette Hvid", "mette@acme.test"), ("Nils Skov", "nils@acme.test")] {
        client.json_as("POST", &all, token, &json!({"name": name, "email": email})).await?;
    }
    let deliver = Url::parse(product.simulator("stalwart")?)?.join("/_sim/deliver")?;
    let mail = json!({"from": "someone@elsewhere.test", "to": ["mette@acme-widgets.test"]});
    client.json("POST", &deliver, &mail).await?;
    let inventory = Url::parse(product.simulator("authentik")?)?.join("/_sim/inventory")?;
    let known = client.get(&inventory).await?.success()?.json()?;
    let named = |one: &&Value| one["username"] == "mette@acme.test";
    let Some(user) = known["users"].as_array().into_iter().flatten().find(named) else {
        bail!("the identity provider does not have who was just made");
    };
    put(product, "authentik", "devices/totp/1", &json!({"user": user["id"], "confirmed": true})).await
}

/// Claims a domain, and gives another two SPF records and no record for reports.
async fn domains(product: &Product, api: &Url, token: &str) -> Result<()> {
    let mut client = Client::new();
    let all = api.join("/api/tenants/acme/domains")?;
    client.json_as("POST", &all, token, &json!({"name": "new-brand.test"})).await?;
    let own = api.join("/api/tenants/acme/domains/acme-widgets.test")?;
    for _ in 0..TRIES {
        if client.get_as(&own, token).await?.success()?.json()?["state"] == "verified" {
            break;
        }
        tokio::time::sleep(BETWEEN_TRIES).await;
    }
    let inventory = Url::parse(product.simulator("dns")?)?.join("/_sim/inventory")?;
    let zones = client.get(&inventory).await?.success()?.json()?;
    let zone = zones["zones"].as_array().into_iter().flatten().find(|zone| zone["id"] == "acme-widgets.test");
    let mut records = zone.and_then(|zone| zone["records"].as_array().cloned()).unwrap_or_default();
    records.retain(|record| record["name"] != "_smtp._tls.acme-widgets.test");
    let second = "\"v=spf1 include:_spf.example.test ~all\"";
    records.push(json!({"name": "acme-widgets.test", "type": "TXT", "ttl": 5, "data": second}));
    put(product, "dns", "zones/acme-widgets.test", &json!({"records": records})).await?;
    let recheck = api.join("/api/tenants/acme/domains/acme-widgets.test/recheck")?;
    client.act_as("POST", &recheck, token).await?;
    refused_removal(product, &own, token).await
}

/// Has the removal of a domain refused, because a mailbox uses it; its page goes on saying so.
async fn refused_removal(product: &Product, domain: &Url, token: &str) -> Result<()> {
    let mut client = Client::new();
    let inventory = Url::parse(product.simulator("stalwart")?)?.join("/_sim/inventory")?;
    let known = client.get(&inventory).await?.success()?.json()?;
    let named = |one: &&Value| one["name"] == "acme-widgets.test";
    let Some(id) = known["domains"].as_array().into_iter().flatten().find(named).map(|one| &one["id"]) else {
        bail!("the mail server does not have the customer's domain");
    };
    put(product, "stalwart", "accounts/zy", &json!({"name": "anna", "domainId": id})).await?;
    if client.act_as("DELETE", domain, token).await.is_ok() {
        bail!("a domain that is in use was removed");
    }
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
