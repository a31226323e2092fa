//! The servers that Dezky drives.

use upstream_authentik::Authentik;
use upstream_ocis::Ocis;
use upstream_stalwart::Stalwart;

/// The clients of the upstreams, or why one is off (`not_configured`, `switched_off`).
#[derive(Debug, Clone)]
pub struct Upstreams {
    /// Sign-in.
    pub authentik: Result<Authentik, &'static str>,
    /// Mail.
    pub stalwart: Result<Stalwart, &'static str>,
    /// Files.
    pub ocis: Result<Ocis, &'static str>,
}

impl Upstreams {
    /// The client of sign-in, where it is used.
    pub fn authentik(&self) -> Option<&Authentik> {
        self.authentik.as_ref().ok()
    }

    /// The client of mail, where it is used.
    pub fn stalwart(&self) -> Option<&Stalwart> {
        self.stalwart.as_ref().ok()
    }
}
