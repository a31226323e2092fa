//! The public test suite of RFC 7208: its cases, the small DNS that each scenario brings, and what comes out.

use std::fmt;
use std::net::IpAddr;

use kernel::dns::{Answer, Answers, Data, Failure, Name, Question, Record, RecordType, Server};
use mail_dns::spf::{Client, check_host};
use mail_dns::{Known, Progress};
use saphyr::{LoadableYamlNode as _, Yaml};

/// More rounds of questions than any case needs.
const MOST_ROUNDS: usize = 40;
/// What the suite calls the absence of an explanation.
const DEFAULT: &str = "DEFAULT";

/// One case with what came out.
pub struct Case {
    scenario: String,
    name: String,
    /// Any of these is right.
    wanted: Vec<String>,
    wanted_words: Option<String>,
    found: String,
    found_words: String,
}

impl Case {
    /// True where result and explanation are what the suite says. Hexadecimal digits of addresses may have either letter
    /// case.
    pub fn is_right(&self) -> bool {
        let words = self.wanted_words.as_ref();
        self.wanted.contains(&self.found)
            && words.is_none_or(|words| words.eq_ignore_ascii_case(&self.found_words))
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = self.wanted_words.as_deref().unwrap_or("any words");
        write!(
            f,
            "{} / {}: wanted {} ({words}), found {} ({})",
            self.scenario,
            self.name,
            self.wanted.join(" or "),
            self.found,
            self.found_words
        )
    }
}

/// Runs all cases of the file.
pub fn run(text: &str) -> Result<Vec<Case>, String> {
    let documents = Yaml::load_from_str(text).map_err(|error| error.to_string())?;
    let mut cases = Vec::new();
    for document in &documents {
        let scenario = document.as_mapping_get("description").map(word).unwrap_or_default();
        let zone = Zone::read(document)?;
        let tests = document.as_mapping_get("tests").and_then(Yaml::as_mapping);
        for (name, test) in tests.ok_or("a scenario has no tests")? {
            cases.push(case(&scenario, &word(name), test, &zone)?);
        }
    }
    Ok(cases)
}

fn case(scenario: &str, name: &str, test: &Yaml<'_>, zone: &Zone) -> Result<Case, String> {
    let field = |field: &str| test.as_mapping_get(field).map(word);
    let needed = |name_of: &str| field(name_of).ok_or_else(|| format!("{name} has no {name_of}"));
    let host: IpAddr = needed("host")?.parse().map_err(|_| format!("{name}: host is no address"))?;
    let client = Client::new(host, &needed("helo")?, &needed("mailfrom")?);
    let (found, found_words) = check(&client, zone)?;
    let result = test.as_mapping_get("result").ok_or_else(|| format!("{name} has no result"))?;
    Ok(Case {
        scenario: scenario.to_owned(),
        name: name.to_owned(),
        wanted: words(result),
        wanted_words: field("explanation"),
        found,
        found_words,
    })
}

fn check(client: &Client, zone: &Zone) -> Result<(String, String), String> {
    let mut known = Known::new();
    for _ in 0..MOST_ROUNDS {
        match check_host(client, &known) {
            Progress::Done(received) => {
                let words = received.explanation.unwrap_or_else(|| DEFAULT.to_owned());
                return Ok((received.verdict.to_string(), words));
            }
            Progress::Needs(questions) => known.extend(questions.into_iter().map(|question| {
                let answer = zone.answer(&question);
                (question, Answers(vec![(Server::Resolver("suite".to_owned()), answer)]))
            })),
        }
    }
    Err("still asking".to_owned())
}

/// The scenario's DNS.
struct Zone {
    records: Vec<Record>,
    /// Names of which each question that has no answer times out.
    slow: Vec<Name>,
}

impl Zone {
    fn read(document: &Yaml<'_>) -> Result<Self, String> {
        let mut zone = Self { records: Vec::new(), slow: Vec::new() };
        let names = document.as_mapping_get("zonedata").and_then(Yaml::as_mapping);
        for (name, entries) in names.ok_or("a scenario has no zonedata")? {
            let text = word(name);
            let name = Name::with_spaces(&text).map_err(|_| format!("{text} is no name"))?;
            zone.read_name(&name, entries)?;
        }
        Ok(zone)
    }

    fn read_name(&mut self, name: &Name, entries: &Yaml<'_>) -> Result<(), String> {
        let entries = entries.as_sequence().ok_or_else(|| format!("{name} has no records"))?;
        // A record of the type SPF stands for one of TXT unless there is one, or is said to be none.
        let has_txt = entries.iter().any(|entry| entry.as_mapping_get("TXT").is_some());
        for entry in entries {
            let Some(fields) = entry.as_mapping() else {
                self.slow.push(name.clone());
                continue;
            };
            for (kind, value) in fields {
                let kind = word(kind);
                let is_none = kind == "TXT" && value.as_str() == Some("NONE");
                if is_none || kind == "SPF" && has_txt {
                    continue;
                }
                let data = data(&kind, value).ok_or_else(|| format!("{name} has a bad {kind}"))?;
                self.records.push(Record { name: name.clone(), ttl: 60, data });
            }
        }
        Ok(())
    }

    fn answer(&self, question: &Question) -> Answer {
        let mut aliases: Vec<Record> = Vec::new();
        let mut name = question.name.clone();
        loop {
            let here: Vec<&Record> = self.records.iter().filter(|record| record.name == name).collect();
            let of_kind = |kind: RecordType| here.iter().filter(move |record| record.data.kind() == kind);
            let records: Vec<Record> = of_kind(question.kind).map(|record| (*record).clone()).collect();
            if !records.is_empty() {
                return Answer::Records { aliases, records };
            }
            if self.slow.contains(&name) {
                return Answer::Failed(Failure::TimedOut);
            }
            let alias = of_kind(RecordType::Cname).next();
            let Some((Data::Cname(target), alias)) = alias.map(|alias| (&alias.data, alias)) else {
                return if here.is_empty() { Answer::NoName { aliases } } else { Answer::NoData { aliases } };
            };
            aliases.push((*alias).clone());
            if aliases.len() > 8 {
                return Answer::Failed(Failure::AliasLoop);
            }
            name = target.clone();
        }
    }
}

fn data(kind: &str, value: &Yaml<'_>) -> Option<Data> {
    let name =
        |text: String| if text.is_empty() { Some(Name::root()) } else { Name::with_spaces(&text).ok() };
    match kind {
        "A" => Some(Data::A(word(value).parse().ok()?)),
        "AAAA" => Some(Data::Aaaa(word(value).parse().ok()?)),
        "CNAME" => Some(Data::Cname(name(word(value))?)),
        "PTR" => Some(Data::Ptr(name(word(value))?)),
        "MX" => match words(value).as_slice() {
            [preference, exchange] => {
                let preference = preference.parse().ok()?;
                Some(Data::Mx { preference, exchange: name(exchange.clone())? })
            }
            _ => None,
        },
        "TXT" | "SPF" => Some(Data::Txt(words(value).iter().map(|text| bytes(text)).collect())),
        _ => None,
    }
}

/// The suite writes bytes as escapes of the same number.
fn bytes(text: &str) -> Vec<u8> {
    let byte = |letter: char| u8::try_from(u32::from(letter)).unwrap_or(b'?');
    text.chars().map(byte).collect()
}

fn words(value: &Yaml<'_>) -> Vec<String> {
    value.as_sequence().map_or_else(|| vec![word(value)], |all| all.iter().map(word).collect())
}

fn word(value: &Yaml<'_>) -> String {
    let number = || value.as_integer().map(|number| number.to_string());
    value.as_str().map(str::to_owned).or_else(number).unwrap_or_default()
}
