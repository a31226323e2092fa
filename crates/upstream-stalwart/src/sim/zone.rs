//! The text of `dnsZoneFile`: absolute names, no TTL, long TXT values split in parentheses (section 6).

use serde_json::Value;

use super::dkim::Algorithm;
use super::domain::Domain;
use super::world::World;

/// The longest piece of a TXT value.
const PIECE: usize = 255;

/// The records that the domain should have, as of now.
pub fn text(world: &World, id: u64, domain: &Domain) -> String {
    let (name, host) = (&domain.name, &world.settings.hostname);
    let mut zone = String::new();
    let mut line = |owner: &str, data: &str| zone.push_str(&format_line(owner, data));
    for algorithm in [Algorithm::Ed25519, Algorithm::Rsa] {
        let keys = world.visible_keys();
        for (_, key) in keys.filter(|(_, key)| key.domain == id && key.algorithm == algorithm) {
            let (kind, public) = (algorithm.short(), key.public_key(name));
            let value = format!("v=DKIM1; k={kind}; h=sha256; p={public}");
            line(&format!("{}._domainkey.{name}", key.selector()), &txt(&value));
        }
    }
    if host.ends_with(&format!(".{name}")) {
        line(host, &txt("v=spf1 a -all"));
    }
    line(name, &txt("v=spf1 mx -all"));
    line(name, &format!("MX 10 {host}."));
    let reports = domain.properties.get("reportAddressUri").and_then(Value::as_str);
    let reports = reports.map(|uri| if uri.contains('@') { uri.to_owned() } else { format!("{uri}@{name}") });
    if let Some(reports) = &reports {
        let policy = format!("v=DMARC1; p=reject; rua={reports}");
        line(&format!("_dmarc.{name}"), &txt(&policy));
    }
    for (service, port) in [
        ("caldavs", 443),
        ("carddavs", 443),
        ("imaps", 993),
        ("jmap", 443),
        ("pop3s", 995),
        ("submissions", 465),
    ] {
        line(&format!("_{service}._tcp.{name}"), &format!("SRV 0 1 {port} {host}."));
    }
    line(&format!("mta-sts.{name}"), &format!("CNAME {host}."));
    line(&format!("_mta-sts.{name}"), &txt("v=STSv1; id=8430040749345519133"));
    if let Some(reports) = &reports {
        let policy = format!("v=TLSRPTv1; rua={reports}");
        line(&format!("_smtp._tls.{name}"), &txt(&policy));
    }
    line(&format!("ua-auto-config.{name}"), &format!("CNAME {host}."));
    let digest = "v=UAAC1; a=sha256; d=aFFVVE6vCyUhFoZpRTg926Qt9xTydVU8XBdYLZY4yGw=";
    line(&format!("_ua-auto-config.{name}"), &txt(digest));
    for service in ["autoconfig", "autodiscover"] {
        line(&format!("{service}.{name}"), &format!("CNAME {host}."));
    }
    zone
}

fn format_line(owner: &str, data: &str) -> String {
    format!("{owner}. IN {data}\n")
}

fn txt(value: &str) -> String {
    if value.len() <= PIECE {
        return format!("TXT \"{value}\"");
    }
    let mut lines = Vec::new();
    let mut rest = value;
    while !rest.is_empty() {
        let (piece, left) = rest.split_at_checked(PIECE).unwrap_or((rest, ""));
        lines.push(format!("    \"{piece}\""));
        rest = left;
    }
    format!("TXT (\n{}\n)", lines.join("\n"))
}
