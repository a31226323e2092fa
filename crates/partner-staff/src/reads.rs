//! What is shown of the staff of a partner.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use ::people::{Known, Why, patience};
use access::roles::{self, Staff};
use access::staff_invitations::{self, StaffInvitation};
use access::{Customers, Granted, ManagePartner, PartnerRef, Permission, Person, directory, people};
use kernel::cursor::Page;
use kernel::{Cursor, TenantId, Timestamp};
use provisioning::GROUP;

use crate::error::Error;
use crate::service::PartnerStaff;

/// Somebody of the staff.
#[derive(Debug, Clone)]
pub struct StaffMember {
    pub person: Person,
    pub staff: Staff,
    /// The customers that they reach, where those were chosen and whoever looks reaches them too: slug and name.
    pub chosen: Vec<(String, String)>,
    pub second_factor: Known<bool>,
    pub last_sign_in_at: Option<Timestamp>,
}

impl PartnerStaff {
    /// The staff of the partner of a proof, owners first, then by name.
    pub async fn staff<P: Permission<Scope = PartnerRef>>(
        &self,
        by: &Granted<P>,
    ) -> Result<Vec<StaffMember>, Error> {
        let db = self.platform.db.read();
        let staff = roles::staff(db, by.partner()).await?;
        let ids: Vec<_> = staff.iter().map(|one| one.user).collect();
        let mut persons: HashMap<_, _> =
            people::by_ids(db, &ids).await?.into_iter().map(|person| (person.id, person)).collect();
        let last = people::last_sign_ins(db, &ids).await?;
        let chosen = self.names_of(&staff, &by.reached()).await?;
        let factors = self.factors(by, persons.values()).await?;
        let member = |staff: Staff| {
            let person = persons.remove(&staff.user)?;
            Some(StaffMember {
                second_factor: factor(&factors, &person),
                last_sign_in_at: last.get(&staff.user).copied(),
                chosen: match &staff.customers {
                    Customers::All => Vec::new(),
                    Customers::Chosen(ids) => ids.iter().filter_map(|id| chosen.get(id).cloned()).collect(),
                },
                person,
                staff,
            })
        };
        let mut all: Vec<StaffMember> = staff.into_iter().filter_map(member).collect();
        all.sort_by_cached_key(|one| (one.staff.role, kernel::name::search_key(&one.person.name)));
        Ok(all)
    }

    /// The slugs and names of the customers within reach that some of the staff were given one by one.
    async fn names_of(
        &self,
        staff: &[Staff],
        reached: &Customers,
    ) -> Result<BTreeMap<TenantId, (String, String)>, Error> {
        let chosen = staff.iter().filter_map(|one| match &one.customers {
            Customers::All => None,
            Customers::Chosen(ids) => Some(ids),
        });
        let ids: BTreeSet<TenantId> = chosen.flatten().copied().filter(|id| reached.reach(*id)).collect();
        if ids.is_empty() {
            return Ok(BTreeMap::new());
        }
        let ids: Vec<TenantId> = ids.into_iter().collect();
        let found = directory::tenants_by_ids(self.platform.db.read(), &ids).await?;
        Ok(found.into_iter().map(|tenant| (tenant.id, (tenant.slug, tenant.name))).collect())
    }

    /// Who of them has a second factor, as far as the identity provider says so in time.
    async fn factors<P: Permission<Scope = PartnerRef>>(
        &self,
        by: &Granted<P>,
        persons: impl Iterator<Item = &Person>,
    ) -> Result<Known<BTreeMap<String, Known<bool>>>, Error> {
        let accounts: BTreeSet<String> =
            persons.filter_map(|person| person.sub.as_ref().map(|sub| sub.to_lowercase())).collect();
        if accounts.is_empty() {
            return Ok(Ok(BTreeMap::new()));
        }
        let owned = reconcile::of_owner(self.platform.db.read(), &by.partner().to_string()).await?;
        let group = owned.into_iter().find(|resource| resource.kind == GROUP);
        let group = group.and_then(|group| group.upstream_id);
        Ok(self.people.second_factors(group, accounts, patience()).await)
    }

    /// One of the staff.
    pub async fn staff_member(
        &self,
        by: &Granted<ManagePartner>,
        user: kernel::UserId,
    ) -> Result<StaffMember, Error> {
        let all = self.staff(by).await?;
        all.into_iter().find(|one| one.staff.user == user).ok_or(Error::NoSuchStaff)
    }

    /// A page of the invitations to the staff, the newest first.
    pub async fn invitations(
        &self,
        by: &Granted<ManagePartner>,
        after: Option<&Cursor>,
        limit: u64,
    ) -> Result<Page<StaffInvitation>, Error> {
        Ok(staff_invitations::page(self.platform.db.read(), by.partner(), after, limit).await?)
    }

    /// The invitations that wait for an answer.
    pub async fn waiting(&self, by: &Granted<ManagePartner>) -> Result<Vec<StaffInvitation>, Error> {
        Ok(staff_invitations::all_waiting(self.platform.db.read(), by.partner(), self.now()).await?)
    }
}

fn factor(known: &Known<BTreeMap<String, Known<bool>>>, person: &Person) -> Known<bool> {
    let account = person.sub.as_ref().map(|sub| sub.to_lowercase());
    match (known, account) {
        (Err(why), _) => Err(*why),
        (Ok(_), None) => Err(Why::NoAccount),
        (Ok(known), Some(account)) => known.get(&account).copied().unwrap_or(Err(Why::Slow)),
    }
}
