//! What is shown of flags, and whom they reach.

use std::collections::{BTreeMap, BTreeSet};

use access::{Granted, ManageFlags, people};
use audit::{AuditFilter, Chain, Record};
use kernel::cursor::Page;
use kernel::{Cursor, FieldError, Message, Needle, UserId};

use crate::error::Error;
use crate::evaluate::Compiled;
use crate::input::Sent;
use crate::model::{Change, Flag, FlagId, Key, Rule};
use crate::service::Flags;
use crate::store::{self, Named, Reached};

/// The most records of a flag's history that its page shows.
pub const MOST_HISTORY: u64 = 50;

/// A flag with who changed it last.
#[derive(Debug, Clone)]
pub struct Summary {
    /// The flag.
    pub flag: Flag,
    /// Their name; none of whoever is gone.
    pub changed_by: Option<String>,
}

/// A flag with those that it names.
#[derive(Debug, Clone)]
pub struct Details {
    /// The flag, and who changed it last.
    pub summary: Summary,
    /// The slugs of its tenants, in order.
    pub tenants: Vec<String>,
    /// The slugs of its partners, in order.
    pub partners: Vec<String>,
}

impl Flags {
    async fn summaries(&self, flags: Vec<Flag>) -> Result<Vec<Summary>, Error> {
        let ids: BTreeSet<UserId> = flags.iter().filter_map(|flag| flag.updated_by.parse().ok()).collect();
        let ids: Vec<UserId> = ids.into_iter().collect();
        let people = people::by_ids(self.platform.db.read(), &ids).await?;
        let names: BTreeMap<String, String> =
            people.into_iter().map(|person| (person.id.to_string(), person.name)).collect();
        let summary = |flag: Flag| Summary { changed_by: names.get(&flag.updated_by).cloned(), flag };
        Ok(flags.into_iter().map(summary).collect())
    }

    /// A page of flags, by key.
    pub async fn page(
        &self,
        _: &Granted<ManageFlags>,
        q: Option<&Needle>,
        after: Option<&Cursor>,
        limit: u64,
    ) -> Result<Page<Summary>, Error> {
        let Page { items, next } = store::page(self.platform.db.read(), q, after, limit).await?;
        Ok(Page { items: self.summaries(items).await?, next })
    }

    /// The flags that somebody looks for in the palette.
    pub async fn found(
        &self,
        _: &Granted<ManageFlags>,
        needle: &Needle,
        most: u64,
    ) -> Result<Vec<Flag>, Error> {
        Ok(store::found(self.platform.db.read(), needle, most).await?)
    }

    /// One flag.
    pub async fn details(&self, _: &Granted<ManageFlags>, key: &Key) -> Result<Details, Error> {
        let flag = store::by_key(self.platform.db.read(), key).await?.ok_or(Error::NotFound)?;
        self.details_of(flag).await
    }

    /// The same of a flag that was read.
    pub async fn details_of(&self, flag: Flag) -> Result<Details, Error> {
        let on = self.platform.db.read();
        let tenants: Vec<_> = flag.rule.tenants.iter().copied().collect();
        let partners: Vec<_> = flag.rule.partners.iter().copied().collect();
        let mut tenants = slugs(store::tenants_of(on, &tenants).await?);
        let partners = slugs(store::partners_of(on, &partners).await?);
        // They were read in several pieces.
        tenants.sort();
        let changed_by = match flag.updated_by.parse() {
            Ok(id) => people::by_ids(on, &[id]).await?.pop().map(|person| person.name),
            Err(_) => None,
        };
        Ok(Details { summary: Summary { flag, changed_by }, tenants, partners })
    }

    /// What was done to a flag, the latest first: its records in the log.
    pub async fn history(
        &self,
        _: &Granted<ManageFlags>,
        flag: FlagId,
        after: Option<&Cursor>,
        limit: u64,
    ) -> Result<Page<Record>, Error> {
        let filter = AuditFilter { q: Some(flag.to_string()), ..AuditFilter::default() };
        Ok(audit::page(self.platform.db.read(), Some(Chain::Platform), &filter, after, limit).await?)
    }

    /// How many tenants a rule of a flag reaches while it is on.
    pub async fn reached(&self, _: &Granted<ManageFlags>, key: &Key, rule: &Rule) -> Result<Reached, Error> {
        // Which flag it is plays no part.
        let compiled = Compiled::of_rule(FlagId::new(&self.platform.clock), key, rule);
        Ok(store::reached(self.platform.db.read(), &compiled, rule).await?)
    }

    /// What was sent, with the ids of those that it names.
    pub async fn change_of(&self, sent: Sent) -> Result<Change, Error> {
        let on = self.platform.db.read();
        let mut wrong = Vec::new();
        let mut tenants = None;
        if let Some(slugs) = sent.tenants {
            let known = store::tenants_by_slugs(on, &slugs).await?;
            wrong.extend(unknown("tenants", "flag-tenant-unknown", &slugs, &known));
            tenants = Some(known.into_iter().map(|(id, _)| id).collect());
        }
        let mut partners = None;
        if let Some(slugs) = sent.partners {
            let known = store::partners_by_slugs(on, &slugs).await?;
            wrong.extend(unknown("partners", "flag-partner-unknown", &slugs, &known));
            partners = Some(known.into_iter().map(|(id, _)| id).collect());
        }
        if !wrong.is_empty() {
            return Err(Error::Invalid(wrong));
        }
        Ok(Change {
            description: sent.description,
            kind: sent.kind,
            share: sent.share,
            tenants,
            partners,
            plans: sent.plans,
            starts_at: sent.starts_at,
            ends_at: sent.ends_at,
        })
    }
}

fn slugs<Id>(named: Vec<Named<Id>>) -> Vec<String> {
    named.into_iter().map(|(_, slug)| slug).collect()
}

/// The first of the slugs that nobody has.
fn unknown<Id>(field: &str, text: &'static str, slugs: &[String], known: &[Named<Id>]) -> Option<FieldError> {
    let known: BTreeSet<&str> = known.iter().map(|(_, slug)| slug.as_str()).collect();
    let first = slugs.iter().find(|slug| !known.contains(slug.as_str()))?;
    // It is anybody's text, and may be a long one.
    let first: String = first.chars().take(60).collect();
    Some(FieldError::new(field, "unknown", Message::new(text).with("slug", first)))
}
