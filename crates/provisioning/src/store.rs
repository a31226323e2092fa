//! Every query on the settings of mail domains.

use db::{Error, Tx};
use kernel::{DomainName, TenantId};
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, IntoActiveModel};

use crate::desired::MailSettings;
use crate::tables::mail_settings as settings;

/// How a tenant's mail domain treats addresses that nobody has.
pub async fn mail_settings(
    on: &impl ConnectionTrait,
    tenant: TenantId,
    domain: &DomainName,
) -> Result<MailSettings, Error> {
    let key = (tenant.to_string(), domain.ascii().to_owned());
    let row = settings::Entity::find_by_id(key).one(on).await?;
    Ok(row.map_or_else(MailSettings::default, |row| MailSettings {
        catch_all: row.catch_all,
        plus_addresses: row.plus_addresses,
    }))
}

/// Writes them. What that needs upstream is for the caller to want.
pub async fn set_mail_settings(
    tx: &Tx,
    tenant: TenantId,
    domain: &DomainName,
    new: &MailSettings,
) -> Result<(), Error> {
    forget_mail_settings(tx, tenant, domain).await?;
    if *new == MailSettings::default() {
        return Ok(());
    }
    let row = settings::Model {
        tenant_id: tenant.to_string(),
        domain: domain.ascii().to_owned(),
        catch_all: new.catch_all.clone(),
        plus_addresses: new.plus_addresses,
    };
    row.into_active_model().insert(&**tx).await?;
    Ok(())
}

/// Forgets those of a domain that is the tenant's no more.
pub async fn forget_mail_settings(tx: &Tx, tenant: TenantId, domain: &DomainName) -> Result<(), Error> {
    settings::Entity::delete_by_id((tenant.to_string(), domain.ascii().to_owned())).exec(&**tx).await?;
    Ok(())
}
