//! Bodies, read into [`Input`]s. The layer `protect` has read and bounded them before; here they are taken over.

use std::collections::VecDeque;
use std::fmt;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::{HeaderMap, header};
use futures_util::{StreamExt as _, stream};
use kernel::input::{Field, Input};
use kernel::{FieldError, Message};
use serde_json::Value;

use crate::failure::Failure;
use crate::guard::{MANY_BYTES, Rules};
use crate::refusal::Refusal;

/// The most fields of a form; ticked rows of a list are one each.
const MOST_FIELDS: usize = 1000;
/// How deep JSON may be nested.
const DEEPEST: usize = 32;

/// The body had not come when its time was over.
#[derive(Debug, thiserror::Error)]
#[error("late")]
pub(crate) struct Late;

/// Why a body could not be read.
pub(crate) fn unread(error: &axum::Error, most: usize) -> Failure {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.is::<http_body_util::LengthLimitError>() {
            return too_large(most);
        }
        if error.is::<Late>() {
            return Refusal::TooSlow.into();
        }
        cause = error.source();
    }
    Refusal::BrokenOff.into()
}

/// A body is larger than its route takes.
pub(crate) fn too_large(most: usize) -> Failure {
    let (most, unit) = if most >= 1 << 20 { (most >> 20, "MiB") } else { (most >> 10, "KiB") };
    Refusal::TooLarge(most, unit).into()
}

/// What a body is, by its head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sent {
    Json,
    Form,
    Files,
    /// Nothing that the route takes; it may be empty still.
    Other,
}

impl Sent {
    /// What is sent, if a route of these rules takes it.
    pub(crate) fn of(headers: &HeaderMap, rules: Rules) -> Result<Self, Failure> {
        let plain =
            |coding: &&str| !coding.trim().is_empty() && !coding.trim().eq_ignore_ascii_case("identity");
        let codings = headers.get_all(header::CONTENT_ENCODING).iter();
        if codings.flat_map(|line| line.to_str().unwrap_or("?").split(',')).any(|coding| plain(&coding)) {
            return Err(Refusal::Compressed.into());
        }
        let length =
            headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
        if length.is_some_and(|length: usize| length > rules.most) {
            return Err(too_large(rules.most));
        }
        let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let (kind, parameters) = kind.split_once(';').unwrap_or((kind, ""));
        Ok(match kind.trim().to_ascii_lowercase().as_str() {
            "application/json" if rules.is_json && is_utf8(parameters) => Self::Json,
            "application/x-www-form-urlencoded" if !rules.is_json => Self::Form,
            "multipart/form-data" if !rules.is_json => Self::Files,
            _ => Self::Other,
        })
    }
}

/// True unless the parameters of a media type name another character set.
fn is_utf8(parameters: &str) -> bool {
    let mut named = parameters.split(';').filter_map(|parameter| parameter.split_once('='));
    named.all(|(name, value)| {
        !name.trim().eq_ignore_ascii_case("charset")
            || value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
    })
}

/// The body is of another kind than its route takes.
pub(crate) fn unknown_kind(rules: Rules) -> Failure {
    if rules.is_json { Refusal::NotJson } else { Refusal::NotForm }.into()
}

/// Refuses JSON that is nested deeper than anything that is read here.
pub(crate) fn check_depth(bytes: &[u8]) -> Result<(), Failure> {
    let (mut depth, mut in_text, mut escaped) = (0_usize, false, false);
    for byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            _ if in_text => {}
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEEPEST {
            let message = Message::new("input-too-deep").with("most", DEEPEST);
            return Err(Failure::invalid(vec![FieldError::new("", "too_deep", message)]));
        }
    }
    Ok(())
}

/// A JSON body.
#[derive(Debug)]
pub struct JsonBody(Value);

impl JsonBody {
    /// Checks it against fields.
    pub fn input(self, fields: &[Field]) -> Input {
        Input::of_json(self.0, fields)
    }

    /// As it was sent, for a protocol of others that lets senders add what they like.
    pub fn into_value(self) -> Value {
        self.0
    }
}

impl<S: Send + Sync> FromRequest<S> for JsonBody {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &S) -> Result<Self, Failure> {
        let bytes = to_bytes(request.into_body(), MANY_BYTES).await;
        let bytes = bytes.map_err(|error| unread(&error, MANY_BYTES))?;
        if bytes.is_empty() {
            return Ok(Self(Value::Object(serde_json::Map::new())));
        }
        serde_json::from_slice(&bytes).map(Self).map_err(|error| {
            let message = Message::new("input-json")
                .with("line", error.line().to_string())
                .with("column", error.column().to_string());
            Failure::invalid(vec![FieldError::new("", "not_json", message)])
        })
    }
}

/// What the name of a field ends with that has the domain of an address.
pub(crate) const DOMAIN_MARK: char = '@';
/// Fields that belong to the page and not to the form.
pub(crate) const PAGE_FIELDS: [&str; 2] = ["csrf", crate::kept::SECRET_MARK];

/// A file of a form.
#[derive(Clone)]
pub struct File {
    /// The field that it stands in.
    pub field: String,
    /// What it was called where it comes from.
    pub name: String,
    /// What is in it.
    pub bytes: Bytes,
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("File")
            .field("field", &self.field)
            .field("bytes", &self.bytes.len())
            .finish_non_exhaustive()
    }
}

/// A form's body. Fields of the page itself are left out.
#[derive(Debug, Clone, Default)]
pub struct FormBody {
    pairs: Vec<(String, String)>,
    files: Vec<File>,
    token: Option<String>,
}

impl FormBody {
    pub(crate) fn of(pairs: Vec<(String, String)>) -> Self {
        let token = pairs.iter().find(|(name, _)| name == "csrf").map(|(_, token)| token.clone());
        let is_own = |(name, _): &(String, String)| !PAGE_FIELDS.contains(&name.as_str());
        let pairs = joined(pairs.into_iter().filter(is_own).collect());
        Self { pairs, files: Vec::new(), token }
    }

    /// A form without files.
    pub(crate) fn of_pairs(bytes: &[u8]) -> Result<Self, Failure> {
        if bytes.split(|byte| *byte == b'&').nth(MOST_FIELDS).is_some() {
            return Err(too_many_fields());
        }
        Ok(Self::of(form_pairs(bytes)))
    }

    /// A form with files. A file is a field with its text too.
    pub(crate) async fn of_files(headers: &HeaderMap, bytes: Bytes) -> Result<Self, Failure> {
        let mut request = Request::new(Body::from(bytes));
        request.headers_mut().clone_from(headers);
        let mut parts =
            Multipart::from_request(request, &()).await.map_err(|error| unreadable(&error.body_text()))?;
        let (mut pairs, mut files) = (Vec::new(), Vec::new());
        while let Some(part) = parts.next_field().await.map_err(|error| unreadable(&error.body_text()))? {
            if pairs.len() == MOST_FIELDS {
                return Err(too_many_fields());
            }
            let field = part.name().unwrap_or_default().to_owned();
            let name = part.file_name().map(str::to_owned);
            let bytes = part.bytes().await.map_err(|error| unreadable(&error.body_text()))?;
            pairs.push((field.clone(), text(&bytes)));
            if let Some(name) = name {
                files.push(File { field, name, bytes });
            }
        }
        Ok(Self { files, ..Self::of(pairs) })
    }

    /// The token against forged requests.
    pub(crate) fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// Checks it against fields.
    pub fn input(&self, fields: &[Field]) -> Input {
        Input::of_form(self.pairs.clone(), fields)
    }

    /// The form without a field that belongs to the page.
    pub fn without(&self, name: &str) -> Self {
        let pairs = self.pairs.iter().filter(|(known, _)| known != name).cloned().collect();
        Self { pairs, ..self.clone() }
    }

    /// The file in a field, as it was sent.
    pub fn file(&self, field: &str) -> Option<&File> {
        self.files.iter().find(|file| file.field == field)
    }

    /// What was typed in a field, to show it again.
    pub fn typed<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        self.every(name).next()
    }

    /// All that was sent under a name, as ticked rows of a list are.
    pub fn every<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.pairs.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

impl<S: Send + Sync> FromRequest<S> for FormBody {
    type Rejection = Failure;

    async fn from_request(mut request: Request, _: &S) -> Result<Self, Failure> {
        let missing = || Refusal::Internal("the body was not read").into();
        request.extensions_mut().remove::<Self>().ok_or_else(missing)
    }
}

/// Addresses that came in two: what was typed before the @, and the domain that was chosen after it, under the same name
/// with an @. Who typed the whole address meant that.
fn joined(mut pairs: Vec<(String, String)>) -> Vec<(String, String)> {
    let chosen: Vec<(String, String)> =
        pairs.extract_if(.., |(name, _)| name.ends_with(DOMAIN_MARK)).collect();
    for (name, domain) in chosen {
        let typed =
            pairs.iter_mut().find(|(known, _)| name.strip_suffix(DOMAIN_MARK) == Some(known.as_str()));
        if let Some((_, typed)) = typed
            && !typed.trim().is_empty()
            && !typed.contains('@')
        {
            *typed = format!("{}@{domain}", typed.trim());
        }
    }
    pairs
}

fn unreadable(why: &str) -> Failure {
    let message = Message::new("input-form").with("why", why);
    Failure::invalid(vec![FieldError::new("", "unreadable", message)])
}

fn too_many_fields() -> Failure {
    Refusal::TooManyFields(MOST_FIELDS).into()
}

/// Text that is no UTF-8 is what spreadsheets write where they were not asked for it: Latin-1.
fn text(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}

/// The fields of a form, as they were sent.
pub fn form_pairs(bytes: &[u8]) -> Vec<(String, String)> {
    url::form_urlencoded::parse(bytes).into_owned().collect()
}

/// Looks at a body that is to be read again: all of it, if it has at most so many bytes, and the body as it was.
pub async fn peek(body: Body, most: usize) -> (Option<Bytes>, Body) {
    let mut rest = body.into_data_stream().fuse();
    let (mut read, mut seen) = (VecDeque::new(), 0);
    let whole = loop {
        match rest.next().await {
            None => break true,
            Some(Ok(part)) => {
                seen += part.len();
                read.push_back(Ok(part));
            }
            Some(Err(error)) => {
                read.push_back(Err(error));
                break false;
            }
        }
        if seen > most {
            break false;
        }
    };
    let bytes = whole.then(|| read.iter().flatten().flatten().copied().collect());
    (bytes, Body::from_stream(stream::iter(read).chain(rest)))
}

#[cfg(test)]
mod tests {
    use kernel::{ErrorKind, Explain as _};
    use proptest::prelude::*;

    use super::*;

    const JSON: Rules = Rules { most: 1 << 20, is_json: true };
    const FORM: Rules = Rules { most: 1 << 20, is_json: false };

    fn head(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn an_address_that_comes_in_two_is_one() {
        let typed = |pairs: &[(&str, &str)]| {
            let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            let body = FormBody::of(pairs.collect());
            assert_eq!(body.typed("address@"), None, "it is no field of its own");
            body.typed("address").map(str::to_owned)
        };
        let domain = ("address@", "acme.test");
        for (written, read) in [("sales ", "sales@acme.test"), ("a@b.test", "a@b.test"), ("", ""), (" ", " ")]
        {
            assert_eq!(typed(&[("address", written), domain]).as_deref(), Some(read), "{written}");
        }
        assert_eq!(typed(&[domain]), None);
    }

    #[test]
    fn a_body_is_what_its_head_says_and_nothing_near_it() {
        let sent = |rules, kind: &str| Sent::of(&head(&[("content-type", kind)]), rules).unwrap();
        for kind in ["application/json", "Application/JSON; charset=\"UTF-8\"", "application/json;x=y"] {
            assert_eq!(sent(JSON, kind), Sent::Json, "{kind}");
        }
        let others = [
            "application/json-patch+json",
            "text/json",
            "",
            "application/json; charset=utf-16",
            "text/plain",
        ];
        for kind in others {
            assert_eq!(sent(JSON, kind), Sent::Other, "{kind}");
        }
        assert_eq!(sent(FORM, "application/json"), Sent::Other);
        assert_eq!(sent(FORM, "application/x-www-form-urlencoded;charset=utf-8"), Sent::Form);
    }

    #[test]
    fn a_compressed_body_is_refused_and_a_long_one_before_it_is_read() {
        for (coding, is_good) in [("gzip", false), ("identity", true), ("identity, br", false)] {
            let headers = head(&[("content-encoding", coding), ("content-type", "application/json")]);
            assert_eq!(Sent::of(&headers, JSON).is_ok(), is_good, "{coding}");
        }
        let long = Sent::of(&head(&[("content-length", "1048577")]), JSON).unwrap_err();
        assert_eq!((long.kind, long.message), (ErrorKind::TooLarge, Refusal::TooLarge(1, "MiB").message()));
    }

    #[test]
    fn depth_is_counted_outside_of_texts() {
        let nested = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert!(check_depth(nested(DEEPEST).as_bytes()).is_ok());
        assert_eq!(check_depth(nested(1000).as_bytes()).unwrap_err().fields[0].code, "too_deep");
        let text = format!(r#"{{"a": "\"{}"}}"#, "[".repeat(100));
        assert!(check_depth(text.as_bytes()).is_ok());
    }

    async fn files(kind: &str, body: &[u8]) -> Result<FormBody, Failure> {
        FormBody::of_files(&head(&[("content-type", kind)]), Bytes::copy_from_slice(body)).await
    }

    #[tokio::test]
    async fn a_file_is_whole_though_a_line_of_it_holds_the_boundary() {
        let text = "name,email\r\nS\u{f8}ren --x-1,s@a.test\r\nx--x-1--\r\n";
        let body = format!(
            "--x-1\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\nabc\r\n--x-1\r\n\
             Content-Disposition: form-data; name=\"file\"; filename=\"a; b.csv\"\r\nContent-Type: text/csv\r\n\r\n\
             {text}\r\n--x-1--\r\n"
        );
        let latin: Vec<u8> = body.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect();
        for bytes in [body.as_bytes(), &latin] {
            let form = files("multipart/form-data; boundary=\"x-1\"", bytes).await.unwrap();
            assert_eq!((form.token(), form.typed("csrf")), (Some("abc"), None));
            assert_eq!(form.typed("file"), Some(text));
            assert_eq!(form.file("file").unwrap().name, "a; b.csv");
        }
        assert!(files("multipart/form-data", body.as_bytes()).await.is_err(), "there is no boundary");
    }

    #[tokio::test]
    async fn forms_have_few_fields() {
        let pairs = |n: usize| (0..n).map(|n| format!("a{n}=1")).collect::<Vec<_>>().join("&");
        assert!(FormBody::of_pairs(pairs(MOST_FIELDS).as_bytes()).is_ok());
        assert!(FormBody::of_pairs(pairs(MOST_FIELDS + 1).as_bytes()).is_err());
        let part = "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n";
        let many = format!("{}--x--\r\n", part.repeat(MOST_FIELDS + 1));
        let refused = files("multipart/form-data; boundary=x", many.as_bytes()).await.unwrap_err();
        assert_eq!(refused.code, "too-many-fields");
    }

    #[tokio::test]
    async fn a_body_that_was_looked_at_is_as_it_was() {
        for (most, seen) in [(6, true), (5, false)] {
            let parts = ["abc", "def"].map(|part| Ok::<_, axum::BoxError>(Bytes::from(part)));
            let (whole, body) = peek(Body::from_stream(stream::iter(parts)), most).await;
            assert_eq!(whole.is_some(), seen);
            assert_eq!(to_bytes(body, 10).await.unwrap(), "abcdef");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_harm(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = check_depth(&bytes);
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let _ = runtime.block_on(files("multipart/form-data; boundary=x", &bytes));
        }
    }
}
