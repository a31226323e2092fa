//! The string literals and the comments of a Rust source, found without parsing the rest.

/// One string literal.
#[derive(Debug, PartialEq, Eq)]
pub struct Literal<'a> {
    /// Where its first quote is.
    pub start: usize,
    /// What is between the quotes, escapes as written.
    pub text: &'a str,
}

/// One comment: a line after `//`, or all of `/* */`.
#[derive(Debug, PartialEq, Eq)]
pub struct Comment<'a> {
    /// Where it begins.
    pub start: usize,
    /// All of it, marks included.
    pub text: &'a str,
}

/// All string literals outside comments.
pub fn literals(source: &str) -> Vec<Literal<'_>> {
    pieces(source).0
}

/// All comments outside string literals.
pub fn comments(source: &str) -> Vec<Comment<'_>> {
    pieces(source).1
}

fn pieces(source: &str) -> (Vec<Literal<'_>>, Vec<Comment<'_>>) {
    let (mut literals, mut comments) = (Vec::new(), Vec::new());
    let mut at = 0;
    while at < source.len() {
        let rest = &source[at..];
        if let Some(length) = comment(rest) {
            comments.push(Comment { start: at, text: &rest[..length] });
            at += length;
        } else if let Some(end) = quoted_char(rest) {
            at += end;
        } else if let Some((from, to, end)) = raw(source, at).or_else(|| plain(rest)) {
            literals.push(Literal { start: at, text: &rest[from..to] });
            at += end;
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    (literals, comments)
}

/// The length of a comment that begins here.
fn comment(rest: &str) -> Option<usize> {
    if rest.starts_with("//") {
        return Some(rest.find('\n').unwrap_or(rest.len()));
    }
    rest.starts_with("/*").then(|| rest.find("*/").map_or(rest.len(), |end| end + 2))
}

/// The length of a character literal; a lifetime is none.
fn quoted_char(rest: &str) -> Option<usize> {
    let inner = rest.strip_prefix('\'')?;
    if inner.starts_with('\\') {
        let after = inner.get(2..)?.find('\'')?;
        return Some(after + 4);
    }
    let first = inner.chars().next()?;
    inner[first.len_utf8()..].starts_with('\'').then(|| first.len_utf8() + 2)
}

fn plain(rest: &str) -> Option<(usize, usize, usize)> {
    let inner = rest.strip_prefix('"')?;
    let mut escaped = false;
    for (at, letter) in inner.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Some((1, at + 1, at + 2)),
            _ => {}
        }
    }
    None
}

fn raw(source: &str, at: usize) -> Option<(usize, usize, usize)> {
    let before = source[..at].chars().next_back();
    if before.is_some_and(|letter| letter.is_alphanumeric() && letter != 'b') {
        return None;
    }
    let rest = source[at..].strip_prefix('r')?;
    let hashes = rest.len() - rest.trim_start_matches('#').len();
    let inner = rest[hashes..].strip_prefix('"')?;
    let close = format!("\"{}", "#".repeat(hashes));
    let from = hashes + 2;
    let length = inner.find(&close)?;
    Some((from, from + length, from + length + close.len()))
}

#[cfg(test)]
mod tests {
    use super::{comments, literals};

    #[test]
    fn strings_are_found_and_nothing_else_is() {
        let source = r##"
            // "no"
            fn f<'a>(x: &'a str) { g('"', '\'', "yes", r#"a "raw" one"#, "esc\"aped", 'æ', b"bytes"); } /* "no" */
        "##;
        let found: Vec<&str> = literals(source).iter().map(|literal| literal.text).collect();
        assert_eq!(found, ["yes", r#"a "raw" one"#, r#"esc\"aped"#, "bytes"]);
        let found: Vec<&str> = comments(source).iter().map(|comment| comment.text).collect();
        assert_eq!(found, [r#"// "no""#, r#"/* "no" */"#]);
    }

    #[test]
    fn what_looks_like_a_comment_in_a_string_is_none() {
        let source = "let place = \"http://x.test/*\"; // yes\n";
        let found: Vec<&str> = comments(source).iter().map(|comment| comment.text).collect();
        assert_eq!(found, ["// yes"]);
    }
}
