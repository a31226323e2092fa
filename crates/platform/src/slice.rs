//! What a slice brings: data that the product puts together.

use std::sync::Arc;

use access::Subscriber;
use jobs::Schedule;
use probes::Probe;
use reconcile::{Registered, ResourceSubscriber};
use web::{App, Finder, Nav, ObjectPage, Routes, Shortcut, TenantTab};

/// What a slice brings. What it doesn't bring is left out: `..Slice::new("groups")`.
#[derive(Default)]
pub struct Slice {
    /// Its name, which is its crate's.
    pub name: &'static str,
    /// Its routes.
    pub routes: Vec<Routes>,
    /// Its places in the navigation.
    pub nav: Vec<Nav>,
    /// Its places in the launcher.
    pub apps: Vec<App>,
    /// Its sub-pages of a tenant in the operator console.
    pub tenant_tabs: Vec<TenantTab>,
    /// Where its objects are opened.
    pub objects: Vec<ObjectPage>,
    /// What finds them.
    pub finders: Vec<Finder>,
    /// Its ways to what people do often.
    pub shortcuts: Vec<Shortcut>,
    /// What it writes into the log.
    pub actions: &'static [audit::Action],
    /// Its texts.
    pub texts: Vec<i18n::Source>,
    /// The kinds of upstream objects that it knows.
    pub kinds: Vec<Registered>,
    /// Told of changes in other slices.
    pub subscribers: Vec<Arc<dyn Subscriber>>,
    /// Told by the reconciler of what its owners have upstream.
    pub resource_subscribers: Vec<Arc<dyn ResourceSubscriber>>,
    /// Its work by the clock.
    pub jobs: Vec<Schedule>,
    /// What it asks to see whether its upstream lives.
    pub probes: Vec<Probe>,
}

impl Slice {
    /// A slice that brings nothing yet.
    pub fn new(name: &'static str) -> Self {
        Self { name, ..Self::default() }
    }
}

impl std::fmt::Debug for Slice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Slice").field(&self.name).finish()
    }
}
