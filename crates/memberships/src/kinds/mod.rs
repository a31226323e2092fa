//! What members have upstream, as the reconciler sees it.

mod files_quota;
mod files_user;
mod membership;
mod space;
mod user;

use platform::Upstreams;
use reconcile::{Registered, Target};

use crate::desired::{FILES_QUOTA, FILES_USER, MEMBERSHIP, SPACE_MEMBERSHIP, USER};

/// The kinds that the slice brings.
pub fn kinds(upstreams: &Upstreams) -> Vec<Registered> {
    let [user, membership] = match &upstreams.authentik {
        Ok(client) => [
            Registered::on(user::User(client.clone())),
            Registered::on(membership::Membership(client.clone())),
        ],
        Err(why) => [Registered::off(USER, why), Registered::off(MEMBERSHIP, why)],
    };
    let [files_user, files_quota, space] = match &upstreams.ocis {
        Ok(client) => [
            Registered::on(files_user::FilesUser(client.clone())),
            Registered::on(files_quota::FilesQuota(client.clone())),
            Registered::on(space::SpaceMembership(client.clone())),
        ],
        Err(why) => [FILES_USER, FILES_QUOTA, SPACE_MEMBERSHIP].map(|kind| Registered::off(kind, why)),
    };
    vec![user, membership, files_user, files_quota, space]
}

/// The ids of the two that a relation is between: of what it needs, or while that isn't all there, as its own id has
/// them.
fn sides<'a, S>(target: &Target<'a, S>, separator: char) -> Option<(&'a str, &'a str)> {
    match target.needed {
        [one, other] => Some((one.as_str(), other.as_str())),
        _ => target.upstream_id.and_then(|id| id.split_once(separator)),
    }
}
