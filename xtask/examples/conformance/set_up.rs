//! The suites `bootstrap` and `doctor`: they start the built program, and share a folder that goes with the run, so that what
//! one sets up the other finds set up.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result};
use bootstrap::conformance::{self, Part, Site, Told, Trouble};

use crate::{Report, setting};

/// Their names.
pub const SUITES: [&str; 2] = [BOOTSTRAP, "doctor"];
const BOOTSTRAP: &str = "bootstrap";

/// The variables, each after `DEZKY_CONFORMANCE_`, and the settings of the program that they are.
const SETTINGS: [(&str, &str); 14] = [
    ("AUTHENTIK_URL", "AUTHENTIK_ISSUER"),
    ("AUTHENTIK_INNER_URL", "AUTHENTIK_API_URL"),
    ("AUTHENTIK_ADMIN_TOKEN", "AUTHENTIK_ADMIN_TOKEN"),
    ("STALWART_URL", "STALWART_API_URL"),
    ("STALWART_ADMIN_USER", "STALWART_ADMIN_USER"),
    ("STALWART_ADMIN_PASSWORD", "STALWART_ADMIN_PASSWORD"),
    ("OCIS_URL", "OCIS_API_URL"),
    ("OCIS_ADMIN_USER_ID", "OCIS_ADMIN_USER_ID"),
    ("PORTAL_URL", "PORTAL_URL"),
    ("OPERATOR_URL", "OPERATOR_URL"),
    ("API_URL", "API_URL"),
    ("FILES_URL", "FILES_URL"),
    ("CA_CERTS", CA_CERTS),
    ("DNS_RESOLVERS", "DNS_RESOLVERS"),
];
const CA_CERTS: &str = "EXTRA_CA_CERTS";

/// The parts, and the variables that each of them needs.
const NEEDED: [(Part, &str, &[&str]); 3] = [
    (Part::Authentik, "Authentik", &["AUTHENTIK_URL", "AUTHENTIK_ADMIN_TOKEN"]),
    (Part::Stalwart, "Stalwart", &["STALWART_URL", "STALWART_ADMIN_USER", "STALWART_ADMIN_PASSWORD"]),
    (Part::Ocis, "oCIS", &["OCIS_URL", "AUTHENTIK_URL", "AUTHENTIK_ADMIN_TOKEN"]),
];

/// Runs those that are asked for.
pub async fn run(suites: &[&'static str], report: &mut Report) -> Result<()> {
    let mut settings = BTreeMap::new();
    for (name, ours) in SETTINGS {
        if let Some(value) = setting(name)? {
            // The program runs in a folder of its own.
            let value = if ours == CA_CERTS { absolute(&value)? } else { value };
            settings.insert(ours.to_owned(), value);
        }
    }
    let binary = setting("BINARY")?.unwrap_or_else(|| "target/debug/dezky".to_owned());
    let folder = tempfile::Builder::new().prefix("dezky-conformance-").tempdir()?;
    let mut site = Site::new(absolute(&binary)?.into(), settings, folder.path().to_owned(), false);
    for &suite in suites {
        for (part, name, needed) in NEEDED {
            if !site.has(part) {
                let missing = needed.iter().find(|name| setting(name).is_ok_and(|value| value.is_none()));
                report.skip(suite, name, &format!("DEZKY_CONFORMANCE_{}", missing.unwrap_or(&needed[0])));
            }
        }
        if site.parts().is_empty() {
            continue;
        }
        if suite == BOOTSTRAP {
            conformance::bootstrap(&mut site, &mut hear(suite, report)).await;
        } else {
            conformance::doctor(&mut site, &mut hear(suite, report)).await;
        }
    }
    Ok(())
}

/// What a suite calls with each step.
fn hear(suite: &'static str, report: &mut Report) -> impl FnMut(&'static str, Told) {
    report.begin();
    move |step, told| match told {
        Ok(detail) => report.line("ok", suite, step, &detail),
        Err(Trouble::Skipped(why)) => report.line("skip", suite, step, &why),
        Err(Trouble::Failed(why)) => report.line("FAIL", suite, step, &why),
    }
}

fn absolute(path: &str) -> Result<String> {
    let whole = std::path::absolute(Path::new(path)).with_context(|| format!("{path} is no path"))?;
    whole.into_os_string().into_string().ok().with_context(|| format!("{path} is not UTF-8"))
}
