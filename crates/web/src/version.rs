//! `ETag` and `If-Match` [P1], as RFC 9110 13.1.1 has them.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderName, header};
use kernel::Expected;

use crate::failure::Failure;

/// The versions that a caller read before, from `If-Match`; any when they did not say.
#[derive(Debug, Clone)]
pub struct Version(Expected);

impl<S: Send + Sync> FromRequestParts<S> for Version {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let lines = parts.headers.get_all(header::IF_MATCH);
        let lines: Vec<&str> = lines.iter().map(|line| line.to_str().unwrap_or_default()).collect();
        Ok(Self(expected(&lines)))
    }
}

/// Comparison is strong: a weak tag, like one that can't be read, matches nothing.
fn expected(lines: &[&str]) -> Expected {
    if lines.is_empty() || lines.iter().any(|line| line.trim() == "*") {
        return Expected::Any;
    }
    // Our own tags have no comma in them.
    let tags = lines.iter().flat_map(|line| line.split(',')).map(str::trim);
    let version = |tag: &str| tag.strip_prefix("\"v")?.strip_suffix('"')?.parse().ok();
    Expected::OneOf(tags.filter_map(version).collect())
}

impl Version {
    /// The `ETag` of a version.
    pub fn tag(version: i64) -> [(HeaderName, String); 1] {
        [(header::ETAG, format!("\"v{version}\""))]
    }

    /// The versions that the caller expects.
    pub fn expected(self) -> Expected {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_several_versions_may_be_the_present_one_and_a_weak_tag_is_none() {
        let fits = |lines: &[&str]| expected(lines).fits(2);
        for good in ["*", "\"v2\"", "\"v1\", \"v2\"", "\"v2\",W/\"v1\"", " \"v2\" "] {
            assert!(fits(&[good]), "{good}");
        }
        assert!(fits(&[]) && fits(&["\"v1\"", "\"v2\""]), "several lines are one list");
        for bad in ["W/\"v2\"", "\"v1\", W/\"v2\"", "v2", "\"2\"", "", "\"v1\"", "w/\"v2\"", "\"v2"] {
            assert!(!fits(&[bad]), "{bad}");
        }
    }
}
