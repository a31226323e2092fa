//! Demo data for the sandbox, made by the same actions as real data, and only what is not there yet.

use audit::Context;
use kernel::{FieldError, Message};
use tenants::BillingInfo;

use crate::error::Error;
use crate::model::{ContactInfo, Margin, NewPartner};
use crate::service::Partners;
use crate::store;

/// Slug, name, domain, margin in hundredths of a per cent, contact and country.
type Row = (&'static str, &'static str, &'static str, i64, (&'static str, &'static str), &'static str);

const PARTNERS: [Row; 2] = [
    ("nordit", "NordIT A/S", "nordit.test", 1800, ("Frida Nord", "frida@nordit.test"), "DK"),
    ("alpenwerk", "Alpenwerk GmbH", "alpenwerk.test", 2250, ("Petra Alpen", "petra@alpenwerk.test"), "AT"),
];

impl Partners {
    /// Makes the partners that the demo lacks.
    pub async fn fill_demo(&self) -> Result<(), Error> {
        let context = Context::system("demo", &self.platform.clock);
        for (slug, name, domain, margin, (contact, email), country) in PARTNERS {
            if store::by_slug(self.platform.db.read(), slug).await?.is_some() {
                continue;
            }
            let bad = |what: &str| {
                Error::Invalid(vec![FieldError::new(slug, "demo", Message::Quoted(what.to_owned()))])
            };
            let new = NewPartner {
                slug: slug.parse().map_err(|_| bad("slug"))?,
                name: name.to_owned(),
                domain: Some(domain.parse().map_err(|_| bad("domain"))?),
                margin: Margin::of_basis_points(margin).ok_or_else(|| bad("margin"))?,
                contact: ContactInfo {
                    name: Some(contact.to_owned()),
                    email: Some(email.to_owned()),
                    phone: None,
                },
                billing: BillingInfo {
                    company: Some(name.to_owned()),
                    country: Some(country.to_owned()),
                    ..BillingInfo::default()
                },
            };
            self.insert(&context, new).await?;
        }
        Ok(())
    }
}
