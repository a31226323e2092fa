//! The upstream objects of a tenant, as the reconciler sees them.

mod domain;
mod drive;
mod group;

pub use domain::{DOMAIN_USED, USERS, user_of_type};
pub use group::our_groups;
use platform::Upstreams;
use reconcile::Registered;

/// The kinds that the slice brings.
pub fn kinds(upstreams: &Upstreams) -> Vec<Registered> {
    let group = match &upstreams.authentik {
        Ok(client) => Registered::on(group::Group(client.clone())),
        Err(why) => Registered::off(crate::desired::GROUP, why),
    };
    let domain = match &upstreams.stalwart {
        Ok(client) => Registered::on(domain::Domain(client.clone())),
        Err(why) => Registered::off("stalwart.domain", why),
    };
    let drive = match &upstreams.ocis {
        Ok(client) => Registered::on(drive::Drive(client.clone())),
        Err(why) => Registered::off("ocis.drive", why),
    };
    vec![group, domain, drive]
}

/// The ownership mark where an upstream has only free text for it: `dezky tenant=ten_... resource=res_...`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Mark {
    tenant: String,
    resource: String,
}

impl Mark {
    fn text(&self) -> String {
        format!("dezky tenant={} resource={}", self.tenant, self.resource)
    }

    fn read(text: &str) -> Option<Self> {
        let mut words = text.strip_prefix("dezky ")?.split(' ');
        let tenant = words.next()?.strip_prefix("tenant=")?.to_owned();
        let resource = words.next()?.strip_prefix("resource=")?.to_owned();
        words.next().is_none().then_some(Self { tenant, resource })
    }
}

#[cfg(test)]
mod tests {
    use super::Mark;

    #[test]
    fn a_mark_survives_its_text_and_nothing_else_is_one() {
        let mark = Mark { tenant: "ten_1".into(), resource: "res_1".into() };
        assert_eq!(Mark::read(&mark.text()), Some(mark));
        for text in
            ["", "dezky", "dezky tenant=a", "dezky tenant=a resource=b c", "My dezky tenant=a resource=b"]
        {
            assert_eq!(Mark::read(text), None, "{text}");
        }
    }
}
