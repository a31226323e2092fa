//! A page as far as its links and the rows of its lists go.

/// The value of an attribute in a tag; empty where it has none.
fn attribute<'a>(tag: &'a str, name: &str) -> &'a str {
    let after = tag.split_once(&format!(" {name}=\"")).map_or("", |(_, after)| after);
    after.split('"').next().unwrap_or_default()
}

fn unescaped(text: &str) -> String {
    text.replace("&amp;", "&").replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">")
}

/// Where the links in a part of a page lead.
pub fn links(part: &str) -> Vec<String> {
    let tags = part.split("<a ").skip(1).filter_map(|rest| rest.split('>').next());
    let hrefs = tags.map(|tag| unescaped(attribute(&format!(" {tag}"), "href")));
    hrefs.filter(|href| !href.is_empty()).collect()
}

/// What a page is about, without the frame around it.
pub fn main_of(page: &str) -> &str {
    let after = page.split_once("<main ").map_or("", |(_, after)| after);
    after.split("</main>").next().unwrap_or_default()
}

/// The frame's links to other pages.
pub fn navigation_of(page: &str) -> Vec<String> {
    let after = page.split_once("<nav class=\"nav\"").map_or("", |(_, after)| after);
    links(after.split("</nav>").next().unwrap_or_default())
}

/// A row of a list: the list's id, what the row says first, and where that leads.
#[derive(Debug)]
pub struct Row {
    pub list: String,
    pub says: String,
    pub leads_to: Option<String>,
}

/// The rows of all lists of a page.
pub fn rows(page: &str) -> Vec<Row> {
    let mut rows = Vec::new();
    for section in page.split("<section class=\"table-card").skip(1) {
        let list = attribute(section.split('>').next().unwrap_or_default(), "id").to_owned();
        let section = section.split("</section>").next().unwrap_or_default();
        for row in section.split("<tr id=\"row-").skip(1) {
            let first = row.split("<th scope=\"row\"").nth(1).expect("a row has a first cell");
            let first = first.split("</th>").next().unwrap_or_default();
            let leads_to = links(first).into_iter().next();
            rows.push(Row { list: list.clone(), says: text(first), leads_to });
        }
    }
    rows
}

/// The text of a part that begins inside of a tag.
fn text(part: &str) -> String {
    let pieces = part.split('>').skip(1).filter_map(|piece| piece.split('<').next());
    pieces.filter(|piece| !piece.trim().is_empty()).collect::<Vec<_>>().join(" ")
}
