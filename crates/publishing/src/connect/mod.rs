//! Domain Connect (domainconnect.org, the synchronous flow): a link to the customer's DNS host, which shows what it is
//! about to publish and does it. Only what is to change goes along, in groups of the template, so that a host has no
//! reason to take anything away.

mod discover;
mod sign;

use kernel::dns::{Data, Name};
use mail_dns::publish::Item;
use mail_dns::{Purpose, show};
use serde::Deserialize;
use url::Url;

pub use sign::{BadSigner, Signer};

/// The template under which hosts know this service.
#[derive(Debug, Clone)]
pub struct Connect {
    /// Who offers it, a domain.
    pub provider: String,
    /// What is offered.
    pub service: String,
    /// Signs the links, where the template asks for it.
    pub signer: Option<Signer>,
}

/// A DNS host that knows the template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// What it calls itself.
    pub host: String,
    /// Where its owner agrees to the changes.
    pub link: String,
}

/// What a host says about itself, as far as it matters here.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct HostSettings {
    provider_name: String,
    provider_display_name: Option<String>,
    #[serde(rename = "urlSyncUX")]
    url_sync_ux: Option<String>,
    #[serde(rename = "urlAPI")]
    url_api: String,
}

/// The longest name of a host that is shown.
const MOST_NAME: usize = 60;

impl HostSettings {
    fn name(&self) -> String {
        let name = self.provider_display_name.as_deref().unwrap_or(&self.provider_name);
        name.chars().filter(|letter| !letter.is_control()).take(MOST_NAME).collect()
    }
}

impl Connect {
    /// The path below a host at which the template is known.
    fn path(&self) -> String {
        format!("/v2/domainTemplates/providers/{}/services/{}", self.provider, self.service)
    }

    /// The link to agree to these values; none where the host's address is no good one.
    fn link(&self, ux: &str, place: &Place<'_>, values: &Values) -> Option<String> {
        let mut url = https(&format!("{}{}/apply", ux.trim_end_matches('/'), self.path()))?;
        let host = place.domain.as_str().strip_suffix(place.zone.as_str());
        let host = host.map(|host| host.trim_end_matches('.')).unwrap_or_default();
        {
            let mut query = url.query_pairs_mut();
            query.append_pair("domain", place.zone.as_str());
            if !host.is_empty() {
                query.append_pair("host", host);
            }
            query.append_pair("groupId", &values.groups.join(","));
            for (name, value) in &values.variables {
                query.append_pair(name, value);
            }
            query.append_pair("redirect_uri", place.back);
        }
        if let Some(signer) = &self.signer {
            let signature = signer.sign(url.query().unwrap_or_default())?;
            url.query_pairs_mut().append_pair("sig", &signature).append_pair("key", signer.label());
        }
        Some(url.into())
    }
}

/// Which domain, and where its owner comes back to.
struct Place<'a> {
    zone: &'a Name,
    domain: &'a Name,
    back: &'a str,
}

/// What goes into the template: the groups of records to be published, and their variables.
#[derive(Debug, Default, PartialEq, Eq)]
struct Values {
    groups: Vec<&'static str>,
    variables: Vec<(&'static str, String)>,
}

impl Values {
    /// Those of the records that change; of each kind as many as the template has.
    fn of(items: &[Item]) -> Self {
        let mut values = Self::default();
        let changing = items.iter().filter(|item| item.act.is_change()).map(|item| &item.expected);
        let (mut mxs, mut keys) = (MXS.into_iter(), KEYS.into_iter());
        for one in changing {
            let text = show(&one.data);
            match (one.purpose, &one.data) {
                (Purpose::Ownership, _) => values.put("proof", [("proof", text)]),
                (Purpose::Mx, Data::Mx { exchange, .. }) => {
                    if let Some(name) = mxs.next() {
                        values.put(name, [(name, exchange.to_string())]);
                    }
                }
                (Purpose::Spf, _) if one.needed => values.put("spf", [("spf", mechanisms(&text))]),
                (Purpose::Dkim, Data::Txt(_)) => {
                    if let Some((group, selector)) = keys.next() {
                        let name = one.name.as_str().split("._domainkey").next().unwrap_or_default();
                        values.put(group, [(group, text), (selector, name.to_owned())]);
                    }
                }
                (Purpose::Dmarc, _) => values.put("dmarc", [("dmarc", text)]),
                _ => {}
            }
        }
        values
    }

    fn put<const N: usize>(&mut self, group: &'static str, variables: [(&'static str, String); N]) {
        self.groups.push(group);
        self.variables.extend(variables);
    }
}

/// The template's groups for exchangers, each with a variable of the same name.
const MXS: [&str; 2] = ["mx", "mx2"];
/// Those for keys, each with a variable of the same name and one for the selector.
const KEYS: [(&str, &str); 2] = [("dkim1", "selector1"), ("dkim2", "selector2")];

/// What an SPF record allows, for a host that puts it into the one that is there.
fn mechanisms(record: &str) -> String {
    let is_mechanism = |word: &&str| {
        let bare = word.trim_start_matches(['+', '-', '~', '?']);
        !bare.eq_ignore_ascii_case("all") && !bare.to_ascii_lowercase().starts_with("v=spf1")
    };
    record.split_whitespace().filter(is_mechanism).collect::<Vec<_>>().join(" ")
}

/// An address that may be called or shown: over TLS, at a host with a name, without a password.
fn https(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let is_plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    let is_named = matches!(url.host(), Some(url::Host::Domain(_)));
    (url.scheme() == "https" && is_plain && is_named).then_some(url)
}

#[cfg(test)]
mod tests;
