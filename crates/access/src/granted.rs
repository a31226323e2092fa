//! [`Granted`], the proof of a right, and its only maker.

use std::marker::PhantomData;

use audit::{Context, Target};
use db::Db;
use kernel::{Clock, PartnerId, Slug, TenantId};

use crate::actor::Actor;
use crate::denials;
use crate::directory::{self, PartnerRef, TenantRef, TenantStatus};
use crate::error::{Denial, Error};
use crate::permission::{Everyone, Holders, Permission, States, Usage};
use crate::rights::Customers;
use crate::role::{PartnerRole, Surface, TenantRole};

/// The named parts of a request's path.
pub type PathParams = Vec<(String, String)>;

/// What is asked for, and how.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// The named parts of the path.
    pub path: PathParams,
    /// Whether something may change by it.
    pub usage: Usage,
    /// Which route it came by, its names not filled in.
    pub route: String,
}

/// The proof that `P` was held when the request came. It carries who and over what, so that an action can't be
/// called for one tenant with the right to another.
#[derive(Debug, Clone)]
pub struct Granted<P: Permission> {
    actor: Actor,
    scope: P::Scope,
    attempt: Attempt,
    permission: PhantomData<P>,
}

/// What a permission can be held over.
#[async_trait::async_trait]
pub trait Scope: Clone + Send + Sync + Sized + 'static {
    /// What `holders` give this actor, over what the path names.
    async fn decide(db: &Db, actor: &Actor, holders: Holders, attempt: &Attempt) -> Result<Self, Error>;
    /// Where a denied attempt is recorded.
    fn denied_target(path: &PathParams) -> Target;
    /// The one tenant that it is held over, for logs.
    fn tenant_id(&self) -> Option<TenantId> {
        None
    }
}

/// The one judgement, when a right is proven and whenever it is looked at again.
async fn judge<P: Permission>(db: &Db, actor: &Actor, attempt: &Attempt) -> Result<P::Scope, Error> {
    if !P::HOLDERS.states.person.lists(attempt.usage, &actor.status()) {
        return Err(Denial::PasswordDue.into());
    }
    P::Scope::decide(db, actor, P::HOLDERS, attempt).await
}

impl<P: Permission> Granted<P> {
    /// Checks the right to change something. A denied attempt is recorded before the answer is given.
    pub async fn prove(db: &Db, actor: &Actor, path: &PathParams) -> Result<Self, Error> {
        let attempt = Attempt { path: path.clone(), usage: Usage::Change, route: P::NAME.to_owned() };
        Self::prove_by(db, actor, attempt).await
    }

    /// Checks the right for what a request attempts.
    pub async fn prove_by(db: &Db, actor: &Actor, attempt: Attempt) -> Result<Self, Error> {
        match judge::<P>(db, actor, &attempt).await {
            Ok(scope) => Ok(Self { actor: actor.clone(), scope, attempt, permission: PhantomData }),
            Err(Error::Denied(denial)) => {
                let target = P::Scope::denied_target(&attempt.path);
                let why = denials::Why { permission: P::NAME, denial: &denial, target };
                Box::pin(denials::record(db, actor, &attempt.route, why)).await?;
                Err(Error::Denied(denial))
            }
            Err(error) => Err(error),
        }
    }

    /// The proof, where the right is held; none where it isn't. For what is only offered: nobody tried anything, so
    /// nothing is recorded.
    pub async fn if_held(db: &Db, actor: &Actor, attempt: &Attempt) -> Result<Option<Self>, Error> {
        match judge::<P>(db, actor, attempt).await {
            Ok(scope) => Ok(Some(Self {
                actor: actor.clone(),
                scope,
                attempt: attempt.clone(),
                permission: PhantomData,
            })),
            Err(Error::Denied(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Who acts.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// What the audit log says of them.
    pub fn context(&self) -> &Context {
        &self.actor.context
    }

    /// The clock of the request.
    pub fn clock(&self) -> &Clock {
        &self.actor.context.clock
    }

    /// True while the person still holds the right; for streams that outlive their request.
    pub async fn still_held(&self, db: &Db) -> Result<bool, Error> {
        let Some(actor) = self.actor.reload(db).await? else {
            return Ok(false);
        };
        match judge::<P>(db, &actor, &self.attempt).await {
            Ok(_) => Ok(true),
            Err(Error::Denied(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Over what the right is held.
    pub fn scope(&self) -> &P::Scope {
        &self.scope
    }
}

impl<P: Permission<Scope = TenantRef>> Granted<P> {
    /// The tenant of the proof, for stores.
    pub fn tenant(&self) -> TenantId {
        self.scope.id
    }

    /// The state of the tenant as it is now; for streams, whose proof is older.
    pub async fn status_now(&self, db: &Db) -> Result<TenantStatus, Error> {
        let now = directory::tenants_by_ids(db.read(), &[self.scope.id]).await?;
        Ok(now.first().map_or(self.scope.status, |tenant| tenant.status))
    }

    /// The proof of another right over the same tenant, for an action that needs more for some of its fields.
    pub async fn demand<Q: Permission<Scope = TenantRef>>(&self, db: &Db) -> Result<Granted<Q>, Error> {
        Granted::<Q>::prove_by(db, &self.actor, self.attempt.clone()).await
    }
}

impl<P: Permission<Scope = PartnerRef>> Granted<P> {
    /// The partner of the proof, for stores.
    pub fn partner(&self) -> PartnerId {
        self.scope.id
    }

    /// Which of its customers the caller may list.
    pub fn customers(&self) -> Reach {
        Reach::OfPartner(self.scope.id, self.reached())
    }

    /// Which of its customers the caller reaches: no others are named to them.
    pub fn reached(&self) -> Customers {
        let own = self.actor.rights.partners.iter().find(|own| own.partner.id == self.scope.id);
        match own {
            _ if self.actor.is_operator() => Customers::All,
            Some(own) => own.customers.clone(),
            None => Customers::Chosen(Vec::new()),
        }
    }

    /// The proof of a right over one tenant, for an action that concerns it too.
    pub async fn demand_over<Q: Permission<Scope = TenantRef>>(
        &self,
        db: &Db,
        tenant: &Slug,
    ) -> Result<Granted<Q>, Error> {
        let path = vec![(SLUG.to_owned(), tenant.to_string())];
        Granted::<Q>::prove_by(db, &self.actor, Attempt { path, ..self.attempt.clone() }).await
    }
}

/// Both halves of being an operator, each named when it is missing [A3].
fn operator(actor: &Actor) -> Result<(), Denial> {
    if actor.surface != Surface::Operator {
        return Err(Denial::of_surface(actor.surface));
    }
    if actor.rights.platform_admin { Ok(()) } else { Err(Denial::MissingPlatformAdmin) }
}

/// What is one's own can be changed by whoever works somewhere, in a state that the right names.
fn works_somewhere(actor: &Actor, states: &States, usage: Usage) -> Result<(), Denial> {
    if actor.surface == Surface::Operator {
        return operator(actor);
    }
    let in_tenant = actor.rights.tenants.iter().any(|own| {
        states.membership.contains(&own.membership) && states.tenant.lists(usage, &own.tenant.status)
    });
    let for_partner = actor.rights.partners.iter().any(|own| states.partner.contains(&own.status));
    if in_tenant || for_partner {
        return Ok(());
    }
    let closed = actor.rights.tenants.iter().find(|own| own.tenant.status == TenantStatus::Suspended);
    Err(closed.map_or(Denial::NoWorkspace, |own| Denial::Suspended(own.tenant.name.clone())))
}

#[async_trait::async_trait]
impl Scope for () {
    async fn decide(_: &Db, actor: &Actor, holders: Holders, attempt: &Attempt) -> Result<Self, Error> {
        match (holders.everyone, attempt.usage) {
            (Everyone::Always, _) | (Everyone::WhileWorking, Usage::Read) => Ok(()),
            (Everyone::WhileWorking, Usage::Change) => {
                Ok(works_somewhere(actor, &holders.states, attempt.usage)?)
            }
            (Everyone::No, _) => Ok(operator(actor)?),
        }
    }

    fn denied_target(_: &PathParams) -> Target {
        Target::unnamed("platform", &"platform")
    }
}

/// Which tenants a list may show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// All of them.
    All,
    /// The caller's own.
    Own(Vec<TenantId>),
    /// A partner's, all of them or some.
    OfPartner(PartnerId, Customers),
}

#[async_trait::async_trait]
impl Scope for Reach {
    async fn decide(_: &Db, actor: &Actor, _: Holders, _: &Attempt) -> Result<Self, Error> {
        match actor.surface {
            Surface::Operator => operator(actor).map(|()| Self::All).map_err(Error::from),
            Surface::Portal => Ok(Self::Own(actor.rights.tenants.iter().map(|s| s.tenant.id).collect())),
        }
    }

    fn denied_target(path: &PathParams) -> Target {
        <() as Scope>::denied_target(path)
    }
}

#[async_trait::async_trait]
impl Scope for TenantRef {
    async fn decide(db: &Db, actor: &Actor, holders: Holders, attempt: &Attempt) -> Result<Self, Error> {
        let only_operators = holders.tenant.is_empty() && holders.partner.is_empty();
        // The surface and the right are judged before the object, so that a denial tells nothing of what exists.
        if only_operators || actor.surface == Surface::Operator {
            operator(actor)?;
        }
        let slug: Option<Slug> = named(&attempt.path, SLUG).and_then(|slug| slug.parse().ok());
        let Some(slug) = slug else {
            return Err(Denial::NotFound.into());
        };
        let tenant = directory::tenant_by_slug(db.read(), &slug).await?.ok_or(Denial::NotFound)?;
        check(actor, &holders, attempt.usage, &tenant)?;
        Ok(tenant)
    }

    fn denied_target(path: &PathParams) -> Target {
        Target::unnamed("tenant", &printable(named(path, SLUG)))
    }

    fn tenant_id(&self) -> Option<TenantId> {
        Some(self.id)
    }
}

/// Which partner: the one that the path names, for operators; where it names none, the caller's own.
#[async_trait::async_trait]
impl Scope for PartnerRef {
    async fn decide(db: &Db, actor: &Actor, holders: Holders, attempt: &Attempt) -> Result<Self, Error> {
        let Some(slug) = named(&attempt.path, PARTNER) else {
            return Ok(own_partner(actor, &holders)?);
        };
        operator(actor)?;
        let slug: Slug = slug.parse().map_err(|_| Denial::NotFound)?;
        Ok(directory::partner_by_slug(db.read(), &slug).await?.ok_or(Denial::NotFound)?)
    }

    fn denied_target(path: &PathParams) -> Target {
        Target::unnamed("partner", &printable(named(path, PARTNER)))
    }
}

/// The partner that the caller works for; of several the first by name, which `/api/me` names too. Their role there is
/// judged: with each right another partner would be meant.
fn own_partner(actor: &Actor, holders: &Holders) -> Result<PartnerRef, Denial> {
    let own = actor.rights.partners.first().filter(|_| actor.surface == Surface::Portal);
    let own = own.filter(|own| holders.states.partner.contains(&own.status)).ok_or(Denial::NotFound)?;
    if holders.partner.contains(&own.role) {
        return Ok(own.partner.clone());
    }
    let needed = holders.partner.iter().map(|role| role.as_str()).collect();
    Err(Denial::MissingRole { needed, has: own.role.as_str() })
}

/// The part of a path that names a tenant, and the one that names a partner.
const SLUG: &str = "slug";
const PARTNER: &str = "partner";

fn named<'a>(path: &'a PathParams, part: &str) -> Option<&'a str> {
    path.iter().find(|(name, _)| name == part).map(|(_, slug)| slug.as_str())
}

/// What was asked for is anybody's text; a NUL is one that PostgreSQL does not take.
fn printable(text: Option<&str>) -> String {
    text.unwrap_or_default().chars().filter(|letter| !letter.is_control()).take(80).collect()
}

/// How an actor stands to one tenant, in a state in which that counts. Somebody can be its member and work for its
/// partner; each counts.
enum Standpoint {
    Operator,
    Tenant(TenantRole),
    Partner(PartnerRole),
}

impl Standpoint {
    fn all(actor: &Actor, states: &States, tenant: &TenantRef) -> Vec<Self> {
        if actor.surface == Surface::Operator {
            return if actor.is_operator() { vec![Self::Operator] } else { Vec::new() };
        }
        let own = actor.rights.tenants.iter().filter(|own| own.tenant.id == tenant.id);
        let own = own.filter(|own| states.membership.contains(&own.membership));
        let partners = actor.rights.partners.iter().filter(|own| Some(own.partner.id) == tenant.partner);
        let partners = partners.filter(|own| states.partner.contains(&own.status));
        let partners = partners.filter(|own| own.customers.reach(tenant.id));
        own.map(|own| Self::Tenant(own.role)).chain(partners.map(|staff| Self::Partner(staff.role))).collect()
    }

    fn holds(&self, holders: &Holders) -> bool {
        match self {
            Self::Operator => holders.operators,
            Self::Tenant(role) => holders.tenant.contains(role),
            Self::Partner(role) => holders.partner.contains(role),
        }
    }

    /// Whether it counts while the tenant is in this state.
    fn counts(&self, states: &States, usage: Usage, tenant: &TenantRef) -> bool {
        match self {
            Self::Operator => states.operators.lists(usage, &tenant.status),
            Self::Tenant(_) | Self::Partner(_) => states.tenant.lists(usage, &tenant.status),
        }
    }

    /// Why this standpoint does not do; none where even that would tell too much.
    fn lacks(&self, holders: &Holders) -> Option<Denial> {
        let (needed, has): (Vec<&str>, _) = match self {
            Self::Operator => return None,
            Self::Tenant(role) => (holders.tenant.iter().map(|role| role.as_str()).collect(), role.as_str()),
            // A partner's customer is its own object, so the role may be named where partners hold the right at all.
            Self::Partner(_) if holders.partner.is_empty() => return None,
            Self::Partner(role) => {
                (holders.partner.iter().map(|role| role.as_str()).collect(), role.as_str())
            }
        };
        Some(Denial::MissingRole { needed, has })
    }
}

/// Whether an actor may look at what `P` shows of a tenant: for an answer by another right, which shows no more than
/// that. It is no proof.
pub fn may_see<P: Permission<Scope = TenantRef>>(actor: &Actor, tenant: &TenantRef) -> bool {
    let is_listed = P::HOLDERS.states.person.lists(Usage::Read, &actor.status());
    is_listed && check(actor, &P::HOLDERS, Usage::Read, tenant).is_ok()
}

/// Judges whatever ties the actor has to the tenant.
fn check(actor: &Actor, holders: &Holders, usage: Usage, tenant: &TenantRef) -> Result<(), Denial> {
    let standpoints = Standpoint::all(actor, &holders.states, tenant);
    let holding: Vec<_> = standpoints.iter().filter(|standpoint| standpoint.holds(holders)).collect();
    if holding.is_empty() {
        if actor.ended_in.iter().any(|ended| ended.id == tenant.id) {
            return Err(Denial::SignedOut(tenant.name.clone()));
        }
        let lacking = standpoints.iter().find_map(|standpoint| standpoint.lacks(holders));
        return Err(lacking.unwrap_or(Denial::NotFound));
    }
    if holding.iter().any(|standpoint| standpoint.counts(&holders.states, usage, tenant)) {
        return Ok(());
    }
    let (name, is_operator) = (tenant.name.clone(), actor.is_operator());
    Err(match tenant.status {
        state if is_operator => Denial::WrongState { name, state: state.as_str() },
        TenantStatus::Suspended => Denial::Suspended(name),
        _ => Denial::Ended(name),
    })
}
