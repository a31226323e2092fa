//! `ETag` and `If-Match` [P1].

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderName, header};
use kernel::Kind;

use crate::failure::Failure;

/// The version that a caller read before, from `If-Match`; none when they did not say.
#[derive(Debug, Clone)]
pub struct Version(Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for Version {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let text = parts.headers.get(header::IF_MATCH).map(|value| value.to_str().unwrap_or_default());
        Ok(Self(text.map(str::to_owned).filter(|text| text.trim() != "*")))
    }
}

impl Version {
    /// The `ETag` of a version.
    pub fn tag(version: i64) -> [(HeaderName, String); 1] {
        [(header::ETAG, format!("\"v{version}\""))]
    }

    /// The version that the caller expects; an unreadable tag matches nothing.
    pub fn expected(&self) -> Option<i64> {
        let text = self.0.as_deref()?;
        let number = text.trim().trim_start_matches("W/").trim_matches('"').strip_prefix('v');
        Some(number.and_then(|number| number.parse().ok()).unwrap_or(-1))
    }
}

/// Refuses when somebody else changed the object since the caller read it.
pub fn check_version(expected: Option<i64>, present: i64) -> Result<(), Failure> {
    if expected.is_none_or(|expected| expected == present) {
        return Ok(());
    }
    let detail = "Somebody else changed this since you read it.";
    Err(Failure::new(Kind::Stale, "changed-meanwhile", detail)
        .advise("Read it again and repeat your change."))
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderValue, Request};

    use super::*;

    #[tokio::test]
    async fn a_tag_that_can_t_be_read_matches_nothing() {
        let expected = async |tag: &[u8]| {
            let value = HeaderValue::from_bytes(tag).unwrap();
            let (mut parts, ()) =
                Request::get("/").header(header::IF_MATCH, value).body(()).unwrap().into_parts();
            Version::from_request_parts(&mut parts, &()).await.unwrap().expected()
        };
        assert_eq!(expected(b"\"v7\"").await, Some(7));
        assert_eq!(expected(b"*").await, None);
        for unreadable in [b"\"7\"".as_slice(), b"", b"\xff"] {
            assert_eq!(expected(unreadable).await, Some(-1), "{unreadable:?}");
        }
    }
}
