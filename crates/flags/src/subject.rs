//! For which tenant a caller may ask: their own, or one that they may see. Of another they are told what they would be
//! told if it weren't there [A5].

use access::{Attempt, Denial, EvaluateFlags, Granted, TenantRef, Usage, ViewFlags, directory, may_see};
use kernel::TenantId;

use crate::error::Error;
use crate::evaluate::Subject;
use crate::service::Flags;

/// The route that a denied attempt is recorded under.
const ROUTE: &str = "flags.evaluate";

impl Flags {
    /// The tenant of a slug, if the caller may see it; without one, the workspace that they work in, if any.
    pub(crate) async fn subject(
        &self,
        by: &Granted<EvaluateFlags>,
        slug: Option<&str>,
        chosen: Option<&str>,
    ) -> Result<Option<Subject>, Error> {
        let Some(slug) = slug else {
            let own = by.actor().rights.working_in(chosen).map(|own| &own.tenant);
            return Ok(own.filter(|tenant| may_see::<ViewFlags>(by.actor(), tenant)).map(Subject::from));
        };
        // What a person has themselves is known without asking for it.
        let own = by.actor().rights.in_tenant(slug).map(|own| &own.tenant);
        match own.filter(|tenant| may_see::<ViewFlags>(by.actor(), tenant)) {
            Some(tenant) => Ok(Some(tenant.into())),
            None => self.proven(by, slug).await.map(|tenant| Some(Subject::from(&tenant))),
        }
    }

    /// The tenant of an id or a slug, if the caller may see it.
    pub(crate) async fn subject_of(&self, by: &Granted<EvaluateFlags>, key: &str) -> Result<Subject, Error> {
        let Ok(id) = key.parse::<TenantId>() else {
            let subject = self.subject(by, Some(key), None).await?;
            return subject.ok_or_else(|| access::Error::from(Denial::NotFound).into());
        };
        let own = by.actor().rights.tenants.iter().map(|own| &own.tenant).find(|tenant| tenant.id == id);
        if let Some(tenant) = own.filter(|tenant| may_see::<ViewFlags>(by.actor(), tenant)) {
            return Ok(tenant.into());
        }
        let known = directory::tenants_by_ids(self.platform.db.read(), &[id]).await?;
        // Of one that there isn't the attempt is recorded all the same, so that neither takes longer.
        let slug = known.first().map_or(key, |tenant| tenant.slug.as_str());
        Ok(Subject::from(&self.proven(by, slug).await?))
    }

    /// The tenant of a slug by the proof of the right to its flags; a denied attempt is recorded.
    async fn proven(&self, by: &Granted<EvaluateFlags>, slug: &str) -> Result<TenantRef, Error> {
        let path = vec![("slug".to_owned(), slug.to_owned())];
        let attempt = Attempt { path, usage: Usage::Read, route: ROUTE.to_owned() };
        let proof = Granted::<ViewFlags>::prove_by(&self.platform.db, by.actor(), attempt).await?;
        Ok(proof.scope().clone())
    }
}
