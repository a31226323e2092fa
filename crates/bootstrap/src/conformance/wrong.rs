//! What an operator may get wrong in the settings. Nothing of it changes a server; a wrong secret and a wrong token are
//! shown to Authentik once each, which bars nobody for it.

use super::site::{CLOSED, INNER};
use super::{Part, Site, Told, Trouble};

/// The setting with the authorities that are trusted.
const TRUST: &str = "EXTRA_CA_CERTS";

/// A setting that is wrong, and what the doctor says of it.
pub struct Wrong {
    /// The step.
    pub what: &'static str,
    of: Part,
    over: Vec<(&'static str, String)>,
    named: &'static str,
    /// The setting that the advice names.
    mend: &'static str,
}

impl Wrong {
    fn unreachable(what: &'static str, of: Part, setting: &'static str) -> Self {
        Self { what, of, over: vec![(setting, CLOSED.to_owned())], named: "can't be reached", mend: setting }
    }
}

/// All that can be got wrong about the servers that are there.
pub fn all(site: &Site) -> Vec<Wrong> {
    let mut all = Vec::new();
    if site.has(Part::Authentik) {
        let another = |setting| vec![(setting, "another".to_owned())];
        all.push(Wrong {
            what: "setting: another client secret",
            of: Part::Authentik,
            over: another("AUTHENTIK_PORTAL_CLIENT_SECRET"),
            named: "doesn’t accept the client secret of dezky-portal",
            mend: "AUTHENTIK_PORTAL_CLIENT_SECRET",
        });
        all.push(Wrong {
            what: "setting: another token for Authentik",
            of: Part::Authentik,
            over: another("AUTHENTIK_API_TOKEN"),
            named: "Authentik: accepts the token",
            mend: "AUTHENTIK_API_TOKEN",
        });
        all.push(Wrong::unreachable("setting: Authentik can't be reached", Part::Authentik, INNER));
    }
    if site.has(Part::Stalwart) {
        all.push(Wrong::unreachable(
            "setting: Stalwart can't be reached",
            Part::Stalwart,
            Part::Stalwart.address(),
        ));
    }
    if site.has(Part::Ocis) {
        all.push(Wrong::unreachable("setting: oCIS can't be reached", Part::Ocis, Part::Ocis.address()));
        // Authentik names itself as it is called (authentik, section 17), so oCIS alone notices.
        let issuer = "https://dezky-conformance.invalid".to_owned();
        all.push(Wrong {
            what: "setting: another issuer",
            of: Part::Ocis,
            over: vec![("AUTHENTIK_ISSUER", issuer), (INNER, site.authentik_url().to_owned())],
            named: "accepts the service user's token",
            mend: "OCIS_OIDC_ISSUER",
        });
    }
    all
}

/// The doctor names a wrong setting, and which it is.
pub async fn try_one(site: &mut Site, wrong: &Wrong) -> Told {
    let ran = site.doctor(&wrong.over).await?;
    ran.must_name(wrong.of.lines(), &[wrong.named], wrong.mend)
}

/// Without `EXTRA_CA_CERTS` no server with a certificate of its own is trusted.
pub async fn distrusted(site: &mut Site) -> Told {
    let address = |part: Part| match part {
        Part::Authentik => Some(site.authentik_url()),
        part => site.setting(part.address()),
    };
    let is_tls = |part: &Part| address(*part).is_some_and(|at| at.starts_with("https:"));
    let behind_tls: Vec<Part> = site.set_up_by_now().filter(is_tls).collect();
    if behind_tls.is_empty() || site.setting(TRUST).is_none() {
        return Err(Trouble::Skipped("no server has a certificate of its own authority".to_owned()));
    }
    let ran = site.doctor(&[(TRUST, String::new())]).await?;
    for part in &behind_tls {
        ran.must_name(part.lines(), &["the certificate of"], TRUST)?;
    }
    Ok(format!("named of {}", behind_tls.len()))
}
