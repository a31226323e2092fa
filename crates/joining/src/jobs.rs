//! Work by the clock: mails of invitations are written, files are worked off.

use jobs::Schedule;

use crate::service::Joining;
use crate::{import, invitations};

/// The slice's recurring work.
pub fn schedules(joining: &Joining) -> Vec<Schedule> {
    let every = joining.platform.pace.look;
    vec![
        Schedule { name: invitations::WORK, every, work: invitations::work(joining) },
        Schedule { name: import::WORK, every, work: import::work(joining) },
    ]
}
