//! Layers that protect: the headers of every answer, the address and the time of every request, and for each route that
//! changes something the size and kind of its body and the token against forged requests.

use std::sync::Arc;

use axum::body::{Body, BodyDataStream, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::stream::Fuse;
use futures_util::{StreamExt as _, stream};
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout_at};

use crate::body::{FormBody, Late, Sent, unread};
use crate::caller::Caller;
use crate::context::{Facts, Web};
use crate::failure::Failure;
use crate::refusal::Refusal;

/// The most bytes that a body may have, unless its route takes more.
pub const FEW_BYTES: usize = 64 << 10;
/// The most bytes that a body of a route may have that takes files or long lists.
pub const MANY_BYTES: usize = 1 << 20;
/// The most bytes of an address: path and query.
const LONGEST_ADDRESS: usize = 8 << 10;
/// The most parameters of a query.
const MOST_PARAMETERS: usize = 100;

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

/// Bounds what every request may send before anybody looks at it: its address, and the time until its body has come
/// [A17].
pub async fn bound(request: Request, next: Next) -> Response {
    if let Err(failure) = check_address(&request) {
        return failure.into_response();
    }
    let web = match Web::of(request.extensions()) {
        Ok(web) => web,
        Err(failure) => return failure.into_response(),
    };
    let (patience, lasting) = (web.settings().limits.body, web.lasting().clone());
    let deadline = Instant::now() + patience;
    if axum::body::HttpBody::is_end_stream(request.body()) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let sent = Arc::new(Mutex::new(body.into_data_stream().fuse()));
    let response = next.run(Request::from_parts(parts, in_time(sent.clone(), deadline))).await;
    if !sent.try_lock().is_ok_and(|sent| sent.is_done()) {
        lasting.spawn(async move { read_rest(&sent, deadline).await });
    }
    response
}

/// A body while it comes; whoever answers before its end leaves the rest to be read.
type Coming = Arc<Mutex<Fuse<BodyDataStream>>>;

/// Reads what is left of a body that was answered before its end. A client that is still sending would never see the
/// answer if the connection were closed under it (RFC 9112 9.6).
async fn read_rest(sent: &Coming, deadline: Instant) {
    let mut left = MANY_BYTES;
    let mut sent = sent.lock().await;
    while let Ok(Some(Ok(part))) = timeout_at(deadline, sent.next()).await {
        let Some(less) = left.checked_sub(part.len()) else { return };
        left = less;
    }
}

fn check_address(request: &Request) -> Result<(), Failure> {
    let address = request.uri().path_and_query().map_or("", |address| address.as_str());
    let parameters = request.uri().query().map_or(0, |query| query.split('&').count());
    if address.len() > LONGEST_ADDRESS {
        return Err(Refusal::AddressTooLong(LONGEST_ADDRESS >> 10).into());
    }
    if parameters > MOST_PARAMETERS {
        return Err(Refusal::TooManyParameters(MOST_PARAMETERS).into());
    }
    // No name holds a NUL, and PostgreSQL takes none in any text.
    if address.contains("%00") {
        return Err(Refusal::BadAddress.into());
    }
    Ok(())
}

/// The same body, which fails once `deadline` has passed.
fn in_time(sent: Coming, deadline: Instant) -> Body {
    let parts = stream::unfold(Some(sent), move |sent| async move {
        let sent = sent?;
        match timeout_at(deadline, async { sent.lock().await.next().await }).await {
            Ok(Some(part)) => Some((part.map_err(axum::BoxError::from), Some(sent))),
            Ok(None) => None,
            Err(_) => Some((Err(Late.into()), None)),
        }
    });
    // Whoever looks once more after the end must find it again.
    Body::from_stream(parts.fuse())
}

/// What the body of a route may be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rules {
    /// The most bytes.
    pub(crate) most: usize,
    /// JSON; else a form.
    pub(crate) is_json: bool,
}

/// Reads the body of a route that changes something, no further than it may go, and refuses changes by browser that
/// another site may have caused [A10]. It stands behind the proof of the right: nobody else's body is read.
pub(crate) async fn protect(State(rules): State<Rules>, request: Request, next: Next) -> Response {
    match Box::pin(check(rules, request)).await {
        Ok(request) => next.run(request).await,
        Err(failure) => failure.into_response(),
    }
}

async fn check(rules: Rules, request: Request) -> Result<Request, Failure> {
    let (mut parts, body) = request.into_parts();
    let sent = Sent::of(&parts.headers, rules)?;
    let bytes = to_bytes(body, rules.most).await.map_err(|error| unread(&error, rules.most))?;
    let form = match sent {
        _ if bytes.is_empty() => FormBody::default(),
        Sent::Json => {
            crate::body::check_depth(&bytes)?;
            FormBody::default()
        }
        Sent::Form => FormBody::of_pairs(&bytes)?,
        Sent::Files => FormBody::of_files(&parts.headers, bytes.clone()).await?,
        Sent::Other => return Err(crate::body::unknown_kind(rules)),
    };
    if let Some(session) = parts.extensions.get::<Caller>().and_then(Caller::session)
        && !token_fits(&parts.headers, &form, &session.csrf)
    {
        return Err(Refusal::Forged.into());
    }
    parts.extensions.insert(form);
    Ok(Request::from_parts(parts, Body::from(bytes)))
}

/// Refuses what the browser says that a page of another site sent, if it came with a session.
pub(crate) fn check_sender(parts: &axum::http::request::Parts) -> Result<(), Failure> {
    let with_session = parts.extensions.get::<Caller>().is_some_and(|caller| caller.session().is_some());
    let web = Web::of(&parts.extensions)?;
    if with_session && from_elsewhere(&parts.headers, &web.settings().origin) {
        Err(Refusal::Forged.into())
    } else {
        Ok(())
    }
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

fn token_fits(headers: &HeaderMap, form: &FormBody, expected: &str) -> bool {
    let sent = match headers.get("x-csrf-token") {
        Some(token) => token.to_str().ok(),
        None => form.token(),
    };
    sent.is_some_and(|sent| bool::from(subtle::ConstantTimeEq::ct_eq(sent.as_bytes(), expected.as_bytes())))
}
