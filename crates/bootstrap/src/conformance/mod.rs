//! `dezky bootstrap` and `dezky doctor` against servers that were just installed, real or simulated. The program is
//! started as an operator starts it, and nothing is known of the servers but what their administrators sign in with
//! (`docs/conformance.md`). What is broken is broken by the servers' own API, and mended by the command that the doctor
//! names.

mod breaks;
mod files;
mod mail;
mod ran;
mod site;
mod wrong;

pub use site::{Part, Site};

use std::io;

use outbound::CallError;

/// What a step saw, or why there is nothing to see.
pub type Told = Result<String, Trouble>;

/// Why a step isn't ok.
#[derive(Debug)]
pub enum Trouble {
    /// It went wrong.
    Failed(String),
    /// It can't be tried here.
    Skipped(String),
}

impl From<CallError> for Trouble {
    fn from(error: CallError) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

fn failed(why: impl Into<String>) -> Trouble {
    Trouble::Failed(why.into())
}

/// From what is there to what Dezky needs, once more without any effect, and after one thing was broken. `tell` hears of
/// each step when it is done.
pub async fn bootstrap(site: &mut Site, tell: &mut impl FnMut(&'static str, Told)) {
    for part in site.parts() {
        let [missing, set_up, again] = part.steps();
        tell(missing, site.plan(part).await);
        tell(set_up, site.set_up(part).await);
        tell(again, site.changes_nothing(part).await);
    }
    tell("the doctor finds nothing", site.is_well().await);
    if site.has(Part::Authentik) {
        let broken = breaks::redirect_address();
        tell(broken.what, breaks::try_one(site, &broken).await);
    }
    if site.has(Part::Stalwart) {
        tell(mail::WEAKER, mail::weaker(site).await);
    }
    tell("clean up", site.clean_up().await);
}

/// Breaks one thing after the other. Each is named by the doctor with the command that mends it, and mended by it.
pub async fn doctor(site: &mut Site, tell: &mut impl FnMut(&'static str, Told)) {
    tell("the doctor finds nothing", site.is_well_once_set_up().await);
    if site.has(Part::Authentik) {
        for broken in breaks::all(site.may_lose()) {
            tell(broken.what, breaks::try_one(site, &broken).await);
        }
    }
    if site.has(Part::Stalwart) {
        tell(mail::WEAKER, mail::weaker(site).await);
        tell("Stalwart: the key is removed", mail::removed(site).await);
    }
    if site.has(Part::Ocis) {
        tell("oCIS: the service user has no role", files::without_role(site).await);
    }
    for wrong in wrong::all(site) {
        tell(wrong.what, wrong::try_one(site, &wrong).await);
    }
    tell("setting: certificates that aren't trusted", wrong::distrusted(site).await);
    tell("clean up", site.clean_up().await);
}
