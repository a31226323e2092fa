//! The contact sheet: all pictures on one page.

use std::fmt::Write as _;

/// A picture that was taken.
pub struct Picture {
    /// The page's name.
    pub page: &'static str,
    /// The page's path.
    pub path: &'static str,
    /// The file's name.
    pub file: String,
    /// How wide the window was.
    pub width: u32,
}

const HEAD: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Pages</title><style>\
    body{font:14px system-ui,sans-serif;margin:24px;background:#8883}h2{margin:32px 0 8px}\
    div{display:flex;gap:16px;align-items:flex-start;overflow-x:auto}\
    img{border:1px solid #8888;height:auto;background:#fff}code{color:#666}</style><h1>Pages</h1>";

/// The sheet as HTML.
pub fn html(pictures: &[Picture]) -> String {
    let mut html = HEAD.to_owned();
    for page in pictures.chunk_by(|one, next| one.page == next.page) {
        let Some(first) = page.first() else { continue };
        // Writing to a string can't fail.
        let _ = write!(html, "<h2>{} <code>{}</code></h2><div>", first.page, first.path);
        for picture in page {
            let width = if picture.width > 600 { 620 } else { 200 };
            let _ = write!(
                html,
                "<a href=\"{0}\"><img src=\"{0}\" alt=\"{0}\" width=\"{width}\"></a>",
                picture.file
            );
        }
        html.push_str("</div>");
    }
    html
}
