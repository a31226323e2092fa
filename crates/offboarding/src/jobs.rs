//! Work by the clock: ways in that are open are checked again.

use jobs::Schedule;

use crate::run;
use crate::service::Offboardings;

/// The slice's recurring work.
pub fn schedules(offboardings: &Offboardings) -> Vec<Schedule> {
    let every = offboardings.platform.pace.look;
    vec![Schedule { name: run::WORK, every, work: run::work(offboardings) }]
}
