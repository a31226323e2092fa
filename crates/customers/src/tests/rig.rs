//! The slice and that of tenants in a small Dezky.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use access::{Actor, Granted, Origin, Permission, Surface};
use jobs::Run;
use kernel::id::RequestId;
use platform::{Platform, Slice, Upstreams};
use provisioning::Provisioning;
use tenants::{Settings, Tenants};
pub use testkit::{Who, fault};

use crate::Customers;

pub struct Rig {
    kit: testkit::Rig,
    pub tenants: Tenants,
    /// The work by the clock that purges ended tenants.
    pub purge: Arc<dyn Run>,
}

impl Deref for Rig {
    type Target = testkit::Rig;

    fn deref(&self) -> &testkit::Rig {
        &self.kit
    }
}

impl Rig {
    /// The proof of an operator's right.
    pub async fn proof<P: Permission>(&self, path: &[(&str, &str)]) -> Granted<P> {
        let user = self.operator().await.person.id;
        let origin = Origin { address: None, user_agent: None, request_id: RequestId::new(&self.clock) };
        let actor = Actor::load(&self.test.db, user, Surface::Operator, &origin, &self.clock).await;
        let path = path.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Granted::prove(&self.test.db, &actor.unwrap().unwrap(), &path).await.unwrap()
    }
}

/// What a rig has besides the kit.
type Own = (Tenants, Arc<dyn Run>);

/// The slices; the service of tenants and its purge are `own`.
fn slices(platform: &Platform, own: &mut Option<Own>) -> Vec<Slice> {
    let settings = Settings {
        platform_slug: "dezky".parse().unwrap(),
        platform_name: "Dezky".into(),
        grace: Duration::ZERO,
    };
    let tenants = Tenants::new(platform, None, settings);
    let below = tenants::slice(&tenants);
    let purge = below.jobs.iter().find(|job| job.name == "tenants.purge").unwrap();
    *own = Some((tenants.clone(), purge.work.clone()));
    vec![
        provisioning::slice(&Provisioning::new(platform)),
        health::slice(),
        below,
        crate::slice(&Customers::new(platform, &tenants)),
    ]
}

fn with_own(kit: testkit::Rig, own: Option<Own>) -> Rig {
    let (tenants, purge) = own.unwrap();
    Rig { kit, tenants, purge }
}

pub async fn rig() -> Rig {
    rig_with(|upstreams| upstreams).await
}

/// A rig that gives its upstreams the time that lists of a thousand take on a busy machine.
pub async fn patient_rig() -> Rig {
    let mut own = None;
    let kit = testkit::patient_rig(|platform| slices(platform, &mut own)).await;
    with_own(kit, own)
}

/// A rig whose upstreams are changed before they are used: one switched off, say.
pub async fn rig_with(change: impl FnOnce(Upstreams) -> Upstreams) -> Rig {
    let mut own = None;
    let kit = testkit::rig_with(change, |platform| slices(platform, &mut own)).await;
    with_own(kit, own)
}
