//! Demo data: partners, tenants and the roles of the sandbox's people.

use std::time::Duration;

use db::Db;
use domains::Challenge;
use kernel::dns::Record;
use partner_staff::PartnerStaff;
use partners::Partners;
use serde_json::{Value, json};
use simulator::{State, Store};
use tenants::Tenants;
use tenants::demo::{Person, Size};
use upstream_dns::sim::World;

use super::Demo;

/// A person of the sandbox with an account, and the roles that they get, as words of the announcement.
#[derive(Debug, Clone)]
pub struct DemoPerson {
    /// The account.
    pub person: access::Person,
    /// The roles.
    pub roles: &'static [&'static str],
}

/// Fills an empty platform with demo data; what is there already stays as it is.
pub async fn fill(
    tenants: &Tenants,
    partners: &Partners,
    staff: &PartnerStaff,
    size: Demo,
    people: &[DemoPerson],
) -> anyhow::Result<()> {
    let size = match size {
        Demo::None => return Ok(()),
        Demo::Small => Size::Small,
        Demo::Large => Size::Large,
    };
    let roles = |person: &DemoPerson| person.roles.iter().map(|role| (*role).to_owned()).collect();
    let people: Vec<Person> =
        people.iter().map(|person| Person { id: person.person.id, roles: roles(person) }).collect();
    partners.fill_demo().await?;
    tenants.fill_demo(size, &people).await?;
    for person in &people {
        staff.fill_demo(person.id, &person.roles).await?;
    }
    Ok(())
}

/// The key with which the demo's zones may be changed, for everybody to try: its name and its secret.
const ZONE_KEY: (&str, &str) = ("sandbox", "c2FuZGJveC1zYW5kYm94LXNhbmRib3g=");

/// How often it is looked whether the mail server has made the keys of the demo's domains, and how many times.
const LOOK: Duration = Duration::from_millis(500);
const LOOKS: usize = 120;

/// Publishes the records of the demo's domains, each as soon as they are known. A zone that is there already is left
/// alone.
pub async fn publish(db: Db, challenge: Challenge, dns: Store<World>) {
    for _ in 0..LOOKS {
        match domains::demo::zones(&db, &challenge).await {
            Ok(zones) => {
                for (name, records) in &zones {
                    publish_zone(&dns, name.ascii(), records);
                }
            }
            Err(error) => tracing::warn!(%error, "the records of the demo are not known"),
        }
        tokio::time::sleep(LOOK).await;
    }
}

fn publish_zone(dns: &Store<World>, name: &str, records: &[Record]) {
    let zones = dns.read(State::inventory)["zones"].take();
    if zones.as_array().into_iter().flatten().any(|zone| zone["id"] == name) {
        return;
    }
    // The text of a record as a zone file has it, without its name, TTL, class and type.
    let data = |record: &Record| {
        let line = mail_dns::zone::write(std::slice::from_ref(record));
        let kind = format!(" IN {} ", record.data.kind());
        line.split_once(&kind).map(|(_, data)| data.replace(['(', ')', '\n'], " ").trim().to_owned())
    };
    let shown = |record: &Record| {
        Some(json!({
            "name": record.name.as_str(), "type": record.data.kind().as_str(), "ttl": record.ttl,
            "data": data(record)?,
        }))
    };
    let records: Vec<Value> = records.iter().filter_map(shown).collect();
    let (key, secret) = ZONE_KEY;
    let key = json!({"name": key, "algorithm": "hmac-sha256", "secret": secret});
    let zone = json!({"records": records, "keys": [key]});
    if let Err(why) = dns.write(|world| world.put("zones", name, &zone)) {
        tracing::warn!(name, why, "a zone of the demo was not published");
    }
}
