//! Layers that protect: the headers of every answer, the size of every body, and the token against forged requests.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use kernel::Kind;

use crate::body::{pairs_of, too_large};
use crate::caller::Caller;
use crate::context::{Facts, Web};
use crate::failure::Failure;

/// The most bytes a body may have.
pub const MOST_BYTES: usize = 1 << 20;

/// The stable word for a change that no page of the person's present session asked for.
pub const FORGED: &str = "forged-request";

/// Sets the headers that every answer has, pages and API alike.
pub async fn guard(request: Request, next: Next) -> Response {
    let nonce = request.extensions().get::<Facts>().map(|facts| facts.nonce.clone()).unwrap_or_default();
    let web = Web::of(request.extensions()).ok();
    let asset = request.uri().path().starts_with("/assets/");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut set = |name: header::HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    let issuer = web.as_ref().map_or("", |web| web.settings().issuer_origin.as_str());
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; \
         connect-src 'self'; form-action 'self' {issuer}; base-uri 'none'; frame-ancestors 'none'"
    );
    set(header::CONTENT_SECURITY_POLICY, &policy);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(header::REFERRER_POLICY, "same-origin");
    // Browsers remember HSTS for the whole host, so it must never be set on loopback [A10].
    if web.is_some_and(|web| web.settings().origin.starts_with("https://")) {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains");
    }
    if !asset && !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

/// Limits bodies, and refuses changes by browser that another site may have caused [A10].
pub async fn protect(request: Request, next: Next) -> Response {
    match check(request).await {
        Ok(request) => next.run(request).await,
        Err(failure) => failure.into_response(),
    }
}

async fn check(request: Request) -> Result<Request, Failure> {
    // No name holds a NUL, and PostgreSQL takes none in any text.
    if request.uri().to_string().contains("%00") {
        let detail = "The address holds a character that is not allowed there.";
        return Err(Failure::new(Kind::Invalid, "bad-address", detail));
    }
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return Ok(request);
    }
    let (parts, body) = request.into_parts();
    let bytes = to_bytes(body, MOST_BYTES).await.map_err(|_| too_large())?;
    if let Some(session) = parts.extensions.get::<Caller>().and_then(Caller::session) {
        let web = Web::of(&parts.extensions)?;
        if from_elsewhere(&parts.headers, &web.settings().origin)
            || !token_fits(&parts.headers, &bytes, &session.csrf)
        {
            let detail = "This request did not come from a page of this console, or the page is too old.";
            return Err(Failure::new(Kind::Forbidden, FORGED, detail)
                .advise("Load the page again and repeat what you did."));
        }
    }
    Ok(Request::from_parts(parts, Body::from(bytes)))
}

/// True when the browser says that a page of `origin` sent this; silence is no proof.
pub fn from_own_page(headers: &HeaderMap, origin: &str) -> bool {
    let says = headers.contains_key("origin") || headers.contains_key("sec-fetch-site");
    says && !from_elsewhere(headers, origin)
}

fn from_elsewhere(headers: &HeaderMap, origin: &str) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let other_site = text("sec-fetch-site").is_some_and(|site| !matches!(site, "same-origin" | "none"));
    let other_origin = text("origin").is_some_and(|sender| sender != origin);
    other_site || other_origin
}

fn token_fits(headers: &HeaderMap, body: &Bytes, expected: &str) -> bool {
    let sent = match headers.get("x-csrf-token") {
        Some(token) => token.to_str().ok().map(str::to_owned),
        None => pairs_of(headers, body).into_iter().find(|(name, _)| name == "csrf").map(|(_, token)| token),
    };
    sent.is_some_and(|sent| bool::from(subtle::ConstantTimeEq::ct_eq(sent.as_bytes(), expected.as_bytes())))
}
