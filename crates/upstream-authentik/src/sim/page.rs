//! The HTML that the server answers with: error pages, and the frame of the sign-in page.

use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

const STYLE: &str = "
:root { color-scheme: light dark }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: #18191c;
  font: 16px/1.5 system-ui, sans-serif }
main { box-sizing: border-box; width: min(26rem, 92vw); padding: 2.5rem 2rem; border-radius: .5rem;
  background: #fff; color: #1c1e21; box-shadow: 0 1rem 3rem #0008 }
h1 { margin: 0 0 .25rem; font-size: 1.5rem }
p { margin: 0 0 1.25rem; color: #55595f }
label { display: block; margin: 1rem 0 .25rem; font-weight: 600 }
input { box-sizing: border-box; width: 100%; padding: .6rem .7rem; border: 1px solid #8a8f98;
  border-radius: .25rem; font: inherit; background: #fff; color: inherit }
button { width: 100%; margin-top: 1.5rem; padding: .7rem; border: 0; border-radius: .25rem; background: #c33d14;
  color: #fff; font: inherit; font-weight: 600; cursor: pointer }
:focus-visible { outline: 3px solid #fd4b2d; outline-offset: 2px }
[role=alert] { margin: 1rem 0 0; padding: .6rem .8rem; border-radius: .25rem; background: #fde8e4; color: #8f1d06 }
";

/// A page; `main` is HTML already.
pub fn page(title: &str, main: &str) -> Html<String> {
    Html(format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title}</title>\
         <style>{STYLE}</style></head><body><main><h1>{title}</h1>{main}</main></body></html>"
    ))
}

/// The origin that a request says it was sent to: what the server builds its addresses and `iss` from (section 17).
/// `X-Forwarded-Host` plays no part.
pub fn said_to_be(headers: &HeaderMap) -> String {
    let said = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let scheme = said("x-forwarded-proto").unwrap_or("http");
    format!("{scheme}://{}", said(header::HOST.as_str()).unwrap_or_default())
}

/// Text made safe for HTML.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// 404, as an unknown slug gets it.
pub fn not_found() -> Response {
    (StatusCode::NOT_FOUND, page("Not Found", "<p>There is no such page.</p>")).into_response()
}

/// 400 without a redirect, for requests that may not be sent anywhere (section 14).
pub fn bad_request(why: &str) -> Response {
    (StatusCode::BAD_REQUEST, page("Bad Request", &format!("<p>{}</p>", escape(why)))).into_response()
}

/// No route matched. The error page only supports GET; anything else is 405 with an empty body (section 1).
pub async fn no_route(method: Method) -> Response {
    if method == Method::GET || method == Method::HEAD {
        return not_found();
    }
    not_get()
}

/// 405 with an empty body.
pub fn not_get() -> Response {
    let mut response = (StatusCode::METHOD_NOT_ALLOWED, Html("")).into_response();
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD, OPTIONS"));
    response
}
