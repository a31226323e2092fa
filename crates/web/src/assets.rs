//! The sheet, the script and the icons: embedded, named after their content, compressed once. Nothing else is served
//! from memory, and nothing here is read from a disk.

use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::LazyLock;

use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

/// The cascade, in order: layers first, then the components, `small` after them, `media` outside the layers.
const SHEET: &str = concat!(
    include_str!("../../../assets/css/reset.css"),
    include_str!("../../../assets/css/tokens.css"),
    include_str!("../../../assets/css/base.css"),
    include_str!("../../../assets/css/layout.css"),
    include_str!("../../../assets/css/bars.css"),
    include_str!("../../../assets/css/button.css"),
    include_str!("../../../assets/css/mark.css"),
    include_str!("../../../assets/css/card.css"),
    include_str!("../../../assets/css/table.css"),
    include_str!("../../../assets/css/float.css"),
    include_str!("../../../assets/css/feedback.css"),
    include_str!("../../../assets/css/form.css"),
    include_str!("../../../assets/css/value.css"),
    include_str!("../../../assets/css/list.css"),
    include_str!("../../../assets/css/small.css"),
    include_str!("../../../assets/css/page.css"),
    include_str!("../../../assets/css/media.css"),
);
const SCRIPT: &str = include_str!("../../../assets/app.js");
const FAVICON: &str = include_str!("../../../assets/favicon.svg");
/// The icons, for the test that each name has its picture.
pub(crate) const ICONS: &str = include_str!("../../../assets/icons.svg");

struct Asset {
    name: &'static str,
    file: String,
    href: String,
    kind: &'static str,
    plain: Bytes,
    gzip: Bytes,
}

impl Asset {
    fn new(name: &'static str, kind: &'static str, text: &'static str) -> Self {
        let digest = Sha256::digest(text.as_bytes());
        let hash = digest.iter().take(6).fold(String::new(), |mut hash, byte| {
            let _ = write!(hash, "{byte:02x}");
            hash
        });
        let (stem, extension) = name.split_once('.').unwrap_or((name, "txt"));
        let file = format!("{stem}.{hash}.{extension}");
        Self {
            name,
            href: format!("/assets/{file}"),
            file,
            kind,
            plain: Bytes::from_static(text.as_bytes()),
            gzip: gzip(text.as_bytes()).map_or_else(Bytes::new, Bytes::from),
        }
    }
}

/// `None` can't happen in memory; the plain bytes are sent then.
fn gzip(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok()
}

static ASSETS: LazyLock<[Asset; 4]> = LazyLock::new(|| {
    [
        Asset::new("app.css", "text/css; charset=utf-8", SHEET),
        Asset::new("app.js", "text/javascript; charset=utf-8", SCRIPT),
        Asset::new("icons.svg", "image/svg+xml", ICONS),
        Asset::new("favicon.svg", "image/svg+xml", FAVICON),
    ]
});

/// The address of an asset by its plain name, as in `href("app.css")`. A name that doesn't exist gives `/assets/none`.
pub fn href(name: &str) -> &'static str {
    ASSETS.iter().find(|asset| asset.name == name).map_or("/assets/none", |asset| asset.href.as_str())
}

/// Serves the assets under `/assets/`. They may be cached for good: another content has another name.
pub fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/assets/{file}", get(show))
}

async fn show(Path(file): Path<String>, headers: HeaderMap) -> Response {
    let Some(asset) = ASSETS.iter().find(|asset| asset.file == file) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let base = [
        (header::CONTENT_TYPE, asset.kind),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::VARY, "accept-encoding"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    if takes_gzip(&headers) && !asset.gzip.is_empty() {
        let encoding = [(header::CONTENT_ENCODING, "gzip")];
        return (base, encoding, Body::from(asset.gzip.clone())).into_response();
    }
    (base, Body::from(asset.plain.clone())).into_response()
}

/// True unless gzip isn't named or is refused with a quality of zero.
fn takes_gzip(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
    accepted.unwrap_or_default().split(',').any(|part| {
        let mut pieces = part.split(';').map(str::trim);
        let named = pieces.next().is_some_and(|name| name.eq_ignore_ascii_case("gzip") || name == "*");
        let quality =
            pieces.find_map(|piece| piece.strip_prefix("q=")).map_or(1.0, |q| q.parse().unwrap_or(0.0));
        named && quality > 0.0
    })
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;
    use axum::http::Request;
    use tower::ServiceExt;

    use super::*;

    async fn ask(path: &str, encoding: &str) -> Response {
        let request = Request::get(path).header(header::ACCEPT_ENCODING, encoding);
        router::<()>().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
    }

    #[tokio::test]
    async fn an_asset_is_served_under_its_hash_and_kept_for_good() {
        for name in ["app.css", "app.js", "icons.svg", "favicon.svg"] {
            let response = ask(href(name), "identity").await;
            assert_eq!(response.status(), StatusCode::OK, "{name}");
            let cache = response.headers()[header::CACHE_CONTROL].to_str().unwrap();
            assert!(cache.contains("immutable"), "{name}");
            assert!(!response.headers().contains_key(header::CONTENT_ENCODING));
        }
    }

    #[tokio::test]
    async fn gzip_goes_to_those_who_take_it_and_is_the_same_text() {
        let response = ask(href("app.css"), "br, gzip;q=0.8").await;
        assert_eq!(response.headers()[header::CONTENT_ENCODING], "gzip");
        let packed = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        let mut text = String::new();
        std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(&packed[..]), &mut text).unwrap();
        assert_eq!(text, SHEET);
        let refused = ask(href("app.css"), "gzip;q=0").await;
        assert!(!refused.headers().contains_key(header::CONTENT_ENCODING));
    }

    #[tokio::test]
    async fn an_old_hash_is_not_found() {
        assert_eq!(ask("/assets/app.000000000000.css", "gzip").await.status(), StatusCode::NOT_FOUND);
        assert_eq!(href("nothing.css"), "/assets/none");
    }
}
