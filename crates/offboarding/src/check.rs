//! Looks at every way in. What can't be asked is unknown, never shut.

use std::time::Duration;

use access::sessions;
use addresses::{MAILBOX, Mailbox};
use kernel::{TenantId, UserId};
use memberships::{FILES_USER, MEMBERSHIP, Member, SPACE_MEMBERSHIP, USER, rows};
use reconcile::{Plan, PlanAction, Resource};
use tokio::time::timeout;
use upstream_authentik::TokenKind;
use upstream_stalwart::{NewAppPassword, SignIn};

use crate::error::Error;
use crate::model::{AccessState, How, Offboarding, Place, Seen};
use crate::service::Offboardings;

/// How long each question to the mail server may hold up the others of a check. What takes longer is not known.
const PATIENCE: Duration = Duration::from_secs(4);
/// What the app password that is made for trying is called.
const TRIAL: &str = "trying access";

/// A member's mailbox at the mail server.
struct Account {
    id: String,
    address: String,
    /// The mail server has it as it is wanted, also by that address.
    is_settled: bool,
}

impl Offboardings {
    /// The account of a member's mailbox, by the address that it has now.
    async fn mail_account(&self, tenant: TenantId, user: UserId) -> Result<Option<Account>, Error> {
        let db = self.platform.db.read();
        let member = rows::by_user(db, tenant, user).await?;
        let Some(address) = member.and_then(|member| member.mailbox.as_ref().and_then(Mailbox::address))
        else {
            return Ok(None);
        };
        let found = reconcile::named(db, MAILBOX, &address).await?.filter(|found| found.spec.is_some());
        Ok(found.and_then(|found| {
            let is_settled = found.status == reconcile::Status::Ok;
            Some(Account { id: found.upstream_id?, address, is_settled })
        }))
    }

    async fn end_app_passwords(&self, account: &Account) {
        let Some(stalwart) = self.platform.upstreams.stalwart() else { return };
        let ended = async {
            for one in stalwart.app_passwords(&account.id).await? {
                stalwart.destroy_app_password(&account.id, &one.id).await?;
            }
            Ok::<(), outbound::CallError>(())
        };
        match timeout(PATIENCE, ended).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "not all app passwords were ended"),
            Err(_) => tracing::warn!("ending app passwords takes long; the rest is looked at meanwhile"),
        }
    }

    /// Looks at every way in of a person in a tenant, and ends their app passwords before they are counted.
    pub(crate) async fn look(&self, offboarding: &Offboarding, member: &Member) -> Result<Vec<Seen>, Error> {
        let mut checks = self.as_wanted(member).await?;
        if let Some(account) = self.mail_account(member.tenant, member.user).await? {
            let before = offboarding.checks.iter().find(|seen| seen.place == Place::Mail);
            // Before the one for trying is made, for there may be no room for another.
            self.end_app_passwords(&account).await;
            match before {
                // One attempt is enough: those that fail are counted at the mail server.
                Some(shut) if shut.verdict == AccessState::Refused => checks.push(shut.clone()),
                _ => {
                    let verdict = self.try_mail(&account).await;
                    let at = self.platform.clock.now();
                    checks.push(Seen { place: Place::Mail, how: How::Tried, verdict, left: None, at });
                    self.end_app_passwords(&account).await;
                }
            }
            checks.push(self.count_app_passwords(&account.id).await);
        }
        let elsewhere = self.works(member.user).await?;
        let pages = sessions::of_user(self.platform.db.read(), member.user).await?.len();
        checks.push(self.counted(Place::Pages, Some(pages), elsewhere || member.own_account));
        if member.own_account {
            // What an account does that is not from here is nobody's business.
            checks.extend(
                [Place::Sessions, Place::Tokens].map(|place| self.seen(place, AccessState::Own, None)),
            );
        } else {
            checks.extend(self.count_sign_ins(member.user, elsewhere).await?);
        }
        Ok(checks)
    }

    /// Tries access to mail with an app password that is made for it.
    async fn try_mail(&self, account: &Account) -> AccessState {
        let Some(stalwart) = self.platform.upstreams.stalwart() else { return AccessState::Unknown };
        // Until the mail server knows it by this address, somebody else may have that: the failure would be theirs.
        if !account.is_settled {
            return AccessState::Unknown;
        }
        let tried = async {
            match stalwart.create_app_password(&account.id, TRIAL).await? {
                NewAppPassword::Made { secret, .. } => {
                    Ok(Some(stalwart.verify_login(&account.address, &secret).await?))
                }
                NewAppPassword::TooMany => Ok::<_, outbound::CallError>(None),
            }
        };
        let Ok(tried) = timeout(PATIENCE, tried).await else {
            tracing::warn!(account = account.id, "the mail server does not say in time whether mail is open");
            return AccessState::Unknown;
        };
        match tried {
            Ok(Some(SignIn::Accepted)) => AccessState::Open,
            Ok(Some(SignIn::Frozen)) => AccessState::Refused,
            // The password that was made for this is gone, so nothing was tried.
            Ok(Some(SignIn::Refused) | None) => AccessState::Unknown,
            Err(error) => {
                tracing::warn!(account = account.id, %error, "access to mail could not be tried");
                AccessState::Unknown
            }
        }
    }

    async fn count_app_passwords(&self, account: &str) -> Seen {
        let left = match self.platform.upstreams.stalwart() {
            Some(stalwart) => match timeout(PATIENCE, stalwart.app_passwords(account)).await {
                Ok(Ok(all)) => Some(all.len()),
                Ok(Err(_)) | Err(_) => None,
            },
            None => None,
        };
        self.counted(Place::AppPasswords, left, false)
    }

    fn counted(&self, place: Place, left: Option<usize>, works_elsewhere: bool) -> Seen {
        let verdict = match left {
            None => AccessState::Unknown,
            Some(0) => AccessState::Refused,
            Some(_) if works_elsewhere => AccessState::Elsewhere,
            Some(_) => AccessState::Open,
        };
        self.seen(place, verdict, left)
    }

    fn seen(&self, place: Place, verdict: AccessState, left: Option<usize>) -> Seen {
        Seen { place, how: How::Read, verdict, left, at: self.platform.clock.now() }
    }

    /// Sign-ins and tokens that are left. Who works elsewhere may have begun new ones since.
    async fn count_sign_ins(&self, user: UserId, elsewhere: bool) -> Result<Vec<Seen>, Error> {
        let (mut sessions, mut tokens) = (None, None);
        let Some(authentik) = self.platform.upstreams.authentik() else {
            let account = access::account::by_id(self.platform.db.read(), user).await?;
            let has_account = account.is_some_and(|account| account.person.sub.is_some())
                || self.people.upstream_id(USER, &user.to_string()).await?.is_some();
            return Ok(if has_account { self.sign_ins(None, None, elsewhere) } else { Vec::new() });
        };
        match self.people.account(user).await? {
            Ok(None) => (sessions, tokens) = (Some(0), Some(0)),
            Ok(Some(id)) => {
                sessions = authentik.sessions_of(id).await.ok().map(|all| all.len());
                let of = async |kind| {
                    authentik
                        .tokens_of(kind, id)
                        .await
                        .ok()
                        .map(|all| all.iter().filter(|token| !token.revoked).count())
                };
                let both = (of(TokenKind::Refresh).await, of(TokenKind::Access).await);
                tokens = both.0.zip(both.1).map(|(refresh, access)| refresh + access);
            }
            Err(error) => tracing::warn!(%user, %error, "sign-ins could not be counted"),
        }
        Ok(self.sign_ins(sessions, tokens, elsewhere))
    }

    fn sign_ins(&self, sessions: Option<usize>, tokens: Option<usize>, elsewhere: bool) -> Vec<Seen> {
        vec![
            self.counted(Place::Sessions, sessions, elsewhere),
            self.counted(Place::Tokens, tokens, elsewhere),
        ]
    }

    /// True while something lets the person sign in.
    pub(crate) async fn works(&self, user: UserId) -> Result<bool, Error> {
        let account = access::account::by_id(self.platform.db.read(), user).await?;
        Ok(account.is_some_and(|account| !account.removed && account.rights.is_any()))
    }

    /// What is wanted of a closed membership, read back from each upstream: what is theirs, and what groups give them.
    async fn as_wanted(&self, member: &Member) -> Result<Vec<Seen>, Error> {
        let db = self.platform.db.read();
        let own = reconcile::of_owners(db, &[member.user.to_string(), member.id.to_string()]).await?;
        let names = self.memberships.given_by_groups(member).await?;
        let by_groups = reconcile::named_any(db, &[MEMBERSHIP, SPACE_MEMBERSHIP], &names).await?;
        let all = own.iter().chain(&by_groups).filter(|resource| self.is_on(resource)).cloned().collect();
        let plan = self.platform.reconciler.plan_of(all).await?;
        let places = [
            (USER, &own, Place::Account),
            (MEMBERSHIP, &own, Place::Membership),
            (MEMBERSHIP, &by_groups, Place::Groups),
            (MAILBOX, &own, Place::Mailbox),
            (FILES_USER, &own, Place::Files),
            (SPACE_MEMBERSHIP, &own, Place::Space),
            (SPACE_MEMBERSHIP, &by_groups, Place::GroupSpaces),
        ];
        let mut checks = Vec::new();
        for (kind, resources, place) in places {
            let of_kind = resources.iter().filter(|resource| resource.kind == kind);
            let verdicts: Vec<AccessState> =
                of_kind.filter_map(|resource| self.verdict_on(resource, &plan)).collect();
            let Some(verdict) = verdicts.iter().copied().max() else { continue };
            let open = verdicts.iter().filter(|one| **one == AccessState::Open).count();
            // One is said by the verdict alone.
            let left = Some(open).filter(|open| *open > 1);
            checks.push(Seen { place, how: How::Read, verdict, left, at: self.platform.clock.now() });
        }
        Ok(checks)
    }

    fn is_on(&self, resource: &Resource) -> bool {
        self.platform.reconciler.availability(&resource.kind) == reconcile::Availability::On
    }

    /// How one way in is; none where nothing was ever made that could be one.
    fn verdict_on(&self, resource: &Resource, plan: &Plan) -> Option<AccessState> {
        if !self.is_on(resource) {
            // It can't be asked whether it is shut, and nobody shuts it.
            return resource.upstream_id.is_some().then_some(AccessState::Unknown);
        }
        let spec = resource.spec.as_ref();
        let is = |field: &str, value: bool| spec.is_some_and(|spec| spec[field] == value);
        Some(if is("own", true) {
            AccessState::Own
        } else if is("active", true) || is("enabled", true) {
            AccessState::Elsewhere
        } else if is("present", true) || is("frozen", false) {
            // It is not even meant to be shut.
            AccessState::Open
        } else {
            verdict(plan, resource)
        })
    }
}

/// A difference from what is wanted, that of a closed way in, is an open one: also one that somebody has accepted.
fn verdict(plan: &Plan, resource: &Resource) -> AccessState {
    let (kind, name) = (&resource.kind, &resource.name);
    let accepted =
        |one: &reconcile::drift::Acceptance| (&one.subject.kind, &one.subject.name) == (kind, name);
    match plan.change(kind, name).map(|change| change.action) {
        Some(PlanAction::Unreadable) => AccessState::Unknown,
        Some(PlanAction::Update | PlanAction::Delete | PlanAction::Foreign) => AccessState::Open,
        None if plan.accepted.iter().any(accepted) => AccessState::Open,
        // What is not there lets nobody in.
        Some(PlanAction::Create) | None => AccessState::Refused,
    }
}
