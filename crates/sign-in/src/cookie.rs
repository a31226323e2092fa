//! The cookies: one for the session, one while a person is at the identity provider [A7], one for kept forms [A8], one for
//! the workspace that somebody has just left.

use access::Surface;

/// Browsers take `__Host-` only with `Secure`, and `Secure` not from plain HTTP, which only loopback uses.
fn prefix(origin: &str) -> &'static str {
    if origin.starts_with("https://") { "__Host-" } else { "" }
}

pub(crate) fn session_name(surface: Surface, origin: &str) -> String {
    format!("{}dezky_{surface}", prefix(origin))
}

pub(crate) fn attempt_name(surface: Surface, origin: &str) -> String {
    format!("{}dezky_{surface}_attempt", prefix(origin))
}

pub(crate) fn kept_name(surface: Surface, origin: &str) -> String {
    format!("{}dezky_{surface}_kept", prefix(origin))
}

pub(crate) fn host_name(surface: Surface, origin: &str) -> String {
    format!("{}dezky_{surface}_left", prefix(origin))
}

/// The line that takes the cookie of kept forms away.
pub(crate) fn no_kept(surface: Surface, origin: &str) -> String {
    line(&kept_name(surface, origin), "", origin, Some(0))
}

/// A `Set-Cookie` line. Without `max_age` it lasts as long as the browser; zero removes it.
pub(crate) fn line(name: &str, value: &str, origin: &str, max_age: Option<u32>) -> String {
    let secure = if origin.starts_with("https://") { "; Secure" } else { "" };
    let age = max_age.map(|age| format!("; Max-Age={age}")).unwrap_or_default();
    format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}")
}
