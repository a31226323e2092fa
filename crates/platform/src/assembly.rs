//! Puts together what slices bring. Each thing has one owner.

use std::collections::BTreeMap;

use i18n::Source;
use jobs::Schedule;
use web::{Places, Routes};

use crate::Platform;
use crate::slice::Slice;

/// Two slices bring the same thing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("both {first} and {second} bring the {what} {name}")]
pub struct TwoOwners {
    what: &'static str,
    name: String,
    first: &'static str,
    second: &'static str,
}

/// What all slices bring to the web and to the clock.
#[derive(Debug, Default)]
pub struct Assembly {
    /// All routes.
    pub routes: Vec<Routes>,
    /// All places.
    pub places: Places,
    /// All texts.
    pub texts: Vec<Source>,
    /// All work by the clock.
    pub jobs: Vec<Schedule>,
}

/// Registers what slices bring, lowest slice first: whom an event reaches first follows from it.
///
/// # Errors
/// When two slices bring the same kind, action, job or probe.
pub fn assemble(platform: &Platform, slices: Vec<Slice>) -> Result<Assembly, TwoOwners> {
    each_has_one_owner(&slices)?;
    let mut all = Assembly { texts: reconcile::TEXTS.to_vec(), ..Assembly::default() };
    all.places.actions.extend(access::Action::ALL.iter().chain(reconcile::recorded::Action::ALL));
    let (mut kinds, mut resource_subscribers) = (Vec::new(), Vec::new());
    let (mut subscribers, mut probes) = (Vec::new(), Vec::new());
    for slice in slices {
        all.routes.extend(slice.routes);
        all.texts.extend(slice.texts);
        all.jobs.extend(slice.jobs);
        let places = &mut all.places;
        places.nav.extend(slice.nav);
        places.apps.extend(slice.apps);
        places.tenant_tabs.extend(slice.tenant_tabs);
        places.objects.extend(slice.objects);
        places.finders.extend(slice.finders);
        places.shortcuts.extend(slice.shortcuts);
        places.actions.extend(slice.actions);
        kinds.extend(slice.kinds);
        resource_subscribers.extend(slice.resource_subscribers);
        subscribers.extend(slice.subscribers);
        probes.extend(slice.probes);
    }
    let places = &mut all.places;
    places.actions.sort_unstable();
    places.nav.sort_by_key(|nav| nav.place);
    places.apps.sort_by_key(|app| app.place);
    places.finders.sort_by_key(|finder| finder.place);
    places.tenant_tabs.sort_by_key(|tab| tab.place);
    platform.reconciler.register(kinds, resource_subscribers);
    platform.events.register(subscribers);
    platform.probes.register(probes);
    Ok(all)
}

fn each_has_one_owner(slices: &[Slice]) -> Result<(), TwoOwners> {
    let mut owners: BTreeMap<(&'static str, &str), &'static str> = BTreeMap::new();
    let mut own = |what: &'static str, name: &'static str, slice: &Slice| match owners
        .insert((what, name), slice.name)
    {
        Some(first) => Err(TwoOwners { what, name: name.to_owned(), first, second: slice.name }),
        None => Ok(()),
    };
    for slice in slices {
        own("name", slice.name, slice)?;
        slice.kinds.iter().try_for_each(|kind| own("kind", kind.name, slice))?;
        slice.actions.iter().try_for_each(|action| own("action", action.as_str(), slice))?;
        slice.jobs.iter().try_for_each(|job| own("job", job.name, slice))?;
        slice.probes.iter().try_for_each(|probe| own("probe", probe.upstream, slice))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use reconcile::Registered;

    use super::*;
    use crate::testing;

    #[tokio::test]
    async fn a_kind_that_two_slices_bring_is_refused_by_name() {
        let test = migrations::test_database().await;
        let platform = Platform::new(testing::handles(&test.db, &kernel::Clock::System));
        let slice = |name| Slice { kinds: vec![Registered::off("mail.box", "off")], ..Slice::new(name) };
        let told = assemble(&platform, vec![slice("one"), slice("two")]).unwrap_err();
        assert_eq!(told.to_string(), "both one and two bring the kind mail.box");
        assert!(assemble(&platform, vec![slice("one")]).is_ok());
    }
}
