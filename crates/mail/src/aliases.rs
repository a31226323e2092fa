//! Aliases: further addresses of a mailbox, a list or a shared mailbox [F1].

use access::{Granted, ManageMail};
use addresses::{AddressKind, Entry as Address};
use audit::{Chain, Entry, Target};
use kernel::EmailAddress;
use serde_json::json;

use crate::actions::{check_domain, check_loops, forget, lock, write};
use crate::error::Error;
use crate::model::{MOST_ALIASES, OwnAddress};
use crate::recorded::Action;
use crate::service::Mail;

fn target(address: &EmailAddress) -> Target {
    let name = address.to_string();
    Target::unnamed("alias", &name)
}

impl Mail {
    /// Makes an address lead to what has the other one.
    pub async fn add_alias(
        &self,
        by: &Granted<ManageMail>,
        alias: &OwnAddress,
        to: &EmailAddress,
    ) -> Result<Address, Error> {
        let (tenant, clock) = (by.tenant(), &self.platform.clock);
        let tx = self.platform.db.begin().await?;
        lock(&tx, by).await?;
        check_domain(&tx, tenant, alias).await?;
        let owner = addresses::find(&*tx, tenant, &to.to_string()).await?;
        let owner = owner.ok_or_else(|| Error::NoSuchAddress { field: "target", address: to.clone() })?;
        if owner.kind == AddressKind::Group {
            return Err(Error::OfGroup(owner.label.unwrap_or_default()));
        }
        if addresses::aliases_of(&*tx, &owner.object).await?.len() >= MOST_ALIASES {
            return Err(Error::TooManyAliases { address: to.clone(), most: MOST_ALIASES });
        }
        let address = alias.address().clone();
        addresses::claim(&tx, clock, tenant, &address, AddressKind::Alias, &owner.object).await?;
        check_loops(&tx, tenant).await?;
        write(&tx, &self.platform, by.scope(), &owner.object).await?;
        let entry = Entry::done(Action::AliasAdd, target(&address)).after(json!({"of": owner.object}));
        audit::commit(tx, by.context(), Chain::Tenant(tenant), entry).await?;
        self.settle([owner.object.clone()]).await?;
        Ok(Address { address, kind: AddressKind::Alias, object: owner.object, label: None })
    }

    /// Takes an alias away; lists that sent to it do so no more.
    pub async fn remove_alias(&self, by: &Granted<ManageMail>, alias: &EmailAddress) -> Result<(), Error> {
        let (tenant, clock) = (by.tenant(), &self.platform.clock);
        let tx = self.platform.db.begin().await?;
        lock(&tx, by).await?;
        let found = addresses::find(&*tx, tenant, &alias.to_string()).await?;
        let found = found.ok_or(Error::NoSuchAlias)?;
        if found.kind != AddressKind::Alias {
            return Err(Error::NotAlias(addresses::holder(&*tx, tenant, &found).await?));
        }
        addresses::release(&tx, tenant, alias).await?;
        forget(&tx, clock, tenant, std::slice::from_ref(alias)).await?;
        write(&tx, &self.platform, by.scope(), &found.object).await?;
        let entry = Entry::done(Action::AliasRemove, target(alias)).before(json!({"of": found.object}));
        audit::commit(tx, by.context(), Chain::Tenant(tenant), entry).await?;
        self.settle([found.object]).await
    }
}
