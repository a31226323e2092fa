//! What is shown of partners.

use access::{Granted, ManagePartner, ManagePartners, PartnerRef, PartnerStatus, Permission, roles};
use kernel::cursor::Page;
use kernel::{Cursor, Needle};
use tenants::{Details, TenantFilter, counts_of_partners};

use crate::error::Error;
use crate::model::Partner;
use crate::service::Partners;
use crate::store;

/// The most customers that are listed to choose from.
pub const MOST_LISTED: u64 = 500;

/// What to look for in the list of partners.
#[derive(Debug, Clone, Default)]
pub struct PartnerFilter {
    /// Part of name, slug or domain.
    pub q: Option<String>,
    pub status: Option<PartnerStatus>,
}

/// A partner with what belongs to it.
#[derive(Debug, Clone)]
pub struct Summary {
    pub partner: Partner,
    /// How many customers it has that did not end.
    pub customers: i64,
}

/// A partner with all that ends with it.
#[derive(Debug, Clone)]
pub struct Whole {
    pub partner: Partner,
    /// How many customers it has that did not end.
    pub customers: i64,
    /// How many people are of its staff.
    pub staff: usize,
}

impl Partners {
    /// A page of the partners, by name.
    pub async fn page(
        &self,
        _: &Granted<ManagePartners>,
        filter: &PartnerFilter,
        after: Option<&Cursor>,
        limit: u64,
    ) -> Result<Page<Summary>, Error> {
        let db = self.platform.db.read();
        let page = store::page(db, filter, after, limit).await?;
        let ids: Vec<_> = page.items.iter().map(|partner| partner.id).collect();
        let counts = counts_of_partners(db, &ids).await?;
        let customers = |partner: &Partner| counts.get(&partner.id.to_string()).copied().unwrap_or(0);
        Ok(page.map(|partner| Summary { customers: customers(&partner), partner }))
    }

    /// Those that a needle finds.
    pub async fn found(
        &self,
        _: &Granted<ManagePartners>,
        needle: &Needle,
        most: u64,
    ) -> Result<Vec<Partner>, Error> {
        Ok(store::found(self.platform.db.read(), needle, most).await?)
    }

    /// A partner that was made a moment ago by whoever asks.
    pub async fn fresh(&self, _: &Granted<ManagePartners>, partner: Partner) -> Result<Summary, Error> {
        let counts = counts_of_partners(self.platform.db.read(), &[partner.id]).await?;
        Ok(Summary { customers: counts.get(&partner.id.to_string()).copied().unwrap_or(0), partner })
    }

    /// The partner of a proof.
    pub async fn details<P: Permission<Scope = PartnerRef>>(
        &self,
        by: &Granted<P>,
    ) -> Result<Summary, Error> {
        let db = self.platform.db.read();
        let not_found = || access::Error::from(access::Denial::NotFound);
        let partner = store::by_id(db, by.partner()).await?.ok_or_else(not_found)?;
        let counts = counts_of_partners(db, &[partner.id]).await?;
        Ok(Summary { customers: counts.get(&partner.id.to_string()).copied().unwrap_or(0), partner })
    }

    /// The partner of a proof, with how many people work for it.
    pub async fn whole(&self, by: &Granted<ManagePartner>) -> Result<Whole, Error> {
        let Summary { partner, customers } = self.details(by).await?;
        let staff = roles::staff(self.platform.db.read(), partner.id).await?.len();
        Ok(Whole { partner, customers, staff })
    }

    /// A page of the customers that the caller reaches.
    pub async fn customers<P: Permission<Scope = PartnerRef>>(
        &self,
        by: &Granted<P>,
        filter: &TenantFilter,
        after: Option<&Cursor>,
        limit: u64,
    ) -> Result<Page<Details>, Error> {
        Ok(self.tenants.of_partner(by, filter, after, limit).await?)
    }

    /// The customers to choose from, by name: those that did not end.
    pub async fn choices(&self, by: &Granted<ManagePartner>) -> Result<Vec<Details>, Error> {
        let live = TenantFilter { live: true, ..TenantFilter::default() };
        Ok(self.customers(by, &live, None, MOST_LISTED).await?.items)
    }
}
