//! The slice in a small Dezky.

use std::ops::Deref;
use std::time::Duration;

use platform::{Platform, Slice, Upstreams};
use provisioning::Provisioning;
pub use testkit::{Who, fault};

use crate::{Settings, Tenants};

pub struct Rig {
    kit: testkit::Rig,
    pub tenants: Tenants,
}

impl Deref for Rig {
    type Target = testkit::Rig;

    fn deref(&self) -> &testkit::Rig {
        &self.kit
    }
}

fn tenants(platform: &Platform) -> Tenants {
    let settings = Settings {
        platform_slug: "dezky".parse().unwrap(),
        platform_name: "Dezky".into(),
        grace: Duration::ZERO,
    };
    Tenants::new(platform, None, settings)
}

/// The slice, whose service `own` is.
fn slices(platform: &Platform, own: &mut Option<Tenants>) -> Vec<Slice> {
    let tenants = own.insert(tenants(platform));
    vec![provisioning::slice(&Provisioning::new(platform)), health::slice(), crate::slice(tenants)]
}

pub async fn rig() -> Rig {
    rig_with(|upstreams| upstreams).await
}

/// A rig that gives its upstreams the time that lists of a thousand take on a busy machine.
pub async fn patient_rig() -> Rig {
    let mut own = None;
    let kit = testkit::patient_rig(|platform| slices(platform, &mut own)).await;
    Rig { kit, tenants: own.unwrap() }
}

/// A rig whose upstreams are changed before they are used: one switched off, say.
pub async fn rig_with(change: impl FnOnce(Upstreams) -> Upstreams) -> Rig {
    let mut own = None;
    let kit = testkit::rig_with(change, |platform| slices(platform, &mut own)).await;
    Rig { kit, tenants: own.unwrap() }
}
