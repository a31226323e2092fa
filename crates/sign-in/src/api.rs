//! `/api/me` and `/api/users/me`.

use access::people::{Admitted, Identity};
use access::{Actor, OwnAccount, Surface, account};
use audit::{Chain, Entry};
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use utoipa::ToSchema;
use web::openapi::Operation;
use web::{Caller, Facts, Failure, Right, Routes, Unknown, Via, WhileHeld};

use crate::error::Error;
use crate::service::SignIn;

pub(crate) fn routes(service: SignIn) -> Routes {
    let me = Operation::new("Account", "Who the caller is and what they may do").answer::<Me>(200);
    let user = Operation::new("Account", "The caller's account").answer::<User>(200);
    let admit = Operation::new("Account", "Create the caller's account, or update it from the token")
        .answer::<User>(200);
    Routes::new(web::Mount::Api)
        .get("/api/me", me_of)
        .doc(me)
        .get("/api/users/me", user_of)
        .doc(user)
        .while_held(WhileHeld::Operators)
        .open(&Method::PUT, "/api/users/me", "needs a valid token, but no account yet", admit_me)
        .doc(admit)
        .with_state(service)
}

/// The caller's account.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct User {
    id: String,
    email: String,
    /// False if the address is only claimed by the person's account.
    email_verified: bool,
    name: String,
    platform_admin: bool,
    /// Roles by the tenant's slug: `owner`, `admin` or `member`.
    tenant_roles: BTreeMap<String, String>,
}

/// A tenant of the caller.
#[derive(Serialize, ToSchema)]
struct OwnTenant {
    id: String,
    slug: String,
    name: String,
    status: String,
    plan: String,
    role: String,
}

/// The caller's partner.
#[derive(Serialize, ToSchema)]
struct OwnPartner {
    id: String,
    slug: String,
    name: String,
    role: String,
}

/// Who the caller is and what they may do.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Me {
    user: User,
    tenants: Vec<OwnTenant>,
    /// The subscriptions of the caller's tenants.
    #[schema(value_type = Vec<Object>)]
    subscriptions: Vec<Value>,
    is_tenant_admin: bool,
    partner: Option<OwnPartner>,
    /// Feature flags that are on for the caller.
    #[schema(value_type = Object)]
    features: Map<String, Value>,
    /// Set while someone acts on the caller's behalf.
    #[schema(value_type = Option<Object>)]
    impersonation: Option<Value>,
}

fn user(actor: &Actor) -> User {
    let roles = actor.rights.tenants.iter().map(|s| (s.tenant.slug.clone(), s.role.to_string()));
    User {
        id: actor.person.id.to_string(),
        email: actor.person.email.clone(),
        email_verified: actor.person.email_verified,
        name: actor.person.name.clone(),
        platform_admin: actor.rights.platform_admin,
        tenant_roles: roles.collect(),
    }
}

async fn me_of(Right(own): Right<OwnAccount>) -> Json<Me> {
    let rights = &own.actor().rights;
    let tenants = rights.tenants.iter().map(|s| OwnTenant {
        id: s.tenant.id.to_string(),
        slug: s.tenant.slug.clone(),
        name: s.tenant.name.clone(),
        status: s.tenant.status.to_string(),
        plan: s.tenant.plan.clone(),
        role: s.role.to_string(),
    });
    let partner = rights.partners.first().map(|s| OwnPartner {
        id: s.partner.id.to_string(),
        slug: s.partner.slug.clone(),
        name: s.partner.name.clone(),
        role: s.role.to_string(),
    });
    Json(Me {
        user: user(own.actor()),
        tenants: tenants.collect(),
        subscriptions: Vec::new(),
        is_tenant_admin: rights.tenants.iter().any(|s| s.role != access::TenantRole::Member),
        partner,
        features: Map::new(),
        impersonation: None,
    })
}

async fn user_of(Right(own): Right<OwnAccount>) -> Json<User> {
    Json(user(own.actor()))
}

async fn admit_me(
    State(service): State<SignIn>,
    Extension(caller): Extension<Caller>,
    Extension(facts): Extension<Facts>,
) -> Result<Response, Failure> {
    let (surface, identity) = match caller {
        Caller::Stranger(surface, identity) => (surface, identity),
        Caller::Known(known) => match known.via {
            Via::Bearer(token) => (known.actor.surface, token.identity),
            Via::Session(_) => return Ok(Json(user(&known.actor)).into_response()),
        },
        Caller::Unknown(Unknown::Removed) => return Err(Error::Removed.into()),
        Caller::Unknown(_) => return Err(Failure::sign_in(None)),
    };
    let made = service.enter_by_token(&identity, &facts).await?;
    let status = if made { StatusCode::CREATED } else { StatusCode::OK };
    let account = account::by_sub(&service.0.db, &identity.sub).await?.filter(|account| !account.removed);
    let account = account.ok_or_else(Failure::not_found)?;
    let actor = Actor::of(account, surface, &facts.origin, &service.0.clock);
    Ok((status, Json(user(&actor))).into_response())
}

impl SignIn {
    /// Makes the account, or lets it follow the token; true when it was made.
    async fn enter_by_token(&self, identity: &Identity, facts: &Facts) -> Result<bool, Error> {
        let tx = self.0.db.begin().await?;
        let admitted = self.admit(&tx, identity).await?;
        let (person, action, after) = match admitted {
            Admitted::Removed(_) => return Err(Error::Removed),
            Admitted::Known(_) => return Ok(false),
            Admitted::Changed(person) => (person, access::Action::UserUpdate, json!({"follows": "token"})),
            Admitted::Created(person, given) => {
                let after = json!({"rights": given.rights, "groupsLeftOut": given.is_known});
                (person, access::Action::UserCreate, after)
            }
        };
        let target = person.target();
        let context = self.context(&person, facts);
        audit::commit(tx, &context, Chain::Platform, Entry::done(action, target).after(after)).await?;
        Ok(action == access::Action::UserCreate)
    }

    /// The surfaces that have a client.
    pub fn surfaces(&self) -> Vec<Surface> {
        self.0.settings.oidc_clients.iter().map(|client| client.surface).collect()
    }
}
