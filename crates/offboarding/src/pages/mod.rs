//! The slice's page: the report of an offboarding. It is begun on the page of a member, which asks before.

mod report;

use web::{Mount, Routes};

use crate::service::Offboardings;

pub fn portal(offboardings: &Offboardings) -> Routes {
    Routes::new(Mount::Portal)
        .get("/admin/{slug}/members/{id}/offboard", report::show)
        .get("/admin/{slug}/members/{id}/offboard/live", report::live)
        .post("/admin/{slug}/members/{id}/offboard", report::begin)
        .with_state(offboardings.clone())
}
