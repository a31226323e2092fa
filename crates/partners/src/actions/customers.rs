//! The customers of a partner. Whose a tenant is stands in its own row, so `tenants` writes it and records it.

use access::{Granted, ManagePartner, ManageTenant, PartnerStatus};
use kernel::Slug;
use tenants::Tenant;

use crate::error::Error;
use crate::service::Partners;

impl Partners {
    /// Makes a tenant the partner's customer. One that another partner has is detached there first.
    pub async fn attach(&self, by: &Granted<ManagePartner>, slug: &Slug) -> Result<Tenant, Error> {
        let partner = self.details(by).await?.partner;
        if partner.status != PartnerStatus::Active {
            return Err(Error::WrongState { state: partner.status.as_str() });
        }
        let over = by.demand_over::<ManageTenant>(&self.platform.db, slug).await;
        let over = over.map_err(|error| match error {
            access::Error::Denied(access::Denial::NotFound) => Error::NoSuchTenant(slug.to_string()),
            error => error.into(),
        })?;
        let tenant = self.tenants.details(&over).await?.tenant;
        if let Some(other) = tenant.partner.filter(|other| *other != partner.id) {
            let partners = self.tenants.partners().await?;
            let named = partners.into_iter().find(|known| known.id == other).map(|known| known.name);
            return Err(Error::OfAnother { name: tenant.name, partner: named.unwrap_or_default() });
        }
        Ok(self.tenants.move_to_partner(&over, tenant.partner, Some(partner.id)).await?)
    }

    /// Makes a customer nobody's. Its own people and its data stay as they are.
    pub async fn detach(&self, by: &Granted<ManagePartner>, slug: &Slug) -> Result<Tenant, Error> {
        let over = by.demand_over::<ManageTenant>(&self.platform.db, slug).await;
        let over = over.map_err(|error| match error {
            access::Error::Denied(access::Denial::NotFound) => Error::NoSuchCustomer,
            error => error.into(),
        })?;
        let tenant = self.tenants.details(&over).await?.tenant;
        if tenant.partner != Some(by.partner()) {
            return Err(Error::NoSuchCustomer);
        }
        Ok(self.tenants.move_to_partner(&over, tenant.partner, None).await?)
    }
}
