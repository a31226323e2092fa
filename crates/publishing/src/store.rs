//! Which records of a domain were published from here.

use db::{Error, Tx};
use domains::Domain;
use kernel::dns::{Change, Name, Record};
use kernel::{Clock, DomainId, PublishedId, TenantId};
use mail_dns::publish::says_the_same;
use mail_dns::zone;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
};

use crate::tables::published;

/// A record that was published.
pub struct Noted {
    id: String,
    pub record: Record,
}

fn of(tenant: TenantId, domain: DomainId) -> Condition {
    Condition::all()
        .add(published::Column::TenantId.eq(tenant.to_string()))
        .add(published::Column::DomainId.eq(domain.to_string()))
}

/// All that were published.
pub async fn all(on: &impl ConnectionTrait, domain: &Domain) -> Result<Vec<Noted>, Error> {
    let rows = published::Entity::find().filter(of(domain.tenant, domain.id)).all(on).await?;
    let read = |row: published::Model| {
        let damaged = || Error::damaged("domain_published", row.id.clone());
        let zone = zone::parse(&row.record, &Name::root()).map_err(|_| damaged())?;
        let record = zone.records.into_iter().next().ok_or_else(damaged)?;
        Ok(Noted { id: row.id, record })
    };
    rows.into_iter().map(read).collect()
}

/// Notes what is about to be published; gives the ids of what was not noted yet.
pub async fn note(tx: &Tx, clock: &Clock, domain: &Domain, changes: &[Change]) -> Result<Vec<String>, Error> {
    let known = all(&**tx, domain).await?;
    let is_known = |record: &Record| {
        let same = |noted: &Noted| {
            noted.record.name == record.name && says_the_same(&noted.record.data, &record.data)
        };
        known.iter().any(same)
    };
    let mut ids = Vec::new();
    for record in changes.iter().flat_map(|change| &change.add).filter(|record| !is_known(record)) {
        let row = published::Model {
            id: PublishedId::new(clock).to_string(),
            tenant_id: domain.tenant.to_string(),
            domain_id: domain.id.to_string(),
            record: zone::write(std::slice::from_ref(record)),
            at: clock.now().micros(),
        };
        ids.push(row.id.clone());
        row.into_active_model().insert(&**tx).await?;
    }
    Ok(ids)
}

/// Forgets what was noted and not published after all.
pub async fn take_back(tx: &Tx, domain: &Domain, ids: &[String]) -> Result<(), Error> {
    let noted = of(domain.tenant, domain.id).add(published::Column::Id.is_in(ids));
    published::Entity::delete_many().filter(noted).exec(&**tx).await?;
    Ok(())
}

/// Forgets what is no longer in the zone after these changes.
pub async fn settle(tx: &Tx, domain: &Domain, changes: &[Change]) -> Result<(), Error> {
    let is_gone = |noted: &Noted| {
        changes.iter().any(|change| {
            change.name == noted.record.name
                && change.remove.iter().any(|data| says_the_same(data, &noted.record.data))
        })
    };
    let gone = all(&**tx, domain).await?.into_iter().filter(is_gone).map(|noted| noted.id);
    take_back(tx, domain, &gone.collect::<Vec<_>>()).await
}

/// Forgets all of a domain that goes.
pub async fn forget_all(tx: &Tx, tenant: TenantId, domain: DomainId) -> Result<(), Error> {
    published::Entity::delete_many().filter(of(tenant, domain)).exec(&**tx).await?;
    Ok(())
}
