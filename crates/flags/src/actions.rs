//! What can be done with a flag. Each action is one transaction: the number of the change, the rows, the audit record.

use std::collections::BTreeSet;

use access::{Granted, ManageFlags};
use audit::{Chain, Entry, Target};
use db::Tx;
use kernel::Expected;
use serde_json::{Value, json};

use crate::error::Error;
use crate::model::{Change, Flag, FlagId, Key, MOST_FLAGS, Rule};
use crate::recorded::Action;
use crate::service::Flags;
use crate::store;

/// Of those who are named anew or no longer, so many are told in the log.
const MOST_TOLD: usize = 100;

fn target(flag: &Flag) -> Target {
    Target::thing("flag", &flag.id, &flag.key)
}

/// What the log says of a flag; of those that it names, how many, and which of them it didn't name at `other`.
fn audited(flag: &Flag, other: Option<&Rule>) -> Value {
    let rule = &flag.rule;
    let nobody = Rule::default();
    let other = other.unwrap_or(&nobody);
    json!({
        "key": flag.key, "description": flag.description, "kind": rule.kind.as_str(),
        "shareBasisPoints": rule.share, "startsAt": rule.starts_at, "endsAt": rule.ends_at,
        "killed": flag.killed_at.is_some(), "tenantCount": rule.tenants.len(),
        "partnerCount": rule.partners.len(), "tenants": only_here(&rule.tenants, &other.tenants),
        "partners": only_here(&rule.partners, &other.partners),
        "plans": rule.plans.iter().map(|plan| plan.as_str()).collect::<Vec<_>>(),
    })
}

fn only_here<Id: Ord + ToString>(here: &BTreeSet<Id>, there: &BTreeSet<Id>) -> Vec<String> {
    here.difference(there).take(MOST_TOLD).map(ToString::to_string).collect()
}

impl Change {
    /// The rule as it is after the change, if it is one that may be: what is saved, and what a preview counts.
    pub fn checked(&self, before: &Rule) -> Result<Rule, Error> {
        let rule = self.rule(before);
        rule.check().map_err(|wrong| Error::Invalid(vec![wrong]))?;
        Ok(rule)
    }
}

impl Flags {
    /// Creates a flag.
    pub async fn create(&self, by: &Granted<ManageFlags>, key: Key, change: &Change) -> Result<Flag, Error> {
        let clock = &self.platform.clock;
        let rule = change.checked(&Rule::default())?;
        let tx = self.platform.db.begin().await?;
        let number = store::next_change(&tx).await?;
        if store::count(&*tx).await? >= MOST_FLAGS {
            return Err(Error::TooMany);
        }
        if store::by_key(&*tx, &key).await?.is_some() {
            return Err(Error::KeyTaken(key.to_string()));
        }
        let now = clock.now();
        let flag = Flag {
            id: FlagId::new(clock),
            key,
            description: change.description.clone().flatten(),
            rule,
            killed_at: None,
            version: 1,
            created_at: now,
            updated_at: now,
            updated_by: by.context().actor.id(),
        };
        store::insert(&tx, &flag, number).await?;
        let entry = Entry::done(Action::FlagCreate, target(&flag)).after(audited(&flag, None));
        self.commit(tx, by, entry).await?;
        Ok(flag)
    }

    /// Changes a flag. `expected` is the version that the caller read, if they said.
    pub async fn update(
        &self,
        by: &Granted<ManageFlags>,
        key: &Key,
        change: &Change,
        expected: impl Into<Expected>,
    ) -> Result<Flag, Error> {
        let tx = self.platform.db.begin().await?;
        let number = store::next_change(&tx).await?;
        let before = store::by_key(&*tx, key).await?.ok_or(Error::NotFound)?;
        if !expected.into().fits(before.version) {
            return Err(Error::Stale);
        }
        let rule = change.checked(&before.rule)?;
        let description = change.description.clone().unwrap_or_else(|| before.description.clone());
        let after = Flag { description, rule, ..before.clone() };
        self.write(tx, by, (Action::FlagUpdate, number), &before, after).await
    }

    /// Stops a flag, whatever its rule says and whoever changed it meanwhile.
    pub async fn kill(&self, by: &Granted<ManageFlags>, key: &Key) -> Result<Flag, Error> {
        let now = self.platform.clock.now();
        let stop = |flag: &Flag| Flag { killed_at: flag.killed_at.or(Some(now)), ..flag.clone() };
        self.switch(by, key, Action::FlagKill, stop).await
    }

    /// Lets a stopped flag follow its rule again.
    pub async fn revive(&self, by: &Granted<ManageFlags>, key: &Key) -> Result<Flag, Error> {
        let go_on = |flag: &Flag| Flag { killed_at: None, ..flag.clone() };
        self.switch(by, key, Action::FlagRevive, go_on).await
    }

    /// Removes a flag: whoever asks for it is told that there is none.
    pub async fn remove(&self, by: &Granted<ManageFlags>, key: &Key) -> Result<(), Error> {
        let tx = self.platform.db.begin().await?;
        let number = store::next_change(&tx).await?;
        let before = store::by_key(&*tx, key).await?.ok_or(Error::NotFound)?;
        store::remove(&tx, &before, number, self.platform.clock.now()).await?;
        let entry = Entry::done(Action::FlagRemove, target(&before)).before(audited(&before, None));
        self.commit(tx, by, entry).await
    }

    async fn switch(
        &self,
        by: &Granted<ManageFlags>,
        key: &Key,
        action: Action,
        change: impl FnOnce(&Flag) -> Flag,
    ) -> Result<Flag, Error> {
        let tx = self.platform.db.begin().await?;
        let number = store::next_change(&tx).await?;
        let before = store::by_key(&*tx, key).await?.ok_or(Error::NotFound)?;
        let after = change(&before);
        self.write(tx, by, (action, number), &before, after).await
    }

    /// Writes a change and its record. One that changes nothing leaves all as it is.
    async fn write(
        &self,
        tx: Tx,
        by: &Granted<ManageFlags>,
        (action, number): (Action, i64),
        before: &Flag,
        after: Flag,
    ) -> Result<Flag, Error> {
        if after == *before {
            return Ok(after);
        }
        let after = Flag {
            version: before.version + 1,
            updated_at: self.platform.clock.now(),
            updated_by: by.context().actor.id(),
            ..after
        };
        store::update(&tx, before, &after, number).await?;
        let entry = Entry::done(action, target(&after))
            .before(audited(before, Some(&after.rule)))
            .after(audited(&after, Some(&before.rule)));
        self.commit(tx, by, entry).await?;
        Ok(after)
    }

    /// What was changed here is known here at once, and on other instances within two seconds.
    async fn commit(&self, tx: Tx, by: &Granted<ManageFlags>, entry: Entry) -> Result<(), Error> {
        audit::commit(tx, by.context(), Chain::Platform, entry).await?;
        self.watched.forget();
        Ok(())
    }
}
