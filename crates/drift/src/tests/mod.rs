//! The slice with those of tenants in a small Dezky.

mod plan;
mod rights;

use std::time::Duration;

use customers::Customers;
use platform::{Platform, Slice};
use provisioning::Provisioning;
use tenants::{Settings, Tenants};
use testkit::Rig;

use crate::Drift;

fn slices(platform: &Platform) -> Vec<Slice> {
    let settings = Settings {
        platform_slug: "dezky".parse().unwrap(),
        platform_name: "Dezky".into(),
        grace: Duration::ZERO,
    };
    let tenants = Tenants::new(platform, None, settings);
    vec![
        provisioning::slice(&Provisioning::new(platform)),
        health::slice(),
        tenants::slice(&tenants),
        customers::slice(&Customers::new(platform, &tenants)),
        crate::slice(&Drift::new(platform, &tenants)),
    ]
}

async fn rig() -> Rig {
    testkit::rig(slices).await
}
