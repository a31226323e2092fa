//! Forms with files, as browsers send them (RFC 7578): as much of it as the forms of the consoles need.

use axum::http::{HeaderMap, header};

/// The boundary, when the body is such a form.
pub fn boundary(headers: &HeaderMap) -> Option<String> {
    let kind = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let rest = kind.strip_prefix("multipart/form-data")?;
    let value = rest.split(';').find_map(|part| part.trim().strip_prefix("boundary="))?;
    let value = value.trim_matches('"');
    (1..=70).contains(&value.len()).then(|| value.to_owned())
}

/// Its fields; a file is a field with the file's text.
pub fn pairs(boundary: &str, bytes: &[u8]) -> Vec<(String, String)> {
    let mark = format!("--{boundary}");
    split(bytes, mark.as_bytes()).into_iter().skip(1).filter_map(field).collect()
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

fn split<'a>(bytes: &'a [u8], mark: &[u8]) -> Vec<&'a [u8]> {
    let (mut parts, mut rest) = (Vec::new(), bytes);
    while let Some(at) = find(rest, mark) {
        parts.push(&rest[..at]);
        rest = &rest[at + mark.len()..];
    }
    parts.push(rest);
    parts
}

fn field(part: &[u8]) -> Option<(String, String)> {
    let part = part.strip_prefix(b"\r\n")?;
    let at = find(part, b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&part[..at]).into_owned();
    let body = &part[at + 4..];
    let name = head.lines().find_map(|line| {
        let (kind, value) = line.split_once(':')?;
        if !kind.eq_ignore_ascii_case("content-disposition") {
            return None;
        }
        let name = value.split(';').find_map(|part| part.trim().strip_prefix("name="))?;
        Some(name.trim_matches('"').to_owned())
    })?;
    Some((name, text(body.strip_suffix(b"\r\n").unwrap_or(body))))
}

/// Text that is no UTF-8 is what spreadsheets write where they were not asked for it: Latin-1.
fn text(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn head(kind: &str) -> HeaderMap {
        HeaderMap::from_iter([(header::CONTENT_TYPE, kind.parse().unwrap())])
    }

    #[test]
    fn a_file_is_a_field_with_its_text() {
        let found = boundary(&head("multipart/form-data; boundary=\"x-1\"")).unwrap();
        let body = "--x-1\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\nabc\r\n--x-1\r\n\
            Content-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\nContent-Type: text/csv\r\n\r\n\
            name,email\r\nS\u{f8}ren,s@a.test\r\n\r\n--x-1--\r\n";
        let latin: Vec<u8> = body.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect();
        for bytes in [body.as_bytes(), &latin] {
            let pairs = pairs(&found, bytes);
            assert_eq!(pairs[0], ("csrf".to_owned(), "abc".to_owned()));
            assert_eq!(pairs[1], ("file".to_owned(), "name,email\r\nS\u{f8}ren,s@a.test\r\n".to_owned()));
        }
        assert_eq!(boundary(&head("application/x-www-form-urlencoded")), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_harm(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            pairs("x", &bytes);
        }
    }
}
