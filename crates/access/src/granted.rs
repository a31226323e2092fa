//! [`Granted`], the proof of a right, and its only maker.

use std::marker::PhantomData;

use audit::{Action, Chain, Context, Entry, Outcome, Target};
use db::Db;
use kernel::{Clock, Slug, TenantId};

use crate::actor::Actor;
use crate::directory::{self, TenantRef, TenantStatus};
use crate::error::{Denial, Error};
use crate::permission::{Holders, Permission};
use crate::role::{PartnerRole, Surface, TenantRole};

/// The named parts of a request's path.
pub type PathParams = Vec<(String, String)>;

/// The proof that `P` was held when the request came. It carries who and over what, so that an action can't be
/// called for one tenant with the right to another.
#[derive(Debug, Clone)]
pub struct Granted<P: Permission> {
    actor: Actor,
    scope: P::Scope,
    path: PathParams,
    permission: PhantomData<P>,
}

/// What a permission can be held over.
#[async_trait::async_trait]
pub trait Scope: Clone + Send + Sync + Sized + 'static {
    /// What `holders` give this actor, over what the path names.
    async fn decide(db: &Db, actor: &Actor, holders: Holders, path: &PathParams) -> Result<Self, Error>;
    /// Where a denied attempt is recorded.
    fn denied_target(path: &PathParams) -> Target;
}

impl<P: Permission> Granted<P> {
    /// Checks the right. A denied attempt is written to the audit log before the answer is given.
    pub async fn prove(db: &Db, actor: &Actor, path: &PathParams) -> Result<Self, Error> {
        if actor.password_due && !P::HOLDERS.password_due {
            return Err(Denial::PasswordDue.into());
        }
        match P::Scope::decide(db, actor, P::HOLDERS, path).await {
            Ok(scope) => {
                Ok(Self { actor: actor.clone(), scope, path: path.clone(), permission: PhantomData })
            }
            Err(Error::Denied(denial)) => {
                let target = P::Scope::denied_target(path);
                Box::pin(record_denial(db, actor, P::NAME, target, &denial)).await?;
                Err(Error::Denied(denial))
            }
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
        match P::Scope::decide(db, &actor, P::HOLDERS, &self.path).await {
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

    /// The proof of another right over the same tenant, for an action that needs more for some of its fields.
    pub async fn demand<Q: Permission<Scope = TenantRef>>(&self, db: &Db) -> Result<Granted<Q>, Error> {
        Granted::<Q>::prove(db, &self.actor, &self.path).await
    }
}

async fn record_denial(
    db: &Db,
    actor: &Actor,
    permission: &str,
    target: Target,
    denial: &Denial,
) -> Result<(), Error> {
    let after = serde_json::json!({"permission": permission, "reason": denial.to_string()});
    let entry = Entry::done(Action::AccessDenied, target).outcome(Outcome::Denied).after(after);
    let tx = db.begin().await?;
    audit::append(&tx, &actor.context, Chain::Platform, entry).await?;
    Ok(tx.commit().await?)
}

/// Both halves of being an operator, each named when it is missing [A3].
fn operator(actor: &Actor) -> Result<(), Denial> {
    if actor.surface != Surface::Operator {
        return Err(Denial::of_surface(actor.surface));
    }
    if actor.standing.platform_admin { Ok(()) } else { Err(Denial::MissingPlatformAdmin) }
}

#[async_trait::async_trait]
impl Scope for () {
    async fn decide(_: &Db, actor: &Actor, holders: Holders, _: &PathParams) -> Result<Self, Error> {
        if holders.everyone { Ok(()) } else { Ok(operator(actor)?) }
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
}

#[async_trait::async_trait]
impl Scope for Reach {
    async fn decide(_: &Db, actor: &Actor, _: Holders, _: &PathParams) -> Result<Self, Error> {
        match actor.surface {
            Surface::Operator => operator(actor).map(|()| Self::All).map_err(Error::from),
            Surface::Portal => Ok(Self::Own(actor.standing.tenants.iter().map(|s| s.tenant.id).collect())),
        }
    }

    fn denied_target(path: &PathParams) -> Target {
        <() as Scope>::denied_target(path)
    }
}

#[async_trait::async_trait]
impl Scope for TenantRef {
    async fn decide(db: &Db, actor: &Actor, holders: Holders, path: &PathParams) -> Result<Self, Error> {
        let only_operators = holders.tenant.is_empty() && holders.partner.is_empty();
        // The surface and the right are judged before the object, so that a denial tells nothing of what exists.
        if only_operators || actor.surface == Surface::Operator {
            operator(actor)?;
        }
        let slug: Option<Slug> = slug_of(path).and_then(|slug| slug.parse().ok());
        let Some(slug) = slug else {
            return Err(Denial::NotFound.into());
        };
        let tenant = directory::tenant_by_slug(db.read(), &slug).await?.ok_or(Denial::NotFound)?;
        check(actor, holders, &tenant)?;
        Ok(tenant)
    }

    fn denied_target(path: &PathParams) -> Target {
        // What was asked for is anybody's text; a NUL is one that PostgreSQL does not take.
        let printable = slug_of(path).unwrap_or_default().chars().filter(|letter| !letter.is_control());
        let slug: String = printable.take(80).collect();
        Target::unnamed("tenant", &slug)
    }
}

fn slug_of(path: &PathParams) -> Option<&str> {
    path.iter().find(|(name, _)| name == "slug").map(|(_, slug)| slug.as_str())
}

/// How an actor stands to one tenant. Somebody can be its member and work for its partner; each counts.
enum Standpoint {
    Operator,
    Tenant(TenantRole),
    Partner(PartnerRole),
}

impl Standpoint {
    fn all(actor: &Actor, tenant: &TenantRef) -> Vec<Self> {
        if actor.surface == Surface::Operator {
            return if actor.is_operator() { vec![Self::Operator] } else { Vec::new() };
        }
        let own = actor.standing.tenants.iter().filter(|standing| standing.tenant.id == tenant.id);
        let partners =
            actor.standing.partners.iter().filter(|standing| Some(standing.partner.id) == tenant.partner);
        own.map(|own| Self::Tenant(own.role)).chain(partners.map(|staff| Self::Partner(staff.role))).collect()
    }

    fn holds(&self, holders: Holders) -> bool {
        match self {
            Self::Operator => holders.operators,
            Self::Tenant(role) => holders.tenant.contains(role),
            Self::Partner(role) => holders.partner.contains(role),
        }
    }

    /// Why this standpoint does not do; none where even that would tell too much.
    fn lacks(&self, holders: Holders) -> Option<Denial> {
        let (needed, has): (Vec<_>, _) = match self {
            Self::Operator => return None,
            Self::Tenant(role) => (holders.tenant.iter().map(|role| role.as_str()).collect(), role.as_str()),
            // A partner's customer is its own object, so the role may be named where partners hold the right at all.
            Self::Partner(_) if holders.partner.is_empty() => return None,
            Self::Partner(role) => {
                (holders.partner.iter().map(|role| role.as_str()).collect(), role.as_str())
            }
        };
        Some(Denial::MissingRole { needed: needed.join(", "), has })
    }
}

/// Judges whatever ties the actor has to the tenant.
fn check(actor: &Actor, holders: Holders, tenant: &TenantRef) -> Result<(), Denial> {
    let standpoints = Standpoint::all(actor, tenant);
    let Some(holding) = standpoints.iter().find(|standpoint| standpoint.holds(holders)) else {
        let lacking = standpoints.iter().find_map(|standpoint| standpoint.lacks(holders));
        return Err(lacking.unwrap_or(Denial::NotFound));
    };
    if tenant.status == TenantStatus::Suspended && !matches!(holding, Standpoint::Operator) {
        return Err(Denial::Suspended(tenant.name.clone()));
    }
    Ok(())
}
