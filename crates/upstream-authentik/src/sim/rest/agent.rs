//! What a session shows of its browser: family and version of the usual ones, with nulls for what is unknown.

use serde_json::{Value, json};

/// Browsers by the word that tells them, the more telling ones first: most call themselves Safari too.
const BROWSERS: [(&str, &str); 6] = [
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("HeadlessChrome/", "HeadlessChrome"),
    ("Chrome/", "Chrome"),
    ("Firefox/", "Firefox"),
    ("Version/", "Safari"),
];

pub fn describe(agent: &str) -> Value {
    let (family, [major, minor]) = browser(agent);
    let (system, [os_major, os_minor], device) = system(agent);
    json!({
        "string": agent,
        "user_agent": {"family": family, "major": major, "minor": minor, "patch": null},
        "os": {
            "family": system, "major": os_major, "minor": os_minor, "patch": null, "patch_minor": null,
        },
        "device": device,
    })
}

type Version = [Option<String>; 2];

fn browser(agent: &str) -> (String, Version) {
    let found = BROWSERS.iter().find_map(|(word, family)| Some((family, agent.split_once(word)?.1)));
    let Some((family, rest)) = found else {
        return ("Other".to_owned(), [None, None]);
    };
    let mobile = if *family == "Safari" && agent.contains("Mobile/") { "Mobile " } else { "" };
    (format!("{mobile}{family}"), version(rest, '.'))
}

fn system(agent: &str) -> (&'static str, Version, Value) {
    let other = json!({"family": "Other", "brand": null, "model": null});
    if let Some((_, rest)) = agent.split_once("iPhone OS ") {
        return ("iOS", version(rest, '_'), json!({"family": "iPhone", "brand": "Apple", "model": "iPhone"}));
    }
    if let Some((_, rest)) = agent.split_once("Android ") {
        return ("Android", version(rest, '.'), other);
    }
    if let Some((_, rest)) = agent.split_once("Mac OS X ") {
        return ("Mac OS X", version(rest, '_'), json!({"family": "Mac", "brand": "Apple", "model": "Mac"}));
    }
    let known = [("Windows", "Windows"), ("Linux", "Linux")];
    let family = known.iter().find(|(word, _)| agent.contains(word)).map_or("Other", |(_, family)| family);
    (family, [None, None], other)
}

fn version(text: &str, point: char) -> Version {
    let mut numbers = text.split(|letter: char| !letter.is_ascii_digit() && letter != point);
    let mut parts = numbers.next().unwrap_or_default().split(point).map(str::to_owned);
    [parts.next().filter(|part| !part.is_empty()), parts.next().filter(|part| !part.is_empty())]
}
