//! Demo data for the sandbox, made by the same actions as real data, and only what is not there yet.

use access::{TenantRole, people, roles};
use audit::{Chain, Context, Entry};
use kernel::{FieldError, Message, PartnerId, UserId};
use serde_json::json;

use crate::actions::target;
use crate::error::Error;
use crate::model::{BillingInfo, NewTenant, Plan};
use crate::recorded::Action;
use crate::service::Tenants;
use crate::store;

/// How much demo data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// A dozen tenants.
    Small,
    /// The small demo and 500 tenants more.
    Large,
}

/// A person of the demo, who has an account already, and their roles as words: `tenant:<slug>:<role>`. Other words are
/// passed over.
#[derive(Debug, Clone)]
pub struct Person {
    pub id: UserId,
    pub roles: Vec<String>,
}

/// Slug, name, industry, plan, seats, domain, partner.
type Row = (&'static str, &'static str, &'static str, Plan, i64, Option<&'static str>, Option<&'static str>);

const TENANTS: [Row; 12] = [
    (
        "acme",
        "Acme Widgets ApS",
        "Manufacturing",
        Plan::Business,
        42,
        Some("acme-widgets.test"),
        Some("nordit"),
    ),
    ("fjord", "Fjord & Fjeld Rejser", "Travel", Plan::Business, 18, Some("fjordrejser.test"), Some("nordit")),
    ("nordlys", "Nordlys A/S", "Energy", Plan::Enterprise, 120, Some("nordlys.test"), Some("nordit")),
    (
        "koerelaererne",
        "Kørelærerne I/S",
        "Education",
        Plan::Starter,
        9,
        Some("kørelærerne.test"),
        Some("nordit"),
    ),
    (
        "jysk-elektro",
        "Jysk Elektro- og Køleteknik Montage ApS",
        "Construction",
        Plan::Business,
        38,
        Some("jysk-elektro.test"),
        Some("nordit"),
    ),
    (
        "alpenblick",
        "Alpenblick Hotelbetriebe GmbH",
        "Hospitality",
        Plan::Business,
        64,
        Some("alpenblick.test"),
        Some("alpenwerk"),
    ),
    (
        "muehlbauer",
        "Mühlbauer Präzisionswerkzeuge",
        "Manufacturing",
        Plan::Enterprise,
        210,
        Some("mühlbauer.test"),
        Some("alpenwerk"),
    ),
    ("kaffehuset", "Kaffehuset ☕", "Retail", Plan::Starter, 6, None, Some("nordit")),
    ("skovbo", "Skovbo Tandlæger", "Health", Plan::Business, 14, Some("skovbo.test"), None),
    ("havn", "Havnens Revision", "Accounting", Plan::Business, 25, Some("havnens-revision.test"), None),
    ("lindqvist", "Lindqvist Arkitektur AB", "Architecture", Plan::Starter, 11, Some("lindqvist.test"), None),
    ("testlab", "日本テスト研究所", "Research", Plan::Starter, 3, None, None),
];

const LARGE: usize = 500;

impl Tenants {
    /// Makes what the demo lacks.
    pub async fn fill_demo(&self, size: Size, people: &[Person]) -> Result<(), Error> {
        let context = Context::system("demo", &self.platform.clock);
        let partners = store::partners(self.platform.db.read()).await?;
        for row in TENANTS {
            let partner = partners.iter().find(|partner| Some(partner.slug.as_str()) == row.6);
            self.demo_tenant(&context, row, partner.map(|partner| partner.id)).await?;
        }
        if size == Size::Large {
            for n in 1..=LARGE {
                self.demo_numbered(&context, n).await?;
            }
        }
        for person in people {
            self.demo_roles(&context, person).await?;
        }
        Ok(())
    }

    async fn demo_tenant(
        &self,
        context: &Context,
        row: Row,
        partner: Option<PartnerId>,
    ) -> Result<(), Error> {
        let (slug, name, industry, plan, seats, domain, _) = row;
        let bad = |what: &str| {
            Error::Invalid(vec![FieldError::new(slug, "demo", Message::Quoted(what.to_owned()))])
        };
        let primary_domain = domain.map(str::parse).transpose().map_err(|_| bad("domain"))?;
        let new = NewTenant {
            slug: slug.parse().map_err(|_| bad("slug"))?,
            name: name.to_owned(),
            industry: Some(industry.to_owned()),
            plan,
            seats,
            partner,
            primary_domain,
            billing_info: BillingInfo { company: Some(name.to_owned()), ..BillingInfo::default() },
            owner: None,
        };
        self.demo_insert(context, new).await
    }

    async fn demo_numbered(&self, context: &Context, n: usize) -> Result<(), Error> {
        let bad = |what: &str| {
            Error::Invalid(vec![FieldError::new("demo", "demo", Message::Quoted(what.to_owned()))])
        };
        let new = NewTenant {
            slug: format!("kunde-{n:04}").parse().map_err(|_| bad("slug"))?,
            name: format!("Kunde {n:04} ApS"),
            industry: None,
            plan: Plan::ALL[n % Plan::ALL.len()],
            seats: i64::try_from(n % 90 + 3).unwrap_or(3),
            partner: None,
            primary_domain: Some(format!("kunde-{n:04}.test").parse().map_err(|_| bad("domain"))?),
            billing_info: BillingInfo::default(),
            owner: None,
        };
        self.demo_insert(context, new).await
    }

    async fn demo_insert(&self, context: &Context, new: NewTenant) -> Result<(), Error> {
        if store::by_slug(self.platform.db.read(), &new.slug).await?.is_some() {
            return Ok(());
        }
        self.insert(context, new, false).await.map(|_| ())
    }

    async fn demo_roles(&self, context: &Context, person: &Person) -> Result<(), Error> {
        let (db, clock) = (&self.platform.db, &self.platform.clock);
        for word in &person.roles {
            let parts: Vec<&str> = word.split(':').collect();
            let tx = db.begin().await?;
            let ["tenant", slug, role] = parts.as_slice() else { continue };
            let Ok(slug) = slug.parse() else { continue };
            let (Some(tenant), Some(role)) = (store::by_slug(&*tx, &slug).await?, TenantRole::parse(role))
            else {
                continue;
            };
            if roles::of_tenant(&*tx, tenant.id).await?.contains(&(person.id, role)) {
                continue;
            }
            people::made_by_sandbox(&tx, tenant.id, person.id).await?;
            roles::set_tenant_role(&tx, clock, tenant.id, person.id, role).await?;
            let entry = Entry::done(Action::RoleGrant, target(&tenant))
                .after(json!({"user": person.id, "role": word}));
            audit::commit(tx, context, Chain::Tenant(tenant.id), entry).await?;
        }
        Ok(())
    }
}
