//! Every command of `dezky` and of `docker compose` that the pages for operators name is one that there is, with the flags
//! that they give it; so is every file of deploy/.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::composed::{Composed, Stack};
use crate::deploy::DEPLOY;
use crate::harness::command;

const OPERATIONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/operations");

/// A command line after `dezky` or after `docker compose`, and the page that has it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Line {
    page: String,
    words: Vec<String>,
}

/// What `--help` says, by the words before it.
#[derive(Default)]
struct Help(BTreeMap<Vec<String>, Option<String>>);

impl Help {
    /// None where there is no such command.
    fn of(&mut self, path: &[String]) -> Option<String> {
        let say = || {
            let folder = tempfile::tempdir().unwrap();
            let words: Vec<&str> = path.iter().map(String::as_str).chain(["--help"]).collect();
            let ended = command(folder.path(), &words, &[]).output().unwrap();
            ended.status.success().then(|| String::from_utf8_lossy(&ended.stdout).into_owned())
        };
        self.0.entry(path.to_vec()).or_insert_with(say).clone()
    }

    /// What is wrong with a line.
    fn fault(&mut self, words: &[String]) -> Option<String> {
        let mut path = Vec::new();
        let mut help = self.of(&path).expect("the program says what it can");
        let mut rest = words;
        while help.contains("\nCommands:\n")
            && let Some((word, after)) = rest.split_first()
            && !word.starts_with('-')
        {
            path.push(word.clone());
            rest = after;
            match self.of(&path) {
                Some(next) => help = next,
                None => return Some(format!("there is no `dezky {}`", path.join(" "))),
            }
        }
        let known: BTreeSet<&str> = help.split(|c: char| c.is_whitespace() || ",=[]".contains(c)).collect();
        let takes_words = help.contains("\nArguments:\n") || help.contains('<');
        for word in rest {
            if word.starts_with('-') {
                let flag = word.split('=').next().unwrap_or(word);
                if !known.contains(flag) {
                    return Some(format!("`dezky {}` has no {flag}", path.join(" ")));
                }
            } else if !takes_words {
                return Some(format!("`dezky {}` takes no {word}", path.join(" ")));
            }
        }
        None
    }
}

/// Which program a command line is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Program {
    Dezky,
    Compose,
}

/// The words that a command line gives to a program; none where it doesn't run it.
fn words_of(line: &str, program: Program) -> Option<Vec<String>> {
    let line = line.split(" #").next().unwrap_or(line);
    // A command that is a word of this one, such as a date, is a word.
    let mut plain = String::new();
    let mut depth = 0;
    for part in line.chars() {
        match part {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ if depth == 0 => plain.push(part),
            _ => {}
        }
    }
    plain.split([';', '|', '>', '<', '&']).find_map(|command| own_words(command, program))
}

/// The same of one command among several.
fn own_words(command: &str, program: Program) -> Option<Vec<String>> {
    let words: Vec<&str> =
        command.split_whitespace().map(|word| word.trim_matches(['[', ']', '"', '\''])).collect();
    let compose = words.windows(2).position(|pair| pair == ["docker", "compose"]).map(|at| &words[at + 2..]);
    match (compose, program) {
        (Some(after), Program::Compose) => {
            return Some(after.iter().map(|word| (*word).to_owned()).collect());
        }
        // What can't be read is told as a line of compose.
        (Some(after), Program::Dezky) => {
            return Composed::read(after).ok()?.dezky().filter(|words| !words.is_empty());
        }
        (None, Program::Compose) => return None,
        (None, Program::Dezky) => {}
    }
    let is_it = |word: &&str| *word == "dezky" || (word.starts_with('/') && word.ends_with("/dezky"));
    let after = match words.iter().position(is_it) {
        Some(at) => &words[at + 1..],
        None => words.strip_prefix(&["cargo", "run", "--"][..])?,
    };
    (!after.is_empty()).then(|| after.iter().map(|word| (*word).to_owned()).collect())
}

/// The command lines of a page: those of its blocks for a shell, and those that stand within its sentences.
fn lines_of(text: &str, program: Program) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let mut prose = String::new();
    let mut fence: Option<&str> = None;
    for line in text.replace("\\\n", " ").lines() {
        match (fence, line.trim_start().strip_prefix("```")) {
            (None, Some("sh")) => fence = Some("sh"),
            (None, Some(_)) => fence = Some("other"),
            (Some(_), Some(_)) => fence = None,
            (Some("sh"), None) => found.extend(words_of(line, program)),
            (Some(_), None) => {}
            (None, None) => {
                prose.push_str(line.trim());
                prose.push(' ');
            }
        }
    }
    let first = match program {
        Program::Dezky => "dezky ",
        Program::Compose => "docker compose ",
    };
    let is_one = |span: &&str| span.starts_with(first) && !span.contains(['…', '*']);
    let spans = prose.split('`').skip(1).step_by(2).filter(is_one);
    found.extend(spans.filter_map(|span| words_of(span, program)));
    found
}

fn pages() -> BTreeMap<String, String> {
    let files = std::fs::read_dir(Path::new(OPERATIONS)).unwrap().map(|entry| entry.unwrap().path());
    let pages = files.filter(|path| path.extension().is_some_and(|ending| ending == "md"));
    pages
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read_to_string(&path).unwrap())
        })
        .collect()
}

fn line(text: &str) -> Vec<String> {
    text.split(' ').map(str::to_owned).collect()
}

#[test]
fn lines_are_found_in_blocks_and_sentences() {
    let page = "Run `dezky keys\nrotate` or `dezky-portal`.\n```sh\nsudo X=1 dezky backup \\\n  /a/$(date -u +%Y) # now\n\
                docker compose up --detach dezky\ncd x && cargo run -- doctor > out\n```\n```\ndezky nothing\n```\n\
                Or `docker compose run --rm dezky plan`.";
    assert_eq!(lines_of(page, Program::Dezky), ["backup /a/$", "doctor", "keys rotate"].map(line));
    assert_eq!(lines_of(page, Program::Compose), ["up --detach dezky", "run --rm dezky plan"].map(line));
    let within = "```sh\ndocker compose run --rm dezky keys list\ndocker compose exec postgres createuser dezky\n```\n";
    assert_eq!(lines_of(within, Program::Dezky), ["keys list"].map(line));
}

#[test]
fn what_there_is_not_is_told() {
    let mut help = Help::default();
    for well in
        ["doctor", "bootstrap all --yes --settings x", "restore DIR --migrate", "keys rotate --data DIR"]
    {
        assert_eq!(help.fault(&line(well)), None, "{well}");
    }
    for wrong in ["doctors", "bootstrap everything", "doctor --fix", "migrate now", "keys shuffle"] {
        assert!(help.fault(&line(wrong)).is_some(), "{wrong}");
    }
}

#[test]
fn every_command_of_the_operators_pages_is_one() {
    let mut help = Help::default();
    let lines = all_lines(Program::Dezky);
    assert!(lines.len() > 30, "{} lines", lines.len());
    let faults: Vec<String> = lines
        .iter()
        .filter_map(|line| Some(format!("{}: {}", line.page, help.fault(&line.words)?)))
        .collect();
    assert_eq!(faults, Vec::<String>::new());
}

/// Those of all pages.
fn all_lines(program: Program) -> BTreeSet<Line> {
    let of = |(page, text): (String, String)| {
        let lines = lines_of(&text, program).into_iter();
        lines.map(move |words| Line { page: page.clone(), words }).collect::<Vec<Line>>()
    };
    pages().into_iter().flat_map(of).collect()
}

#[test]
fn every_command_of_compose_fits_the_stack() {
    let stack = Stack::new();
    let lines = all_lines(Program::Compose);
    assert!(lines.len() > 30, "{} lines", lines.len());
    let fault = |line: &Line| {
        let words: Vec<&str> = line.words.iter().map(String::as_str).collect();
        let why = Composed::read(&words).map_or_else(Some, |read| read.fault(&stack))?;
        Some(format!("{}: `docker compose {}`: {why}", line.page, words.join(" ")))
    };
    let faults: Vec<String> = lines.iter().filter_map(fault).collect();
    assert_eq!(faults, Vec::<String>::new());
}

/// What an operator brings, or `deploy/up` writes.
const BROUGHT: [&str; 4] = ["deploy/.env", "deploy/administrators.env", "deploy/settings.env", "deploy/tls"];

#[test]
fn every_file_of_the_folder_that_pages_name_is_there() {
    let mut named = BTreeSet::new();
    for (page, text) in pages() {
        let apart = |c: char| !(c.is_ascii_alphanumeric() || "./-_".contains(c));
        let words = text.split(apart).filter_map(|word| Some(word.split_once("deploy/")?.1.to_owned()));
        named.extend(
            words.map(|word| (page.clone(), format!("deploy/{}", word.trim_end_matches(['.', '/'])))),
        );
    }
    assert!(named.len() > 20, "{named:?}");
    for (page, name) in
        named.iter().filter(|(_, name)| !BROUGHT.contains(&name.as_str()) && name != "deploy/")
    {
        assert!(Path::new(DEPLOY).with_file_name(name).exists(), "{page}: {name}");
    }
    // The units that are started are in it too.
    for (page, text) in pages() {
        let words = text.split(|c: char| c.is_whitespace() || "`/()[]".contains(c));
        let is_unit = |word: &&str| {
            let ending = Path::new(word).extension();
            word.starts_with("dezky-")
                && ending.is_some_and(|ending| ending == "service" || ending == "timer")
        };
        for unit in words.filter(is_unit) {
            assert!(Path::new(DEPLOY).join(unit).is_file(), "{page}: {unit}");
        }
    }
}

/// The text of all that the doctor is made of.
fn doctor() -> String {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let parts = std::fs::read_dir(source.join("doctor")).unwrap().map(|entry| entry.unwrap().path());
    parts.chain([source.join("doctor.rs")]).map(|path| std::fs::read_to_string(path).unwrap()).collect()
}

#[test]
fn what_the_doctor_is_quoted_with_it_says() {
    let doctor = doctor();
    let page = &pages()["troubleshoot.md"];
    let spans = page.split('`').skip(1).step_by(2);
    let quoted: Vec<&str> = spans.filter_map(|span| span.strip_prefix("FAIL ")).collect();
    assert!(quoted.len() > 5, "{quoted:?}");
    for quote in quoted {
        let (_, what) = quote.split_once(": ").unwrap_or_else(|| panic!("{quote} names no upstream"));
        let said = what.trim_start_matches("… ");
        assert!(doctor.contains(said), "the doctor doesn't say “{said}”");
    }
}

#[test]
fn commands_that_are_copied_from_a_page_get_their_settings() {
    // What it lists are the forms of one command.
    for (page, text) in pages().iter().filter(|(page, _)| *page != "bootstrap.md") {
        let blocks = text.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next());
        let bare = blocks.flat_map(str::lines).find(|line| line.trim_start().starts_with("dezky "));
        assert_eq!(bare, None, "{page}: neither in the stack nor with systemd does it find them");
    }
    let page = &pages()["install.md"];
    for whole in [
        "docker compose run --rm dezky bootstrap authentik --operator NAME --settings /var/lib/dezky/dezky.env\n",
        "dezky.env dezky bootstrap authentik --operator NAME --settings /etc/dezky/dezky.env\n",
    ] {
        assert!(page.contains(whole), "{whole}");
    }
}

#[test]
fn between_the_plan_and_the_release_of_a_restored_product_its_plan_is_applied() {
    let page = &pages()["backup.md"];
    let blocks: Vec<&str> = page.split("```").filter(|block| block.contains("dezky resume\n")).collect();
    assert_eq!(blocks.len(), 3, "the stack, a new machine, systemd");
    for block in blocks {
        let ends: Vec<&str> = block.lines().rev().take(3).collect();
        let wanted = ["dezky resume", "dezky apply --hash HASH WORKSPACE", "dezky plan"];
        assert!(ends.iter().zip(wanted).all(|(line, end)| line.ends_with(end)), "{block}");
    }
    // Who reads of a button finds it.
    let words = include_str!("../../../drift/text/en.ftl");
    for shown in
        ["drift-scan = Scan now", "nav-drift = Drift", "difference-orphan = Left over", "drift-adopt = Adopt"]
    {
        let (_, word) = shown.split_once(" = ").unwrap();
        assert!(words.contains(&format!("{shown}\n")) && page.contains(word), "{shown}");
    }
}

#[test]
fn all_that_a_killed_restore_of_a_file_leaves_is_named() {
    let page = &pages()["backup.md"];
    let (_, section) = page.split_once("### A restore that was cut off").unwrap();
    let section = section.split("\n### ").next().unwrap();
    for end in ["", "-wal", "-shm", "-journal"] {
        assert!(section.contains(&format!("`dezky.db.restoring{end}`")), "{end}");
    }
}

#[test]
fn a_restore_in_the_stack_needs_no_file_of_a_volume_that_is_empty() {
    let is_restore = |line: &Line| line.words.iter().any(|word| word == "restore");
    let restores: Vec<Line> = all_lines(Program::Compose).into_iter().filter(is_restore).collect();
    assert!(!restores.is_empty());
    for line in &restores {
        assert!(line.words.windows(2).any(|pair| pair == ["--env", "DEZKY_CONFIG="]), "{line:?}");
    }
    // Copies that come from elsewhere belong to whoever brought them.
    let page = &pages()["backup.md"];
    let is_whole = |block: &&str| block.contains("createdb --username postgres --owner dezky dezky\n");
    let (before, _) = page.split("```").find(is_whole).unwrap().split_once("dezky restore").unwrap();
    assert!(before.contains("chown --recursive 10001:10001 /var/backups/dezky\n"), "{before}");
}

#[test]
fn what_the_servers_are_restored_from_is_what_their_copies_are_called() {
    let page = &pages()["backup.md"];
    let script = std::fs::read_to_string(Path::new(DEPLOY).join("servers-backup")).unwrap();
    let (_, restoring) = page.split_once("### The whole stack on a new machine").unwrap();
    for (written, read) in [
        (">\"$new/authentik.pgdump\"", "-servers/2026-07-01T030000Z/authentik.pgdump\n"),
        ("copy stalwart /etc/stalwart /var/lib/stalwart\n", "--file /from/stalwart.tar.gz --directory /\n"),
        ("copy ocis /etc/ocis /var/lib/ocis ", "--file /from/ocis.tar.gz --directory /\n"),
        ("--file \"/to/$server.tar.gz\"", "-servers/2026-07-01T030000Z:/from:ro debian:"),
    ] {
        assert!(script.contains(written), "{written}");
        assert!(restoring.contains(read), "{read}");
    }
}

#[test]
fn every_page_is_found_from_the_first_and_every_link_leads_somewhere() {
    let pages = pages();
    let index = &pages["README.md"];
    for name in pages.keys().filter(|name| *name != "README.md") {
        assert!(index.contains(&format!("]({name})")), "{name} isn't in README.md");
    }
    for (page, text) in &pages {
        for link in text.split("](").skip(1) {
            let to = link.split([')', '#']).next().unwrap();
            if !to.is_empty() && !to.contains("://") {
                assert!(Path::new(OPERATIONS).join(to).exists(), "{page}: {to}");
            }
        }
    }
}
