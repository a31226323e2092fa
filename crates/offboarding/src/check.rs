//! Looks at every door. What can't be asked is unknown, never shut.

use access::sessions;
use kernel::{TenantId, UserId};
use members::{FILES_USER, MAILBOX, MEMBERSHIP, Mailbox, Member, SPACE_MEMBERSHIP, USER, rows};
use reconcile::{Action, Plan};
use secrecy::SecretString;
use upstream_authentik::TokenKind;
use upstream_stalwart::{NewAppPassword, SignIn};

use crate::error::Error;
use crate::model::{How, Offboarding, Place, Seen, Verdict};
use crate::service::Offboardings;

/// What the app passwords that are made for trying are called.
const TRIAL: &str = "trying the door";

/// An app password with which mail is tried.
pub struct Trial {
    account: String,
    address: String,
    secret: SecretString,
}

impl Offboardings {
    /// Makes an app password for trying the door of mail. Where none can be made, the door is only read.
    pub(crate) async fn make_trial(&self, tenant: TenantId, user: UserId) -> Result<Option<Trial>, Error> {
        let Some((account, address)) = self.mail_account(tenant, user).await? else { return Ok(None) };
        let Some(stalwart) = &self.0.stalwart else { return Ok(None) };
        match stalwart.create_app_password(&account, TRIAL).await {
            Ok(NewAppPassword::Made { secret, .. }) => Ok(Some(Trial { account, address, secret })),
            // There is room once theirs are ended.
            Ok(NewAppPassword::TooMany) => Ok(None),
            Err(error) => {
                tracing::warn!(%error, "no app password to try the door with");
                Ok(None)
            }
        }
    }

    /// The account of a member's mailbox at the mail server, and its address.
    async fn mail_account(&self, tenant: TenantId, user: UserId) -> Result<Option<(String, String)>, Error> {
        let member = rows::by_user(self.0.db.read(), tenant, user).await?;
        let Some(address) = member.and_then(|member| member.mailbox.as_ref().and_then(Mailbox::address))
        else {
            return Ok(None);
        };
        let id = self.0.members.upstream_id(MAILBOX, &address).await?;
        Ok(id.map(|id| (id, address)))
    }

    async fn end_app_passwords(&self, account: &str) -> Result<(), outbound::CallError> {
        let Some(stalwart) = &self.0.stalwart else { return Ok(()) };
        for one in stalwart.app_passwords(account).await? {
            stalwart.destroy_app_password(account, &one.id).await?;
        }
        Ok(())
    }

    /// Looks at every door of a person in a tenant; ends the app passwords between trying one and counting them.
    pub(crate) async fn look(
        &self,
        offboarding: &Offboarding,
        member: &Member,
        trial: Option<Trial>,
    ) -> Result<Vec<Seen>, Error> {
        let now = self.0.clock.now();
        let seen = |place, how, verdict| Seen { place, how, verdict, left: None, at: now };
        let account = self.mail_account(member.tenant, member.user).await?;
        let mut doors = self.as_wanted(member).await?;
        let before = offboarding.doors.iter().find(|door| door.place == Place::Mail);
        match (trial, before) {
            // One attempt is enough: those that fail are counted at the mail server.
            (_, Some(shut)) if shut.verdict == Verdict::Refused => doors.push(shut.clone()),
            (Some(trial), _) => doors.push(seen(Place::Mail, How::Tried, self.try_mail(&trial).await)),
            (None, _) if account.is_some() => {
                doors.push(seen(Place::Mail, How::Tried, Verdict::Unknown));
            }
            (None, _) => {}
        }
        if let Some((account, _)) = account {
            if let Err(error) = self.end_app_passwords(&account).await {
                tracing::warn!(%error, "not all app passwords were ended");
            }
            doors.push(self.count_app_passwords(&account).await);
        }
        let elsewhere = self.works(member.user).await?;
        let pages = sessions::of_user(self.0.db.read(), member.user).await?.len();
        doors.push(self.counted(Place::Pages, Some(pages), elsewhere));
        doors.extend(self.count_sign_ins(member.user, elsewhere).await?);
        Ok(doors)
    }

    async fn try_mail(&self, trial: &Trial) -> Verdict {
        let Some(stalwart) = &self.0.stalwart else { return Verdict::Unknown };
        match stalwart.verify_login(&trial.address, &trial.secret).await {
            Ok(SignIn::Accepted) => Verdict::Open,
            Ok(SignIn::Frozen) => Verdict::Refused,
            // The password that was made for this is gone, so nothing was tried.
            Ok(SignIn::Refused) => Verdict::Unknown,
            Err(error) => {
                tracing::warn!(account = trial.account, %error, "the door of mail could not be tried");
                Verdict::Unknown
            }
        }
    }

    async fn count_app_passwords(&self, account: &str) -> Seen {
        let left = match &self.0.stalwart {
            Some(stalwart) => stalwart.app_passwords(account).await.map(|all| all.len()).ok(),
            None => None,
        };
        self.counted(Place::AppPasswords, left, false)
    }

    fn counted(&self, place: Place, left: Option<usize>, works_elsewhere: bool) -> Seen {
        let verdict = match left {
            None => Verdict::Unknown,
            Some(0) => Verdict::Refused,
            Some(_) if works_elsewhere => Verdict::Elsewhere,
            Some(_) => Verdict::Open,
        };
        Seen { place, how: How::Read, verdict, left, at: self.0.clock.now() }
    }

    /// Sign-ins and tokens that are left. Who works elsewhere may have begun new ones since.
    async fn count_sign_ins(&self, user: UserId, elsewhere: bool) -> Result<Vec<Seen>, Error> {
        let Some(authentik) = &self.0.authentik else { return Ok(Vec::new()) };
        let (mut sessions, mut tokens) = (None, None);
        match self.0.members.account(user).await? {
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
        Ok(vec![
            self.counted(Place::Sessions, sessions, elsewhere),
            self.counted(Place::Tokens, tokens, elsewhere),
        ])
    }

    /// True while something lets the person sign in.
    pub(crate) async fn works(&self, user: UserId) -> Result<bool, Error> {
        let account = access::account::by_id(self.0.db.read(), user).await?;
        Ok(account.is_some_and(|account| !account.removed && account.standing.is_any()))
    }

    /// What is wanted of a closed membership, read back from each upstream.
    async fn as_wanted(&self, member: &Member) -> Result<Vec<Seen>, Error> {
        let db = self.0.db.read();
        let reconciler = &self.0.reconciler;
        let owners = [member.user.to_string(), member.id.to_string()];
        let kinds = [
            (USER, Place::Account),
            (MEMBERSHIP, Place::Membership),
            (MAILBOX, Place::Mailbox),
            (FILES_USER, Place::Files),
            (SPACE_MEMBERSHIP, Place::Space),
        ];
        let plan = reconciler.plan(&owners).await?;
        let resources = reconcile::of_owners(db, &owners).await?;
        let mut doors = Vec::new();
        for (kind, place) in kinds {
            let is_on = reconciler.availability(kind) == reconcile::Availability::On;
            let found = resources.iter().find(|resource| resource.kind == kind && is_on);
            let Some(resource) = found else { continue };
            let spec = resource.spec.as_ref();
            let is = |field: &str, value: bool| spec.is_some_and(|spec| spec[field] == value);
            let verdict = if is("active", true) || is("enabled", true) {
                Verdict::Elsewhere
            } else if is("present", true) || is("frozen", false) {
                // It is not even meant to be shut.
                Verdict::Open
            } else {
                verdict(&plan, kind)
            };
            doors.push(Seen { place, how: How::Read, verdict, left: None, at: self.0.clock.now() });
        }
        Ok(doors)
    }
}

/// A difference from what is wanted, that of a closed door, is an open one: also one that somebody has accepted.
fn verdict(plan: &Plan, kind: &str) -> Verdict {
    let change = plan.changes.iter().find(|change| change.kind == kind);
    match change.map(|change| change.action) {
        Some(Action::Unreadable) => Verdict::Unknown,
        Some(Action::Update | Action::Delete | Action::Foreign) => Verdict::Open,
        None if plan.accepted.iter().any(|accepted| accepted.subject.kind == kind) => Verdict::Open,
        // What is not there lets nobody in.
        Some(Action::Create) | None => Verdict::Refused,
    }
}
